"""Arms whose members are exchanged: the p of scipy, intervals that agree with it, exact for exponential values."""

import math

import numpy as np
import pytest
from scipy import stats

from somnometry.claims.designs.permuted_arms import permute_arms


def welch(a, b, axis=-1):
    spread = a.var(axis=axis, ddof=1) / a.shape[axis] + b.var(axis=axis, ddof=1) / b.shape[axis]
    return (a.mean(axis=axis) - b.mean(axis=axis)) / np.sqrt(spread)


@pytest.mark.parametrize("shift", [-1.0, 0.0, 0.7, 2.0])
def test_all_exchanges_give_the_p_of_scipy(shift):
    rng = np.random.default_rng(3)
    a, b = rng.exponential(size=5) + shift, rng.exponential(size=7)
    arms = permute_arms(a, b)
    for value in (0.0, 0.5):
        for side, p in (("greater", arms.p_above(value)), ("less", arms.p_below(value))):
            theirs = stats.permutation_test((a - value, b), welch, vectorized=True, alternative=side)
            assert p == pytest.approx(theirs.pvalue)
    want = stats.ttest_ind(a, b, equal_var=False)
    assert arms.estimate / arms.standard_error == pytest.approx(want.statistic)
    assert arms.df == pytest.approx(want.df)


def test_limits_are_where_the_test_turns_and_mirror_with_the_effect():
    rng = np.random.default_rng(4)
    arms = permute_arms(rng.exponential(size=8), rng.exponential(size=30))
    low, high = arms.interval(0.95)
    assert arms.p_above(low - 1e-6) <= 0.025 < arms.p_above(low + 1e-6)
    assert arms.p_below(high + 1e-6) <= 0.025 < arms.p_below(high - 1e-6)
    mirrored = arms.negated()
    assert mirrored.interval(0.95) == pytest.approx((-high, -low))
    assert mirrored.p_above(-0.2) == arms.p_below(0.2)
    assert mirrored.estimate == -arms.estimate


def test_too_few_exchanges_exclude_nothing():
    arms = permute_arms(np.array([5.0, 6.0, 7.5]), np.array([1.0, 2.0, 3.5]))
    assert arms.p_above(0.0) == 0.05
    assert arms.interval(0.95) == (-math.inf, math.inf)


def test_values_that_are_all_alike_are_no_error():
    arms = permute_arms(np.array([2.0, 2.0, 2.0]), np.array([2.0, 2.0, 2.0]))
    assert arms.p_above(0.0) == arms.p_below(0.0) == 1.0


@pytest.mark.parametrize("n_studies", [300, pytest.param(2000, marks=pytest.mark.acceptance)])
def test_8_against_30_exponential_values_err_as_often_as_they_say(n_studies):
    rng = np.random.default_rng(5)
    above = below = 0
    for _ in range(n_studies):
        arms = permute_arms(rng.exponential(size=8), rng.exponential(size=30))
        above += arms.p_above(0.0) <= 0.025
        below += arms.p_below(0.0) <= 0.025
    bar = 0.025 + 3 * math.sqrt(0.025 * 0.975 / n_studies)
    assert max(above, below) / n_studies <= bar
