"""Codes, zeros and ends of nights that stand for none are refused; the same numbers among their like are not."""

from __future__ import annotations

import numpy as np
import pytest

from ..plain_nights import judged, only, plain_nights, refused

EVERY = 12


def spoiled(metric, value, every=EVERY):
    table = only(plain_nights(), metric)
    table[metric] = np.where(np.arange(table[metric].size) % every == 0, value, table[metric])
    return table


@pytest.mark.parametrize(
    ("metric", "code"),
    [("tst", 999.0), ("tst", 9999.0), ("waso", 999.0), ("se", 999.0), ("awakenings", 99.0), ("awakenings", 999.0),
     ("awakenings_per_hour", 99.9), ("sol", 99.0), ("rem_latency", 888.0), ("n3_percent", 99.0)],
)  # fmt: skip
def test_a_code_for_none_is_refused_by_its_cell(metric, code):
    error = refused(spoiled(metric, code), metric)
    assert (error.key, error.place) == (metric, f"row 1, column {metric!r}")
    assert f"{code:g}" in error.what
    assert "stands for none" in str(error)


@pytest.mark.parametrize("metric", ["tst", "spt", "se", "n2_percent", "trt"])
def test_zeros_of_failed_nights_are_refused(metric):
    assert "0 likely stands for none" in refused(spoiled(metric, 0.0), metric).what


@pytest.mark.parametrize("end", ["trt", 480.0])
def test_a_latency_of_what_never_came_is_refused(end):
    table = only(plain_nights(), "rem_latency", "trt")
    never = np.arange(table["trt"].size) % EVERY == 0
    table["rem_latency"] = np.where(never, table["trt"] if end == "trt" else end, table["rem_latency"])
    error = refused(table, "rem_latency")
    assert "rem_latency_event" in error.remedy
    table |= {"rem_latency_time": table.pop("rem_latency"), "rem_latency_event": (~never).astype(float)}
    assert judged(table, "rem_latency").outcome == "inconclusive"


@pytest.mark.parametrize(
    ("metric", "value", "every"),
    [("rem_latency", 77.0, 30), ("se", 88.0, 40), ("awakenings", 0.0, 12), ("n3_percent", 0.0, 5), ("waso", 0.0, 20),
     ("sol", 77.0, 60), ("tst", 0.0, 60), ("waso", 99.0, 40)],
)  # fmt: skip
def test_the_same_numbers_as_measured_values_are_believed(metric, value, every):
    assert judged(spoiled(metric, value, every), metric).claim.metric == metric


@pytest.mark.parametrize("metric", ["awakenings", "awakenings_per_hour"])
@pytest.mark.parametrize("far", [1e6, 25000.0])
def test_counts_far_beyond_all_others_are_refused(metric, far):
    table = only(plain_nights(), metric, "tst")
    table[metric][[7, 40]] = far
    error = refused(table, metric)
    assert (error.key, error.place) == (metric, f"row 8, column {metric!r}")


@pytest.mark.parametrize(("metric", "code"), [("waso", 99.0), ("rem_latency", 99.0)])
def test_a_code_among_values_as_large_is_said_where_it_is_there_too_often(metric, code):
    table = only(plain_nights(), metric)
    table[metric][::12] = code
    assert ("filled-in", code) in [(one.code, one.facts.get("value")) for one in judged(table, metric).warnings]
    assert "filled-in" not in [one.code for one in judged(only(plain_nights(), metric), metric).warnings]


def test_a_latency_from_lights_off_that_is_as_long_as_the_sleep_after_it_is_a_latency():
    """Of naps of 20 minutes half of which is slept; where sleep never comes, TST is 0."""
    table = only(plain_nights(), "sol", "tst")
    table["tst"] = np.where(np.arange(table["sol"].size) % EVERY == 0, table["sol"], table["tst"])
    assert judged(table, "sol").outcome
    table["rem_latency"] = table["sol"]
    table["tst"] = np.where(np.arange(table["sol"].size) % EVERY == 0, table["rem_latency"], table["tst"])
    assert "never came" in refused(table, "rem_latency").what
