"""Time the audit of a night, signal checks included, against staging it, in one process, in turn.

    python benchmarks/audit_cost.py [--edf FILE] [--hours 8] [--repeats 5]

Without a file, an 8-h PSG is simulated first: six EEG, two EOG, chin EMG and ECG at 256 Hz. Both start from the path
and choose their channels themselves; the audit then checks the signals of three channels. The first run of each is not
timed. The ratio of one run on one machine is the claim; the seconds are not.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
import warnings
from pathlib import Path

from rich.console import Console

import somnometry as sm


def staged(path):
    """Stages of a file."""
    return sm.stage(sm.read_recording(path))


def compare(path, repeats):
    """Run both in turn and print the ratio."""
    ways = {"audit": sm.audit, "staging": staged}
    seen = {name: way(path) for name, way in ways.items()}
    seconds = {name: [] for name in ways}
    for _ in range(repeats):
        for name, way in ways.items():
            start = time.perf_counter()
            way(path)
            seconds[name].append(time.perf_counter() - start)
    console = Console(highlight=False)
    console.print(f"{seen['audit']!r}: checked {', '.join(channel.label for channel in seen['audit'].chosen)}")
    for name, runs in seconds.items():
        console.print(f"{name}: median {statistics.median(runs):.3f} s ({min(runs):.3f} to {max(runs):.3f})")
    console.print(f"audit / staging: {statistics.median(seconds['audit']) / statistics.median(seconds['staging']):.2f}")


def main():
    """Parse the arguments and compare."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--edf", help="a recording of your own")
    parser.add_argument("--hours", type=float, default=8.0)
    parser.add_argument("--repeats", type=int, default=5)
    options = parser.parse_args()
    warnings.simplefilter("ignore")  # scikit-learn's on YASA's pickles; nothing here depends on them
    if options.edf:
        compare(options.edf, options.repeats)
        return
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "psg.edf"
        sm.write_edf(sm.simulate_night(1, hours=options.hours)[0], path)
        compare(path, options.repeats)


if __name__ == "__main__":
    main()
