"""What a treatment may leave behind in the next period is said where it may be as large as what matters."""

import dataclasses

import numpy as np
import pytest

import somnometry as sm
from somnometry.claims.analysis import Question
from somnometry.claims.as_declared import resolved
from somnometry.claims.data.study_nights import StudyNights
from somnometry.claims.designs.carry_over import carry_over_of, carry_over_reaching

STUDY = sm.Study(design="crossover", treatment="active", control="placebo", staging="human", device="psg",
                 randomised=True)  # fmt: skip
CLAIM = sm.Claim("tst", "increases", smallest_effect=15.0)
ORDERS = (("placebo", "active"), ("active", "placebo"))


def trial(rng, *, effect=0.0, carry=0.0, n=24, between=40.0, within=20.0, orders=ORDERS):
    """A treatment leaves `carry` minutes behind in the period after it."""
    rows = []
    for s in range(n):
        person = 400 + rng.normal(0, between)
        before = ""
        for p, condition in enumerate(orders[s % len(orders)]):
            tst = person + effect * (condition == "active") + carry * (before == "active") + rng.normal(0, within)
            rows.append({"subject": s, "period": p + 1, "condition": condition, "tst": tst})
            before = condition
    return rows


def codes(verdict):
    return [warning.code for warning in verdict.warnings]


def model_of(rows, study=STUDY):
    return Question(resolved(CLAIM, study), study, StudyNights.of(rows, study)).fit().model


@pytest.mark.parametrize("carry", [20.0, 40.0])
def test_every_verdict_that_carry_over_turns_round_says_so_in_its_paragraph(carry):
    rng = np.random.default_rng(8)
    verdicts = [sm.judge(CLAIM, trial(rng, carry=carry, n=48), STUDY, sensitivity=False) for _ in range(100)]
    turned = [verdict for verdict in verdicts if verdict.outcome == "contradicted"]
    assert len(turned) > 25
    assert all("leaves behind" in verdict.explain() for verdict in turned)


def test_where_nothing_near_what_matters_can_be_left_behind_nothing_is_said():
    rows = trial(np.random.default_rng(1), n=60, between=3.0, within=3.0)
    verdict = sm.judge(CLAIM, rows, STUDY, sensitivity=False)
    assert "carry-over-reaches" not in codes(verdict)
    no_size = dataclasses.replace(CLAIM, smallest_effect=None)
    assert "carry-over-reaches" not in codes(sm.judge(no_size, rows, STUDY, sensitivity=False))


def test_of_two_periods_it_is_the_difference_of_the_sequences_totals():
    rows = trial(np.random.default_rng(2), n=10, carry=25.0)
    totals = {order: [] for order in ORDERS}
    for s in range(10):
        mine = [row for row in rows if row["subject"] == s]
        totals[tuple(row["condition"] for row in mine)].append(sum(row["tst"] for row in mine))
    (found,) = carry_over_of(model_of(rows))
    assert found.estimate == pytest.approx(np.mean(totals[ORDERS[1]]) - np.mean(totals[ORDERS[0]]))
    pooled = sum(np.var(values, ddof=1) * 4 for values in totals.values()) / 8
    assert found.standard_error == pytest.approx(np.sqrt(pooled * (1 / 5 + 1 / 5)))


def test_of_four_periods_it_is_told_from_the_effect_and_covered():
    orders = (
        ("placebo", "active", "active", "placebo"),
        ("active", "placebo", "placebo", "active"),
        ("placebo", "placebo", "active", "active"),
        ("active", "active", "placebo", "placebo"),
    )
    rows = trial(np.random.default_rng(3), n=80, effect=30.0, carry=20.0, orders=orders)
    model = model_of(rows)
    (found,) = carry_over_of(model)
    assert found.estimate == pytest.approx(20.0, abs=3 * found.standard_error)
    reason = carry_over_reaching(model, 15.0, "difference", "min")
    assert reason.facts["low"] < 20.0 < reason.facts["high"]
    assert carry_over_reaching(model, 1000.0, "difference", "min") is None


def test_parallel_groups_have_none():
    rows = [row for row in trial(np.random.default_rng(4)) if row["period"] == 1]
    assert carry_over_of(model_of(rows, dataclasses.replace(STUDY, design="parallel"))) == ()
