"""How the command line leaves: code 2, and what is wrong on stderr as the error itself prints it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
import typer

from somnometry.cli.wrong_use import leave_on_errors, leave_where_nothing_is_written, wrong_use
from somnometry.core.errors import ClaimError

ERROR = ClaimError("no such metric", place="claims.toml, line 3", remedy="name another", key="claim[0].metric")


def test_an_error_raised_on_purpose_is_printed_whole(capsys):
    with pytest.raises(typer.Exit) as left, leave_on_errors():
        raise ERROR
    assert left.value.exit_code == 2
    assert capsys.readouterr() == ("", f"somnometry: {ERROR}\n")


def test_wrong_use_has_the_parts_of_an_error(capsys):
    with pytest.raises(typer.Exit) as left:
        wrong_use(ERROR.what, place=ERROR.place, remedy=ERROR.remedy)
    assert left.value.exit_code == 2
    assert capsys.readouterr().err == f"somnometry: {ERROR}\n"


def test_only_where_something_is_written_an_error_of_the_disk_is_wrong_use(capsys):
    with pytest.raises(typer.Exit), leave_on_errors(Path("out")):
        raise PermissionError(13, "Permission denied")
    assert "out: " in capsys.readouterr().err
    with pytest.raises(PermissionError), leave_on_errors():
        raise PermissionError(13, "Permission denied")


def test_what_nobody_foresaw_is_not_hidden():
    with pytest.raises(ZeroDivisionError), leave_on_errors(Path("out")):
        raise ZeroDivisionError


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full")
@pytest.mark.parametrize("words", [("channels",), ("--help",), ("metrics",)], ids=lambda words: words[0])
def test_where_nothing_can_be_printed_it_is_said_in_one_line(words):
    with Path("/dev/full").open("w") as full:
        ran = subprocess.run(
            [sys.executable, "-m", "somnometry", *words], stdout=full, stderr=subprocess.PIPE, text=True
        )
    assert (
        ran.stderr
        == "somnometry: what is printed: cannot be written (No space left on device); make room, and run it again\n"
    )
    assert ran.returncode == 2


def test_who_reads_no_further_is_told_nothing():
    command = [sys.executable, "-m", "somnometry", "metrics"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        process.stdout.read(1)
        process.stdout.close()
        assert process.stderr.read() == ""
    assert process.returncode in (0, 1)


def test_an_error_of_the_system_names_its_file_and_another_is_not_hidden(capsys):
    with pytest.raises(SystemExit) as left, leave_where_nothing_is_written():
        raise PermissionError(13, "Permission denied", "out/nights.csv")
    assert left.value.code == 2
    assert capsys.readouterr().err == (
        "somnometry: out/nights.csv: cannot be written (Permission denied); "
        "close it in other programs, or allow it to be written, and run it again\n"
    )
    with pytest.raises(SystemExit) as left, leave_where_nothing_is_written():
        raise FileExistsError(17, "File exists", "out")
    assert (left.value.code, capsys.readouterr().err) == (
        2,
        "somnometry: out: cannot be used (File exists); give another\n",
    )
    for error in (FileNotFoundError(2, "No such file", "a"), ZeroDivisionError(), SystemExit(3)):
        with pytest.raises(type(error)), leave_where_nothing_is_written():
            raise error


@pytest.mark.parametrize(
    ("file", "said"),
    [
        ("out", "out: cannot be written to (Not a directory); choose another --out"),
        ("out/figures/a.png", "out: cannot be written to (Not a directory); choose another --out"),
        (".part-ab12/part.edf", "out: cannot be written to (Not a directory); choose another --out"),
        ("data", "data: cannot be used (Not a directory); give another"),
    ],
)
def test_an_error_of_another_file_than_what_is_written_names_that_one(capsys, file, said):
    with pytest.raises(typer.Exit), leave_on_errors(Path("out")):
        raise NotADirectoryError(20, "Not a directory", file)
    assert capsys.readouterr().err == f"somnometry: {said}\n"


@pytest.mark.parametrize(
    ("file", "said"),
    [
        ("out/a.png", "out/a.png: cannot be written (No space left on device); make room, or choose another --out"),
        (".part-ab12/part.edf", "out: cannot be written (No space left on device); make room, or choose another --out"),
        (None, "out: cannot be written (No space left on device); make room, or choose another --out"),
        ("data", "data: cannot be written (No space left on device); make room, and run it again"),
    ],
)
def test_a_full_disk_names_the_file_that_it_does_not_take(capsys, file, said):
    with pytest.raises(typer.Exit), leave_on_errors(Path("out")):
        raise OSError(28, "No space left on device", file)
    assert capsys.readouterr().err == f"somnometry: {said}\n"


def test_a_pipe_in_the_place_of_a_folder_is_no_accident(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    for words in (("audit-sample", "pipe", "--n", "8"), ("demo", "--out", "pipe")):
        ran = subprocess.run(
            [sys.executable, "-m", "somnometry", *words], cwd=tmp_path, capture_output=True, text=True, timeout=100
        )
        assert (ran.returncode, ran.stderr[:16], ran.stderr.count("\n")) == (2, "somnometry: pipe", 1)


def test_who_reads_no_further_of_what_a_command_that_writes_prints_is_told_nothing(capsys):
    with pytest.raises(SystemExit) as left, leave_where_nothing_is_written(), leave_on_errors(Path("out")):
        raise BrokenPipeError(32, "Broken pipe")
    assert (left.value.code, capsys.readouterr().err) == (1, "")


def test_words_that_are_no_text_are_told_in_one_line(tmp_path, capsys):
    with pytest.raises(SystemExit) as left, leave_where_nothing_is_written():
        (tmp_path / "a.txt").write_text("\udcc3\udca9", encoding="utf-8")
    assert left.value.code == 2
    printed = capsys.readouterr().err
    assert (printed.count("\n"), "is no text" in printed) == (1, True)
