"""Half the rate of a signal, by a half-band low-pass of which every other tap is zero."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

from .compile import Floats, kernel
from .missing import Bridged

__all__ = ["SLOWEST", "half_band_taps", "halved"]

#: Hertz. From this rate on what folds into the band of staging is damped to 6e-6 of it (4e-6 below 30 Hz), and the band
#: loses no more.
SLOWEST = 250.0
#: Taps on each side that are not zero, and the shape of their Kaiser window.
PAIRS, SHAPE = 12, 10.4
#: Samples that are worked on together.
BLOCK = 512
#: Samples of the output for which bridges are drawn together.
PIECE = 512 * BLOCK


@lru_cache(maxsize=1)
def half_band_taps() -> npt.NDArray[np.float64]:
    """Taps at 1, 3, 5... samples from the middle one, which is a half, shape (12,).

    Examples
    --------
    >>> taps = half_band_taps()
    >>> taps.size, float(round(0.5 + 2 * taps.sum(), 12))
    (12, 1.0)
    """
    at = np.arange(1, 2 * PAIRS, 2)
    taps = np.sinc(at / 2) * np.i0(SHAPE * np.sqrt(1 - (at / (2 * PAIRS)) ** 2))
    taps *= 0.25 / taps.sum()
    taps.flags.writeable = False
    return np.asarray(taps)


def halved(samples: Floats | Bridged, centre: float, guard: int, length: int) -> Floats:
    """Samples less `centre` at half the rate, continued at both ends by point reflection, shape (length,).

    Parameters
    ----------
    samples : array of float, shape (n_samples,), or Bridged
    centre : float
    guard : int
        Samples of the output before the first of the signal.
    length : int
        Samples of the output; where the reflection ends, zeros follow.

    Examples
    --------
    >>> halved(np.full(200, 7.0), 2.0, guard=30, length=160)[25:130:26]
    array([5., 5., 5., 5., 5.])
    """
    out = np.empty(length, samples.dtype)
    taps = half_band_taps().astype(samples.dtype)
    if not isinstance(samples, Bridged):
        _halve(_held(samples), float(centre), -2 * guard, 2 * guard, taps, out)
        return out
    reach = 2 * guard + 2 * PAIRS  # of the reflection, and of the taps
    for first in range(0, length, PIECE):
        part = out[first : first + PIECE]
        start, stop = 2 * (first - guard), 2 * (first + part.size - guard)
        begin = max(min(start, samples.size - 1) - reach, 0)
        piece = samples[begin : max(stop, 0) + reach]
        _halve(_held(piece), float(centre), start - begin, 2 * guard, taps, part)
    return out


def _held(samples: Floats) -> Floats:
    """Give a view that cannot be written to; arrays that can be would take a kernel of their own."""
    held = samples.view()
    held.flags.writeable = False
    return held


@kernel
def _halve(x: Floats, centre: float, origin: int, reach: int, taps: Floats, out: Floats) -> None:
    """Write every other sample of the filtered signal, from the one at `origin` on."""
    n, pairs = x.size, taps.size
    even, odd = np.empty(BLOCK, x.dtype), np.empty(BLOCK + 2 * pairs, x.dtype)
    total = np.empty(BLOCK, x.dtype)
    middle, half = x.dtype.type(centre), x.dtype.type(0.5)
    for first in range(0, out.size, BLOCK):
        start = origin + 2 * first
        before = start - 2 * pairs + 1
        if before >= 0 and start + 2 * BLOCK + 2 * pairs <= n:
            inside, beside = x[start : start + 2 * BLOCK], x[before : before + 2 * (BLOCK + 2 * pairs) - 1]
            for i in range(BLOCK):
                even[i] = inside[2 * i] - middle
            for i in range(BLOCK + 2 * pairs):
                odd[i] = beside[2 * i] - middle
        else:
            for i in range(BLOCK):
                even[i] = reflected_sample(x, start + 2 * i, middle, reach)
            for i in range(BLOCK + 2 * pairs):
                odd[i] = reflected_sample(x, before + 2 * i, middle, reach)
        for i in range(BLOCK):
            total[i] = half * even[i]
        for m in range(pairs):
            tap, left, right = taps[m], odd[pairs - 1 - m :], odd[pairs + m :]
            for i in range(BLOCK):
                total[i] += tap * (left[i] + right[i])
        here = out[first : first + BLOCK]
        for i in range(here.size):
            here[i] = total[i]


@kernel
def reflected_sample(x: Floats, i: int, centre: np.floating[Any], reach: int) -> Any:
    """One sample less `centre`; beyond the ends the point reflection, as far as it reaches, then zero."""
    n = x.size
    reach = min(reach, n - 1)
    if i < 0:
        return 2 * x[0] - x[-i] - centre if -i <= reach else x.dtype.type(0)
    if i >= n:
        return 2 * x[n - 1] - x[2 * n - 2 - i] - centre if i - n < reach else x.dtype.type(0)
    return x[i] - centre
