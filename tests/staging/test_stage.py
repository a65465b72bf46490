"""Staging of whole nights and of broken ones: what is unscored, and what stays as it was."""

import math
from datetime import datetime

import numpy as np
import pytest

from somnometry import Signal, Stage, read_recording, stage

from ..io.edf_files import annotation_signal, counts, edf_bytes, peak_megabytes, signal, tal
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
    for name, held in whole.signals.items():
        samples = held.samples.copy()
        samples[round(600 * held.rate) : round(780 * held.rate)] = 0
        signals[name] = Signal(samples, held.rate)
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


# -------------------------------------------------------------------------------------------------------------- memory
IMPORTS = "import mne, numba, scipy.fft; from mne.io.edf import edf; from somnometry import read_recording, stage"
STAGED = IMPORTS + "; stage(read_recording(sys.argv[1], threads={n}), threads={n})"
NAMES = ("EEG C4-M1", "EOG E1-M2", "EMG Chin")


def write_night(path, hours, *, kind="EDF", unused=0):
    """A night of three channels at 256 Hz and of others that nobody uses."""
    n = round(hours * 3600)
    rows = [counts(n, 256, seed=i) for i in range(3)]
    if kind == "lost contacts":
        for i, row in enumerate(rows):
            row[300 * (i + 1) : 300 * (i + 1) + 60] = 32767
    signals = [signal(name, row) for name, row in zip(NAMES, rows, strict=True)]
    signals += [signal(f"Aux {i}", rows[i % 3]) for i in range(unused)]
    fields = {"version": b"\xffBIOSEMI"} if kind == "BDF" else {}
    if kind.startswith("EDF+"):
        onsets = [i + 90.0 * (i >= n // 2) * (kind == "EDF+D") for i in range(n)]
        signals.append(annotation_signal([[tal(onset, "")] for onset in onsets]))
        fields["reserved"] = kind
    path.write_bytes(edf_bytes(signals, **fields))
    return path


def above_imports(path, threads):
    """Megabytes that staging a file takes at its most, above what the imports alone take."""
    return peak_megabytes(STAGED.format(n=threads), path) - peak_megabytes(IMPORTS, path)


def test_memory_does_not_grow_with_channels_that_nobody_uses(tmp_path):
    few, many = (write_night(tmp_path / f"{n}.edf", 0.25, unused=n) for n in (0, 20))
    assert abs(above_imports(many, 1) - above_imports(few, 1)) < 25


@pytest.mark.acceptance
@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize("kind", ["EDF", "BDF", "EDF+C", "EDF+D", "lost contacts"])
def test_a_night_of_eight_hours_is_staged_in_little_memory(tmp_path, kind, threads):
    path = write_night(tmp_path / ("n.bdf" if kind == "BDF" else "n.edf"), 8, kind=kind, unused=1)
    assert above_imports(path, threads) < 250
