"""Cycles: nights worked by hand by the published rules, Luna's cycles, and laws."""

import math

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given, settings

from somnometry.core.errors import HypnogramError
from somnometry.core.hypnogram import Hypnogram
from somnometry.metrics import architecture, architecture_table
from somnometry.metrics.cycles import cycles

from ..facts import NIGHTS
from .naive import naive, naive_feinberg

W, N1, N2, N3, R = range(5)


def night_of(*runs, **kwargs):
    """Stage, minutes, stage, minutes, ..."""
    stages = [stage for stage, m in zip(runs[::2], runs[1::2], strict=True) for _ in range(round(2 * m))]
    return Hypnogram(stages, **kwargs)


def spans(found):
    """Start and end of each cycle in minutes."""
    return [(start / 60, end / 60) for start, end in zip(found.start, found.end, strict=True)]


class TestFeinberg:
    def test_a_cycle_is_a_nrem_period_and_the_rem_period_after_it(self):
        found = cycles(night_of(W, 10, N1, 2, N2, 40, R, 10, W, 3, N2, 50, W, 1, R, 20, W, 10))
        assert spans(found) == [(10, 62), (65, 136)]
        assert found.minutes.tolist() == [52, 71]
        assert found.nrem_minutes.tolist() == [42, 50]
        assert found.rem_minutes.tolist() == [10, 20]
        assert found.wake_minutes.tolist() == [0, 1]
        assert found.complete.tolist() == [True, True]
        assert found.skipped_rem.tolist() == [False, False]

    def test_a_nrem_period_lasts_15_min_without_rem(self):
        assert len(cycles(night_of(N2, 15, R, 5))) == 1
        assert len(cycles(night_of(N2, 14.5, R, 5))) == 0
        assert len(cycles(night_of(N2, 1, W, 14, R, 5))) == 1  # it may hold wake
        assert spans(cycles(night_of(W, 20, N2, 1, W, 4, N2, 10, R, 5))) == [(20, 40)]  # but begins with NREM

    def test_only_the_first_rem_period_may_be_shorter_than_5_min(self):
        short = cycles(night_of(N2, 30, R, 1, N2, 30, R, 4.5, N2, 30, W, 5))
        assert short.rem_minutes.tolist() == [1, 4.5]
        assert short.complete.tolist() == [True, False]
        long = cycles(night_of(N2, 30, R, 1, N2, 30, R, 5, N2, 30, W, 5))
        assert spans(long) == [(0, 31), (31, 66), (66, 96)]
        assert long.complete.tolist() == [True, True, False]

    def test_rem_that_comes_back_before_15_min_continues_the_rem_period(self):
        found = cycles(night_of(N2, 30, R, 10, N2, 14.5, R, 10, N2, 30))
        assert spans(found) == [(0, 64.5), (64.5, 94.5)]
        assert found.nrem_minutes.tolist() == [44.5, 30]

    def test_a_nrem_period_of_more_than_120_min_splits_where_n3_returns(self):
        found = cycles(night_of(N2, 10, N3, 40, N2, 12.5, N3, 40, N2, 30, R, 10))
        assert spans(found) == [(0, 62.5), (62.5, 142.5)]
        assert found.complete.tolist() == [False, True]
        assert found.skipped_rem.tolist() == [True, False]

    def test_what_is_not_enough_to_split(self):
        lightened = cycles(night_of(N2, 10, N3, 40, N2, 12, N3, 40, N2, 30, R, 10))  # 12 min, not more
        assert spans(lightened) == [(0, 142)]
        wake_excluded = cycles(night_of(N2, 10, N3, 40, N2, 12.5, N3, 40, N2, 17.5, W, 30, R, 10))
        assert spans(wake_excluded) == [(0, 160)]  # 120 min of sleep
        late_n3 = cycles(night_of(N2, 100, N3, 40, R, 10))  # nothing lightened before the first N3
        assert spans(late_n3) == [(0, 150)]

    def test_the_second_part_may_be_too_long_as_well(self):
        deep_and_light = (N3, 40, N2, 40) * 4
        found = cycles(night_of(*deep_and_light, R, 10))
        assert spans(found) == [(0, 80), (80, 160), (160, 240), (240, 330)]  # 320, 240 and 160 min before R
        assert found.skipped_rem.tolist() == [True, True, True, False]

    def test_without_rem_no_cycle_is_complete(self):
        night = night_of(W, 5, N2, 60, N3, 30, W, 5)
        assert cycles(night).complete.tolist() == [False]
        measured = architecture(night)
        assert measured["cycles_feinberg"] == 0
        assert measured.reasons["cycle_minutes_feinberg"] == "no cycle was completed by a REM period"
        assert measured.reasons["rem_efficiency"] == "no REM was scored"

    def test_rem_before_the_first_nrem_period_belongs_to_no_cycle_and_is_the_first_rem(self):
        found = cycles(night_of(R, 10, N2, 30, R, 4.5, N2, 30))
        assert spans(found) == [(10, 74.5)]
        assert found.complete.tolist() == [False]

    def test_cycles_count_up_to_the_last_complete_one(self):
        night = architecture(night_of(N2, 10, N3, 40, N2, 12.5, N3, 40, N2, 30, R, 10, N2, 40))
        assert night["cycles_feinberg"] == 2  # the skipped one, and not the last
        assert night["cycle_minutes_feinberg"] == (62.5 + 80) / 2

    def test_unscored_epochs_end_no_period_and_are_told(self):
        found = cycles(night_of(N2, 10, -1, 4, N2, 6, R, 5, -1, 1, R, 5))
        assert found.unscored_minutes.tolist() == [5]
        assert spans(found) == [(0, 31)]

    def test_times_count_from_the_first_epoch_not_from_lights_off(self):
        found = cycles(night_of(W, 10, N2, 30, R, 10, W, 5, lights_off=300.0))
        assert spans(found) == [(10, 50)]

    def test_thresholds_are_seconds(self):
        stages = [2] * 45 + [4] * 3
        assert len(cycles(Hypnogram(stages, epoch=20.0))) == 1
        assert len(cycles(Hypnogram(stages[1:], epoch=20.0))) == 0


class TestRemPeriods:
    def test_fragmentation_and_efficiency_by_hand(self):
        # REM periods: R 5, W 1, R 4, N2 2, R 3 (15 min, 12 of R, 2 breaks), and R 8 (unbroken)
        night = architecture(night_of(N2, 30, R, 5, W, 1, R, 4, N2, 2, R, 3, N2, 40, R, 8, W, 5))
        assert night["rem_fragmentation"] == pytest.approx(2 / 20)
        assert night["rem_efficiency"] == pytest.approx(100 * 20 / 23)

    def test_rem_outside_rem_periods_is_not_counted(self):
        night = architecture(night_of(N2, 30, R, 10, N2, 30, R, 2, N2, 30, W, 5))
        assert (night["rem_fragmentation"], night["rem_efficiency"]) == (0, 100)

    def test_an_unscored_epoch_interrupts_nothing(self):
        night = architecture(night_of(N2, 30, R, 5, -1, 1, R, 4))
        assert (night["rem_fragmentation"], night["rem_efficiency"]) == (0, 90)


class TestLevels:
    def test_four_levels_have_cycles_by_feinberg_alone(self):
        night = Hypnogram([5] * 60 + [4] * 20, levels=4)
        assert cycles(night).complete.tolist() == [True]
        with pytest.raises(HypnogramError, match=r"'luna' needs a scorer who tells N1, N2, N3 and R apart.*4 levels"):
            cycles(night, rule="luna")

    def test_three_levels_have_rem_periods_but_no_cycles(self):
        night = Hypnogram([6] * 60 + [4] * 20, levels=3)
        measured = architecture(night)
        assert measured.reasons["cycles_feinberg"] == "the scorer's levels have no N3"
        assert measured["rem_efficiency"] == 100
        with pytest.raises(HypnogramError, match="needs a scorer who tells N3 and R apart"):
            cycles(night)

    def test_a_rule_that_is_none_is_refused(self):
        with pytest.raises(HypnogramError, match="'feinberg' or 'luna', not 'floyd'"):
            cycles(Hypnogram([2]), rule="floyd")


class TestLuna:
    @pytest.mark.parametrize("name", NIGHTS)
    def test_finds_the_cycles_that_luna_prints(self, name, peers):
        peer = peers[name]
        found = cycles(Hypnogram(peer["stages"]), rule="luna")
        theirs = peer["luna_HYPNO_C"]
        assert (found.start / 30 + 1).tolist() == [row["NREMC_START"] for row in theirs]
        assert found.minutes.tolist() == [row["NREMC_MINS"] for row in theirs]
        assert found.nrem_minutes.tolist() == [row["NREMC_NREM_MINS"] for row in theirs]
        assert found.rem_minutes.tolist() == [row["NREMC_REM_MINS"] for row in theirs]
        other = (found.wake_minutes + found.unscored_minutes).tolist()
        assert other == [row["NREMC_OTHER_MINS"] for row in theirs]
        summary = peer["luna1.7.0_HYPNO"]
        assert len(found) == summary.get("NREMC", 0)
        if len(found):
            assert np.mean(found.minutes) == summary["NREMC_MINS"]

    def test_wake_and_n1_of_15_min_end_a_cycle(self):
        found = cycles(night_of(N2, 30, W, 15, N2, 30, R, 10), rule="luna")
        assert spans(found) == [(0, 30), (45, 85)]
        assert found.skipped_rem.tolist() == [True, False]
        assert len(cycles(night_of(N2, 30, W, 14.5, N2, 30, R, 10), rule="luna")) == 1

    def test_a_night_without_sleep_has_none(self):
        assert len(cycles(Hypnogram([0] * 20), rule="luna")) == len(cycles(Hypnogram([]), rule="luna")) == 0


@st.composite
def nights(draw):
    """Nights long enough for cycles: runs of up to 40 min."""
    runs = draw(st.lists(st.tuples(st.sampled_from((-1, 0, 1, 2, 3, 3, 4)), st.integers(1, 80)), max_size=24))
    return np.array([stage for stage, length in runs for _ in range(length)], dtype=np.int8)


@settings(max_examples=150, deadline=None)
@given(nights())
def test_equals_a_walk_through_the_night(stages):
    found = cycles(Hypnogram(stages))
    expected = naive_feinberg(stages.tolist(), 30.0)[1] if (stages > 0).any() else []
    ours = list(zip(found.start / 30, found.end / 30, found.complete, strict=True))
    assert ours == [tuple(cycle) for cycle in expected]


@settings(max_examples=50, deadline=None)
@given(st.lists(nights(), min_size=1, max_size=5))
def test_many_nights_have_the_cycles_of_each(many):
    width = max(stages.size for stages in many)
    padded = np.stack([np.pad(stages, (0, width - stages.size), constant_values=4) for stages in many])
    table = architecture_table(padded, n_epochs=[stages.size for stages in many])
    keys = ("cycles_feinberg", "cycle_minutes_feinberg", "rem_fragmentation", "rem_efficiency")
    for i, stages in enumerate(many):
        expected = naive(stages)
        for key in keys:
            assert table[key][i] == pytest.approx(expected[key], nan_ok=True), key


@settings(max_examples=100, deadline=None)
@given(nights(), st.sampled_from(("feinberg", "luna")))
def test_cycles_do_not_overlap_and_are_what_they_hold(stages, rule):
    found = cycles(Hypnogram(stages), rule=rule)
    assert (found.start[1:] >= found.end[:-1]).all()
    held = found.nrem_minutes + found.rem_minutes + found.wake_minutes + found.unscored_minutes
    assert held.tolist() == found.minutes.tolist()
    assert (found.rem_minutes[found.complete] > 0).all()
    assert (found.minutes >= (15 if rule == "feinberg" else 14.5)).all()  # Luna counts the epoch that ends it
    assert not found.start.flags.writeable


def test_a_table_has_a_row_for_each_cycle():
    frame = cycles(night_of(N2, 30, R, 10, N2, 20)).to_frame()
    assert frame.index.tolist() == [1, 2]
    assert frame["end"].tolist() == [2400, 3600]
    assert math.isclose(frame["minutes"].sum(), 60)
