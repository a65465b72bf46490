"""Intervals that mind skewness: they agree with their tests, are t where there is none, and cover where t does not."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from somnometry.claims.designs.effect import TEffect
from somnometry.claims.designs.skewed_effect import SkewedEffect, skewness_of


@given(st.floats(-3, 3), st.floats(-50, 50), st.floats(0.5, 20), st.sampled_from([0.5, 0.9, 0.95, 0.99]))
def test_a_limit_is_where_the_test_turns(skewness, estimate, error, level):
    effect = SkewedEffect(estimate, error, 20.0, skewness)
    low, high = effect.interval(level)
    assert effect.p_above(low) == pytest.approx((1 - level) / 2, abs=1e-9)
    assert effect.p_below(high) == pytest.approx((1 - level) / 2, abs=1e-9)
    assert low < high


@given(st.floats(-50, 50), st.floats(0.5, 20))
def test_without_skewness_it_is_t(estimate, error):
    plain, minded = TEffect(estimate, error, 12), SkewedEffect(estimate, error, 12, 0.0)
    assert minded.interval(0.95) == pytest.approx(plain.interval(0.95))
    assert minded.p_above(1.0) == pytest.approx(plain.p_above(1.0))
    nearly = SkewedEffect(estimate, error, 12, 2e-6)
    assert nearly.interval(0.95) == pytest.approx(plain.interval(0.95), abs=1e-3)


def test_the_negated_effect_is_the_mirror():
    effect = SkewedEffect(3.0, 1.5, 15, 0.5)
    low, high = effect.negated().interval(0.9)
    assert (-high, -low) == pytest.approx(effect.interval(0.9))
    assert effect.negated().p_below(-1.0) == pytest.approx(effect.p_above(1.0))


def test_the_skewness_of_a_mean_is_that_of_its_values_over_the_root_of_n():
    values = np.random.default_rng(0).exponential(size=400)
    n, error = values.size, values.std(ddof=1) / math.sqrt(values.size)
    left_out = (values.sum() - values) / (n - 1)
    found = skewness_of(values.mean() - left_out, error)
    assert found == pytest.approx(stats.skew(values) / math.sqrt(n), rel=0.01)


@pytest.mark.parametrize("n_studies", [1000, pytest.param(20_000, marks=pytest.mark.acceptance)])
def test_the_mean_of_exponential_values_is_missed_on_both_sides_more_evenly_than_by_t(n_studies):
    """Of 24 exponential values t misses above four times as often as it should (Johnson 1978 found the same)."""
    values = np.random.default_rng(1).exponential(size=(n_studies, 24))
    missed = {"t": 0, "minded": 0}
    for sample in values:
        error = sample.std(ddof=1) / math.sqrt(24)
        influences = (sample - sample.mean()) / 23
        missed["t"] += TEffect(sample.mean(), error, 23).p_below(1.0) <= 0.025
        missed["minded"] += SkewedEffect(sample.mean(), error, 23, skewness_of(influences, error)).p_below(1.0) <= 0.025
    assert missed["t"] / n_studies > 0.07
    assert missed["minded"] / n_studies < 0.055
