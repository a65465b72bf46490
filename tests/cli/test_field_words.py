"""Help pages speak of hours and hertz, not of types of a programming language."""

import pytest
import typer

from somnometry.cli.app import app


def commands(group, path=()):
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from commands(command, (*path, name))
        else:
            yield (*path, name)


@pytest.mark.parametrize("words", list(commands(typer.main.get_command(app))), ids=" ".join)
def test_no_option_takes_a_float(run, words):
    page = run(*words, "--help").output
    options = page[page.index("Options") :].replace("--help", "").lower()
    for word in ("<float", "<int", "<str", "<text", "<path", "<list"):
        assert word not in options


def test_a_night_is_simulated_for_hours_at_hertz(run):
    page = run("simulate", "night", "--help").output
    for word in ("HOURS", "HERTZ", "YEARS"):
        assert word in page


def test_shells_can_complete(run):
    assert "--install-completion" in run("--help").output
