"""Effects: an estimate, what it excludes, and how surely."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt
from scipy.special import stdtr, stdtrit

from ...core.reason import Reason
from ...core.verdict import SideEffect

__all__ = ["Effect", "FTest", "RandomisationEffect", "TEffect", "oriented", "side_effect", "squared", "two_sided"]


class Effect(Protocol):
    """An estimate with the p-values and intervals that decisions need."""

    @property
    def estimate(self) -> float:
        """The effect, on the scale that is analysed."""

    @property
    def standard_error(self) -> float:
        """Its standard error; NaN where the test has none."""

    @property
    def df(self) -> float:
        """Degrees of freedom; NaN where the test has none."""

    def p_above(self, value: float) -> float:
        """One-sided p against an effect of at most `value`."""

    def p_below(self, value: float) -> float:
        """One-sided p against an effect of at least `value`."""

    def interval(self, level: float) -> tuple[float, float]:
        """Two-sided confidence interval."""

    def negated(self) -> Effect:
        """The effect with its sign turned."""


@dataclass(frozen=True, slots=True)
class FTest:
    """A joint test of several contrasts."""

    F: float
    ndf: float
    ddf: float
    p: float


@dataclass(frozen=True, slots=True)
class TEffect:
    """An estimate whose error follows a t distribution.

    Parameters
    ----------
    estimate, standard_error, df : float

    Examples
    --------
    >>> effect = TEffect(0.04, 0.12, 99)  # Lakens 2017: mean 0.54 against 0.5, SD 1.2, n 100
    >>> round(effect.p_above(-0.36), 10), round(effect.p_below(0.36), 9)
    (0.0006040021, 0.004474619)
    """

    estimate: float
    standard_error: float
    df: float

    def p_above(self, value: float) -> float:
        """One-sided p against an effect of at most `value`."""
        return self._tail(self.estimate - value)

    def p_below(self, value: float) -> float:
        """One-sided p against an effect of at least `value`."""
        return self._tail(value - self.estimate)

    def _tail(self, distance: float) -> float:
        if self.standard_error == 0:
            return 0.5 if distance == 0 else float(distance < 0)
        return float(stdtr(self.df, -distance / self.standard_error))

    def interval(self, level: float) -> tuple[float, float]:
        """Two-sided confidence interval."""
        half = float(stdtrit(self.df, 0.5 + level / 2)) * self.standard_error
        return self.estimate - half, self.estimate + half

    def negated(self) -> TEffect:
        """The effect with its sign turned."""
        return TEffect(-self.estimate, self.standard_error, self.df)


@dataclass(frozen=True, slots=True, eq=False)
class RandomisationEffect:
    """An estimate whose error is that of the order that was drawn, among those that might have been.

    Parameters
    ----------
    estimate : float
    thresholds : array of float64, shape (n_orders,)
        Ascending; for each order that might have been drawn, the effect above which its statistic is no longer as
        large as the one observed. The share of thresholds at most `c` is the p-value against an effect of at most `c`.
    certain : int
        Orders that are as extreme whatever the effect, the observed one among them.
    """

    estimate: float
    thresholds: npt.NDArray[np.float64]
    certain: int = 1

    @property
    def standard_error(self) -> float:
        """NaN: a randomisation test has none."""
        return math.nan

    @property
    def df(self) -> float:
        """NaN: a randomisation test has none."""
        return math.nan

    @property
    def n_orders(self) -> int:
        """Orders that might have been drawn."""
        return self.thresholds.size + self.certain

    def p_above(self, value: float) -> float:
        """One-sided p against an effect of at most `value`."""
        return float((np.searchsorted(self.thresholds, value, "right") + self.certain) / self.n_orders)

    def p_below(self, value: float) -> float:
        """One-sided p against an effect of at least `value`."""
        extreme = self.thresholds.size - np.searchsorted(self.thresholds, value, "left")
        return float((extreme + self.certain) / self.n_orders)

    def interval(self, level: float) -> tuple[float, float]:
        """Two-sided confidence interval: the effects that neither one-sided test rejects."""
        tail = (1 - level) / 2
        free = math.floor(tail * self.n_orders + 1e-9) - self.certain
        if free < 0:
            return -math.inf, math.inf
        return float(self.thresholds[free]), float(self.thresholds[self.thresholds.size - 1 - free])

    def negated(self) -> RandomisationEffect:
        """The effect with its sign turned."""
        return RandomisationEffect(-self.estimate, -self.thresholds[::-1], self.certain)


def oriented(effect: Effect, sign: int) -> Effect:
    """Turn an effect so that a benefit is positive."""
    return effect if sign > 0 else effect.negated()


def two_sided(effect: Effect, value: float = 0.0) -> float:
    """Two-sided p against an effect of `value`."""
    return min(1.0, 2 * min(effect.p_above(value), effect.p_below(value)))


def squared(effect: TEffect) -> FTest:
    """Give the F test that is the square of a t test."""
    return FTest((effect.estimate / effect.standard_error) ** 2, 1, effect.df, two_sided(effect))


def side_effect(name: Reason, effect: Effect, *notes: Reason) -> SideEffect:
    """Report an effect that the design carries along."""
    return SideEffect(name, effect.estimate, effect.standard_error, effect.df, two_sided(effect), notes)
