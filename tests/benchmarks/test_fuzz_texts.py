"""A few mutants of each kind of `make fuzz`, which tries five thousand."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("kind", ["hypnogram", "recordings", "nights", "claims", "montage"])
def test_mutated_files_are_read_or_refused(kind):
    words = [sys.executable, "-m", "benchmarks.fuzz_texts", "--files", "100", "--seed", "7", "--kind", kind]
    ran = subprocess.run(words, capture_output=True, text=True, cwd=ROOT)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert f"100 files of kind {kind}" in ran.stdout
    assert " read" in ran.stdout
    assert " refused" in ran.stdout
