"""One person's study: a randomisation test over the orders that might have been drawn."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ...core.errors import ClaimError
from ...core.reason import Reason
from ...core.schedule import Schedule
from ...core.study import Covariate
from ...core.verdict import Exclusion, SideEffect
from ..data.sample import NotTestableError, NoValuesError, Sample
from ..data.study_nights import StudyNights
from .effect import Effect, FTest, RandomisationEffect
from .model import Weights, weights_of
from .possible_orders import n_distinct, orders_of
from .taken_order import taken_order

__all__ = ["MIN_ORDERS", "NOf1", "fit_n_of_1", "order_weights", "randomisation_test"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.intp]
Mask = npt.NDArray[np.bool_]
#: Fewest orders that might have been drawn: with fewer no result could be rare enough.
MIN_ORDERS = 40
#: Above this many, orders are not searched for those that are the same where a block or a study was cut short.
MAX_DISTINCT = 5_000


@dataclass(frozen=True, slots=True, eq=False)
class NOf1:
    """One person's study.

    Parameters
    ----------
    sample : Sample
    values : array of float64, shape (n_periods,)
        Mean of each randomised period.
    treated : array of bool, shape (n_periods,)
    effect : RandomisationEffect
        Treatment less control.
    n_orders : int
        Orders that might have been drawn; where they were too many to list, those that were looked at.
    listed : bool
        Whether all were looked at.
    covariates : tuple of {"trend", "weekday"}
        What was taken out of every order alike.
    """

    sample: Sample
    values: Floats
    treated: Mask
    effect: RandomisationEffect
    n_orders: int
    listed: bool
    covariates: tuple[Covariate, ...] = ()
    side_effects: tuple[SideEffect, ...] = ()
    exclusions: tuple[Exclusion, ...] = ()

    n_incomplete = 0

    @property
    def method(self) -> Reason:
        """A randomisation test, over all orders or over some of them."""
        facts = {"n": self.n_orders, "listed": self.listed}
        if self.covariates:
            return Reason("adjusted-randomisation-test", {**facts, "covariates": self.covariates})
        return Reason("randomisation-test", facts)

    @property
    def residuals(self) -> Floats:
        """None: the randomisation test assumes nothing of them."""
        return np.empty(0)

    def contrast(self, weights: Weights) -> RandomisationEffect:
        """A multiple of treatment less control."""
        factor = float(weights_of(weights, self.sample.arms)[1])
        size = abs(factor)
        effect = RandomisationEffect(size * self.effect.estimate, size * self.effect.thresholds, self.effect.certain)
        return effect if factor > 0 else effect.negated()

    def joint(self, _: Sequence[Weights], /) -> FTest:
        """Never: there is no F test of one person's order of treatments.

        Raises
        ------
        NotTestableError
        """
        raise NotTestableError("n-of-1-contrast")

    def leave_one_out(self, _: Weights, /) -> Floats:
        """None: there is one subject."""
        return np.empty(0)

    def permutation(self, _: Weights, /) -> None:
        """None: the test is one over orders already."""

    @property
    def alternatives(self) -> Mapping[Reason, Callable[[Weights], Effect]]:
        """None."""
        return {}


def fit_n_of_1(
    sample: Sample, nights: StudyNights, schedule: Schedule | None, covariates: Sequence[Covariate] = ()
) -> NOf1:
    """Fit one person's study.

    Parameters
    ----------
    sample : Sample
    nights : StudyNights
        Those the sample is from, with the periods that have no value too.
    schedule : Schedule, optional
        As declared; without one nothing can be tested.
    covariates : sequence of {"trend", "weekday"}

    Raises
    ------
    NotTestableError
        Where there are other subjects or arms, the table does not tell the order, or no schedule was declared.
    ClaimError
        Where a period holds both conditions, or the order that was taken could not have been drawn, or was not.
    """
    if sample.n_subjects != 1:
        raise NotTestableError("several-subjects", n=sample.n_subjects)
    if len(sample.arms) != 2:
        raise NotTestableError("n-of-1-arms")
    if schedule is None:
        raise NotTestableError("no-schedule")
    taken = taken_order(sample, nights, schedule)
    return randomisation_test(
        sample, taken.period, taken.treated, schedule, covariates=tuple(covariates), done=taken.done,
        evenings=taken.evenings,
    )  # fmt: skip


def randomisation_test(
    sample: Sample,
    order: Ints,
    planned: Mask,
    schedule: Schedule,
    seed: int = 0,
    *,
    covariates: tuple[Covariate, ...] = (),
    done: int | None = None,
    evenings: Ints | None = None,
) -> NOf1:
    """Test one person's periods against every order that the declared schedule might have drawn.

    Parameters
    ----------
    sample : Sample
        Two arms, control first.
    order : array of int, shape (n,)
        Which randomised period, in time, each value belongs to.
    planned : array of bool, shape (n_periods,)
        Whether each period that was drawn was under treatment, those without a value too.
    schedule : Schedule
    seed : int
        For schedules with too many orders to list.
    covariates : tuple of {"trend", "weekday"}
        Taken out of every order alike, so that the test stays exact whatever they do.
    done : int, optional
        Periods that are over, of those that were drawn; by default all.
    evenings : array of int, shape (n_periods,), optional
        The day of each period's evening, for the covariate of the weekday; by default one period followed the other.

    Raises
    ------
    NotTestableError
        Where fewer than 40 orders might have been drawn, or a covariate tells treatment from control by itself.
    ClaimError
        Where the order that was taken could not have been drawn.

    References
    ----------
    Edgington and Onghena 2007, Randomization Tests, chapter 11.
    """
    orders, listed = orders_of(schedule, planned, seed)
    over = planned.size if done is None else done
    if (
        over < planned.size and over not in schedule.looks
    ):  # between looks nothing is decided, and what is planned counts
        over = planned.size
    n_orders = n_distinct(orders[:, :over]) if listed and len(orders) < MAX_DISTINCT else len(orders)
    if n_orders < MIN_ORDERS:
        raise NotTestableError("few-orders", n=n_orders, least=MIN_ORDERS)
    if not (orders == planned).all(axis=1).any():
        taken = "".join("AB"[t] for t in planned.astype(int))
        raise ClaimError(
            f"the order that was taken, {taken}, is none that the declared schedule could have drawn",
            remedy="mend the schedule; a period of which nothing was measured keeps its row, with an empty cell, "
            "unless the schedule gives the order that was drawn",
            key="study.schedule",
        )
    count = np.bincount(order, minlength=planned.size)
    measured = count > 0
    values = np.bincount(order, sample.y, minlength=planned.size)[measured] / count[measured]
    if np.ptp(values) == 0:
        raise NoValuesError("no-residual-variance", label=sample.label)
    treated, orders = planned[measured], orders[:, measured]
    orders = orders[orders.any(axis=1) & ~orders.all(axis=1)]  # given what was measured, as the one taken has both arms
    at = np.flatnonzero(measured)
    if "weekday" in covariates and (count.max() > 1 or sample.n_nights.max() > 1):
        raise NotTestableError("weekday-of-periods")
    days = at if evenings is None else evenings[measured]
    weights = adjusted_weights(treated, orders, at, covariates, days) if covariates else None
    by_phase = schedule.scheme == "phases"
    effect = randomisation_effect(values, treated, orders, by_phase, weights)
    return NOf1(sample, values, treated, effect, len(orders), listed, covariates)


def randomisation_effect(
    values: Floats, treated: Mask, orders: Mask, by_phase: bool, weights: tuple[Floats, Floats, float] | None = None
) -> RandomisationEffect:
    """Give the effect with the threshold of each order.

    The statistic of an order is the mean of its treated periods less that of the others; `by_phase`, the mean of its
    treated phases' means less that of the others; with `weights`, the one that they make. With an assumed effect taken
    off the treated periods, an order is as extreme as the one taken where the effect is at least its threshold.
    """
    if weights is None:
        weights = order_weights(treated[None], by_phase)[0], order_weights(orders, by_phase), 1.0
    taken, others, factor = weights
    statistic, overlap = others @ values, others @ treated.astype(np.float64)
    observed, own = float(taken @ values), float(taken @ treated)
    same = overlap > own * (1 - 1e-12)
    thresholds = np.sort((observed - statistic[~same]) / (own - overlap[~same]))
    return RandomisationEffect(observed * factor, thresholds, int(same.sum()))


def adjusted_weights(
    treated: Mask, orders: Mask, at: Ints, covariates: Sequence[Covariate], days: Ints
) -> tuple[Floats, Floats, float]:
    """Give the weights of the order taken and of each other, and what makes a difference of the statistic taken.

    `at` is the number of each period, and `days` the day that its evening fell on.

    The statistic of an order is the least-squares coefficient of treatment beside the covariates, times the square root
    of what these leave of the order: then no order overlaps with the one taken more than that with itself, and the p of
    an assumed effect never falls where the effect grows (Cauchy and Schwarz).

    Raises
    ------
    NotTestableError
        Where covariates leave nothing of the order that was taken.
    """
    columns = [np.ones(at.size)]
    if "trend" in covariates:
        columns.append(at - at.mean())
    if "weekday" in covariates:
        columns += [(days % 7 == day).astype(np.float64) for day in range(1, 7)]
    basis, sizes, _ = np.linalg.svd(np.stack(columns, axis=1), full_matrices=False)
    basis = basis[:, sizes > 1e-9 * sizes[0]]

    def left(of: Mask) -> tuple[Floats, Floats]:
        rest = of.astype(np.float64) - (of @ basis) @ basis.T
        size = np.sqrt((rest**2).sum(axis=-1, keepdims=True))
        return np.where(size > 1e-9, rest / np.maximum(size, 1e-9), 0.0), size

    taken, size = left(treated[None])
    if size[0, 0] <= 1e-9:
        raise NotTestableError("covariates-tell-arms")
    return taken[0], left(orders)[0], float(1 / size[0, 0])


def order_weights(orders: Mask, by_phase: bool) -> Floats:
    """Give the weight of each period in the statistic of each order; those of treated periods add up to 1."""
    size = np.ones(orders.shape)
    if by_phase:
        phase = np.cumsum(np.diff(orders, axis=1, prepend=orders[:, :1]), axis=1)
        for row, of in enumerate(phase):
            size[row] = np.bincount(of)[of]
    weight = np.where(orders, 1 / size, 0.0), np.where(orders, 0.0, 1 / size)
    treated, control = (part / part.sum(axis=1, keepdims=True) for part in weight)
    weights: Floats = treated - control
    return weights
