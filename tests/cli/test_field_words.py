"""Help pages speak of hours and hertz, not of types of a programming language."""

import re

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
    options = page[page.index("Options") :].lower()
    for word in ("<float", "<int", "<str", "<text", "<path", "<list", "<bool", "default: true", "default: false"):
        assert word not in options
    arguments = page[: page.index("Options")]
    assert not re.search(r"<[a-z]", arguments)


def test_a_night_is_simulated_for_hours_at_hertz(run):
    page = run("simulate", "night", "--help").output
    for word in ("HOURS", "HERTZ", "YEARS"):
        assert word in page


def test_shells_can_complete(run):
    assert "--install-completion" in run("--help").output


def test_two_names_of_one_option_stand_as_one(run):
    page = run("measure", "--help").output
    for shown in ("--[no-]figures", "--fail-fast", "auto | on | off"):
        assert shown in page
    for hidden in ("--no-figures", "--keep-going"):
        assert hidden not in page
    measure = typer.main.get_command(app).commands["measure"]
    assert "--no-figures" in [name for one in measure.params for name in one.secondary_opts]  # and is given back


@pytest.mark.parametrize(
    "words",
    [("--{}",), ("{}",), ("measure", "--{}"), ("measure", "x", "--out", "y", "--jobs", "{}"),
     ("simulate", "night", "--{}"), ("study", "new", "--device", "{}", "--{}"),
     ("calibrate", "a", "b", "--out", "c", "--lights", "{}")],
    ids=" ".join,
)  # fmt: skip
def test_what_was_typed_wrongly_is_told_without_what_steers(run, words):
    told = run(*(word.format("a\u202eb\x9b2J\x1b]0;x\x07") for word in words))
    assert told.exit_code == 2
    assert "u202e" in told.output
    assert all(character.isprintable() for character in told.output.replace("\n", ""))
