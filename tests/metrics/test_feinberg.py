"""Cycles and REM periods by Feinberg and Floyd, by hand."""

import pytest

from somnometry.core.hypnogram import Hypnogram
from somnometry.metrics import architecture
from somnometry.metrics.cycles import cycles

from .nights import N1, N2, N3, R, W, in_minutes, spans


class TestFeinberg:
    def test_a_cycle_is_a_nrem_period_and_the_rem_period_after_it(self):
        found = cycles(in_minutes(W, 10, N1, 2, N2, 40, R, 10, W, 3, N2, 50, W, 1, R, 20, W, 10))
        assert spans(found) == [(10, 62), (65, 136)]
        assert found.minutes.tolist() == [52, 71]
        assert found.nrem_minutes.tolist() == [42, 50]
        assert found.rem_minutes.tolist() == [10, 20]
        assert found.wake_minutes.tolist() == [0, 1]
        assert found.complete.tolist() == [True, True]
        assert found.skipped_rem.tolist() == [False, False]

    def test_a_nrem_period_lasts_15_min_without_rem(self):
        assert len(cycles(in_minutes(N2, 15, R, 5))) == 1
        assert len(cycles(in_minutes(N2, 14.5, R, 5))) == 0
        assert len(cycles(in_minutes(N2, 1, W, 14, R, 5))) == 1  # it may hold wake
        assert spans(cycles(in_minutes(W, 20, N2, 1, W, 4, N2, 10, R, 5))) == [(20, 40)]  # but begins with NREM

    def test_only_the_first_rem_period_may_be_shorter_than_5_min(self):
        short = cycles(in_minutes(N2, 30, R, 1, N2, 30, R, 4.5, N2, 30, W, 5))
        assert short.rem_minutes.tolist() == [1, 4.5]
        assert short.complete.tolist() == [True, False]
        long = cycles(in_minutes(N2, 30, R, 1, N2, 30, R, 5, N2, 30, W, 5))
        assert spans(long) == [(0, 31), (31, 66), (66, 96)]
        assert long.complete.tolist() == [True, True, False]

    def test_rem_that_comes_back_before_15_min_continues_the_rem_period(self):
        found = cycles(in_minutes(N2, 30, R, 10, N2, 14.5, R, 10, N2, 30))
        assert spans(found) == [(0, 64.5), (64.5, 94.5)]
        assert found.nrem_minutes.tolist() == [44.5, 30]

    def test_a_nrem_period_of_more_than_120_min_splits_where_n3_returns(self):
        found = cycles(in_minutes(N2, 10, N3, 40, N2, 12.5, N3, 40, N2, 30, R, 10))
        assert spans(found) == [(0, 62.5), (62.5, 142.5)]
        assert found.complete.tolist() == [False, True]
        assert found.skipped_rem.tolist() == [True, False]

    def test_what_is_not_enough_to_split(self):
        lightened = cycles(in_minutes(N2, 10, N3, 40, N2, 12, N3, 40, N2, 30, R, 10))  # 12 min, not more
        assert spans(lightened) == [(0, 142)]
        wake_excluded = cycles(in_minutes(N2, 10, N3, 40, N2, 12.5, N3, 40, N2, 17.5, W, 30, R, 10))
        assert spans(wake_excluded) == [(0, 160)]  # 120 min of sleep
        late_n3 = cycles(in_minutes(N2, 100, N3, 40, R, 10))  # nothing lightened before the first N3
        assert spans(late_n3) == [(0, 150)]

    def test_the_second_part_may_be_too_long_as_well(self):
        deep_and_light = (N3, 40, N2, 40) * 4
        found = cycles(in_minutes(*deep_and_light, R, 10))
        assert spans(found) == [(0, 80), (80, 160), (160, 240), (240, 330)]  # 320, 240 and 160 min before R
        assert found.skipped_rem.tolist() == [True, True, True, False]

    def test_without_rem_no_cycle_is_complete(self):
        night = in_minutes(W, 5, N2, 60, N3, 30, W, 5)
        assert cycles(night).complete.tolist() == [False]
        measured = architecture(night)
        assert measured["cycles_feinberg"] == 0
        assert measured.reasons["cycle_minutes_feinberg"] == "no cycle was completed by a REM period"
        assert measured.reasons["rem_efficiency"] == "no REM was scored"

    def test_rem_before_the_first_nrem_period_belongs_to_no_cycle_and_is_the_first_rem(self):
        found = cycles(in_minutes(R, 10, N2, 30, R, 4.5, N2, 30))
        assert spans(found) == [(10, 74.5)]
        assert found.complete.tolist() == [False]

    def test_cycles_count_up_to_the_last_complete_one(self):
        night = architecture(in_minutes(N2, 10, N3, 40, N2, 12.5, N3, 40, N2, 30, R, 10, N2, 40))
        assert night["cycles_feinberg"] == 2  # the skipped one, and not the last
        assert night["cycle_minutes_feinberg"] == (62.5 + 80) / 2

    def test_unscored_epochs_end_no_period_and_are_told(self):
        found = cycles(in_minutes(N2, 10, -1, 4, N2, 6, R, 5, -1, 1, R, 5))
        assert found.unscored_minutes.tolist() == [5]
        assert spans(found) == [(0, 31)]

    def test_times_count_from_the_first_epoch_not_from_lights_off(self):
        found = cycles(in_minutes(W, 10, N2, 30, R, 10, W, 5, lights_off=300.0))
        assert spans(found) == [(10, 50)]

    def test_thresholds_are_seconds(self):
        stages = [2] * 45 + [4] * 3
        assert len(cycles(Hypnogram(stages, epoch=20.0))) == 1
        assert len(cycles(Hypnogram(stages[1:], epoch=20.0))) == 0


class TestRemPeriods:
    def test_fragmentation_and_efficiency_by_hand(self):
        # REM periods: R 5, W 1, R 4, N2 2, R 3 (15 min, 12 of R, 2 breaks), and R 8 (unbroken)
        night = architecture(in_minutes(N2, 30, R, 5, W, 1, R, 4, N2, 2, R, 3, N2, 40, R, 8, W, 5))
        assert night["rem_fragmentation"] == pytest.approx(2 / 20)
        assert night["rem_efficiency"] == pytest.approx(100 * 20 / 23)

    def test_rem_outside_rem_periods_is_not_counted(self):
        night = architecture(in_minutes(N2, 30, R, 10, N2, 30, R, 2, N2, 30, W, 5))
        assert (night["rem_fragmentation"], night["rem_efficiency"]) == (0, 100)

    def test_an_unscored_epoch_interrupts_nothing(self):
        night = architecture(in_minutes(N2, 30, R, 5, -1, 1, R, 4))
        assert (night["rem_fragmentation"], night["rem_efficiency"]) == (0, 90)
