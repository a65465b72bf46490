"""The step between the values that samples take: the amplitude resolution of what a recorder or an export wrote."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

__all__ = ["amplitude_step"]

#: Samples that are looked at.
ENOUGH = 20_000
#: Microvolts: values as near to each other as this are one, told apart by rounding only.
ONE_VALUE = 1e-3
#: Part of a step by which levels may lie off an even grid; those of a sine lie anywhere.
EVEN = 0.03
#: Share of the samples that a value must have to be a level, and share that levels must have together.
LEVEL, TOGETHER = 0.0005, 0.9
#: Mask of the last bits of a value, by which values are counted before they are sorted.
ENDINGS = 0xFFFF


def amplitude_step(samples: npt.NDArray[np.floating]) -> float:
    """Step between the values that samples take, in their unit; 0 where it is too fine to tell, or nothing moves.

    It is the median distance of neighbours among the values that many samples share, so that a few values between them
    (a straight line over a loss, a filled-up end) do not hide it.

    Parameters
    ----------
    samples : array of float, any shape
        NaN where nothing was recorded.

    Examples
    --------
    >>> x = np.random.default_rng(0).normal(0, 20, 3000)
    >>> amplitude_step(np.round(x / 8) * 8), amplitude_step(x)
    (8.0, 0.0)
    """
    every = samples.ravel()[:: max(samples.size // ENOUGH, 1)]
    known = every[np.isfinite(every)]
    if known.size < 2:
        return 0.0
    in_values = np.round(known.astype(np.float64) / ONE_VALUE)
    if _is_fine(in_values):
        return 0.0
    values, counts = np.unique(in_values * ONE_VALUE, return_counts=True)
    levels = values[counts >= LEVEL * known.size]
    if levels.size < 2 or counts[counts >= LEVEL * known.size].sum() < TOGETHER * known.size:
        return 0.0
    low, high = np.percentile(known, (5, 95))
    central = levels[(levels >= low - ONE_VALUE) & (levels <= high + ONE_VALUE)]
    apart = np.diff(central if central.size > 1 else levels)
    step = float(np.median(apart))
    even = np.abs(apart - np.maximum(np.round(apart / step), 1) * step) <= max(EVEN * step, 2 * ONE_VALUE)
    return round(step, 3) if even.mean() >= TOGETHER else 0.0


def _is_fine(in_values: npt.NDArray[np.float64]) -> bool:
    """Whether so few samples share a value that there are no levels, even if values that end alike are taken for one.

    Nearly all signals are fine, and need not be sorted to see it.
    """
    with np.errstate(invalid="ignore"):  # beyond all integers values are one, which hides nothing
        ends = in_values.astype(np.int64) & ENDINGS
    shared = np.bincount(ends, minlength=ENDINGS + 1)[ends]
    return bool(np.count_nonzero(shared >= LEVEL * ends.size) < TOGETHER * ends.size)
