"""What a batch costs: two workers against one, a second run with nothing to do, and a night as folders grow.

    python benchmarks/batch_scaling.py [--nights 16] [--hours 8] [--tiny 300,3000] [--folder DIR]

Nights are one simulated night, each with other bytes in its last record. Wall seconds, CPU seconds of the workers, and
peak memory of the largest worker; all runs in turn on one machine, in one process. Run it on a quiet machine.
"""

from __future__ import annotations

import argparse
import resource
import tempfile
import time
from pathlib import Path

import numpy as np

from somnometry import Montage, Recording, Settings, Signal, measure, simulate_night, write_edf

PLAIN = Settings(figures=False)


def nights_of(folder: Path, n: int, hours: float, rate: float = 100.0) -> Path:
    """Write one simulated night, or a minute of noise, n times, each with other bytes at its end."""
    folder.mkdir(parents=True, exist_ok=True)
    if hours < 0.5:
        noise = np.random.default_rng(0).normal(0, 20, round(3600 * hours * rate))
        write_edf(Recording({"C4-M1": Signal(noise, rate)}, Montage("C4-M1")), folder / "first.edf")
    else:
        recording, hypnogram = simulate_night(1, hours=hours, rate=rate)
        write_edf(recording, folder / "first.edf", hypnogram)
    content = bytearray((folder / "first.edf").read_bytes())
    (folder / "first.edf").unlink()
    for i in range(n):
        content[-8:] = (i % 30000).to_bytes(2, "little") * 4
        (folder / f"n{i:05d}.edf").write_bytes(content)
    return folder


def timed(folder: Path, out: Path, **options: object) -> tuple[float, float, int]:
    """Wall and CPU seconds of a batch, and how many nights failed."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    begun = time.perf_counter()
    rows = measure([folder], out, PLAIN, **options)  # type: ignore[arg-type]
    wall = time.perf_counter() - begun
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    busy = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return wall, busy, sum(row["status"] != "ok" for row in rows)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--nights", type=int, default=16)
    parser.add_argument("--hours", type=float, default=8.0)
    parser.add_argument("--tiny", default="300,3000")
    parser.add_argument("--folder", type=Path)
    options = parser.parse_args()
    root = options.folder or Path(tempfile.mkdtemp(prefix="somnometry-batch-"))
    nights = nights_of(root / "nights", options.nights, options.hours)
    print(f"{options.nights} nights of {options.hours:g} h, without figures")
    walls = {}
    for jobs in (1, 2):
        walls[jobs], busy, failed = timed(nights, root / f"out{jobs}", jobs=jobs)
        each = walls[jobs] / options.nights
        print(f"  {jobs} worker(s): {walls[jobs]:.1f} s, {each:.2f} s a night, {busy:.1f} s of CPU, {failed} failed")
    print(f"  two workers are {walls[1] / walls[2]:.2f} times one")
    again, _, _ = timed(nights, root / "out2", jobs=2)
    print(f"  a second run, with nothing to do: {again:.2f} s")
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(f"  peak memory of a worker {peak:.0f} MB")
    for n in [int(text) for text in options.tiny.split(",") if text]:
        tiny = nights_of(root / f"tiny{n}", n, 1 / 60)
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        wall, _, failed = timed(tiny, root / f"out-tiny{n}", jobs=2)
        grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
        second, _, _ = timed(tiny, root / f"out-tiny{n}", jobs=2)
        print(
            f"{n} nights of a minute: {1000 * wall / n:.1f} ms a night ({failed} failed); again: {second:.2f} s; ",
            end="",
        )
        print(f"the parent's peak memory grew by {grown:.0f} MB")


if __name__ == "__main__":
    main()
