"""Parallel arms by subjects' means: Welch's test, or a baseline as covariate; a mixed model of nights beside it."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import stats

from ...core.errors import ClaimError
from ...core.reason import Reason
from ...core.verdict import Exclusion, SideEffect
from ..data.sample import NoValuesError, Sample
from .ancova import fit_ancova, with_baseline
from .effect import Effect, FTest, TEffect
from .mixed_model import FixedEffect, MixedModel, arm_effects, fit_effects, level_effects
from .model import ArmModel, Permutation, Weights, permuted_arms, require_subjects, weights_of

__all__ = ["Welch", "fit_parallel", "fit_parallel_nights", "fit_welch"]

Floats = npt.NDArray[np.float64]


def fit_parallel(sample: Sample, baseline: Floats | None = None) -> ArmModel:
    """Fit parallel arms by one value per subject, the mean of its nights: Welch's test, or the baseline as a covariate.

    A mixed model of the nights, which takes one variance for all arms, stands beside it: with 8 subjects (SD 80)
    against 30 (SD 40) it errs in 17 % of studies.

    Parameters
    ----------
    sample : Sample
        Values under treatment.
    baseline : array, shape (n_subjects,), optional
        Baseline of each subject, NaN where it has none.

    Raises
    ------
    ClaimError
        Where a subject is in two arms.
    NotTestableError
        Where arms or baseline are too few to tell an effect.
    """
    pairs = np.unique(np.stack([sample.subject, sample.arm]), axis=1)
    if (several := np.bincount(pairs[0]) > 1).any():
        who = sample.subjects[int(np.flatnonzero(several)[0])]
        raise ClaimError(
            f"subject {who!r} is in two arms", remedy="in a parallel study a subject is in one: is it a crossover?"
        )
    if len(sample) == sample.n_subjects:
        return fit_welch(sample) if baseline is None else fit_ancova(sample, baseline)

    def of_nights(weights: Weights) -> Effect:
        return fit_parallel_nights(sample, baseline).contrast(weights)

    means = _subject_means(sample)
    return fit_welch(means, of_nights) if baseline is None else fit_ancova(means, baseline, of_nights)


@dataclass(frozen=True, slots=True, eq=False)
class Welch:
    """Arm means with variances of their own.

    Parameters
    ----------
    sample : Sample
        One value per subject.
    of_nights : callable, optional
        The contrast of a mixed model of the nights, where a value is the mean of several.
    """

    sample: Sample
    of_nights: Callable[[Weights], Effect] | None = None
    side_effects: tuple[SideEffect, ...] = ()
    exclusions: tuple[Exclusion, ...] = ()

    n_incomplete = 0

    @property
    def method(self) -> Reason:
        """What was fitted."""
        return Reason("welch" if self.of_nights is None else "welch-of-means")

    def _arms(self) -> list[Floats]:
        return [self.sample.y[self.sample.arm == a] for a in range(len(self.sample.arms))]

    @property
    def residuals(self) -> Floats:
        """Deviations from the arm's mean, over the arm's standard deviation."""
        return np.concatenate([(y - y.mean()) / (y.std(ddof=1) or 1.0) for y in self._arms()])

    def contrast(self, weights: Weights) -> TEffect:
        """A weighted sum of arm means; degrees of freedom by Satterthwaite."""
        w = weights_of(weights, self.sample.arms)
        arms = [(weight, y) for weight, y in zip(w, self._arms(), strict=True) if weight]
        estimate = sum(weight * y.mean() for weight, y in arms)
        parts = np.array([weight**2 * y.var(ddof=1) / y.size for weight, y in arms])
        total = float(parts.sum())
        spread = sum(part**2 / (y.size - 1) for part, (_, y) in zip(parts, arms, strict=True))
        df = total**2 / spread if spread > 0 else float(sum(y.size - 1 for _, y in arms))
        return TEffect(float(estimate), math.sqrt(total), float(df))

    def joint(self, contrasts: Sequence[Weights]) -> FTest:
        """Welch's analysis of variance of the arms that the contrasts name."""
        named = {arm for weights in contrasts for arm in weights}
        arms = [y for arm, y in zip(self.sample.arms, self._arms(), strict=True) if arm in named]
        if not all(np.ptp(y) > 0 for y in arms):
            raise NoValuesError("no-residual-variance", label=self.sample.label)
        w = np.array([y.size / y.var(ddof=1) for y in arms])
        means, k = np.array([y.mean() for y in arms]), len(arms)
        centre = (w @ means) / w.sum()
        spread = sum((1 - weight / w.sum()) ** 2 / (y.size - 1) for weight, y in zip(w, arms, strict=True))
        F = (w @ (means - centre) ** 2) / (k - 1) / (1 + 2 * (k - 2) / (k**2 - 1) * spread)
        ddf = (k**2 - 1) / (3 * spread)
        return FTest(float(F), k - 1, float(ddf), float(stats.f.sf(F, k - 1, ddf)))

    def leave_one_out(self, weights: Weights) -> Floats:
        """The contrast without each subject in turn."""
        w = weights_of(weights, self.sample.arms)
        means = np.array([y.mean() for y in self._arms()])
        n = np.array([y.size for y in self._arms()])
        arm = self.sample.arm
        without: Floats = w @ means + w[arm] * (means[arm] - self.sample.y) / (n[arm] - 1)
        return without

    def adjusted_values(self, arm: str) -> Floats:
        """The values of an arm."""
        return self._arms()[self.sample.arms.index(arm)]

    def permutation(self, weights: Weights) -> Permutation:
        """The values of the arms are exchangeable without an effect."""
        return permuted_arms(self.sample, self.sample.y, weights)

    @property
    def alternatives(self) -> Mapping[Reason, Callable[[Weights], Effect]]:
        """A mixed model of several nights, and of two arms Student's test."""
        others: dict[Reason, Callable[[Weights], Effect]] = {}
        if self.of_nights is not None:
            others[Reason("mixed-model")] = self.of_nights
        if len(self.sample.arms) == 2:
            others[Reason("pooled-variances")] = self._student
        return others

    def _student(self, weights: Weights) -> TEffect:
        factor = weights_of(weights, self.sample.arms)[1]
        control, treatment = self._arms()
        df = treatment.size + control.size - 2
        pooled = sum((y.size - 1) * y.var(ddof=1) for y in (treatment, control)) / df
        error = math.sqrt(pooled * sum(1 / y.size for y in (treatment, control)))
        return TEffect(factor * float(treatment.mean() - control.mean()), abs(factor) * error, df)


def fit_welch(sample: Sample, of_nights: Callable[[Weights], Effect] | None = None) -> Welch:
    """Fit arm means to one value per subject; `of_nights` as in `Welch`.

    Raises
    ------
    NotTestableError
        Where an arm has fewer than two subjects.
    """
    require_subjects(sample)
    return Welch(sample, of_nights)


def fit_parallel_nights(sample: Sample, baseline: Floats | None) -> MixedModel:
    """Fit a mixed model of arm, baseline and night, with a random effect of subject.

    Parameters
    ----------
    sample : Sample
        Nights under treatment.
    baseline : array, shape (n_subjects,), optional
        Baseline of each subject, NaN where it has none.

    Raises
    ------
    NotTestableError
        Where the design cannot tell an effect from another.
    """
    exclusions: tuple[Exclusion, ...] = ()
    if baseline is not None:
        sample, exclusions = with_baseline(sample, baseline)
    effects = arm_effects(sample)
    if baseline is not None:
        own = baseline[sample.subject]
        effects.append(FixedEffect("baseline", "", own - own.mean()))
    effects += level_effects("night", sample.night)
    fit = fit_effects(sample, effects, {"subject": sample.subject})
    return MixedModel(sample, tuple(effects), fit, exclusions)


def _subject_means(sample: Sample) -> Sample:
    """Give one value per subject and arm, the mean of its nights."""
    keys, cell = np.unique(np.stack([sample.subject, sample.arm]), axis=1, return_inverse=True)
    cell = cell.ravel()
    n = np.bincount(cell)
    zero = np.zeros(n.size, np.intp)
    return dataclasses.replace(
        sample, y=np.bincount(cell, sample.y) / n, subject=keys[0], arm=keys[1], period=zero, night=zero,
        n_nights=np.bincount(cell, sample.n_nights).astype(np.intp), by_night=False,
        counts=None, hours=None,
    )  # fmt: skip
