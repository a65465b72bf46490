"""What `inspect` prints of files and folders, and how it leaves."""

import json
import os
import socket
from itertools import product
from pathlib import Path

import pytest

import somnometry as sm

from ..io.edf_files import noise, write
from ..io.folders import LEFT_OUT, NIGHTS, write_messy_folder

DOCS = Path(__file__).resolve().parents[2] / "docs"


def test_inspect_shows_channels_roles_reasons_and_findings(run, night):
    result = run("inspect", night)
    assert result.exit_code == 1  # the EMG at 1 Hz is refused
    for word in ("n1.edf", "2024-05-01 22:30:00", "EEG C4-M1", "central EEG to the opposite mastoid", "slow-emg"):
        assert word in result.output


def test_inspect_leaves_with_1_when_a_file_is_refused(run, night, tmp_path):
    (tmp_path / "text.edf").write_text("hello" * 100)
    result = run("inspect", "--verbose", night, tmp_path / "text.edf")
    assert result.exit_code == 1
    assert "text.edf: start unknown" in result.output
    assert "not an EDF" in result.output


def test_inspect_leaves_with_0_when_nothing_is_refused(run, tmp_path):
    result = run("inspect", write(tmp_path / "n2.edf", {"EEG C4-M1": (noise(100, 120), 100)}))
    assert result.exit_code == 0, result.output
    assert "nothing found" in result.output


def test_inspect_prints_one_json_document_for_all_files(run, night, tmp_path):
    (tmp_path / "empty.edf").touch()
    result = run("inspect", tmp_path, "--json", "--emg", "none")
    files = {file["source"]: file for file in json.loads(result.output)["files"]}
    assert result.exit_code == 1
    assert set(files) == {"n1.edf", "empty.edf"}
    assert [finding["code"] for finding in files["empty.edf"]["findings"]] == ["unreadable"]
    assert not files["n1.edf"]["refused"]
    eeg = files["n1.edf"]["channels"][0]
    assert (eeg["label"], eeg["rate"], eeg["unit"], eeg["role"]) == ("EEG C4-M1", 100.0, "uV", "eeg")
    assert eeg["chosen"]
    assert eeg["why"] == "central EEG to the opposite mastoid"


def test_inspect_needs_a_path_and_one_that_exists(run, tmp_path):
    assert run("inspect").exit_code == 2
    assert run("inspect", tmp_path / "nowhere.edf").exit_code == 2


def test_inspect_lists_the_nights_of_a_folder_and_explains_every_exclusion(run, tmp_path):
    write_messy_folder(tmp_path)
    result = run("inspect", tmp_path, "--eeg", "EEG C4-M1", "--verbose")
    assert result.exit_code == 1  # some files are broken
    said = " ".join(result.output.split())
    assert "8 nights" in said
    assert "10 files are no nights" in said
    for file in LEFT_OUT:
        assert file in said
    for word in ("one file per channel", "parts of one night", "SC4001EC-Hypnogram.edf", "the same bytes as"):
        assert word in said
    document = json.loads(run("inspect", tmp_path, "--json").output)
    assert {entry["file"]: entry["code"] for entry in document["left_out"]} == LEFT_OUT
    assert len(document["files"]) == 8 + 4
    assert {entry["night"] for entry in document["nights"]} == NIGHTS


def test_the_page_of_finding_codes_is_made_from_the_table(run):
    page = DOCS / "audit.md"
    assert run("inspect", "--codes").output == page.read_text(encoding="utf-8")


def test_of_several_nights_a_line_each_and_each_finding_once(run, tmp_path):
    for folder, rate in (("a", 100), ("b", 128)):
        (tmp_path / folder).mkdir()
        channels = {"EEG C4-M1": (noise(rate, 120), rate), "EMG Chin": (noise(1, 120), 1)}
        write(tmp_path / folder / "n1.edf", channels)
    (tmp_path / "text.edf").write_text("hello" * 100)
    result = run("inspect", tmp_path)
    assert result.exit_code == 1
    lines = result.stdout.splitlines()
    assert sum(line.lstrip().startswith(("a/n1.edf ", "b/n1.edf ")) for line in lines) == 2
    counted = [line.split() for line in lines if line.split()[:1] == ["slow-emg"]]
    assert [words[2] for words in counted] == ["2"]
    assert "text.edf: refused" in result.stderr
    assert "refused:" not in result.stdout
    assert "central EEG to the opposite mastoid" not in result.stdout
    assert "central EEG to the opposite mastoid" in run("inspect", tmp_path, "--verbose").stdout


NAMES = ("Patient John Smith went to toilet", "Arousal John Smith", "Sleep stage N2@@J. Smith, bed 4")


def write_remarks(folder):
    """A night and its scoring, of whose remarks each names a person and occurs often."""
    folder.mkdir()
    write(folder / "n1.edf", {"EEG C4-M1": (noise(100, 300), 100)}, annotations=[(i, 1, NAMES[0]) for i in range(3)])
    marks = [(30 * i, 30, "Sleep stage N2") for i in range(10)] + [(i, 1, NAMES[i % 2]) for i in range(8)]
    marks += [(0, 0, "Lights off"), (300, 0, "Lights on"), (60, 5, "Arousal")]
    write(folder / "n1-hypnogram.edf", {}, annotations=marks)
    write(folder / "n2-hypnogram.edf", {}, annotations=[(5 * i, 2, NAMES[2]) for i in range(9)])
    write(folder / "n3-hypnogram.edf", {}, annotations=[(i, 1, NAMES[0]) for i in range(9)])
    write(folder / "n2.edf", {"EEG C4-M1": (noise(100, 300, seed=2), 100)})
    write(folder / "n3.edf", {"EEG C4-M1": (noise(100, 300, seed=3), 100)})
    return folder


def test_no_remark_reaches_the_terminal_or_a_file_unless_it_is_asked_for(run, tmp_path):
    folder = write_remarks(tmp_path / "in")
    said = [run("inspect", folder), run("inspect", folder, "--json"), run("measure", folder, "--out", tmp_path / "out")]
    said += [run("measure", "--scorings", folder, "--out", tmp_path / "as they are")]
    assert "3 of 3 nights measured" in said[2].output
    written = [file for out in ("out", "as they are") for file in (tmp_path / out).rglob("*") if file.is_file()]
    assert len(written) > 10
    for text in [result.output.encode() for result in said] + [file.read_bytes() for file in written]:
        assert b"Smith" not in text
    assert "4 events are not understood and not counted" in (tmp_path / "out" / "nights.csv").read_text()


def test_annotations_are_shown_to_who_asks_on_the_terminal_only(run, tmp_path):
    folder = write_remarks(tmp_path / "in")
    shown = run("inspect", folder, "--show-annotations").output
    assert all(name in shown for name in NAMES)
    assert run("inspect", folder, "--show-annotations", "--json").exit_code == 2


ENTRIES = {
    "pipe": os.mkfifo,
    "device": lambda path: path.symlink_to("/dev/zero"),
    "loop": lambda path: path.symlink_to(path),
    "lost": lambda path: path.symlink_to(path.with_name("gone")),
    "socket": lambda path: socket.socket(socket.AF_UNIX).bind(os.fspath(path)),
    "folder": Path.mkdir,
    "empty": Path.touch,
    "no EDF": lambda path: path.write_bytes(b"0"),
}
#: Names as other systems and attackers write them: a formula that is no UTF-8, what steers a terminal, a new line.
STRANGE = ("plain", os.fsdecode(b"=x\xff\xfe"), "\x1b]0;a\x07", "\u202eb", "a\nb")


@pytest.mark.parametrize("kind", ENTRIES)
@pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning")
def test_no_entry_of_a_folder_stops_the_others_whatever_it_is_and_is_called(run, night, kind):
    for name, ending in product(STRANGE, (".edf", ".csv", ".rec", ".txt")):
        ENTRIES[kind](night.parent / (name + ending))
    for words in ((), ("--verbose",), ("--json",), ("--show-annotations",)):
        result = run("inspect", night.parent, *words)
        assert isinstance(result.exception, SystemExit | None), result.exception
        assert "n1.edf" in result.output
        assert "\x1b" not in result.output


@pytest.mark.parametrize("kind", ENTRIES)
@pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning")
def test_no_entry_stops_a_batch_whatever_it_is_and_is_called(run, night, kind):
    for name, ending in product(STRANGE, (".edf", ".csv")):
        ENTRIES[kind](night.parent / (name + ending))
    for _ in range(2):
        result = run("measure", night.parent, "--out", night.parent / "out", "--no-figures", "--gate", "warn")
        assert isinstance(result.exception, SystemExit | None), result.exception
        rows = {row["file"]: row["status"] for _, row in sm.read_nights(night.parent / "out").iterrows()}
        assert rows.pop("n1.edf") == "ok"
        assert set(rows.values()) <= {"failed"}
    assert "=" not in [line[:1] for line in (night.parent / "out" / "left_out.csv").read_text("utf-8").splitlines()]


def test_a_night_that_goes_while_its_folder_is_read_is_refused_alone(run, night, monkeypatch):
    write(night.with_name("n2.edf"), {"EEG C4-M1": (noise(100, 120), 100)})
    found = sm.find_nights([night.parent])
    monkeypatch.setattr("somnometry.io.nights.find.find_nights", lambda *_: found)
    night.unlink()
    result = run("inspect", night.parent)
    assert result.exit_code == 1
    assert "n1.edf: there is no such file" in result.output + result.stderr
    assert "n2.edf" in result.output
