"""A small file staged by all ways; what YASA cannot do is told, what we cannot do is raised."""

import math
import os

import pytest

import somnometry as sm
from somnometry.staging import bench as module

from ..io.edf_files import noise, write

SECONDS = 360


@pytest.fixture
def file(tmp_path):
    labels = ("EEG C4-M1", "EOG E1-M2", "EMG Chin", "ECG II")
    return write(tmp_path / "n.edf", {label: (noise(100, SECONDS, seed=i), 100) for i, label in enumerate(labels)})


def test_all_ways_are_timed_and_the_stages_agree(file):
    told = []
    measured = sm.bench_staging(file, eog=None, emg=None, repeats=1, progress=told.append)
    names = ["ours-1", "ours-2", "yasa-channels", "yasa-whole"]
    assert told == names * 2 + ["steps"]
    assert [way.name for way in measured.ways] == names
    for way in measured.ways:
        assert way.error == ""
        assert len(way.wall) == len(way.cpu) == 1
        assert way.seconds == way.wall[0] > 0
    assert measured.speed_up() == measured.way("yasa-channels").seconds / measured.way("ours-1").seconds
    assert measured.alike.n_epochs == SECONDS / 30
    assert measured.alike.equal_decided == 1.0
    assert measured.alike.largest_difference < 0.05
    assert measured.channels == {"eeg": "EEG C4-M1"}
    assert (measured.n_channels, measured.hours, measured.size) == (4, 0.1, file.stat().st_size)
    assert set(measured.steps) == {"choose", "read", "features", "classify"}
    assert min(measured.steps.values()) > 0


def test_what_yasa_raises_is_kept(file, monkeypatch):
    def broken(*_, labels):
        raise ValueError("no such channel\nsecond line") if labels else RuntimeError("no memory")

    monkeypatch.setattr(module, "stage_by_yasa", broken)
    measured = sm.bench_staging(file, repeats=1)
    channels, whole = measured.ways[2:]
    assert channels.error == "ValueError: no such channel"
    assert whole.error == "RuntimeError: no memory"
    assert channels.wall == ()
    assert math.isnan(channels.first)
    assert math.isnan(measured.speed_up())
    assert measured.alike is None


def test_a_file_that_does_not_fit_is_not_preloaded(file, monkeypatch):
    monkeypatch.setattr(os, "sysconf", {"SC_PHYS_PAGES": 100, "SC_PAGE_SIZE": 4096}.get)
    monkeypatch.setattr(module, "stage_by_yasa", lambda *_, **__: 1 / 0)
    whole = sm.bench_staging(file, repeats=1).way("yasa-whole")
    assert whole.error.startswith("MemoryError")  # 360 s x 100 Hz x 4 channels x 8 bytes of 409,600


def test_ours_must_not_fail(file, tmp_path):
    with pytest.raises(sm.MontageError):
        sm.bench_staging(file, eeg="Quux")
    with pytest.raises(sm.RecordingError):
        sm.bench_staging(tmp_path / "none.edf")
    with pytest.raises(sm.RecordingError) as refused:
        sm.bench_staging(file, repeats=0)
    assert refused.value.key == "repeats"


def test_a_night_of_several_files_is_no_file_for_yasa(tmp_path):
    for label in ("EEG C4-M1", "EMG Chin"):
        write(tmp_path / f"{label}.edf", {label: (noise(100, SECONDS), 100)})
    with pytest.raises(sm.RecordingError) as refused:
        sm.bench_staging(tmp_path)
    assert "2 files" in refused.value.what


def test_a_slow_way_is_timed_twice_at_most(monkeypatch):
    told = []
    slow = {"yasa-whole": 31.0}
    monkeypatch.setattr(module, "_clocked", lambda run: (slow.get(run(), 1.0), 1.0, run()))
    runs = {name: (lambda name=name: name) for name in ("ours-1", "yasa-whole")}
    ways, _ = module._timed(runs, 4, told.append)
    assert [len(way.wall) for way in ways] == [4, 2]
    assert told == ["ours-1", "yasa-whole"] * 3 + ["ours-1"] * 2
