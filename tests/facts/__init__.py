"""Numbers that others publish or print, small enough to come along; README.md says whose they are."""

import csv
import json
import tomllib
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

FACTS = Path(__file__).parent
#: The nights of `peers`.
NIGHTS = ("A_two_cycles", "B_unscored_long_tail", "C_yasa_doc20", "D_no_rem", "E_all_wake")
#: Names of stages as programs print them -> codes of a hypnogram.
CODES = {"?": -1, "W": 0, "N1": 1, "N2": 2, "N3": 3, "R": 4}


def worked_examples() -> dict[str, dict[str, Any]]:
    """Expected numbers of each worked example, by its name."""
    return json.loads((FACTS / "worked_examples.json").read_text(encoding="utf-8"))


def example(name: str) -> pd.DataFrame:
    """Data of a worked example."""
    return pd.read_csv(FACTS / "examples" / f"{name}.csv")


def printed_by_r() -> dict[str, float]:
    """Numbers that R's mixed models print, by model, term and column."""
    with (FACTS / "printed_by_r.tsv").open(encoding="utf-8", newline="") as lines:
        return {key: float(value) for key, value in csv.reader(lines, delimiter="\t")}


def peers() -> dict[str, dict[str, Any]]:
    """Five nights and what other programs print of each; `stages` as codes."""
    nights = json.loads((FACTS / "peers.json").read_text(encoding="utf-8"))
    for night in nights.values():
        words = night["stages"].split()
        runs = zip(words[::2], words[1::2], strict=True)
        night["stages"] = [CODES[stage] for stage, epochs in runs for _ in range(int(epochs))]
    return nights


def sri() -> dict[str, dict[str, Any]]:
    """Scores and sleep measures that the SRI pipeline prints of 14 people, and each one's epochs, counted."""
    return json.loads((FACTS / "sri.json").read_text(encoding="utf-8"))


def epochs_of(counts: Any) -> tuple[np.ndarray, np.ndarray]:
    """Rows and columns of a table of counts, one of each per epoch, in no order of time."""
    counts = np.asarray(counts)
    row, column = np.indices(counts.shape)
    return np.repeat(row, counts.ravel()), np.repeat(column, counts.ravel())


def channel_labels() -> dict[str, Any]:
    """Labels of families and cohorts, and rules that tell the role of a label."""
    return tomllib.loads((FACTS / "channel_labels.toml").read_text(encoding="utf-8"))
