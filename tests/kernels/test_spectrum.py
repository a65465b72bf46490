"""Welch spectra and band powers against SciPy."""

import numpy as np
import pytest
from scipy import integrate, signal

from somnometry.kernels.spectrum import BANDS, band_powers, bring_middle, median_bias, median_welch, simpson_weights


@pytest.fixture(scope="module", params=[3000, 2500, 1500, 1250, 750, 500])
def epochs(request):
    rng = np.random.default_rng(2)
    return 40 + rng.normal(0, 10, (2, request.param)) + rng.normal(0, 3, (2, request.param)).cumsum(axis=1)


def scipy_density(epochs):
    frequencies, density = signal.welch(epochs, 100, window="hamming", nperseg=500, average="median")
    inside = (frequencies >= 0.4) & (frequencies <= 30)
    return frequencies[inside], density[:, inside]


def test_density_equals_scipys(epochs):
    np.testing.assert_allclose(median_welch(epochs), scipy_density(epochs)[1], rtol=1e-10)


def test_density_of_single_precision_is_good_to_five_digits(epochs):
    np.testing.assert_allclose(median_welch(epochs.astype(np.float32)), scipy_density(epochs)[1], rtol=2e-4)


@pytest.mark.parametrize("band", BANDS)
def test_relative_power_is_simpsons_integral_over_that_of_the_broad_band(epochs, band):
    frequencies, density = scipy_density(epochs)
    low, high = BANDS[band]
    inside = (frequencies >= low) & (frequencies <= high)
    expected = integrate.simpson(density[:, inside], dx=0.2) / integrate.simpson(density, dx=0.2)
    np.testing.assert_allclose(band_powers(median_welch(epochs))[0][band], expected, rtol=1e-9)


def test_absolute_power_is_the_trapezoid(epochs):
    _, density = scipy_density(epochs)
    np.testing.assert_allclose(band_powers(median_welch(epochs))[1], integrate.trapezoid(density, dx=0.2), rtol=1e-9)


@pytest.mark.parametrize("n", range(3, 12))
def test_simpson_weights_equal_scipys_for_odd_and_even_numbers_of_points(n):
    np.testing.assert_allclose(simpson_weights(n), integrate.simpson(np.eye(n), dx=1.0, axis=0), atol=1e-14)


@pytest.mark.parametrize("levels", [3, 10**6])
@pytest.mark.parametrize("n", range(1, 14))
def test_the_middle_of_every_column_is_found_whatever_their_number(n, levels):
    rows = np.random.default_rng(n).integers(0, levels, (n, 50)).astype(float)
    expected = np.sort(rows, axis=0)[(n - 1) // 2 : n // 2 + 1]
    first = bring_middle(rows)
    np.testing.assert_array_equal(np.sort(rows[first : first + 2 - n % 2], axis=0), expected)


def test_a_sine_has_its_power_in_its_band():
    t = np.arange(3000) / 100
    relative, absolute = band_powers(median_welch(20 * np.sin(2 * np.pi * 10 * t)[None]))
    assert relative["alpha"][0] > 0.999
    # half the square of the amplitude; the median of equal periodograms is corrected for a bias that they do not have
    assert absolute[0] == pytest.approx(20**2 / 2 / median_bias(11), rel=0.01)
