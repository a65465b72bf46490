"""Adjustment of p-values for the number of claims: Holm, Benjamini and Hochberg, and the fixed sequence.

Holm is written out, because every simulated study asks for it twice: `multipletests` of statsmodels gives the same
numbers in a thousand times the time. Benjamini and Hochberg's is scipy's.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy import stats

from ..core.study import Multiplicity

__all__ = ["adjusted", "benjamini_hochberg", "holm"]


def holm(p: Sequence[float]) -> list[float]:
    """Adjust p-values so that any false rejection among them is as rare as alpha (Holm 1979); NaN counts for none.

    Examples
    --------
    >>> holm([0.01, 0.04, 0.03])
    [0.03, 0.06, 0.06]
    """
    values = np.array(p, np.float64)
    known = np.flatnonzero(~np.isnan(values))
    ranked = known[np.argsort(values[known], kind="stable")]
    steps = np.maximum.accumulate(values[ranked] * np.arange(ranked.size, 0, -1))
    values[ranked] = np.minimum(steps, 1.0)
    return [float(value) for value in values]


def benjamini_hochberg(p: Sequence[float]) -> list[float]:
    """Adjust p-values so that the share of false rejections is as small as alpha; NaN counts for none.

    Examples
    --------
    >>> [round(p, 3) for p in benjamini_hochberg([0.01, 0.04, 0.03])]
    [0.03, 0.04, 0.04]
    """
    values = np.array(p, np.float64)
    known = ~np.isnan(values)
    if known.any():
        values[known] = stats.false_discovery_control(values[known])
    return [float(value) for value in values]


def adjusted(p: Sequence[float], multiplicity: Multiplicity) -> list[float]:
    """Adjust p-values as a study declared: by Holm, or in the fixed sequence in which they stand.

    Examples
    --------
    >>> adjusted([0.01, 0.2, 0.03], "fixed-sequence")
    [0.01, 0.2, 0.2]
    """
    if multiplicity == "holm":
        return holm(p)
    running = np.fmax.accumulate(np.asarray(p, np.float64))
    return [float(value) for value in np.where(np.isnan(p), np.nan, running)]
