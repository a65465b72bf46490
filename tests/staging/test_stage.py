"""Staging of whole nights and of broken ones: what is unscored, and what stays as it was."""

import math
from datetime import datetime

import numpy as np
import pytest

from somnometry import Signal, Stage, read_recording, stage

from .nights import RATE, recording, seconds


def test_an_epoch_that_touches_a_gap_is_unscored_and_the_others_are_not(data):
    gapped = data.copy()
    gapped[1, seconds(299.9, 360.1)] = np.nan  # touches epochs 9, 10, 11 and 12
    hypnogram = stage(recording(gapped))
    unscored = np.flatnonzero(hypnogram.stages == Stage.UNSCORED)
    assert unscored.tolist() == [9, 10, 11, 12]
    assert np.isnan(hypnogram.probabilities[unscored]).all()
    assert not np.isnan(np.delete(hypnogram.probabilities, unscored, axis=0)).any()


def test_gaps_of_the_recording_are_unscored_whatever_their_samples(data):
    hypnogram = stage(recording(data, gaps=((60.0, 120.0),)))
    assert np.flatnonzero(hypnogram.stages == Stage.UNSCORED).tolist() == [2, 3]


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


def test_one_epoch_is_enough(data):
    assert stage(recording(data[:, : 30 * RATE])).n_epochs == 1


def test_threads_change_nothing(data):
    one, two = (stage(recording(data), threads=n) for n in (1, 2))
    np.testing.assert_array_equal(one.probabilities, two.probabilities)


def test_start_and_lights_are_the_recordings(data):
    start = datetime(2024, 5, 1, 22, 30)
    hypnogram = stage(recording(data, start=start, lights_off=60.0))
    assert hypnogram.start == start
    assert hypnogram.lights_off == 60.0
    assert math.isnan(hypnogram.lights_on)


def test_the_sum_of_probabilities_is_one(data):
    np.testing.assert_allclose(stage(recording(data)).probabilities.sum(axis=1), 1)
