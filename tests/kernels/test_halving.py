"""Halving a rate against SciPy's filters, and what it may let through."""

import numpy as np
import pytest
from scipy import signal

from somnometry.kernels.filtering import bandpass_taps
from somnometry.kernels.halving import BLOCK, PAIRS, SLOWEST, half_band_taps, halved


def all_taps():
    taps = np.zeros(4 * PAIRS - 1)
    middle = taps.size // 2
    taps[middle] = 0.5
    taps[middle + 1 :: 2] = half_band_taps()
    taps[middle - 1 :: -2] = half_band_taps()
    return taps


@pytest.mark.parametrize("n", [2, 30, 2 * BLOCK, 7 * BLOCK + 3])
@pytest.mark.parametrize(("kind", "tolerance"), [(np.float64, 1e-12), (np.float32, 3e-6)])
def test_samples_are_those_of_scipys_convolution_of_the_reflected_signal(n, kind, tolerance):
    x = np.random.default_rng(n).normal(0, 1, n).cumsum() + 50
    guard, reach = 40, min(80, n - 1)
    reflected = np.pad(x, reach, "reflect", reflect_type="odd") - 40.0
    length = guard + n // 2 + 2 * guard
    whole = np.zeros(2 * length + 4 * PAIRS)
    start = 2 * guard + 2 * PAIRS - reach  # as many zeros as taps reach stand in front
    fits = reflected[: whole.size - start]
    whole[start : start + fits.size] = fits
    expected = signal.convolve(whole, all_taps(), mode="same")[2 * PAIRS :: 2][:length]
    inner = slice(PAIRS, length - PAIRS)
    ours = halved(x.astype(kind), 40.0, guard, length)
    np.testing.assert_allclose(ours[inner], expected[inner], atol=tolerance * np.abs(expected).max())


@pytest.mark.parametrize("rate", [SLOWEST, 256.0, 500.0, 1024.0])
def test_what_folds_into_the_band_is_damped_to_what_single_precision_hardly_shows(rate):
    band = np.linspace(0, 50, 501)
    _, kept = signal.freqz(all_taps(), worN=band, fs=rate)
    _, folded = signal.freqz(all_taps(), worN=rate / 2 - band, fs=rate)
    passes = np.abs(signal.freqz(bandpass_taps(), worN=band, fs=100)[1])  # what is left of it afterwards
    assert (np.abs(folded) * passes).max() < 1e-5
    assert (np.abs(np.abs(kept) - 1) * passes).max() < 1e-5
    assert (np.abs(folded[band <= 30])).max() < 4e-6
