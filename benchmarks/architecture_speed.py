"""Time the architecture of one night, and of 10,000 against a loop over YASA's sleep statistics.

    python benchmarks/architecture_speed.py [--nights 10000]

Ours gives every metric of METRICS for all nights at once; YASA's loop gives its own, fewer statistics, and is timed on
the first 300 nights and scaled. Where both define the same quantity the values are compared.
"""

from __future__ import annotations

import argparse
import time

import numpy as np
from rich.console import Console

import somnometry as sm

SHARED = {
    "TST": "tst",
    "WASO": "waso_spt",
    "SPT": "spt",
    "SOL": "sol",
    "SE": "se",
    "%REM": "rem_percent",
    "SFI": "sfi_wake",
}


def markov_nights(n_nights, n_epochs, seed=0):
    """Hypnograms of a Markov chain whose bouts last as long as in people."""
    stay = np.array([0.94, 0.55, 0.95, 0.93, 0.96])
    away = np.array([[0, 8, 2, 0, 1], [3, 0, 6, 0, 1], [2, 2, 0, 3, 2], [1, 0, 5, 0, 0], [3, 2, 2, 0, 0]], float)
    chain = np.diag(stay) + (1 - stay)[:, None] * away / away.sum(axis=1, keepdims=True)
    steps = chain.cumsum(axis=1)
    rng = np.random.default_rng(seed)
    stages = np.zeros((n_nights, n_epochs), np.int8)
    for e in range(1, n_epochs):
        stages[:, e] = (rng.random(n_nights)[:, None] > steps[stages[:, e - 1]]).sum(axis=1)
    return stages


def one_night(nights, repeats=20):
    """Milliseconds of CPU that `architecture` takes: the fastest and the middle one of all nights and repeats."""
    hypnograms = [sm.Hypnogram(stages) for stages in nights]
    taken = []
    for _ in range(repeats):
        for hypnogram in hypnograms:
            start = time.process_time_ns()
            sm.architecture(hypnogram)
            taken.append((time.process_time_ns() - start) / 1e6)
    return min(taken), float(np.median(taken))


def table_against_loop(n_nights):
    """Seconds of a table of so many nights, of a loop over YASA's statistics, and how far the two differ at most."""
    import yasa

    stages = markov_nights(n_nights, 960)
    sm.architecture_table(stages[:10])
    seconds = []
    for _ in range(3):
        start = time.perf_counter()
        table = sm.architecture_table(stages)
        seconds.append(time.perf_counter() - start)
    few = min(300, n_nights)
    start = time.perf_counter()
    theirs = [yasa.Hypnogram.from_integers(night).sleep_statistics() for night in stages[:few]]
    loop = (time.perf_counter() - start) * n_nights / few
    worst = max(
        np.nanmax(np.abs(np.array([t[name] for t in theirs], float) - table[key][:few])) for name, key in SHARED.items()
    )
    return min(seconds), loop, float(worst)


def main():
    """Time both and compare."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--nights", type=int, default=10_000)
    n_nights = parser.parse_args().nights
    ours, loop, worst = table_against_loop(n_nights)
    say = Console(highlight=False).print
    say(f"{n_nights} nights of 960 epochs, {len(sm.METRICS)} metrics: {ours:.2f} s (of 3 runs, the fastest)")
    fastest, middle = one_night(markov_nights(20, 960))
    say(f"one night at a time: {fastest:.2f} ms of CPU the fastest, {middle:.2f} ms the middle one")
    say(f"YASA's sleep statistics, one night after the other: {loop:.1f} s; {loop / ours:.0f} times as long")
    say(f"largest difference in {', '.join(SHARED)}: {worst:.4f}")


if __name__ == "__main__":
    main()
