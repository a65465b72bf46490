"""Our features and stages against YASA's own, on real sleep and on noise."""

import mne
import numpy as np
import pytest

from somnometry import extract_features, simulate_night, stage

from ..scripts import load_script
from .parity import feature_differences, our_recording, table, yasa_night

# YASA warns of recordings under five minutes and of nothing else here; pandas and scikit-learn stay silent.
ALL, TWO, ONE = ("eeg", "eog", "emg"), ("eeg", "eog"), ("eeg",)


def pink(rate, minutes, seed=0):
    """Three channels of 1/f noise, microvolts."""
    rng = np.random.default_rng(seed)
    spectrum = np.fft.rfft(rng.standard_normal((3, rate * minutes * 60)))
    spectrum[:, 1:] /= np.sqrt(np.arange(1, spectrum.shape[1]))
    noise = np.fft.irfft(spectrum, rate * minutes * 60)
    return noise * (np.array([[30.0], [30.0], [15.0]]) / noise.std(axis=1, keepdims=True))


@pytest.fixture(scope="module")
def psg(shared):
    """C3, EOG1 and EMG1 of the real PSG at 256 Hz, in microvolts."""
    raw = mne.io.read_raw_edf(shared / "data/psg/psg_25min_256hz.edf", verbose="ERROR")
    return raw.get_data(["EEG C3", "EOG EOG1", "EMG EMG1"]) * 1e6


def assert_parity(data, rate, *, roles, norm_tolerance, agreement, reordered=0.01, npad="auto", **metadata):
    theirs, proba, stages = yasa_night(data, rate, roles=roles, npad=npad, **metadata)
    recording = our_recording(data, rate, roles=roles)
    features = extract_features(recording, **metadata)
    worst = feature_differences(theirs, features, norm_tolerance=norm_tolerance, reordered=reordered)
    assert not worst, f"{len(worst)} columns beyond tolerance\n{table(worst)}"
    ours = stage(recording, **metadata)
    top = np.sort(proba, axis=1)
    decided = top[:, -1] - top[:, -2] >= 0.1
    np.testing.assert_array_equal(ours.stages[decided], stages[decided])
    assert (ours.stages == stages).mean() >= agreement


def test_noise_is_staged_as_yasa_does():
    assert_parity(pink(256, 60), 256, roles=ALL, norm_tolerance=0.1, agreement=0.985, reordered=0.02)


def test_noise_with_age_and_sex():
    assert_parity(pink(200, 30, seed=1), 200, roles=ALL, norm_tolerance=0.1, agreement=0.985, age=61, male=1)


@pytest.mark.parametrize("roles", [ONE, TWO, ("eeg", "emg")])
def test_noise_on_fewer_channels(roles):
    data = pink(128, 20, seed=2)[: len(roles)]
    assert_parity(data, 128, roles=roles, norm_tolerance=0.1, agreement=0.97, reordered=0.05)


@pytest.mark.parametrize("roles", [ALL, ONE], ids="+".join)
def test_simulated_sleep(roles):
    recording, _ = simulate_night(11, hours=3)
    data = [recording.signals[recording.montage.roles[role]].samples for role in roles]
    # the simulated muscle is white noise, whose part beside the cut at 50 Hz rings longest
    assert_parity(np.array(data, float), 256, roles=roles, norm_tolerance=0.1, agreement=0.995, reordered=0.02)


@pytest.mark.real_data
@pytest.mark.parametrize("roles", [ALL, TWO, ONE], ids="+".join)
def test_the_real_psg(psg, roles):
    assert_parity(psg[: len(roles)], 256, roles=roles, norm_tolerance=0.02, agreement=0.995)


@pytest.mark.real_data
def test_the_real_psg_tiled_to_eight_hours_with_age_and_sex(psg):
    assert_parity(np.tile(psg, 19), 256, roles=ALL, norm_tolerance=0.02, agreement=0.995, age=33, male=0)


@pytest.mark.real_data
@pytest.mark.parametrize("rate", [125, 200, 250, 500, 512, 1000])
def test_other_rates(psg, rate):
    """Where mne's automatic padding leaves the grid, YASA is fed `raw.resample` with a padding that keeps it."""
    data = mne.filter.resample(psg, rate, 256, verbose="ERROR")
    npad = "auto" if rate in (200, 512) else 4 * rate
    assert_parity(data, rate, roles=ALL, norm_tolerance=0.02, agreement=0.995, npad=npad)


@pytest.mark.real_data
def test_at_100_hz_features_agree_to_five_digits(psg):
    data = mne.filter.resample(psg, 100, 256, verbose="ERROR").astype(np.float32)
    theirs, _, stages = yasa_night(data, 100)
    recording = our_recording(data, 100)
    ours = extract_features(recording)
    for column in theirs.columns:
        a, b = theirs[column].to_numpy(float), ours[column].astype(float)
        off = np.abs(a - b) > 1e-5 * np.maximum(np.abs(a), np.ptp(a))
        if "_nzc" in column:
            assert np.abs(a - b).max() <= (1 if column.endswith("_nzc") else 0.02), column
            if column.endswith("_nzc"):
                assert not off[1:-1].any(), column
        else:
            assert not off.any(), column
    np.testing.assert_array_equal(stage(recording).stages, stages)


def noise_psg(shared, folder, hours):
    """The noise PSG of the benchmark, three channels, microvolts."""
    nights = load_script(shared / "bench" / "make_nights.py")
    path = nights.make(folder, hours)["psg"]
    names = ["EEG C4-M1", "EOG E1-M2", "EMG Chin"]
    return mne.io.read_raw_edf(path, include=names, verbose="ERROR").get_data() * 1e6


@pytest.mark.real_data
def test_an_hour_of_the_benchmarks_noise_psg(shared, tmp_path):
    data = noise_psg(shared, tmp_path, 1)
    assert_parity(data, 256, roles=ALL, norm_tolerance=0.1, agreement=0.985)


@pytest.mark.real_data
@pytest.mark.acceptance
def test_eight_hours_of_the_benchmarks_noise_psg(shared, tmp_path):
    data = noise_psg(shared, tmp_path, 8)
    assert_parity(data, 256, roles=ALL, norm_tolerance=0.1, agreement=0.985)
