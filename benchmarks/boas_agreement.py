"""How two algorithms agree with human scorers on the 64 nights of Bitbrain Open Access Sleep, metric by metric.

``python benchmarks/boas_agreement.py FOLDER`` prints the Markdown tables of ``docs/agreement.md``; FOLDER holds
``nights.tsv`` and ``stages.tsv`` of OpenNeuro ds005555 v1.1.0.
"""

from __future__ import annotations

import argparse
import csv
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np

from somnometry.core.hypnogram import Hypnogram
from somnometry.metrics.agreement.bootstrap import Estimate
from somnometry.metrics.agreement.epochs import epoch_agreement
from somnometry.metrics.agreement.metrics import MetricAgreement, metric_agreement
from somnometry.metrics.agreement.reliability import variance_components
from somnometry.metrics.architecture import architecture
from somnometry.metrics.table import METRICS

CODES = {"W": 0, "1": 1, "2": 2, "3": 3, "R": 4, "?": -1}
ALGORITHMS = {"headband_ai": "headband", "psg_ai": "PSG algorithm"}
WITHOUT = "sub-4"
KEYS = (
    "tst", "se", "sol", "waso", "awakenings", "sfi_shift",
    "n1_percent", "n2_percent", "n3_percent", "rem_percent", "rem_latency", "rem_latency_5min",
)  # fmt: skip

Scorings = dict[str, Hypnogram]


def read_scorings(folder: Path) -> tuple[dict[str, Scorings], dict[str, str]]:
    """Read the hypnograms by scorer and night, and the person of every night."""
    with (folder / "nights.tsv").open(encoding="utf-8", newline="") as lines:
        person = {row["night"]: row["pid"] for row in csv.DictReader(lines, delimiter="\t")}
    scorings: dict[str, Scorings] = {}
    with (folder / "stages.tsv").open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines, delimiter="\t"):
            codes = [CODES[letter] for letter in row["stages"]]
            scorings.setdefault(row["scorer"], {})[row["night"]] = Hypnogram(codes, scorer=row["scorer"])
    return scorings, person


def cut_to_device(human: Scorings, device: Scorings) -> tuple[Scorings, Scorings]:
    """Cut every night to the span from the first to the last epoch that the device scored."""
    pairs: tuple[Scorings, Scorings] = ({}, {})
    for night, hypnogram in device.items():
        scored = np.flatnonzero(hypnogram.stages >= 0)
        span = slice(scored[0], scored[-1] + 1)
        for cut, whole in zip(pairs, (human[night], hypnogram), strict=True):
            cut[night] = Hypnogram(whole.stages[span], scorer=whole.scorer)
    return pairs


def table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Lay out a Markdown table whose first column is text and whose others are numbers."""
    head = [f"| {' | '.join(headings)} |", "| --- |" + " ---: |" * (len(headings) - 1)]
    return "\n".join([*head, *(f"| {' | '.join(row)} |" for row in rows)])


def name(key: str) -> str:
    """Label of a metric with its unit."""
    unit = METRICS[key].unit
    return METRICS[key].label + ("" if unit == "count" else f", {unit}")


def with_interval(estimate: Estimate, form: str) -> str:
    """Format a number and its interval."""
    return f"{estimate.value:{form}} [{estimate.lower:{form}}, {estimate.upper:{form}}]"


def metrics_table(found: MetricAgreement) -> str:
    """One row per metric."""
    checks = {"constant": "", "proportional": "slope", "heteroscedastic": "spread", "ratio": "ratio"}
    rows = []
    for key, one in found.items():
        limits = f"{one['loa_lower'].value:.1f} to {one['loa_upper'].value:.1f}"
        row = (
            name(key), f"{one.n}", f"{one.reference.mean():.1f}", with_interval(one["bias"], ".1f"),
            f"{one['sd'].value:.1f}", limits, f"{one.p5:.1f} to {one.p95:.1f}", f"{one.median:.1f}",
            with_interval(one["icc"], ".2f"), f"{one['calibration_slope'].value:.2f}", checks[one.limits],
        )  # fmt: skip
        rows.append(row)
    headings = (
        "metric", "nights", "human mean", "bias", "SD", "limits of agreement", "5 to 95 %", "median", "ICC(A,1)",
        "calibration slope", "check",
    )  # fmt: skip
    return table(headings, rows)


def sensitivity_table(every: dict[str, MetricAgreement], without: dict[str, MetricAgreement]) -> str:
    """Bias, SD and ICC with and without a night, side by side."""
    rows = []
    for key in KEYS:
        row = [name(key)]
        for scorer in ALGORITHMS:
            for found in (every[scorer][key], without[scorer][key]):
                row.append(f"{found['bias'].value:.1f} / {found['sd'].value:.1f} / {found['icc'].value:.2f}")
        rows.append(row)
    headings = ["metric"]
    headings += [f"{label}, {which}" for label in ALGORITHMS.values() for which in ("all", f"without {WITHOUT}")]
    return table(headings, rows)


def repeats_table(scorings: dict[str, Scorings], person: dict[str, str], errors: dict[str, MetricAgreement]) -> str:
    """SD between people and from night to night of those with several nights, beside the SD of what a scorer errs."""
    several = [night for night in person if Counter(person.values())[person[night]] > 1]
    people = [person[night] for night in several]
    measured = [architecture(scorings["human"][night], max_unscored=1) for night in several]
    rows = []
    for key in KEYS:
        between, within = variance_components([one[key] for one in measured], people)
        theirs = [f"{errors[scorer][key]['sd'].value:.1f}" for scorer in ALGORITHMS]
        rows.append([name(key), f"{between:.1f}", f"{within:.1f}", *theirs])
    headings = ("metric", "between people", "night to night", *(f"error of {label}" for label in ALGORITHMS.values()))
    return table(headings, rows)


def epochs_table(epochs: dict[str, dict[str, Estimate]]) -> str:
    """Scores of all epochs together, one column per algorithm."""
    keys = ("accuracy", "kappa", "mcc", "macro_f1", "f1_W", "f1_N1", "f1_N2", "f1_N3", "f1_R")
    rows = [[key.replace("_", " "), *(with_interval(epochs[scorer][key], ".3f") for scorer in epochs)] for key in keys]
    return table(("score", *ALGORITHMS.values()), rows)


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="holds nights.tsv and stages.tsv")
    parser.add_argument("--draws", type=int, default=2000, help="bootstrap samples of people")
    given = parser.parse_args()
    print(report(given.folder, given.draws))


def report(folder: Path, draws: int = 2000) -> str:
    """Give all tables as Markdown."""
    scorings, person = read_scorings(folder)
    every, without, epochs, excluded = {}, {}, {}, []
    for scorer in ALGORITHMS:
        human, device = cut_to_device(scorings["human"], scorings[scorer])
        every[scorer] = metric_agreement(human, device, KEYS, subjects=person, n_boot=draws, interval="bootstrap")
        agreement = epoch_agreement(human, device, subjects=person, n_boot=draws)
        epochs[scorer] = {key: summary.pooled for key, summary in agreement.summary.items()}
        excluded += [f"{night} ({ALGORITHMS[scorer]})" for night in every[scorer].excluded]
        for part in (human, device):
            del part[WITHOUT]
        without[scorer] = metric_agreement(human, device, KEYS, subjects=person, n_boot=2, interval="bootstrap")
    parts = [f"Excluded as more than 20 % unscored: {', '.join(excluded)}."]
    parts += [f"### {ALGORITHMS[scorer]} against human\n\n{metrics_table(found)}" for scorer, found in every.items()]
    parts += [f"### Epoch by epoch\n\n{epochs_table(epochs)}"]
    parts += [f"### Without {WITHOUT}: bias / SD / ICC\n\n{sensitivity_table(every, without)}"]
    parts += [f"### Night to night\n\n{repeats_table(scorings, person, every)}"]
    return "\n\n".join(parts)


if __name__ == "__main__":
    main()
