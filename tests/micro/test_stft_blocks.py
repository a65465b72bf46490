"""Transforms by blocks are YASA's own, at both ends and between blocks, and so are the spindles that are found."""

import numpy as np
import pytest
import yasa
from scipy import signal
from yasa import detection

from somnometry.micro import stft_blocks
from somnometry.micro.stft_blocks import power_by_blocks, sparing_memory


@pytest.mark.parametrize("n_samples", [201, 219, 220, 221, 3000, 12_345])
@pytest.mark.parametrize(("sf", "step"), [(100, 0.2), (100, 0.3), (50, 0.2)])
def test_powers_are_those_of_the_whole(monkeypatch, n_samples, sf, step):
    monkeypatch.setattr(stft_blocks, "FRAMES", 7)
    data = np.random.default_rng(0).normal(0, 20, n_samples)
    ours = power_by_blocks(yasa.stft_power, data, sf, step=step, interp=False)
    theirs = yasa.stft_power(data, sf, step=step, interp=False)
    for one, other in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-9, atol=1e-12)


def test_of_two_rows_the_first_is_the_band_and_both_together_are_all(monkeypatch):
    monkeypatch.setattr(stft_blocks, "FRAMES", 7)
    data = np.random.default_rng(0).normal(0, 20, 3000)
    frequencies, _, rows = power_by_blocks(yasa.stft_power, data, 100, interp=False, summed=(12, 15))
    f, _, powers = yasa.stft_power(data, 100, step=0.2, interp=False)
    band = (f >= 12) & (f <= 15)
    assert frequencies.tolist() == [12.0, 1.0]
    np.testing.assert_allclose(rows, [powers[band].sum(0), powers[~band].sum(0)], rtol=1e-9)


@pytest.mark.parametrize(
    "options", [{"interp": True}, {"interp": False, "norm": True}, {"interp": False, "band": None}]
)
def test_what_is_not_done_by_blocks_the_original_does(options):
    data = np.random.default_rng(0).normal(0, 20, 1000)
    ours, theirs = power_by_blocks(yasa.stft_power, data, 100, **options), yasa.stft_power(data, 100, **options)
    for one, other in zip(ours, theirs, strict=True):
        np.testing.assert_array_equal(one, other)


def test_spindles_are_those_that_yasa_finds_and_its_name_is_put_back():
    rng = np.random.default_rng(1)
    seconds = np.arange(15 * 60 * 100) / 100
    bursts = (seconds % 9 < 1) * np.hanning(100)[(np.arange(seconds.size) % 100)]
    data = 12 * rng.normal(size=seconds.size).cumsum() % 60 - 30 + 35 * bursts * np.sin(2 * np.pi * 13 * seconds)
    whole = yasa.spindles_detect(data, 100, verbose="CRITICAL").summary()
    before = detection.stft_power, detection.moving_transform
    with sparing_memory():
        assert detection.stft_power is not before[0]
        assert detection.moving_transform is not before[1]
        ours = yasa.spindles_detect(data, 100, verbose="CRITICAL").summary()
    assert (detection.stft_power, detection.moving_transform) == before
    assert len(whole) > 20
    np.testing.assert_allclose(ours.select_dtypes("number"), whole.select_dtypes("number"), rtol=1e-9)


@pytest.mark.parametrize("n", [1, 2, 999, 1000])
@pytest.mark.parametrize("more", [0, 1, 24])
def test_the_analytic_signal_is_scipys(n, more):
    data = np.random.default_rng(n).normal(0, 20, n)
    with sparing_memory():
        ours = detection.signal.hilbert(data, N=n + more)
        assert detection.signal.find_peaks is signal.find_peaks
    assert detection.signal is signal
    np.testing.assert_allclose(ours, signal.hilbert(data, N=n + more), rtol=1e-12, atol=1e-10)


def test_the_name_is_put_back_after_an_error():
    before = detection.stft_power
    with pytest.raises(ZeroDivisionError), sparing_memory():
        _ = 1 / 0
    assert detection.stft_power is before
