"""Scorings as nights of their own: with a table, without one, several in a file, and what is left out."""

import json

import pytest

from somnometry import Hypnogram, RecordingError, write_hypnogram
from somnometry.io.nights.find_scorings import find_scorings
from somnometry.io.nights.reading import Reading


@pytest.fixture
def folder(tmp_path):
    for name, text in {"n1.txt": "0\n1\n2\n5\n", "n2_scoring.txt": "0\n2\n2\n4\n", "n3.txt": "W\nN1\n"}.items():
        (tmp_path / name).write_text(text)
    return tmp_path


def names(nights):
    return [night.place.name for night in nights.nights]


def test_without_a_table_every_scoring_that_is_read_is_a_night(folder):
    assert names(find_scorings([folder])) == ["n3"]
    assert names(find_scorings([folder], reading=Reading("yasa"))) == ["n2_scoring", "n3"]  # 5 is no stage of YASA's


def test_a_table_says_how_each_is_read_and_whose_it_is(folder):
    (folder / "recordings.csv").write_text(
        "path,subject,format,epoch\nn1.txt,A,isruc,20\nraw/n2.edf,B,yasa,\n"  # the second by its recording's name
    )
    found = find_scorings([folder])
    assert names(found) == ["n1", "n2_scoring"]
    assert [night.details.subject for night in found.nights] == ["A", "B"]
    assert [night.details.format for night in found.nights] == ["isruc", "yasa"]
    assert [(entry.file.name, entry.code) for entry in found.left_out] == [("n3.txt", "not-listed")]


def test_a_table_that_lists_none_is_an_error(folder):
    (folder / "recordings.csv").write_text("path\nx.edf\n")
    with pytest.raises(RecordingError) as refused:
        find_scorings([folder])
    assert refused.value.key == "path"


@pytest.mark.parametrize("cells", ["n1.txt,issruc,", "n1.txt,,0", "n1.txt,,thirty"])
def test_a_cell_that_says_nothing_known_is_refused(folder, cells):
    (folder / "recordings.csv").write_text(f"path,format,epoch\n{cells}\n")
    with pytest.raises(RecordingError) as refused:
        find_scorings([folder])
    assert refused.value.key in ("format", "epoch")


def test_two_scorers_of_a_file_are_two_nights(tmp_path):
    (tmp_path / "n.tsv").write_text("onset\tduration\tstage_a\tstage_b\n0\t30\tW\tN1\n30\t30\tN2\tN2\n")
    (tmp_path / "recordings.csv").write_text("path,subject,scorer\nn.tsv,A,stage_a\nn.tsv,A,stage_b\n")
    found = find_scorings([tmp_path])
    assert names(found) == ["n_stage_a", "n_stage_b"]
    assert [night.which for night in found.nights] == ["stage_a", "stage_b"]


@pytest.mark.real_data
def test_a_file_of_four_nights_gives_four(shared):
    found = find_scorings([shared / "data" / "formats" / "zeo_four_nights.csv"])
    assert len({night.place.name for night in found.nights}) == len({night.which for night in found.nights}) == 4


def test_what_stands_beside_our_hypnogram_is_no_second_night(tmp_path):
    write_hypnogram(Hypnogram([0, 2]), tmp_path / "n.csv")
    (tmp_path / "n_events.tsv").write_text("onset\tduration\tstage\n0\t30\tW\n30\t30\tN2\n")
    (tmp_path / "n_events.json").write_text(json.dumps({"GeneratedBy": {"Name": "somnometry"}}))
    found = find_scorings([tmp_path])
    assert names(found) == ["n"]
    assert {entry.code for entry in found.left_out} == {"results"}
