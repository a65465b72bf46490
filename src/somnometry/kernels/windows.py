"""What short windows of a channel tell of its soundness, each in few passes over its samples."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from .compile import Floats, kernel

__all__ = ["describe_windows"]


@kernel
def describe_windows(
    windows: Floats, second: int, low: float, high: float, step: float
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64], npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Spread, share of samples held at an end of the range, smallest and largest sample of each window.

    Parameters
    ----------
    windows : array of float, shape (n_windows, n_samples)
        In the unit of all that follows.
    second : int
        Samples of a second; the spread is about the mean of each, and a part of a second at the end has none.
    low, high : float
        Ends of the range.
    step : float
        How far from an end a sample is at it, and how far the next sample may be for it to be held there.

    Returns
    -------
    spread, held, smallest, largest : array of float64, shape (n_windows,)
        NaN in windows that miss a sample.
    """
    n_windows, n = windows.shape
    number = windows.dtype.type
    least, most = number(low + step), number(high - step)
    length = min(second, n)
    n_seconds = n // length
    spread, held = np.full(n_windows, math.nan), np.full(n_windows, math.nan)
    smallest, largest = np.full(n_windows, math.nan), np.full(n_windows, math.nan)
    for w in range(n_windows):
        x = windows[w]
        bad = 0
        for i in range(n):
            bad += not abs(x[i]) < math.inf
        if bad:
            continue
        squares = 0.0
        for s in range(n_seconds):
            total = 0.0
            for i in range(s * length, (s + 1) * length):
                total += x[i]
            mean = total / length
            for i in range(s * length, (s + 1) * length):
                squares += (x[i] - mean) ** 2
        a = b = x[0]
        for i in range(n):
            a, b = min(a, x[i]), max(b, x[i])
        count = int((x[n - 1] <= least) | (x[n - 1] >= most))
        if a <= least or b >= most:
            for i in range(n - 1):
                count += ((x[i] <= least) | (x[i] >= most)) & (abs(x[i + 1] - x[i]) <= step)
        spread[w], held[w] = math.sqrt(squares / (n_seconds * length)), count / n
        smallest[w], largest[w] = a, b
    return spread, held, smallest, largest
