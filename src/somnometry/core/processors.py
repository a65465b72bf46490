"""How many threads one night is worked on with."""

from __future__ import annotations

import os

__all__ = ["VARIABLE", "helpful_threads", "usable_processors"]

#: More than two share out three channels no better.
MOST = 2
#: The environment variable that says how many threads a night may have; workers of a batch, which fill the machine
#: themselves, are told so.
VARIABLE = "SOMNOMETRY_THREADS"


def usable_processors() -> int:
    """Count the processors that this process may use."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # not every system says
        return os.cpu_count() or 1


def helpful_threads(threads: int | None = None) -> int:
    """Give the number of threads that was asked for, else what the variable says, else what helps here: one or two.

    Parameters
    ----------
    threads : int, optional

    Examples
    --------
    >>> helpful_threads(3)
    3
    """
    if threads is not None:
        return max(threads, 1)
    told = os.environ.get(VARIABLE, "")
    return max(int(told), 1) if told.isdecimal() else min(MOST, usable_processors())
