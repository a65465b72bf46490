"""Each kernel on a whole night of one channel against NumPy, SciPy, antropy, LightGBM, pandas or YASA on the same.

    python -m pytest benchmarks/speed/bench_kernels.py [--benchmark-json FILE]

Groups are kernels. ``calls`` in the extra information is how often a night of EEG, EOG and chin EMG calls it. Results
are compared before anything is timed; where the counterpart differs by design, the tolerance says how far.
"""

from __future__ import annotations

import warnings
from pathlib import Path

import antropy
import joblib
import mne
import numpy as np
import pandas as pd
import pytest
import yasa
from scipy import signal, stats

from benchmarks.speed.noise_nights import pink
from somnometry.kernels import timedomain
from somnometry.kernels.filtering import to_100_hz_bandpassed
from somnometry.kernels.missing import bridged, long_runs, missing_samples
from somnometry.kernels.rescaling import rescale
from somnometry.kernels.rolling import rolling_mean
from somnometry.kernels.spectrum import BANDS, band_powers, median_welch
from somnometry.staging.models import load_classifier

RATE, HOURS, N_EPOCHS, N_SAMPLES = 256, 8, 960, 3000
ROUNDS = 5


@pytest.fixture(scope="module")
def samples():
    """Eight hours of one channel as it is recorded."""
    return pink(np.random.default_rng(0), RATE * HOURS * 3600, 30.0).astype(np.float32)


@pytest.fixture(scope="module")
def epochs(samples):
    """The same at 100 Hz, filtered, in epochs of 30 s."""
    return to_100_hz_bandpassed(samples, RATE)[: N_EPOCHS * N_SAMPLES].reshape(N_EPOCHS, N_SAMPLES)


@pytest.fixture(scope="module")
def density(epochs):
    return median_welch(epochs)


@pytest.fixture(scope="module")
def plain():
    """Features of a night before they are averaged."""
    return np.random.default_rng(1).normal(size=(N_EPOCHS, 49))


@pytest.fixture(scope="module")
def flags(samples):
    return np.abs(samples) > 100


def resampled_and_filtered(samples):
    """What YASA does with a channel: mne's resampling by one FFT, then mne's FIR."""
    raw = mne.io.RawArray(samples[None] * 1e-6, mne.create_info(["C4"], float(RATE), "eeg"), verbose="ERROR")
    raw.resample(100.0, verbose="ERROR")
    return mne.filter.filter_data(raw.get_data() * 1e6, 100.0, 0.4, 30.0, verbose="ERROR")[0]


def welch(epochs):
    """Between 0.4 and 30 Hz, as YASA calls it."""
    frequencies, density = signal.welch(epochs, 100, window="hamming", nperseg=500, average="median")
    return density[:, (frequencies >= 0.4) & (frequencies <= 30.0)]


def powers_by_yasa(density):
    bands = [(*edges, name) for name, edges in BANDS.items()]
    frequencies = np.fft.rfftfreq(500, 0.01)[2:151]  # 0.4 to 30 Hz
    return yasa.bandpower_from_psd_ndarray(density, frequencies, bands=bands, relative=True)


def all_time_domain(epochs):
    """The ten features of `time_domain` as YASA computes them."""
    mobility, complexity = antropy.hjorth_params(epochs, axis=1)
    return np.column_stack([
        np.std(epochs, ddof=1, axis=1), stats.iqr(epochs, rng=(25, 75), axis=1), stats.skew(epochs, axis=1),
        stats.kurtosis(epochs, axis=1), antropy.num_zerocross(epochs, axis=1), mobility, complexity,
        np.apply_along_axis(antropy.perm_entropy, 1, epochs, normalize=True),
        np.apply_along_axis(antropy.higuchi_fd, 1, epochs), antropy.petrosian_fd(epochs, axis=1),
    ])  # fmt: skip


def stuck_by_numpy(samples, longest):
    """NaN, and runs of one value of more than so many samples."""
    changes = np.flatnonzero(np.diff(samples)) + 1
    edges = np.r_[0, changes, samples.size]
    length = np.diff(edges)
    stuck = np.repeat(length > longest, length)
    return stuck | ~np.isfinite(samples)


def long_by_numpy(flags, shortest):
    edges = np.flatnonzero(np.diff(np.r_[False, flags, False]))
    out = np.zeros(flags.size, bool)
    for begin, end in edges.reshape(-1, 2):
        out[begin:end] = end - begin >= shortest
    return out


def bridged_by_numpy(samples, missing):
    at = np.arange(samples.size)
    return np.interp(at, at[~missing], samples[~missing])


def orders(epoch):
    """What entropy and Petrosian's dimension are made of."""
    return timedomain.order_counts(epoch)


#: Kernels that are called with more, or made of less, than an epoch.
CALLED = {
    "moments": lambda epoch: timedomain.moments(epoch)[1:],
    "hjorth": lambda epoch: timedomain.hjorth(epoch, timedomain.moments(epoch)[1] ** 2 * (epoch.size - 1) / epoch.size),
    "permutation_entropy": lambda epoch: timedomain.permutation_entropy(orders(epoch)),
    "petrosian_dimension": lambda epoch: timedomain.petrosian_dimension(orders(epoch)),
}


def each(function):
    """A function of one epoch for every epoch."""
    return lambda epochs: np.array([function(epoch) for epoch in epochs])


#: Kernel of one epoch, with what it is given of it -> its counterpart, for a whole night.
OF_AN_EPOCH = {
    "moments": lambda e: np.column_stack([np.std(e, ddof=1, axis=1), stats.skew(e, axis=1), stats.kurtosis(e, axis=1)]),
    "interquartile_range": lambda e: stats.iqr(e, rng=(25, 75), axis=1),
    "zero_crossings": lambda e: antropy.num_zerocross(e, axis=1),
    "hjorth": lambda e: np.column_stack(antropy.hjorth_params(e, axis=1)),
    "permutation_entropy": lambda e: np.apply_along_axis(antropy.perm_entropy, 1, e, normalize=True),
    "higuchi_dimension": lambda e: np.apply_along_axis(antropy.higuchi_fd, 1, e),
    "petrosian_dimension": lambda e: antropy.petrosian_fd(e, axis=1),
}


def timed(benchmark, group, who, calls, function, *args, rounds=ROUNDS):
    """Time a call, after one that does not count."""
    benchmark.group = group
    benchmark.extra_info |= {"who": who, "calls": calls}
    benchmark.pedantic(function, args=args, rounds=rounds, warmup_rounds=1)


@pytest.mark.parametrize("name", OF_AN_EPOCH)
@pytest.mark.parametrize("who", ["ours", "theirs"])
def test_of_an_epoch(benchmark, name, who, epochs):
    double = epochs[:40].astype(np.float64)
    ours, theirs = each(CALLED.get(name) or getattr(timedomain, name)), OF_AN_EPOCH[name]
    np.testing.assert_allclose(ours(double), theirs(double), rtol=1e-6, atol=1e-9)
    counterpart = "SciPy" if name in ("moments", "interquartile_range") else "antropy"
    chosen = ours if who == "ours" else theirs
    timed(benchmark, name, who if who == "ours" else counterpart, 3, chosen, epochs, rounds=3)


@pytest.mark.parametrize("who", ["ours", "NumPy, SciPy, antropy"])
def test_time_domain(benchmark, who, epochs):
    double = epochs[:40].astype(np.float64)
    np.testing.assert_allclose(timedomain.time_domain(double), all_time_domain(double), rtol=1e-6)
    timed(
        benchmark, "time_domain", who, 3, timedomain.time_domain if who == "ours" else all_time_domain, epochs, rounds=3
    )


@pytest.mark.parametrize("who", ["ours", "mne"])
def test_filtering(benchmark, who, samples):
    ours = to_100_hz_bandpassed(samples, RATE)
    theirs = resampled_and_filtered(samples.astype(np.float64))
    inside = slice(6000, -6000)
    assert np.abs(ours[inside] - theirs[: ours.size][inside]).max() < 0.05  # microvolts of 30: grids differ by 4 ms
    run = (lambda x: to_100_hz_bandpassed(x, RATE)) if who == "ours" else resampled_and_filtered
    timed(benchmark, "to_100_hz_bandpassed", who, 3, run, samples if who == "ours" else samples.astype(np.float64))


@pytest.mark.parametrize("who", ["ours", "SciPy"])
def test_welch(benchmark, who, epochs):
    np.testing.assert_allclose(median_welch(epochs[:40]), welch(epochs[:40].astype(np.float64)), rtol=1e-3)
    timed(benchmark, "median_welch", who, 3, median_welch if who == "ours" else welch, epochs)


@pytest.mark.parametrize("who", ["ours", "YASA"])
def test_band_powers(benchmark, who, density):
    relative, _ = band_powers(density)
    np.testing.assert_allclose(np.array(list(relative.values())), powers_by_yasa(density), rtol=0.01)
    timed(benchmark, "band_powers", who, 3, band_powers if who == "ours" else powers_by_yasa, density)


@pytest.mark.parametrize("who", ["ours", "pandas"])
def test_rolling(benchmark, who, plain):
    weights = np.r_[np.arange(1, 9), np.arange(7, 0, -1)] / 8.0
    frame = pd.DataFrame(plain)

    def by_pandas():
        return frame.rolling(window=15, center=True, min_periods=1, win_type="triang").mean()

    def by_us():
        return rolling_mean(plain, weights, 7)

    np.testing.assert_allclose(by_us(), by_pandas())
    timed(benchmark, "rolling_mean", who, 2, by_us if who == "ours" else by_pandas)


@pytest.mark.parametrize("who", ["ours", "LightGBM"])
def test_trees(benchmark, who):
    classifier = load_classifier("eeg+eog+emg")
    path = Path(yasa.__file__).parent / "classifiers" / "clf_eeg+eog+emg_lgb_0.5.0.joblib"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the pickle is of an older scikit-learn
        model = joblib.load(path)
    rows = np.random.default_rng(2).normal(size=(N_EPOCHS, len(classifier.feature_names)))
    frame = pd.DataFrame(rows, columns=list(classifier.feature_names))

    def by_lightgbm():
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return model.predict_proba(frame)

    np.testing.assert_allclose(np.sort(classifier.probabilities(rows)), np.sort(by_lightgbm()), atol=1e-12)
    timed(benchmark, "class_probabilities", who, 1, classifier.probabilities if who == "ours" else by_lightgbm,
          *([rows] if who == "ours" else []))  # fmt: skip


@pytest.mark.parametrize("who", ["ours", "NumPy"])
def test_missing(benchmark, who, samples):
    recorded = samples.copy()
    recorded[10_000:15_000] = 7.0
    recorded[50_000] = np.nan
    run = missing_samples if who == "ours" else stuck_by_numpy
    assert np.array_equal(missing_samples(recorded, 1280), stuck_by_numpy(recorded, 1280))
    timed(benchmark, "missing_samples", who, 3, run, recorded, 1280)


@pytest.mark.parametrize("who", ["ours", "NumPy"])
def test_long_runs(benchmark, who, flags):
    assert np.array_equal(long_runs(flags, 3), long_by_numpy(flags, 3))
    timed(benchmark, "long_runs", who, 0, long_runs if who == "ours" else long_by_numpy, flags, 3, rounds=3)


@pytest.mark.parametrize("who", ["ours", "NumPy"])
def test_bridged(benchmark, who, samples):
    missing = np.zeros(samples.size, bool)
    missing[100_000:120_000] = missing[10**6 : 10**6 + 300] = True
    np.testing.assert_allclose(bridged(samples, missing), bridged_by_numpy(samples, missing), atol=1e-3)
    timed(benchmark, "bridged", who, 0, bridged if who == "ours" else bridged_by_numpy, samples, missing)


@pytest.mark.parametrize("who", ["ours", "NumPy"])
def test_rescale(benchmark, who):
    """Of half a megabyte of three channels, one is written at a time; a night of a channel is 85 such."""
    volts = np.random.default_rng(3).normal(0, 3e-5, 87_296)
    ours, theirs = np.empty(volts.size, np.float32), np.empty(volts.size, np.float32)

    def by_numpy():
        np.multiply(volts, 1e6, out=theirs, casting="same_kind")

    def by_us():
        rescale(volts, 1e6, ours)

    by_us()
    by_numpy()
    assert np.array_equal(ours, theirs)
    timed(benchmark, "rescale", who, 255, by_us if who == "ours" else by_numpy)
