"""Before and after: the paired t test of subjects with one value in each condition."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ...core.verdict import Exclusion, SideEffect
from ..data.sample import NotTestableError, Sample
from .effect import FTest, TEffect, squared
from .model import Weights, weights_of

__all__ = ["Paired", "fit_paired"]

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Paired:
    """The differences of subjects between two conditions.

    Parameters
    ----------
    sample : Sample
        Of the subjects with both.
    difference : array of float64, shape (n_subjects,)
        Treatment less control.
    exclusions : tuple of Exclusion
    """

    sample: Sample
    difference: Floats
    exclusions: tuple[Exclusion, ...] = ()
    side_effects: tuple[SideEffect, ...] = ()

    method = "paired t test"

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
        raise NotTestableError("fewer than two subjects have a value in both conditions")
    one: npt.NDArray[np.bool_] = np.any(n > 0, axis=1) & ~both
    exclusions = (
        Exclusion(
            "one of the two conditions is missing", int(sample.n_nights[one[sample.subject]].sum()), int(one.sum())
        ),
    )
    mean = total[both] / n[both]
    return Paired(sample.subset(both[sample.subject]), mean[:, 1] - mean[:, 0], exclusions if one.any() else ())
