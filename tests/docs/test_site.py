"""The site holds every page and every public name, and what its pages say to type is understood."""

import re
import shlex
import tomllib
from pathlib import Path

import pytest
import typer
import yaml
from typer.testing import CliRunner

import somnometry
from somnometry.cli.app import app

from ..scripts import load_script

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
PAGES = [
    ROOT / "README.md",
    DOCS / "start.md",
    *sorted(set((DOCS / "howto").glob("*.md")) - {DOCS / "howto" / "index.md"}),
]


def commands(text):
    """Every command of ours in the blocks of a page, without its comment."""
    blocks = "\n".join(re.findall(r"```sh\n(.*?)```", text, re.S))
    inline = "\n".join(re.findall(r"`(somnometry [^`]+)`", text))
    lines = [line.strip() for line in f"{blocks}\n{inline}".splitlines()]
    return [shlex.split(line, comments=True) for line in lines if line.startswith("somnometry ")]


def contents(page):
    """Pages that a page leads to in its tables of contents."""
    text = (DOCS / f"{page}.md").read_text(encoding="utf-8")
    lines = [
        line.strip() for block in re.findall(r"```\{toctree\}\n(.*?)```", text, re.S) for line in block.split("\n")
    ]
    return {(Path(page).parent / line).as_posix() for line in lines if line and not line.startswith(":")}


def test_every_page_is_in_the_contents():
    pages = {
        page.relative_to(DOCS).with_suffix("").as_posix() for page in [*DOCS.glob("*.md"), *DOCS.glob("howto/*.md")]
    }
    found, new = set(), {"index"}
    while new:
        found |= new
        new = {below for page in new for below in contents(page) if (DOCS / f"{below}.md").exists()} - found
    assert pages == found


def test_the_head_of_the_site_is_its_sections():
    assert contents("index") == {"start", "howto/index", "notebooks", "explained", "_made/reference"}


def test_the_reference_has_every_public_name():
    made = load_script(DOCS / "reference_pages.py")
    page = made.reference_page().splitlines()
    names = {name for name in somnometry.__all__ if not name.startswith("_")}
    assert {name for name in names if f"   {name}" not in page and f"``{name}``" not in page} == set()
    assert {"   architecture", "   judge", "``METRICS``"} <= set(page)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_what_a_page_says_to_type_is_understood(page):
    typed = commands(page.read_text(encoding="utf-8"))
    assert typed
    for words in typed:
        command = typer.main.get_command(app)
        rest = words[1:]
        while rest and hasattr(command, "commands"):
            command, rest = command.commands[rest[0]], rest[1:]
        known = {option for parameter in command.params for option in getattr(parameter, "opts", ())}
        assert {word for word in rest if word.startswith("--")} <= known, words


def test_both_recipes_run_the_steps_that_are_tested_here():
    steps = (ROOT / "containers" / "install.sh").read_text(encoding="utf-8")
    for recipe in ("Dockerfile", "somnometry.def"):
        text = (ROOT / "containers" / recipe).read_text(encoding="utf-8")
        assert "sh containers/install.sh" in text
        for source in re.findall(r"^\s+(\S+) /source/\1$", text, re.M):
            assert (ROOT / source).exists()
    extras = re.search(r"pip install [^\n]*\.\[(.*)\]", steps).group(1).split(",")
    assert set(extras) <= PROJECT["optional-dependencies"].keys()
    run = [shlex.split(line) for line in steps.splitlines() if line.startswith("somnometry ")]
    assert ["somnometry", "warm-up"] in run  # which tests/cli/test_warm_up.py runs
    for words in run:
        if words[1] != "warm-up":
            assert CliRunner().invoke(app, words[1:]).exit_code == 0, words


def test_how_to_cite_is_said_once():
    cited = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert cited["version"] == PROJECT["version"]
    assert cited["license"] == PROJECT["license"]
    assert len(cited["references"]) == 2
    for reference in cited["references"]:
        assert f"https://doi.org/{reference['doi']}" in readme
