"""Batches of simulated studies: their outcomes are the judge's own on the same nights."""

import dataclasses
from collections import Counter

import pytest

import somnometry as sm
from somnometry.claims.as_declared import resolved
from somnometry.claims.power.batches import model_of, nights_of, outcomes_of
from somnometry.claims.power.power_table import ADJUSTMENTS

from .declared import ARMS, CONJUNCTION, REM, TST, WASO, study

MIXED = (
    TST, WASO, dataclasses.replace(REM, smallest_effect=None), CONJUNCTION,
    sm.Claim("awakenings_2min", "decreases", smallest_effect=0.8, id="AWAKE"),
    sm.Claim("lps", "decreases", smallest_effect=20.0, id="LPS"),
    sm.Claim("se", "increases", smallest_effect=5.0, kind="non-inferiority", id="SE"),
    sm.Claim("tst", "decreases", smallest_effect=0.8, kind="consistency", id="CONSISTENCY"),
)  # fmt: skip


@pytest.mark.parametrize("multiplicity", ["holm", "fixed-sequence"])
@pytest.mark.parametrize("parts", [{}, {"psychoactive": True, "staging": "auto"}, {"device": "headband",
                                                                                "staging": "auto"}])  # fmt: skip
def test_outcomes_are_those_of_the_judge_on_the_same_nights(multiplicity, parts):
    declared = study(*MIXED, multiplicity=multiplicity, **parts)
    declared = dataclasses.replace(declared, claims=tuple(resolved(claim, declared) for claim in declared.claims))
    truth = {("mean", "waso", "active"): -20.0, ("mean", "tst", "active"): 15.0, ("mean", "rem_percent", "active"): 9.0}
    model = dataclasses.replace(model_of(declared, truth, ARMS, {}, None, None), subjects=16, nights=3)
    seen = Counter()
    for seed in range(4):
        outcomes = outcomes_of(declared, model, seed, (0, 0))[ADJUSTMENTS.index(multiplicity)]
        verdicts = sm.judge_all(declared, nights_of(declared, model, seed), sensitivity=False)
        assert outcomes == [verdict.outcome for verdict in verdicts]
        seen.update(outcomes)
    assert {"inconclusive", "not testable"} < set(seen)
