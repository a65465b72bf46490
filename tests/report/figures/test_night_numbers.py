"""The numbers below a night: what is known of it, with the intervals that a calibration gave."""

import math

import pytest

from somnometry import Hypnogram, architecture, shipped_calibration
from somnometry.report.figures.night_numbers import BRACKETS, night_numbers

NIGHT = Hypnogram([0] * 20 + [2] * 300 + [3] * 60 + [4] * 100 + [0] * 10, scorer="Bitbrain headband autoscoring")


def test_numbers_of_a_calibrated_night_have_their_intervals():
    headband = shipped_calibration("bitbrain-headband")
    metrics = architecture(NIGHT, calibration=headband)
    first, second = night_numbers(metrics).split("\n")
    low, high = headband["n3_percent"].interval(100 * 60 / 460)
    assert second.startswith(f"N3 13.0 % ({low:.1f} to {high:.1f})")
    assert first.startswith("TST 230.0 min (")
    assert first.count(" to ") == 4
    assert second.count(" to ") == 4
    assert second.endswith(BRACKETS)


def test_numbers_without_a_calibration_have_none_and_say_nothing_of_them():
    text = night_numbers(architecture(NIGHT))
    assert "SE 93.9 %" in text
    assert "(" not in text
    assert "TST 230.0 min" in text


@pytest.mark.parametrize("value", [math.nan, None])
def test_what_a_night_does_not_have_is_left_out(value):
    metrics = {"tst": 385.5, "n3_percent": value} if value is not None else {"tst": 385.5}
    assert night_numbers(metrics) == "TST 385.5 min"
    assert night_numbers({}) == ""
    assert night_numbers({"rem_latency": 70.0, "rem_latency_low": math.nan, "rem_latency_high": 3.0}) == (
        "REM latency 70.0 min"
    )
