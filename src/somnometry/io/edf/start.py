"""When a recording began: date and time of a header as recorders fill them, and the clock of a file's name."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from .fields import MONTHS, parse_text

__all__ = ["Start", "half_a_day_off", "named_moment", "read_start", "shifted"]

#: Three numbers, parted and padded by whatever a recorder likes; a year may have all its digits, and stand in front.
PARTED = re.compile(r"(\d{1,2})\s*(\D)\s*(\d{1,2})\s*(\D)\s*(\d{4}|\d{1,2})")
YEAR_FIRST = re.compile(r"(\d{4})\s*(\D)\s*(\d{1,2})\s*(\D)\s*(\d{1,2})")
EIGHT_DIGITS = re.compile(r"\d{8}")
MONTH_NAMED = re.compile(r"(\d{1,2})[ .-]?([A-Z]{3})[ .-]?(\d{4}|\d{2})", re.IGNORECASE)
HOUR_AND_MINUTE = re.compile(r"(\d{1,2})\s*[.:]\s*(\d{2})")
#: Years that a recording can be of.
YEARS = range(1900, 2100)
#: Date and time in a file's name, as apps and boards put them there.
NAMED = re.compile(
    r"(?<!\d)(\d{4})[-_.]?(\d{2})[-_.]?(\d{2})(?:[T_ .-]+|--)(\d{2})[-_.:h]?(\d{2})(?:[-_.:m]?(\d{2}))?(?!\d)"
)
HALF_A_DAY = timedelta(hours=12)
#: Between naming a file and its first sample.
STARTED_LATE = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Start:
    """What the two fields of a start say.

    Parameters
    ----------
    when : datetime or None
        None where the day is unknown.
    clock : time or None
        Of the day, whichever it is; None where that is unknown too.
    odd : tuple of (str, str)
        Codes of findings, and what was seen.
    """

    when: datetime | None
    clock: time | None
    odd: tuple[tuple[str, str], ...] = ()


def read_start(date: bytes, hour: bytes) -> Start:
    """Read when a recording began; a date that is no day, month, year is read where it can be only one other.

    Years 85-99 are 19xx, as the EDF specification says.

    Examples
    --------
    >>> read_start(b"01.05.24", b"22:30:00").when
    datetime.datetime(2024, 5, 1, 22, 30)
    >>> read_start(b"00.00.00", b"22.30.75").clock
    datetime.time(22, 30)
    >>> read_start(b"05.31.24", b"22.30.00").odd
    (('start-order', "'05.31.24' is a date only with the month in front"),)
    """
    if not (date + hour).strip(b" \0"):
        return Start(None, None, (("start-unknown", "blank"),))
    clock, of_clock = _clock(parse_text(hour))
    day, of_day = _day(parse_text(date))
    if clock is None:
        return Start(None, None, (("start-unknown", "no date and time that exist"),))
    if day is None:
        what = f"no date that exists; the clock says {clock:%H:%M:%S} of an unknown day"
        return Start(None, clock, (("start-unknown", what), *of_clock))
    return Start(datetime.combine(day, clock), clock, tuple(dict.fromkeys((*of_day, *of_clock))))


def _clock(text: str) -> tuple[time | None, tuple[tuple[str, str], ...]]:
    odd: tuple[tuple[str, str], ...] = ()
    if (parted := PARTED.fullmatch(text)) is not None:
        hour, minute, second = (int(parted[i]) for i in (1, 3, 5))
        if parted[2] + parted[4] != ".." or not text.replace(".", "").isdigit():
            odd = (("start-separator", "not parted by points alone"),)
        if 59 < second < 100:
            odd = (*odd, ("start-seconds", f"{second} seconds"))
            second = 0
    elif (parted := HOUR_AND_MINUTE.fullmatch(text)) is not None:
        hour, minute, second = int(parted[1]), int(parted[2]), 0
        odd = (("start-seconds", "no seconds"),)
    else:
        return None, ()
    try:
        return time(hour, minute, second), odd
    except ValueError:
        return None, ()


def _day(text: str) -> tuple[datetime | None, tuple[tuple[str, str], ...]]:
    if (parted := PARTED.fullmatch(text)) is not None:
        a, b, c = (int(parted[i]) for i in (1, 3, 5))
        separated = parted[2] + parted[4] == ".." and text.replace(".", "").isdigit()
        odd = () if separated else (("start-separator", "not parted by points alone"),)
        if (day := _of_calendar(c, b, a)) is not None:
            return day, odd
        others = {"the month in front": (c, a, b)}
        if a >= 85:  # 29 to 84 would be years that are not yet
            others["the year in front"] = (a, b, c)
    elif (parted := YEAR_FIRST.fullmatch(text)) is not None:
        odd, others = (), {"the year in front": (int(parted[1]), int(parted[3]), int(parted[5]))}
    elif EIGHT_DIGITS.fullmatch(text):
        odd = (("start-separator", "not parted by points alone"),)
        others = {
            "the year in front": (int(text[:4]), int(text[4:6]), int(text[6:])),
            "the day in front": (int(text[4:]), int(text[2:4]), int(text[:2])),
            "the month in front": (int(text[4:]), int(text[:2]), int(text[2:4])),
        }
    elif (named := MONTH_NAMED.fullmatch(text)) is not None and named[2].upper() in MONTHS:
        odd, others = (), {"the month by name": (int(named[3]), MONTHS.index(named[2].upper()) + 1, int(named[1]))}
    else:
        return None, ()
    read = {how: day for how, fields in others.items() if (day := _of_calendar(*fields)) is not None}
    if len(set(read.values())) != 1:
        return None, ()
    how, day = next(iter(read.items()))
    return day, (*odd, ("start-order", f"{text!r} is a date only with {how}"))


def _of_calendar(year: int, month: int, day: int) -> datetime | None:
    """Give a day that exists, in a year in which one can have recorded."""
    if year < 100:
        year += 1900 if year >= 85 else 2000
    try:
        return datetime(year, month, day) if year in YEARS else None
    except ValueError:
        return None


def named_moment(name: str) -> datetime | None:
    """Give the date and time in the name of a file; None where there is none.

    Examples
    --------
    >>> named_moment("OpenBCI-BDF-2021-01-28_22-18-00.bdf")
    datetime.datetime(2021, 1, 28, 22, 18)
    >>> named_moment("SC4001E0-PSG.edf") is None
    True
    """
    found = NAMED.search(name)
    if found is None:
        return None
    try:
        return datetime(*(int(part or 0) for part in found.groups()))  # type: ignore[arg-type]
    except ValueError:
        return None


def half_a_day_off(clock: time, name: str) -> time | None:
    """Give the clock time in the name of a file where it and the header's are twelve hours apart.

    Examples
    --------
    >>> half_a_day_off(time(10, 18, 30), "OpenBCI-BDF-2021-01-28_22-18-00.bdf")
    datetime.time(22, 18)
    """
    named = named_moment(name)
    if named is None:
        return None
    later = (datetime.combine(named, clock) - named + HALF_A_DAY) % timedelta(days=1)
    return named.time() if min(later, timedelta(days=1) - later) <= STARTED_LATE else None


def shifted(clock: time | None, seconds: float) -> time | None:
    """Give a clock time some seconds later, on whichever day.

    Examples
    --------
    >>> shifted(time(23, 59, 30), 60.0)
    datetime.time(0, 0, 30)
    """
    if clock is None:
        return None
    return (datetime.combine(datetime(2000, 1, 1), clock) + timedelta(seconds=seconds % 86400.0)).time()
