"""A study's evenings as a calendar file (iCalendar, RFC 5545), for the calendar of a telephone."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta

from ..core.shown_text import shown_text
from .files import replacing

__all__ = ["write_calendar"]

#: How long an entry is in the calendar.
LENGTH = timedelta(minutes=15)


def write_calendar(
    entries: Sequence[tuple[date, str, str]], path: str | os.PathLike[str], *, at: time, name: str
) -> None:
    """Write one entry with a reminder for each evening.

    Parameters
    ----------
    entries : sequence of (date, str, str)
        Evening, what the entry is called, and what it says.
    path : path-like
    at : time
        By the clock of wherever one is: an entry has no time zone, so that it moves along on a journey.
    name : str
        Of the calendar.
    """
    from icalendar import Alarm, Calendar, Event

    name = shown_text(name, keep="")
    calendar = Calendar()
    calendar.add("prodid", "-//somnometry//study schedule//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", name)
    now = datetime.now(UTC).replace(microsecond=0)
    for day, *said in entries:
        title, text = map(shown_text, said)
        event = Event()
        event.add("uid", f"{hashlib.sha256(f'{name}|{day}|{title}'.encode()).hexdigest()[:32]}@somnometry")
        event.add("dtstamp", now)
        event.add("dtstart", datetime.combine(day, at.replace(second=0, microsecond=0, tzinfo=None)))
        event.add("duration", LENGTH)
        event.add("transp", "TRANSPARENT")
        event.add("summary", title)
        event.add("description", text)
        alarm = Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("description", title)
        alarm.add("trigger", timedelta(0))
        event.add_component(alarm)
        calendar.add_component(event)
    with replacing(path) as temporary:
        temporary.write_bytes(calendar.to_ical())
