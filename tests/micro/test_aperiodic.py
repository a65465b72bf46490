"""Aperiodic slopes against `yasa.irasa` and against spectra whose slope is known."""

import numpy as np
import pytest

from somnometry.micro.aperiodic import aperiodic_slope


def coloured(exponent, n, seed, rate=100):
    """Noise whose power falls as frequency to this exponent."""
    rng = np.random.default_rng(seed)
    frequencies = np.fft.rfftfreq(n, 1 / rate)
    frequencies[0] = frequencies[1]
    return np.fft.irfft(np.fft.rfft(rng.normal(size=n)) * frequencies ** (exponent / 2), n)


@pytest.mark.parametrize("n", [3000, 3401, 60_000, 123_457])
@pytest.mark.parametrize("rate", [100, 128])
def test_the_slope_is_yasas(n, rate):
    import yasa

    x = 40 + 20 * coloured(-1.7, n, n) + 5 * np.sin(2 * np.pi * 13 * np.arange(n) / rate)
    factors = np.arange(1.1, 1.51, 0.05)
    kwargs = {"average": "median", "window": "hann"}
    fit = yasa.irasa(x, sf=rate, band=(2, 20), hset=factors, welch_kwargs=kwargs, verbose="ERROR")[3]
    assert aperiodic_slope(x, rate) == pytest.approx(fit["Slope"][0], abs=1e-6)


@pytest.mark.parametrize("exponent", [-3.0, -2.0, -1.0, 0.0])
def test_the_slope_of_noise_of_a_known_spectrum_is_found(exponent):
    assert aperiodic_slope(coloured(exponent, 120_000, 1), 100) == pytest.approx(exponent, abs=0.12)
