"""`somnometry report`: prints a path, or says what is wrong."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from somnometry.cli.app import app


@pytest.fixture(scope="module")
def derivatives(tmp_path_factory):
    from somnometry.batch.derivatives import Derivatives

    from ..batch.derived import add_night, night

    folder = tmp_path_factory.mktemp("d")
    add_night(folder, "n", night(1))
    Derivatives(folder).assemble()
    return folder


def run(*arguments):
    return CliRunner().invoke(app, ["report", *map(str, arguments)])


def test_it_prints_the_path_of_the_page_alone(derivatives, tmp_path):
    result = run(derivatives)
    assert result.exit_code == 0
    assert Path(result.stdout.strip()) == derivatives / "report" / "index.html"
    assert Path(run(derivatives, "--out", tmp_path / "a" / "b").stdout.strip()).is_file()


def test_wrong_use_says_what_and_where(derivatives, tmp_path):
    for arguments, words in (
        ((tmp_path,), "there is no nights.csv"),
        ((derivatives, "--calibration", derivatives / "nights.csv"), "not TOML"),
        ((derivatives, "--verdicts", tmp_path), "no verdicts that can be read"),
        ((derivatives, "--out", derivatives / "nights.csv" / "x"), "cannot be written to"),
    ):
        result = run(*arguments)
        assert result.exit_code == 2, result.output
        assert words in result.stderr
