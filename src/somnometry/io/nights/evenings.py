"""Rows of a table that name an evening and no file: the night that begins on it, or one that was lost; naps."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from pathlib import Path, PurePath
from typing import NamedTuple

from ...core.errors import RecordingError
from ...core.evenings import evening_of
from ...core.faults import Faults
from ...core.finding import Finding
from ..edf.header import EdfHeader
from ..finding_codes import finding_of
from .night import Night
from .recordings_csv import TableRow

__all__ = ["Begun", "begun_by_headers", "evening_findings", "is_nap", "nights_by_evening"]

#: A nap begins and ends between these times of the day, and is shorter than so many hours.
DAY_BEGINS, DAY_ENDS, LONGEST_NAP = time(9), time(20), 3.0
#: Seconds by which the next file of one recording may overlap the one in front, or come after it.
OVERLAP, SPLIT = 2.0, 60.0
#: Hours between two parts of one night.
LONGEST_PAUSE = 4.0
#: What a shorter sleep of a wearable is called, behind the day of waking.
NAMED_NAP = re.compile(r"\d{4}-\d\d-\d\d (?:nap|rest)(?: .*)?", re.DOTALL)


class Begun(NamedTuple):
    """A night that no row names, and when it was.

    Parameters
    ----------
    night : Night
    start : datetime or None
    seconds : float
        How long it is; NaN where nobody knows.
    channels : tuple of (str, float)
        Labels and rates of one file of signals, by which one that goes on behind it is known; empty for others.
    """

    night: Night
    start: datetime | None
    seconds: float = math.nan
    channels: tuple[tuple[str, float], ...] = ()

    @property
    def span(self) -> tuple[datetime, datetime] | None:
        """When it begins and ends, by the clock at its start; None where either is unknown."""
        if self.start is None or not math.isfinite(self.seconds):
            return None
        start = self.start.replace(tzinfo=None)
        return start, start + timedelta(seconds=self.seconds)


def begun_by_headers(night: Night, headers: Sequence[EdfHeader]) -> Begun:
    """Say when a night was, by the headers of its files."""
    ends = [(header.start, header.duration) for header in headers if header.start is not None]
    if not ends:
        return Begun(night, None)
    start = min(moment for moment, _ in ends)
    seconds = max((moment - start).total_seconds() + length for moment, length in ends)
    channels = [(channel.label, channel.rate) for channel in headers[0].channels] if night.layout == "file" else []
    return Begun(night, start, seconds, tuple(channels))


def evening_findings(start: datetime | None, evening: date | None) -> tuple[Finding, ...]:
    """Say that a night began on another evening than its row tells; nothing where either is unknown.

    Examples
    --------
    >>> [finding.code for finding in evening_findings(datetime(2026, 3, 3, 0, 40), date(2026, 3, 1))]
    ['other-evening']
    >>> evening_findings(datetime(2026, 3, 2, 0, 40), date(2026, 3, 1))
    ()
    """
    if start is None or evening is None or (begun := evening_of(start)) == evening:
        return ()
    what = f"it begins on {start:%Y-%m-%d %H:%M}, of the evening of {begun}, and its row names that of {evening}"
    return (finding_of("other-evening", "recording", what),)


def is_nap(start: datetime | None, seconds: float) -> bool:
    """Whether what began then and was so long is a nap: by day from nine to eight in the evening, under three hours.

    Examples
    --------
    >>> [is_nap(datetime(2026, 3, 1, hour), 3600.0 * length) for hour, length in ((14, 1), (14, 4), (19, 2), (23, 1))]
    [True, False, False, False]
    """
    if start is None or not seconds < 3600 * LONGEST_NAP:
        return False
    begun = start.replace(tzinfo=None)
    ended = begun + timedelta(seconds=seconds)
    return begun.time() >= DAY_BEGINS and ended.date() == begun.date() and ended.time() <= DAY_ENDS


def nights_by_evening(
    rows: Sequence[TableRow], begun: Iterable[Begun], table: Path, today: date | None = None
) -> list[Night]:
    """Give the nights of rows that name an evening and no file, each with what its row says.

    Parameters
    ----------
    rows : sequence of TableRow
        Those that have a path are none of them.
    begun : iterable of Begun
        Nights that no row names. Files that a recorder split, each going on where the one in front ends, are one; naps
        are no nights, unless they come so near to another recording that they might be a part of it.
    table : Path
    today : date, optional
        Evenings from this day on are still to come, and no nights yet; by default the day that it is.

    Returns
    -------
    list of Night
        In the order of the rows. One whose row says in ``lost`` that it was, and one of an evening that is over and on
        which nothing begins, is a night without a recording, of the layout "lost".

    Raises
    ------
    RecordingError
        Where several nights begin on one evening, or two rows name one; of all rows at once.
    """
    of_evening: dict[date, list[Begun]] = {}
    for one in _whole(begun):
        if one.start is not None:
            of_evening.setdefault(evening_of(one.start), []).append(one)
    first: dict[date, int] = {}
    nights = []
    faults = Faults()
    for row in rows:
        evening = row.details.evening
        if row.paths or evening is None:
            continue
        with faults.gathered():
            if (number := first.setdefault(evening, row.number)) != row.number:
                raise RecordingError(
                    f"both are the evening of {evening}", place=f"{table.name}, rows {number} and {row.number}",
                    remedy="delete one, or name the file of each", key="evening",
                )  # fmt: skip
            found = _main(of_evening.get(evening, []))
            if row.details.lost or (not found and evening < (today or date.today())):
                lost = Night((table,), PurePath(f"evening-{evening}"), "lost", row.details, which=f"{evening}")
                nights.append(lost)
            elif len(found) > 1:
                raise _several(found, evening, f"{table.name}, row {row.number}")
            elif found:
                nights.append(replace(found[0].night, details=row.details.over(found[0].night.details)))
    faults.raise_all()
    return nights


def _several(found: Sequence[Begun], evening: date, place: str) -> RecordingError:
    """Say that several nights begin on one evening, and how one says which it is, or that all are parts of it."""
    names = [one.night.name if not one.night.which else one.night.which for one in found]
    told = [f"{name!r} at {one.start:%H:%M}" for name, one in zip(names, found, strict=True) if one.start is not None]
    remedy = "name in 'path' which one it is"
    if all(one.channels or one.night.layout != "file" for one in found):  # signals can be joined, scorings cannot
        remedy += f"; where they are parts of one night, all of them: {' | '.join(names)}"
    what = f"on the evening of {evening} begin {', '.join(told[:4])}"
    return RecordingError(what, place=place, remedy=remedy, key="path")


def _whole(begun: Iterable[Begun]) -> list[Begun]:
    """Put together what a recorder split, as at midnight: each file goes on where the one in front ends."""
    whole: list[Begun] = []
    for one in sorted(begun, key=lambda one: datetime.max if one.start is None else one.start.replace(tzinfo=None)):
        joined = _joined(whole[-1], one) if whole else None
        if joined is None:
            whole.append(one)
        else:
            whole[-1] = joined
    return whole


def _joined(before: Begun, one: Begun) -> Begun | None:
    """Give two files of signals as one; None unless the second goes on where the first ends, of the same channels.

    Those that begin on two evenings are two nights of a recorder that never stops.
    """
    if not before.channels or before.channels != one.channels or before.span is None or one.span is None:
        return None
    if evening_of(before.span[0]) != evening_of(one.span[0]):
        return None
    pause = (one.span[0] - before.span[1]).total_seconds()
    if before.night.files[-1].parent != one.night.files[0].parent or not -OVERLAP <= pause <= SPLIT:
        return None
    night = replace(before.night, files=(*before.night.files, *one.night.files), layout="parts")
    return before._replace(night=night, seconds=(one.span[1] - before.span[0]).total_seconds())


def _main(found: Sequence[Begun]) -> Sequence[Begun]:
    """Leave out naps: those that a device does not call by their day alone, and short recordings by day."""
    of_day = [one for one in found if one.night.which and _is_day(one.night.which)]
    if len(of_day) == 1:
        return of_day
    found = [one for one in found if not NAMED_NAP.fullmatch(one.night.which)]
    return [one for one in found if not (is_nap(one.start, one.seconds) and _stands_alone(one, found))]


def _stands_alone(nap: Begun, found: Sequence[Begun]) -> bool:
    """Whether no longer recording of its evening ended so shortly before that the two might be parts of one night."""
    for other in found:
        if other is nap or is_nap(other.start, other.seconds) or other.span is None or nap.span is None:
            continue
        if 0 <= (nap.span[0] - other.span[1]).total_seconds() <= 3600 * LONGEST_PAUSE:
            return False
    return True


def _is_day(name: str) -> bool:
    try:
        date.fromisoformat(name)
    except ValueError:
        return False
    return True
