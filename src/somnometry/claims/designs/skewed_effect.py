"""`SkewedEffect`: a t test and interval that mind the skewness of an estimate (Hall's transformation)."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import stdtr, stdtrit

__all__ = ["SkewedEffect", "skewness_of"]

#: Below so much skewness the limit of the formulas is taken.
HARDLY = 1e-6


@dataclass(frozen=True, slots=True)
class SkewedEffect:
    """An estimate whose error follows a t distribution once its skewness is taken off.

    With T = (estimate - value) / standard error and the skewness A of the estimate,
    T + A T^2 / 3 + A^2 T^3 / 27 + A / 6 is set against t. It rises with T, so that test and interval agree.

    Parameters
    ----------
    estimate, standard_error, df : float
    skewness : float
        Of the estimate, not of what it is the mean of.

    References
    ----------
    Hall 1992, J R Stat Soc B 54:221; Zhou and Dinh 2005, Biostatistics 6:187 (differences of two means).

    Examples
    --------
    >>> SkewedEffect(10.0, 2.0, 20, 0.0).interval(0.95)[0] == 10 - 2 * float(stdtrit(20, 0.975))
    True
    >>> [round(limit, 2) for limit in SkewedEffect(10.0, 2.0, 20, 0.4).interval(0.95)]
    [6.73, 17.23]
    """

    estimate: float
    standard_error: float
    df: float
    skewness: float

    def p_above(self, value: float) -> float:
        """One-sided p against an effect of at most `value`."""
        return float(stdtr(self.df, -self._transformed(value)))

    def p_below(self, value: float) -> float:
        """One-sided p against an effect of at least `value`."""
        return float(stdtr(self.df, self._transformed(value)))

    def _transformed(self, value: float) -> float:
        t, a = (self.estimate - value) / self.standard_error, self.skewness
        return t + a * t**2 / 3 + a**2 * t**3 / 27 + a / 6

    def interval(self, level: float) -> tuple[float, float]:
        """Two-sided confidence interval."""
        quantile = float(stdtrit(self.df, 0.5 + level / 2))
        low, high = (self.estimate - self.standard_error * self._restored(g) for g in (quantile, -quantile))
        return low, high

    def _restored(self, transformed: float) -> float:
        """Give the T that is transformed into a number."""
        a = self.skewness
        x = transformed - a / 6
        if abs(a) < HARDLY:
            return x - a * x**2 / 3
        return 3 / a * (math.cbrt(1 + a * x) - 1)

    def negated(self) -> SkewedEffect:
        """The effect with its sign turned."""
        return SkewedEffect(-self.estimate, self.standard_error, self.df, -self.skewness)


def skewness_of(influences: npt.NDArray[np.float64], standard_error: float) -> float:
    """Give the skewness of an estimate, from what it loses without each person in turn."""
    return float((influences**3).sum()) / standard_error**3
