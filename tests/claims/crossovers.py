"""Crossovers of two periods, known to the digit or with noise, and what tests ask of their verdicts."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import stats

import somnometry as sm

STUDY = sm.Study(design="crossover", treatment="active", control="placebo", staging="human", randomised=True)
REM = sm.Claim("rem_percent", "increases", smallest_effect=3.0, source="half an SD")
N = 16
SPREAD = stats.norm.ppf((np.arange(N // 2) + 0.5) / (N // 2))
SPREAD = np.tile(SPREAD / SPREAD.std(ddof=1), 2)


def crossover(**effects: tuple[float, float, float]) -> dict[str, np.ndarray]:
    """Give a crossover of 16 people: of each metric the mean and SD of the differences, and the control's mean."""
    second = np.repeat([False, True], N // 2)
    table = {
        "subject": np.repeat(np.arange(N), 2),
        "period": np.tile([1, 2], N),
        "condition": np.where(np.stack([second, ~second], 1), "placebo", "active").ravel(),
    }
    for metric, (mean, sd, control) in effects.items():
        values = {"placebo": np.full(N, control), "active": control + mean + sd * SPREAD}
        table[metric] = np.array(
            [values[c][s] for s, c in zip(table["subject"], table["condition"], strict=True)], float
        )
    return table


def error(sd: float) -> tuple[float, int]:
    """Standard error of the effect and its degrees of freedom: the pooled variance within sequences over n."""
    return sd / np.sqrt(N), N - 2


def noisy_crossover(
    effect: float = 0.0,
    subjects: int = 12,
    nights: int = 1,
    metric: str = "rem_percent",
    mean: float = 20.0,
    sd: float = 4.0,
    seed: int = 1,
    **columns: Any,
) -> list[dict[str, Any]]:
    """Nights of a 2x2 crossover; the effect is exact in every subject but for the noise."""
    rng = np.random.default_rng(seed)
    rows = []
    for s in range(subjects):
        own = rng.normal(0, sd)
        for period in (1, 2):
            condition = ("placebo", "active")[(period + s) % 2]
            for night in range(1, nights + 1):
                value = mean + own + effect * (condition == "active") + rng.normal(0, sd / 4)
                rows.append({"subject": f"s{s}", "condition": condition, "period": period, "night": night,
                             metric: value, **columns})  # fmt: skip
    return rows


def codes_of(verdict: sm.Verdict) -> list[str]:
    """Codes of the reasons of a verdict."""
    return [reason.code for reason in verdict.reasons]


def side_effect(verdict: sm.Verdict, code: str) -> Any:
    """The side effect of that name."""
    return next(effect for effect in verdict.side_effects if effect.name.code == code)


def sensitivity(verdict: sm.Verdict, code: str) -> Any:
    """The sensitivity analysis of that name."""
    return next(analysis for analysis in verdict.sensitivity if analysis.name.code == code)
