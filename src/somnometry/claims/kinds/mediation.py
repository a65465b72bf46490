"""Mediation: the indirect effect through a mediator, within the subjects of a crossover."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ...core.reason import Reason
from ...core.verdict import Sensitivity
from ..analysis import Question
from ..data.estimand import Estimand
from ..data.sample import NotTestableError
from ..designs.crossover import TwoByTwo
from .decision import Decision, decided
from .evidence import Evidence, margin_of, sign_of

__all__ = ["Mediation", "fit_mediation", "mediation"]

Floats = npt.NDArray[np.float64]
N_BOOTSTRAP = 5000


@dataclass(frozen=True, slots=True, eq=False)
class Mediation:
    """The paths from treatment over a mediator to an outcome.

    Parameters
    ----------
    a : float
        Effect of treatment on the mediator.
    b : float
        Change of the outcome per unit of the mediator, treatment being the same.
    direct : float
        Effect of treatment on the outcome, the mediator being the same.
    draws : array of float64, shape (n_bootstrap,)
        Bootstrap draws of the indirect effect a b, ascending.
    n_subjects : int
    """

    a: float
    b: float
    direct: float
    draws: Floats
    n_subjects: int

    method = Reason("mediation-bootstrap")

    @property
    def indirect(self) -> float:
        """Effect on the outcome that runs through the mediator."""
        return self.a * self.b

    def interval(self, level: float) -> tuple[float, float]:
        """Percentile interval of the indirect effect."""
        low, high = np.quantile(self.draws, [(1 - level) / 2, (1 + level) / 2])
        return float(low), float(high)


def fit_mediation(
    mediator: Floats, outcome: Floats, mediator_sum: Floats, second: npt.NDArray[np.bool_] | None, *, seed: int = 0
) -> Mediation:
    """Fit the paths by least squares on the subjects' differences.

    Parameters
    ----------
    mediator, outcome : array, shape (n_subjects,)
        Treatment less control.
    mediator_sum : array, shape (n_subjects,)
        Sum of the mediator over the two periods.
    second : array of bool, shape (n_subjects,), optional
        Whether treatment came second; without it, periods are taken to have no effect. Leaving it out where they have
        one makes an indirect effect of nothing.
    seed : int
        Of the bootstrap.

    Raises
    ------
    NotTestableError
        Where there are too few subjects.

    References
    ----------
    Montoya and Hayes 2017, Psychological Methods 22:6, with the order of treatments added to both equations.
    """
    n = mediator.size
    order = None if second is None else np.where(second, 0.5, -0.5)
    columns = 4 if order is not None else 3
    if n < columns + 2:
        raise NotTestableError("few-mediated-subjects", n=n, needed=columns + 2)
    rng = np.random.default_rng(seed)
    strata = [np.arange(n)] if second is None else [np.flatnonzero(second), np.flatnonzero(~second)]
    if min(map(len, strata)) < 2:
        raise NotTestableError("mediation-one-order")
    drawn = [stratum[rng.integers(stratum.size, size=(N_BOOTSTRAP, stratum.size))] for stratum in strata]
    draws = np.concatenate(drawn, axis=1)
    a, b, direct = _paths(mediator[None], outcome[None], mediator_sum[None], None if order is None else order[None])
    bootstrap = _paths(mediator[draws], outcome[draws], mediator_sum[draws], None if order is None else order[draws])
    return Mediation(float(a[0]), float(b[0]), float(direct[0]), np.sort(bootstrap[0] * bootstrap[1]), n)


def _paths(dm: Floats, dy: Floats, total: Floats, order: Floats | None) -> tuple[Floats, Floats, Floats]:
    """Give a, b and the direct effect of many samples at once, one a row."""
    one = np.ones_like(dm)
    centred = total / 2 - (total / 2).mean(axis=1, keepdims=True)
    first = np.stack([one] if order is None else [one, order], axis=2)
    second = np.stack([one, dm, centred] if order is None else [one, dm, centred, order], axis=2)
    a = _least_squares(first, dm)
    y = _least_squares(second, dy)
    return a[:, 0], y[:, 1], y[:, 0]


def _least_squares(X: Floats, y: Floats) -> Floats:
    """Solve each sample's normal equations; a sample without an answer gives the shortest one."""
    transposed = X.swapaxes(1, 2)
    cross, moment = transposed @ X, transposed @ y[..., None]
    try:
        solved = np.linalg.solve(cross, moment)
    except np.linalg.LinAlgError:
        solved = np.linalg.pinv(cross, hermitian=True) @ moment
    return np.asarray(solved[..., 0], np.float64)


def mediation(question: Question) -> Evidence:
    """Whether the effect on the metric runs through the mediator; never more than consistent with it."""
    claim = question.claim
    assert claim.mediator is not None  # a Claim of this kind names one
    outcome, mediator = question.fit(), question.fit(Estimand.of(claim, claim.mediator))
    if not (isinstance(outcome.model, TwoByTwo) and isinstance(mediator.model, TwoByTwo)):
        raise NotTestableError("mediation-not-two-by-two")
    both = np.intersect1d(outcome.model.sample.subject, mediator.model.sample.subject)
    of_outcome, of_mediator = (np.isin(np.unique(m.sample.subject), both) for m in (outcome.model, mediator.model))
    paths = fit_mediation(
        mediator.model.difference[of_mediator],
        outcome.model.difference[of_outcome],
        mediator.model.total[of_mediator],
        outcome.model.second[of_outcome],
    )
    sign = sign_of(claim)
    margin = margin_of(claim, outcome.sample)
    low, high = sorted((sign * paths.interval(0.95)[0], sign * paths.interval(0.95)[1]))
    tail = float(np.mean(sign * paths.draws <= 0))
    excluded = margin is not None and max(sign * limit for limit in paths.interval(0.90)) < margin

    def decide(_: float, __: float) -> Decision:
        code = "mediated-with-claim" if low > 0 else "mediated-against-claim" if high < 0 else "nothing-mediated"
        return decided("inconclusive", code, excluded=excluded)

    labels = {"mediator": mediator.sample.label, "outcome": outcome.sample.label}
    return Evidence(
        sample=outcome.model.sample,
        method=paths.method,
        p=min(1.0, 2 * min(tail, 1 - tail)),
        p_equivalence=math.nan,
        decide=decide,
        estimate=paths.indirect,
        interval90=paths.interval(0.90),
        interval95=paths.interval(0.95),
        margin=margin,
        parts=(
            Sensitivity(Reason("path-a", labels), paths.a),
            Sensitivity(Reason("path-b", labels), paths.b),
            Sensitivity(Reason("path-direct", labels), paths.direct),
        ),
        cap="consistent with a mediation" if low > 0 else "no mediation shown",
        exclusions=outcome.model.exclusions,
    )
