"""The command line, and a night to give it."""

import pytest
from typer.testing import CliRunner

from somnometry.cli import app

from ..io.edf_files import noise, write


@pytest.fixture
def run(monkeypatch):
    """Run the command line of these words, on a terminal that is wide enough for any line."""
    monkeypatch.setenv("COLUMNS", "200")
    return lambda *words: CliRunner().invoke(app, [str(word) for word in words])


@pytest.fixture
def night(tmp_path):
    channels = {"EEG C4-M1": (noise(100, 120), 100), "EMG Chin": (noise(1, 120), 1)}
    return write(tmp_path / "n1.edf", channels)
