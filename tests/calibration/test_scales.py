"""Scales of metrics: there and back, and which is whose."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from somnometry.calibration.scales import SCALES, from_scale, scale_of, to_scale


@pytest.mark.parametrize("scale", SCALES)
@given(value=st.floats(0, 1440))
def test_a_scale_leads_there_and_back(scale, value):
    assert float(from_scale(scale, to_scale(scale, value))) == pytest.approx(value, abs=1e-9)


@pytest.mark.parametrize("scale", SCALES)
def test_more_of_a_metric_is_more_on_its_scale(scale):
    assert (np.diff(to_scale(scale, np.linspace(0, 600, 100))) > 0).all()


@pytest.mark.parametrize(
    ("scale", "keys"),
    {
        "log": ("sol", "longest_sleep", "rem_latency"),
        "sqrt": ("waso", "waso_spt", "awakenings", "awakenings_1min", "n1_percent", "n3_percent"),
        "identity": ("tst", "se", "lps", "rem_percent", "n2_percent", "stage_shift_index", "n1_bouts"),
    }.items(),
)
def test_skewed_metrics_have_a_scale_of_their_own(scale, keys):
    assert {scale_of(key) for key in keys} == {scale}


def test_what_lies_beyond_nought_on_a_scale_is_no_less_than_nothing():
    assert from_scale("sqrt", -3.0) == 0.0
    assert to_scale("log", -1.0) == np.log(5.0)
