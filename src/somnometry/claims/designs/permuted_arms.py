"""`PermutedArms`: what chance may do to two arms, by exchanging their members (studentised permutation)."""

from __future__ import annotations

import dataclasses
import itertools
import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

__all__ = ["PermutedArms", "permute_arms"]

Floats = npt.NDArray[np.float64]
#: Up to so many exchanges all are looked at; of more, so many are drawn, with a seed, beside the arms as they are.
ALL, DRAWN = 5000, 4999
#: Exchanges whose statistic is as large but for rounding are as large.
TIED = 1e-9
#: Doublings and halvings with which a limit is sought.
OUTWARD, INWARD = 12, 30


@dataclass(frozen=True, slots=True, eq=False)
class PermutedArms:
    """A difference of two arms whose error is that of exchanging their members, by Welch's statistic.

    Exact where the arms differ by a shift alone, whatever the distribution and the sizes; nearly so where their
    variances differ too.

    Parameters
    ----------
    estimate, standard_error, df : float
        Of Welch's test.
    sizes : (int, int)
    moved : array of int, shape (n_exchanges,)
        How many of the first arm stay in it; the first exchange is none.
    sums, squares : array of float64, shape (n_exchanges,)
        Of the values in the first arm, each less the mean of the arm that it came from.
    moved_sums : array of float64, shape (n_exchanges,)
        The part of `sums` that comes from the first arm.
    whole : float
        Sum of squares of the values of both arms, each less its mean.
    sign : {1, -1}
    """

    estimate: float
    standard_error: float
    df: float
    sizes: tuple[int, int]
    moved: Floats
    sums: Floats
    squares: Floats
    moved_sums: Floats
    whole: float
    sign: int = 1

    def p_above(self, value: float) -> float:
        """One-sided p against an effect of at most `value`."""
        return self._share(value, self.sign)

    def p_below(self, value: float) -> float:
        """One-sided p against an effect of at least `value`."""
        return self._share(value, -self.sign)

    def _share(self, value: float, side: int) -> float:
        """Share of exchanges whose statistic is as large as that of the arms as they are, the effect taken off."""
        t = side * self._statistics(self.sign * (value - self.estimate))
        return float((t >= t[0] - TIED * max(1.0, abs(t[0]))).mean())

    def _statistics(self, shift: float) -> Floats:
        """Welch's statistic of each exchange, `shift` being taken off the first arm besides its mean."""
        (n1, n2), k = self.sizes, self.moved
        first = self.sums - shift * k
        first2 = self.squares - 2 * shift * self.moved_sums + shift**2 * k
        second = -shift * n1 - first
        second2 = self.whole + shift**2 * n1 - first2
        spread = np.maximum((first2 - first**2 / n1) / (n1 * (n1 - 1)), 0)
        spread += np.maximum((second2 - second**2 / n2) / (n2 * (n2 - 1)), 0)
        difference = first / n1 - second / n2
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.nan_to_num(difference / np.sqrt(spread), nan=0.0, posinf=math.inf, neginf=-math.inf)

    def interval(self, level: float) -> tuple[float, float]:
        """Two-sided confidence interval: the effects that neither one-sided test rejects."""
        tail = (1 - level) / 2
        return (
            self.estimate - self._reach(lambda away: self.p_above(self.estimate - away) > tail),
            self.estimate + self._reach(lambda away: self.p_below(self.estimate + away) > tail),
        )

    def _reach(self, holds: Callable[[float], bool]) -> float:
        """How far from the estimate an effect is still compatible; infinite where none is too far."""
        far = self.standard_error
        for _ in range(OUTWARD):
            if not holds(far):
                break
            far *= 2
        else:
            return math.inf
        near = 0.0
        for _ in range(INWARD):
            middle = (near + far) / 2
            near, far = (middle, far) if holds(middle) else (near, middle)
        return far

    def negated(self) -> PermutedArms:
        """The effect with its sign turned."""
        return dataclasses.replace(self, estimate=-self.estimate, sign=-self.sign)


def permute_arms(first: Floats, second: Floats) -> PermutedArms:
    """Exchange the members of two arms, of two values or more each.

    References
    ----------
    Janssen 1997, Stat Probab Lett 36:9; Chung and Romano 2013, Ann Stat 41:484.

    Examples
    --------
    >>> arms = permute_arms(np.array([4.0, 5.0, 6.0]), np.array([1.0, 2.0, 3.0]))
    >>> arms.estimate, arms.p_above(0)  # one of 20 exchanges
    (3.0, 0.05)
    """
    n1, n2 = first.size, second.size
    centred = np.concatenate([first - first.mean(), second - second.mean()])
    chosen = _exchanges(n1, n1 + n2)
    values = centred[chosen]
    own = chosen < n1
    parts = first.var(ddof=1) / n1, second.var(ddof=1) / n2
    total = float(sum(parts))
    spread = parts[0] ** 2 / (n1 - 1) + parts[1] ** 2 / (n2 - 1)
    return PermutedArms(
        float(first.mean() - second.mean()), math.sqrt(total), total**2 / spread if spread > 0 else n1 + n2 - 2.0,
        (n1, n2), own.sum(axis=1).astype(np.float64), values.sum(axis=1), np.square(values).sum(axis=1),
        (values * own).sum(axis=1), float(centred @ centred),
    )  # fmt: skip


def _exchanges(n1: int, n: int) -> npt.NDArray[np.intp]:
    """Give the members of the first arm in each exchange; in the first, its own."""
    if math.comb(n, n1) <= ALL:
        return np.array(list(itertools.combinations(range(n), n1)), np.intp)
    order = np.tile(np.arange(n), (DRAWN, 1))
    drawn = np.random.default_rng(0).permuted(order, axis=1)[:, :n1]
    return np.concatenate([np.arange(n1)[None], drawn])
