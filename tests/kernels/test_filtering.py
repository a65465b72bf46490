"""The resampling band-pass against mne, which YASA uses."""

import mne
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from somnometry.kernels.filtering import bandpass_taps, to_100_hz_bandpassed
from somnometry.kernels.missing import Bridged, bridged, runs


def through_mne(samples, rate):
    resampled = (
        samples if rate == 100 else mne.filter.resample(samples, 100, rate, npad=4 * round(rate), verbose="ERROR")
    )
    return mne.filter.filter_data(resampled, 100, 0.4, 30, verbose="ERROR")


def test_taps_are_those_of_mne():
    expected = mne.filter.create_filter(None, 100, 0.4, 30, verbose="ERROR")
    np.testing.assert_allclose(bandpass_taps(), expected, atol=1e-15)


@pytest.mark.parametrize("rate", [64, 100, 125, 128, 200, 250, 256, 500, 512, 1000, 1024])
def test_output_lies_on_mnes_grid_and_equals_it_away_from_the_ends(rate):
    rng = np.random.default_rng(rate)
    samples = rng.normal(0, 10, rate * 200).cumsum()
    samples -= np.linspace(samples[0], samples[-1], samples.size)
    ours, theirs = to_100_hz_bandpassed(samples, rate), through_mne(samples, rate)
    assert ours.shape == theirs.shape
    inner = slice(1000, -1000)
    # below 75 Hz the edge at half the rate lies in the pass band and rings for longer than a block reaches
    assert np.abs(ours - theirs)[inner].max() < (2e-3 if rate > 75 else 2e-2) * theirs.std()


def test_at_100_hz_the_ends_too_are_mnes():
    samples = np.random.default_rng(0).normal(0, 10, 30_000).cumsum()
    theirs = through_mne(samples, 100)
    np.testing.assert_allclose(to_100_hz_bandpassed(samples, 100), theirs, atol=1e-9 * np.abs(samples).max())


@pytest.mark.parametrize("seconds", [0.1, 1, 5, 30, 67.8, 80, 81, 300])
def test_any_length_gives_its_share_of_samples(seconds):
    samples = np.random.default_rng(0).normal(size=round(256 * seconds))
    filtered = to_100_hz_bandpassed(samples, 256)
    assert filtered.size == round(samples.size * 100 / 256)
    assert np.isfinite(filtered).all()


@pytest.mark.parametrize("offset", [1.0, -3e5])
def test_an_offset_is_removed_up_to_the_ends(offset):
    filtered = to_100_hz_bandpassed(np.full(256 * 100, offset), 256)
    np.testing.assert_allclose(filtered, 0, atol=1e-4 * abs(offset))


def test_blocks_leave_no_seam():
    t = np.arange(256 * 400) / 256
    filtered = to_100_hz_bandpassed(np.cos(2 * np.pi * 7 * t), 256)
    grid = np.arange(filtered.size) / 100
    np.testing.assert_allclose(filtered[1000:-1000], np.cos(2 * np.pi * 7 * grid)[1000:-1000], atol=5e-3)


@given(shift=st.integers(1, 20))
def test_a_shift_by_whole_seconds_shifts_the_output(shift):
    samples = np.random.default_rng(5).normal(size=256 * 120)
    whole = to_100_hz_bandpassed(samples, 256)
    later = to_100_hz_bandpassed(samples[shift * 256 :], 256)
    np.testing.assert_allclose(later[1000:-1000], whole[shift * 100 :][1000:-1000], atol=1e-4)


@pytest.mark.parametrize("rate", [199.8, 256.016, 511.7])
def test_odd_rates_keep_time(rate):
    t = np.arange(round(rate * 300)) / rate
    filtered = to_100_hz_bandpassed(np.cos(2 * np.pi * 5 * t), rate)
    grid = np.arange(filtered.size) / 100
    np.testing.assert_allclose(filtered[1000:-1000], np.cos(2 * np.pi * 5 * grid)[1000:-1000], atol=1e-2)


@pytest.mark.parametrize("rate", [128, 200, 256, 512, 1000])
@pytest.mark.parametrize("where", ["within", "at the ends", "often"])
def test_a_signal_with_bridges_is_filtered_as_the_whole_is_to_the_last_bit(rate, where):
    n = 700_001 if rate >= 250 else 600_001  # more than a piece
    rng = np.random.default_rng(rate)
    missing = np.zeros(n, bool)
    if where == "often":
        missing[rng.integers(0, n, 500)] = True
    for start, stop in ((0, 0.02), (0.97, 1)) if where == "at the ends" else ((0.3, 0.301), (0.7, 0.8)):
        missing[int(start * n) : int(stop * n)] = True
    samples = rng.normal(7, 20, n).astype(np.float32)
    samples[missing] = np.nan
    expected = to_100_hz_bandpassed(bridged(samples, missing), rate, 7.0)
    np.testing.assert_array_equal(to_100_hz_bandpassed(Bridged(samples, runs(missing)), rate, 7.0), expected)
