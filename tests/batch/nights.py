"""Nights to measure, and the table that is made of them."""

import csv

from ..io.edf_files import noise, write

MINUTES = 6


def night(path, seed=0, **fields):
    channels = {
        "C4-M1": (noise(100, 60 * MINUTES, seed=seed), 100),
        "E1-M2": (noise(100, 60 * MINUTES, seed=seed + 1), 100),
    }
    return write(path, channels, **fields)


def table(out):
    with (out / "nights.csv").open(newline="") as file:
        return {row["recording"]: row for row in csv.DictReader(file)}
