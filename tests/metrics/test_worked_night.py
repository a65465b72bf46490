"""Numbers worked out by hand: the night of metrics.md, and small nights that show one edge each."""

import math

import pytest

from somnometry.core.hypnogram import Hypnogram
from somnometry.metrics import METRICS, architecture

from .nights import measured_runs
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


def test_thresholds_round_up_to_whole_epochs():
    night = measured_runs(2, 10, 0, 2, 2, 10, 0, 3, 2, 10, epoch=50.0)  # 2 min are 3 epochs of 50 s
    assert night["awakenings_2min"] == 1


def test_a_night_without_epochs():
    night = architecture(Hypnogram([]))
    assert (night["trt"], night["tst"], night["spt"]) == (0, 0, 0)
    assert night.reasons["se"] == "no epoch lies between lights-off and lights-on"
    assert (night["sol_time"], night["sol_event"]) == (0, 0)
