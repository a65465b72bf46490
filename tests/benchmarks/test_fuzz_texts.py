"""A few mutants of each kind of `make fuzz`, which tries five thousand."""

import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.fuzz_texts import FORMATS, KINDS
from somnometry.io.scorings import formats

ROOT = Path(__file__).resolve().parents[2]


def test_every_format_that_is_read_is_mutated():
    assert set(FORMATS) == {one.name for one in formats.FORMATS}


@pytest.mark.parametrize("kinds", [FORMATS, *((kind,) for kind in KINDS if kind not in FORMATS)])
def test_mutated_files_are_read_or_refused(kinds):
    n = 100 if len(kinds) == 1 else 20
    words = [sys.executable, "-m", "benchmarks.fuzz_texts", "--files", str(n), "--seed", "7"]
    words += [word for kind in kinds for word in ("--kind", kind)]
    ran = subprocess.run(words, capture_output=True, text=True, cwd=ROOT)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    for kind in kinds:
        assert f"{n} files of kind {kind}" in ran.stdout
    assert " read" in ran.stdout
    assert " refused" in ran.stdout or kinds == ("labels",)  # of which each means something or nothing
