"""Samples in coarse steps: read and said always, staged by only where the features bear them."""

import numpy as np
import pytest

from somnometry import Signal, StagingError, audit, read_recording, stage
from somnometry.staging.resolution import BORNE

from ..io.edf_files import noise, write


def in_steps(recording, role, step):
    name = recording.montage.roles[role]
    coarse = np.round(recording.signals[name].samples / step) * step
    return recording.replace(signals={**recording.signals, name: Signal(coarse, recording.signals[name].rate)})


@pytest.fixture
def recording(tmp_path):
    labels = ("C4-M1", "E1-M2", "EMG chin")
    return read_recording(write(tmp_path / "n.edf", {x: (noise(100, 120, seed=i), 100) for i, x in enumerate(labels)}))


@pytest.mark.parametrize("role", BORNE)
def test_each_role_is_refused_above_what_it_bears_and_staged_below(recording, role):
    for step in (0.1, 1.0, BORNE[role]):
        assert stage(in_steps(recording, role, step)).n_epochs == 4
    for step in (8.0, 12.5, 20.0):
        with pytest.raises(StagingError, match=f"is {step:g} uV") as refused:
            stage(in_steps(recording, role, step))
        assert refused.value.key == role
        assert ("none" in refused.value.remedy) == (role != "eeg")


@pytest.mark.parametrize("step", [4.0, 8.0, 20.0])
def test_a_coarse_file_is_read_and_its_step_said_and_not_called_dropouts(tmp_path, step):
    labels = ("C4-M1", "E1-M2", "EMG chin")
    channels = {x: (np.round(noise(100, 600, seed=i) / step) * step, 100) for i, x in enumerate(labels)}
    path = write(tmp_path / "n.edf", channels, limit=32768.0 / 10)
    for findings in (audit(path).findings, read_recording(path).findings):
        said = [finding for finding in findings if finding.code == "amplitude-resolution"]
        assert [finding.where for finding in said] == list(labels)
        assert all(abs(float(finding.what.split()[-2]) - step) < 0.2 for finding in said)
        assert "dropouts" not in {finding.code for finding in findings}


@pytest.mark.real_data
def test_the_case_of_the_field_is_not_staged(shared):
    recording = read_recording(shared / "data" / "field_cases" / "12_step_8uV.edf")
    assert "amplitude-resolution" in {finding.code for finding in recording.findings}
    with pytest.raises(StagingError, match="is 8 uV"):
        stage(recording)


@pytest.mark.real_data
def test_most_epochs_of_a_real_night_keep_their_stage_in_the_steps_that_are_borne(shared):
    recording = read_recording(shared / "data" / "psg" / "psg_25min_256hz.edf")
    fine = stage(recording).stages
    for role, step in {"eeg": 4.0, "eog": 4.0, "emg": 1.0}.items():
        assert np.mean(stage(in_steps(recording, role, step)).stages == fine) >= 0.9
