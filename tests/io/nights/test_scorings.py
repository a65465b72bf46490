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
