"""A few hundred mutants of `make fuzz`, which tries five thousand."""

import subprocess
import sys
from pathlib import Path

import pytest

FUZZ = Path(__file__).resolve().parents[2] / "benchmarks" / "fuzz_edf.py"


@pytest.mark.parametrize("seed", [7])
def test_mutated_files_are_read_or_refused(seed):
    ran = subprocess.run(
        [sys.executable, str(FUZZ), "--files", "250", "--seed", str(seed)], capture_output=True, text=True
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "250 files" in ran.stdout
    assert "recording read" in ran.stdout
    assert "refused" in ran.stdout
