"""Folders of small nights, and ways to measure them that go wrong."""

import csv
import os
import re
import time
from pathlib import Path

from somnometry.batch.one_night import Task, measure_night

from ..io.edf_files import noise, write

SECONDS = 90


def write_night(path: Path, seed: int = 0, seconds: int = SECONDS, **fields) -> Path:
    """One EEG of noise."""
    return write(path, {"C4-M1": (noise(100, seconds, seed=seed), 100)}, **fields)


def write_nights(folder: Path, n: int) -> Path:
    """Nights n00, n01, ...; each of its own noise."""
    folder.mkdir(parents=True, exist_ok=True)
    for i in range(n):
        write_night(folder / f"n{i:02d}.edf", seed=i)
    return folder


def poisoned(task: Task):
    """Measure a night, unless its name says what it does to the process."""
    if "exit" in task.name:
        os._exit(137)
    if "segfault" in task.name:
        import ctypes

        ctypes.string_at(0)
    if "endless" in task.name:
        while True:
            time.sleep(0.01)
    if "memory" in task.name:
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (4 << 30, resource.RLIM_INFINITY))
        try:
            bytearray(30 << 30)
        finally:
            resource.setrlimit(resource.RLIMIT_AS, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    return measure_night(task)


def slow(task: Task):
    """Measure a night, and take a while."""
    time.sleep(0.2)
    return measure_night(task)


def rows_of(out):
    with (out / "nights.csv").open(newline="") as file:
        return {row["recording"]: row for row in csv.DictReader(file)}


#: When a night was measured, which the row says.
MOMENT = re.compile(rb"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,(?=\"somnometry )")


def outputs_of(out):
    """Content of every output file, by name, without what tells when it was made."""
    return {
        str(path.relative_to(out)): MOMENT.sub(b"", path.read_bytes())
        for path in sorted(out.rglob("*"))
        if path.is_file() and "records" not in path.parts and ".locks" not in path.parts
    }
