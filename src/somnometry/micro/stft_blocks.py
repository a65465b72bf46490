"""`stft_by_blocks`: YASA's detector of spindles without the transforms of a whole night in memory at once."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt

__all__ = ["power_by_blocks", "stft_by_blocks"]

#: Transforms at once: 6 MB of them, where a night's 144,000 took 230, and their products twice as much.
FRAMES = 4096
#: One at a time: what is replaced is a name of YASA's module.
ONE_AT_A_TIME = threading.Lock()

Powers = tuple[npt.NDArray[np.float64], npt.NDArray[np.float64], npt.NDArray[np.float64]]


@contextmanager
def stft_by_blocks() -> Iterator[None]:
    """Let `yasa.spindles_detect` compute its short-time transforms by blocks; they do not depend on each other."""
    from yasa import detection

    whole = getattr(detection, "stft_power", None)
    if whole is None:  # a YASA that goes another way goes it as it does
        yield
        return
    with ONE_AT_A_TIME:
        detection.stft_power = partial(power_by_blocks, whole)
        try:
            yield
        finally:
            detection.stft_power = whole


def power_by_blocks(
    whole: Callable[..., Powers],
    data: npt.NDArray[np.float64],
    sf: float,
    window: float = 2,
    step: float = 0.2,
    band: tuple[float, float] | None = (1, 30),
    interp: bool = True,
    norm: bool = False,
) -> Powers:
    """Give what `yasa.stft_power` gives, of which `whole` is the original: frequencies, times and powers.

    Where powers are interpolated or normalised, the original does it.

    Parameters
    ----------
    whole : function
        `yasa.stft_power`.
    data : array, shape (n_samples,)
    sf, window, step, band, interp, norm
        As in `yasa.stft_power`.

    Returns
    -------
    frequencies : array, shape (n_frequencies,)
    times : array, shape (n_frames,)
    powers : array, shape (n_frequencies, n_frames)
    """
    length = int(window * sf)
    hop = length - int(length - step * sf)
    if interp or norm or band is None or data.size <= length or hop < 1:
        return whole(data, sf, window=window, step=step, band=band, interp=interp, norm=norm)
    from scipy.signal import stft

    beside = length // 2  # zeros before and after, as scipy's boundary="zeros", and up to a whole number of steps
    beyond = -(data.size + 2 * beside - length) % hop
    n_frames = (data.size + 2 * beside + beyond - length) // hop + 1
    frequencies = np.fft.rfftfreq(length, 1 / sf).astype(np.float64)
    within = (frequencies >= band[0]) & (frequencies <= band[1])
    powers = np.empty((int(within.sum()), n_frames))
    for first in range(0, n_frames, FRAMES):
        n = min(FRAMES, n_frames - first)
        begin = first * hop - beside
        end = begin + (n - 1) * hop + length
        part: Any = np.pad(data[max(begin, 0) : end], (max(-begin, 0), max(end - data.size, 0)))
        _, _, found = stft(part, sf, nperseg=length, noverlap=length - hop, detrend=False, boundary=None, padded=False)
        powers[:, first : first + n] = found.real[within] ** 2 + found.imag[within] ** 2
    times = np.arange(n_frames) * hop / float(sf)
    return frequencies[within], times, powers
