"""Whether a treatment acts differently in different people: the spread of its effect over subjects."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import stats

from ...core.verdict import Exclusion
from ..data.sample import NotTestableError, NoValuesError, Sample, without_chance

__all__ = ["Heterogeneity", "fit_heterogeneity"]

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Heterogeneity:
    """The spread of a treatment's effect over subjects.

    Parameters
    ----------
    sample : Sample
        Means of periods, of the subjects who had both arms `repeats` times.
    repeats : int
        Periods per arm.
    F, ndf, ddf : float
        Variance of the subjects' effects over what periods alone would give.
    period_variance : float
        Between periods of one subject in one arm.
    exclusions : tuple of Exclusion
    """

    sample: Sample
    repeats: int
    F: float
    ndf: float
    ddf: float
    period_variance: float
    exclusions: tuple[Exclusion, ...] = ()

    method = "variance of the subjects' effects against that between periods (F test on period means)"

    @property
    def p(self) -> float:
        """One-sided p against no spread."""
        return float(stats.f.sf(self.F, self.ndf, self.ddf))

    @property
    def estimate(self) -> float:
        """Standard deviation of the effect over subjects; 0 where the subjects differ less than periods do."""
        return math.sqrt(max(0.0, self._variance(1.0)))

    def _variance(self, quantile: float) -> float:
        return 2 / self.repeats * self.period_variance * (self.F / quantile - 1)

    def limit(self, probability: float) -> float:
        """Confidence limit of the standard deviation: it lies below with that probability."""
        return math.sqrt(max(0.0, self._variance(float(stats.f.ppf(1 - probability, self.ndf, self.ddf)))))

    def p_below(self, sd: float) -> float:
        """One-sided p against a standard deviation of at least `sd`."""
        scale = 1 + self.repeats / 2 * sd**2 / self.period_variance
        return float(stats.f.cdf(self.F / scale, self.ndf, self.ddf))


def fit_heterogeneity(sample: Sample) -> Heterogeneity:
    """Compare the spread of the subjects' effects with that between periods.

    Subjects need each of the two arms in the same number of periods, at least two: nights of one period are no
    repetition of the treatment. The subjects' effects are adjusted for sequence, the periods for their order.

    Raises
    ------
    NotTestableError
        Where no arm was repeated, or fewer than three subjects have all periods.

    References
    ----------
    Senn 2016, Stat Med 35:966.
    """
    if (sample.period < 0).any():
        raise NotTestableError(
            "the table has no column 'period': a crossover cannot be analysed without the order of treatments"
        )
    n_subjects = len(sample.subjects)
    keys, cell = np.unique(np.stack([sample.subject, sample.arm, sample.period]), axis=1, return_inverse=True)
    cell = cell.ravel()
    y = np.bincount(cell, sample.y) / np.bincount(cell)
    subject, arm, period = keys
    count = np.bincount(subject * 2 + arm, minlength=2 * n_subjects).reshape(-1, 2)
    repeats = int(count.max(initial=0))
    complete = (count == repeats).all(axis=1)
    if repeats < 2:
        raise NotTestableError(
            "every subject had each treatment in one period; to tell a person's own response from chance each "
            "treatment is needed in at least two periods (nights of one period are no repetition)"
        )
    names = np.array(sample.sequences, object)[complete]
    sequences, sequence = np.unique(names.astype(str), return_inverse=True)
    n = int(complete.sum())
    if n - sequences.size < 2:
        raise NotTestableError(f"{n} subjects have both treatments in {repeats} periods; at least 3 more than orders")
    kept = complete[subject]
    y, subject, arm, period = y[kept], subject[kept], arm[kept], period[kept]

    cells, cell = np.unique(subject * 2 + arm, return_inverse=True)
    dummies = (period[:, None] == np.unique(period)[None, 1:]).astype(np.float64)
    X = np.column_stack([(cell[:, None] == np.arange(cells.size)), dummies])
    beta, _, rank, _ = np.linalg.lstsq(X, y, rcond=None)
    ddf = y.size - int(rank)
    if ddf < 1:
        raise NotTestableError("too few periods to tell the spread between periods")
    rest = y - X @ beta
    variance = float(rest @ rest) / ddf
    if variance <= (1e-10 * float(np.abs(y).max())) ** 2:
        raise NoValuesError(without_chance(sample))

    mean = np.bincount(cell, y - dummies @ beta[cells.size :]) / repeats
    d = mean[1::2] - mean[0::2]
    centres = np.bincount(sequence, d) / np.bincount(sequence)
    ndf = n - sequences.size
    spread = float(((d - centres[sequence]) ** 2).sum()) / ndf
    left = int((~complete & (count.sum(axis=1) > 0)).sum())
    lost = int(sample.n_nights[~complete[sample.subject]].sum())
    exclusions = (Exclusion(f"not all {repeats} periods of each treatment", lost, left),) if left else ()
    F = repeats / 2 * spread / variance
    return Heterogeneity(sample.subset(complete[sample.subject]), repeats, F, ndf, ddf, variance, exclusions)
