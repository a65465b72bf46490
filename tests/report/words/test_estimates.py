"""Estimates with their intervals, in cells of a table."""

import math

import pytest

from somnometry.metrics.agreement.bootstrap import Estimate
from somnometry.report.words.estimates import decimal_or_nothing, one_decimal, range_text, two_decimals


@pytest.mark.parametrize(
    ("words", "digits"), [(one_decimal, ("12.3", "10.0", "14.6")), (two_decimals, ("12.34", "10.00", "14.56"))]
)
def test_an_estimate_is_shown_with_its_interval(words, digits):
    text = words(Estimate(12.34, 10.0, 14.56))
    assert all(part in text for part in digits)


def test_nothing_is_shown_of_what_is_not_known():
    assert decimal_or_nothing(math.nan) == range_text(math.nan, math.nan) == ""
    assert (decimal_or_nothing(1.25), range_text(-1.5, 2.0)) == ("1.2", "−1.5 to 2.0")
