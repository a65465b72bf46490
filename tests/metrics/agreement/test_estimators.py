"""Bias, spread and ratio, worked by hand."""

import math

import pytest

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
