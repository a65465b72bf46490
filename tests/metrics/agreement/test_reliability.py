"""Intraclass correlation and variance components: published tables, numbers worked by hand, YASA."""

import math

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given
from hypothesis.extra.numpy import arrays

from somnometry.metrics.agreement.reliability import icc_agreement, total_variance, variance_components

from ..strategies import laws
from .published import SHROUT_FLEISS, interval

values = st.floats(-1e3, 1e3, allow_subnormal=False).map(lambda value: round(value, 3))
differences = st.integers(4, 30).flatmap(lambda n: arrays(float, n, elements=values))


def test_icc_of_shrout_and_fleiss():
    icc = icc_agreement(SHROUT_FLEISS)
    assert round(icc.value, 2) == 0.29
    assert [round(bound, 2) for bound in interval(icc)] == [0.02, 0.76]  # as psych::ICC and pingouin print of ICC2


def test_variance_between_and_within_people():
    people = ["a", "a", "b", "b", "c"]
    # without c: within 2, between (2*2.25 + 2*2.25)/1 = 9, variance between (9 - 2)/2
    assert variance_components([1, 3, 4, 6, 8], people) == pytest.approx((math.sqrt(3.5), math.sqrt(2)))
    assert variance_components([1, 3, math.nan, 6, 8], people) == pytest.approx((math.nan, math.nan), nan_ok=True)
    # nights that differ more than people: no variance between
    assert variance_components([0, 10, 1, 9], ["a", "a", "b", "b"])[0] == 0


@laws
@given(differences, st.integers(2, 6))
def test_yasa_says_the_same_of_several_nights(d, people):
    from yasa import SleepStatsAgreement

    index = np.arange(d.size) % min(people, d.size - 1)
    theirs = SleepStatsAgreement._variance_components(d, index)["var_total"]
    ours = total_variance(d, index, np.ones((1, index.max() + 1)))[0]
    assert ours == pytest.approx(theirs, rel=1e-9, abs=1e-9)
