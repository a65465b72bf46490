"""Our own staging is known in every format that has a place for a word about it, and nobody else's is taken for it."""

import csv
import io
from datetime import datetime

import openpyxl
import pytest

import somnometry as sm
from somnometry.io.edf.writer import write_edf, write_edf_annotations
from somnometry.io.nights.own_results import is_own_result
from somnometry.io.own_mark import OwnMark, mark_of

SHA = "3d27d440c94c61d8013c81c91693ad88810af2ddae85b62f4bc797f6e2464beb"
OURS = sm.Scorer("YASA", "classifier", sha256=SHA, inputs=("eeg", "eog", "emg", "demo"), amplitude={"AF7": 1.2})
STAGES = [0, 1, 2, 3, 4, -1] * 4
#: Formats and ends of names in which a file can say it.
SAYING = [
    ("csv", ".csv"), ("parquet", ".parquet"), ("edf", ".edf"), ("bids", "_events.tsv"), ("yasa", ".json"),
    ("yasa", ".csv"), ("visbrain", ".txt"), ("luna", ".annot"), ("scoringhero", ".json"),
]  # fmt: skip


def written(folder, scorer, name, suffix):
    path = folder / f"n1{suffix}"
    sm.write_hypnogram(sm.Hypnogram(STAGES, scorer=scorer), path, format=name)
    return path


@pytest.mark.parametrize(("name", "suffix"), SAYING)
def test_our_staging_is_known_in_every_format_that_can_say_so(tmp_path, name, suffix):
    path = written(tmp_path, OURS, name, suffix)
    if suffix != ".parquet":  # which is never taken for a scoring of a folder
        assert is_own_result(path)
    read = sm.read_hypnogram(path)
    assert read.scorer.kind == "classifier"
    assert str(read.scorer).startswith("YASA eeg+eog+emg+demo sha256:3d27d440c94c")
    assert read.stages.tolist() == STAGES


@pytest.mark.parametrize("scorer", [sm.Scorer("Anna", "human"), sm.Scorer("U-Sleep"), ""], ids=str)
@pytest.mark.parametrize(("name", "suffix"), SAYING)
def test_what_others_scored_stays_theirs_in_every_format(tmp_path, name, suffix, scorer):
    path = written(tmp_path, scorer, name, suffix)
    assert not is_own_result(path)
    assert sm.read_hypnogram(path).scorer.kind != "classifier"


def resaved(text, delimiter, encoding):
    """A table as a spreadsheet program saves it: rows of one width, quotation marks doubled."""
    rows = list(csv.reader(io.StringIO(text)))
    width = max(map(len, rows))
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter).writerows([*row, *[""] * (width - len(row))] for row in rows)
    return out.getvalue().encode(encoding)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_spreadsheet_program_does_not_make_it_anybody_elses(tmp_path, delimiter, encoding):
    for scorer, ours in ((OURS, True), (sm.Scorer("Anna", "human"), False), (sm.Scorer("X", "classifier"), True)):
        text = written(tmp_path, scorer, "csv", ".csv").read_text()
        (tmp_path / "n2.csv").write_bytes(resaved(text, delimiter, encoding))
        assert is_own_result(tmp_path / "n2.csv") is ours


@pytest.mark.parametrize("front", ["\n", "  ", "\ufeff", '"'])
def test_what_stands_in_front_does_not_hide_it(tmp_path, front):
    path = written(tmp_path, OURS, "csv", ".csv")
    path.write_text(front + path.read_text(), encoding="utf-8")
    assert is_own_result(path)
    path.write_text(path.read_text(encoding="utf-8"), encoding="utf-16")
    assert is_own_result(path)


@pytest.mark.parametrize("scorer", [OURS, sm.Scorer("Anna", "human")], ids=["ours", "a person's"])
def test_a_workbook_of_it_is_known(tmp_path, scorer):
    book = openpyxl.Workbook()
    for row in csv.reader(io.StringIO(written(tmp_path, scorer, "csv", ".csv").read_text())):
        book.active.append(row)
    book.save(tmp_path / "n1.xlsx")
    assert is_own_result(tmp_path / "n1.xlsx") is (scorer is OURS)
    (tmp_path / "n2.xlsx").write_bytes((tmp_path / "n1.xlsx").read_bytes()[:900])
    assert not is_own_result(tmp_path / "n2.xlsx")


def test_a_recording_with_our_stages_says_so_and_one_without_says_nothing(tmp_path):
    signal = sm.Recording({"EEG C4-M1": sm.Signal([0.0] * 3000, 100.0)})
    for hypnogram, marked in ((sm.Hypnogram([0], scorer=OURS), True), (sm.Hypnogram([0]), False), (None, False)):
        write_edf(signal, tmp_path / "n.edf", hypnogram)
        assert is_own_result(tmp_path / "n.edf") is marked
    write_edf(signal, tmp_path / "n.edf", sm.Hypnogram([0], scorer=OURS))
    assert sm.read_hypnogram(tmp_path / "n.edf").scorer.inputs == ("eeg", "eog", "emg", "demo")


def test_annotations_of_an_older_version_are_ours_for_only_measure_wrote_them(tmp_path):
    path = tmp_path / "n_stages.edf"
    write_edf_annotations(sm.Hypnogram(STAGES, scorer="Anna"), path)
    content = path.read_bytes()
    assert content[88:168].rstrip() == b"Startdate X X X somnometry X"
    assert not is_own_result(path)
    path.write_bytes(content[:88] + b"Startdate X X X somnometry".ljust(80) + content[168:])
    assert is_own_result(path)


@pytest.mark.parametrize("epoch", [20.0, 30.0])
@pytest.mark.parametrize(("name", "suffix"), [("edf", ".edf"), ("visbrain", ".txt"), ("luna", ".annot")])
def test_who_corrects_our_staging_makes_it_his_own(tmp_path, name, suffix, epoch):
    """As docs/formats.md tells to: written for a viewer, corrected there, and saved with the head that it had."""
    path = tmp_path / f"n1{suffix}"
    stages = [0, 1, 2, 3, 4] * 8
    sm.write_hypnogram(sm.Hypnogram(stages, epoch=epoch, scorer=OURS), path, format=name)
    assert is_own_result(path)
    content = path.read_bytes()
    path.write_bytes(content.replace(b"N3", b"N2", 1))
    assert path.read_bytes() != content
    assert not is_own_result(path)
    assert str(sm.read_hypnogram(path).scorer) == ""


def test_the_longest_mark_fits_the_header_of_edf(tmp_path):
    night = sm.Hypnogram([0, 2], scorer=OURS, start=datetime(2024, 12, 31, 23, 0))
    write_edf_annotations(night, tmp_path / "n.edf")
    field = (tmp_path / "n.edf").read_bytes()[88:168]
    assert field.startswith(b"Startdate 31-DEC-2024 X YASA_eeg+eog+emg+demo_3d27d440c94c somnometry ")


def test_a_table_of_several_scorers_is_not_all_ours():
    assert OwnMark.in_text(f"epoch,stage,{OURS}") is None
    assert OwnMark.in_text(f"epoch,{OURS}").scorer.inputs == ("eeg", "eog", "emg", "demo")


def test_a_consensus_that_we_take_part_in_is_marked():
    both = sm.Hypnogram(STAGES, scorer=sm.Scorer(kind="consensus", members=(sm.Scorer("Anna"), OURS)))
    assert mark_of(both) == mark_of(sm.Hypnogram(STAGES, scorer=OURS)) != ""


@pytest.mark.parametrize("scorer", [OURS, sm.Scorer("Anna", "human"), ""], ids=["ours", "a person's", "nobody's"])
@pytest.mark.parametrize(("name", "suffix"), [("csv", ".csv"), ("bids", "_events.tsv")])
def test_a_table_of_ours_that_was_cut_between_two_epochs_is_refused_whoever_scored(tmp_path, name, suffix, scorer):
    path = written(tmp_path, scorer, name, suffix)
    lines = path.read_bytes().splitlines(keepends=True)
    first = len(lines) - len(STAGES)
    for kept in (0, 1, 7, len(STAGES) - 1):
        path.write_bytes(b"".join(lines[: first + kept]))
        with pytest.raises(sm.HypnogramError) as refused:
            sm.read_hypnogram(path)
        assert refused.value.place.startswith(path.name)
        if kept:
            assert refused.value.what.startswith("it was cut")
        assert is_own_result(path) is (scorer is OURS)


@pytest.mark.parametrize(("name", "suffix"), [("visbrain", ".txt"), ("luna", ".annot")])
def test_our_staging_in_anothers_format_that_was_cut_is_not_taken_for_a_correction(tmp_path, name, suffix):
    """Its digest fits no more; who corrects epochs in a viewer leaves as many as there were."""
    path = written(tmp_path, OURS, name, suffix)
    lines = path.read_bytes().splitlines(keepends=True)
    for kept in (8, len(lines) // 2, len(lines) - 3):
        path.write_bytes(b"".join(lines[:kept]))
        assert is_own_result(path)
        with pytest.raises(sm.HypnogramError, match=r"it was cut: of 11\.5 min that we scored") as refused:
            sm.read_hypnogram(path)
        assert refused.value.place == path.name
    path.write_bytes(b"".join(line for line in lines[:kept] if b"sha256" not in line))  # as the remedy says
    assert sm.read_hypnogram(path).scorer.kind == "unknown"


def test_marks_of_before_say_no_length_and_odd_ones_none(tmp_path):
    for said, seconds in (("", 0.0), ("/690s", 690.0), ("/1.5s", 1.5), ("/1.2.3s", 0.0), ("/x", 0.0), ("/690", 0.0)):
        mark = OwnMark.in_text(f"# scorer | YASA eeg sha256:{SHA[:12]} stages:532c4b16{said}")
        assert (mark.stages, mark.seconds) == ("532c4b16", seconds)


@pytest.mark.parametrize("epoch", [1.0, 0.1, 4.0, 20.0, 30.0, 1 / 3])
@pytest.mark.parametrize("suffix", [".txt", ".annot"])
def test_a_night_of_any_epochs_is_never_taken_for_a_cut_one(tmp_path, suffix, epoch):
    night = sm.Hypnogram([0, 2, 2, 3, -1] * 100, epoch=epoch, scorer=OURS)
    sm.write_hypnogram(night, tmp_path / f"n{suffix}", format={".txt": "visbrain"}.get(suffix))
    assert sm.read_hypnogram(tmp_path / f"n{suffix}", epoch=epoch).scorer.kind == "classifier"
