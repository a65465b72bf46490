"""A log never costs a night."""

import os

import pytest
import typer

from somnometry.cli.log_file import LogFile


def test_lines_are_added_and_steer_nothing(tmp_path):
    for line in ("n00 measured", "n01 failed: \x1b[2J\u202ea\nb\udcff"):
        LogFile(tmp_path / "log").add(line)
    assert (tmp_path / "log").read_bytes() == b"n00 measured\nn01 failed: \\x1b[2J\\u202ea\\nb\\udcff\n"


@pytest.mark.parametrize("kind", ["folder", "no folder", "pipe", "device", "loop"])
def test_what_is_no_file_is_wrong_use_at_once(tmp_path, capsys, kind):
    path = tmp_path / "log"
    if kind == "folder":
        path.mkdir()
    elif kind == "pipe":
        os.mkfifo(path)
    elif kind == "loop":
        path.symlink_to(path)
    elif kind == "device":
        path.symlink_to("/dev/full")
    else:
        path = tmp_path / "none" / "log"
    with pytest.raises(typer.Exit) as left:
        LogFile(path)
    assert left.value.exit_code == 2
    assert capsys.readouterr().err.startswith(f"somnometry: {path}: no log can be written there (")


def test_a_disk_that_is_full_ends_the_log_and_is_said_once(tmp_path, capsys, monkeypatch):
    log = LogFile(tmp_path / "log")

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(log, "_handle", full)
    log.add("n00 measured")
    log.add("n01 measured")
    assert capsys.readouterr().err.count("no further line is logged (No space left on device)") == 1
