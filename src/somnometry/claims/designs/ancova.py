"""Analysis of covariance: parallel arms given each subject's baseline, with robust errors (HC3)."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import stats

from ...core.reason import Reason
from ...core.verdict import Exclusion, SideEffect
from ..data.sample import NotTestableError, Sample
from .effect import Effect, FTest, TEffect, side_effect
from .model import Permutation, Weights, permuted_arms, require_subjects, weights_of

__all__ = ["Ancova", "baseline_means", "fit_ancova", "with_baseline"]

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Ancova:
    """Arm effects given the baseline, with errors that hold where variances differ.

    Parameters
    ----------
    sample : Sample
        One value per subject.
    X : array of float64, shape (n_subjects, n_arms + 1)
        Columns of the arms, then the baseline less its mean.
    exclusions : tuple of Exclusion
    of_nights : callable, optional
        The contrast of a mixed model of the nights, where a value is the mean of several.
    """

    sample: Sample
    X: Floats
    exclusions: tuple[Exclusion, ...] = ()
    of_nights: Callable[[Weights], Effect] | None = None

    n_incomplete = 0

    @property
    def method(self) -> Reason:
        """What was fitted."""
        return Reason("ancova" if self.of_nights is None else "ancova-of-means")

    @property
    def _fit(self) -> tuple[Floats, Floats, Floats]:
        """Coefficients, their robust covariance, residuals."""
        inverse = np.linalg.inv(self.X.T @ self.X)
        beta = inverse @ self.X.T @ self.sample.y
        residuals = self.sample.y - self.X @ beta
        leverage = np.einsum("ij,jk,ik->i", self.X, inverse, self.X)
        weighted = self.X * (residuals / (1 - np.minimum(leverage, 1 - 1e-10)))[:, None]
        return beta, inverse @ weighted.T @ weighted @ inverse, residuals

    @property
    def df(self) -> int:
        """Degrees of freedom: subjects less columns."""
        return int(self.X.shape[0] - self.X.shape[1])

    @property
    def residuals(self) -> Floats:
        """Deviations of the subjects from the model."""
        return self._fit[2]

    @property
    def side_effects(self) -> tuple[SideEffect, ...]:
        """The slope on the baseline."""
        beta, covariance, _ = self._fit
        slope = TEffect(float(beta[-1]), math.sqrt(covariance[-1, -1]), self.df)
        return (side_effect(Reason("baseline-slope"), slope),)

    def contrast(self, weights: Weights) -> TEffect:
        """A weighted sum of the arms' means at the mean baseline."""
        beta, covariance, _ = self._fit
        w = np.append(weights_of(weights, self.sample.arms), 0.0)
        return TEffect(float(w @ beta), math.sqrt(w @ covariance @ w), self.df)

    def joint(self, contrasts: Sequence[Weights]) -> FTest:
        """A Wald test of the contrasts with the robust covariance."""
        beta, covariance, _ = self._fit
        L = np.stack([np.append(weights_of(weights, self.sample.arms), 0.0) for weights in contrasts])
        estimate = L @ beta
        F = float(estimate @ np.linalg.solve(L @ covariance @ L.T, estimate)) / len(contrasts)
        return FTest(F, len(contrasts), self.df, float(stats.f.sf(F, len(contrasts), self.df)))

    def leave_one_out(self, weights: Weights) -> Floats:
        """The contrast without each subject in turn."""
        w = np.append(weights_of(weights, self.sample.arms), 0.0)
        inverse = np.linalg.inv(self.X.T @ self.X)
        beta, _, residuals = self._fit
        leverage = np.einsum("ij,jk,ik->i", self.X, inverse, self.X)
        shift = (self.X @ inverse @ w) * residuals / (1 - np.minimum(leverage, 1 - 1e-10))
        without: Floats = w @ beta - shift
        return without

    def adjusted_values(self, arm: str) -> Floats:
        """The values of an arm, what the baseline explains taken off."""
        values: Floats = (self.sample.y - self.X[:, -1] * self._fit[0][-1])[
            self.sample.arm == self.sample.arms.index(arm)
        ]
        return values

    def permutation(self, weights: Weights) -> Permutation:
        """The values, what the baseline explains taken off, are exchangeable between the arms without an effect."""
        covariate = np.column_stack([np.ones(len(self.sample)), self.X[:, -1]])
        slope = np.linalg.lstsq(covariate, self.sample.y, rcond=None)[0]
        return permuted_arms(self.sample, self.sample.y - covariate @ slope, weights)

    @property
    def alternatives(self) -> Mapping[Reason, Callable[[Weights], Effect]]:
        """A mixed model of several nights."""
        return {} if self.of_nights is None else {Reason("mixed-model"): self.of_nights}


def fit_ancova(sample: Sample, baseline: Floats, of_nights: Callable[[Weights], Effect] | None = None) -> Ancova:
    """Fit arm effects given the baseline of each subject, NaN where it has none; `of_nights` as in `Ancova`.

    Raises
    ------
    NotTestableError
        Where an arm has fewer than two subjects with a baseline.

    References
    ----------
    Long and Ervin 2000, Am Stat 54:217 (HC3).
    """
    sample, exclusions = with_baseline(sample, baseline)
    own = baseline[sample.subject]
    require_subjects(sample)
    dummies = (sample.arm[:, None] == np.arange(len(sample.arms))).astype(np.float64)
    X = np.column_stack([dummies, own - own.mean()])
    if np.linalg.matrix_rank(X) < X.shape[1] or X.shape[0] <= X.shape[1]:
        raise NotTestableError("uninformative-baseline")
    return Ancova(sample, X, exclusions, of_nights)


def baseline_means(sample: Sample, arm: int) -> Floats:
    """Give each subject's mean in the baseline condition; NaN where it has no such night."""
    inside = sample.arm == arm
    n = np.bincount(sample.subject[inside], minlength=len(sample.subjects))
    total = np.bincount(sample.subject[inside], sample.y[inside], minlength=len(sample.subjects))
    with np.errstate(invalid="ignore"):
        means: Floats = total / n
    return means


def with_baseline(sample: Sample, baseline: Floats) -> tuple[Sample, tuple[Exclusion, ...]]:
    """Leave out subjects without a baseline."""
    has = np.isfinite(baseline[sample.subject])
    if has.all():
        return sample, ()
    n_subjects = np.unique(sample.subject[~has]).size
    return sample.subset(has), (Exclusion(Reason("no-baseline"), int(sample.n_nights[~has].sum()), n_subjects),)
