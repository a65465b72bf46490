"""Estimates with their intervals, in fixed decimals, as pictures and tables of agreement show them."""

from __future__ import annotations

import numpy as np

from ...metrics.agreement.bootstrap import Estimate

__all__ = ["decimal_or_nothing", "one_decimal", "range_text", "two_decimals"]


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
        return format(estimate.value, form)
    return f"{estimate.value:{form}} [{estimate.lower:{form}}, {estimate.upper:{form}}]"


def decimal_or_nothing(value: float) -> str:
    """Give a number with one decimal; nothing of NaN."""
    return "" if np.isnan(value) else f"{value:.1f}"


def range_text(low: float, high: float) -> str:
    """Give a range, such as limits of agreement; nothing of NaN."""
    return "" if np.isnan(low) else f"{low:.1f} to {high:.1f}"
