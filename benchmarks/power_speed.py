"""Time `power` on the shipped example of a claims file: CPU and wall of a grid of sizes, processes included.

    python benchmarks/power_speed.py [--subjects 12,24,36,48,60] [--nights 1,2,3,4] [--studies 500] [--workers 2]

Without options it is the grid of `somnometry power kratom.toml`. CPU is of all processes, from start to end. On a busy
machine compare CPU only, of two versions in turn and several times.
"""

from __future__ import annotations

import argparse
import os
import time
from concurrent.futures import ProcessPoolExecutor
from importlib.resources import files
from multiprocessing import get_context
from pathlib import Path

from rich.console import Console

from somnometry import power, read_claims


def sizes(text):
    """Give the whole numbers of a list such as 12,24."""
    return [int(part) for part in text.split(",")]


def cpu_seconds():
    """CPU of this process and of those it started that have ended."""
    spent = os.times()
    return spent.user + spent.system + spent.children_user + spent.children_system


def main():
    """Print CPU and wall of one grid."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--subjects", type=sizes, default=[12, 24, 36, 48, 60])
    parser.add_argument("--nights", type=sizes, default=[1, 2, 3, 4])
    parser.add_argument("--studies", type=int, default=500)
    parser.add_argument("--workers", type=int, default=2)
    options = parser.parse_args()
    study = read_claims(Path(str(files("somnometry.claims") / "files" / "kratom.toml"))).study
    wall, cpu = time.perf_counter(), cpu_seconds()
    grid = {"subjects": options.subjects, "nights": options.nights, "n_studies": options.studies}
    if options.workers > 1:
        with ProcessPoolExecutor(options.workers, mp_context=get_context("spawn")) as pool:
            table = power(study, **grid, mapper=pool.map)
    else:
        table = power(study, **grid)
    wall, cpu = time.perf_counter() - wall, cpu_seconds() - cpu
    n = len(options.subjects) * len(options.nights) * options.studies
    Console(highlight=False, width=160).print(
        f"{len(study.claims)} claims, {n:,} studies with and without effects, {options.workers} processes: "
        f"{cpu:.1f} s of CPU, {wall:.1f} s; {1000 * cpu / n:.1f} ms of CPU a study; "
        f"mean power before adjustment {sum(row.before for row in table.rows) / len(table.rows):.6f}"
    )


if __name__ == "__main__":
    main()
