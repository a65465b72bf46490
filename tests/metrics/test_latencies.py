"""Latencies, by hand and by law: observed, or watched for and censored."""

import math

import numpy as np
import pytest
from hypothesis import given

from somnometry.core.hypnogram import Hypnogram
from somnometry.metrics import METRICS, architecture

from .nights import measure, measured_runs
from .strategies import WORKED_NIGHT, hypnograms, laws


def test_censored_pairs_of_the_worked_night():
    night = architecture(Hypnogram(WORKED_NIGHT))
    assert (night["sol_time"], night["sol_event"]) == (1, 1)
    assert (night["rem_latency_time"], night["rem_latency_event"]) == (5, 1)
    assert (night["lps_time"], night["lps_event"]) == (10, 0)  # TRT
    assert (night["rem_latency_5min_time"], night["rem_latency_5min_event"]) == (7.5, 0)  # l + 1 - f


def test_a_night_without_sleep_is_watched_to_the_end():
    night = measured_runs(0, 20)
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
    night = measured_runs(0, 4, 2, 60, 0, 10, 2, 20, 0, 6)
    assert math.isnan(night["rem_latency"])
    assert night.reasons["rem_latency"] == "no REM was scored"
    assert (night["rem_latency_time"], night["rem_latency_event"]) == (45, 0)
    assert (night["rem_latency_lights_off_time"], night["rem_latency_lights_off_event"]) == (47, 0)
    assert (night["rem_latency_asleep_time"], night["rem_latency_asleep_event"]) == (40, 0)
    assert (night["rem_minutes"], night["rem_percent"]) == (0, 0)


def test_a_stray_rem_epoch_does_not_end_the_wait_for_sustained_rem():
    night = measured_runs(0, 2, 2, 10, 4, 1, 2, 40, 4, 10, 0, 2)
    assert (night["rem_latency"], night["rem_latency_5min"]) == (5, 25.5)


def test_persistent_sleep_begins_with_the_first_run_that_is_long_enough():
    night = measured_runs(0, 2, 2, 9, 0, 1, 2, 10, -1, 1, 2, 19, 0, 1, 2, 20)
    assert (night["sol"], night["sol_5min"], night["lps"]) == (1, 6, 21.5)


LATENCIES = [key for key, metric in METRICS.items() if metric.censoring]


@laws
@given(hypnograms())
def test_a_latency_is_observed_or_censored_but_never_below_what_was_watched(hypnogram):
    night = measure(hypnogram)
    for key in LATENCIES:
        value, time, event = (night[name] for name in (key, f"{key}_time", f"{key}_event"))
        if not np.isnan(value):
            assert (time, event) == (value, 1)
        elif event == 0:
            zero_is_onset = key in ("rem_latency", "rem_latency_5min", "n1_latency", "n2_latency", "n3_latency")
            assert time >= (night["spt"] if zero_is_onset else night["tst"])


@laws
@given(hypnograms())
def test_a_latency_has_a_time_where_it_has_an_event_and_for_the_same_reason(hypnogram):
    night = measure(hypnogram)
    for key in LATENCIES:
        assert np.isnan(night[f"{key}_event"]) == np.isnan(night[f"{key}_time"]), key
        assert night.reasons.get(f"{key}_event") == night.reasons.get(f"{key}_time"), key


@laws
@given(hypnograms(choose_levels=(5,)))
def test_latencies_from_lights_off_are_sol_longer(hypnogram):
    night = measure(hypnogram)
    for stage in ("n1", "n2", "n3", "rem"):
        for ending in ("", "_time"):
            from_onset, from_lights_off = (
                night[f"{stage}_latency{ending}"],
                night[f"{stage}_latency_lights_off{ending}"],
            )
            if not np.isnan(from_onset) and not np.isnan(from_lights_off):
                assert from_lights_off == pytest.approx(night["sol"] + from_onset)
