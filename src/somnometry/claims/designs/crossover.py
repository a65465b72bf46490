"""The crossover: the exact t test of the 2x2 design, and a mixed model where there are more periods or treatments."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ...core.errors import ClaimError
from ...core.reason import Reason
from ...core.verdict import Exclusion, SideEffect
from ..data.sample import NotTestableError, Sample
from ..mixed import RandomTerm
from ..mixed.layouts import kept
from .effect import Effect, FTest, TEffect, side_effect, squared
from .mixed_model import (
    FixedEffect,
    MixedModel,
    arm_effects,
    fit_effects,
    fit_terms,
    group_pairs,
    level_effects,
    terms_of,
)
from .model import ArmModel, Permutation, Weights, require_repeated, weights_of
from .night_effects import remove_night_effects

__all__ = ["CrossoverModel", "TwoByTwo", "fit_crossover", "fit_crossover_model", "fit_two_by_two", "is_two_by_two"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.intp]


def fit_crossover(sample: Sample) -> ArmModel:
    """Fit a crossover: exactly where it is of two treatments in two periods, else by a mixed model.

    Raises
    ------
    NotTestableError
        Where the order of treatments is unknown, or the design cannot tell an effect from another.
    NoValuesError
        Where fewer than two subjects have values under two treatments, or there is no residual variance.
    """
    require_repeated(sample)
    if (sample.period < 0).any():
        raise NotTestableError("no-period-column")
    return fit_two_by_two(sample) if is_two_by_two(sample) else fit_crossover_model(sample)


@dataclass(frozen=True, slots=True, eq=False)
class TwoByTwo:
    """A fitted 2x2 crossover.

    Parameters
    ----------
    sample : Sample
        Of the subjects with both periods.
    given : Sample
        Of all subjects.
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
    given: Sample
    difference: Floats
    total: Floats
    second: npt.NDArray[np.bool_]
    night_effects: tuple[SideEffect, ...]
    exclusions: tuple[Exclusion, ...]
    n_incomplete: int

    method = Reason("two-by-two")

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
        return (
            side_effect(Reason("period-effect"), period),
            side_effect(Reason("carry-over-of-totals"), self.carry_over, Reason("confounded-with-sequence")),
            *self.night_effects,
        )

    @property
    def carry_over(self) -> TEffect:
        """What treatment leaves behind in the next period, more than control does: the sequences' totals compared."""
        gap = self.total[self.second].mean() - self.total[~self.second].mean()
        spread = _around_sequences(self.total, self.second)
        return TEffect(-float(gap), 2 * self._error(spread), self.df)

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

    def permutation(self, _: Weights, /) -> Permutation:
        """The differences of the two orders, second period less first, are exchangeable without an effect."""
        signed = np.where(self.second, self.difference, -self.difference)
        return Permutation(Reason("permutation-of-orders"), (signed[self.second], signed[~self.second]))

    @property
    def alternatives(self) -> Mapping[Reason, Callable[[Weights], Effect]]:
        """A mixed model, which uses the subjects without one of the periods too."""
        return {Reason("mixed-model"): lambda weights: fit_crossover_model(self.given).contrast(weights)}


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
        raise NotTestableError("one-order")
    if orders[0] < 2:
        raise NotTestableError("one-subject-in-order")
    exclusions: tuple[Exclusion, ...] = ()
    if n_incomplete:
        lost = int(sample.n_nights[~complete[sample.subject]].sum())
        exclusions = (Exclusion(Reason("missing-period"), lost, n_incomplete),)
    return TwoByTwo(
        sample.subset(complete[sample.subject]),
        sample,
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


class CrossoverModel(MixedModel):
    """A mixed model of a crossover: treatment, period and night within period."""

    __slots__ = ()

    @property
    def side_effects(self) -> tuple[SideEffect, ...]:
        """The effects of period and of the first night, and carry-over where the design can tell it."""
        carry = self._carry_over()
        return super().side_effects if carry is None else (*super().side_effects, carry)

    @property
    def carry_over(self) -> tuple[TEffect, ...]:
        """What each treatment leaves behind in the next period, in a model of its own.

        Raises
        ------
        NotTestableError
            Where the design cannot tell it.
        """
        carried = fit_carry_over(self.sample)
        tests = [carried.test(row) for row in carried.rows_of("carry")]
        return tuple(TEffect(test.effect, test.se, test.ddf) for test in tests)

    def _carry_over(self) -> SideEffect | None:
        """Test first-order carry-over in a model of its own, which is fitted only when asked for."""
        try:
            carried = fit_carry_over(self.sample)
            test = carried.test(carried.rows_of("carry"))
        except NotTestableError:
            return None
        return SideEffect(Reason("carry-over"), np.nan, np.nan, test.ddf, test.p, (Reason("only-reported"),))

    @property
    def alternatives(self) -> Mapping[Reason, Callable[[Weights], Effect]]:
        """The same, adjusted for carry-over."""
        return {Reason("adjusted-for-carry-over"): lambda weights: fit_carry_over(self.sample).contrast(weights)}


def fit_crossover_model(sample: Sample) -> CrossoverModel:
    """Fit a mixed model of treatment, period and night within period.

    Random effects of subject; of subject in a period, where a period has several nights; and of subject under a
    treatment, where a subject has a treatment in several periods.

    Raises
    ------
    NotTestableError
        Where the design cannot tell an effect from another.
    """
    rows = (codes.tobytes() for codes in (sample.subject, sample.arm, sample.period, sample.night))
    effects, X, terms = kept(("crossover", sample.arms, *rows), lambda: _columns_and_terms(sample))
    return CrossoverModel(sample, effects, fit_terms(sample, effects, X, terms))


def fit_carry_over(sample: Sample) -> MixedModel:
    """Fit the mixed model of a crossover, adjusted for the treatment of the period before (first-order carry-over).

    Raises
    ------
    NotTestableError
        Where no treatment comes before another, or the design cannot tell an effect from another.
    """
    effects, groups = _effects_and_groups(sample)
    before = _previous_arm(sample)
    carry = [
        FixedEffect("carry", label, (before == a).astype(np.float64))
        for a, label in enumerate(sample.arms)
        if a and a in before
    ]
    if not carry:
        raise NotTestableError("no-carry-over")
    effects += carry
    return MixedModel(sample, tuple(effects), fit_effects(sample, effects, groups))


def _columns_and_terms(sample: Sample) -> tuple[tuple[FixedEffect, ...], Floats, tuple[RandomTerm, ...]]:
    """Give what the rows of a crossover alone decide of its model: fixed effects, their columns, random terms."""
    effects, groups = _effects_and_groups(sample)
    try:
        terms = terms_of(groups, len(sample))
    except ClaimError as error:
        raise NotTestableError("not-estimable", why=str(error)) from None
    return tuple(effects), np.column_stack([effect.values for effect in effects]), terms


def _effects_and_groups(sample: Sample) -> tuple[list[FixedEffect], dict[str, Ints]]:
    effects = [*arm_effects(sample), *level_effects("period", sample.period), *level_effects("night", sample.night)]
    in_period = group_pairs(sample.subject, sample.period)
    under_arm = group_pairs(sample.subject, sample.arm)
    groups = {"subject": sample.subject, "subject in period": in_period}
    if under_arm.max() < in_period.max():
        groups["subject under treatment"] = under_arm
    return effects, groups


def _previous_arm(sample: Sample) -> Ints:
    """Give the arm of the subject's period before, -1 in its first."""
    before = np.full(len(sample), -1, np.intp)
    arm_of = {(s, p): a for s, p, a in zip(sample.subject, sample.period, sample.arm, strict=True)}
    for i, (s, p) in enumerate(zip(sample.subject, sample.period, strict=True)):
        before[i] = arm_of.get((s, p - 1), -1)
    return before
