"""Welch spectra of epochs with median averaging, and the power in bands."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import fft

from .compile import Floats, Spectra, kernel

__all__ = ["BANDS", "band_powers", "median_welch"]

#: Band edges in hertz.
BANDS = {
    "sdelta": (0.4, 1.0),
    "fdelta": (1.0, 4.0),
    "theta": (4.0, 8.0),
    "alpha": (8.0, 12.0),
    "sigma": (12.0, 16.0),
    "beta": (16.0, 30.0),
}
BROAD = (0.4, 30.0)
WINDOW = 500
HOP = 250
#: The mean of a Hamming window.
HAMMING = 0.54
BATCH = 32


@lru_cache(maxsize=1)
def _bins() -> tuple[npt.NDArray[np.float64], slice]:
    """Frequencies of the bins within the broad band, in hertz, and where they lie."""
    frequencies = fft.rfftfreq(WINDOW, 0.01)
    inside = np.flatnonzero((frequencies >= BROAD[0]) & (frequencies <= BROAD[1]))
    where = slice(int(inside[0]), int(inside[-1]) + 1)
    return frequencies[where], where


def median_welch(epochs: npt.NDArray[Any]) -> npt.NDArray[np.float64]:
    """Power spectral density between 0.4 and 30 Hz, in squared units per hertz, shape (n_epochs, 149).

    Welch's method at 100 Hz: Hamming windows of 5 s, half overlapping, mean removed, periodograms combined by their
    median, corrected for the median's bias (Allen et al. 2012).

    Parameters
    ----------
    epochs : array of float, shape (n_epochs, n_samples)
        Sampled at 100 Hz, at least 5 s long.
    """
    frequencies, where = _bins()
    segments = np.lib.stride_tricks.sliding_window_view(epochs, WINDOW, axis=1)[:, ::HOP]
    density = np.empty((epochs.shape[0], frequencies.size))
    squares = WINDOW * (HAMMING**2 + (1 - HAMMING) ** 2 / 2)
    scale = 2.0 / (100.0 * squares * median_bias(segments.shape[1]))
    for first in range(0, epochs.shape[0], BATCH):
        spectrum = fft.rfft(segments[first : first + BATCH], axis=2)
        median_power(spectrum[:, :, where.start - 1 : where.stop + 1], scale, density[first : first + BATCH])
    return density


def median_bias(n: int) -> float:
    """Ratio of the median of n periodograms to their mean, for Gaussian noise.

    Examples
    --------
    >>> round(median_bias(3), 4)
    0.8333
    """
    return 1 + sum(1 / (2 * i + 1) - 1 / (2 * i) for i in range(1, (n - 1) // 2 + 1))


@kernel
def median_power(spectrum: Spectra, scale: float, density: Floats) -> None:
    """Write scale * median over segments of the power that a Hamming window leaves.

    The window is a sum of three waves, so that its spectrum has three bins, and that of a windowed segment is a sum of
    three neighbours: no sample need be multiplied. The mean lies in bin 0, which they do not see.

    Parameters
    ----------
    spectrum : array of complex, shape (n_epochs, n_segments, n_bins + 2)
        Of segments as they are, one bin more at either end; none of them bin 0.
    scale : float
    density : array of float64, shape (n_epochs, n_bins)
    """
    n_epochs, n_segments, n_bins = spectrum.shape
    n_bins -= 2
    power = np.empty((n_segments, n_bins))
    own, beside = HAMMING, (1 - HAMMING) / 2
    for e in range(n_epochs):
        for s in range(n_segments):
            row = spectrum[e, s]
            for k in range(n_bins):
                left, middle, right = row[k], row[k + 1], row[k + 2]
                real = own * middle.real - beside * (left.real + right.real)
                imag = own * middle.imag - beside * (left.imag + right.imag)
                power[s, k] = real * real + imag * imag
        first = bring_middle(power)
        lower, upper = power[first], power[first + 1 - n_segments % 2]
        for k in range(n_bins):
            density[e, k] = scale * 0.5 * (lower[k] + upper[k])


@kernel
def bring_middle(rows: Floats) -> int:
    """Bring the middle of every column into one row, of an even number the middle two into two rows; which is first.

    Of more than half of the values the least and the largest are not in the middle. Both are set aside and one of the
    others is taken in, until none is left; whole rows at a time, so that it runs in registers.
    """
    n, m = rows.shape
    first, last = 0, n // 2 + 2
    while last <= n:
        least, largest = rows[first], rows[first + 1]
        for i in range(first + 1, last):
            for k in range(m):
                a, b = least[k], rows[i, k]
                least[k], rows[i, k] = min(a, b), max(a, b)
        for i in range(first + 2, last):
            for k in range(m):
                a, b = rows[i, k], largest[k]
                rows[i, k], largest[k] = min(a, b), max(a, b)
        first, last = first + 2, last + 1
    return first


def simpson_weights(n: int) -> npt.NDArray[np.float64]:
    """Weights of Simpson's rule for n >= 3 points one apart; an odd last interval by a parabola (Cartwright 2017).

    Examples
    --------
    >>> simpson_weights(3) * 3
    array([1., 4., 1.])
    """
    weights = np.zeros(n)
    odd = n - 1 + n % 2
    weights[:odd:2] = 2 / 3
    weights[1:odd:2] = 4 / 3
    weights[[0, odd - 1]] = 1 / 3
    if odd < n:
        weights[-3:] += np.array([-1, 8, 5]) / 12
    return weights


@lru_cache(maxsize=1)
def _weights() -> npt.NDArray[np.float64]:
    """Rows that integrate a density: each band and the broad band by Simpson's rule, then the trapezoid."""
    frequencies, _ = _bins()
    step = frequencies[1] - frequencies[0]
    rows = []
    for low, high in (*BANDS.values(), BROAD):
        inside = np.flatnonzero((frequencies >= low) & (frequencies <= high))
        row = np.zeros(frequencies.size)
        row[inside] = step * simpson_weights(inside.size)
        rows.append(row)
    trapezoid = np.full(frequencies.size, step)
    trapezoid[[0, -1]] /= 2
    return np.stack([*rows, trapezoid])


def band_powers(density: npt.NDArray[np.float64]) -> tuple[dict[str, npt.NDArray[np.float64]], npt.NDArray[np.float64]]:
    """Relative power per band of `BANDS` (shares of 0.4-30 Hz, by Simpson's rule) and absolute power (trapezoid).

    Parameters
    ----------
    density : array, shape (n_epochs, 149)
        As `median_welch` gives it.

    Returns
    -------
    relative : dict of str to array, shape (n_epochs,)
    absolute : array, shape (n_epochs,)
        In squared units of the signal.
    """
    integrals = np.einsum("ek,bk->eb", density, _weights())  # a matrix product wakes BLAS's threads, which then spin
    relative = integrals[:, : len(BANDS)] / integrals[:, [len(BANDS)]]
    return dict(zip(BANDS, relative.T, strict=True)), integrals[:, -1]
