"""Clocks and dates of scorings: hours with points or colons, AM and PM, midnight, and which number is the day."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

__all__ = [
    "DAY", "clock_of", "day_first", "later", "midnight_of", "moment_of", "seconds_of_clock", "unwrapped",
]  # fmt: skip

CLOCK = re.compile(r"(\d{1,2})[:.](\d{2})[:.](\d{2})(?:[.,](\d+))?\s*([AaPp])?\.?[Mm]?\.?")
DATE = re.compile(r"(\d{1,4})[-/.](\d{1,2})[-/.](\d{1,4})")
DAY = 86400.0


def seconds_of_clock(text: str) -> float | None:
    """Seconds since midnight of a clock time, or None where the text is none.

    Examples
    --------
    >>> seconds_of_clock("23:59:30,500"), seconds_of_clock("12.00.10"), seconds_of_clock("12:00:10 AM")
    (86370.5, 43210.0, 10.0)
    """
    found = CLOCK.fullmatch(text.strip())
    if found is None:
        return None
    hours, minutes, seconds = (int(found[i]) for i in (1, 2, 3))
    if found[5]:
        if not 1 <= hours <= 12:
            return None
        hours = hours % 12 + (12 if found[5] in "Pp" else 0)
    if hours > 23 or minutes > 59 or seconds > 59:
        return None
    return 3600 * hours + 60 * minutes + seconds + (float(f"0.{found[4]}") if found[4] else 0.0)


def clock_of(seconds: float) -> str:
    """Clock time of seconds since midnight.

    Examples
    --------
    >>> clock_of(79200.0), clock_of(0.5)
    ('22:00:00', '00:00:00.5')
    """
    whole = int(seconds)
    rest = f"{seconds - whole:.6g}".removeprefix("0")
    return f"{whole // 3600:02d}:{whole // 60 % 60:02d}:{whole % 60:02d}{rest}"


def unwrapped(clocks: Sequence[float], *, back: float = DAY / 2) -> list[float]:
    """Seconds from midnight of the first day: a clock that falls by more than `back` has passed midnight.

    Examples
    --------
    >>> unwrapped([86370.0, 0.0, 30.0])
    [86370.0, 86400.0, 86430.0]
    """
    days, last, out = 0, None, []
    for clock in clocks:
        if last is not None and clock < last - back:
            days += 1
        elif last is not None and clock > last + back and days:
            days -= 1
        last = clock
        out.append(clock + DAY * days)
    return out


def day_first(texts: Iterable[str], *, otherwise: bool = True) -> bool:
    """Whether the dates of a file are day, month, year: as their numbers tell, else by AM and PM, or by custom.

    Examples
    --------
    >>> day_first(["17/11/2010 23:57:00"]), day_first(["11/17/2010 11:57:00 PM"]), day_first(["1/2/2010 11:57:00 PM"])
    (True, False, False)
    """
    american = False
    for text in texts:
        found = DATE.match(text.strip())
        if found is None or len(found[1]) == 4:
            continue
        if int(found[1]) > 12:
            return True
        if int(found[2]) > 12:
            return False
        american |= re.search(r"[AP]\.?M", text, re.IGNORECASE) is not None
    return otherwise and not american


def moment_of(text: str, *, days_first: bool = True) -> datetime | None:
    """Date and clock of a text: ISO 8601, or three numbers and a clock; None where it is neither, or no such day is.

    Examples
    --------
    >>> moment_of("25/07/2018 23:45:40"), moment_of("2024-05-01T23:00:00")
    (datetime.datetime(2018, 7, 25, 23, 45, 40), datetime.datetime(2024, 5, 1, 23, 0))
    """
    text = text.strip()
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        pass
    found = DATE.match(text)
    rest = text[found.end() :].strip() if found else ""
    clock = seconds_of_clock(rest if rest.count(":") != 1 else rest + ":00")
    if found is None or clock is None:
        return None
    a, b, c = (int(found[i]) for i in (1, 2, 3))
    year, month, day = (a, b, c) if len(found[1]) == 4 else (c, b, a) if days_first else (c, a, b)
    try:
        return datetime(year + (2000 if year < 85 else 1900 if year < 100 else 0), month, day) + timedelta(
            seconds=clock
        )
    except ValueError:
        return None


def midnight_of(moment: datetime) -> datetime:
    """The beginning of a day."""
    return moment.replace(hour=0, minute=0, second=0, microsecond=0)


def later(moment: datetime | None, seconds: float) -> datetime | None:
    """So many seconds later; None, for unknown, where there is no moment or the calendar does not reach so far.

    Examples
    --------
    >>> later(datetime(2024, 5, 1, 23), 3600.0), later(datetime(2024, 5, 1), 1e300), later(None, 1.0)
    (datetime.datetime(2024, 5, 2, 0, 0), None, None)
    """
    try:
        return None if moment is None else moment + timedelta(seconds=seconds)
    except (OverflowError, ValueError):
        return None
