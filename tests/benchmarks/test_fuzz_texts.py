"""A few mutants of each kind of `make fuzz`, which tries five thousand."""

import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.further_kinds import FURTHER
from benchmarks.fuzz_texts import FORMATS, KINDS
from somnometry.io.scorings import formats

ROOT = Path(__file__).resolve().parents[2]


def test_every_format_that_is_read_is_mutated():
    assert set(FORMATS) == {one.name for one in formats.FORMATS}


#: What needs tens of milliseconds each.
SLOW = (*FURTHER, "convert", "rewrite")
#: What means something or nothing, or is taken for none of ours, and is never refused.
UNREFUSED = ("labels",)


@pytest.mark.parametrize("kinds", [FORMATS, SLOW, *((kind,) for kind in KINDS if kind not in (*FORMATS, *SLOW))])
def test_mutated_files_are_read_or_refused(kinds):
    n = 100 if len(kinds) == 1 else 20
    words = [sys.executable, "-m", "benchmarks.fuzz_texts", "--files", str(n), "--seed", "7"]
    words += [word for kind in kinds for word in ("--kind", kind)]
    ran = subprocess.run(words, capture_output=True, text=True, cwd=ROOT)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    for kind in kinds:
        assert f"{n} files of kind {kind}" in ran.stdout
    assert " read" in ran.stdout
    assert " refused" in ran.stdout or kinds == UNREFUSED


def test_what_a_net_hides_from_users_is_a_failure_here():
    """A reader that trips over a value is told as damage of the file to users, and as a failure to us."""
    code = (
        "import sys\nfrom benchmarks import fuzz_texts\nfrom somnometry.io.scorings import formats\n"
        "from dataclasses import replace\n"
        "def trips(content, ask): return {}['x']\n"
        "known = formats.FORMATS\n"
        "known = tuple(replace(one, read=trips) if one.name == 'domino' else one for one in known)\n"
        "fuzz_texts.scorings_read.FORMATS = known\n"
        "sys.argv = ['fuzz', '--files', '5', '--kind', 'domino']\nfuzz_texts.main()\n"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT)
    assert ran.returncode == 1, ran.stdout + ran.stderr
    assert "KeyError" in ran.stderr
