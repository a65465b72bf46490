"""Lines on the terminal, and streams whose encoding lacks characters."""

import io
import sys

import pytest

from somnometry.cli.say import any_encoding, say


def test_a_line_shows_the_escape_of_what_steers(capsys):
    say("n1\x1b[2J\u202e.edf\udcff")
    assert capsys.readouterr().out == "n1\\x1b[2J\\u202e.edf\\udcff\n"


def test_a_stream_takes_what_its_encoding_lacks(monkeypatch):
    for name in ("stdout", "stderr"):
        stream = io.TextIOWrapper(io.BytesIO(), encoding="ascii", errors="strict")
        monkeypatch.setattr(sys, name, stream)
    any_encoding()
    for stream in (sys.stdout, sys.stderr):
        stream.write("≥ 5 µV")
        stream.flush()
        assert stream.buffer.getvalue() == rb"\u2265 5 \xb5V"


def test_streams_that_are_none_or_no_text_are_left(monkeypatch):
    monkeypatch.setattr(sys, "stdout", None)
    monkeypatch.setattr(sys, "stderr", io.StringIO())
    any_encoding()
    assert sys.stderr.getvalue() == ""


@pytest.mark.parametrize(("told", "lines"), [("1", 3), ("0", 1)])
def test_a_long_line_is_wrapped_between_words_on_a_terminal_only(told, lines, monkeypatch, capsys):
    monkeypatch.setenv("COLUMNS", "40")
    monkeypatch.setenv("TTY_COMPATIBLE", told)
    text = "a remedy of several words, and " + "x" * 60 + " stays whole"
    for err in (False, True):
        say(text, err=err)
        out, error = capsys.readouterr()
        assert (error if err else out).splitlines() == (
            ["a remedy of several words, and", "x" * 60, "stays whole"] if lines == 3 else [text]
        )
    say(text, document=True)
    assert capsys.readouterr().out == text + "\n"
