"""How the command line leaves: code 2, and what is wrong on stderr as the error itself prints it."""

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
    assert ran.stderr == "somnometry: what is printed: cannot be written (No space left on device)\n"
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
    assert capsys.readouterr().err == "somnometry: out/nights.csv: cannot be written (Permission denied)\n"
    for error in (FileNotFoundError(2, "No such file", "a"), ZeroDivisionError(), SystemExit(3)):
        with pytest.raises(type(error)), leave_where_nothing_is_written():
            raise error
