"""Compare what we say Luna would say of a night with what Luna says, on random hypnograms.

    pip install lunapi; python benchmarks/luna_agreement.py [--nights 200]

lunapi is no dependency of the package. Luna's trimming of long wake is off. Every field that the convention "luna" and
Luna's HYPNO both report is compared; nights for which Luna reports nothing are counted.
"""

from __future__ import annotations

import argparse
from collections import Counter

import lunapi
import numpy as np
from rich.console import Console

import somnometry as sm

COMMAND = "EPOCH dur=30 & HYPNO end-wake=0 end-sleep=0"
NAMES = {-1: "?", 0: "W", 1: "N1", 2: "N2", 3: "N3", 4: "R"}


def random_night(rng, number):
    """Bouts of any stage; every third night with unscored runs, some inside and some at the ends."""
    stages = []
    while len(stages) < (n_epochs := int(rng.integers(60, 900))):
        stages += [int(rng.integers(0, 5))] * int(rng.integers(1, 60))
    stages = np.array(stages[:n_epochs])
    if number % 3 == 0:
        for onset in rng.integers(0, stages.size, 3):
            stages[onset : onset + int(rng.integers(1, 12))] = -1
    return stages


def luna_of(project, stages, name):
    """The fields of Luna's HYPNO for one night; empty where it reports none."""
    night = project.empty_inst(name, nr=len(stages), rs=30)
    for code, label in NAMES.items():
        epochs = np.flatnonzero(stages == code)
        if epochs.size:
            night.insert_annot(label, [(int(e) * 30, (int(e) + 1) * 30) for e in epochs])
    night.proc(COMMAND)
    strata = {tuple(row) for row in night.strata().to_numpy().tolist()}
    return night.table("HYPNO").iloc[0].to_dict() if any(command == "HYPNO" for command, *_ in strata) else {}


def main():
    """Compare and count."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--nights", type=int, default=200)
    options = parser.parse_args()
    rng = np.random.default_rng(7)
    project = lunapi.proj()
    project.silence(True)
    compared, silent, different = 0, 0, Counter()
    for number in range(options.nights):
        stages = random_night(rng, number)
        theirs = luna_of(project, stages, f"n{number}")
        silent += not theirs
        for field, ours in sm.conventional(sm.Hypnogram(stages), "luna").items():
            try:
                value = float(theirs[field])
            except (KeyError, TypeError, ValueError):
                continue
            compared += 1
            if not np.isclose(value, ours, atol=2e-3, equal_nan=True):
                different[field] += 1
    say = Console(highlight=False).print
    say(f"{options.nights} nights, {silent} of which Luna says nothing; {compared} values compared")
    say(f"different: {dict(different) or 'none'}")


if __name__ == "__main__":
    main()
