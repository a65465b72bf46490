"""Before and after: the paired t test, and a mixed model where subjects have several nights or conditions."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ...core.reason import Reason
from ...core.verdict import Exclusion, SideEffect
from ..data.sample import NotTestableError, Sample
from .effect import Effect, FTest, TEffect, squared
from .mixed_model import MixedModel, arm_effects, fit_effects, group_pairs, level_effects
from .model import ArmModel, Permutation, Weights, require_repeated, weights_of

__all__ = ["Paired", "fit_paired", "fit_pre_post", "fit_pre_post_nights"]

Floats = npt.NDArray[np.float64]


def fit_pre_post(sample: Sample) -> ArmModel:
    """Fit conditions within subjects, one after the other: paired where each subject has one value of two conditions.

    Raises
    ------
    NotTestableError
        Where the design cannot tell an effect from another.
    NoValuesError
        Where fewer than two subjects have values in two conditions, or there is no residual variance.
    """
    require_repeated(sample)
    n_cells = np.unique(sample.subject * len(sample.arms) + sample.arm).size
    if len(sample.arms) == 2 and n_cells == len(sample):
        return fit_paired(sample)
    return fit_pre_post_nights(sample)


@dataclass(frozen=True, slots=True, eq=False)
class Paired:
    """The differences of subjects between two conditions.

    Parameters
    ----------
    sample : Sample
        Of the subjects with both.
    given : Sample
        Of all subjects.
    difference : array of float64, shape (n_subjects,)
        Treatment less control.
    exclusions : tuple of Exclusion
    """

    sample: Sample
    given: Sample
    difference: Floats
    exclusions: tuple[Exclusion, ...] = ()
    side_effects: tuple[SideEffect, ...] = ()

    method = Reason("paired-t")
    n_incomplete = 0

    @property
    def residuals(self) -> Floats:
        """Deviations of the differences from their mean."""
        deviations: Floats = self.difference - self.difference.mean()
        return deviations

    def contrast(self, weights: Weights) -> TEffect:
        """A multiple of treatment less control."""
        factor = weights_of(weights, self.sample.arms)[1]
        n = self.difference.size
        error = float(self.difference.std(ddof=1)) / math.sqrt(n)
        return TEffect(factor * float(self.difference.mean()), abs(factor) * error, n - 1)

    def joint(self, contrasts: Sequence[Weights]) -> FTest:
        """The square of the t test: there is one contrast only."""
        return squared(self.contrast(contrasts[0]))

    def leave_one_out(self, weights: Weights) -> Floats:
        """The contrast without each subject in turn."""
        factor = weights_of(weights, self.sample.arms)[1]
        n = self.difference.size
        without: Floats = factor * (self.difference.sum() - self.difference) / (n - 1)
        return without

    def permutation(self, _: Weights, /) -> Permutation:
        """The signs of the differences are exchangeable without an effect."""
        return Permutation(Reason("sign-flips-of-differences"), (self.difference,))

    @property
    def alternatives(self) -> Mapping[Reason, Callable[[Weights], Effect]]:
        """A mixed model, which uses the subjects without one of the conditions too."""
        return {Reason("mixed-model"): lambda weights: fit_pre_post_nights(self.given).contrast(weights)}


def fit_paired(sample: Sample) -> Paired:
    """Fit the differences between the two arms of subjects who have both.

    Raises
    ------
    NotTestableError
        With fewer than two such subjects.
    """
    n_subjects = len(sample.subjects)
    cell = sample.subject * 2 + sample.arm
    n = np.bincount(cell, minlength=2 * n_subjects).reshape(-1, 2)
    total = np.bincount(cell, sample.y, minlength=2 * n_subjects).reshape(-1, 2)
    both: npt.NDArray[np.bool_] = np.all(n > 0, axis=1)
    if both.sum() < 2:
        raise NotTestableError("few-pairs")
    one: npt.NDArray[np.bool_] = np.any(n > 0, axis=1) & ~both
    lost = int(sample.n_nights[one[sample.subject]].sum())
    exclusions = (Exclusion(Reason("missing-condition"), lost, int(one.sum())),)
    mean = total[both] / n[both]
    return Paired(sample.subset(both[sample.subject]), sample, mean[:, 1] - mean[:, 0], exclusions if one.any() else ())


def fit_pre_post_nights(sample: Sample) -> MixedModel:
    """Fit a mixed model of condition and night, with random effects of subject and of subject in a condition.

    Raises
    ------
    NotTestableError
        Where the design cannot tell an effect from another.
    """
    effects = [*arm_effects(sample), *level_effects("night", sample.night)]
    groups = {"subject": sample.subject, "subject in condition": group_pairs(sample.subject, sample.arm)}
    return MixedModel(sample, tuple(effects), fit_effects(sample, effects, groups))
