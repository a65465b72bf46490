"""Graphoelements against the definitions of the AASM Manual."""

import numpy as np
import pytest

from somnometry.simulate import waveforms

RATES = (64.0, 100.0, 256.0)


def main_frequency(wave, rate):
    power = np.abs(np.fft.rfft(wave, 8192))
    return float(np.fft.rfftfreq(8192, 1 / rate)[power.argmax()])


@pytest.mark.parametrize("rate", RATES)
@pytest.mark.parametrize("name", waveforms.__all__)
def test_every_waveform_is_finite_small_at_its_ends_and_of_the_same_size_at_any_rate(name, rate):
    wave = getattr(waveforms, name)(rate)
    assert wave.dtype == np.float32
    assert np.isfinite(wave).all()
    assert abs(wave[0]) < 0.2
    assert abs(wave[-1]) < 0.2
    fine = getattr(waveforms, name)(1024.0)
    assert np.ptp(wave) == pytest.approx(np.ptp(fine), rel=0.2)


@pytest.mark.parametrize("frequency", [11.5, 13.0, 15.0])
def test_a_spindle_lasts_half_a_second_or_more_and_oscillates_at_11_to_16_hertz(frequency):
    wave = waveforms.spindle(256.0, 1.0, frequency)
    assert wave.size / 256 >= 0.5
    assert 11 <= main_frequency(wave, 256.0) + 0.5 <= 16
    middle, edge = np.abs(wave[96:160]).max(), np.abs(wave[:32]).max()
    assert middle > 2 * edge  # waxes and wanes


def test_a_k_complex_is_negative_then_positive_and_lasts_half_a_second_or_more():
    wave = waveforms.k_complex(256.0, 1.0)
    above = np.flatnonzero(np.abs(wave) > 0.05)
    assert wave.argmin() < wave.argmax()
    assert (above[-1] - above[0]) / 256 >= 0.5


@pytest.mark.parametrize("duration", [0.8, 1.15])
def test_a_slow_wave_is_one_cycle_of_half_to_two_hertz(duration):
    wave = waveforms.slow_wave(256.0, duration)
    assert 0.5 <= 1 / duration <= 2
    assert np.count_nonzero(np.diff(np.signbit(wave[8:-8]))) == 1
    assert np.ptp(wave) == pytest.approx(1, abs=1e-3)


def test_a_vertex_wave_is_sharp_and_shorter_than_half_a_second():
    wave = waveforms.vertex_wave(256.0, 0.3)
    assert wave.size / 256 < 0.5
    assert np.count_nonzero(wave < -0.5) / 256 < 0.12


def test_sawtooth_waves_have_two_to_six_hertz():
    assert 2 <= main_frequency(waveforms.sawtooth(256.0, 3.0, 3.0), 256.0) <= 6


def test_a_rapid_eye_movement_deflects_within_half_a_second_and_a_slow_one_does_not():
    rapid, slow = waveforms.rapid_eye_movement(256.0, 0.8), waveforms.slow_eye_movement(256.0, 3.0)
    assert rapid.argmax() / 256 < 0.5
    assert slow.argmax() / 256 > 0.5
