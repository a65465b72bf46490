"""A clock that was put forward or back in a table of spans: told where one does not follow the one in front of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise
from math import floor
from typing import NamedTuple

from ..summer_time import is_changed_somewhere
from .clock_change import DAY, ENOUGH, HOUR, LATEST, ClockChange
from .scored import Scored, epoch_of_bouts

__all__ = ["ClockSpans", "on_one_clock", "without_change"]


class ClockSpans(NamedTuple):
    """Spans without the change of the clock that was in their times.

    Parameters
    ----------
    onset, duration : list of float
        Seconds, from the first of them.
    later : float
        Seconds by which the first begins after what onsets were counted from.
    before, by : float
        Seconds from the first at which the clock was changed at the latest, and by how much it was put forward.
    """

    onset: list[float]
    duration: list[float]
    later: float
    before: float
    by: float


def on_one_clock(scored: Scored, epoch: float | None = None) -> Scored:
    """Take a change of the clock out of stages that follow each other but for it, and say where it was.

    Parameters
    ----------
    scored : Scored
    epoch : float, optional
        Seconds, where the user told it.
    """
    is_stage = [stage is not None for stage in scored.stages]
    spans = without_change(scored.onset, scored.duration, is_stage, scored.start, scored.clock)
    if spans is None:
        return scored
    length = epoch or epoch_of_bouts(spans.onset, spans.duration, scored.stages)
    start = None if scored.start is None else scored.start + timedelta(seconds=spans.later)
    clock = None if scored.clock is None else scored.clock + spans.later
    changed = ClockChange(round(spans.before / length) - 1, length, spans.by)
    return replace(scored, onset=spans.onset, duration=spans.duration, epoch=length, start=start, clock=clock,
                   changed=changed)  # fmt: skip


def without_change(
    onset: Sequence[float],
    duration: Sequence[float],
    is_stage: Sequence[bool],
    start: datetime | None,
    clock: float | None,
) -> ClockSpans | None:
    """Take a change of the clock out of spans that follow each other but for one hour.

    Parameters
    ----------
    onset, duration : sequence of float
        Seconds, by the clock; those of a span over the change are an hour too long or too short.
    is_stage : sequence of bool
        Which of them are stages, that follow each other, and no events.
    start : datetime, optional
        What onsets are counted from.
    clock : float, optional
        Seconds since midnight of it, where no day is told.

    Returns
    -------
    ClockSpans or None
        None where they follow each other, where more than one does not, or where no place changes its clocks then.
    """
    rows = [i for i, one in enumerate(is_stage) if one]
    if len(rows) <= ENOUGH or (start is None and clock is None) or (start is not None and start.tzinfo is not None):
        return None
    found = _at(onset, duration, rows)
    if found is None:
        return None
    row, by, is_inside = found
    first, last = onset[row], onset[row] + duration[row] if is_inside else onset[rows[rows.index(row) + 1]]
    if start is not None:
        moments = (start + timedelta(seconds=first), start + timedelta(seconds=last))
        if not is_changed_somewhere(*moments, by):
            return None
    elif not _holds_hour_of_night((clock or 0.0) + first, (clock or 0.0) + (last if by > 0 else last + HOUR)):
        return None
    lasted = [length - by if is_inside and i == row else length for i, length in enumerate(duration)]
    end = first + lasted[row]
    moved = [at - by if (at > first if by > 0 else at >= end or (at >= last and i > row)) else at
             for i, at in enumerate(onset)]  # fmt: skip
    moved[row] = first
    later = min(moved)
    return ClockSpans([at - later for at in moved], lasted, later, end - later, by)


def _at(onset: Sequence[float], duration: Sequence[float], rows: Sequence[int]) -> tuple[int, float, bool] | None:
    """Give the row of the change, by how much, and whether it is inside the row; None where there is not just one."""
    apart = {i: round(onset[j] - onset[i] - duration[i], 6) for i, j in pairwise(rows)}
    jumps = [i for i, gap in apart.items() if gap]
    if len(jumps) == 1:
        return (jumps[0], apart[jumps[0]], False) if abs(apart[jumps[0]]) == HOUR else None
    if jumps:
        return None
    if negative := [i for i in rows if duration[i] <= 0]:
        return (negative[0], -HOUR, True) if len(negative) == 1 and duration[negative[0]] + HOUR > 0 else None
    usual, count = Counter(duration[i] for i in rows).most_common(1)[0]
    other = [i for i in rows if duration[i] != usual]
    if count == len(rows) - 1 and abs(by := duration[other[0]] - usual) == HOUR:
        return other[0], by, True
    return None


def _holds_hour_of_night(first: float, last: float) -> bool:
    """Whether a full hour between midnight and four lies between two times of the clock."""
    hour = HOUR * (floor(first / HOUR) + 1)
    return hour <= last and hour % DAY <= LATEST
