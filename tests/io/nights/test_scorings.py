"""Which scoring is whose."""

import pytest

from somnometry import (
    find_nights,
    stage,
    write_edf,
)

from ..folders import MONTAGE, recording, write_scoring


@pytest.mark.parametrize(
    ("of_recording", "of_scoring"),
    [
        ("SC4001E0-PSG.edf", "SC4001EC-Hypnogram.edf"),
        ("ST7011J0-PSG.edf", "ST7011JP-Hypnogram.edf"),
        ("sub-01_task-sleep_run-1_eeg.edf", "sub-01_task-sleep_run-1_events.tsv"),
        ("shhs1-200001.edf", "annotations/shhs1-200001-profusion.xml"),
        ("shhs1-200001.edf", "annotations/shhs1-200001-nsrr.xml"),
        ("n1.edf", "n1.xml"),
        ("N1.EDF", "n1.TXT"),
        ("n1.rec", "n1.csv"),
        ("SN001.edf", "SN001_sleepscoring.edf"),
        ("n1_part1.edf", "n1_part1.txt"),
        ("n1.edf", "Sleep Profile - n1.txt"),
        ("n1.edf", "n1.rml"),
    ],
)
def test_a_scoring_is_paired_with_its_recording(tmp_path, of_recording, of_scoring):
    write_edf(recording(), tmp_path / of_recording)
    write_edf(recording(seed=5), tmp_path / "other.edf")
    (tmp_path / of_scoring).parent.mkdir(exist_ok=True)
    if of_scoring.endswith(".edf"):
        write_scoring(tmp_path / of_scoring, stage(recording(montage=MONTAGE)))
    else:
        (tmp_path / of_scoring).write_text("scored\n")
    found = find_nights(tmp_path)
    pairs = {night.name: [file.name for file in night.scorings] for night in found.nights}
    assert pairs == {of_recording: [of_scoring.rpartition("/")[2]], "other.edf": []}
    assert found.left_out == ()


def test_the_nearest_of_two_recordings_of_one_name_gets_the_scoring(tmp_path):
    for i, person in enumerate(("p1", "p2")):
        (tmp_path / person).mkdir()
        write_edf(recording(seed=i), tmp_path / person / "night.edf")
        (tmp_path / person / "night.xml").write_text("<CMPStudyConfig/>")
    (tmp_path / "night.xml").write_text("<CMPStudyConfig/>")
    found = find_nights(tmp_path)
    assert [[file.parent.name for file in night.scorings] for night in found.nights] == [["p1"], ["p2"]]
    assert [entry.code for entry in found.left_out] == ["orphan-scoring"]


@pytest.mark.real_data
def test_real_scorings_without_their_recordings_are_orphans(shared):
    scorings = find_nights(shared / "data" / "sleep_edf_sc")
    assert scorings.nights == ()
    codes = [entry.code for entry in scorings.left_out]
    assert (codes.count("orphan-scoring"), codes.count("other")) == (10, 1)


WORDS = "W\nN1\nN2\nREM\n"
EVENTS = "Signal ID: FlowD\\flow\nStart Time: 17/11/2010 23:57:00\n\n23:57:00,000-23:57:12,000; 12;Hypopnea; N2\n"
PROFILE = EVENTS.partition("\n\n")[0].replace("FlowD\\flow", "SchlafProfil\\profil") + (
    "\nRate: 30 s\n\n23:57:00,000; Wake\n23:57:30,000; N1\n"
)


def paired(folder):
    found = find_nights(folder)
    pairs = {night.name: [file.name for file in night.scorings] for night in found.nights}
    return pairs, {str(entry.file): entry.code for entry in found.left_out}


def test_the_content_and_not_the_name_tells_a_scoring(tmp_path):
    """A .vis, a workbook's suffix and a name without one; notes beside them, and a table of something else."""
    for name in ("n1", "n2", "n3", "n4"):
        write_edf(recording(seed=int(name[1])), tmp_path / f"{name}.edf")
    (tmp_path / "n1.vis").write_text("0\n1 0\n3 2\n5 e\n")
    (tmp_path / "n1.txt").write_text("woke at three\n")
    (tmp_path / "n2.dat").write_text("wake 0 30\nNREM1 30 60\n")
    (tmp_path / "n2.csv").write_text("name,weight\nAda,60\n")
    (tmp_path / "n3").write_text(WORDS)
    (tmp_path / "n4.json").write_text('{"room": 4}')
    (tmp_path / "n4_hypnogram.txt").write_text("0\n0\n5\n")
    pairs, left = paired(tmp_path)
    assert pairs == {"n1.edf": ["n1.vis"], "n2.edf": ["n2.dat"], "n3.edf": ["n3"], "n4.edf": ["n4_hypnogram.txt"]}
    assert left == {"n1.txt": "other", "n2.csv": "other", "n4.json": "other"}


def test_a_folder_of_domino(tmp_path):
    """One night a folder: the profile bears no name of the recording, and its other lists are no scorings."""
    for name in ("p1", "p2"):
        (tmp_path / name).mkdir()
        write_edf(recording(seed=int(name[1])), tmp_path / name / "rec.edf")
        (tmp_path / name / "Sleep profile.txt").write_text(PROFILE)
        (tmp_path / name / "Flow Events.txt").write_text(EVENTS)
        (tmp_path / name / "Marker.txt").write_text(EVENTS)
    found = find_nights(tmp_path)
    assert [[file.name for file in night.scorings] for night in found.nights] == [["Sleep profile.txt"]] * 2
    assert {night.scorings[0].parent for night in found.nights} == {tmp_path / "p1", tmp_path / "p2"}
    assert {entry.code for entry in found.left_out} == {"other"}


def test_a_scoring_without_a_name_is_of_the_only_night_of_its_folder(tmp_path):
    write_edf(recording(), tmp_path / "a.edf")
    (tmp_path / "zoe.csv").write_text("onset,duration,stage\n0,30,W\n30,30,N2\n")
    assert paired(tmp_path) == ({"a.edf": ["zoe.csv"]}, {})
    (tmp_path / "yan.txt").write_text(WORDS)  # which of two
    assert paired(tmp_path) == ({"a.edf": []}, {"yan.txt": "orphan-scoring", "zoe.csv": "orphan-scoring"})
    (tmp_path / "yan.txt").unlink()
    write_edf(recording(seed=2), tmp_path / "b.edf")  # of which of two
    assert paired(tmp_path) == ({"a.edf": [], "b.edf": []}, {"zoe.csv": "orphan-scoring"})


def test_sleepware_numbers_the_files_of_a_night(tmp_path):
    from datetime import timedelta

    first = recording()
    write_edf(first, tmp_path / "0012[001].edf")
    later = first.start + timedelta(seconds=first.duration)
    write_edf(recording(seed=2, start=later), tmp_path / "0012[002].edf")
    (tmp_path / "0012.rml").write_text("<PatientStudy/>")
    found = find_nights(tmp_path)
    (night,) = found.nights
    assert ([file.name for file in night.files], [file.name for file in night.scorings]) == (
        ["0012[001].edf", "0012[002].edf"], ["0012.rml"],
    )  # fmt: skip


def test_names_of_databases_and_programs(tmp_path):
    """UCDDB, DREAMS, Stanford, ScoringHero, and the two raters of ISRUC."""
    for i, name in enumerate(("ucddb002", "subject1", "CHP040", "n1", "7", "8")):
        write_edf(recording(seed=i), tmp_path / f"{name}.edf")
    for name in ("ucddb002_stage.txt", "HypnogramAASM_subject1.txt", "CHP040.hypnogram.sta", "7_1.txt", "7_2.txt"):
        (tmp_path / name).write_text("0\n0\n1\n2\n5\n")
    (tmp_path / "n1.edf.vis").write_text("0\n1 0\n3 2\n5 e\n")
    (tmp_path / "8_1.txt").write_text("some notes\n")
    pairs, left = paired(tmp_path)
    assert pairs == {
        "ucddb002.edf": ["ucddb002_stage.txt"], "subject1.edf": ["HypnogramAASM_subject1.txt"],
        "CHP040.edf": ["CHP040.hypnogram.sta"], "n1.edf": ["n1.edf.vis"], "7.edf": ["7_1.txt", "7_2.txt"], "8.edf": [],
    }  # fmt: skip
    assert left == {"8_1.txt": "other"}
