"""Speed, memory and cold start on this machine, as a page: ``benchmarks/results.md``, written by ``make bench``.

    python -m benchmarks.speed.results [--hours 8] [--repeats 5] [--out benchmarks/results.md]

The page names the kind of machine and the versions, and neither the machine nor a folder of it. Ratios of runs in turn
on one machine are the claim; the seconds are not. Run it where nothing else runs: it takes about ten minutes.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Iterable, Sequence
from pathlib import Path

import somnometry as sm
from benchmarks.architecture_speed import markov_nights, one_night, table_against_loop
from benchmarks.speed.floor import floors
from benchmarks.speed.fresh_processes import kinds_table
from benchmarks.speed.noise_nights import noise_night, noise_psg
from somnometry.report.tables.bench_tables import STEPS, bench_lines, machine_line, way_words

ROOT = Path(__file__).resolve().parents[2]
#: Settings that decide how many threads linear algebra uses.
THREADS = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS")


def table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table in Markdown; all columns but the first to the right."""
    lines = [headings, ["---", *["---:"] * (len(headings) - 1)], *rows]
    return "\n".join("| " + " | ".join(row) + " |" for row in lines)


def night_part(bench: sm.StagingBench) -> str:
    """One file: the ways, what the ratios are, and our steps."""
    rows = [
        (way_words(way.name), f"{way.seconds:.3f}",
         f"{min(way.wall):.3f} to {max(way.wall):.3f}", f"{way.cpu_seconds:.3f}",
         f"{bench.speed_up(theirs=way.name):.3g}", f"{bench.speed_up(theirs=way.name, cpu=True):.3g}")
        if way.wall else (way_words(way.name), "none", way.error, "", "", "")
        for way in bench.ways
    ]  # fmt: skip
    steps = ", ".join(f"{STEPS[name]} {1000 * seconds:.0f} ms" for name, seconds in bench.steps.items())
    return "\n\n".join([
        table(("from file to hypnogram", "wall s", "fastest to slowest", "CPU s", "times ours", "in CPU"), rows),
        *bench_lines(bench)[:-1], f"Our steps on one thread, CPU time, each timed apart: {steps}.",
    ])  # fmt: skip


def kernels_part(night_seconds: float) -> str:
    """Each kernel beside its counterpart, and its share of our night."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "kernels.json"
        bench = Path(__file__).with_name("bench_kernels.py")
        command = [
            sys.executable,
            "-m",
            "pytest",
            "-q",
            "-p",
            "no:cacheprovider",
            str(bench),
            "--benchmark-timer=time.process_time",
            f"--benchmark-json={file}",
        ]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
        if done.returncode:
            raise RuntimeError(done.stdout[-4000:] + done.stderr[-4000:])
        runs = json.loads(file.read_text(encoding="utf-8"))["benchmarks"]
    groups: dict[str, dict[str, tuple[float, int]]] = {}
    for run in runs:
        groups.setdefault(run["group"], {})[run["extra_info"]["who"]] = (
            run["stats"]["min"],
            run["extra_info"]["calls"],
        )
    rows = []
    for name, by in sorted(groups.items(), key=lambda item: -item[1]["ours"][0] * item[1]["ours"][1]):
        (ours, calls), ((who, (theirs, _)),) = by["ours"], [item for item in by.items() if item[0] != "ours"]
        share = f"{100 * ours * calls / night_seconds:.1f} %" if calls else "where needed"
        rows.append((f"`{name}`", f"{1000 * ours:.2f}", who, f"{1000 * theirs:.2f}", f"{theirs / ours:.1f}", share))
    return table(("kernel", "ours, CPU ms", "counterpart", "its CPU ms", "ratio", "share of a night"), rows)


def numbers_part() -> str:
    """One night's architecture, and ten thousand against a loop over YASA's statistics."""
    fastest, middle = one_night(markov_nights(20, 960))
    ours, loop, worst = table_against_loop(10_000)
    return (
        f"The {len(sm.METRICS)} metrics of one hypnogram take {fastest:.2f} ms of CPU at best and {middle:.2f} ms in "
        f"the middle. Those of 10,000 nights at once take {ours:.2f} s; YASA's fewer statistics, one night after the "
        f"other, {loop:.0f} s, {loop / ours:.0f} times as long. The largest difference where both define the same is "
        f"{worst:.4f}."
    )


def others_at_work() -> str:
    """Say how busy the machine is before anything is measured, where more than a quarter of it is."""
    if not hasattr(os, "getloadavg") or (load := os.getloadavg()[0]) < (os.cpu_count() or 1) / 4:
        return ""
    return (
        f" **The machine was busy**: {load:.1f} processes ran or waited at the start, so that wall times are long "
        "and uneven, and CPU times somewhat long."
    )


def page(hours: float, repeats: int) -> str:
    """Measure, and write the page."""
    busy = others_at_work()
    with tempfile.TemporaryDirectory() as folder:
        files = noise_psg(Path(folder), hours)
        psg = sm.bench_staging(files["EDF"], repeats=repeats)
        headband = sm.bench_staging(noise_night(Path(folder), hours, 1, 256), repeats=repeats)
        floor = floors(files["EDF"], tuple(psg.channels.values()))
        fresh = kinds_table(files, max(1, repeats // 3))
    set_ = ", ".join(f"{name}={os.environ[name]}" for name in THREADS if name in os.environ) or "none set"
    parts = [
        "# Speed on one machine",
        "Written by `make bench`. Nights are 1/f noise: it takes as long to stage as sleep, and is harder to agree on. "
        "Ratios are the claim, seconds are not.",
        f"{machine_line(psg.machine)} Variables of threads: {set_}.{busy}",
        f"## A polysomnogram of {psg.n_channels} signals, {psg.hours:g} h",
        night_part(psg),
        "Beneath them lies what no program can do without, CPU time: "
        + ", ".join(f"{name} {milliseconds:.0f} ms" for name, milliseconds in floor.items())
        + ".",
        f"## One EEG alone, {headband.hours:g} h at 256 Hz",
        night_part(headband),
        "## Kernels, on eight hours of one channel",
        kernels_part(psg.way("ours-1").cpu_seconds),
        "The fastest of some runs. The share is that of the CPU time of our polysomnogram on one thread, the calls of "
        "its three channels together. "
        "`time_domain` holds the kernels of one epoch; those are timed by themselves with 960 calls from Python.",
        "## New processes: cold start and memory",
        table(("file", "who", "wall s", "CPU s", "MB at most", "MB above imports"), fresh),
        "From the start of a process to its first hypnogram, the caches of compiled kernels and classifiers filled.",
        "## The numbers of a night",
        numbers_part(),
    ]
    return "\n\n".join(parts) + "\n"


def main() -> None:
    """Parse the arguments and write the page."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--hours", type=float, default=8.0)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--out", type=Path, default=ROOT / "benchmarks" / "results.md")
    options = parser.parse_args()
    warnings.simplefilter("ignore")  # scikit-learn's on YASA's pickles
    options.out.write_text(page(options.hours, options.repeats), encoding="utf-8")
    print(options.out.read_text(encoding="utf-8"))


if __name__ == "__main__":
    main()
