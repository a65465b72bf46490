"""Moments of log-normal metrics: SDs of the logarithm, and means of what is cut off at a horizon."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt
from scipy.special import ndtr

from .spreads import Spread

__all__ = ["log_sds", "restricted_mean_of"]

Floats = npt.NDArray[np.float64]


def log_sds(spread: Spread) -> tuple[float, float]:
    """SDs between people and night to night of the logarithm of a positive metric that has the SDs of `spread`.

    Examples
    --------
    >>> between, within = log_sds(Spread(30.0, 0.0, 30.0, "latency"))
    >>> between, round(within**2, 4)  # ln 2
    (0.0, 0.6931)
    """
    square = spread.mean**2
    return (
        math.sqrt(math.log1p(spread.between**2 / square)),
        math.sqrt(math.log1p(spread.within**2 / (square + spread.between**2))),
    )


def restricted_mean_of(mean: Floats, sd: float, tau: float) -> Floats:
    """Mean of min(T, tau) of a log-normal T, of which `sd` is the SD of the logarithm."""
    if sd == 0:
        return np.minimum(mean, tau)
    z = (math.log(tau) - np.log(mean)) / sd
    return np.asarray(mean * ndtr(z - sd / 2) + tau * ndtr(-z - sd / 2), np.float64)
