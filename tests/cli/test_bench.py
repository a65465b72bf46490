"""`bench` on a small file."""

import json

import numpy as np
import pytest

import somnometry as sm
from somnometry.staging import bench

from ..io.edf_files import noise, write


@pytest.fixture
def file(tmp_path):
    return write(tmp_path / "n.edf", {"EEG C4-M1": (noise(100, 360), 100), "ECG": (noise(100, 360, seed=1), 100)})


@pytest.fixture(autouse=True)
def yasa_at_once(monkeypatch):
    """YASA's stages without its minutes; tests of staging run it."""
    stages = sm.to_yasa(sm.Hypnogram([0] * 12, probabilities=np.eye(5)[[0] * 12]))
    monkeypatch.setattr(bench, "stage_by_yasa", lambda *_, **__: stages)


def test_the_table_of_a_file(run, file):
    done = run("bench", file, "--repeats", 1)
    assert done.exit_code == 0
    for words in ("n.edf: 0.10 h, 2 signals", "somnometry, 2 threads", "YASA, whole file", "times as fast", "features"):
        assert words in done.output


def test_one_document(run, file):
    done = run("bench", file, "--repeats", 1, "--no-whole", "--json", "--eog", "none")
    facts = json.loads(done.stdout)
    assert facts["speed_up"]["yasa-channels over ours-1"] > 0
    assert [way["name"] for way in facts["ways"]] == ["ours-1", "ours-2", "yasa-channels"]
    assert facts["channels"] == {"eeg": "EEG C4-M1"}


def test_threads_are_those_of_the_second_way(run, file):
    for threads, ways in ((1, ["ours-1"]), (3, ["ours-1", "ours-3"])):
        done = run("bench", file, "--repeats", 1, "--no-whole", "--json", "--threads", threads)
        assert [way["name"] for way in json.loads(done.stdout)["ways"]] == [*ways, "yasa-channels"]


@pytest.mark.parametrize(
    ("words", "says"),
    [(("--eeg", "Quux"), "Quux"), (("--repeats", "0"), "repeats"), (("--threads", "0"), "threads")],
)
def test_wrong_use(run, file, words, says):
    done = run("bench", file, *words)
    assert done.exit_code == 2
    assert says in done.output


def test_no_file(run, tmp_path):
    done = run("bench", tmp_path / "none.edf")
    assert done.exit_code == 2
    assert "none.edf" in done.output
