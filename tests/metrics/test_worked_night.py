"""Numbers worked out by hand: the night of metrics.md, and small nights that show one edge each."""

import math

import pytest

from somnometry.core.hypnogram import Hypnogram
from somnometry.metrics import METRICS, architecture

from .strategies import WORKED_NIGHT

BY_HAND = {
    # metrics.md, "A night worked by hand"
    "trt": 10,
    "tst": 6.5,
    "se": 65,
    "sol": 1,
    "spt": 7.5,
    "waso": 2.5,
    "waso_spt": 1,
    "fwt": 1.5,
    "sme": 86.6667,
    "rem_latency": 5,
    "rem_latency_asleep": 4,
    "awakenings": 1,
    "sfi_wake": 18.4615,
    "sfi_shift": 83.0769,
    "stage_shift_index": 73.8462,
    "transitions_3state": 55.3846,
    "longest_sleep": 3.5,
    # counted off the same row: 3 N1, 5 N2, 2 N3, 3 R among 13 sleep epochs; first N1, N2, N3, R are epochs 2, 3, 5, 12
    "twt": 3.5,
    "unscored_minutes": 0,
    "se_scored": 65,
    "n1_minutes": 1.5,
    "n2_minutes": 2.5,
    "n3_minutes": 1,
    "rem_minutes": 1.5,
    "light_minutes": 4,
    "nrem_minutes": 5,
    "n1_percent": 100 * 3 / 13,
    "n2_percent": 100 * 5 / 13,
    "n3_percent": 100 * 2 / 13,
    "rem_percent": 100 * 3 / 13,
    "light_percent": 100 * 8 / 13,
    "nrem_percent": 100 * 10 / 13,
    "sol_5min": math.nan,
    "lps": math.nan,
    "starts_asleep": 0,
    "n1_latency": 0,
    "n2_latency": 0.5,
    "n3_latency": 1.5,
    "rem_latency_5min": math.nan,
    "n1_latency_lights_off": 1,
    "n2_latency_lights_off": 1.5,
    "n3_latency_lights_off": 2.5,
    "rem_latency_lights_off": 6,
    "awakenings_per_hour": 60 / 6.5,
    "awakenings_1min": 1,
    "awakenings_2min": 0,
    "awakenings_3min": 0,
    "awakenings_4min": 0,
    "awakenings_5min": 0,
    "awakenings_bridged": 1,
    "truncated": 0,
    "sfi_wake_n1": 3 * 60 / 6.5,  # N2-W, N2-W, R-N1; W-N1 does not fragment sleep
    # bouts: W 2 inside the sleep period; N1 1, 1, 1; N2 2, 1, 1, 1; N3 2; R 2, 1; NREM 6, 2, 1, 1; sleep 6, 7
    "long_wake_minutes": 0,
    "wake_bouts": 1,
    "wake_bout_mean": 1,
    "wake_bout_median": 1,
    "wake_bout_max": 1,
    "n1_bouts": 3,
    "n1_bout_mean": 0.5,
    "n1_bout_median": 0.5,
    "n1_bout_max": 0.5,
    "n2_bouts": 4,
    "n2_bout_mean": 0.625,
    "n2_bout_median": 0.5,
    "n2_bout_max": 1,
    "n3_bouts": 1,
    "n3_bout_mean": 1,
    "n3_bout_median": 1,
    "n3_bout_max": 1,
    "rem_bouts": 2,
    "rem_bout_mean": 0.75,
    "rem_bout_median": 0.75,
    "rem_bout_max": 1,
    "nrem_bouts": 4,
    "nrem_bout_mean": 1.25,
    "nrem_bout_median": 0.75,
    "nrem_bout_max": 3,
    "sleep_bouts": 2,
    "sleep_bout_mean": 3.25,
    "sleep_bout_median": 3.25,
    # 12 pairs in the sleep period begin with sleep, one of them ends in W; of 2 that begin with W one ends in sleep
    "sleep_to_wake": 1 / 12,
    "wake_to_sleep": 1 / 2,
    # 15 epochs: 2 W, 3 N1, 5 N2, 2 N3, 3 R
    "stage_entropy": math.log2(15) - (2 * 2 * 1 + 2 * 3 * math.log2(3) + 5 * math.log2(5)) / 15,
    # 14 pairs: W to W and N1; N1 to N2 twice and to R; N2 to N2, N3, W and R; N3 to N3 and N2; R to R, N1 and N2
    "transition_entropy": (2 * 1 + 3 * (math.log2(3) - 2 / 3) + 4 * 2 + 2 * 1 + 3 * math.log2(3)) / 14,
    # no 15 min without R: the first R begins a REM period all the same, R R N1 R
    "cycles_feinberg": 0,
    "cycle_minutes_feinberg": math.nan,
    "rem_fragmentation": 1 / 1.5,
    "rem_efficiency": 75,
}


def test_every_metric_of_the_worked_night():
    night = architecture(Hypnogram(WORKED_NIGHT))
    assert set(BY_HAND) == set(METRICS)
    assert {key: night[key] for key in BY_HAND} == pytest.approx(BY_HAND, abs=5e-5, nan_ok=True)


def test_censored_pairs_of_the_worked_night():
    night = architecture(Hypnogram(WORKED_NIGHT))
    assert (night["sol_time"], night["sol_event"]) == (1, 1)
    assert (night["rem_latency_time"], night["rem_latency_event"]) == (5, 1)
    assert (night["lps_time"], night["lps_event"]) == (10, 0)  # TRT
    assert (night["rem_latency_5min_time"], night["rem_latency_5min_event"]) == (7.5, 0)  # l + 1 - f


def night_of(*runs, **kwargs):
    """Stage, epochs, stage, epochs, ..."""
    stages = [stage for stage, n in zip(runs[::2], runs[1::2], strict=True) for _ in range(n)]
    return architecture(Hypnogram(stages, **kwargs), max_unscored=1)


def test_a_night_without_sleep_is_watched_to_the_end():
    night = night_of(0, 20)
    assert (night["tst"], night["se"], night["spt"], night["truncated"]) == (0, 0, 0, 0)
    assert (night["sol_time"], night["sol_event"]) == (10, 0)
    assert (night["lps_time"], night["lps_event"]) == (10, 0)
    assert math.isnan(night["rem_latency_time"])
    assert math.isnan(night["rem_latency_event"])
    assert night.reasons["rem_latency_event"] == "no sleep was scored"
    assert (night["rem_latency_lights_off_time"], night["rem_latency_lights_off_event"]) == (10, 0)
    for key in ("sol", "waso", "waso_spt", "fwt", "awakenings", "sfi_wake", "longest_sleep", "rem_percent"):
        assert math.isnan(night[key])
        assert night.reasons[key] == "no sleep was scored"


def test_a_missing_rem_is_censored_at_the_end_of_the_sleep_period_and_never_zero():
    night = night_of(0, 4, 2, 60, 0, 10, 2, 20, 0, 6)
    assert math.isnan(night["rem_latency"])
    assert night.reasons["rem_latency"] == "no REM was scored"
    assert (night["rem_latency_time"], night["rem_latency_event"]) == (45, 0)
    assert (night["rem_latency_lights_off_time"], night["rem_latency_lights_off_event"]) == (47, 0)
    assert (night["rem_latency_asleep_time"], night["rem_latency_asleep_event"]) == (40, 0)
    assert (night["rem_minutes"], night["rem_percent"]) == (0, 0)


def test_a_stray_rem_epoch_does_not_end_the_wait_for_sustained_rem():
    night = night_of(0, 2, 2, 10, 4, 1, 2, 40, 4, 10, 0, 2)
    assert (night["rem_latency"], night["rem_latency_5min"]) == (5, 25.5)


def test_persistent_sleep_begins_with_the_first_run_that_is_long_enough():
    night = night_of(0, 2, 2, 9, 0, 1, 2, 10, -1, 1, 2, 19, 0, 1, 2, 20)
    assert (night["sol"], night["sol_5min"], night["lps"]) == (1, 6, 21.5)


def test_unscored_is_neither_sleep_nor_wake_and_no_transition_crosses_it():
    night = night_of(0, 2, 2, 10, -1, 4, 0, 2, 2, 10, -1, 1, 4, 10, 0, 3)
    assert (night["trt"], night["tst"], night["twt"], night["unscored_minutes"]) == (21, 15, 3.5, 2.5)
    assert night["se_scored"] == pytest.approx(100 * 15 / 18.5)
    assert (night["waso"], night["waso_spt"], night["fwt"]) == (2.5, 1, 1.5)
    assert (night["awakenings"], night["awakenings_bridged"]) == (0, 1)
    assert (night["sfi_wake"], night["sfi_shift"], night["stage_shift_index"]) == (4, 0, 0)
    assert night["transitions_3state"] == 4  # W-N2
    assert night["longest_sleep"] == 5
    assert (night["rem_latency"], night["rem_latency_asleep"]) == (13.5, 10)


def test_only_a_gap_of_at_most_two_minutes_is_bridged():
    assert night_of(2, 10, -1, 4, 0, 2, 2, 10)["awakenings_bridged"] == 1
    assert night_of(2, 10, -1, 5, 0, 2, 2, 10)["awakenings_bridged"] == 0
    assert night_of(2, 10, -1, 4, 0, 2)["awakenings_bridged"] == 0  # the final awakening
    assert night_of(2, 10, 0, 1, -1, 4, 0, 2, 2, 10)["awakenings_bridged"] == 1  # the same one before and after the gap


def test_an_awakening_counts_by_the_length_of_its_wake():
    night = night_of(2, 10, 0, 1, 2, 10, 0, 4, 2, 10, 0, 9, 2, 5, 0, 10, 2, 5, 0, 40)
    assert [night[key] for key in ("awakenings", "awakenings_1min", "awakenings_2min")] == [4, 3, 3]
    assert [night[f"awakenings_{k}min"] for k in (3, 4, 5)] == [2, 2, 1]


def test_thresholds_round_up_to_whole_epochs():
    night = night_of(2, 10, 0, 2, 2, 10, 0, 3, 2, 10, epoch=50.0)  # 2 min are 3 epochs of 50 s
    assert night["awakenings_2min"] == 1


def test_a_gap_at_the_end_after_sleep_truncates_the_night():
    assert night_of(0, 2, 2, 20)["truncated"] == 1
    assert night_of(0, 2, 2, 20, -1, 3)["truncated"] == 1
    assert night_of(0, 2, 2, 20, -1, 3, 0, 1)["truncated"] == 0


def test_a_night_without_epochs():
    night = architecture(Hypnogram([]))
    assert (night["trt"], night["tst"], night["spt"]) == (0, 0, 0)
    assert night.reasons["se"] == "no epoch lies between lights-off and lights-on"
    assert (night["sol_time"], night["sol_event"]) == (0, 0)


@pytest.mark.parametrize(("epoch", "n_bridged"), [(50.0, 2), (25.0, 4), (7.0, 17), (30.0, 4), (0.1, 1200)])
def test_a_gap_is_bridged_up_to_2_minutes_whatever_the_epoch(epoch, n_bridged):
    for n, bridged in ((n_bridged, 1), (n_bridged + 1, 0)):
        night = night_of(2, 5, -1, n, 0, 3, 2, 5, epoch=epoch)
        assert (night["awakenings"], night["awakenings_bridged"]) == (0, bridged)
