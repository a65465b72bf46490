"""What staging does with nights that are not whole, and what it refuses."""

import math
from datetime import datetime

import numpy as np
import pytest

from somnometry import Montage, Recording, Signal, Stage, StagingError, extract_features, read_recording, stage

RATE, MINUTES = 128, 20


@pytest.fixture(scope="module")
def data():
    rng = np.random.default_rng(7)
    noise = rng.normal(0, 20, (3, RATE * 60 * MINUTES)) + 0.2 * rng.normal(0, 20, (3, RATE * 60 * MINUTES)).cumsum(
        axis=1
    )
    return noise - noise.mean(axis=1, keepdims=True)


def recording(data, **fields):
    names = ("C4-M1", "E1-M2", "chin")[: len(data)]
    signals = {name: Signal(x, RATE) for name, x in zip(names, data, strict=True)}
    return Recording(signals, Montage(*names), source="n7.edf", **fields)


def seconds(start, stop):
    return slice(round(start * RATE), round(stop * RATE))


def test_an_epoch_that_touches_a_gap_is_unscored_and_the_others_are_not(data):
    gapped = data.copy()
    gapped[1, seconds(299.9, 360.1)] = np.nan  # touches epochs 9, 10, 11 and 12
    hypnogram = stage(recording(gapped))
    unscored = np.flatnonzero(hypnogram.stages == Stage.UNSCORED)
    assert unscored.tolist() == [9, 10, 11, 12]
    assert np.isnan(hypnogram.probabilities[unscored]).all()
    assert not np.isnan(np.delete(hypnogram.probabilities, unscored, axis=0)).any()


def test_features_far_from_a_gap_are_those_of_the_whole_night(data):
    gapped = data.copy()
    gapped[0, seconds(300, 330)] = np.nan
    whole, holed = extract_features(recording(data)), extract_features(recording(gapped))
    plain = [i for i, name in enumerate(whole.names) if not name.endswith("norm")]
    far = np.r_[0:9, 12 : len(whole)]
    np.testing.assert_allclose(holed.values[far][:, plain], whole.values[far][:, plain], rtol=1e-3, atol=1e-3)
    assert np.isnan(holed.values[10]).all()


def test_flat_minutes_are_unscored(data):
    flat = data.copy()
    flat[2, seconds(600, 780)] = 12.0
    hypnogram = stage(recording(flat))
    assert (hypnogram.stages[20:26] == Stage.UNSCORED)[1:-1].all()
    assert (np.delete(hypnogram.stages, np.r_[20:26]) != Stage.UNSCORED).all()


def test_gaps_of_the_recording_are_unscored_whatever_their_samples(data):
    hypnogram = stage(recording(data, gaps=((60.0, 120.0),)))
    assert np.flatnonzero(hypnogram.stages == Stage.UNSCORED).tolist() == [2, 3]


def test_an_epoch_of_less_than_a_hundredth_of_a_microvolt_is_unscored(data):
    quiet = data.copy()
    quiet[:, seconds(300, 420)] *= 1e-5
    hypnogram = stage(recording(quiet))
    assert (hypnogram.stages[11:13] == Stage.UNSCORED).all()


def test_values_that_no_amplifier_gives_cost_their_epochs_only(data):
    wild = data.copy()
    wild[0, seconds(600, 600.1)] = 1e37
    hypnogram = stage(recording(wild))
    assert 0 < (hypnogram.stages == Stage.UNSCORED).sum() <= 8


@pytest.mark.real_data
def test_three_minutes_of_zeros_in_real_sleep_leave_the_rest_as_it_was(shared):
    """YASA describes the round-off in the zeros, and disagrees with itself in half of the other epochs."""
    whole = read_recording(shared / "data/psg/psg_25min_256hz.edf", eeg="EEG C3", emg="EMG EMG1")
    signals = {}
    for name, signal in whole.signals.items():
        samples = signal.samples.copy()
        samples[round(600 * signal.rate) : round(780 * signal.rate)] = 0
        signals[name] = Signal(samples, signal.rate)
    before, after = stage(whole).stages, stage(whole.replace(signals=signals)).stages
    scored = after != Stage.UNSCORED
    assert not scored[21:25].any()
    assert (before == after)[scored].mean() > 0.9


def test_a_night_shorter_on_one_channel_ends_with_it(data):
    signals = {"C4-M1": Signal(data[0], RATE), "E1-M2": Signal(data[1][: RATE * 95], RATE)}
    assert stage(Recording(signals, Montage("C4-M1", "E1-M2"))).n_epochs == 3


@pytest.mark.parametrize("dead", [0.0, 55.0, np.nan])
def test_an_emg_that_is_dead_all_night_is_left_out(data, dead):
    without = data.copy()
    without[2] = dead
    hypnogram = stage(recording(without))
    assert hypnogram.scorer.inputs == ("eeg", "eog")
    np.testing.assert_array_equal(hypnogram.stages, stage(recording(data[:2])).stages)


@pytest.mark.parametrize("dead", [0.0, -3e5, np.nan])
def test_a_dead_eeg_is_refused(data, dead):
    without = data.copy()
    without[0] = dead
    with pytest.raises(StagingError, match=r"n7\.edf: EEG 'C4-M1' is flat or missing in every epoch.*--eeg"):
        stage(recording(without))


def test_an_offset_changes_nothing(data):
    """A DC-coupled amplifier may stand at 0.2 V."""
    np.testing.assert_array_equal(stage(recording(data + 2e5)).stages, stage(recording(data)).stages)


def test_twenty_seconds_are_refused(data):
    with pytest.raises(StagingError, match=r"n7\.edf: 20 s of signal is less than one epoch of 30 s"):
        stage(recording(data[:, : 20 * RATE]))


def test_one_epoch_is_enough(data):
    assert stage(recording(data[:, : 30 * RATE])).n_epochs == 1


@pytest.mark.parametrize("rate", [50, 80])
def test_a_slow_eeg_is_refused(rate):
    slow = Recording({"C4": Signal(np.zeros(rate * 60), rate)}, Montage("C4"), source="n8.edf")
    with pytest.raises(
        StagingError, match=rf"n8\.edf: EEG 'C4' is sampled at {rate} Hz; staging needs more than 80 Hz"
    ):
        stage(slow)


def test_a_recording_without_eeg_is_refused():
    with pytest.raises(StagingError, match=r"no EEG in the montage.*'SpO2'"):
        stage(Recording({"SpO2": Signal([97.0], 1, "%")}))


@pytest.mark.parametrize(
    ("metadata", "message"),
    [
        ({"age": 40}, "give both or neither"),
        ({"male": True}, "give both or neither"),
        ({"age": 0, "male": True}, "between 0 and 120"),
        ({"age": 120, "male": False}, "between 0 and 120"),
        ({"age": 40, "male": "female"}, "male must be True or False, not 'female'"),
    ],
)
def test_half_or_impossible_metadata_is_refused(data, metadata, message):
    with pytest.raises(StagingError, match=message):
        stage(recording(data), **metadata)


def test_threads_change_nothing(data):
    one, two = (stage(recording(data), threads=n) for n in (1, 2))
    np.testing.assert_array_equal(one.probabilities, two.probabilities)


def test_mixed_rates_are_staged_together(data):
    slow = data[1][::2]
    night = Recording({"C4": Signal(data[0], RATE), "E1": Signal(slow, RATE / 2)}, Montage("C4", "E1"))
    assert stage(night).n_epochs == 2 * MINUTES


def test_start_and_lights_are_the_recordings(data):
    start = datetime(2024, 5, 1, 22, 30)
    hypnogram = stage(recording(data, start=start, lights_off=60.0))
    assert hypnogram.start == start
    assert hypnogram.lights_off == 60.0
    assert math.isnan(hypnogram.lights_on)


def test_the_sum_of_probabilities_is_one(data):
    np.testing.assert_allclose(stage(recording(data)).probabilities.sum(axis=1), 1)
