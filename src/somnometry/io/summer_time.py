"""Changes of clocks, to and from summer time: whether some place on Earth changes its clocks between two moments."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

__all__ = ["clock_changes", "is_changed_somewhere"]

HOUR = 3600.0


def clock_changes(first: datetime, last: datetime) -> tuple[float, ...]:
    """Give by how many seconds clocks are put forward between two moments, each way that is found; back is negative.

    Parameters
    ----------
    first, last : datetime
        By the clock of a place that nobody knows, which is why all of them are looked at.

    Examples
    --------
    >>> clock_changes(datetime(2026, 3, 28, 23, 10), datetime(2026, 3, 29, 7, 0))
    (3600.0,)
    >>> clock_changes(datetime(2026, 10, 24, 23, 10), datetime(2026, 10, 25, 7, 0))
    (-3600.0,)
    >>> clock_changes(datetime(2026, 1, 10, 23, 10), datetime(2026, 1, 11, 7, 0))
    ()
    """
    return tuple(by for by in (-HOUR, HOUR) if is_changed_somewhere(first, last, by))


def is_changed_somewhere(before: datetime, after: datetime, by: float) -> bool:
    """Whether the clocks of some place went from one moment to the other by a change of so many seconds."""
    for name in available_timezones():
        try:
            zone = ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            continue
        one, other = before.replace(tzinfo=zone, fold=0), after.replace(tzinfo=zone, fold=1)
        first, last = one.utcoffset(), other.utcoffset()
        if first is None or last is None or (last - first).total_seconds() != by:
            continue
        if _is_shown(one) and _is_shown(other):
            return True
    return False


def _is_shown(moment: datetime) -> bool:
    """Whether a clock ever shows it: none of the hour that is left out where clocks are put forward."""
    return moment.astimezone(UTC).astimezone(moment.tzinfo).replace(tzinfo=None) == moment.replace(tzinfo=None)
