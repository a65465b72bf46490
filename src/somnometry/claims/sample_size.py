"""How many subjects would decide: power of the verdict's own rules, with the spread that the study may have."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import numpy.typing as npt
from scipy import stats
from scipy.special import ndtr

__all__ = ["MAX_SUBJECTS", "n_to_decide", "p_equivalent", "p_supported", "smallest_n"]

Floats = npt.NDArray[np.float64]
MAX_SUBJECTS = 20_000
WANTED = 0.8
#: Where the distribution of the estimated variance is looked at.
NODES = (np.arange(400) + 0.5) / 400


def _spreads(standard_error: float, df: float) -> Floats:
    """Give equally likely values of an estimated standard error."""
    spread: Floats = standard_error * np.sqrt(stats.chi2.ppf(NODES, df) / df)
    return spread


def p_supported(true: float, standard_error: float, df: float, margin: float, alpha: float = 0.05) -> float:
    """Probability that a claim of superiority is supported, 0 to 1.

    Parameters
    ----------
    true : float
        True effect, oriented so that benefit is positive.
    standard_error, df : float
        True standard error of the estimate, and degrees of freedom of the estimated one.
    margin : float
        Smallest effect of interest; 0 gives the power of the one-sided test at half of alpha.
    alpha : float

    Examples
    --------
    Of a paired t test of 20 subjects against half a standard deviation (0.5645 by R's power.t.test):

    >>> round(p_supported(0.5, 1 / 20**0.5, 19, 0.0), 4)
    0.5645
    """
    s = _spreads(standard_error, df)
    reach = np.maximum(stats.t.ppf(1 - alpha / 2, df) * s, margin - stats.t.ppf(0.95, df) * s)
    return float(np.mean(ndtr((true - reach) / standard_error)))


def p_equivalent(true: float, standard_error: float, df: float, margin: float, alpha: float = 0.05) -> float:
    """Probability that a claim is found equivalent, 0 to 1; parameters as in `p_supported`."""
    s = _spreads(standard_error, df)
    half = np.maximum(margin - stats.t.ppf(1 - alpha, df) * s, 0)
    inside = ndtr((half - true) / standard_error) - ndtr((-half - true) / standard_error)
    return float(np.mean(np.where(half > 0, inside, 0.0)))


def n_to_decide(
    standard_error: float, df: float, n_subjects: int, margin: float, alpha: float = 0.05, kind: str = "superiority"
) -> int | None:
    """Smallest number of subjects that would decide a claim, never computed from the observed effect.

    With it the claim is supported with probability 0.8 if the effect is as large as the smallest one of interest, and
    found equivalent with probability 0.8 if there is none, even if the variance is as large as the upper 80 % limit
    of what this study says. A claim of non-inferiority or equivalence is to be supported if there is no effect.

    Parameters
    ----------
    standard_error, df : float
        Of this study's estimate.
    n_subjects : int
        Of this study.
    margin : float
        Smallest effect of interest, on the scale of the standard error.
    alpha : float
    kind : str

    Returns
    -------
    int or None
        None where the study says too little of the variance, or more than 20,000 would be needed.
    """
    if not (math.isfinite(standard_error) and df > 0 and standard_error > 0):
        return None
    upper = standard_error * math.sqrt(df / stats.chi2.ppf(0.2, df))

    def decides(n: int) -> bool:
        error, degrees = upper * math.sqrt(n_subjects / n), max(df * n / n_subjects, 1.0)
        if kind == "non-inferiority":
            return p_supported(margin, error, degrees, 0.0, alpha) >= WANTED
        if p_equivalent(0.0, error, degrees, margin, alpha) < WANTED:
            return False
        return kind == "equivalence" or p_supported(margin, error, degrees, margin, alpha) >= WANTED

    return smallest_n(decides, 3, MAX_SUBJECTS)


def smallest_n(suffices: Callable[[int], bool], less: int, most: int) -> int | None:
    """Smallest number above `less`, up to `most`, that suffices, where larger ones do too; None where there is none.

    Examples
    --------
    >>> smallest_n(lambda n: n * n >= 50, 1, 100), smallest_n(lambda n: n > 100, 1, 100)
    (8, None)
    """
    low, high = less, less + 1
    while not suffices(high):
        if high >= most:
            return None
        low, high = high, min(2 * high, most)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if suffices(middle) else (middle, high)
    return high
