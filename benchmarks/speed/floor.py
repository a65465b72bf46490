"""What no program can do without on one night of a plain EDF: its bytes, three channels of them, one transform of each.

    python -m benchmarks.speed.floor [--hours 8] [--repeats 9]

CPU milliseconds, the fastest run, with the file in the memory of the system: the floor under a night's budget.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from scipy import fft

from benchmarks.speed.noise_nights import noise_psg

__all__ = ["floors"]


def cpu_milliseconds(function: Callable[[], object], repeats: int) -> float:
    """The fastest of some runs."""
    taken = []
    for _ in range(repeats):
        start = time.process_time()
        function()
        taken.append(time.process_time() - start)
    return 1000 * min(taken)


def floors(path: Path, labels: tuple[str, ...], repeats: int = 9) -> dict[str, float]:
    """CPU milliseconds of each floor, by what it is."""
    with path.open("rb") as file:
        head = file.read(256)
        n_signals, size = int(head[252:256]), int(head[184:192])
        fields = file.read(size - 256)
    names = [fields[16 * i : 16 * i + 16].decode("latin-1").strip() for i in range(n_signals)]
    counts = [int(fields[216 * n_signals + 8 * i :][:8]) for i in range(n_signals)]
    places = np.cumsum([0, *counts])
    chosen = [slice(int(places[i]), int(places[i + 1])) for i in map(names.index, labels)]

    def all_bytes() -> int:
        buffer = bytearray(1 << 22)
        with path.open("rb", buffering=0) as file:
            return sum(iter(lambda: file.readinto(buffer), 0))

    def gathered() -> list[np.ndarray]:
        records = np.memmap(path, "<i2", "r", offset=size).reshape(-1, int(places[-1]))
        return [records[:, where].astype(np.float32).ravel() for where in chosen]

    channel = gathered()[0]
    n = round(80 * counts[names.index(labels[0])] / float(head[244:252]))
    blocks = channel[: channel.size // n * n].reshape(-1, n)
    return {
        "all bytes of the file": cpu_milliseconds(all_bytes, repeats),
        f"{len(labels)} channels gathered, as float32": cpu_milliseconds(gathered, repeats),
        "one transform of one channel, in blocks of 80 s": cpu_milliseconds(lambda: fft.rfft(blocks), repeats),
    }


def main() -> None:
    """Write a night, measure, and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--hours", type=float, default=8.0)
    parser.add_argument("--repeats", type=int, default=9)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = noise_psg(Path(folder), options.hours, ("EDF",))["EDF"]
        for name, milliseconds in floors(path, ("EEG C4-M1", "EOG E1-M2", "EMG Chin"), options.repeats).items():
            print(f"{name}: {milliseconds:.0f} ms")


if __name__ == "__main__":
    main()
