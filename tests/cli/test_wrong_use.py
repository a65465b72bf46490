"""How the command line leaves: code 2, and what is wrong on stderr as the error itself prints it."""

from pathlib import Path

import pytest
import typer

from somnometry.cli.wrong_use import leave_on_errors, wrong_use
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
