"""EDF files, and folders with one per channel, written anew as one sound EDF+."""

from datetime import datetime

import numpy as np

from somnometry import audit, read_recording
from somnometry.io.exports.convert import convert_signals
from somnometry.simulate.hardware import simulate_hardware

from ..edf_files import edf_bytes, noise, signal, write


def test_a_folder_of_a_zmax_becomes_one_file(tmp_path):
    night = tmp_path / "zmax"
    simulate_hardware("zmax", night, seed=1, hours=0.5)
    exported = convert_signals(night, tmp_path / "night.edf")
    ours, theirs = read_recording(tmp_path / "night.edf"), read_recording(night)
    assert ours.montage.roles == theirs.montage.roles
    assert (ours.start, ours.montage.family) == (theirs.start, "zmax")
    name = ours.montage.eeg
    known = np.isfinite(theirs.signals[name].samples) & np.isfinite(ours.signals[name].samples)
    np.testing.assert_allclose(ours.signals[name].samples[known], theirs.signals[name].samples[known], atol=0.1)
    assert set(exported.recording.signals) >= {"EEG L", "EEG R"}


def test_a_defective_header_is_sound_afterwards_and_annotations_stay(tmp_path):
    marks = [(10.0, None, "Lights off"), (50.0, None, "Lights on")]
    path = write(tmp_path / "a.edf", {"EEG C4-M1": (noise(100, 60), 100)}, unit="", annotations=marks)
    assert "unit-blank" in audit(path).codes
    convert_signals(path, tmp_path / "b.edf")
    recording = read_recording(tmp_path / "b.edf")
    assert (recording.lights_off, recording.lights_on) == (10.0, 50.0)
    assert recording.start == datetime(2024, 5, 1, 22, 30)
    assert not {"unit-blank", "header-length"} & set(audit(tmp_path / "b.edf").codes)


def test_patients_stay_behind(tmp_path):
    whole = edf_bytes([signal("C4-M1", np.zeros((60, 100), int))], patient="Doe Jane 01-JAN-1970")
    (tmp_path / "a.edf").write_bytes(whole)
    convert_signals(tmp_path / "a.edf", tmp_path / "b.edf")
    assert b"Doe" not in (tmp_path / "b.edf").read_bytes()
