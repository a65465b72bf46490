"""Cold start and memory: a night staged by a process of its own, for every kind of file, ours and YASA's.

    python benchmarks/speed/fresh_processes.py [--hours 8] [--repeats 3]

Wall and CPU seconds of a process from its start to its first hypnogram, and the largest memory that it held, above what
the imports alone take.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.speed.noise_nights import noise_psg

__all__ = ["OURS", "YASAS", "FreshRun", "fresh_run", "kinds_table"]

ROOT = Path(__file__).resolve().parents[2]
OURS = """
import sys, warnings
import somnometry as sm
import numba, mne, scipy.fft
if len(sys.argv) > 1:
    sm.stage(sm.read_recording(sys.argv[1], eeg="EEG C4-M1", eog="EOG E1-M2", emg="EMG Chin"), threads=int(sys.argv[2]))
else:
    sm.read_recording, sm.stage
"""
YASAS = """
import sys, warnings
warnings.simplefilter("ignore")
import mne, yasa
if len(sys.argv) > 1:
    names = ["EEG C4-M1", "EOG E1-M2", "EMG Chin"]
    read = mne.io.read_raw_bdf if sys.argv[1].endswith("bdf") else mne.io.read_raw_edf
    raw = read(sys.argv[1], preload=True, include=names, verbose="ERROR")
    yasa.SleepStaging(raw, names[0], eog_name=names[1], emg_name=names[2]).predict()
"""


#: The most that a process held, by its own account: what its parent is told counts the parent's memory, too.
HELD = """
from pathlib import Path
status = Path("/proc/self/status")
if status.exists():
    (line,) = (line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
    print(1024 * int(line.split()[1]))
else:
    import resource, sys
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024))
"""


@dataclass(frozen=True)
class FreshRun:
    """What a process took: wall and CPU seconds, medians, and the most megabytes that it ever held."""

    wall: float
    cpu: float
    megabytes: float


def fresh_run(program: str, *words: str, repeats: int = 3, environment: dict[str, str] | None = None) -> FreshRun:
    """Run a program of Python in new processes, one after the other, their modules compiled as installed ones are."""
    inherited = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    runs = []
    for _ in range(repeats):
        start = time.perf_counter()
        process = subprocess.Popen(
            [sys.executable, "-c", program + HELD, *words], cwd=ROOT, env={**inherited, **(environment or {})},
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip
        with process.stdout:
            printed = process.stdout.read().decode(errors="replace")
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            raise RuntimeError(printed)
        runs.append((wall, usage.ru_utime + usage.ru_stime, int(printed.splitlines()[-1]) / 1e6))
    wall, cpu, most = zip(*runs, strict=True)
    return FreshRun(statistics.median(wall), statistics.median(cpu), max(most))


def kinds_table(
    files: dict[str, Path], repeats: int, threads: Sequence[int] = (1, 2), *, others: bool = True
) -> list[tuple[str, ...]]:
    """Rows of kind, who, wall s, CPU s, MB at most, MB above the imports, also YASA's; the imports alone come first."""
    rows = []
    alone = {}
    programs = {"somnometry": OURS, "YASA": YASAS} if others else {"somnometry": OURS}
    for who, program in programs.items():
        run = alone[who] = fresh_run(program, repeats=repeats)
        rows.append(("imports alone", who, f"{run.wall:.2f}", f"{run.cpu:.2f}", f"{run.megabytes:.0f}", ""))
    for kind, path in files.items():
        ways: list[tuple[str, ...]] = [
            (f"somnometry, {n} thread{'s' * (n > 1)}", "somnometry", OURS, str(n)) for n in threads
        ]
        ways += [("YASA, same channels", "YASA", YASAS, "")] if others else []
        for name, who, program, *more in ways:
            run = fresh_run(program, str(path), *more, repeats=repeats)
            above = run.megabytes - alone[who].megabytes
            rows.append((kind, name, f"{run.wall:.2f}", f"{run.cpu:.2f}", f"{run.megabytes:.0f}", f"{above:.0f}"))
    return rows


def main() -> None:
    """Write the files, run, and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--hours", type=float, default=8.0)
    parser.add_argument("--repeats", type=int, default=3)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        for row in kinds_table(noise_psg(Path(folder), options.hours), options.repeats):
            print("  ".join(f"{cell:>20}" for cell in row))


if __name__ == "__main__":
    main()
