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

from .naive import naive, naive_feinberg
from .nights import N2, R, in_minutes


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
    frame = cycles(in_minutes(N2, 30, R, 10, N2, 20)).to_frame()
    assert frame.index.tolist() == [1, 2]
    assert frame["end"].tolist() == [2400, 3600]
    assert math.isclose(frame["minutes"].sum(), 60)
