"""`Runs`: unbroken stretches of epochs, of many nights at once."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, wraps
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

__all__ = ["Runs", "epochs_lasting", "find_bouts", "remembered"]

Integers = npt.NDArray[np.int64]

#: More epochs than any night has: night and epoch in one number that sorts as they do.
NIGHT = 1 << 32

Asked = TypeVar("Asked")
Answer = TypeVar("Answer")


def remembered(function: Callable[[Asked], Answer]) -> Callable[[Asked], Answer]:
    """Let an object that cannot change keep what `function` found of it, read-only, for those who ask again."""
    name = f"{function.__module__}.{function.__qualname__}"

    @wraps(function)
    def ask(asked: Asked) -> Answer:
        kept: dict[str, Any] = asked.__dict__
        if name not in kept:
            answer = function(asked)
            if isinstance(answer, np.ndarray):  # and no plain number
                answer.flags.writeable = False
            kept[name] = answer
        found: Answer = kept[name]
        return found

    return ask


@dataclass(frozen=True, eq=False)
class Runs:
    """Unbroken stretches of epochs that do not overlap, ordered by night and by start.

    Parameters
    ----------
    night : array of int, shape (n_runs,)
        Row of the night.
    start : array of int, shape (n_runs,)
        First epoch.
    length : array of int, shape (n_runs,)
        Number of epochs.
    n_nights : int
        Number of nights, with or without a run.
    """

    night: Integers
    start: Integers
    length: Integers
    n_nights: int

    def __len__(self) -> int:
        return len(self.night)

    @property
    def end(self) -> Integers:
        """Epoch after the last."""
        return self.start + self.length

    def where(self, chosen: npt.NDArray[np.bool_]) -> Runs:
        """Keep some of the runs."""
        (at,) = chosen.nonzero()  # taking is faster than masking
        return Runs(self.night[at], self.start[at], self.length[at], self.n_nights)

    def lasting(self, n_epochs: int) -> Runs:
        """Keep the runs of at least so many epochs."""
        if n_epochs not in self._lasting:
            self._lasting[n_epochs] = self.where(self.length >= n_epochs)
        return self._lasting[n_epochs]

    @cached_property
    def _lasting(self) -> dict[int, Runs]:
        """Runs that `lasting` gave before."""
        return {}

    def joined(self) -> Runs:
        """Make one run of those that follow each other without an epoch between."""
        if len(self) == 0:
            return self
        begins = np.ones(len(self), bool)
        begins[1:] = (self.start[1:] != self.end[:-1]) | (self.night[1:] != self.night[:-1])
        if begins.all():
            return self
        (at,) = begins.nonzero()
        return Runs(self.night[at], self.start[at], np.add.reduceat(self.length, at), self.n_nights)

    # ------------------------------------------------------------------------------------------------- night by night
    @cached_property
    def _bounds(self) -> Integers:
        """Where the runs of each night begin among all, and where those of the last end; shape (n_nights + 1,)."""
        if self.n_nights == 1:
            return np.array([0, len(self)])
        return np.searchsorted(self.night, np.arange(self.n_nights + 1))

    @remembered
    def count(self) -> Integers:
        """Runs of each night."""
        return self._bounds[1:] - self._bounds[:-1]

    @remembered
    def total(self) -> Integers:
        """Epochs that each night spends in runs."""
        until = self._epochs_so_far[self._bounds]
        return until[1:] - until[:-1]

    @remembered
    def longest(self) -> Integers:
        """Epochs of the longest run of each night; 0 where there is none."""
        longest = np.zeros(self.n_nights, np.int64)
        has_run = self.count() > 0
        if has_run.any():
            longest[has_run] = np.maximum.reduceat(self.length, self._bounds[:-1][has_run])
        return longest

    @remembered
    def median(self) -> npt.NDArray[np.float64]:
        """Epochs of the middle run of each night, or half-way between the two middle ones; 0 where there is none."""
        median = np.zeros(self.n_nights)
        if len(self) == 0:
            return median
        if self.n_nights == 1:
            length = np.sort(self.length)
        else:
            above_any = int(self.length.max()) + 1
            length = np.sort(self.night * above_any + self.length) % above_any
        n, first = self.count(), self._bounds[:-1]
        has_run = n > 0
        n, first = n[has_run], first[has_run]
        median[has_run] = (length[first + (n - 1) // 2] + length[first + n // 2]) / 2
        return median

    @remembered
    def first(self) -> Integers:
        """First epoch of the first run of each night; -1 where there is none."""
        first = np.full(self.n_nights, -1)
        has_run = self.count() > 0
        first[has_run] = self.start[self._bounds[:-1][has_run]]
        return first

    @remembered
    def last(self) -> Integers:
        """Last epoch of the last run of each night; -1 where there is none."""
        last = np.full(self.n_nights, -1)
        has_run = self.count() > 0
        last[has_run] = self.end[self._bounds[1:][has_run] - 1] - 1
        return last

    def epochs_between(self, night: Integers, begin: Integers, end: Integers) -> Integers:
        """Epochs in runs among the epochs ``begin`` to ``end - 1`` of some nights.

        Parameters
        ----------
        night, begin, end : array of int, all of one shape
        """
        return self._epochs_before(night, end) - self._epochs_before(night, begin)

    def _epochs_before(self, night: Integers, epoch: Integers) -> Integers:
        """Epochs in runs of all the nights before some, and of those before some epochs of theirs."""
        begun, done, before = self._places
        place = night * NIGHT + epoch
        n_begun = np.searchsorted(begun, place)
        counted: Integers = before[n_begun] - np.maximum(done[n_begun] - place, 0)
        return counted

    @cached_property
    def _places(self) -> tuple[Integers, Integers, Integers]:
        """Where all runs begin and end on one line of nights, and the epochs in runs before each."""
        begun = self.night * NIGHT + self.start
        return begun, np.concatenate([[0], begun + self.length]), self._epochs_so_far

    @cached_property
    def _epochs_so_far(self) -> Integers:
        """Epochs in runs before each run, and in all; shape (n_runs + 1,)."""
        so_far = np.zeros(len(self) + 1, np.int64)
        np.cumsum(self.length, out=so_far[1:])
        return so_far


def find_bouts(stages: npt.NDArray[Any]) -> tuple[npt.NDArray[Any], Runs]:
    """Cut each row into its runs of one value.

    Parameters
    ----------
    stages : array of int, shape (n_nights, n_epochs)

    Returns
    -------
    value : array, shape (n_bouts,)
    bouts : Runs

    Examples
    --------
    >>> import numpy as np
    >>> value, runs = find_bouts(np.array([[0, 0, 2, 0], [0, 2, 2, 2]]))
    >>> value.tolist(), runs.night.tolist(), runs.start.tolist(), runs.length.tolist()
    ([0, 2, 0, 0, 2], [0, 0, 0, 1, 1], [0, 2, 3, 0, 1], [2, 1, 1, 1, 3])
    """
    n_nights, n_epochs = stages.shape
    begins = np.ones((n_nights, n_epochs), bool)
    np.not_equal(stages[:, 1:], stages[:, :-1], out=begins[:, 1:])
    at = np.flatnonzero(begins)
    night, start = np.divmod(at, max(n_epochs, 1))
    return stages.ravel()[at], Runs(night, start, np.diff(at, append=stages.size), n_nights)


def epochs_lasting(seconds: float, epoch: float) -> int:
    """Give the least number of epochs that last `seconds`.

    Examples
    --------
    >>> epochs_lasting(600, 30.0), epochs_lasting(120, 50.0)
    (20, 3)
    """
    return math.ceil(seconds / epoch - 1e-9)
