"""Bias, spread and ratio, worked by hand."""

import math

import numpy as np
import pytest

from somnometry.metrics.agreement.estimators import difference_estimates
from somnometry.metrics.agreement.values import value_agreement

from .published import interval


def test_several_nights_of_a_person():
    # a: 1, 3; b: 4, 6; c: 8. means 2, 5, 8, grand mean 4.4. within: (1+1+1+1)/2 = 2.
    # between: (2*5.76 + 2*.36 + 12.96)/2 = 12.6; m0 = (5 - 9/5)/2 = 1.6; variance between (12.6 - 2)/1.6 = 6.625
    people = ["a", "a", "b", "b", "c"]
    agreement = value_agreement([0, 1, 2, 3, 4], [1, 4, 6, 9, 12], subjects=people)
    assert agreement["bias"].value == pytest.approx(4.4)
    assert agreement["sd"].value == pytest.approx(math.sqrt(8.625))
    assert agreement.interval == "bootstrap"


def test_the_interval_of_the_half_width():
    # squares of the residuals, 2.8, over the variance are chi-squared with 4 - 2 degrees of freedom, whose quantile
    # at p is -2 ln(1 - p)
    agreement = value_agreement([10, 20, 30, 40], [12, 21, 32, 39], interval="classic")
    bounds = [1.96 * math.sqrt(2.8 / (-2 * math.log(1 - p))) for p in (0.975, 0.025)]
    assert interval(agreement["halfwidth"]) == pytest.approx(bounds)


def test_the_intervals_of_the_ratio():
    # logarithms ln 2 times 1, -1, 1, -1: mean 0, SD ln 2 * root of 4/3; error of the mean ln 2 / root of 3, and of
    # the limits root of 3 times that, ln 2; Student's t of 3 degrees of freedom 3.182446
    agreement = value_agreement([1, 2, 4, 8], [2, 1, 8, 4], interval="classic")
    assert interval(agreement["ratio"]) == pytest.approx((2 ** (-3.182446 / 3**0.5), 2 ** (3.182446 / 3**0.5)))
    for key, sign in (("ratio_lower", -1), ("ratio_upper", 1)):
        exponent = sign * 1.96 * math.sqrt(4 / 3)
        assert agreement[key].value == pytest.approx(2**exponent)
        assert interval(agreement[key]) == pytest.approx(
            (2 ** (exponent - 3.182446), 2 ** (exponent + 3.182446)), rel=1e-5
        )


def by_numpy(x, y):
    """The estimates of a draw out of the pairs that it drew, each as often as it was drawn."""
    d, n = y - x, x.size
    slope, intercept = np.polyfit(x, d, 1)
    residuals = d - intercept - slope * x
    spread_slope, spread_intercept = np.polyfit(x, np.abs(residuals), 1)
    table = np.stack([x, y], axis=1)
    rows = 2 * ((table.mean(axis=1) - table.mean()) ** 2).sum() / (n - 1)
    columns = n * ((table.mean(axis=0) - table.mean()) ** 2).sum()
    left = table - table.mean(axis=1, keepdims=True) - table.mean(axis=0) + table.mean()
    error = (left**2).sum() / (n - 1)
    return {
        "bias": d.mean(), "sd": d.std(ddof=1), "slope": slope, "intercept": intercept,
        "halfwidth": 1.96 * residuals.std(ddof=1), "spread_slope": spread_slope, "spread_intercept": spread_intercept,
        "icc": (rows - error) / (rows + error + 2 / n * (columns - error)),
        "ratio": np.exp(np.log(y / x).mean()),
    }  # fmt: skip


@pytest.mark.parametrize("level", [0.0, 1e5])
def test_estimates_of_draws_are_those_of_the_pairs_drawn(level):
    rng = np.random.default_rng(4)
    x = rng.gamma(3.0, 20.0, 40) + 1 + level
    y = x + rng.normal(3, 5, 40)
    y[y <= 0] = 1.0
    weights = rng.multinomial(40, np.full(40, 1 / 40), size=50).astype(float)
    ours = difference_estimates(x, y, np.arange(40), weights)
    for i, counts in enumerate(weights.astype(int)):
        drawn = by_numpy(np.repeat(x, counts), np.repeat(y, counts))
        for key, value in drawn.items():
            assert ours[key][i] == pytest.approx(value, rel=1e-6, abs=1e-8 * (1 + level)), key


def test_a_draw_of_one_person_only_has_no_spread():
    x, y = np.array([10.0, 20.0, 30.3]), np.array([10.1, 20.7, 33.0])
    ours = difference_estimates(x, y, np.arange(3), np.array([[3.0, 0, 0], [0, 0, 3.0]]))
    assert ours["sd"].tolist() == [0, 0]
    assert ours["bias"] == pytest.approx([0.1, 2.7])
    assert np.isnan(ours["slope"]).all()


def test_people_with_several_nights_are_drawn_whole():
    x = np.array([1.0, 2, 3, 4, 5, 6])
    d = np.array([1.0, 3, 4, 6, 8, 9])
    index = np.array([0, 0, 1, 1, 2, 2])
    twice = difference_estimates(x, x + d, index, np.array([[2.0, 1, 0]]))
    # a twice and b: person means 2, 2, 5, grand mean 3; within (2 + 2 + 2) / 3; between 2 (1 + 1 + 4) / 2, of 2 values
    assert twice["bias"] == pytest.approx([3.0])
    assert twice["sd"] == pytest.approx([math.sqrt((6 - 2) / 2 + 2)])
