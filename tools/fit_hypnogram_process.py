"""Fit of the hypnogram process to human scorings, printed as the module `somnometry.simulate.boas_table`.

Run as ``python -m tools.fit_hypnogram_process FOLDER > src/somnometry/simulate/boas_table.py`` on the folder that holds
``nights.tsv`` and ``stages.tsv`` of the Bitbrain Open Access Sleep data set.
"""

from __future__ import annotations

import csv
import math
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from itertools import groupby, pairwise
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.special import log_ndtr

__all__ = ["fit_boas", "phases_of", "read_boas"]

LETTERS = {"W": 0, "1": 1, "2": 2, "3": 3, "R": 4, "?": -1}
MERGE = 30  # epochs: REM bouts that lie closer than 15 min belong to one REM period (Feinberg and Floyd 1979)
ORDINALS = 4  # the fourth NREM and REM period stand for all later ones
ENOUGH = 12  # a context seen less often borrows the numbers of its stage

Stages = npt.NDArray[np.int8]


def read_boas(folder: Path, scorer: str = "human") -> tuple[list[Stages], list[float]]:
    """Read the hypnograms of one scorer and the ages in years (NaN where unknown) of the Bitbrain data set.

    Parameters
    ----------
    folder : Path
        Holds ``nights.tsv`` and ``stages.tsv``.
    scorer : {"human", "psg_ai", "headband_ai"}
        Whose scoring.

    Returns
    -------
    stages : list of array of int8
        Codes of `Stage`, one per 30-s epoch.
    ages : list of float
    """
    with (folder / "nights.tsv").open(encoding="utf-8", newline="") as lines:
        age = {row["night"]: row["age"] for row in csv.DictReader(lines, delimiter="\t")}
    with (folder / "stages.tsv").open(encoding="utf-8", newline="") as lines:
        rows = [row for row in csv.DictReader(lines, delimiter="\t") if row["scorer"] == scorer]
    stages = [np.array([LETTERS[letter] for letter in row["stages"]], np.int8) for row in rows]
    return stages, [math.nan if age[row["night"]] == "n/a" else float(age[row["night"]]) for row in rows]


def phases_of(stages: Stages) -> npt.NDArray[np.bool_]:
    """Whether each epoch lies in a REM period; REM closer than 15 min is one period.

    Examples
    --------
    >>> phases_of(np.array([2, 4, 2, 4, 2], np.int8))
    array([False,  True,  True,  True, False])
    """
    inside = np.zeros(stages.size, bool)
    rem = np.flatnonzero(stages == 4)
    for a, b in pairwise(rem):
        if b - a <= MERGE:
            inside[a:b] = True
    inside[rem] = True
    return inside


def fit_boas(nights: Sequence[Stages], ages: Sequence[float]) -> dict[str, Any]:
    """Fit the semi-Markov process that `simulate_hypnogram` runs.

    Returns
    -------
    dict
        ``latency`` and ``final_wake``: mean and SD of the logarithm, epochs (1 is added to the final wake).
        ``nrem`` and ``rem``: for the first to fourth period of a night, mean and SD of the log length in epochs.
        ``bouts``: (REM period?, stage before, stage) -> mean and SD of the log length in epochs.
        ``steps``: the same key -> weights of the next stage W, N1, N2, N3, R.
        ``after_rem``: counts of the stage W, N1, N2, N3, R with which an NREM period follows REM.
        ``deep``: weight of N3 after N2 by NREM period and third of it, relative to ``steps``.
        ``person``: intercept at age 30, slope per year and SD between nights of the log odds of N3, of the log
        length of sleep bouts, and of the log length of wake bouts.
    """
    latency: list[int] = []
    final: list[int] = []
    lengths_of: tuple[dict[int, list[int]], dict[int, list[int]]] = (defaultdict(list), defaultdict(list))
    bouts: dict[tuple[int, int, int], list[tuple[int, bool]]] = defaultdict(list)
    steps: dict[tuple[int, int, int], Counter[int]] = defaultdict(Counter)
    leaving = np.zeros((ORDINALS, 3, 2))
    after_rem = [0, 0, 0, 0, 0]
    person: list[dict[str, tuple[float, float]]] = []
    for stages in nights:
        asleep = np.flatnonzero(stages > 0)
        first, last = asleep[0], asleep[-1] + 1
        latency.append(first + 1)
        final.append(stages.size - last + 1)
        night = stages[first:last]
        own: dict[str, list[float]] = defaultdict(list)
        position, ordinal, before = 0, [0, 0], -2
        for in_rem, group in groupby(phases_of(night).astype(int).tolist()):
            length = len(list(group))
            part = night[position : position + length]
            k = min(ordinal[in_rem], ORDINALS - 1)
            if position + length < night.size:
                lengths_of[in_rem][k].append(length)
            if not in_rem and before == 4 and part[0] >= 0:
                after_rem[int(part[0])] += 1
            runs = [(int(stage), len(list(run))) for stage, run in groupby(part)]
            elapsed = 0
            for i, (stage, n) in enumerate(runs):
                elapsed += n
                after = runs[i + 1][0] if i + 1 < len(runs) else None
                key = (in_rem, before, stage)
                if stage >= 0 and before != -1:
                    bouts[key].append((n, after is None or after < 0))
                if stage >= 0 and before != -1 and after is not None and after >= 0:
                    steps[key][after] += 1
                    if stage == 2 and not in_rem:
                        leaving[k, min(3 * elapsed // length, 2), int(after == 3)] += 1
                        own["deep"].append(after == 3)
                    if stage in (2, 4):
                        own["sleep"].append(math.log(n))
                    if stage == 0:
                        own["wake"].append(math.log(n))
                before = stage
            ordinal[in_rem] += 1
            position += length
        person.append({name: _night_effect(name, values) for name, values in own.items()})

    share = leaving[..., 1] / leaving.sum(axis=2)
    overall = leaving[..., 1].sum() / leaving.sum()
    odds = (share / (1 - share)) / (overall / (1 - overall))
    return {
        "latency": _log_normal(latency),
        "final_wake": _log_normal(final),
        "nrem": [_log_normal(lengths_of[0][k]) for k in range(ORDINALS)],
        "rem": [_log_normal(lengths_of[1][k]) for k in range(ORDINALS)],
        "bouts": _contexts(bouts),
        "steps": {key: [steps[key][s] for s in range(5)] for key in sorted(steps)},
        "after_rem": after_rem,
        "deep": np.round(odds, 3).tolist(),
        "person": {name: _age_effect([p.get(name) for p in person], ages) for name in ("deep", "sleep", "wake")},
    }


def _log_normal(lengths: Iterable[float]) -> tuple[float, float]:
    logs = np.log(list(lengths))
    return round(float(logs.mean()), 3), round(float(logs.std()), 3)


def _contexts(
    bouts: dict[tuple[int, int, int], list[tuple[int, bool]]],
) -> dict[tuple[int, int, int], tuple[float, float]]:
    """Mean and SD of log length by context; a rare context has those of all bouts of its stage and period."""
    pooled: dict[tuple[int, int], list[tuple[int, bool]]] = defaultdict(list)
    for (in_rem, _, stage), lengths in bouts.items():
        pooled[in_rem, stage] += lengths
    return {
        key: _censored_log_normal(bouts[key] if len(bouts[key]) >= ENOUGH else pooled[key[0], key[2]])
        for key in sorted(bouts)
    }


def _censored_log_normal(bouts: list[tuple[int, bool]]) -> tuple[float, float]:
    """Fit a log-normal to bouts of which some were cut short by the end of their period (EM, Tobit type I)."""
    logs = np.log([n for n, _ in bouts])
    cut = np.array([c for _, c in bouts])
    mean, sd = float(logs.mean()), max(float(logs.std()), 0.1)
    for _ in range(200):
        z = (logs - mean) / sd
        hazard = np.exp(-0.5 * z**2 - log_ndtr(-z)) / math.sqrt(2 * math.pi)
        expected = np.where(cut, mean + sd * hazard, logs)
        spread = np.where(cut, sd**2 * (1 + z * hazard - hazard**2), 0.0)
        mean = float(expected.mean())
        sd = math.sqrt(float(np.mean((expected - mean) ** 2 + spread)))
    return round(mean, 3), round(sd, 3)


def _night_effect(name: str, values: list[float]) -> tuple[float, float]:
    """Give a night's effect and the variance with which it was measured."""
    n = len(values)
    if name == "deep":
        yes = sum(values)
        return math.log((yes + 0.5) / (n - yes + 0.5)), 1 / (yes + 0.5) + 1 / (n - yes + 0.5)
    return float(np.mean(values)), float(np.var(values)) / n if n > 1 else 1.0


def _age_effect(effects: list[tuple[float, float] | None], ages: Sequence[float]) -> tuple[float, float, float]:
    known = [(age - 30, *e) for e, age in zip(effects, ages, strict=True) if e is not None and not math.isnan(age)]
    age, effect, variance = np.array(known).T
    slope, intercept = np.polyfit(age, effect, 1)
    residual = effect - intercept - slope * age
    between = max(float(residual.var()) - float(variance.mean()), 0.01)
    return round(float(intercept - effect.mean()), 3), round(float(slope), 4), round(math.sqrt(between), 3)


def main(folder: str) -> None:
    """Print the module `boas_table`."""
    fitted = fit_boas(*read_boas(Path(folder)))
    lines = [
        '"""Numbers of the hypnogram process, fitted to human scorings; epochs of 30 s.',
        "",
        "Source: human consensus scorings of 64 nights of Bitbrain Open Access Sleep, OpenNeuro ds005555 v1.1.0, CC0,",
        "doi 10.18112/openneuro.ds005555.v1.1.0. Written by ``python -m tools.fit_hypnogram_process FOLDER``.",
        '"""',
        "",
    ]
    types = {
        "latency": "tuple[float, float]",
        "final_wake": "tuple[float, float]",
        "nrem": "list[tuple[float, float]]",
        "rem": "list[tuple[float, float]]",
        "bouts": "dict[tuple[int, int, int], tuple[float, float]]",
        "steps": "dict[tuple[int, int, int], list[int]]",
        "after_rem": "list[int]",
        "deep": "list[list[float]]",
        "person": "dict[str, tuple[float, float, float]]",
    }
    for name, value in fitted.items():
        if isinstance(value, dict):
            body = "".join(f"    {key!r}: {item!r},\n".replace("'", '"') for key, item in value.items())
            lines.append(f"{name.upper()}: {types[name]} = {{\n{body}}}")
        else:
            lines.append(f"{name.upper()}: {types[name]} = {value!r}")
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main(sys.argv[1])
