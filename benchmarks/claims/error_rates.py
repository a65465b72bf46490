"""How often the engine errs in studies whose truth is known: designs and rates; no test of its own."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from somnometry.claims.analysis import Question
from somnometry.claims.as_declared import resolved
from somnometry.claims.data.sample import NotTestableError
from somnometry.claims.data.study_nights import StudyNights
from somnometry.claims.designs.effect import Effect, oriented
from somnometry.claims.designs.poisson_rates import fit_poisson_rates
from somnometry.claims.kinds.evidence import Evidence, sign_of
from somnometry.claims.kinds.table import KINDS
from somnometry.core.claim import Claim
from somnometry.core.schedule import Schedule
from somnometry.core.study import Study
from somnometry.simulate.outcomes import OutcomeModel, draw_study
from somnometry.simulate.plan import StudyPlan
from somnometry.simulate.spreads import Spread
from somnometry.simulate.studies import simulate_study

Z999 = 3.2905  # 99.9 % of a normal deviate lies within
ALPHA = 0.05

# Margins of several standard errors: with a narrow one no study could be called equivalent, rightly or wrongly.
TST = Claim("tst", "increases", smallest_effect=60.0)
SOL = Claim("sol", "decreases", smallest_effect=20.0)
WAKES = Claim("awakenings_2min", "decreases", smallest_effect=0.5)
REGULAR = Claim("tst", "decreases", smallest_effect=0.8, kind="consistency")
THREE = ("placebo", "low", "high")


@dataclass(frozen=True)
class Case:
    """A design, a truth, and a claim that is put to many studies of it.

    `truth` and `margin` are on the analysed scale, oriented so that a benefit is positive; `bar` is that of
    "exact" or "approximate" methods, or what is only reported.
    """

    design: str
    n: str
    claim: Claim
    study: Study
    model: OutcomeModel
    truth: float
    margin: float
    bar: str
    effect: Callable[[Question], Effect]

    def question(self, seed: int) -> Question:
        """Put the claim to one study."""
        return Question(
            resolved(self.claim, self.study), self.study, StudyNights.of(draw_study(self.model, seed), self.study)
        )


@dataclass(frozen=True)
class Rates:
    """Shares of studies; those of equivalence with the truth shifted to plus and minus the smallest effect."""

    n: int
    not_testable: int
    benefit: float
    harm: float
    coverage: float
    equivalent_above: float
    equivalent_below: float


def mc_error(p: float, n: int) -> float:
    """Monte-Carlo standard error of a share."""
    return math.sqrt(p * (1 - p) / n)


def within_999(observed: float, expected: float, n: int) -> bool:
    """Whether a share lies inside the 99.9 % Monte-Carlo interval of what is expected."""
    return abs(observed - expected) <= Z999 * mc_error(expected, n)


# ------------------------------------------------------------------------------------------------------------ designs
def main_effect(question: Question) -> Effect:
    """Give the effect of the engine's main analysis, oriented."""
    return oriented(question.fit().effect, sign_of(question.claim))


def gee_effect(question: Question) -> Effect:
    """Give the effect of Poisson rates, which stand beside the logarithms where events are not rare, oriented."""
    fitted = question.fit()
    rates = fit_poisson_rates(fitted.sample, fitted.model)
    control, treatment = rates.sample.arms
    return oriented(rates.contrast({treatment: 1.0, control: -1.0}), sign_of(question.claim))


def case(
    name: str,
    claim: Claim = TST,
    *,
    bar: str = "approximate",
    effect: Callable[[Question], Effect] = main_effect,
    study: Mapping[str, Any] | None = None,
    truth: float | None = None,
    **options: Any,
) -> Case:
    """Lay out a case; `options` are those of `StudyPlan`, `truth` is worked out from them where it is None."""
    options.setdefault("design", "crossover")
    options.setdefault("metrics", (claim.metric,))
    plan = StudyPlan(**options)
    model, arms = plan.model, plan.model.arms
    declared = Study(
        design=options["design"],
        arms=arms,
        control=arms[0],
        treatment=arms[-1],
        staging="human",
        randomised=True,
        **(study or {}),
    )
    spread, sign = model.spread(claim.metric), sign_of(claim)
    ratio = spread.kind == "count" or claim.kind == "consistency"
    margin = abs(math.log(claim.smallest_effect)) if ratio else claim.smallest_effect
    if truth is None:
        if spread.kind == "latency":
            truth = sign * simulate_study(plan, 0).restricted_mean(claim.metric, 120.0)[arms[-1]]
        elif claim.kind == "consistency":
            truth = sign * math.log(options.get("heteroscedastic", 1.0))
        else:
            truth = sign * float(model.effects[model.metrics.index(claim.metric)][len(arms) - 1])
    per_period = options.get("nights", 1)
    n = f"{model.subjects} x {model.layout.sequences.shape[1]} x {per_period}"
    return Case(name, n, claim, declared, model, truth + 0.0, margin, bar, effect)


def at_margin(of: Case) -> Case:
    """Move the margin to where the truth is, so that a study of it must not be called equivalent."""
    return dataclasses.replace(of, margin=abs(of.truth))


EXACT: dict[str, dict[str, Any]] = {
    "2x2, one night": {"subjects": 24},
    "2x2, one night, few subjects": {"subjects": 8},
    "2x2, four nights": {"subjects": 24, "nights": 4},
    "2x2, four nights, a fifth missing": {"subjects": 24, "nights": 4, "missing": 0.2},
    "paired": {"design": "pre-post", "subjects": 24, "first_night": False},
}
APPROXIMATE: dict[str, dict[str, Any]] = {
    "crossover of 3 arms (KR)": {"subjects": 12, "arms": THREE},
    "crossover of 3 arms, two nights (KR)": {"subjects": 12, "arms": THREE, "nights": 2},
    "crossover of 2 arms x 4 periods (KR)": {"subjects": 12, "periods": 4},
    "crossover of 2 arms x 4 periods, two nights (KR)": {"subjects": 12, "periods": 4, "nights": 2, "period_sd": 0.3},
    "parallel, three nights (Welch of means)": {"design": "parallel", "subjects": 24, "nights": 3},
    "parallel, three nights and baseline (HC3 of means)": {
        "design": "parallel", "subjects": 24, "nights": 3, "baseline": True, "study": {"baseline": "baseline"},
    },
    "parallel, baseline (ANCOVA, HC3)": {
        "design": "parallel", "subjects": 24, "baseline": True, "study": {"baseline": "baseline"},
    },
    "parallel (Welch)": {"design": "parallel", "subjects": 24},
    "2x2, counts (log rates)": {"subjects": 24, "nights": 2, "claim": WAKES},
    "2x2, counts (GEE, a sensitivity analysis)": {"subjects": 24, "nights": 2, "claim": WAKES, "effect": gee_effect},
    "2x2, rare counts (Poisson rates)": {
        "subjects": 24, "claim": WAKES, "spreads": {"awakenings_2min": Spread(1.0, 0.8, 1.3, "count")},
    },
    "2x2, sleep latency, a tenth censored": {"subjects": 24, "nights": 2, "claim": SOL, "truncation": 0.1},
    "parallel, sleep latency, a tenth censored": {
        "design": "parallel", "subjects": 48, "claim": SOL, "truncation": 0.1,
    },
    "2x2, consistency, seven nights": {
        "subjects": 24, "nights": 7, "claim": REGULAR, "first_night": False, "response": 0.0, "effects": {"tst": 10},
    },
    "n-of-1, 7 pairs": {"design": "n-of-1", "bar": "n-of-1", "study": {"schedule": Schedule("blocks")}},
    "n-of-1, 14 periods at random": {
        "design": "n-of-1", "bar": "n-of-1", "schedule": "randomised", "study": {"schedule": Schedule("complete")},
    },
}  # fmt: skip
#: Designs whose effects are simulated at the smallest effect of interest, because they do not just shift with it.
SHIFTED: dict[str, dict[str, Any]] = {
    "2x2, counts (log rates)": {"effects": {"awakenings_2min": 0.5}},
    "2x2, rare counts (Poisson rates)": {"effects": {"awakenings_2min": 0.5}},
    "2x2, sleep latency, a tenth censored": {"effects": {"sol": -20.0}},
    "parallel, sleep latency, a tenth censored": {"effects": {"sol": -20.0}},
}
#: What no model expects; reported.
TROUBLES: dict[str, dict[str, Any]] = {
    "skewed": {"distribution": "skewed"},
    "heavy tails": {"distribution": "heavy"},
    "SD x 1.5 under treatment": {"heteroscedastic": 1.5},
    "allocation 3:1": {"allocation": (3, 1)},
    "a sixth drops out per period": {"dropout": 1 / 6},
    "a fifth of nights missing": {"missing": 0.2},
    "all of these": {
        "distribution": "skewed", "heteroscedastic": 1.5, "allocation": (3, 1), "dropout": 1 / 6, "missing": 0.2,
    },
}  # fmt: skip


def troubled(design: str, trouble: Mapping[str, Any]) -> dict[str, Any]:
    """Give a trouble as the design can have it; nothing where it cannot."""
    options = dict(trouble)
    if design.startswith(("n-of-1", "paired")):
        options.pop("allocation", None)
    elif "allocation" in options and "3 arms" in design:
        options["allocation"] = (3, 3, 3, 1, 1, 1)
    if design.startswith(("n-of-1", "parallel")) and "baseline" not in design:
        options.pop("dropout", None)
    if "missing" in options and design.startswith("n-of-1"):
        options["truncation"] = options.pop("missing")  # the period is there, and has no value
    if "consistency" in design:
        options.pop("missing", None)  # seven nights are needed
    if "2 arms x 4 periods" in design and "dropout" in options:
        options["dropout"] /= 2
    return options


def named(design: str, **more: Any) -> Case:
    """Lay out one of the designs above."""
    options = {**(EXACT | APPROXIMATE)[design], **more}
    options.setdefault("bar", "exact" if design in EXACT else "approximate")
    return case(design, options.pop("claim", TST), **options)


# -------------------------------------------------------------------------------------------------------------- rates
def effects_of(of: Case, n: int, first: int = 0) -> tuple[list[Effect], int]:
    """Give the effects found in `n` studies, and how many could not be tested."""
    found, lacking = [], 0
    for seed in range(first, first + n):
        try:
            found.append(of.effect(of.question(seed)))
        except NotTestableError:
            lacking += 1
    return found, lacking


def rates_of(of: Case, n: int, first: int = 0) -> Rates:
    """Count errors of the raw tests, before equivalence, Holm and caps: false benefit and harm against the truth."""
    effects, lacking = effects_of(of, n, first)
    t, d = of.truth, of.margin

    def share(wrong: Callable[[Effect], bool]) -> float:
        return float(np.mean([wrong(effect) for effect in effects]))

    def covers(effect: Effect) -> bool:
        low, high = effect.interval(1 - ALPHA)
        return low <= t <= high

    return Rates(
        len(effects),
        lacking,
        share(lambda e: e.p_above(t) <= ALPHA / 2),
        share(lambda e: e.p_below(t) <= ALPHA / 2),
        share(covers),
        share(lambda e: max(e.p_above(t - 2 * d), e.p_below(t)) <= ALPHA),
        share(lambda e: max(e.p_above(t), e.p_below(t + 2 * d)) <= ALPHA),
    )


def evidence_of(of: Case, n: int, first: int = 0) -> Iterator[Evidence]:
    """Give what the engine finds, of any kind, in `n` studies."""
    for seed in range(first, first + n):
        question = of.question(seed)
        yield KINDS[of.claim.kind](question)


def outcomes_of(of: Case, n: int, first: int = 0) -> dict[str, float]:
    """Give the share of each outcome, one claim being judged alone."""
    found = [finding.decide(finding.p, finding.p_equivalence).outcome for finding in evidence_of(of, n, first)]
    return {outcome: found.count(outcome) / n for outcome in sorted(set(found))}
