"""The parts of `make bench`, on little: files of every kind, new processes, straight lines, a page without a name."""

import platform
import subprocess
import sys

import numpy as np
import pytest

import somnometry as sm
from benchmarks.speed import floor, fresh_processes, growth, noise_nights, results
from somnometry.staging.bench_facts import Machine, StagingBench, TimedWay


def test_a_night_of_every_kind_is_the_same_night(tmp_path, monkeypatch):
    monkeypatch.setattr(noise_nights, "STOPS", ((60, 7), (180, 30)))
    files = noise_nights.noise_psg(tmp_path, 0.1)
    assert tuple(files) == noise_nights.KINDS
    recordings = {kind: sm.read_recording(path) for kind, path in files.items()}
    plain = recordings["EDF"].signals["EEG C4-M1"].samples
    assert plain.size == 360 * 256
    assert plain.std() == pytest.approx(30, rel=0.1)
    for kind in ("BDF", "EDF+C"):
        assert recordings[kind].signals["EEG C4-M1"].samples == pytest.approx(plain, abs=0.02)
    interrupted = recordings["EDF+D with gaps"]
    assert interrupted.gaps == ((60, 67), (187, 217))
    samples = interrupted.signals["EEG C4-M1"].samples
    assert samples[~np.isnan(samples)] == pytest.approx(plain, abs=0.02)
    assert recordings["EDF+C"].lights_off == 60
    assert recordings["EDF"].lights_off is None


@pytest.mark.parametrize(("n", "rate"), [(1, 100), (3, 256), (7, 128)])
def test_a_night_of_so_many_channels(n, rate, tmp_path):
    recording = sm.audit(noise_nights.noise_night(tmp_path, 0.02, n, rate))
    assert [channel.rate for channel in recording.channels] == [rate] * n


def test_a_new_process_is_measured():
    run = fresh_processes.fresh_run("x = bytearray(50_000_000); sum(range(10**6))", repeats=1)
    assert run.megabytes > 50
    assert run.cpu > 0
    assert run.wall > 0


def test_what_a_new_process_raises_is_raised():
    with pytest.raises(RuntimeError, match="no such luck"):
        fresh_processes.fresh_run("raise ValueError('no such luck')", repeats=1)


def test_the_programs_that_are_run_stage_a_night(tmp_path):
    files = noise_nights.noise_psg(tmp_path, 0.1, ("EDF",))
    rows = fresh_processes.kinds_table(files, 1, threads=(1,), others=False)
    assert [row[:2] for row in rows] == [("imports alone", "somnometry"), ("EDF", "somnometry, 1 thread")]
    assert float(rows[1][4]) >= float(rows[0][4])


def test_what_no_program_can_do_without(tmp_path):
    path = noise_nights.noise_psg(tmp_path, 0.1, ("EDF",))["EDF"]
    floors = floor.floors(path, ("EEG C4-M1", "EMG Chin"), repeats=2)
    assert list(floors)[1] == "2 channels gathered, as float32"
    assert all(milliseconds >= 0 for milliseconds in floors.values())
    with pytest.raises(ValueError, match="Quux"):
        floor.floors(path, ("Quux",))


def test_a_straight_line_is_found(tmp_path):
    x = np.array([1.0, 2, 4, 8])
    intercept, slope, error = growth.straight(x, 0.1 + 0.05 * x)
    assert (intercept, slope) == (pytest.approx(0.1), pytest.approx(0.05))
    assert error < 1e-9
    (line,) = growth.draw({("hours", "hour"): (x, 0.1 + 0.05 * x)}, tmp_path / "growth.svg")
    assert line.startswith("hours: 100 ms + 50 ms per hour, off by 0 % at most (1: 0.150,")
    assert (tmp_path / "growth.svg").read_text().startswith("<?xml")


def test_the_nights_of_the_figure_span_what_it_says():
    spans = {name: (min(values), max(values)) for name, (values, _) in growth.PANELS.items()}
    assert list(spans.values()) == [(1, 24), (3, 100), (100, 1024)]
    assert [night(values[-1]) for values, night in growth.PANELS.values()] == [
        (24, 4, 256),
        (1, 100, 256),
        (8, 4, 1024),
    ]


@pytest.mark.parametrize(("load", "says"), [(0.0, False), (7.5, True)])
def test_a_busy_machine_is_said(load, says, monkeypatch):
    monkeypatch.setattr(results.os, "getloadavg", lambda: (load, load, load), raising=False)
    monkeypatch.setattr(results.os, "cpu_count", lambda: 2)
    assert (f"{load} processes" in results.others_at_work()) is says


def test_a_part_of_the_page():
    ways = (
        TimedWay("ours-1", 1.0, (0.5,), (0.4,)),
        TimedWay("yasa-channels", 1.0, (4.0,), (4.0,)),
        TimedWay("yasa-whole", float("nan"), error="MemoryError: too large"),
    )
    steps = {"choose": 0.1, "read": 0.1, "features": 0.2, "classify": 0.1}
    bench = StagingBench("n.edf", 8.0, 1, 3, {"eeg": "C4"}, False, 0, 1, ways, steps, None, Machine.this())
    text = results.night_part(bench)
    assert "| YASA, same channels | 4.000 | 4.000 to 4.000 | 4.000 | 8 | 10 |" in text
    assert "| YASA, whole file | none | MemoryError: too large |  |  |  |" in text
    assert "header, choosing 100 ms" in text
    assert platform.node() not in text
    assert results.table(("a", "b"), [("x", "1")]) == "| a | b |\n| --- | ---: |\n| x | 1 |"


@pytest.mark.acceptance
def test_every_kernel_gives_what_its_counterpart_gives():
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--benchmark-disable"]
    bench = fresh_processes.ROOT / "benchmarks" / "speed" / "bench_kernels.py"
    done = subprocess.run([*command, str(bench)], cwd=fresh_processes.ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-2000:]
    assert " passed" in done.stdout
