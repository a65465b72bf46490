"""Samples that were not recorded: NaN, infinities, and long runs of one value or at the end of the range."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import numpy.typing as npt

from .compile import Floats, kernel

__all__ = ["Bridged", "bridged", "held_at_ends", "long_runs", "missing_samples", "runs"]


#: Samples that are looked at together.
BLOCK = 4096


@kernel
def missing_samples(samples: Floats, longest: int) -> npt.NDArray[np.bool_]:
    """Whether each sample holds no measurement, shape (n_samples,); empty where every sample does.

    A run of more than `longest` samples meets every grid of that width, so that runs are looked for at the points of
    one only.

    Parameters
    ----------
    samples : array of float, shape (n_samples,)
    longest : int
        The longest run of one and the same value that an amplifier may give; a longer one is a lost contact.

    Returns
    -------
    array of bool, shape (n_samples,) or (0,)
        True for NaN and infinities and throughout a run of more than `longest` equal samples.
    """
    n = samples.size
    missing = np.empty(0, np.bool_)
    if not all_finite(samples):
        missing = np.empty(n, np.bool_)
        for i in range(n):
            missing[i] = not abs(samples[i]) < math.inf
    at = 0
    while at < n:
        x = samples[at]
        start, stop = at, at + 1
        while start > 0 and samples[start - 1] == x:
            start -= 1
        while stop < n and samples[stop] == x:
            stop += 1
        if stop - start > longest:
            if missing.size == 0:
                missing = np.zeros(n, np.bool_)
            missing[start:stop] = True
        at += ((stop - 1 - at) // (longest + 1) + 1) * (longest + 1)
    return missing


@kernel
def all_finite(samples: Floats) -> bool:
    """Whether no sample is NaN or infinite."""
    one, none = samples.dtype.type(1), samples.dtype.type(0)
    for first in range(0, samples.size, BLOCK):
        block = samples[first : first + BLOCK]
        finite = none
        for i in range(block.size):
            finite += one if abs(block[i]) < math.inf else none
        if finite != block.size:
            return False
    return True


@kernel
def long_runs(flags: npt.NDArray[np.bool_], shortest: int) -> npt.NDArray[np.bool_]:
    """Keep the runs of at least `shortest` flags, shape (n_samples,); shorter ones are cleared."""
    kept = np.zeros(flags.size, np.bool_)
    run = 0
    for i in range(flags.size):
        run = run + 1 if flags[i] else 0
        if run == shortest:
            kept[i - shortest + 1 : i + 1] = True
        elif run > shortest:
            kept[i] = True
    return kept


@kernel
def reaches(samples: Floats, least: np.floating[Any], most: np.floating[Any]) -> bool:
    """Whether any sample lies at or beyond two limits of its type."""
    one, none = samples.dtype.type(1), samples.dtype.type(0)
    for block in range(samples.size // BLOCK):
        near = none
        for i in range(BLOCK):
            x = samples[block * BLOCK + i]
            near += one if (x <= least) | (x >= most) else none
        if near != none:
            return True
    for i in range(samples.size - samples.size % BLOCK, samples.size):
        if samples[i] <= least or samples[i] >= most:
            return True
    return False


@kernel
def held_at_ends(samples: Floats, low: float, high: float, step: float, shortest: int) -> npt.NDArray[np.bool_]:
    """Whether each sample is held at an end of a range, shape (n_samples,); empty where none ever comes near.

    Parameters
    ----------
    samples : array of float, shape (n_samples,)
        NaN is at no end.
    low, high : float
        Ends of the range; at an end is what is no farther from it than half a step.
    step : float
        By how much a neighbour on either side may differ for a sample to be held there.
    shortest : int
        How many in a row are held; fewer are a large wave.
    """
    n, number = samples.size, samples.dtype.type
    least, most, alike = number(low + step / 2), number(high - step / 2), number(step)
    if not reaches(samples, least, most):
        return np.zeros(0, np.bool_)
    held = np.zeros(n, np.bool_)
    run = 0
    for i in range(n):
        at_end = samples[i] <= least or samples[i] >= most
        still = (i > 0 and abs(samples[i] - samples[i - 1]) <= alike) or (
            i + 1 < n and abs(samples[i + 1] - samples[i]) <= alike
        )
        run = run + 1 if at_end and still else 0
        if run == shortest:
            held[i - shortest + 1 : i + 1] = True
        elif run > shortest:
            held[i] = True
    return held


def runs(flags: npt.NDArray[np.bool_]) -> npt.NDArray[np.intp]:
    """First index of each run of flags and the one after its last, shape (n_runs, 2).

    Examples
    --------
    >>> runs(np.array([True, True, False, True]))
    array([[0, 2],
           [3, 4]])
    """
    if not flags.size:
        return np.empty((0, 2), np.intp)
    inside = np.flatnonzero(flags[1:] != flags[:-1]) + 1
    first, last = [0] * bool(flags[0]), [flags.size] * bool(flags[-1])
    return np.concatenate((first, inside, last), dtype=np.intp, casting="unsafe").reshape(-1, 2)


def bridged(samples: npt.NDArray[np.float32], missing: npt.NDArray[np.bool_]) -> npt.NDArray[np.float32]:
    """Samples with straight lines across what is missing, from neighbour to neighbour, level at the two ends.

    Parameters
    ----------
    samples : array of float32, shape (n_samples,)
    missing : array of bool, shape (n_samples,)
        Not all of them.

    Examples
    --------
    >>> bridged(np.float32([9, 1, 9, 9, 4]), np.array([True, False, True, True, False]))
    array([1., 1., 2., 3., 4.], dtype=float32)
    """
    return Bridged(samples, runs(missing))[:]


class Bridged:
    """Samples with straight lines across what is missing, drawn where they are asked for.

    Slices are what slices of the whole would be, which for a night of 8 h are 30 MB that nobody need hold.

    Parameters
    ----------
    samples : array of float, shape (n_samples,)
    edges : array of int, shape (n_runs, 2)
        First sample of each run of missing ones and the one after its last, as `runs` gives them; not all of them.

    Examples
    --------
    >>> Bridged(np.float32([9, 1, 9, 9, 4]), np.array([[0, 1], [2, 4]]))[1:4]
    array([1., 2., 3.], dtype=float32)
    """

    def __init__(self, samples: npt.NDArray[Any], edges: npt.NDArray[np.intp]) -> None:
        self._samples, self._edges = samples, edges
        beside = np.unique(np.r_[edges[:, 0] - 1, edges[:, 1]])
        self._beside = beside[(beside >= 0) & (beside < samples.size)]
        self._levels = samples[self._beside]

    @property
    def size(self) -> int:
        """Number of samples."""
        return self._samples.size

    @property
    def dtype(self) -> np.dtype[Any]:
        """Their type."""
        return self._samples.dtype

    def __getitem__(self, part: slice) -> npt.NDArray[Any]:
        first, stop, step = part.indices(self.size)
        (i, j) = np.searchsorted(self._edges[:, 1], first, side="right"), np.searchsorted(self._edges[:, 0], stop)
        here = self._edges[i:j].clip(first, stop)
        if not here.size:
            return self._samples[part]
        at = np.concatenate([np.arange(-(-(start - first) // step) * step + first, end, step) for start, end in here])
        piece = self._samples[part].copy()
        piece[(at - first) // step] = np.interp(at, self._beside, self._levels)
        return piece
