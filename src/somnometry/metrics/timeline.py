"""`timeline`: recordings of many days on one grid of epochs, and when the person is taken to be awake besides."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import UTC, datetime

import numpy as np
import numpy.typing as npt

from ..core.errors import HypnogramError
from ..core.hypnogram import Hypnogram
from ..core.stage import Stage

__all__ = ["ASLEEP", "AWAKE", "UNRECORDED", "UNSCORED", "Mask", "States", "start_of", "timeline"]

#: State of an epoch: awake, asleep, unscored, or in no recording.
AWAKE, ASLEEP, UNSCORED, UNRECORDED = 0, 1, -1, -2
States = npt.NDArray[np.int8]
Mask = npt.NDArray[np.bool_]
#: First epoch of a recording, and the first after it.
Span = tuple[int, int]


def start_of(night: Hypnogram) -> datetime:
    """The start of a night that has one."""
    assert night.start is not None
    return night.start


def timeline(nights: Sequence[Hypnogram], epoch: float, per_day: int) -> tuple[States, Mask]:
    """Lay the nights on one grid of epochs from the first start, and say where else the person is taken to be awake.

    Everything is counted from the first start, so that it does not matter what the clock says there.

    Parameters
    ----------
    nights : sequence of Hypnogram
        Each with its start, all with a time zone or none; in any order.
    epoch : float
        Seconds.
    per_day : int
        Epochs of 24 h.

    Returns
    -------
    states : array of int8, shape (n_days * per_day,)
        `AWAKE`, `ASLEEP`, `UNSCORED` or `UNRECORDED`.
    presumed : array of bool, of that shape
        Which unrecorded epochs lie between recordings with less than 24 h between them, or in the days of the first and
        the last of such a run, cut opposite to their mean middle.

    Raises
    ------
    HypnogramError
        Where two recordings overlap.
    """
    nights = sorted(nights, key=_moment)
    first = _moment(nights[0])
    begins = [math.floor((_moment(night) - first).total_seconds() / epoch + 0.5) for night in nights]
    spans = [(begin, begin + night.n_epochs) for begin, night in zip(begins, nights, strict=True)]
    runs = _runs(_without_naps(_joined([span for span in spans if span[0] < span[1]]), per_day), per_day)
    days = [_whole_days(run, per_day) for run in runs]
    awake = [*days, *((run[0][0], run[-1][1]) for run in runs)]
    origin = min([0, *(begin for begin, _ in awake)])
    end = max([1, *(end for _, end in awake), *(end for _, end in spans)])
    states = np.full(math.ceil((end - origin) / per_day) * per_day, UNRECORDED, np.int8)
    presumed = np.zeros(states.size, np.bool_)
    for begin, end in awake:
        presumed[begin - origin : end - origin] = True
    for (begin, end), night in zip(spans, nights, strict=True):
        here = slice(begin - origin, end - origin)
        if (states[here] != UNRECORDED).any():
            raise HypnogramError(
                f"the recording that starts at {start_of(night)} overlaps one that starts before it",
                remedy="regularity takes one recording of each moment",
            )
        asleep = np.where(night.stages > Stage.W, ASLEEP, AWAKE)
        states[here] = np.where(night.stages == Stage.UNSCORED, UNSCORED, asleep)
    return states, presumed & (states == UNRECORDED)


def _moment(night: Hypnogram) -> datetime:
    """When a recording starts; with a time zone in UTC, for the clock may be put forward or back."""
    start = start_of(night)
    return start if start.utcoffset() is None else start.astimezone(UTC)


def _joined(spans: list[Span]) -> list[Span]:
    """Recordings, each one with the next where nothing lies between the two."""
    joined: list[Span] = []
    for begin, end in spans:
        if joined and begin <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((begin, end))
    return joined


def _without_naps(spans: list[Span], per_day: int) -> list[Span]:
    """Recordings of half the longest or of 4 h: a nap does not tell that the night before it was recorded."""
    longest = max((end - begin for begin, end in spans), default=0)
    return [span for span in spans if span[1] - span[0] >= min(longest, per_day / 3) / 2]


def _runs(spans: list[Span], per_day: int) -> list[list[Span]]:
    """Recordings with less than 24 h between them."""
    runs: list[list[Span]] = []
    for span in spans:
        if runs and span[0] - runs[-1][-1][1] < per_day:
            runs[-1].append(span)
        else:
            runs.append([span])
    return runs


def _whole_days(run: list[Span], per_day: int) -> Span:
    """First and last epoch of a run in whole days, cut opposite to the mean middle of its recordings by the clock."""
    middle = np.array([(begin + end) / 2 for begin, end in run])
    mean = np.average(np.exp(2j * np.pi * (middle - middle[0]) / per_day), weights=[end - begin for begin, end in run])
    if abs(mean) < 1e-9:  # around the clock: no time of day is further from sleep than others
        return math.floor(middle[0] - per_day / 2), math.ceil(middle[-1] + per_day / 2)
    centre = middle[0] + float(np.angle(mean)) / (2 * math.pi) * per_day
    begin = math.floor(centre - per_day / 2 + 0.5)
    return begin, begin + per_day * (1 + max(0, round((middle[-1] - centre) / per_day)))
