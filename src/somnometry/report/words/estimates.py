"""Estimates with their intervals, in fixed decimals, as pictures and tables of agreement show them."""

from __future__ import annotations

import numpy as np

from ...metrics.agreement.bootstrap import Estimate
from .numbers import MINUS

__all__ = ["decimal_or_nothing", "one_decimal", "range_text", "signed", "two_decimals"]


def two_decimals(estimate: Estimate) -> str:
    """Give an estimate with its interval, as scores between 0 and 1 are shown."""
    return _estimate(estimate, ".2f")


def one_decimal(estimate: Estimate) -> str:
    """Give an estimate with its interval, as quantities with a unit are shown."""
    return _estimate(estimate, ".1f")


def _estimate(estimate: Estimate, form: str) -> str:
    if np.isnan(estimate.value):
        return "undefined"
    if np.isnan(estimate.lower):
        return signed(estimate.value, form)
    value, lower, upper = (signed(one, form) for one in (estimate.value, estimate.lower, estimate.upper))
    return f"{value} [{lower}, {upper}]"


def decimal_or_nothing(value: float) -> str:
    """Give a number with one decimal; nothing of NaN."""
    return "" if np.isnan(value) else signed(value, ".1f")


def range_text(low: float, high: float) -> str:
    """Give a range, such as limits of agreement; nothing of NaN."""
    return "" if np.isnan(low) else f"{signed(low, '.1f')} to {signed(high, '.1f')}"


def signed(value: float, form: str) -> str:
    """Give a number in fixed decimals, with a true minus; what rounds to nothing has no sign.

    Examples
    --------
    >>> signed(-7.14, ".1f"), signed(-0.04, ".1f")
    ('−7.1', '0.0')
    """
    return format(value, "z" + form).replace("-", MINUS)
