"""Batches of simulated studies: their outcomes are the judge's own on the same nights."""

import dataclasses
from collections import Counter

import numpy as np
import pytest

import somnometry as sm
from somnometry.claims.as_declared import resolved
from somnometry.claims.case import examine
from somnometry.claims.data.study_nights import StudyNights
from somnometry.claims.mixed.layouts import layouts_kept
from somnometry.claims.power.batches import Batch, model_of, nights_of, outcomes_of, run
from somnometry.claims.power.power_table import ADJUSTMENTS, OUTCOMES
from somnometry.claims.shared_fits import sharing_fits

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


@pytest.mark.parametrize("arms", [ARMS, (*ARMS, "low", "high")])
def test_studies_of_one_batch_have_the_p_values_that_the_judge_gives_each_alone(arms):
    """Fits are shared between claims, with and without effects, and layouts between studies."""
    declared = study(*MIXED, arms=arms)
    declared = dataclasses.replace(declared, claims=tuple(resolved(claim, declared) for claim in declared.claims))
    model = dataclasses.replace(
        model_of(declared, {("mean", "waso", "active"): -20.0}, arms, {}, None, None), subjects=12, nights=2
    )
    tables = [nights_of(declared, model, seed) for seed in range(3)]
    with layouts_kept():
        together = []
        for table in tables:
            with sharing_fits():
                nights = StudyNights.of(table, declared)
                together.append([examine(claim, declared, nights) for claim in declared.claims])
    for table, cases in zip(tables, together, strict=True):
        nights = StudyNights.of(table, declared)
        alone = [examine(claim, declared, nights) for claim in declared.claims]
        for one, other in zip(cases, alone, strict=True):
            np.testing.assert_allclose([one.p, one.p_equivalence], [other.p, other.p_equivalence], rtol=0, atol=1e-8)
        verdicts = sm.judge_all(declared, table, sensitivity=False)
        tested = [(case.p, verdict.p) for case, verdict in zip(cases, verdicts, strict=True) if case.is_tested]
        np.testing.assert_allclose(*zip(*tested, strict=True), rtol=0, atol=1e-8)


def test_crossovers_of_one_size_have_the_same_rows_whatever_chance_draws():
    declared = study(TST)
    model = dataclasses.replace(model_of(declared, {}, ARMS, {}, None, None), subjects=12, nights=2)
    tables = [nights_of(declared, model, seed) for seed in range(3)]
    for name in ("subject", "sequence", "condition", "period", "night"):
        assert all(np.array_equal(table[name], tables[0][name]) for table in tables)
    by_sequence = [*zip(tables[0]["sequence"], tables[0]["period"], tables[0]["condition"], strict=True)]
    assert {label.split("-")[period - 1] == arm for label, period, arm in by_sequence} == {True}


@pytest.mark.parametrize("intercurrent", ["treatment-policy", "while-on-treatment"])
@pytest.mark.parametrize("arms", [ARMS, (*ARMS, "low", "high")])
def test_studies_that_share_their_nights_and_fits_count_as_those_that_are_judged_alone(arms, intercurrent):
    declared = study(*MIXED, arms=arms, intercurrent=intercurrent)
    declared = dataclasses.replace(declared, claims=tuple(resolved(claim, declared) for claim in declared.claims))
    truths = [{("mean", "waso", "active"): -20.0, ("mean", "tst", "active"): 15.0}, {}]
    models = [model_of(declared, truth, arms, {}, None, None) for truth in truths]
    models = tuple(dataclasses.replace(model, subjects=12, nights=2) for model in models)
    counts = run(Batch(declared, models, ((0, 1),) * len(MIXED), (0, 0), 5, range(3)))
    alone = np.zeros_like(counts)
    for i in range(3):
        seed = int(np.random.SeedSequence([5, 12, 2, i]).generate_state(1, np.uint64)[0])
        for truth, model in enumerate(models):
            for a, outcomes in enumerate(outcomes_of(declared, model, seed, (0, 0))):
                for c, outcome in enumerate(outcomes):
                    alone[c, truth, a, OUTCOMES.index(outcome)] += 1
    np.testing.assert_array_equal(counts, alone)
    assert counts.sum() == len(MIXED) * 2 * 3 * 3
