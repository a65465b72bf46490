"""The order that one person took, beside the one that was drawn: which periods are over, and which are to come."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from math import comb, isfinite

import numpy as np
import numpy.typing as npt

from ...core.errors import ClaimError
from ...core.evenings import evening_of
from ...core.reason import Reason
from ...core.schedule import Schedule, is_regular
from ..data.label_order import by_size, in_time
from ..data.sample import NotTestableError, Sample
from ..data.study_nights import LostNight, StudyNights, text_of
from .made_orders import looks_made, n_out_of_order

__all__ = ["TakenOrder", "order_warnings", "periods_over", "taken_order", "unfinished", "unproven"]

Ints = npt.NDArray[np.intp]
Mask = npt.NDArray[np.bool_]
#: Orders one exchange away from one that repeats itself are tested where a scheme draws them more often than this.
NEARLY = 0.05
#: Share of nights whose dates may contradict their numbers, as where a recorder lost its clock.
MISDATED = 0.25


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
    evenings : array of int, shape (n_periods,), optional
        The day of each period's evening, counted from the year 1; 0 of a period without a row. None where the table has
        not the start of every night.
    """

    period: Ints
    treated: Mask
    done: int
    evenings: Ints | None = None


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
    by_period = bool((sample.period >= 0).all())
    lost = _lost_of(nights, sample.arms, "period" if by_period else "night", schedule)
    lost_arm = [sample.arms.index(night.condition) for night in lost]
    if by_period:
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
        lost_labels = [_number_of(night.night) for night in lost]
    every = [*labels, *lost_labels]
    if schedule.order:
        rank = {label: _drawn_as(label, key, schedule) for label in every}
        treated = np.array([letter == "B" for letter in schedule.order])
    else:
        rank = {label: i for i, label in enumerate(in_time(set(every)))}
        treated = np.zeros(len(rank), bool)
        for label, of in zip(every, [*arm, *lost_arm], strict=True):
            treated[rank[label]] = of == 1
    for label, of in zip(every, [*arm, *lost_arm], strict=True):
        if treated[rank[label]] != (of == 1):
            _refuse(label, key, sample.arms[of], sample.arms[1 - of], schedule)
    done = 1 + max(rank.values(), default=-1)
    evenings = None
    if (days := _evenings(nights)) is not None:
        evenings = np.zeros(treated.size, np.intp)
        for label, day in zip(labels, np.array(days)[used].tolist(), strict=True):
            evenings[rank[label]] = day
    return TakenOrder(np.array([rank[label] for label in taken_labels], np.intp), treated, done, evenings)


def _lost_of(nights: StudyNights, arms: Sequence[str], key: str, schedule: Schedule) -> list[LostNight]:
    """Give the nights of two arms that were lost; where the order is drawn, those of which a number tells the period.

    Raises
    ------
    ClaimError
        Where the order is to be read of the table, and one has no number.
    """
    lost = [night for night in nights.lost if night.condition in arms]
    known = [night for night in lost if (night.period if key == "period" else _number_of(night.night))]
    if len(known) < len(lost) and not schedule.order:
        raise ClaimError(
            f"a night that was lost has no {key}: which place in the order it had is not known",
            place="the table of nights", remedy="number it as the others are", key=key,
        )  # fmt: skip
    return known


def _number_of(cell: str) -> str:
    """Give the number of a night as a label; "" where the cell holds none."""
    try:
        number = float(cell)
    except ValueError:
        return ""
    return f"{number:.0f}" if isfinite(number) else ""


def periods_over(nights: StudyNights, schedule: Schedule) -> int:
    """Count the periods up to the last of which the table has a row, lost or measured."""
    if nights.periods:
        labels = {*nights.periods, *(night.period for night in nights.lost)}
    elif "night" in nights.columns:
        labels = {f"{number:.0f}" for number in nights.numbers("night")}
        labels |= {_number_of(night.night) for night in nights.lost} - {""}
    else:
        return len(nights)
    numbers = [int(label) for label in labels if label.isdecimal()]
    if not numbers:  # periods of names
        return len(labels)
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

    An order that repeats itself, as people make orders, is tested only where a seed proves the draw, and no seed draws
    one. Nights that were lost hide no repetition, and neither do numbers that contradict the dates; nor does one pair
    exchanged, where the scheme would hardly ever draw an order so near to one that repeats itself. Where a seed proves
    the draw, the dates of the nights must not tell another order than that which their numbers claim.
    """
    if schedule is None or treatment is None or control is None:
        return None
    if schedule.is_drawn:
        return _other_by_dates(nights, schedule, [*_orders_seen(nights, treatment, control)])
    for order in _orders_seen(nights, treatment, control):
        if schedule.scheme == "phases":
            if looks_made(order, schedule):
                return Reason("order-looks-made", {"order": order})
            continue
        if is_regular(order, schedule.block):
            return Reason("order-repeats-itself", {"order": order})
        if schedule.scheme != "listed" and _is_nearly_regular(order, schedule):
            return Reason("order-nearly-repeats-itself", {"order": order})
        if looks_made(order, schedule):
            return Reason("order-looks-made", {"order": order})
    return None


def _other_by_dates(nights: StudyNights, schedule: Schedule, seen: Sequence[str]) -> Reason | None:
    """Say that the dates of nights contradict the numbers by which they would be those that were drawn.

    Those of many nights do, or those of a few by which the order repeats itself.
    """
    days = _evenings(nights)
    column = "period" if nights.periods else "night"
    if days is None or column not in nights.columns:
        return None
    labels = [text_of(cell) for cell in nights.columns[column]]
    numbered = sorted(
        (int(label), day) for label, day in zip(labels, days, strict=True)
        if label.isdecimal() and 1 <= int(label) <= len(schedule.order)
    )  # fmt: skip
    moved = n_out_of_order([day for _, day in numbered])
    repeats = moved > 0 and is_regular(seen[-1], schedule.block)
    if moved <= MISDATED * len(numbered) and not repeats:
        return None
    return Reason("dates-of-another-order", {"key": column, "n": moved, "of": len(numbered)})


def order_warnings(nights: StudyNights, schedule: Schedule | None) -> Iterator[Reason]:
    """Say what is odd about one person's order: that no seed proves it, that dates contradict its numbers."""
    if schedule is not None and not schedule.is_drawn:
        yield Reason("draw-not-recorded")
    days = _evenings(nights)
    column = "period" if nights.periods else "night"
    if days is None or column not in nights.columns:
        return
    labels = [text_of(cell) for cell in nights.columns[column]]
    by_number = sorted(zip(labels, days, strict=True), key=lambda night: by_size(night[0]))
    for (one, first), (other, second) in pairwise(by_number):
        if one != other and second <= first:
            evenings = tuple(datetime.fromordinal(day).date().isoformat() for day in (first, second))
            yield Reason("nights-out-of-order", {"key": column, "which": (one, other), "evenings": evenings})
            return


def _evenings(nights: StudyNights) -> list[int] | None:
    """Give the day of each night's evening; None where the table does not tell when every night began."""
    try:
        starts = [datetime.fromisoformat(text_of(cell)) for cell in nights.columns.get("start", ())]
    except ValueError:
        return None
    return [evening_of(start).toordinal() for start in starts] or None


def _orders_seen(nights: StudyNights, treatment: str, control: str) -> Iterator[str]:
    """Give the order of a table by its numbers, with "?" where one is missing, and by the nights' dates."""
    letters = {treatment: "B", control: "A"}
    taken = [letters.get(nights.conditions[code], "") for code in nights.condition.tolist()]
    if not nights.periods and "night" in nights.columns:
        labels = [f"{number:.0f}" for number in nights.numbers("night")]
    else:
        labels = [nights.periods[code] if nights.periods else str(code) for code in nights.period.tolist()]
    of = {label: letter for label, letter in zip(labels, taken, strict=True) if letter}
    for night in nights.lost:
        label = night.period if nights.periods else _number_of(night.night)
        if label and night.condition in letters:
            of[label] = letters[night.condition]
    if all(label.isdecimal() for label in of) and of and max(map(int, of)) <= 10 * len(of):
        numbers = range(min(map(int, of)), max(map(int, of)) + 1)
        yield "".join(of.get(str(number), "?") for number in numbers)
    else:
        yield "".join(of[label] for label in in_time(of))
    if (days := _evenings(nights)) is not None:
        dated = {day: letter for day, letter in zip(days, taken, strict=True) if letter}
        yield "".join(dated[day] for day in sorted(dated))


def _is_nearly_regular(order: str, schedule: Schedule) -> bool:
    """Whether an order is one that repeats itself but for two exchanged periods, and hardly ever drawn."""
    size = schedule.block if schedule.scheme == "blocks" else len(order)
    exchanges, n_orders = -(-len(order) // size) * (size // 2) ** 2, comb(size, size // 2) ** -(-len(order) // size)
    if 4 * (1 + exchanges) > NEARLY * n_orders:
        return False
    letters = [*order]
    for first, second in _pairs(order, size):
        letters[first], letters[second] = letters[second], letters[first]
        if is_regular("".join(letters), schedule.block):
            return True
        letters[first], letters[second] = letters[second], letters[first]
    return False


def _pairs(order: Sequence[str], size: int) -> Iterator[tuple[int, int]]:
    """Give two periods of one block that differ, every such pair."""
    for i in range(len(order)):
        for j in range(i + 1, min(len(order), (i // size + 1) * size)):
            if {order[i], order[j]} == {"A", "B"}:
                yield i, j


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
