"""How often any of several claims of one study is judged falsely, Holm's adjustment and all."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from somnometry.claims.data.study_nights import StudyNights
from somnometry.claims.judge import judge_nights
from somnometry.core.claim import Claim, Kind
from somnometry.core.study import Study
from somnometry.simulate.outcomes import OutcomeModel, draw_study
from somnometry.simulate.plan import StudyPlan
from somnometry.simulate.spreads import SPREADS, Spread


@dataclass(frozen=True)
class FamilyErrors:
    """Shares of studies with at least one false verdict among their claims."""

    n: int
    effect: float
    equivalent: float
    either: float
    supported: float
    found_equivalent: float


MARGINS = {
    "tst": 15.0, "se": 5.0, "waso": 20.0, "sol": 20.0, "lps": 20.0, "rem_latency": 30.0, "rem_percent": 3.0,
    "n1_percent": 3.0, "n2_percent": 4.0, "n3_percent": 2.0, "rem_minutes": 12.0, "awakenings": 0.8,
    "awakenings_2min": 0.8, "longest_sleep": 20.0, "sfi_shift": 1.6, "transitions_3state": 1.6,
}  # fmt: skip
RATINGS = {f"rating_{i}": Spread(5.0, 1.5, 1.5, lower=-math.inf) for i in range(6)}
DOWN = ("waso", "sol", "lps", "awakenings", "awakenings_2min", "sfi_shift", "transitions_3state", "n1_percent")
EIGHT = ("tst", "se", "waso", "rem_percent", "n3_percent", "sol", "awakenings", "longest_sleep")
TWENTY_TWO = (*MARGINS, *RATINGS)
#: Oriented truth in smallest effects of interest, and kind of claim; taken in turn by the metrics that are neither
#: counts nor latencies.
Turns = tuple[tuple[float, Kind], ...]
NULL: Turns = ((0.0, "superiority"),)
EDGE: Turns = ((1.0, "superiority"), (-1.0, "superiority"))
MIXED: Turns = (
    (0.0, "superiority"), (1.0, "superiority"), (-1.0, "superiority"), (0.5, "superiority"), (1.0, "equivalence"),
    (-1.0, "non-inferiority"), (0.0, "superiority"), (2.0, "superiority"), (-0.5, "superiority"), (0.0, "equivalence"),
)  # fmt: skip


@dataclass(frozen=True)
class Family:
    """Claims of one study, and the truth of each in smallest effects of interest, oriented."""

    study: Study
    model: OutcomeModel
    truths: tuple[float, ...]


def family(metrics: Sequence[str], turns: Turns, *, correlation: float = 0.5, **options: Any) -> Family:
    """Make a crossover of 24 with a claim on each metric; of counts and latencies the truth is 0."""
    claims, truths, effects = [], [], {}
    turn = 0
    for metric in metrics:
        sign = -1 if metric in DOWN else 1
        truth, kind = 0.0, "superiority"
        d = MARGINS.get(metric, 1.0)
        if metric in RATINGS or SPREADS[metric].kind == "continuous":
            truth, kind = turns[turn % len(turns)]
            effects[metric] = sign * truth * d
            turn += 1
        direction = "decreases" if sign < 0 else "increases"
        claims.append(Claim(metric, direction, smallest_effect=d, kind=kind))
        truths.append(truth)
    plan = StudyPlan(
        metrics=tuple(metrics), effects=effects, correlation=correlation,
        spreads={name: spread for name, spread in RATINGS.items() if name in metrics}, **options,
    )  # fmt: skip
    study = Study(
        tuple(claims), design="crossover", treatment="active", control="placebo", staging="human", randomised=True
    )
    return Family(study, plan.model, tuple(truths))


def is_false(outcome: str, kind: str, truth: float) -> tuple[bool, bool]:
    """Whether an outcome claims an effect that is not there, or an absence that is not; truth in smallest effects.

    A claim of equivalence or non-inferiority that is falsely supported or contradicted counts among the first: its p
    is adjusted among those of effects.
    """
    if kind == "equivalence":
        return (outcome == "contradicted" and abs(truth) <= 1) or (outcome == "supported" and abs(truth) >= 1), False
    null = -1.0 if kind == "non-inferiority" else 0.0
    wrong = (outcome == "supported" and truth <= null) or (outcome == "contradicted" and truth >= null)
    return wrong, outcome == "equivalent" and abs(truth) >= 1


def family_errors(of: Family, n: int, first: int = 0) -> FamilyErrors:
    """Judge all claims of `n` studies, Holm's adjustment and all, and count studies with any false verdict."""
    wrong = np.zeros((n, 2), bool)
    supported = equivalent = 0
    for i in range(n):
        verdicts = judge_nights(of.study, StudyNights.of(draw_study(of.model, first + i), of.study), sensitivity=False)
        for verdict, truth in zip(verdicts, of.truths, strict=True):
            wrong[i] |= is_false(verdict.outcome, verdict.claim.kind, truth)
            supported += verdict.outcome == "supported"
            equivalent += verdict.outcome == "equivalent"
    effect, absent = wrong.mean(axis=0)
    per = n * len(of.truths)
    return FamilyErrors(n, float(effect), float(absent), float(wrong.any(axis=1).mean()),
                        supported / per, equivalent / per)  # fmt: skip
