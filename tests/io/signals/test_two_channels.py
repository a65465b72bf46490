"""What two channels of a night tell about each other."""

import pytest

from .nights import ECG, EEG, EMG, EOG, OTHER, of, samples


def test_an_eeg_that_contradicts_the_head_is_upside_down(findings, night):
    found = findings({EEG: -samples(night, EEG)}, eeg=EEG)
    assert [finding.where for finding in of(found, "polarity")] == [EEG]


def test_the_other_side_upside_down_is_named(findings, night):
    found = findings({OTHER: -samples(night, OTHER)}, eeg=EEG)
    assert [finding.where for finding in of(found, "polarity")] == [OTHER]


def test_a_label_that_says_so_turns_the_trace_over_without_an_alarm(findings, night):
    found = findings({EEG: None, "EEG M1-C4": -samples(night, EEG)}, eeg="EEG M1-C4")
    assert of(found, "turned-over")
    assert not of(found, "polarity")


def test_one_signal_under_two_labels_is_found(findings, night):
    found = findings({OTHER: samples(night, EEG)})
    assert {EEG, OTHER} == {
        of(found, "identical-channels")[0].where,
        of(found, "identical-channels")[0].what.split("of ")[1],
    }
    assert "upside down" in of(findings({OTHER: -samples(night, EEG)}), "identical-channels")[0].what


def test_an_emg_that_carries_the_eeg_shares_its_reference(findings, night):
    found = findings({EMG: samples(night, EMG) + samples(night, EEG)}, eeg=EEG)
    assert of(found, "shared-reference")[0].where == EMG
    assert not of(findings({}, eeg=EEG), "shared-reference")


def test_an_ecg_in_place_of_the_eeg_is_found(findings, night):
    found = findings({EEG: samples(night, ECG), ECG: samples(night, EEG)}, eeg=EEG)
    assert "ECG" in of(found, "channels-swapped")[0].what


def test_an_ecg_in_place_of_the_chin_is_found(findings, night):
    assert of(findings({EMG: samples(night, ECG)}, eeg=EEG), "channels-swapped")[0].where == EMG


def test_muscle_in_place_of_the_eeg_is_found(findings, night):
    found = findings({EEG: samples(night, EMG), EMG: samples(night, EEG)}, eeg=EEG)
    assert {finding.where for finding in of(found, "channels-swapped")} == {EEG, EMG}


def test_muscle_in_place_of_an_eye_is_found(findings, night):
    found = findings({EOG: samples(night, EMG), EMG: samples(night, EOG)})
    assert {finding.where for finding in of(found, "channels-swapped")} == {EOG, EMG}


@pytest.mark.parametrize("eyes", [2, 1])
def test_an_eye_in_place_of_the_eeg_is_found(eyes, findings, night):
    changes = {EEG: samples(night, EOG), EOG: samples(night, EEG)}
    if eyes == 1:
        changes["EOG E2-M2"] = None
    found = findings(changes, eeg=EEG, eog=EOG)
    assert of(found, "channels-swapped")
