"""Signals made fit for detectors: one rate, nothing missing, and which epochs can be trusted."""

import numpy as np
import pytest

from somnometry.core.recording import Signal
from somnometry.micro.traces import Grid, trace_of

GRID = Grid(0.0, 30.0, 4)


def noise(rate, seconds=120, sd=20.0):
    return np.random.default_rng(3).normal(0, sd, round(seconds * rate)).astype(np.float32)


def sine(rate, hertz, seconds=120):
    return np.sin(2 * np.pi * hertz * np.arange(round(seconds * rate)) / rate).astype(np.float32)


def test_at_100_hz_the_samples_are_those_of_the_signal():
    samples = noise(100)
    assert np.array_equal(trace_of(Signal(samples, 100), GRID).samples, samples.astype(np.float64))


@pytest.mark.parametrize("rate", [50, 125, 128, 199.8, 200, 256, 512])
def test_from_any_rate_a_wave_keeps_its_size_and_its_place(rate):
    trace = trace_of(Signal(50 * sine(rate, 5.0), rate), GRID)
    expected = 50 * sine(100, 5.0, trace.samples.size / 100)
    assert abs(trace.samples.size - 12_000) <= 1
    assert np.abs(trace.samples - expected)[500:-500].max() < 1.0


def test_what_is_above_50_hz_does_not_come_back_as_something_else():
    assert trace_of(Signal(50 * sine(256, 87.0), 256), GRID).samples[500:-500].std() < 0.5


def test_missing_samples_become_a_straight_line_and_their_epochs_are_not_usable():
    samples = np.full(12_000, 7.0, np.float32) + noise(100)
    samples[3999], samples[4101] = 0.0, 102.0
    samples[4000:4101] = np.nan
    trace = trace_of(Signal(samples, 100), GRID)
    assert np.allclose(trace.samples[3999:4102], np.arange(103), atol=1e-9)
    assert trace.whole.tolist() == [True, False, True, True]
    assert trace.calm.all()


def test_six_seconds_of_one_value_are_missing_and_four_are_not():
    samples = noise(100)
    samples[1000:1400] = 3.0
    samples[7000:7600] = 3.0
    assert trace_of(Signal(samples, 100), GRID).whole.tolist() == [True, True, False, True]


def test_a_wild_second_takes_its_epoch_out_and_nothing_of_it_reaches_the_detectors():
    samples = noise(256)
    samples[256 * 65 : 256 * 66] *= 50  # a second with an SD of 1 mV
    trace = trace_of(Signal(samples, 256), GRID)
    assert trace.calm.tolist() == [True, True, False, True]
    assert trace.whole.all()
    assert np.abs(trace.samples).max() < 200


def test_a_flat_epoch_is_not_calm():
    samples = noise(100)
    samples[:3000] *= 1e-3
    assert trace_of(Signal(samples, 100), GRID).usable.tolist() == [False, True, True, True]


def test_an_epoch_that_the_signal_does_not_cover_is_not_whole():
    assert trace_of(Signal(noise(100, 119.0), 100), GRID).whole.tolist() == [True, True, True, False]
    assert trace_of(Signal(noise(100), 100), Grid(-10.0, 30.0, 4)).whole.tolist() == [False, True, True, True]


def test_a_signal_without_a_single_measurement_is_zero_and_usable_nowhere():
    trace = trace_of(Signal(np.full(12_000, np.nan, np.float32), 100), GRID)
    assert not trace.samples.any()
    assert not trace.usable.any()


def test_the_spread_is_that_by_which_yasa_judges_a_channel():
    # Of a normal distribution without its outer twentieths, by integration: 0.7898 SD.
    assert trace_of(Signal(noise(100, 1200), 100), Grid(0, 30, 40)).spread == pytest.approx(20 * 0.7898, rel=0.01)


def test_samples_outside_the_epochs_are_in_no_stage():
    grid = Grid(10.0, 30.0, 2)
    codes = grid.per_sample(np.array([2, 4], np.int8), 9000)
    assert set(codes[:1000]) == {-2}
    assert set(codes[1000:4000]) == {2}
    assert set(codes[4000:7000]) == {4}
    assert set(codes[7000:]) == {-2}
    early = Grid(-20.0, 30.0, 2).per_sample(np.array([2, 4], np.int8), 2500)
    assert early.tolist() == [2] * 1000 + [4] * 1500
