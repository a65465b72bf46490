"""A clock that was put forward or back within a night: told from epochs that are missing, and taken out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from math import floor
from typing import NamedTuple

from ..summer_time import is_changed_somewhere

__all__ = ["DAY", "ENOUGH", "HOUR", "LATEST", "ClockChange", "clock_change"]

HOUR = 3600.0
DAY = 24 * HOUR
#: Clocks are changed at full hours of the night, by the clock before the change.
LATEST = 4 * HOUR
#: Epochs that show a step, and the longest that one may have, in seconds.
ENOUGH, LONGEST = 10, 600.0


class ClockChange(NamedTuple):
    """Where the clock of epochs in a row was changed.

    Parameters
    ----------
    row : int
        The last epoch before the change, from 0.
    step : float
        Seconds from each other epoch to the next.
    by : float
        Seconds by which the clock was put forward; back is negative.
    """

    row: int
    step: float
    by: float


def clock_change(times: Sequence[float], midnight: datetime | None = None) -> ClockChange | None:
    """Tell where a clock was changed: every step but one is the epoch, and that one an hour more or less.

    Parameters
    ----------
    times : sequence of float
        Seconds from a midnight, by the clock, of epochs in a row.
    midnight : datetime, optional
        The midnight; None where no day is told. Of a day, some place on Earth must have changed its clocks at that
        moment in that way; of an unknown day, the full hour must lie between midnight and four o'clock.

    Returns
    -------
    ClockChange or None
        None where steps are missing, or of several nights.

    Examples
    --------
    >>> before, after = [7110.0 + 30 * i for i in range(3)], [10800.0 + 30 * i for i in range(20)]
    >>> clock_change([*before, *after])
    ClockChange(row=2, step=30.0, by=3600.0)
    >>> clock_change([*before, *after], datetime(2026, 3, 29))
    ClockChange(row=2, step=30.0, by=3600.0)
    >>> clock_change([*before, *after], datetime(2026, 5, 29)) is None
    True
    """
    steps = [round(b - a, 6) for a, b in pairwise(times)]
    if len(steps) < ENOUGH:
        return None
    epoch, alike = Counter(steps).most_common(1)[0]
    if alike != len(steps) - 1 or not 0 < epoch <= LONGEST:
        return None
    row = next(i for i, step in enumerate(steps) if step != epoch)
    by = (steps[row] - epoch + DAY / 2) % DAY - DAY / 2  # a clock without dates that falls seems to pass midnight
    hours = floor((times[row] + epoch) / HOUR)
    if abs(by) != HOUR or hours == floor(times[row] / HOUR):
        return None
    if midnight is None:
        is_one = (HOUR * hours) % DAY <= LATEST
    else:
        before = midnight + timedelta(seconds=times[row])
        is_one = is_changed_somewhere(before, before + timedelta(seconds=epoch + by), by)
    return ClockChange(row, epoch, by) if is_one else None
