"""What `convert` writes and says."""

import csv
import json
from datetime import datetime

import edfio
import numpy as np
import pytest
import yasa

from somnometry import Events, Hypnogram, Recording, Signal, read_hypnogram, write_edf, write_hypnogram
from somnometry.batch.agree import agree

from ..batch.small_nights import write_night
from ..io.exports.app_files import MUSE_COLUMNS, muse_signals, write_muse


def test_a_muse_night_becomes_edf_and_what_was_found_is_said(run, tmp_path):
    kept = np.delete(np.arange(60 * 256), slice(256 * 20, 256 * 25))
    path = write_muse(tmp_path / "m.csv", muse_signals(60)[:, kept], kept / 256)
    result = run("convert", path, "--out", tmp_path / "night.edf")
    assert result.exit_code == 0, result.output
    assert "2024-05-01 22:30:00" in result.output
    assert "RAW_TP9 at 256 Hz" in result.output
    assert "gaps" in result.output
    assert "not written: Delta_TP9" in result.output
    assert run("inspect", tmp_path / "night.edf").exit_code == 0


def test_wrong_use_leaves_with_code_2(run, tmp_path):
    (tmp_path / "a.hyp").write_bytes(b"x")
    result = run("convert", tmp_path / "a.hyp", "--out", tmp_path / "night.edf")
    assert result.exit_code == 2
    assert "ZMax" in result.output
    assert run("convert", tmp_path / "none.csv", "--out", tmp_path / "night.edf").exit_code == 2
    assert run("convert", tmp_path / "a.hyp", "--out", tmp_path / "no" / "night.edf").exit_code == 2


def test_measure_and_inspect_name_the_command(run, tmp_path):
    folder = tmp_path / "study"
    folder.mkdir()
    path = write_muse(folder / "my night.csv", muse_signals(20), np.arange(20 * 256) / 256)
    command = "somnometry convert 'my night.csv' --out 'my night'.edf"
    for words in (("inspect", "--json", path), ("inspect", folder), ("measure", folder, "--out", tmp_path / "d")):
        result = run(*words)
        assert result.exit_code != 0
        assert command in " ".join(result.output.split()), (words, result.output)
    assert run("measure", path, "--out", tmp_path / "d").exit_code == 1
    assert command in (tmp_path / "d" / "nights.csv").read_text()


def test_an_export_beside_its_edf_is_no_scoring_of_it(run, tmp_path):
    from somnometry import find_nights

    path = write_muse(tmp_path / "n1.csv", muse_signals(20), np.arange(20 * 256) / 256)
    assert run("convert", path, "--out", tmp_path / "n1.edf").exit_code == 0
    nights = find_nights(tmp_path)
    assert [night.scorings for night in nights.nights] == [()]
    assert [entry.code for entry in nights.left_out] == ["other"]
    assert "somnometry convert n1.csv" in nights.left_out[0].reason


# ------------------------------------------------------------------------------------------------------------ scorings
NIGHT = Hypnogram(
    [0, 0, 1, 2, 2, 2, 3, 3, 3, 4, 4, 0], start=datetime(2024, 5, 1, 22, 30), lights_off=30.0, lights_on=330.0
)


@pytest.mark.parametrize(
    ("name", "options"),
    [("n.edf", ()), ("n.annot", ()), ("n_events.tsv", ()), ("n.parquet", ()), ("n.csv", ()), ("n.json", ("yasa",)),
     ("n.json", ("scoringhero",)), ("n.txt", ("visbrain",)), ("n.txt", ("yasa",)), ("n.csv", ("yasa",))],
)  # fmt: skip
def test_a_scoring_goes_from_any_format_to_any_other(run, tmp_path, name, options):
    write_hypnogram(NIGHT, tmp_path / "given.edf", events=Events([40.0], [3.0], ("arousal",)))
    to = ("--to", *options) if options else ()
    result = run("convert", tmp_path / "given.edf", "--out", tmp_path / name, *to)
    assert result.exit_code == 0, result.output
    assert read_hypnogram(tmp_path / name).stages.tolist() == NIGHT.stages.tolist()
    assert ("events" in result.output.partition("not written")[2]) == (name != "n.edf")
    back = run("convert", tmp_path / name, "--out", tmp_path / "back.csv")
    assert back.exit_code == 0, back.output
    assert read_hypnogram(tmp_path / "back.csv").stages.tolist() == NIGHT.stages.tolist()


def test_a_name_that_two_formats_bear_needs_to(run, tmp_path):
    write_hypnogram(NIGHT, tmp_path / "n.csv")
    result = run("convert", tmp_path / "n.csv", "--out", tmp_path / "n.json")
    assert (result.exit_code, "yasa" in result.output, "scoringhero" in result.output) == (2, True, True)
    assert run("convert", tmp_path / "n.csv", "--out", tmp_path / "n.edf", "--to", "luna").exit_code == 2
    assert run("convert", tmp_path / "n.csv", "--out", tmp_path / "n.csv").exit_code == 2
    assert read_hypnogram(tmp_path / "n.csv").stages.tolist() == NIGHT.stages.tolist()


def test_integers_are_converted_as_told(run, tmp_path):
    (tmp_path / "n.txt").write_text("0\n1\n2\n3\n5\n")
    assert run("convert", tmp_path / "n.txt", "--out", tmp_path / "n.edf").exit_code == 2
    result = run("convert", tmp_path / "n.txt", "--out", tmp_path / "n.json", "--format", "isruc", "--to", "yasa")
    assert result.exit_code == 0, result.output
    assert yasa.Hypnogram.from_json(tmp_path / "n.json").hypno.tolist() == ["WAKE", "N1", "N2", "N3", "REM"]


def test_an_input_with_both_asks(run, tmp_path):
    recording = Recording({"C4-M1": Signal(np.zeros(36000, np.float32), 100.0)}, start=NIGHT.start)
    write_edf(recording, tmp_path / "both.edf", NIGHT)
    asked = run("convert", tmp_path / "both.edf", "--out", tmp_path / "n.edf")
    assert (asked.exit_code, "--signals" in asked.output, "--scoring" in asked.output) == (2, True, True)
    assert not (tmp_path / "n.edf").exists()
    told = run("convert", tmp_path / "both.edf", "--out", tmp_path / "n.edf", "--scoring")
    assert told.exit_code == 0, told.output
    assert edfio.read_edf(tmp_path / "n.edf").num_signals == 0
    assert run("convert", tmp_path / "both.edf", "--out", tmp_path / "x.edf", "--scoring", "--signals").exit_code == 2


# ----------------------------------------------------------------------------------------------- corrected by a person
def correct_edf(path, epoch, text):
    """What EDFbrowser does: the annotations of the file, one of them rewritten, in a file of annotations."""
    edf, at = edfio.read_edf(path), (30.0 * epoch, 30.0)
    marks = [
        edfio.EdfAnnotation(mark.onset, mark.duration, text if (mark.onset, mark.duration) == at else mark.text)
        for mark in edf.annotations
    ]
    edfio.Edf([], recording=edf.recording, starttime=edf.starttime, annotations=marks).write(path)


def correct_json(path, epoch, word, digit):
    """What ScoringHero does: the stage of one epoch set in its list, an event added."""
    rows, marks = json.loads(path.read_text())
    rows[epoch] |= {"stage": word, "digit": digit}
    path.write_text(json.dumps([rows, [*marks, [{"event": "A1"}]]]))


def test_a_person_corrects_what_was_staged_and_it_is_measured_without_staging(run, tmp_path):
    nights, staged, corrected = tmp_path / "in", tmp_path / "staged", tmp_path / "corrected"
    for folder in (nights, corrected):
        folder.mkdir()
    for i in range(2):
        write_night(nights / f"n{i:02d}.edf", seed=i, seconds=600)
    assert run("measure", nights, "--out", staged, "--no-figures", "--lights", "recording").exit_code == 0
    before = {name: read_hypnogram(staged / "hypnograms" / f"{name}.csv") for name in ("n00", "n01")}
    assert run("convert", staged / "hypnograms" / "n00.csv", "--out", corrected / "n00.edf").exit_code == 0
    to = ("--to", "scoringhero")
    assert run("convert", staged / "hypnograms" / "n01.csv", "--out", corrected / "n01.json", *to).exit_code == 0
    correct_edf(corrected / "n00.edf", 3, "Sleep stage R")
    correct_json(corrected / "n01.json", 5, "N3", -3)
    (tmp_path / "recordings.csv").write_text("path,subject,condition\nn00.edf,A,active\nn01.edf,B,placebo\n")

    result = run("measure", "--scorings", corrected, "--recordings", tmp_path / "recordings.csv", "--out",
                 tmp_path / "out", "--no-figures", "--lights", "recording")  # fmt: skip
    assert result.exit_code == 0, result.output
    with (tmp_path / "out" / "nights.csv").open(newline="") as file:
        rows = {row["recording"]: row for row in csv.DictReader(file)}
    assert {name: (row["subject"], row["condition"]) for name, row in rows.items()} == {
        "n00": ("A", "active"), "n01": ("B", "placebo"),
    }  # fmt: skip
    for name, epoch, stage in (("n00", 3, 4), ("n01", 5, 3)):
        assert "sha256" not in rows[name]["model"]  # no classifier had a say
        told = before[name].stages.tolist()
        told[epoch] = stage
        assert read_hypnogram(tmp_path / "out" / "hypnograms" / f"{name}.csv").stages.tolist() == told
        assert float(rows[name]["rem_minutes"]) == told.count(4) / 2
        assert float(rows[name]["n3_minutes"]) == told.count(3) / 2
    # and beside the recordings the corrected scoring is compared with the staging, epoch by epoch
    for file in corrected.iterdir():
        (nights / f"{file.stem}_scoring{file.suffix}").write_bytes(file.read_bytes())
    assert run("measure", nights, "--out", staged, "--no-figures", "--lights", "recording").exit_code == 0
    compared = agree(staged / "scorings", staged / "hypnograms", tmp_path / "agreed", figures=False, n_boot=20,
                     lights="recording")  # fmt: skip
    n = sum(before[name].n_epochs for name in before)
    same = {name: before[name].stages[epoch] == stage for name, epoch, stage in (("n00", 3, 4), ("n01", 5, 3))}
    assert compared.epochs.summary["accuracy"].pooled.value == pytest.approx(1 - (2 - sum(same.values())) / n)


def test_a_folder_of_nights_is_converted_at_once(run, tmp_path):
    nights = tmp_path / "muse"
    (nights / "deep").mkdir(parents=True)
    for name in ("a.csv", "deep/a.csv"):
        write_muse(nights / name, muse_signals(20), np.arange(20 * 256) / 256)
    (nights / "note.txt").write_text("not a night")
    assert run("convert", nights, "--out", tmp_path / "edf").exit_code == 0
    made = sorted(file.relative_to(tmp_path / "edf").as_posix() for file in (tmp_path / "edf").rglob("*.edf"))
    assert made == ["a.edf", "deep/a.edf"]
    (nights / "broken.csv").write_text(",".join(MUSE_COLUMNS) + "\nnever,1\n")
    result = run("convert", nights, "--out", tmp_path / "again")
    assert result.exit_code == 1
    assert "broken.csv was not converted" in result.stderr
    assert len(list((tmp_path / "again").rglob("*.edf"))) == 2
