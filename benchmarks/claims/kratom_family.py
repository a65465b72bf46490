"""The shipped claims file on studies whose truth is known: which of its verdicts are false."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path

import numpy as np

from somnometry.claims.as_declared import resolved
from somnometry.claims.claims_file import read_claims
from somnometry.claims.data.study_nights import StudyNights
from somnometry.claims.judge import judge_nights
from somnometry.claims.power.batches import model_of, nights_of
from somnometry.claims.power.scenarios import arms_of, metrics_of
from somnometry.core.study import Study
from somnometry.core.verdict import Verdict
from somnometry.simulate.outcomes import OutcomeModel
from somnometry.simulate.spreads import Spread

SUBJECTS, NIGHTS = 24, 2
#: What is no metric of sleep, or needs scored events: as people rate pain, react, and breathe.
OTHERS = {
    "pain": Spread(5.0, 1.5, 1.0, lower=0.0), "cognition": Spread(8.0, 3.0, 2.0, lower=0.0),
    "hrv": Spread(40.0, 12.0, 8.0, lower=0.0), "ahi": Spread(8.0, 3.0, 2.0, lower=0.0), "sri": Spread(75.0, 12.0, 6.0),
}  # fmt: skip
ARMS = ("kratom_low", "kratom", "kratom_green")
#: Metric -> the same effect of every arm that is not placebo, so that doses and strains do not differ.
NULL: Mapping[str, float] = {}
MIXED: Mapping[str, float] = {
    "rem_percent": 3.0, "longest_sleep": 10.0, "tst": 15.0, "waso": -40.0, "se": -10.0, "n3_percent": -3.6, "ahi": 5.0,
    "pain": 2.0,
}  # fmt: skip


def kratom() -> Study:
    """Give the shipped study, its treatment no longer said to act on the EEG: that rule would hide false verdicts."""
    path = Path(str(files("somnometry.claims") / "files" / "kratom.toml"))
    return dataclasses.replace(read_claims(path).study, psychoactive=False)


def plan(study: Study, effects: Mapping[str, float]) -> OutcomeModel:
    """Plan studies in which all people respond alike and every active arm has the effects."""
    claims = [claim for claim in (resolved(claim, study) for claim in study.claims) if not claim.not_testable]
    metrics = {metric for claim in claims for metric in (*metrics_of(claim), claim.mediator) if metric}
    truth = {("mean", metric, arm): value for metric, value in effects.items() for arm in ARMS}
    truth |= {("response", metric, ""): 0.0 for metric in metrics}
    testable = dataclasses.replace(study, claims=tuple(claims))
    of = model_of(testable, truth, arms_of(claims, study), OTHERS, None, None)
    return dataclasses.replace(of, subjects=SUBJECTS, nights=NIGHTS)


def is_false(verdict: Verdict, effects: Mapping[str, float]) -> bool:
    """Whether a verdict says what is not so where every active arm has the effects and people respond alike."""
    claim = verdict.claim
    d = claim.smallest_effect
    sign = -1 if claim.direction == "decreases" else 1
    truth = sign * effects.get(claim.metric, 0.0)
    if claim.kind in ("dose-response", "difference", "heterogeneity", "consistency"):  # of all these there is none
        return verdict.outcome in ("supported", "contradicted")
    if claim.kind == "conjunction":
        both = all(effects.get(part.metric, 0.0) for part in claim.components)
        return verdict.outcome == "supported" and not both
    if claim.kind == "non-inferiority":  # the direction is that of a benefit; harm is its opposite
        return (verdict.outcome == "supported" and truth <= -d) or (verdict.outcome == "contradicted" and truth >= -d)
    if verdict.scale == "ratio":
        truth = 0.0  # no effect on a count is among the truths
    wrong_way = (verdict.outcome == "supported" and truth <= 0) or (verdict.outcome == "contradicted" and truth >= 0)
    return wrong_way or (verdict.outcome == "equivalent" and d is not None and abs(truth) >= d)


def family_error(effects: Mapping[str, float], n: int, first: int = 0) -> tuple[float, dict[str, dict[str, int]]]:
    """Share of studies with any false verdict among the claims of the file; outcomes of each claim."""
    study = kratom()
    of = plan(study, effects)
    wrong = np.zeros(n, bool)
    outcomes: dict[str, dict[str, int]] = {}
    for i in range(n):
        nights = StudyNights.of(nights_of(study, of, first + i), study)
        for verdict in judge_nights(study, nights, sensitivity=False):
            wrong[i] |= is_false(verdict, effects)
            counts = outcomes.setdefault(verdict.claim.name, {})
            counts[verdict.outcome] = counts.get(verdict.outcome, 0) + 1
    return float(wrong.mean()), outcomes
