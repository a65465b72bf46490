"""Montage files: what the user says, and what is wrong with how it was said."""

import mne
import numpy as np
import pytest

from somnometry import MontageError, audit, from_mne, read_recording
from somnometry.io.channels.families import FAMILIES
from somnometry.io.channels.montage_file import parse_choice, read_montage_file

from ..edf_files import noise, write

STEP = 6400 / 65535  # microvolts: one digital step of the files that `write` makes


@pytest.fixture
def inputs(tmp_path):
    """A recorder's file of three inputs by number, and one of another name."""
    channels = {f"EXG Channel {i}": (noise(100, 60, seed=i), 100) for i in range(3)}
    return write(tmp_path / "n1.edf", channels)


def say(tmp_path, text):
    (tmp_path / "montage.toml").write_text(text)
    return tmp_path / "montage.toml"


def test_labels_of_a_file_are_what_the_user_says(inputs, tmp_path):
    file = say(
        tmp_path,
        """
[[montage]]
files = "other*.edf"
eeg = "EXG Channel 1"

[[montage]]
files = "n*.edf"
[montage.labels]
"EXG Channel 0" = "C4-M1"
"EXG Channel 1" = "E1-M2"
"exg channel 2" = "chin"
""",
    )
    recording = read_recording(inputs, montage=file)
    assert recording.montage.roles == {"eeg": "EXG Channel 0", "eog": "EXG Channel 1", "emg": "EXG Channel 2"}
    np.testing.assert_allclose(recording.signals["EXG Channel 0"].samples, -noise(100, 60), atol=STEP)
    seen = audit(inputs, montage=read_montage_file(file))
    assert [channel.label for channel in seen.chosen] == ["EXG Channel 0", "EXG Channel 1", "EXG Channel 2"]
    assert "unresolved-labels" not in seen.codes


@pytest.mark.parametrize(("said", "sign"), [("", -1), ("upside_down = true", -1), ("upside_down = false", 1)])
def test_the_user_knows_which_way_up_it_was_recorded(inputs, tmp_path, said, sign):
    file = say(tmp_path, f'[[montage]]\n{said}\neeg = "EXG Channel 0"\n')
    recording = read_recording(inputs, montage=file)
    np.testing.assert_allclose(recording.signals["EXG Channel 0"].samples, sign * noise(100, 60), atol=STEP)


def test_blanks_around_a_choice_do_not_count():
    assert [parse_choice(text) for text in (" none ", " C4-M1", "C4 , A1")] == [None, "C4-M1", ("C4", "A1")]


def test_a_file_may_ask_for_every_sound_eeg(tmp_path):
    path = write(tmp_path / "n.edf", {name: (noise(100, 60, seed=i), 100) for i, name in enumerate(("C4-M1", "C3-M2"))})
    montage = read_recording(path, montage=say(tmp_path, '[[montage]]\neeg = "all"\n')).montage
    assert (montage.eeg, montage.more_eeg) == ("C4-M1", ("C3-M2",))


@pytest.mark.parametrize(("ears", "taken"), [(("M1M2",), "M1M2"), (("A2",), "A2"), (("LM", "A1"), "A1")])
def test_without_the_opposite_mastoid_both_or_the_other_serve(tmp_path, ears, taken):
    path = write(tmp_path / "n.edf", {name: (noise(100, 60, seed=i), 100) for i, name in enumerate(("C4", *ears))})
    assert read_recording(path).montage.eeg == f"C4-{taken}"


@pytest.mark.parametrize("role", ["eog", "emg"])
def test_only_eeg_may_be_all(inputs, tmp_path, role):
    for told in ({"montage": say(tmp_path, f'[[montage]]\n{role} = "all"\n')}, {role: "all"}):
        with pytest.raises(MontageError, match=f"only EEG may be 'all'; give --{role}"):
            read_recording(inputs, **{"eeg": "EXG Channel 0", **told})


def test_an_mne_raw_is_told_by_a_file_too(inputs, tmp_path):
    file = say(tmp_path, '[[montage]]\nfiles = "n1*"\neeg = "all"\n[montage.labels]\n"EXG Channel 1" = "C4-M1"\n')
    raw = mne.io.read_raw_edf(inputs, verbose="ERROR")
    assert from_mne(raw, montage=file).montage.roles == read_recording(inputs, montage=file).montage.roles
    assert from_mne(raw, montage=file).montage.eeg == "EXG Channel 1"


def test_roles_of_a_file_give_way_to_those_that_are_asked_for(inputs, tmp_path):
    file = say(tmp_path, '[[montage]]\neeg = "EXG Channel 1"\neog = "EXG Channel 2"\n')
    assert read_recording(inputs, montage=file).montage.eeg == "EXG Channel 1"
    asked = read_recording(inputs, montage=file, eeg="EXG Channel 0", eog=None).montage
    assert asked.roles == {"eeg": "EXG Channel 0"}


def test_a_family_that_its_labels_do_not_give_away_can_be_said(tmp_path):
    path = write(tmp_path / "n.edf", {"EEG": (noise(100, 60), 100), "Flow": (noise(100, 60), 100)})
    with pytest.raises(MontageError, match=r"'EEG' differ in meaning"):
        read_recording(path)
    file = say(tmp_path, '[[montage]]\nfamily = "shhs"\n')
    recording = read_recording(path, montage=file)
    assert recording.montage.eeg == "EEG"
    assert "to the opposite mastoid" in recording.montage.why["eeg"]


@pytest.mark.parametrize(
    ("text", "line", "key", "facts"),
    [
        ("[[montage]]\nfamily = 'abacus'\n", 2, "montage[0].family", ("'abacus'", "shhs")),
        ("[[montage]]\n[montage.labels]\n'X1' = 'Cq-M1'\n", 3, "montage[0].labels.X1", ("'Cq-M1'", "'C4-M1'")),
        ("[[montage]]\n[montage.labels]\n'X 1' = 3\n", 3, "montage[0].labels.X 1", ("'3'", "'C4-M1'")),
        ("[[montage]]\n[montage.labels]\n'X1' = 'C4'\n'x1' = 'C3'\n", 4, "montage[0].labels.x1", ("'x1'",)),
        ("[[montage]]\n\n[[montage]]\neeg = 3\n", 4, "montage[1].eeg", ("3", "text")),
        ("[[montage]]\neog = ''\n", 2, "montage[0].eog", ("''", "text")),
        ("[[montage]]\neggs = 'C4'\n", 2, "montage[0].eggs", ("'eggs'", "files, family, eeg")),
        ("[[montage]]\neeg = 3\neggs = 'C4'\n", 3, "montage[0].eggs", ("'eggs'",)),
        ("[montages]\n", 1, "montages", ("'montages'", "[[montage]]")),
        ("[[montage]]\nupside_down = 'no'\n", 2, "montage[0].upside_down", ("'no'", "true or false")),
        ("[[montage]]\nlabels = 3\n", 2, "montage[0].labels", ("3", "[montage.labels]")),
        ("[montage]\neeg = 'C4'\n", 1, "montage", ("[[montage]]",)),
        ("montage = 3\n", 1, "montage", ("[[montage]]",)),
        ("montage = [3]\n", 1, "montage[0]", ("[[montage]]",)),
        ("montage = []\n", 1, "montage", ("[[montage]]",)),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_file_is_said_with_its_line_key_and_value(tmp_path, text, line, key, facts):
    with pytest.raises(MontageError) as caught:
        read_montage_file(say(tmp_path, text))
    error = caught.value
    assert (error.place, error.key) == (f"montage.toml, line {line}", key)
    assert [fact for fact in facts if fact not in f"{error.what}; {error.remedy}"] == []


def test_a_file_that_says_nothing_is_refused(tmp_path):
    with pytest.raises(MontageError) as caught:
        read_montage_file(say(tmp_path, ""))
    assert (caught.value.place, caught.value.key) == ("montage.toml", "montage")


def test_a_file_that_is_no_toml_is_refused_with_the_parsers_line(tmp_path):
    with pytest.raises(MontageError, match="at line 2") as caught:
        read_montage_file(say(tmp_path, "[[montage]]\neeg = C4\n"))
    assert caught.value.place == "montage.toml"


def test_a_file_that_is_not_there_is_an_error(tmp_path):
    with pytest.raises(MontageError, match=r"none\.toml: cannot be read as a montage file"):
        read_montage_file(tmp_path / "none.toml")


# ------------------------------------------------------------------------------------------- what a label set leads to
#: Labels of a file, and the EEG, EOG and EMG that are read.
CHOSEN = {
    "shhs": (["EEG", "EEG(sec)", "EOG(L)", "EOG(R)", "EMG"], ("EEG", "EOG(L)", "EMG")),
    "mesa": (["EEG1", "EEG2", "EEG3", "EOG-L", "EOG-R", "EMG"], ("EEG3", "EOG-L", "EMG")),
    "cfs": (["C3", "C4", "M1", "M2", "LOC", "ROC", "EMG1", "EMG2", "EMG3"], ("C4-M1", "LOC-M2", "EMG1")),
    "ccshs": (["C3", "C4", "A1", "A2", "LOC", "ROC", "Lchin", "Cchin", "Rchin"], ("C4-A1", "LOC-A2", "Lchin")),
    "mros": (["C3", "C4", "A1", "A2", "LOC", "ROC", "L Chin", "R Chin"], ("C4-A1", "LOC-A2", "L Chin")),
    "sleep-edf": (["EEG Fpz-Cz", "EEG Pz-Oz", "EOG horizontal"], ("EEG Fpz-Cz", "EOG horizontal", None)),
    "nox": (["C4", "C4-M1", "E1-M2", "1", "2", "1-2", "1-F", "F"], ("C4-M1", "E1-M2", "1-2")),
    "cap": (["Fp2-F4", "F4-C4", "C4-A1", "DX1-DX2", "SX1-SX2", "EMG1-EMG2"], ("C4-A1", "SX1-SX2", "EMG1-EMG2")),
    "neurosity": (["CP3", "C3", "F5", "PO3", "PO4", "F6", "C4", "CP4"], ("C4", "F5-F6", None)),
    "bluemuse": (["TP9", "AF7", "AF8", "TP10", "Right AUX"], ("AF7-TP10", "AF7-AF8", None)),
    "mind monitor": (["RAW_TP9", "RAW_AF7", "RAW_AF8", "RAW_TP10"], ("RAW_AF7-RAW_TP10", "RAW_AF7-RAW_AF8", None)),
}


@pytest.mark.parametrize("name", CHOSEN)
def test_a_label_set_leads_to_its_derivations(name, tmp_path):
    labels, (eeg, eog, emg) = CHOSEN[name]
    path = write(tmp_path / "n.edf", {label: (noise(100, 60, seed=i), 100) for i, label in enumerate(labels)})
    montage = read_recording(path).montage
    assert (montage.eeg, montage.eog, montage.emg) == (eeg, eog, emg)


def test_labels_that_nothing_explains_are_told(tmp_path):
    labels = ["C4-M1", "X17 Zeta", "Quux", "SpO2"]
    path = write(tmp_path / "n.edf", {label: (noise(100, 60, seed=i), 100) for i, label in enumerate(labels)})
    findings = {finding.code: finding.what for finding in read_recording(path).findings}
    assert findings["unresolved-labels"] == "'X17 Zeta', 'Quux'"


@pytest.mark.parametrize("family", FAMILIES)
def test_every_family_can_be_said(family, tmp_path):
    assert read_montage_file(say(tmp_path, f'[[montage]]\nfamily = "{family}"\n')).told("n.edf").family.id == family


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        (
            '[[montage]]\nfamily = "no"\n[montage.labels]\n"X" = "C4-M1"\n"x" = "C4-M1"\n"Y" = "quux"\n',
            ["montage[0].family", "montage[0].labels.x", "montage[0].labels.Y"],
        ),
        ("[[montage]]\neeg = 3\nfamly = 1\n[[montage]]\neog = 4\n", ["famly", "eeg", "eog"]),
    ],
)
def test_all_that_is_wrong_is_told_at_once(tmp_path, text, keys):
    with pytest.raises(MontageError) as caught:
        read_montage_file(say(tmp_path, text))
    told = [error.key for error in (caught.value, *caught.value.others)]
    assert len(told) == len(keys)
    assert all(key.endswith(end) for key, end in zip(told, keys, strict=True))
