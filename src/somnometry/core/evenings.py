"""`PersonSchedule`: an order that was drawn for one person, on the evenings of a calendar."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from .errors import ClaimError
from .schedule import Schedule

__all__ = ["RUN_IN", "WASHOUT", "Evening", "PersonSchedule", "evening_of", "evenings_of"]

#: Conditions of nights that no claim looks at.
RUN_IN, WASHOUT = "run-in", "washout"
#: A night belongs to the evening of the day on which it was so long before.
NOON = timedelta(hours=12)


def evening_of(start: datetime) -> date:
    """Day of the evening that a night belongs to, from noon to noon: of one begun after midnight, the day before.

    Of the first night of the calendar, which programs write for none, it is that day.

    Examples
    --------
    >>> evening_of(datetime(2026, 12, 2, 1, 30)), evening_of(datetime(2026, 12, 2, 22, 5))
    (datetime.date(2026, 12, 1), datetime.date(2026, 12, 2))
    """
    local = start.replace(tzinfo=None)
    return (local - NOON).date() if local - datetime.min >= NOON else local.date()


@dataclass(frozen=True, slots=True)
class Evening:
    """One evening of one person's study.

    Parameters
    ----------
    day : date
        On which the evening falls; the night is that which begins then, also where sleep comes after midnight.
    condition : str
        What was drawn for it; `RUN_IN` or `WASHOUT` on nights that no claim looks at.
    period : int, optional
        Which period of the schedule, from 1; None in the run-in and in a washout.
    night : int
        Which night of the period, or of the run-in or washout, from 1.
    """

    day: date
    condition: str
    period: int | None
    night: int

    @property
    def is_drawn(self) -> bool:
        """Whether chance decided what is taken on it."""
        return self.period is not None


def evenings_of(
    conditions: Iterable[str], start: date, *, nights: int = 1, run_in: int = 0, washout: int = 0
) -> tuple[Evening, ...]:
    """Give the evenings of a study, one after the other without a gap.

    Parameters
    ----------
    conditions : iterable of str
        Of each period, in the order that was drawn.
    start : date
        The first evening, of the run-in where there is one.
    nights : int
        In each period.
    run_in : int
        Nights before the first period, to get used to the device.
    washout : int
        Nights between two periods, also where both are of one condition: a gap that told which follows would tell what
        was drawn.

    Raises
    ------
    ClaimError
        Where a number is none that there can be, or the calendar ends.

    Examples
    --------
    >>> [f"{one.day:%d} {one.condition}" for one in evenings_of(["tea", "none"], date(2026, 3, 1), washout=1)]
    ['01 tea', '02 washout', '03 none']
    """
    for name, value, least in (("nights", nights, 1), ("run_in", run_in, 0), ("washout", washout, 0)):
        if value < least:
            raise ClaimError(f"{name} is a whole number from {least}, not {value}", place="evenings", key=name)
    plan: list[tuple[str, int | None, int]] = [(RUN_IN, None, i) for i in range(1, run_in + 1)]
    for period, condition in enumerate(conditions, 1):
        if period > 1:
            plan += [(WASHOUT, None, i) for i in range(1, washout + 1)]
        plan += [(condition, period, i) for i in range(1, nights + 1)]
    try:
        return tuple(Evening(start + timedelta(days=i), *one) for i, one in enumerate(plan))
    except OverflowError:
        raise ClaimError(f"{len(plan)} nights from {start} on go beyond the calendar", key="start") from None


@dataclass(frozen=True, slots=True)
class PersonSchedule:
    """An order that was drawn for one person, and when each of its nights is.

    Parameters
    ----------
    schedule : Schedule
        With the order.
    treatment, control : str
        What B and A of the order are.
    start : date
        The first evening.
    nights, run_in, washout : int
        As for `evenings_of`.
    at : time
        When in the evening it is to be taken, by the clock of wherever one is.
    subject : str
        What the person is called in the table of nights.

    Raises
    ------
    ClaimError
        Where no order was drawn, or the evenings cannot be laid out.
    """

    schedule: Schedule
    treatment: str
    control: str
    start: date
    nights: int = 1
    run_in: int = 0
    washout: int = 0
    at: time = time(21)
    subject: str = "me"

    def __post_init__(self) -> None:
        if not self.schedule.order:
            raise ClaimError("no order was drawn", place="schedule", remedy="give periods and a seed", key="seed")
        if self.treatment == self.control or {self.treatment, self.control} & {RUN_IN, WASHOUT, ""}:
            what = f"the conditions are two names other than {RUN_IN!r} and {WASHOUT!r}"
            raise ClaimError(what, place="schedule", key="treatment")
        _ = self.evenings

    @property
    def evenings(self) -> tuple[Evening, ...]:
        """Every evening of the study."""
        conditions = [self.treatment if letter == "B" else self.control for letter in self.schedule.order]
        return evenings_of(conditions, self.start, nights=self.nights, run_in=self.run_in, washout=self.washout)
