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


# ------------------------------------------------------------------------------- the reference that every label states
MIDLINE = ["Cz", "CPz", "FCz", "Fpz", "Fz", "AFz", "Pz", "Oz"]
UNKNOWN = ["G2", "AV", "CAR", "Vref", "COM", "GND", "Nz", "Ref1"]
POSITIONS = {"C4": ("eeg", "C4"), "F3": ("eeg", "F3"), "O2": ("eeg", "O2"), "M1": ("reference", "M1"),
             "A2": ("reference", "M2"), "E1": ("eog", "E1"), "ROC": ("eog", "E2"), "EOG": ("eog", "EOG")}  # fmt: skip


@pytest.mark.parametrize("way", ["{}-{}", "EEG {}-{}", "{}:{}", "{}_{}", "EEG {}-EEG {}"])
@pytest.mark.parametrize("position", POSITIONS)
@pytest.mark.parametrize("reference", [*MIDLINE, *UNKNOWN])
def test_what_every_label_states_is_a_reference(way, position, reference):
    if position == "O2" and reference == "COM" and "EEG" not in way:
        pytest.skip("may be oxygen")
    parsed = parse_label(way.format(position, reference))
    assert (parsed.kind, parsed.active, parsed.inverted) == (*POSITIONS[position], False)
    assert parsed.against == reference.upper()
    assert parsed.reference == (reference.upper() if reference in MIDLINE else "")


@pytest.mark.parametrize("reference", [*MIDLINE, *UNKNOWN, "M2", "REF"])
def test_a_chin_is_one_whatever_it_is_recorded_against(reference):
    for label in ("EMG-{}", "EEG EMG-{}", "Chin-{}", "EMG chin-{}"):
        if (label, reference) not in (("EMG-{}", "M2"), ("EEG EMG-{}", "M2")):
            assert (parse_label(label.format(reference)).kind, parse_label(label.format(reference)).active) == (
                "emg",
                "chin",
            )
    assert parse_label(f"EMG Chin1-{reference}").active == "chin1"


@pytest.mark.parametrize("electrode", ["C4", "F7", "Fp2", "O1", "CPz", "C4-M1"])
def test_the_type_word_wins_over_the_name_of_an_electrode(electrode):
    assert parse_label(f"EOG {electrode}").kind == "eog"
    assert parse_label(f"ECG {electrode}").kind == parse_label(f"EKG-{electrode}").kind == "other"
    assert parse_label(f"EMG {electrode}").kind in ("emg", "other")
    assert parse_label(f"EEG EOG {electrode}").kind == "eog"


def test_an_eog_at_a_temple_is_the_eye_of_its_side():
    assert [parse_label(f"EOG {name}").active for name in ("F7", "F8", "AF7", "Fp2", "C4")] == [
        "E1",
        "E2",
        "E1",
        "E2",
        "EOG",
    ]
    assert parse_label("EOG F7-F8").derivation == "E1-E2"


@pytest.mark.parametrize(
    "label", ["C3 Impedance", "F3 Imp", "O2 SAT", "O2-Flow", "O2-CO2", "P3 Pres", "C4 Cleaned", "T1 Temp", "O2-Masimo"]
)
def test_what_is_said_of_an_electrode_is_no_reference(label):
    assert parse_label(label).kind == "other"


def test_a_difference_of_two_channels_is_named_by_what_remains():
    for name in ("EEG C4-CPz-EEG M1-CPz", "C4-G2-M1-G2", "C4:Cz-A1:Cz"):
        assert parse_label(name).derivation == "C4-M1"
