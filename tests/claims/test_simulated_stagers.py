"""Verdicts on studies whose stagers `simulate_study` simulates: calibrated, biased by a drug, audited, several."""

from __future__ import annotations

import math
from collections import Counter

import numpy as np
import pytest

import somnometry as sm
from somnometry.calibration.calibration import Calibration
from somnometry.calibration.fit import calibrate_metric
from somnometry.core.scorer import Scorer

METRIC, MARGIN = "n3_percent", 3.0
#: Far from what a night cannot have. People's own effects have an SD of .8.
SPREAD = sm.Spread(40.0, 6.9, 2.0)
CLAIM = sm.Claim(METRIC, "increases", smallest_effect=MARGIN)
STUDY = sm.Study((CLAIM,), "crossover", "active", "placebo", randomised=True)
SOME = [40, pytest.param(1000, marks=pytest.mark.acceptance)]


def program(share=1.0, bias=0.0, name="program"):
    error = sm.StagerError(share, 4.0, night_sd=3.1, person_sd=4.0, bias={"active": bias})
    return sm.SimulatedStager(name, {METRIC: error})


def drawn(seed, effect, *stagers, subjects=40, nights=4):
    plan = sm.StudyPlan(
        effects={METRIC: effect}, spreads={METRIC: SPREAD}, subjects=subjects, nights=nights, stagers=stagers
    )
    return sm.simulate_study(plan, seed)


def calibrated(seed, share):
    """Give what 50 nights of 50 others say of the program, that a person scored too whose slope is then .6."""
    sd = math.hypot(SPREAD.between, SPREAD.within) * math.sqrt(share / 0.6 - 1)
    person = sm.SimulatedStager("person", {METRIC: {"night_sd": sd}}, staging="human")
    plan = sm.StudyPlan(design="parallel", metrics=[METRIC], spreads={METRIC: SPREAD}, subjects=50, first_night=False,
                        response=0.0, stagers=[person, program(share)])  # fmt: skip
    both = sm.simulate_study(plan, seed + 10_000).scored
    known = calibrate_metric(
        METRIC, both["person"][METRIC], both["program"][METRIC], both["person"]["subject"].tolist()
    )
    return Calibration(Scorer("program"), {METRIC: known}, 50, 50, device="psg")


def at_most(rate, n):
    """A rate and three Monte-Carlo standard errors."""
    return rate + 3 * math.sqrt(rate * (1 - rate) / n)


@pytest.mark.parametrize("n", SOME)
@pytest.mark.parametrize("share", [0.6, 1.0])
def test_an_effect_of_the_margin_is_not_lost_in_what_a_calibrated_program_shows(share, n):
    found = Counter()
    for seed in range(n):
        nights = drawn(seed, MARGIN, program(share)).scored["program"]
        (verdict,) = sm.judge_all(STUDY, nights, calibration=calibrated(seed, share), sensitivity=False)
        found[verdict.staging] += 1
        found["equivalent"] += verdict.outcome == "equivalent"
        found["at least D"] += verdict.size == "at least D"
        found["missed"] += not verdict.interval95[0] <= MARGIN <= verdict.interval95[1]
    assert found["auto+propagated"] == n
    assert found["equivalent"] <= at_most(0.05, n) * n
    assert found["at least D"] <= at_most(0.05, n) * n
    assert found["missed"] <= at_most(0.06, n) * n


def test_the_same_program_at_its_word_finds_the_margin_equivalent():
    found = sum(
        sm.judge_all(
            STUDY,
            drawn(seed, MARGIN, program(0.6)).scored["program"].drop(columns=["scorer"]).assign(staging="human"),
            sensitivity=False,
        )[0].outcome
        == "equivalent"
        for seed in range(30)
    )
    assert found > 15


@pytest.mark.parametrize("n", SOME)
def test_what_a_drug_does_to_the_program_is_believed_only_where_nobody_says_that_it_may(n):
    outcomes = Counter()
    for seed in range(n):
        nights = drawn(seed, 0.0, program(1.0, bias=3.0)).scored["program"]
        for psychoactive in (False, True):
            declared = sm.Study((CLAIM,), "crossover", "active", "placebo", randomised=True, psychoactive=psychoactive)
            outcomes[psychoactive, sm.judge_all(declared, nights, sensitivity=False)[0].outcome] += 1
    assert outcomes[False, "supported"] > 0.7 * n
    assert outcomes[True, "supported"] + outcomes[True, "equivalent"] <= at_most(0.05, n) * n


@pytest.mark.parametrize("n", SOME)
@pytest.mark.parametrize(("effect", "bias"), [(0.0, 3.0), (6.0, -3.0)])
def test_an_audit_finds_what_is_true_under_a_biased_program(effect, bias, n):
    declared = sm.Study((CLAIM,), "crossover", "active", "placebo", randomised=True, psychoactive=True)
    found = Counter()
    for seed in range(n):
        study = drawn(seed, effect, program(0.7, bias=bias))
        rng = np.random.default_rng(seed)
        by_sequence = study.nights.groupby("sequence")["subject"].unique()
        whom = [who for people in by_sequence for who in rng.choice(people, 6, replace=False)]
        (verdict,) = sm.judge_all(declared, study.audited("program", whom), sensitivity=False)
        found[verdict.staging] += 1
        found[verdict.outcome] += 1
        found["missed"] += not verdict.interval95[0] <= effect <= verdict.interval95[1]
    assert found["auto+audited"] == n
    assert found["missed"] <= at_most(0.05, n) * n
    assert found["supported"] > 0.9 * n if effect else found["supported"] <= at_most(0.025, n) * n


@pytest.mark.parametrize("n", SOME)
def test_two_programs_of_which_a_drug_deceives_one_support_nothing(n):
    outcomes = Counter()
    for seed in range(n):
        scored = drawn(seed, 0.0, program(bias=3.0, name="a"), program(0.8, name="b")).scored
        (verdict,) = sm.judge_by_stager(STUDY, scored, sensitivity=False)
        outcomes[verdict.outcome] += 1
    assert outcomes["supported"] + outcomes["contradicted"] <= at_most(0.05, n) * n
