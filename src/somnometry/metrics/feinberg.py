"""NREM and REM periods by the rule of Feinberg and Floyd 1979, as the R package SleepCycles reads it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from .runs import NIGHT, Runs, epochs_lasting

__all__ = ["Periods", "completed_cycles", "feinberg_cycles", "feinberg_periods", "together"]

Integers = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

NREM_LASTS = 15 * 60
"""Seconds that a NREM period lasts at least."""
REM_LASTS = 5 * 60
"""Seconds that a REM period other than the first begins with at least, unbroken."""
TOO_LONG = 120 * 60
"""Seconds of sleep beyond which a NREM period is taken for two."""
LIGHTENED = 12 * 60
"""Seconds without N3 beyond which N3 that returns may begin a NREM period."""


@dataclass(frozen=True, eq=False)
class Periods:
    """NREM and REM periods of many nights, ordered by night and by start.

    Parameters
    ----------
    night, start, end : array of int, shape (n_periods,)
        Row of the night, first epoch, and the epoch after the last.
    is_rem : array of bool, shape (n_periods,)
        Whether it is a REM period.
    n_nights : int
        Number of nights.
    """

    night: Integers
    start: Integers
    end: Integers
    is_rem: Mask
    n_nights: int

    def __len__(self) -> int:
        return len(self.night)


def feinberg_periods(*, nrem: Runs, rem: Runs, n3: Runs, sleep: Runs, epoch: float) -> Periods:
    """Find the NREM and REM periods of many nights; see `somnometry.metrics.cycles` for the rule.

    Parameters
    ----------
    nrem, rem, n3, sleep : Runs
        Runs of NREM sleep, of R, of N3, and of any sleep.
    epoch : float
        Length of an epoch in seconds.
    """
    asleep_until = sleep.last() + 1
    starts_nrem = _nrem_starts(nrem, rem, asleep_until, epochs_lasting(NREM_LASTS, epoch))
    starts_rem = rem.where(_first_of_night(rem.night) | (rem.length >= epochs_lasting(REM_LASTS, epoch)))
    night = np.concatenate([starts_nrem.night, starts_rem.night])
    start = np.concatenate([starts_nrem.start, starts_rem.start])
    is_rem = np.repeat([False, True], [len(starts_nrem), len(starts_rem)])
    order = np.argsort(night * NIGHT + start)
    night, start, is_rem = night[order], start[order], is_rem[order]
    turns = _first_of_night(night)
    turns[1:] |= is_rem[1:] != is_rem[:-1]
    night, start, is_rem = night[turns], start[turns], is_rem[turns]
    end = _starts_of_the_next(night, start, asleep_until)
    whole = Periods(night, start, _cut_to_rem(night, end, is_rem, rem), is_rem, rem.n_nights)
    return _split(whole, n3, sleep, epoch)


def feinberg_cycles(periods: Periods) -> tuple[Runs, Mask]:
    """Join each NREM period and the REM period that follows it; say which have one."""
    followed = np.zeros(len(periods), bool)
    followed[:-1] = (periods.night[1:] == periods.night[:-1]) & periods.is_rem[1:]
    end = np.where(followed, np.append(periods.end[1:], 0), periods.end)
    nrem = np.flatnonzero(~periods.is_rem)
    start = periods.start[nrem]
    return Runs(periods.night[nrem], start, end[nrem] - start, periods.n_nights), followed[nrem]


def completed_cycles(periods: Periods) -> Runs:
    """Give the cycles up to the last of each night that holds a REM period."""
    cycles, complete = feinberg_cycles(periods)
    last = np.full(periods.n_nights, -1)
    np.maximum.at(last, cycles.night[complete], cycles.start[complete])
    return cycles.where(cycles.start <= last[cycles.night])


def together(periods: Periods, rem: Runs) -> Mask:
    """Whether each run of R but the last and the next one begin in the same REM period."""
    begun = periods.night * NIGHT + periods.start
    period = np.searchsorted(begun, rem.night * NIGHT + rem.start, side="right")
    inside = np.append(False, periods.is_rem)[period[:-1]]
    same: Mask = (rem.night[:-1] == rem.night[1:]) & (period[:-1] == period[1:]) & inside
    return same


def _nrem_starts(nrem: Runs, rem: Runs, asleep_until: Integers, shortest: int) -> Runs:
    """Keep the first run of NREM in each stretch without R, if the stretch lasts long enough from there."""
    next_rem = np.searchsorted(rem.night * NIGHT + rem.start, nrem.night * NIGHT + nrem.start)
    first = _first_of_night(nrem.night)
    first[1:] |= next_rem[1:] != next_rem[:-1]
    until = asleep_until[nrem.night]
    rem_night = np.append(rem.night, -1)[next_rem]
    until = np.where(rem_night == nrem.night, np.append(rem.start, 0)[next_rem], until)
    return nrem.where(first & (until - nrem.start >= shortest))


def _first_of_night(night: Integers) -> Mask:
    first = np.ones(len(night), bool)
    first[1:] = night[1:] != night[:-1]
    return first


def _starts_of_the_next(night: Integers, start: Integers, asleep_until: Integers) -> Integers:
    """Where the next period of the night starts, or sleep ends."""
    end = asleep_until[night]
    same = np.flatnonzero(night[1:] == night[:-1])
    end[same] = start[same + 1]
    return end


def _cut_to_rem(night: Integers, end: Integers, is_rem: Mask, rem: Runs) -> Integers:
    """Let a REM period end with its last R, so that wake between cycles belongs to none."""
    last_run = np.searchsorted(rem.night * NIGHT + rem.start, night[is_rem] * NIGHT + end[is_rem]) - 1
    end[is_rem] = rem.end[last_run]
    return end


def _split(periods: Periods, n3: Runs, sleep: Runs, epoch: float) -> Periods:
    """Split NREM periods that hold too much sleep where N3 returns, the second parts too while they are too long."""
    shortest = epochs_lasting(NREM_LASTS, epoch)
    returns = np.zeros(len(n3), bool)
    returns[1:] = (n3.night[1:] == n3.night[:-1]) & ((n3.start[1:] - n3.end[:-1]) * epoch > LIGHTENED)
    back = np.flatnonzero(returns)
    returned_at = n3.night[back] * NIGHT + n3.start[back]
    left_at = n3.night[back] * NIGHT + n3.start[back - 1]
    found_night, found_start = [periods.night], [periods.start]
    night, start, end = (part[~periods.is_rem] for part in (periods.night, periods.start, periods.end))
    while len(back):
        too_long = sleep.epochs_between(night, start, end) * epoch > TOO_LONG
        night, start, end = night[too_long], start[too_long], end[too_long]
        place = night * NIGHT + start
        at = np.maximum(np.searchsorted(returned_at, place + shortest), np.searchsorted(left_at, place))
        splits = np.append(returned_at, len(sleep.count()) * NIGHT)[at] <= night * NIGHT + end - shortest
        night, end, at = night[splits], end[splits], at[splits]
        if len(at) == 0:
            break
        start = n3.start[back[at]]
        found_night.append(night)
        found_start.append(start)
    night, start = np.concatenate(found_night), np.concatenate(found_start)
    order = np.argsort(night * NIGHT + start)
    night, start, is_new = night[order], start[order], order >= len(periods)
    whole = np.cumsum(~is_new) - 1  # the period that each is a part of
    end = periods.end[whole]
    end[:-1] = np.where(is_new[1:], start[1:], end[:-1])
    return Periods(night, start, end, periods.is_rem[whole], periods.n_nights)
