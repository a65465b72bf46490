"""Ongoing signals: their spectra are those that were asked for."""

import numpy as np
import pytest
from scipy.signal import coherence, welch

from somnometry.simulate.background import COMPONENTS, WINDOW, coloured_noise, spectra


def noise(row, seconds=600, rate=128.0, shared=0.55, names=("a", "b")):
    frequencies = np.arange(round(64 * WINDOW) + 1) / WINDOW
    powers = spectra(frequencies)
    weights = np.zeros((seconds // 2 + 2, len(COMPONENTS)), np.float32)
    weights[:, COMPONENTS.index(row)] = 1
    rng = np.random.default_rng(0)
    made = coloured_noise(rng, weights, dict.fromkeys(names, powers), round(seconds * rate), rate, shared)
    return frequencies, powers[COMPONENTS.index(row)], made


@pytest.mark.parametrize("row", ["W", "N3", "alpha"])
def test_power_density_is_the_one_of_the_component(row):
    frequencies, wanted, made = noise(row)
    f, power = welch(made["a"], 128.0, nperseg=1024)
    inside = (f > 2) & (f < 40) & (np.interp(f, frequencies, wanted) > 1e-3)
    ratio = power[inside] / np.interp(f[inside], frequencies, wanted)
    assert np.median(ratio) == pytest.approx(1, abs=0.1)


def test_variance_is_the_integral_of_the_power_density():
    frequencies, wanted, made = noise("theta")
    assert made["a"].var() == pytest.approx(np.sum(wanted) * frequencies[1], rel=0.1)


def test_variance_does_not_pulsate_with_the_windows():
    _, _, made = noise("beta", seconds=4000)
    by_phase = made["a"].reshape(-1, 8, 32).var(axis=(0, 2))  # eight parts of every 2-s hop
    assert by_phase.max() / by_phase.min() < 1.15


def test_channels_cohere_as_much_as_they_share():
    _, _, made = noise("W", seconds=2000, shared=0.5)
    f, measured = coherence(made["a"], made["b"], 128.0, nperseg=512)
    assert np.median(measured[(f > 2) & (f < 40)]) == pytest.approx(0.25, abs=0.05)  # squared: 0.5^2


def test_exponents_steepen_from_wake_to_n3():
    f = np.arange(2, 40.0)
    slopes = [np.polyfit(np.log(f), np.log(row), 1)[0] for row in spectra(f)[:5]]
    w, n1, n2, n3, r = slopes
    assert -4 < n3 < n2 < n1 <= r + 1e-9
    assert r < w < -1  # Bodizs et al. 2021 (doi 10.1038/s41598-021-81230-7): -4 to -1, lower in deeper sleep
