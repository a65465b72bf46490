"""Studies of which people scored some subjects too, drawn in plain numpy: how often `judge` errs on them.

Forty people, two nights in each of two periods; a headband that shows .7 of N3, errs by 2 points a night, and may add
points of its own under treatment; people score all nights of twelve, drawn at random.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from somnometry import Claim, Study, judge

__all__ = ["AuditRates", "audited_nights", "audited_rates"]

N3 = Claim("n3_percent", "increases", smallest_effect=3.0)
STUDY = Study(design="crossover", treatment="active", control="placebo", randomised=True, psychoactive=True,
              staging="auto", device="headband")  # fmt: skip


@dataclass(frozen=True, slots=True)
class AuditRates:
    """Shares of studies."""

    supported: float
    equivalent: float
    contradicted: float
    coverage: float
    alone: float


def audited_nights(
    rng: np.random.Generator, effect: float, bias: float, people: int = 40, audit: int = 12
) -> list[dict[str, Any]]:
    """Rows of a study: the true effect, and the points that the headband adds under treatment."""
    chosen = set(rng.permutation(people)[:audit].tolist())
    rows = []
    for person in range(people):
        base, response = rng.normal(26, 4), rng.normal(effect, 1.0)
        for period in range(2):
            active = (period + person) % 2 == 0
            for night in range(2):
                human = base + response * active + rng.normal(0, 2.5)
                auto = 6 + 0.7 * human + bias * active + rng.normal(0, 2.0)
                rows.append({
                    "subject": f"p{person:02d}", "condition": "active" if active else "placebo", "period": period + 1,
                    "night": night + 1, "n3_percent": auto, "n3_percent_human": human if person in chosen else math.nan,
                })  # fmt: skip
    return rows


def audited_rates(effect: float, bias: float, n: int) -> AuditRates:
    """Verdicts of `n` studies; `alone` is how often the program's values alone are supported at face value."""
    outcomes, covered, alone = [], 0, 0
    at_face = Study(design="crossover", treatment="active", control="placebo", randomised=True, staging="human")
    for seed in range(n):
        rows = audited_nights(np.random.default_rng([seed, 11]), effect, bias)
        verdict = judge(N3, rows, STUDY, sensitivity=False)
        outcomes.append(verdict.outcome)
        low, high = verdict.interval95
        covered += low <= effect <= high
        alone += judge(N3, rows, at_face, sensitivity=False).outcome == "supported"
    shares = [outcomes.count(one) / n for one in ("supported", "equivalent", "contradicted")]
    return AuditRates(*shares, covered / n, alone / n)
