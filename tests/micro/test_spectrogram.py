"""Spectra of signals whose power is known: a sine, white noise, gaps."""

import numpy as np
import pytest

from somnometry import Recording, RecordingError, Signal
from somnometry.core.recording import Montage
from somnometry.micro.spectrogram import spectrogram


def recording(samples, rate):
    return Recording({"C4": Signal(samples, rate)}, Montage(eeg="C4"))


@pytest.mark.parametrize("rate", [100.0, 128.0, 256.0, 200.5, 500.0])
def test_a_sine_has_its_power_at_its_frequency_and_noise_its_density(rate):
    n = int(600 * rate)
    time = np.arange(n) / rate
    sine = recording(20 * np.sin(2 * np.pi * 10 * time), rate)
    power = 10 ** (spectrogram(sine).power.astype(float) / 10)
    found = spectrogram(sine)
    assert np.abs(found.frequencies[found.power.argmax(axis=1)] - 10).max() <= 0.5
    assert np.allclose(power.sum(axis=1) * 0.4, 200, rtol=0.03)  # half the square of the amplitude
    noise = spectrogram(recording(np.random.default_rng(0).normal(0, 10, n), rate))
    density = (10 ** (noise.power.astype(float) / 10)).mean()
    assert density == pytest.approx(2 * 100 / rate, rel=0.05)


def test_its_frequencies_are_those_asked_for():
    found = spectrogram(recording(np.random.default_rng(0).normal(size=6000), 100.0))
    assert found.power.shape == (2, 74)
    assert np.allclose(found.frequencies, 0.5 + 0.4 * np.arange(74))
    assert found.duration == 60


def test_what_was_not_recorded_is_not_a_number_and_the_rest_stays():
    samples = np.random.default_rng(0).normal(size=100 * 120)
    samples[3000:6000] = np.nan  # the second row whole
    samples[6100:6200] = np.nan  # a second of the third
    samples[9000:] = 0  # a dead electrode has no power, and no minus infinity
    found = spectrogram(recording(samples, 100.0)).power
    assert np.isfinite(found).all(axis=1).tolist() == [True, False, True, False]
    assert np.isnan(found[1]).all()


def test_a_line_far_above_is_not_seen_below():
    rate, n = 200.0, 12000
    found = spectrogram(recording(100 * np.sin(2 * np.pi * 50 * np.arange(n) / rate), rate))
    assert found.power.max() < 37 - 45  # its own density is 5,000 uV^2 over 1 Hz, 37 dB


def test_what_cannot_be_is_refused():
    short = recording(np.zeros(1000), 100.0)
    assert spectrogram(short).power.shape == (0, 74)
    with pytest.raises(RecordingError, match="no signal 'C3'"):
        spectrogram(short, channel="C3")
    with pytest.raises(RecordingError, match="no signal None"):
        spectrogram(Recording({"C4": Signal(np.zeros(1000), 100.0)}, Montage()))
    with pytest.raises(RecordingError, match="sampled at 50 Hz"):
        spectrogram(recording(np.zeros(1000), 50.0))
    with pytest.raises(RecordingError, match="less than a window"):
        spectrogram(short, epoch=4.0)
