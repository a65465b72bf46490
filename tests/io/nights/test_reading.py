"""What users tell of scorings that do not say themselves how they are read."""

import pytest

from somnometry import Hypnogram, HypnogramError, Stage, write_hypnogram
from somnometry.batch.settings import Settings
from somnometry.io.edf.writer import write_edf_annotations
from somnometry.io.nights.reading import FORMAT_NAMES, Reading
from somnometry.io.nights.recordings_csv import Details

BARE = "0\n1\n2\n5\n"


def test_integers_are_read_as_told(tmp_path):
    (tmp_path / "n.txt").write_text(BARE)
    assert Reading("isruc").read(tmp_path / "n.txt").hypnogram.stages.tolist() == [0, 1, 2, 4]
    told = Reading(coding={0: Stage.W, 1: Stage.R, 2: Stage.N2, 5: Stage.N3}, epoch=20.0)
    hypnogram = told.read(tmp_path / "n.txt").hypnogram
    assert (hypnogram.stages.tolist(), hypnogram.epoch) == ([0, 4, 2, 3], 20.0)
    assert list(told.read_all(tmp_path / "n.txt")) == ["1"]
    with pytest.raises(HypnogramError) as refused:
        Reading().read(tmp_path / "n.txt")
    assert refused.value.key == "coding"


def test_what_says_itself_is_read_as_what_it_is(tmp_path):
    told = Reading("isruc", "yasa", 5.0)
    write_hypnogram(Hypnogram([0, 2]), tmp_path / "n.csv")
    write_edf_annotations(Hypnogram([0, 2, 4], epoch=5.0), tmp_path / "n.edf")
    assert told.read(tmp_path / "n.csv").hypnogram.stages.tolist() == [0, 2]
    assert told.read(tmp_path / "n.edf").hypnogram.stages.tolist() == [0, 2, 4]


def test_a_row_of_the_table_goes_before_the_settings():
    told = Reading.told(Details(format="isruc"), Settings(format="yasa", epoch=20.0))
    assert (told.format, told.epoch, told.coding) == ("isruc", 20.0, None)


@pytest.mark.parametrize("wrong", [{"format": "yassa"}, {"coding": "issruc"}, {"epoch": 0.0}, {"epoch": float("nan")}])
def test_a_wrong_option_is_refused_with_its_choices(wrong):
    with pytest.raises(HypnogramError) as refused:
        Settings(**wrong)
    assert refused.value.key == next(iter(wrong))
    assert refused.value.remedy


def test_the_names_are_those_of_the_formats():
    assert {"edf", "nsrr", "yasa", "isruc"} <= set(FORMAT_NAMES)
