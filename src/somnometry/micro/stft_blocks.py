"""`sparing_memory`: YASA's detector of spindles without the transforms and sums of a whole night held at once."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt

from .moving_sums import moving_by_sums

__all__ = ["power_by_blocks", "sparing_memory"]

#: Transforms at once: 6 MB of them, where a night's 144,000 took 230, and their products twice as much.
FRAMES = 4096
#: Hertz: the band of spindles by default, whose share of all power the detector asks for, and nothing else of it.
SPINDLES = (12.0, 15.0)
#: One at a time: what is replaced are names of YASA's module.
ONE_AT_A_TIME = threading.Lock()

Powers = tuple[npt.NDArray[np.float64], npt.NDArray[np.float64], npt.NDArray[np.float64]]


@contextmanager
def sparing_memory() -> Iterator[None]:
    """Let `yasa.spindles_detect`, with its own band of spindles, hold a third of what it holds; it finds the same."""
    from yasa import detection

    sparing: dict[str, Callable[[Any], Any]] = {
        "stft_power": lambda original: partial(power_by_blocks, original, summed=SPINDLES),
        "moving_transform": lambda original: partial(moving_by_sums, original),
        "signal": _SignalInPlace,
    }
    with ONE_AT_A_TIME:
        before = {name: getattr(detection, name) for name in sparing if hasattr(detection, name)}
        for name, original in before.items():  # a YASA that goes another way goes it as it does
            setattr(detection, name, sparing[name](original))
        try:
            yield
        finally:
            for name, original in before.items():
                setattr(detection, name, original)


class _SignalInPlace:
    """`scipy.signal` with a transform of Hilbert's that keeps one spectrum of the night in place of two.

    Parameters
    ----------
    original : module
    """

    def __init__(self, original: Any) -> None:
        self._original = original

    def __getattr__(self, name: str) -> Any:
        return getattr(self._original, name)

    @staticmethod
    def hilbert(x: npt.NDArray[np.float64], N: int) -> npt.NDArray[np.complex128]:
        """Give the analytic signal of `N` samples as `scipy.signal.hilbert` does.

        SciPy's transforms remember their factors, 70 MB for a night; NumPy's do not.
        """
        spectrum = np.fft.fft(x, N)
        spectrum[1 : (N + 1) // 2] *= 2.0
        spectrum[N // 2 + 1 :] = 0.0
        return np.fft.ifft(spectrum, out=spectrum)


def power_by_blocks(
    whole: Callable[..., Powers],
    data: npt.NDArray[np.float64],
    sf: float,
    window: float = 2,
    step: float = 0.2,
    band: tuple[float, float] | None = (1, 30),
    interp: bool = True,
    norm: bool = False,
    summed: tuple[float, float] | None = None,
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
    summed : (float, float), optional
        Give two rows only: the sum of the powers from one frequency to another, and that of all others.

    Returns
    -------
    frequencies : array, shape (n_frequencies,)
    times : array, shape (n_frames,)
    powers : array, shape (n_frequencies, n_frames)
        Of two rows the first frequency of each stands for all.
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
    kept = frequencies[within]
    low, high = summed or (0.0, 0.0)
    inside = (kept >= low) & (kept <= high)
    groups = [inside, ~inside] if inside.any() and not inside.all() else []
    powers = np.empty((len(groups) or kept.size, n_frames))
    for first in range(0, n_frames, FRAMES):
        n = min(FRAMES, n_frames - first)
        begin = first * hop - beside
        end = begin + (n - 1) * hop + length
        part: Any = np.pad(data[max(begin, 0) : end], (max(-begin, 0), max(end - data.size, 0)))
        _, _, found = stft(part, sf, nperseg=length, noverlap=length - hop, detrend=False, boundary=None, padded=False)
        power = found.real[within] ** 2 + found.imag[within] ** 2
        powers[:, first : first + n] = [power[group].sum(axis=0) for group in groups] if groups else power
    times = np.arange(n_frames) * hop / float(sf)
    return np.array([kept[group][0] for group in groups]) if groups else kept, times, powers
