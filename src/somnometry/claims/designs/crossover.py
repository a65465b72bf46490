"""The 2x2 crossover: two treatments, two periods, two sequences; an exact t test on the means of periods."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ...core.verdict import Exclusion, SideEffect
from ..data.sample import NotTestableError, Sample
from .effect import FTest, TEffect, side_effect, squared
from .model import Weights, weights_of

__all__ = ["TwoByTwo", "fit_two_by_two", "is_two_by_two", "remove_night_effects"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.intp]


@dataclass(frozen=True, slots=True, eq=False)
class TwoByTwo:
    """A fitted 2x2 crossover.

    Parameters
    ----------
    sample : Sample
        Of the subjects with both periods.
    difference : array of float64, shape (n_subjects,)
        Treatment less control of each subject, night effects removed.
    total : array of float64, shape (n_subjects,)
        Sum of the two periods.
    second : array of bool, shape (n_subjects,)
        Whether treatment came second.
    night_effects : tuple of SideEffect
    exclusions : tuple of Exclusion
    n_incomplete : int
        Subjects without one of the periods.
    """

    sample: Sample
    difference: Floats
    total: Floats
    second: npt.NDArray[np.bool_]
    night_effects: tuple[SideEffect, ...]
    exclusions: tuple[Exclusion, ...]
    n_incomplete: int

    method = "least squares on period means: subject, period and treatment (exact t)"

    @property
    def df(self) -> int:
        """Degrees of freedom: subjects less sequences."""
        return self.difference.size - 2

    @property
    def residuals(self) -> Floats:
        """Deviations of the subjects' differences from the mean of their sequence."""
        return _around_sequences(self.difference, self.second)

    @property
    def side_effects(self) -> tuple[SideEffect, ...]:
        """The effects of period, of carry-over, and of nights within a period."""
        first, second = self.difference[~self.second].mean(), self.difference[self.second].mean()
        error = self._error(self.residuals)
        period = TEffect(float(second - first) / 2, error, self.df)
        totals = self.total
        gap = totals[self.second].mean() - totals[~self.second].mean()
        spread = _around_sequences(totals, self.second)
        carry = TEffect(-float(gap), 2 * self._error(spread), self.df)
        return (
            side_effect("period 2 against period 1", period),
            side_effect(
                "carry-over (difference of the sequences' totals)", carry,
                "reported; it never chooses the analysis, and cannot be told from a difference between the sequences",
            ),
            *self.night_effects,
        )  # fmt: skip

    def _error(self, residuals: Floats) -> float:
        """Standard error of half the sum of the sequences' means."""
        variance = float(residuals @ residuals) / self.df
        n = int(self.second.sum())
        return math.sqrt(variance / 4 * (1 / n + 1 / (self.second.size - n)))

    def contrast(self, weights: Weights) -> TEffect:
        """A multiple of treatment less control."""
        factor = weights_of(weights, self.sample.arms)[1]
        estimate = (self.difference[self.second].mean() + self.difference[~self.second].mean()) / 2
        return TEffect(factor * float(estimate), abs(factor) * self._error(self.residuals), self.df)

    def joint(self, contrasts: Sequence[Weights]) -> FTest:
        """The square of the t test: there is one contrast only."""
        return squared(self.contrast(contrasts[0]))

    def leave_one_out(self, weights: Weights) -> Floats:
        """The contrast without each subject in turn; NaN where a sequence would be empty."""
        factor = weights_of(weights, self.sample.arms)[1]
        n = np.where(self.second, self.second.sum(), (~self.second).sum())
        mean = np.where(self.second, self.difference[self.second].mean(), self.difference[~self.second].mean())
        other = np.where(self.second, self.difference[~self.second].mean(), self.difference[self.second].mean())
        with np.errstate(invalid="ignore", divide="ignore"):
            without = (n * mean - self.difference) / (n - 1)
        result: Floats = factor * (without + other) / 2
        return result


def is_two_by_two(sample: Sample) -> bool:
    """Whether a sample is of two arms in two periods, each subject having each arm in one period at most."""
    if len(sample.arms) != 2 or (sample.period < 0).any() or np.unique(sample.period).size != 2:
        return False
    periods = int(sample.period.max()) + 1
    place = np.unique((sample.subject * 2 + sample.arm) * periods + sample.period)
    return bool((np.bincount(place // periods) <= 1).all())


def fit_two_by_two(sample: Sample) -> TwoByTwo:
    """Fit a 2x2 crossover: subject, period and treatment by least squares on period means.

    The effects of nights within a period are removed first, from all nights at once. Then half the sum of the two
    sequences' mean differences is the treatment effect; its t test has n - 2 degrees of freedom.

    Raises
    ------
    NotTestableError
        Where there is one order only, so that treatment and period are one, or fewer than two subjects in an order.

    References
    ----------
    Senn 2002, Cross-over Trials in Clinical Research, chapter 3.
    """
    y, night_effects = remove_night_effects(sample)
    n_subjects = len(sample.subjects)
    cell = sample.subject * 2 + sample.arm
    n = np.bincount(cell, minlength=2 * n_subjects).reshape(-1, 2)
    with np.errstate(invalid="ignore"):
        mean = np.bincount(cell, y, minlength=2 * n_subjects).reshape(-1, 2) / n
    period = np.full((n_subjects, 2), -1)
    period[sample.subject, sample.arm] = sample.period
    complete: npt.NDArray[np.bool_] = np.all(n > 0, axis=1)
    n_incomplete = int(((n > 0).any(axis=1) & ~complete).sum())
    second = period[complete, 1] > period[complete, 0]
    orders = sorted({int(second.sum()), int((~second).sum())})
    if not complete.any() or orders[0] == 0:
        raise NotTestableError(
            "all subjects with both periods had the treatments in one order, so that treatment and period are one; "
            "both orders are needed"
        )
    if orders[0] < 2:
        raise NotTestableError("one subject with both periods had one of the orders; two of each are needed")
    exclusions: tuple[Exclusion, ...] = ()
    if n_incomplete:
        lost = int(sample.n_nights[~complete[sample.subject]].sum())
        exclusions = (Exclusion("one of the two periods is missing", lost, n_incomplete),)
    return TwoByTwo(
        sample.subset(complete[sample.subject]),
        mean[complete, 1] - mean[complete, 0],
        mean[complete].sum(axis=1),
        second,
        night_effects,
        exclusions,
        n_incomplete,
    )


def _around_sequences(values: Floats, second: npt.NDArray[np.bool_]) -> Floats:
    """Give the deviations of the subjects from the mean of their sequence."""
    deviations: Floats = values - np.where(second, values[second].mean(), values[~second].mean())
    return deviations


def remove_night_effects(sample: Sample) -> tuple[Floats, tuple[SideEffect, ...]]:
    """Take the effects of nights within a period off the values; they are estimated within subjects and periods."""
    nights = np.unique(sample.night)
    if nights.size < 2:
        return sample.y, ()
    period = sample.period - sample.period.min()
    place = (sample.subject * (period.max() + 1) + period) * len(sample.arms) + sample.arm
    cell = np.unique(place, return_inverse=True)[1]
    n = np.bincount(cell)
    dummies = (sample.night[:, None] == nights[None, 1:]).astype(np.float64)

    def within(values: Floats) -> Floats:
        means = np.stack([np.bincount(cell, column) / n for column in values.T], axis=1)
        centred: Floats = values - means[cell]
        return centred

    Z, y = within(dummies), within(sample.y[:, None])[:, 0]
    inverse = np.linalg.pinv(Z.T @ Z)
    effects = inverse @ Z.T @ y
    df = len(sample) - n.size - int(np.linalg.matrix_rank(Z))
    rest = y - Z @ effects
    errors = np.sqrt(np.diag(inverse) * float(rest @ rest) / df) if df > 0 else np.full(effects.size, math.nan)
    found = [TEffect(-float(e), float(s), df) for e, s in zip(effects, errors, strict=True)]
    balance = dummies @ effects - float(np.mean(dummies @ effects))
    first = (side_effect(f"first night of a period against night {nights[1] + 1}", found[0]),)
    return sample.y - balance, first
