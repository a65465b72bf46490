"""`Moment`: a time as a user writes it into a table, and where it lies on the clock of a recording."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, time

from ...core.errors import RecordingError

__all__ = ["Moment", "parse_moment"]

DAY = 86400.0
UNITS = {"s": 1.0, "sec": 1.0, "min": 60.0, "h": 3600.0}
HOW = "write a clock time (23:05 or 23:05:30), a date and time (2024-05-01 23:05), or a span (900 s, 15 min, 1.5 h)"


@dataclass(frozen=True, slots=True)
class Moment:
    """A moment of a recording: a clock time, a date with a clock time, or seconds from its first sample.

    Parameters
    ----------
    text : str
        As written.
    value : time, datetime or float
        A number is seconds from the first sample.
    """

    text: str
    value: time | datetime | float

    def seconds_after(self, start: datetime | time | None, earliest: float = 0.0) -> float:
        """Seconds from the first sample; a bare clock time is the first one that is not before `earliest`.

        Parameters
        ----------
        start : datetime, time or None
            Clock time of the first sample; a bare time where the day is unknown.
        earliest : float
            Seconds from the first sample.

        Raises
        ------
        RecordingError
            Where the moment is on the clock and the recording's start is unknown, or has a date and its day is.

        Examples
        --------
        >>> parse_moment("23:05").seconds_after(datetime(2024, 5, 1, 22, 30))
        2100.0
        >>> parse_moment("06:30").seconds_after(datetime(2024, 5, 1, 22, 30)) / 3600
        8.0
        """
        if isinstance(self.value, float):
            return self.value
        if start is None:
            raise RecordingError(f"{self.text!r} is a clock time, but when the recording began is unknown", remedy=HOW)
        if isinstance(start, time):
            if isinstance(self.value, datetime):
                raise RecordingError(
                    f"{self.text!r} has a date, but the day on which the recording began is unknown",
                    remedy=f"leave out the date; it began at {start:%H:%M:%S}",
                )
            start = datetime.combine(datetime(2000, 1, 1), start)
        if isinstance(self.value, datetime):
            return (self.value - start).total_seconds()
        after = (datetime.combine(start.date(), self.value) - start).total_seconds()
        return earliest + (after - earliest) % DAY


def parse_moment(text: str) -> Moment:
    """Read a moment: a clock time, a date and time in ISO's order, or a span of time with its unit.

    Raises
    ------
    RecordingError
        For anything else, and for a bare number: 2305 and 23.05 are clock times to some and seconds to others.

    Examples
    --------
    >>> parse_moment("11:05 pm").value, parse_moment("15 min").value
    (datetime.time(23, 5), 900.0)
    """
    plain = " ".join(text.split())
    if span := re.fullmatch(r"(\d+(?:[.,]\d+)?) ?([a-z]+)", plain.lower()):
        number, unit = span.groups()
        if unit in UNITS:
            return Moment(text, float(number.replace(",", ".")) * UNITS[unit])
    if clock := re.fullmatch(r"(\d{1,2}):(\d{2})(?::(\d{2}))? ?([ap])\.?m\.?", plain.lower()):
        hour, minute, second, half = clock.groups()
        if not 1 <= int(hour) <= 12:
            raise RecordingError(f"{text!r} is no time of the clock", remedy=HOW)
        return Moment(text, _clock(int(hour) % 12 + (12 if half == "p" else 0), minute, second, text))
    if clock := re.fullmatch(r"(\d{1,2}):(\d{2})(?::(\d{2}))?", plain):
        hour, minute, second = clock.groups()
        return Moment(text, _clock(int(hour), minute, second, text))
    try:
        when = datetime.fromisoformat(plain)
    except ValueError:
        raise RecordingError(f"{text!r} is no time that can be understood", remedy=HOW) from None
    if not re.search(r"\d:\d", plain):
        raise RecordingError(f"{text!r} names no time of the clock", remedy=HOW)
    if when.tzinfo is not None:
        raise RecordingError(f"{text!r} names a time zone, and recordings know none", remedy="leave it out")
    return Moment(text, when)


def _clock(hour: int, minute: str, second: str | None, text: str) -> time:
    try:
        return time(hour, int(minute), int(second or 0))
    except ValueError:
        raise RecordingError(f"{text!r} is no time of the clock", remedy=HOW) from None
