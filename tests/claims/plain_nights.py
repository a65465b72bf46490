"""Crossovers whose columns fit together night by night, in plain numpy; tests spoil them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import somnometry as sm

STUDY = sm.Study(design="crossover", treatment="active", control="placebo", randomised=True, staging="human")
STAGES = ("n1", "n2", "n3", "rem")
MINUTES = ("trt", "tst", "spt", "sol", "waso", *(f"{stage}_minutes" for stage in STAGES))


def plain_nights(people: int = 24, nights: int = 2, seed: int = 0) -> dict[str, np.ndarray]:
    """Nights of 30-s epochs, to the half minute: TRT = SOL + TST + WASO, and four stages that sum to TST."""
    rng = np.random.default_rng(seed)
    shape = (people, 2, nights)
    who, period, night = (axis.ravel() for axis in np.indices(shape))
    n = who.size
    trt = np.round(rng.normal(960, 30, n)) / 2
    sol = np.round(2 * np.clip(rng.lognormal(2.7, 0.6, n), 1, 90)) / 2
    tst = np.round(rng.normal(760, 60, people)[who] + rng.normal(0, 50, n)) / 2
    tst = np.minimum(tst, trt - sol - 5 - rng.integers(0, 40, n) / 2)
    final = rng.integers(3, 30, n) / 2
    final = np.minimum(final, trt - sol - tst - 1)
    shares = np.array([0.06, 0.50, 0.20, 0.24]) * rng.lognormal(0, 0.15, (n, 4))
    stages = np.round(2 * tst[:, None] * shares / shares.sum(1, keepdims=True)) / 2
    stages[:, 1] += tst - stages.sum(1)
    awakenings = rng.poisson(18, n)
    table: dict[str, np.ndarray] = {
        "subject": np.array([f"P{s + 1}" for s in who]), "period": period + 1, "night": night + 1,
        "condition": np.where((who + period) % 2 == 0, "placebo", "active"), "scorer": np.full(n, "human"),
        "device": np.full(n, "psg"), "trt": trt, "tst": tst, "sol": sol, "spt": trt - sol - final,
        "waso": trt - sol - tst, "se": np.round(100 * tst / trt, 2), "awakenings": awakenings.astype(float),
        "awakenings_per_hour": np.round(60 * awakenings / tst, 2), "rem_latency": rng.integers(100, 260, n) / 2,
    }  # fmt: skip
    for k, stage in enumerate(STAGES):
        table[f"{stage}_minutes"] = stages[:, k]
        table[f"{stage}_percent"] = np.round(100 * stages[:, k] / tst, 2)
    return table


def only(table: dict[str, Any], *metrics: str) -> dict[str, Any]:
    """The table with these metrics alone."""
    design = ("subject", "period", "night", "condition", "scorer", "device")
    return {name: table[name] for name in (*design, *metrics)}


def judged(table: dict[str, Any], metric: str = "tst") -> sm.Verdict:
    """The verdict on a claim that the metric increases."""
    return sm.judge(sm.Claim(metric, "increases"), table, STUDY, sensitivity=False)


def refused(table: dict[str, Any], metric: str = "tst") -> sm.SomnometryError:
    """The error by which the table is refused."""
    with pytest.raises(sm.ClaimError) as caught:
        judged(table, metric)
    return caught.value
