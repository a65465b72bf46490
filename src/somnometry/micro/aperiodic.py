"""The aperiodic slope of a spectrum by IRASA: what the program of YASA computes, in a seventh of its time.

Wen, H. & Liu, Z. (2016). Separating fractal and oscillatory components in the power spectrum of neurophysiological
signal. Brain Topography, 29(1), 13-26. `yasa.irasa` spends nearly all of its time in 19 spectra by SciPy's `welch`; of
each only the bins in the band are needed here, and Hann's window is a sum of three of them.
"""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import numpy.typing as npt

__all__ = ["aperiodic_slope"]

#: Hertz and resampling factors, which so look at 1.3 to 30 Hz: above the recorder's high-pass and below the mains and
#: the anti-alias filter.
BAND = (2.0, 20.0)
FACTORS = tuple(Fraction(n, 20) for n in range(22, 31))
#: Seconds of Welch's windows.
WINDOW = 4.0
#: Windows that are transformed together.
BATCH = 256


def aperiodic_slope(samples: npt.NDArray[np.float64], rate: int) -> float:
    """Exponent of frequency in the aperiodic spectrum from 2 to 20 Hz, without a unit; by `yasa.irasa`'s definition.

    Parameters
    ----------
    samples : array of float64, shape (n_samples,)
        At least six seconds.
    rate : int
        Hertz, more than 60.

    Examples
    --------
    >>> steps = np.random.default_rng(0).normal(size=60_000)
    >>> round(aperiodic_slope(steps.cumsum(), 100), 1), abs(round(aperiodic_slope(steps, 100), 1))
    (-1.9, 0.0)
    """
    from scipy.signal import resample_poly

    width = int(WINDOW * rate)
    bins = np.arange(round(BAND[0] * WINDOW), round(BAND[1] * WINDOW) + 1)
    densities = []
    for factor in FACTORS:
        up, down = factor.numerator, factor.denominator
        faster, slower = resample_poly(samples, up, down), resample_poly(samples, down, up)
        # the rates of the two, by which densities are divided, cancel out
        densities.append(np.sqrt(_powers(faster, width, bins) * _powers(slower, width, bins)))
    density = np.median(densities, axis=0)
    return float(np.polyfit(np.log(bins), np.log(density), 1)[0])


def _powers(samples: npt.NDArray[np.float64], width: int, bins: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
    """Median over half-overlapping Hann windows of the power in each bin, up to a factor; bins from 2 on."""
    from scipy import fft

    from ..kernels.spectrum import median_bias  # not above: the catalogue is read without a compiler

    windows = np.lib.stride_tricks.sliding_window_view(samples, width)[:: width // 2]
    power = np.empty((bins.size, len(windows)))
    for first in range(0, len(windows), BATCH):
        spectrum = fft.rfft(windows[first : first + BATCH], axis=1)[:, bins[0] - 1 : bins[-1] + 2]
        windowed = spectrum[:, 1:-1] - 0.5 * (spectrum[:, :-2] + spectrum[:, 2:])
        power[:, first : first + BATCH] = (windowed.real**2 + windowed.imag**2).T
    return np.asarray(np.median(power, axis=1, overwrite_input=True) / median_bias(len(windows)))
