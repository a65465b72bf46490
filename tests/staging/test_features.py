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


@pytest.mark.parametrize("threads", [2, 3, 7])
def test_any_number_of_threads_measures_the_same(data, threads):
    late = data.copy()
    late[1, : late.shape[1] // 2] = 3.0  # the first half of the EOG holds no epoch that can be measured
    for night in (data, late, data[:1]):
        alone, together = (extract_features(recording(night), threads=n) for n in (1, threads))
        assert alone.names == together.names
        np.testing.assert_allclose(together.values, alone.values, rtol=1e-6, atol=1e-6)


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
    with pytest.raises(StagingError) as refused:
        stage(recording(without))
    assert (refused.value.place, refused.value.key) == ("n7.edf", "eeg")


def test_twenty_seconds_are_refused(data):
    with pytest.raises(StagingError) as refused:
        stage(recording(data[:, : 20 * RATE]))
    assert refused.value.place == "n7.edf"
    assert "20 s" in refused.value.what


@pytest.mark.parametrize("rate", [50, 80])
def test_a_slow_eeg_is_refused(rate):
    slow = Recording({"C4": Signal(np.zeros(rate * 60), rate)}, Montage("C4"), source="n8.edf")
    with pytest.raises(StagingError) as refused:
        stage(slow)
    assert (refused.value.place, refused.value.key) == ("n8.edf", "eeg")
    assert f"{rate} Hz" in refused.value.what


def test_a_recording_without_eeg_is_refused():
    with pytest.raises(StagingError) as refused:
        stage(Recording({"SpO2": Signal([97.0], 1, "%")}))
    assert refused.value.key == "eeg"
    assert "'SpO2'" in refused.value.remedy


@pytest.mark.parametrize(
    ("metadata", "key"),
    [
        ({"age": 40}, "male"),
        ({"male": True}, "age"),
        ({"age": 0, "male": True}, "age"),
        ({"age": 120, "male": False}, "age"),
        ({"age": 40, "male": "female"}, "male"),
    ],
)
def test_half_or_impossible_metadata_is_refused(data, metadata, key):
    with pytest.raises(StagingError) as refused:
        stage(recording(data), **metadata)
    assert (refused.value.place, refused.value.key) == ("n7.edf", key)
