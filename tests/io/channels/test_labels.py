"""Channel labels as recorders write them."""

import pytest

from somnometry.io.channels.labels import normalised, parse_label, without_type

DERIVATIONS = {
    "EEG C4-M1": ("eeg", "C4-M1"),
    "C4-A1": ("eeg", "C4-M1"),
    "C4A1": ("eeg", "C4-M1"),
    "C4:M1": ("eeg", "C4-M1"),
    "C4_M1": ("eeg", "C4-M1"),
    "EEG C3-CLE": ("eeg", "C3-LM"),
    "EEG Fpz-Cz": ("eeg", "FPZ-CZ"),
    "EEG Pz-Oz": ("eeg", "PZ-OZ"),
    "C4": ("eeg", "C4"),
    "EEG C4-Ref": ("eeg", "C4"),
    "AF7": ("eeg", "AF7"),
    "EEG Fpz-O1": ("eeg", "FPZ-O1"),
    "HB_1": ("eeg", "AF7"),
    "E1-M2": ("eog", "E1-M2"),
    "EOG LOC-A2": ("eog", "E1-M2"),
    "EOGl:M2": ("eog", "E1-M2"),
    "EOG(R)": ("eog", "E2"),
    "ROC": ("eog", "E2"),
    "EOG Left Horiz": ("eog", "E1"),
    "EOG horizontal": ("eog", "E1-E2"),
    "LOC-ROC": ("eog", "E1-E2"),
    "EMG submental": ("emg", "chin"),
    "EMG Chin": ("emg", "chin"),
    "EMG1-EMG2": ("emg", "chin"),
    "EMG": ("emg", "chin"),
    "EMG1": ("emg", "chin1"),
    "A1": ("reference", "M1"),
    "EEG A1-A2": ("reference", "M1"),
    "EEG A2-Ref": ("reference", "M2"),
    "M1-REF": ("reference", "M1"),
    "C3-M2-1": ("eeg", "C3-M2"),
    "EEG_C3-A22": ("eeg", "C3-M2"),
    "01-A2": ("eeg", "O1-M2"),
    "EEG F7-01": ("eeg", "F7-O1"),
    "C3-(M1+M2)": ("eeg", "C3-LM"),
    "C3-M1-M2": ("eeg", "C3-LM"),
    "O2-A1+A2": ("eeg", "O2-LM"),
    "C4-Ave": ("eeg", "C4-AVG"),
    "C4\N{EN DASH}M1": ("eeg", "C4-M1"),
    "EOG 1": ("eog", "E1"),
    "EOG-2": ("eog", "E2"),
    "L-EOG": ("eog", "E1"),
    "Right Eye": ("eog", "E2"),
    "EOG L-M2": ("eog", "E1-M2"),
    "EMG1-EMG3": ("emg", "chin"),
    "EMG Chin 1 - Chin 2": ("emg", "chin"),
    "EMG-Chin1-EMG-Chin2": ("emg", "chin"),
    "EMG 1 - EMG 2": ("emg", "chin"),
    "R-Eye-M1": ("eog", "E2-M1"),
    "EMG-0": ("emg", "chin0"),
}


@pytest.mark.parametrize(("label", "meaning"), DERIVATIONS.items())
def test_a_label_names_its_electrodes(label, meaning):
    parsed = parse_label(label)
    assert (parsed.kind, parsed.derivation) == meaning
    assert not parsed.inverted


@pytest.mark.parametrize(("label", "derivation"), [("A1:O2", "O2-M1"), ("M2:C3", "C3-M2")])
def test_a_reference_written_first_turns_the_trace_over(label, derivation):
    parsed = parse_label(label)
    assert parsed.inverted
    assert parsed.derivation == derivation


@pytest.mark.parametrize(
    "label",
    [
        "SaO2",
        "SpO2",
        "CO2",
        "EtCO2",
        "ECG II",
        "EMG LLeg",
        "Left Leg",
        "LAT",
        "Thor",
        "Nasal Pressure",
        "Position",
        "Supplemental O2",
        "Machine Flow",
        "Environmental",
        "EMG L",
    ],
)
def test_what_is_not_of_the_head_is_other(label):
    assert parse_label(label).kind == "other"


@pytest.mark.parametrize("label", ["EEG", "EEG(sec)", "EEG1", "EEG 2", "", "Channel 3"])
def test_what_means_different_things_elsewhere_is_not_guessed(label):
    assert parse_label(label).kind == "other"


def test_normalisation_is_idempotent_and_keeps_the_electrodes_apart():
    for label in DERIVATIONS:
        once = normalised(label)
        assert normalised(once) == once
        assert without_type(without_type(label)) == without_type(label)
