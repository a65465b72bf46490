"""`NightRuns`: unbroken stretches of epochs of one night, as plain numbers."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate, compress

__all__ = ["NightRuns"]


@dataclass(frozen=True, eq=False)
class NightRuns:
    """What `Runs` are of many nights, of one: lists of a hundred numbers need no arrays.

    Parameters
    ----------
    start, length : list of int
        First epoch and number of epochs of each run, in the order of the night.

    Examples
    --------
    >>> runs = NightRuns([2, 10, 20], [1, 5, 2])
    >>> runs.count(), runs.total(), runs.longest(), runs.median(), runs.first(), runs.last()
    (3, 8, 5, 2.0, 2, 21)
    """

    start: list[int]
    length: list[int]

    @classmethod
    def joined(cls, runs: Iterable[tuple[int, int]]) -> NightRuns:
        """Make one run of those that follow each other without an epoch between; each is a start and a length.

        Examples
        --------
        >>> NightRuns.joined([(0, 2), (2, 3), (7, 1)])
        NightRuns(start=[0, 7], length=[5, 1])
        """
        starts: list[int] = []
        lengths: list[int] = []
        end = -1
        for start, length in runs:
            if start == end:
                lengths[-1] += length
            else:
                starts.append(start)
                lengths.append(length)
            end = start + length
        return cls(starts, lengths)

    def count(self) -> int:
        """Runs."""
        return len(self.start)

    @cached_property
    def _total(self) -> int:
        return sum(self.length)

    def total(self) -> int:
        """Epochs in runs."""
        return self._total

    def longest(self) -> int:
        """Epochs of the longest run; 0 where there is none."""
        return max(self.length, default=0)

    def median(self) -> float:
        """Epochs of the middle run, or half-way between the two middle ones; 0 where there is none."""
        n = len(self.length)
        ordered = sorted(self.length)
        return (ordered[(n - 1) // 2] + ordered[n // 2]) / 2 if n else 0.0

    def first(self) -> int:
        """First epoch of the first run; -1 where there is none."""
        return self.start[0] if self.start else -1

    def last(self) -> int:
        """Last epoch of the last run; -1 where there is none."""
        return self.start[-1] + self.length[-1] - 1 if self.start else -1

    @cached_property
    def ends(self) -> list[int]:
        """Epoch after the last, of each run."""
        return [start + length for start, length in zip(self.start, self.length, strict=True)]

    def lasting(self, n_epochs: int) -> NightRuns:
        """Keep the runs of at least so many epochs."""
        if n_epochs not in self._lasting:
            self._lasting[n_epochs] = self.kept([length >= n_epochs for length in self.length])
        return self._lasting[n_epochs]

    @cached_property
    def _lasting(self) -> dict[int, NightRuns]:
        """Runs that `lasting` gave before."""
        return {}

    def between(self, first: int, last: int) -> NightRuns:
        """Keep the runs that begin after one epoch and before another."""
        return self.kept([first < start < last for start in self.start])

    def kept(self, chosen: list[bool]) -> NightRuns:
        """Keep some of the runs."""
        return NightRuns(list(compress(self.start, chosen)), list(compress(self.length, chosen)))

    def epochs_between(self, begin: int, end: int) -> int:
        """Epochs in runs among the epochs ``begin`` to ``end - 1``."""
        return self._epochs_before(end) - self._epochs_before(begin)

    @cached_property
    def _so_far(self) -> list[int]:
        """Epochs in runs before each run, and in all."""
        return list(accumulate(self.length, initial=0))

    def _epochs_before(self, epoch: int) -> int:
        i = bisect_right(self.start, epoch)  # runs that have begun
        return self._so_far[i] - max(self.start[i - 1] + self.length[i - 1] - epoch, 0) if i else 0
