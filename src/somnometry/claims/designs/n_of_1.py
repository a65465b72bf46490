"""One person's study: a randomisation test over the orders that might have been drawn."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise, product
from math import comb

import numpy as np
import numpy.typing as npt

from ...core.errors import ClaimError
from ...core.reason import Reason
from ...core.study import Schedule
from ...core.verdict import Exclusion, SideEffect
from ..data.sample import NotTestableError, NoValuesError, Sample
from ..data.study_nights import StudyNights, by_size
from .effect import Effect, FTest, RandomisationEffect
from .model import Weights, weights_of

__all__ = ["MIN_ORDERS", "NOf1", "fit_n_of_1", "orders_of", "randomisation_test"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.intp]
Mask = npt.NDArray[np.bool_]
#: Fewest orders that might have been drawn: with fewer no result could be rare enough.
MIN_ORDERS = 40
#: Above this many orders, so many are drawn at random instead of listed.
MAX_ORDERS = 100_000


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
    """

    sample: Sample
    values: Floats
    treated: Mask
    effect: RandomisationEffect
    n_orders: int
    listed: bool
    side_effects: tuple[SideEffect, ...] = ()
    exclusions: tuple[Exclusion, ...] = ()

    n_incomplete = 0

    @property
    def method(self) -> Reason:
        """A randomisation test, over all orders or over some of them."""
        return Reason("randomisation-test", {"n": self.n_orders, "listed": self.listed})

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


def fit_n_of_1(sample: Sample, nights: StudyNights, schedule: Schedule | None) -> NOf1:
    """Fit one person's study.

    Parameters
    ----------
    sample : Sample
    nights : StudyNights
        Those the sample is from, with the periods that have no value too.
    schedule : Schedule, optional
        As declared; without one nothing can be tested.

    Raises
    ------
    NotTestableError
        Where there are other subjects or arms, the table does not tell the order, or no schedule was declared.
    ClaimError
        Where a period holds both conditions, or the order that was taken could not have been drawn.
    """
    if sample.n_subjects != 1:
        raise NotTestableError("several-subjects", n=sample.n_subjects)
    if len(sample.arms) != 2:
        raise NotTestableError("n-of-1-arms")
    if schedule is None:
        raise NotTestableError("no-schedule")
    order, planned = _randomised_periods(sample, nights)
    return randomisation_test(sample, order, planned, schedule)


def _randomised_periods(sample: Sample, nights: StudyNights) -> tuple[Ints, Mask]:
    """Give the randomised period, in time, of each value; and of each, with or without a value, whether it is treated.

    A period whose nights have no value, or left before any claim was looked at, was drawn all the same: without it the
    order would be none of the schedule.
    """
    place = np.array([sample.arms.index(label) if label in sample.arms else -1 for label in nights.conditions])
    used = place[nights.condition] >= 0
    arm = place[nights.condition][used]
    lost = [night for night in nights.lost if night.condition in sample.arms]
    if (sample.period >= 0).all():
        labels = sorted({*nights.periods, *(night.period for night in lost)}, key=by_size)
        rank = {label: i for i, label in enumerate(labels)}
        of_code = np.array([rank[label] for label in nights.periods])
        time, taken = of_code[nights.period], of_code[sample.period]
        of_lost = [rank[night.period] for night in lost]
    elif "night" not in nights.columns:
        raise NotTestableError("unknown-order", columns=("period", "night"))
    elif not sample.by_night:
        raise NotTestableError("unknown-order", columns=("period",))
    else:
        numbers = nights.numbers("night")
        of_lost_night = [float(night.night) for night in lost]
        time = np.unique([*numbers, *of_lost_night], return_inverse=True)[1]
        time, of_lost = time[: numbers.size], time[numbers.size :].tolist()
        of_night = dict(zip(zip(arm, nights.night[used], strict=True), time[used], strict=True))
        taken = np.array([of_night[key] for key in zip(sample.arm, sample.night, strict=True)])
    every = np.array([*time[used], *of_lost], np.intp)
    arm = np.array([*arm, *(sample.arms.index(night.condition) for night in lost)], np.intp)
    periods, at = np.unique(every, return_inverse=True)
    planned = np.zeros(periods.size, bool)
    planned[at] = arm == 1
    if (planned[at] != (arm == 1)).any():
        raise ClaimError(
            "a period of the n-of-1 study holds both conditions",
            remedy="a period is what was drawn as one",
            key="period",
        )
    return np.searchsorted(periods, taken), planned


def randomisation_test(sample: Sample, order: Ints, planned: Mask, schedule: Schedule, seed: int = 0) -> NOf1:
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

    Raises
    ------
    NotTestableError
        Where fewer than 40 orders might have been drawn.
    ClaimError
        Where the order that was taken could not have been drawn.

    References
    ----------
    Edgington and Onghena 2007, Randomization Tests, chapter 11.
    """
    orders, listed = orders_of(schedule, planned, seed)
    if len(orders) < MIN_ORDERS:
        raise NotTestableError("few-orders", n=len(orders), least=MIN_ORDERS)
    if not (orders == planned).all(axis=1).any():
        taken = "".join("AB"[t] for t in planned.astype(int))
        raise ClaimError(
            f"the order that was taken, {taken}, is none that the declared schedule could have drawn",
            remedy="mend the schedule; a period of which nothing was measured keeps its row, with an empty cell",
            key="study.schedule",
        )
    count = np.bincount(order, minlength=planned.size)
    measured = count > 0
    values = np.bincount(order, sample.y, minlength=planned.size)[measured] / count[measured]
    if np.ptp(values) == 0:
        raise NoValuesError("no-residual-variance", label=sample.label)
    treated, orders = planned[measured], orders[:, measured]
    orders = orders[orders.any(axis=1) & ~orders.all(axis=1)]  # given what was measured, as the one taken has both arms
    return NOf1(
        sample,
        values,
        treated,
        randomisation_effect(values, treated, orders, schedule.scheme == "phases"),
        len(orders),
        listed,
    )


def randomisation_effect(values: Floats, treated: Mask, orders: Mask, by_phase: bool) -> RandomisationEffect:
    """Give the effect with the threshold of each order.

    The statistic of an order is the mean of its treated periods less that of the others; `by_phase`, the mean of its
    treated phases' means less that of the others. With an assumed effect taken off the treated periods, an order is as
    extreme as the one taken where the effect is at least its threshold.
    """
    weight = _weights(orders, by_phase)
    statistic, overlap = weight @ values, weight @ treated.astype(np.float64)
    observed = float((_weights(treated[None], by_phase) @ values)[0])
    same = overlap > 1 - 1e-12
    thresholds = np.sort((observed - statistic[~same]) / (1 - overlap[~same]))
    return RandomisationEffect(observed, thresholds, int(same.sum()))


def _weights(orders: Mask, by_phase: bool) -> Floats:
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


def orders_of(schedule: Schedule, treated: Mask, seed: int = 0) -> tuple[Mask, bool]:
    """Give the orders that a schedule might have drawn, one a row, and whether they are all.

    Raises
    ------
    ClaimError
        Where the schedule does not fit the number of periods.
    """
    n = treated.size
    if schedule.scheme == "listed":
        orders = np.array([[letter == "B" for letter in order] for order in schedule.orders])
        if orders.shape[1] != n:
            raise ClaimError(
                f"the orders have {orders.shape[1]} periods, and the study has {n}",
                place="schedule",
                key="study.schedule",
            )
        return np.unique(orders, axis=0), True
    if schedule.scheme == "phases":
        return np.array(list(_phases(n, schedule.pattern, schedule.min_phase))).reshape(-1, n), True
    if schedule.scheme == "blocks":
        if n % schedule.block:
            raise ClaimError(
                f"{n} periods are not a whole number of blocks of {schedule.block}",
                place="schedule",
                remedy="a lost period keeps its row, with empty cells",
                key="study.schedule",
            )
        sizes = [schedule.block] * (n // schedule.block)
        k = schedule.block // 2
    else:
        sizes, k = [n], int(treated.sum())
    total = 1
    for size in sizes:
        total *= comb(size, k)
    if total <= MAX_ORDERS:
        return _blocks(sizes, k), True
    return _drawn(sizes, k, treated, seed), False


def _phases(n: int, pattern: str, shortest: int) -> Iterator[list[bool]]:
    """Give each way to cut n periods into the phases of a pattern, none shorter than `shortest`."""
    free = n - shortest * len(pattern)
    for cuts in combinations(range(free + len(pattern) - 1), len(pattern) - 1) if free >= 0 else ():
        edges = [-1, *cuts, free + len(pattern) - 1]
        lengths = [b - a - 1 + shortest for a, b in pairwise(edges)]
        yield [letter == "B" for letter, length in zip(pattern, lengths, strict=True) for _ in range(length)]


def _blocks(sizes: Sequence[int], k: int) -> Mask:
    """Give every order with k treated periods in each block."""
    ways = [[[i in chosen for i in range(size)] for chosen in combinations(range(size), k)] for size in sizes]
    return np.array([[t for block in order for t in block] for order in product(*ways)])


def _drawn(sizes: Sequence[int], k: int, treated: Mask, seed: int) -> Mask:
    """Draw orders at random, and add the one taken, so that the test keeps its level."""
    rng = np.random.default_rng(seed)
    blocks = [np.argsort(rng.random((MAX_ORDERS - 1, size)), axis=1) < k for size in sizes]
    return np.vstack([np.concatenate(blocks, axis=1), treated])
