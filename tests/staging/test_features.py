"""Features of a night that is not whole, and nights that have none."""

import numpy as np
import pytest

from somnometry import Montage, Recording, Signal, StagingError, extract_features, stage

from .nights import RATE, recording, seconds


def test_features_far_from_a_gap_are_those_of_the_whole_night(data):
    gapped = data.copy()
    gapped[0, seconds(300, 330)] = np.nan
    whole, holed = extract_features(recording(data)), extract_features(recording(gapped))
    plain = [i for i, name in enumerate(whole.names) if not name.endswith("norm")]
    far = np.r_[0:9, 12 : len(whole)]
    np.testing.assert_allclose(holed.values[far][:, plain], whole.values[far][:, plain], rtol=1e-3, atol=1e-3)
    assert np.isnan(holed.values[10]).all()


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


def test_twenty_seconds_are_refused(data):
    with pytest.raises(StagingError, match=r"n7\.edf: 20 s of signal is less than one epoch of 30 s"):
        stage(recording(data[:, : 20 * RATE]))


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
