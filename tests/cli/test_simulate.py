"""What `simulate` writes."""

import somnometry


def test_a_simulated_night_is_written_and_can_be_read_with_its_truth(run, tmp_path):
    path = tmp_path / "night.edf"
    result = run("simulate", "night", "--out", path, "--hours", 0.5, "--rate", 100, "--seed", 3)
    assert result.exit_code == 0, result.output
    assert somnometry.read_recording(path).montage.roles == {"eeg": "EEG C4-M1", "eog": "EOG E1-M2", "emg": "EMG Chin"}
    assert somnometry.read_hypnogram(path).n_epochs == 60
    assert run("simulate", "night", "--out", tmp_path / "no" / "night.edf").exit_code == 2
