"""Heterogeneity of the treatment effect: its standard deviation over the subjects of a replicated crossover."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import stats

from ...core.reason import Reason
from ...core.verdict import Exclusion
from ..analysis import Question
from ..data.sample import NotTestableError, NoValuesError, Sample
from .decision import Decision, decided
from .evidence import Evidence

__all__ = ["Heterogeneity", "fit_heterogeneity", "heterogeneity"]

Floats = npt.NDArray[np.float64]
#: Arms whose periods differ in variance with less than this probability by chance (F test, two-sided) are told apart.
UNLIKE = 0.2


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
    by_arm : bool
        Whether `ddf` is of variances that differ between the arms.
    exclusions : tuple of Exclusion
    """

    sample: Sample
    repeats: int
    F: float
    ndf: float
    ddf: float
    period_variance: float
    by_arm: bool = False
    exclusions: tuple[Exclusion, ...] = ()

    @property
    def method(self) -> Reason:
        """How it was told."""
        return Reason("heterogeneity-f-test-by-arm" if self.by_arm else "heterogeneity-f-test")

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
    repetition of the treatment. The subjects' effects are adjusted for sequence, the periods for their order. Where
    periods vary more under one arm than under the other, their common variance has fewer degrees of freedom
    (Satterthwaite): an arm that varies twice as much made 6.6 false answers of 100 instead of 5.

    Raises
    ------
    NotTestableError
        Where no arm was repeated, or fewer than three subjects have all periods.

    References
    ----------
    Senn 2016, Stat Med 35:966; Satterthwaite 1946, Biometrics Bull 2:110.
    """
    if (sample.period < 0).any():
        raise NotTestableError("no-period-column")
    n_subjects = len(sample.subjects)
    keys, cell = np.unique(np.stack([sample.subject, sample.arm, sample.period]), axis=1, return_inverse=True)
    cell = cell.ravel()
    y = np.bincount(cell, sample.y) / np.bincount(cell)
    subject, arm, period = keys
    count = np.bincount(subject * 2 + arm, minlength=2 * n_subjects).reshape(-1, 2)
    repeats = int(count.max(initial=0))
    complete = (count == repeats).all(axis=1)
    if repeats < 2:
        raise NotTestableError("no-repeated-treatment")
    names = np.array(sample.sequences, object)[complete]
    sequences, sequence = np.unique(names.astype(str), return_inverse=True)
    n = int(complete.sum())
    if n - sequences.size < 2:
        raise NotTestableError("few-repeated-subjects", n=n, repeats=repeats)
    kept = complete[subject]
    y, subject, arm, period = y[kept], subject[kept], arm[kept], period[kept]

    cells, cell = np.unique(subject * 2 + arm, return_inverse=True)
    dummies = (period[:, None] == np.unique(period)[None, 1:]).astype(np.float64)
    X = np.column_stack([(cell[:, None] == np.arange(cells.size)), dummies])
    beta, _, rank, _ = np.linalg.lstsq(X, y, rcond=None)
    ddf = y.size - int(rank)
    if ddf < 1:
        raise NotTestableError("few-periods")
    rest = y - X @ beta
    variance = float(rest @ rest) / ddf
    if variance <= (1e-10 * float(np.abs(y).max())) ** 2:
        raise NoValuesError("no-residual-variance", label=sample.label)

    mean = np.bincount(cell, y - dummies @ beta[cells.size :]) / repeats
    d = mean[1::2] - mean[0::2]
    centres = np.bincount(sequence, d) / np.bincount(sequence)
    ndf = n - sequences.size
    spread = float(((d - centres[sequence]) ** 2).sum()) / ndf
    left = int((~complete & (count.sum(axis=1) > 0)).sum())
    lost = int(sample.n_nights[~complete[sample.subject]].sum())
    missing = Reason("missing-repeats", {"repeats": repeats})
    exclusions = (Exclusion(missing, lost, left),) if left else ()
    F, of = repeats / 2 * spread / variance, _degrees_by_arm(X, rest, arm)
    return Heterogeneity(
        sample.subset(complete[sample.subject]), repeats, F, ndf, ddf if of is None else min(of, ddf), variance,
        of is not None, exclusions,
    )  # fmt: skip


def _degrees_by_arm(X: Floats, rest: Floats, arm: npt.NDArray[np.intp]) -> float | None:
    """Degrees of freedom of a variance that is common to two arms which differ in it; None where they do not."""
    vectors, sizes, _ = np.linalg.svd(X, full_matrices=False)
    free = 1 - (vectors[:, sizes > 1e-9 * sizes[0]] ** 2).sum(axis=1)
    df = np.bincount(arm, free)
    squares = np.bincount(arm, rest**2)
    if min(df) < 1 or not min(squares) > 0:
        return None
    ratio = (squares[0] / df[0]) / (squares[1] / df[1])
    p = 2 * min(stats.f.sf(ratio, *df), stats.f.cdf(ratio, *df))
    return float(squares.sum() ** 2 / (squares**2 / df).sum()) if p < UNLIKE else None


def heterogeneity(question: Question) -> Evidence:
    """Whether the effect of treatment differs between people."""
    claim, alpha = question.claim, question.study.alpha
    if claim.design != "crossover":
        raise NotTestableError("response-not-crossover")
    sample = question.sample()
    if len(sample.arms) != 2:
        raise NotTestableError("response-not-two-arms")
    if sample.scale == "ratio":
        raise NotTestableError("response-of-ratios")
    spread = fit_heterogeneity(sample)
    margin = claim.smallest_effect
    p_eq = math.nan if margin is None else spread.p_below(margin)
    excluded = margin is not None and spread.limit(0.95) < margin

    def decide(p: float, p_equal: float) -> Decision:
        if margin is not None and p_equal <= alpha:
            return decided("equivalent", "responses-alike", excluded=excluded)
        if p <= alpha:
            return decided("supported", "responses-differ", excluded=excluded)
        return decided("inconclusive", "responses-undecided", excluded=excluded)

    return Evidence(
        sample=spread.sample,
        method=spread.method,
        p=spread.p,
        p_equivalence=p_eq,
        decide=decide,
        estimate=spread.estimate,
        interval90=(spread.limit(0.05), spread.limit(0.95)),
        interval95=(spread.limit(0.025), spread.limit(0.975)),
        margin=margin,
        exclusions=spread.exclusions,
    )
