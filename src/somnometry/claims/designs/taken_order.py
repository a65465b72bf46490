"""The order that one person took, beside the one that was drawn: which periods are over, and which are to come."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ...core.errors import ClaimError
from ...core.reason import Reason
from ...core.schedule import Schedule, is_regular
from ..data.sample import NotTestableError, Sample
from ..data.study_nights import StudyNights, by_size

__all__ = ["TakenOrder", "periods_over", "taken_order", "unfinished", "unproven"]

Ints = npt.NDArray[np.intp]
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class TakenOrder:
    """The randomised periods of one person.

    Parameters
    ----------
    period : array of int, shape (n,)
        Which period, in time from 0, each value of the sample belongs to.
    treated : array of bool, shape (n_periods,)
        Whether each period that was drawn was under treatment, those without a value too.
    done : int
        Periods up to the last of which the table says anything.
    """

    period: Ints
    treated: Mask
    done: int


def taken_order(sample: Sample, nights: StudyNights, schedule: Schedule) -> TakenOrder:
    """Give the randomised periods of a sample.

    A period whose nights have no value, or left before any claim was looked at, was drawn all the same: without it the
    order would be none of the schedule. Where the schedule holds the order that was drawn, periods are numbered by it,
    and one of which the table has no row is known to be missing.

    Raises
    ------
    NotTestableError
        Where the table does not tell the order.
    ClaimError
        Where a period holds both conditions, has a number that was not drawn, or not the condition that was.
    """
    place = np.array([sample.arms.index(label) if label in sample.arms else -1 for label in nights.conditions])
    used = place[nights.condition] >= 0
    arm = place[nights.condition][used]
    lost = [night for night in nights.lost if night.condition in sample.arms]
    lost_arm = [sample.arms.index(night.condition) for night in lost]
    if (sample.period >= 0).all():
        key, labels = "period", [nights.periods[code] for code in nights.period[used]]
        taken_labels = [nights.periods[code] for code in sample.period]
        lost_labels = [night.period for night in lost]
    elif "night" not in nights.columns:
        raise NotTestableError("unknown-order", columns=("period", "night"))
    elif not sample.by_night:
        raise NotTestableError("unknown-order", columns=("period",))
    else:
        key, labels = "night", [f"{number:.0f}" for number in nights.numbers("night")[used]]
        of_night = dict(zip(zip(arm, nights.night[used], strict=True), labels, strict=True))
        taken_labels = [of_night[one] for one in zip(sample.arm, sample.night, strict=True)]
        lost_labels = [f"{float(night.night):.0f}" for night in lost]
    every = [*labels, *lost_labels]
    if schedule.order:
        rank = {label: _drawn_as(label, key, schedule) for label in every}
        treated = np.array([letter == "B" for letter in schedule.order])
    else:
        rank = {label: i for i, label in enumerate(sorted(set(every), key=by_size))}
        treated = np.zeros(len(rank), bool)
        for label, of in zip(every, [*arm, *lost_arm], strict=True):
            treated[rank[label]] = of == 1
    for label, of in zip(every, [*arm, *lost_arm], strict=True):
        if treated[rank[label]] != (of == 1):
            _refuse(label, key, sample.arms[of], sample.arms[1 - of], schedule)
    done = 1 + max(rank.values(), default=-1)
    return TakenOrder(np.array([rank[label] for label in taken_labels], np.intp), treated, done)


def periods_over(nights: StudyNights, schedule: Schedule) -> int:
    """Count the periods up to the last of which the table has a row, lost or measured."""
    if nights.periods:
        labels = {*nights.periods, *(night.period for night in nights.lost)}
    elif "night" in nights.columns:
        labels = {f"{number:.0f}" for number in nights.numbers("night")}
        labels |= {f"{float(night.night):.0f}" for night in nights.lost if night.night}
    else:
        return len(nights)
    numbers = [int(label) for label in labels if label.isdecimal()]
    return max((number for number in numbers if number <= (schedule.periods or 0)), default=0)


def unfinished(nights: StudyNights, schedule: Schedule | None) -> Reason | None:
    """Why no verdict may be given on one person's nights yet; None where all that were planned are over."""
    if schedule is None or schedule.periods is None:
        return None
    done = periods_over(nights, schedule)
    if done in (schedule.looks or (schedule.periods,)):
        return None
    following = next((look for look in schedule.looks if look > done), schedule.periods)
    return Reason("unfinished", {"done": done, "planned": schedule.periods, "next": following})


def unproven(
    nights: StudyNights, schedule: Schedule | None, treatment: str | None, control: str | None
) -> Reason | None:
    """Why one person's order cannot be taken for one that was drawn; None where nothing speaks against it.

    An order that repeats itself, as people make orders, is tested only where a seed proves that chance drew it.
    """
    if schedule is None or schedule.is_drawn or schedule.scheme in ("phases", "listed"):
        return None
    labels = nights.numbers("night") if not nights.periods and "night" in nights.columns else nights.period
    letters: dict[float, str] = {}
    for label, code in zip(labels.tolist(), nights.condition.tolist(), strict=True):
        condition = nights.conditions[code]
        if condition in (treatment, control):
            letters[label] = "B" if condition == treatment else "A"
    order = "".join(letters[label] for label in sorted(letters))
    return Reason("order-repeats-itself", {"order": order}) if is_regular(order, schedule.block) else None


def _drawn_as(label: str, key: str, schedule: Schedule) -> int:
    """Give the place of a period, from 0, by its number in the order that was drawn."""
    number = int(label) if label.isdecimal() else 0
    if not 1 <= number <= len(schedule.order):
        raise ClaimError(
            f"{key} {label!r} is none of the {len(schedule.order)} that were drawn",
            remedy="number them by the schedule, from 1; nights of a run-in or a washout have a condition of their own",
            key=key,
        )
    return number - 1


def _refuse(label: str, key: str, given: str, other: str, schedule: Schedule) -> None:
    if schedule.order:
        raise ClaimError(
            f"{key} {label} was drawn as {other!r}, and the table has {given!r}",
            remedy="the condition is the one that was drawn; mark a night of which it was not kept in a column "
            "`undosed` or `rescue`",
            key="condition",
        )
    raise ClaimError(
        "a period of the n-of-1 study holds both conditions", remedy="a period is what was drawn as one", key="period"
    )
