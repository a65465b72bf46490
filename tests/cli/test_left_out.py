"""What is said of files that were no nights."""

from pathlib import Path, PurePath

import pytest

from somnometry.cli.left_out import say_left_out
from somnometry.cli.terminal import Terminal
from somnometry.io.nights.night import LeftOut


def entry(name, code, reason="why"):
    return LeftOut(PurePath(name), code, reason, Path(name))


@pytest.mark.parametrize(("quiet", "hidden"), [(False, False), (True, False), (False, True)])
def test_recordings_of_no_row_are_named_unless_nights_have_pseudonyms(quiet, hidden, capsys):
    entries = [
        entry("x.edf", "broken"),
        entry("a.csv", "other"),
        *(entry(f"n/{i}.edf", "not-listed") for i in range(5)),
    ]
    broken = say_left_out(entries, Path("out"), Terminal(), Terminal(stderr=True), quiet=quiet, hidden=hidden)
    out, err = (" ".join(text.split()) for text in capsys.readouterr())
    assert broken == entries[:1]
    assert "left out x.edf: why" in err
    assert ("7 files are no nights" in out) != quiet
    assert ("5 files are recorded, of no row of the table" in err) != quiet
    assert ("n/0.edf, n/1.edf, n/2.edf and 2 more" in err) == (not quiet and not hidden)


def test_nothing_is_said_of_nothing(capsys):
    assert say_left_out([], Path("out"), Terminal(), Terminal(stderr=True), quiet=False, hidden=False) == []
    assert capsys.readouterr() == ("", "")
