"""`Runs`: unbroken stretches of epochs, of many nights at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

__all__ = ["Runs", "find_runs"]


@dataclass(frozen=True, slots=True, eq=False)
class Runs:
    """Unbroken stretches of epochs, ordered by night and by start.

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

    night: npt.NDArray[np.int64]
    start: npt.NDArray[np.int64]
    length: npt.NDArray[np.int64]
    n_nights: int

    def where(self, chosen: npt.NDArray[np.bool_]) -> Runs:
        """Keep some of the runs."""
        return Runs(self.night[chosen], self.start[chosen], self.length[chosen], self.n_nights)

    def lasting(self, n_epochs: int) -> Runs:
        """Keep the runs of at least so many epochs."""
        return self.where(self.length >= n_epochs)

    def count(self) -> npt.NDArray[np.int64]:
        """Runs of each night."""
        return np.bincount(self.night, minlength=self.n_nights)

    def total(self) -> npt.NDArray[np.int64]:
        """Epochs that each night spends in runs."""
        total = np.zeros(self.n_nights, np.int64)
        np.add.at(total, self.night, self.length)
        return total

    def longest(self) -> npt.NDArray[np.int64]:
        """Epochs of the longest run of each night; 0 where there is none."""
        longest = np.zeros(self.n_nights, np.int64)
        np.maximum.at(longest, self.night, self.length)
        return longest

    def first(self) -> npt.NDArray[np.int64]:
        """First epoch of the first run of each night; -1 where there is none."""
        first = np.full(self.n_nights, -1)
        nights, index = np.unique(self.night, return_index=True)
        first[nights] = self.start[index]
        return first


def find_runs(mask: npt.NDArray[Any]) -> Runs:
    """Find the runs of True in each row.

    Parameters
    ----------
    mask : array of bool, shape (n_nights, n_epochs)

    Examples
    --------
    >>> import numpy as np
    >>> runs = find_runs(np.array([[True, True, False, True], [False, False, True, True]]))
    >>> runs.night.tolist(), runs.start.tolist(), runs.length.tolist()
    ([0, 0, 1], [0, 3, 2], [2, 1, 2])
    """
    n_nights, n_epochs = mask.shape
    fenced = np.zeros((n_nights, n_epochs + 1), np.int8)  # a False after every night keeps runs from joining
    fenced[:, :-1] = mask
    edges = np.flatnonzero(np.diff(fenced.ravel(), prepend=np.int8(0)))
    begin, end = edges[::2], edges[1::2]
    night, start = np.divmod(begin, n_epochs + 1)
    return Runs(night, start, end - begin, n_nights)
