"""NREM and REM periods of one night by the rule of Feinberg and Floyd 1979, run by run; `feinberg` has it for many."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

from .feinberg import LIGHTENED, NREM_LASTS, REM_LASTS, TOO_LONG
from .night_runs import NightRuns
from .runs import epochs_lasting

__all__ = ["NightPeriod", "completed_night_cycles", "night_periods"]


class NightPeriod(NamedTuple):
    """A NREM or a REM period: its first epoch, the epoch after its last, and whether it is a REM period."""

    start: int
    end: int
    is_rem: bool


def night_periods(
    *, nrem: NightRuns, rem: NightRuns, n3: NightRuns, sleep: NightRuns, epoch: float
) -> list[NightPeriod]:
    """Find the NREM and REM periods of a night; see `somnometry.metrics.cycles` for the rule.

    Parameters
    ----------
    nrem, rem, n3, sleep : NightRuns
        Runs of NREM sleep, of R, of N3, and of any sleep.
    epoch : float
        Length of an epoch in seconds.

    Examples
    --------
    >>> nrem, rem = NightRuns([0, 40], [30, 40]), NightRuns([30, 80], [10, 2])
    >>> for period in night_periods(nrem=nrem, rem=rem, n3=NightRuns([], []), sleep=NightRuns([0], [82]), epoch=30.0):
    ...     print(*period)
    0 30 False
    30 40 True
    40 82 False
    """
    asleep_until = sleep.last() + 1
    shortest, sustained = epochs_lasting(NREM_LASTS, epoch), epochs_lasting(REM_LASTS, epoch)
    starts = [(start, False) for start in _nrem_starts(nrem, rem, asleep_until, shortest)]
    starts += [(start, True) for i, start in enumerate(rem.start) if i == 0 or rem.length[i] >= sustained]
    starts.sort()
    turns = [one for i, one in enumerate(starts) if i == 0 or one[1] != starts[i - 1][1]]
    returns = _returns_of_n3(n3, epoch)
    periods: list[NightPeriod] = []
    for (start, is_rem), (end, _) in pairwise([*turns, (asleep_until, True)]):
        if is_rem:  # it ends with its last R, so that wake between cycles belongs to none
            last = bisect_left(rem.start, end) - 1
            periods.append(NightPeriod(start, rem.start[last] + rem.length[last], True))
            continue
        edges = [start, *_splits(start, end, returns, sleep, epoch, shortest), end]
        periods += [NightPeriod(one, other, False) for one, other in pairwise(edges)]
    return periods


def completed_night_cycles(periods: list[NightPeriod]) -> NightRuns:
    """Join each NREM period and the REM period that follows it, up to the last that has one."""
    starts: list[int] = []
    lengths: list[int] = []
    complete = 0
    for i, period in enumerate(periods):
        if not period.is_rem:
            followed = i + 1 < len(periods) and periods[i + 1].is_rem
            starts.append(period.start)
            lengths.append(periods[i + followed].end - period.start)
            complete = len(starts) if followed else complete
    return NightRuns(starts[:complete], lengths[:complete])


def _nrem_starts(nrem: NightRuns, rem: NightRuns, asleep_until: int, shortest: int) -> Iterator[int]:
    """First run of NREM in each stretch without R, if the stretch lasts long enough from there."""
    seen = -1
    for start in nrem.start:
        next_rem = bisect_left(rem.start, start)
        if next_rem != seen:
            seen = next_rem
            if (rem.start[next_rem] if next_rem < len(rem.start) else asleep_until) - start >= shortest:
                yield start


def _returns_of_n3(n3: NightRuns, epoch: float) -> tuple[list[int], list[int]]:
    """Where N3 returns after more than 12 min without it, and where the run before began."""
    at = [i for i in range(1, len(n3.start)) if (n3.start[i] - n3.ends[i - 1]) * epoch > LIGHTENED]
    return [n3.start[i] for i in at], [n3.start[i - 1] for i in at]


def _splits(
    start: int, end: int, returns: tuple[list[int], list[int]], sleep: NightRuns, epoch: float, shortest: int
) -> Iterator[int]:
    """Where a NREM period that holds too much sleep is split, its second part too while that is too long."""
    returned, left = returns
    while returned and sleep.epochs_between(start, end) * epoch > TOO_LONG:
        at = max(bisect_left(returned, start + shortest), bisect_left(left, start))
        if at == len(returned) or returned[at] > end - shortest:
            return
        start = returned[at]
        yield start
