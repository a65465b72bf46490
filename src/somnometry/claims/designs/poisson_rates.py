"""`PoissonRates`: counts per hour of sleep where events are rare: Poisson rates, with errors from people (GEE)."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import stats

from ...core.reason import Reason
from ...core.verdict import Exclusion, SideEffect
from ..data.sample import NoValuesError, Sample
from .effect import Effect, FTest, TEffect
from .model import ArmModel, Permutation, Weights, weights_of

__all__ = ["PoissonRates", "fit_poisson_rates"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.intp]
#: Steps of Newton's method, the largest last step, and the largest logarithm of a rate that is a number.
STEPS, SETTLED, LARGEST_LOG = 60, 1e-9, 25.0


@dataclass(frozen=True, slots=True, eq=False)
class PoissonRates:
    """Rates of the arms, adjusted for periods or a baseline, with errors that are corrected for few subjects.

    Parameters
    ----------
    sample : Sample
        With the events and hours of each subject in each period.
    X : array of float64, shape (n, p)
        Columns of the arms, then those of the periods or the baseline.
    of_logs : ArmModel
        The design's own model of the logarithms of rates.
    beta : array of float64, shape (p,)
    covariance : array of float64, shape (p, p)
    """

    sample: Sample
    X: Floats
    of_logs: ArmModel
    beta: Floats
    covariance: Floats

    exclusions: tuple[Exclusion, ...] = ()
    n_incomplete = 0

    @property
    def method(self) -> Reason:
        """What was fitted, and why."""
        return Reason("rare-counts", {"mean": self.sample.mean_count})

    @property
    def df(self) -> int:
        """Degrees of freedom: subjects less columns."""
        return int(self.sample.n_subjects - self.X.shape[1])

    @property
    def residuals(self) -> Floats:
        """None: the errors come from the people as they are."""
        return np.empty(0)

    @property
    def side_effects(self) -> tuple[SideEffect, ...]:
        """Those of the model of the logarithms."""
        return self.of_logs.side_effects

    def _row(self, weights: Weights) -> Floats:
        row = np.zeros(self.X.shape[1])
        row[: len(self.sample.arms)] = weights_of(weights, self.sample.arms)
        return row

    def contrast(self, weights: Weights) -> TEffect:
        """A weighted sum of the arms' logarithms of rates."""
        row = self._row(weights)
        return TEffect(float(row @ self.beta), math.sqrt(row @ self.covariance @ row), self.df)

    def joint(self, contrasts: Sequence[Weights]) -> FTest:
        """A Wald test of the contrasts with the robust covariance."""
        L = np.stack([self._row(weights) for weights in contrasts])
        estimate = L @ self.beta
        F = float(estimate @ np.linalg.solve(L @ self.covariance @ L.T, estimate)) / len(contrasts)
        return FTest(F, len(contrasts), self.df, float(stats.f.sf(F, len(contrasts), self.df)))

    def leave_one_out(self, weights: Weights) -> Floats:
        """The contrast without each subject in turn; NaN where no rate is left to compare."""
        row, counts, hours = self._row(weights), *_events(self.sample)
        without = np.full(self.sample.n_subjects, math.nan)
        for i, who in enumerate(np.unique(self.sample.subject)):
            others = self.sample.subject != who
            beta = _rates(counts[others], self.X[others], hours[others])
            if beta is not None:
                without[i] = row @ beta
        return without

    def permutation(self, weights: Weights) -> Permutation | None:
        """That of the model of the logarithms."""
        return self.of_logs.permutation(weights)

    @property
    def alternatives(self) -> Mapping[Reason, Callable[[Weights], Effect]]:
        """The design's own model of the logarithms of rates."""
        return {Reason("log-rates"): self.of_logs.contrast}


def fit_poisson_rates(sample: Sample, of_logs: ArmModel, baseline: Floats | None = None) -> PoissonRates:
    """Fit Poisson rates to the events of each subject and period, with the errors of people, not of events.

    Generalised estimating equations with independence as the working correlation; the covariance is that of Mancl and
    DeRouen, the degrees of freedom are the subjects less the columns.

    Parameters
    ----------
    sample : Sample
        Of a count, with its events and hours. Periods are adjusted for where subjects have several arms in them.
    of_logs : ArmModel
        The design's own model of the logarithms, which stands beside.
    baseline : array, shape (n_subjects,), optional
        Logarithm of the rate of each subject before treatment; subjects without one are left out.

    Raises
    ------
    NoValuesError
        Where an arm or period is without events, or subjects are too few.

    References
    ----------
    Mancl and DeRouen 2001, Biometrics 57:126.
    """
    if baseline is not None:
        sample = sample.subset(np.isfinite(baseline[sample.subject]))
    columns = [(sample.arm == a).astype(np.float64) for a in range(len(sample.arms))]
    if baseline is not None:
        own = baseline[sample.subject]
        columns.append(own - own.mean())
    elif np.unique(sample.period).size > 1 and _has_arms_in_turn(sample):
        columns += [(sample.period == p).astype(np.float64) for p in np.unique(sample.period)[1:]]
    X = np.column_stack(columns)
    counts, hours = _events(sample)
    if sample.n_subjects <= X.shape[1]:
        raise NoValuesError("few-subjects-for-rates", n=sample.n_subjects, least=X.shape[1] + 1)
    beta = _rates(counts, X, hours)
    covariance = None if beta is None else _covariance(counts, X, hours, beta, sample.subject)
    if beta is None or covariance is None:
        raise NoValuesError("few-events", n=int(counts.sum()))
    return PoissonRates(sample, X, of_logs, beta, covariance)


def _has_arms_in_turn(sample: Sample) -> bool:
    """Whether periods are not the arms by another name, as they are where all have the control first."""
    cells = np.unique(np.stack([sample.arm, sample.period]), axis=1)
    return bool(cells.shape[1] > np.unique(sample.period).size)


def _events(sample: Sample) -> tuple[Floats, Floats]:
    assert sample.counts is not None
    assert sample.hours is not None
    return sample.counts, sample.hours


def _rates(counts: Floats, X: Floats, hours: Floats) -> Floats | None:
    """Give the logarithms of rates by Newton's method; None where one is without bound."""
    beta: Floats = np.zeros(X.shape[1])
    if not counts.any():
        return None
    beta[:] = np.linalg.lstsq(X, np.full(len(X), math.log(counts.sum() / hours.sum())), rcond=None)[0]
    for _ in range(STEPS):
        expected = hours * np.exp(X @ beta)
        try:
            step = np.linalg.solve(X.T @ (expected[:, None] * X), X.T @ (counts - expected))
        except np.linalg.LinAlgError:
            return None
        beta = beta + np.clip(step, -2.0, 2.0)
        if np.abs(beta).max() > LARGEST_LOG:
            return None
        if np.abs(step).max() < SETTLED:
            return beta
    return None


def _covariance(counts: Floats, X: Floats, hours: Floats, beta: Floats, subject: Ints) -> Floats | None:
    """Give the covariance from the subjects' residuals, each corrected for its own part in the fit."""
    expected = hours * np.exp(X @ beta)
    bread = np.linalg.inv(X.T @ (expected[:, None] * X))
    meat: Floats = np.zeros_like(bread)
    order = np.argsort(subject, kind="stable")
    starts = np.flatnonzero(np.diff(subject[order], prepend=-1))
    n_rows = np.diff(starts, append=subject.size)
    for n in np.unique(n_rows):  # people with as many rows at once
        rows = order[starts[n_rows == n][:, None] + np.arange(n)]
        own, rest = X[rows], (counts - expected)[rows]
        leverage = expected[rows][..., None] * (own @ bread @ own.swapaxes(1, 2))
        if np.linalg.eigvals(leverage).real.max() > 1 - 1e-8:
            return None
        weighed = np.linalg.solve(np.eye(n) - leverage, rest[..., None])
        score = (own.swapaxes(1, 2) @ weighed)[..., 0]
        meat += score.T @ score
    covariance: Floats = bread @ meat @ bread
    return covariance
