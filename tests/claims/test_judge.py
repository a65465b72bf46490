"""What a verdict rests on, and what holds it back."""

import dataclasses
import math

import numpy as np
import pytest

import somnometry as sm
from somnometry.core.reason import Reason

from .crossovers import REM, STUDY, codes_of, noisy_crossover


@pytest.mark.parametrize(("effect", "outcome"), [(6.0, "supported"), (-6.0, "contradicted"), (0.0, "equivalent")])
def test_outcomes_of_a_clear_crossover(effect, outcome):
    verdict = sm.judge(REM, noisy_crossover(effect), STUDY)
    assert verdict.outcome == outcome
    assert verdict.n_subjects == 12
    assert verdict.estimate == pytest.approx(effect, abs=1.0)


def test_non_inferiority_has_its_margin_on_the_harmful_side():
    claim = sm.Claim("ahi", "decreases", kind="non-inferiority", smallest_effect=5.0)
    for harm, outcome in ((0.0, "supported"), (10.0, "contradicted"), (5.0, "inconclusive")):
        nights = noisy_crossover(harm, metric="ahi", mean=15.0, sd=4.0)
        assert sm.judge(claim, nights, STUDY).outcome == outcome


def test_a_ratio_on_the_wrong_side_of_1_is_refused():
    claim = sm.Claim("awakenings", "decreases", smallest_effect=2.0)
    with pytest.raises(sm.ClaimError) as error:
        sm.judge(claim, [row | {"awakenings": round(row["rem_percent"])} for row in noisy_crossover(tst=400.0)], STUDY)
    assert error.value.key == "smallest_effect"


def test_an_uncontrolled_change_is_capped_whichever_way_it_goes():
    for effect in (6.0, -6.0, 0.0):
        verdict = sm.judge(
            REM, noisy_crossover(effect), sm.Study(design="pre-post", treatment="active", control="placebo")
        )
        assert (verdict.outcome, verdict.cap) == ("inconclusive", "change observed")


def test_arms_that_were_not_drawn_by_lot_are_capped():
    nights = [row for row in noisy_crossover(6.0, subjects=40) if row["period"] == 1]
    study = sm.Study(design="parallel", treatment="active", control="placebo", randomised=False)
    assert sm.judge(REM, nights, study).cap == "difference observed"


@pytest.mark.parametrize(
    ("design", "cap"),
    [("parallel", "difference observed"), ("crossover", "change observed"), ("n-of-1", "change observed")],
)
@pytest.mark.parametrize("randomised", [None, False])
@pytest.mark.parametrize("effect", [9.0, -9.0, 0.0])
def test_where_nobody_says_that_a_lot_was_drawn_nothing_is_supported_contradicted_or_equivalent(
    design, cap, randomised, effect
):
    nights = noisy_crossover(effect, subjects=40, mean=40.0)
    if design == "parallel":
        nights = [row for row in nights if row["period"] == 1]
    if design == "n-of-1":
        rng = np.random.default_rng(0)
        nights = [
            {"subject": 1, "period": p + 1, "condition": ("placebo", "active")[arm],
             "rem_percent": 20 + effect * arm + rng.normal(0, 0.5)}
            for p, arm in enumerate((0, 1, 1, 0, 1, 0, 0, 1, 0, 1, 1, 0, 1, 0, 0, 1))
        ]  # fmt: skip
    study = sm.Study(design=design, treatment="active", control="placebo", staging="human", device="psg",
                     schedule=sm.Schedule("blocks") if design == "n-of-1" else None)  # fmt: skip
    drawn = sm.judge(REM, nights, dataclasses.replace(study, randomised=True))
    assert drawn.outcome == {9.0: "supported", -9.0: "contradicted", 0.0: "equivalent"}[effect]
    verdict = sm.judge(REM, nights, dataclasses.replace(study, randomised=randomised))
    assert (verdict.outcome, verdict.cap) == ("inconclusive", cap)
    assert (randomised is None) == ("lot-not-declared" in codes_of(verdict))
    text = verdict.explain()
    assert ("not declared to be drawn by lot" if randomised is None else "not drawn by lot") in text


def test_a_single_arm_is_described_and_not_judged():
    nights = [{"subject": i, "condition": "active", "tst": 400.0 + i, "age": 25} for i in range(8)]
    verdict = sm.judge(sm.Claim("tst", "increases"), nights, sm.Study(design="single-arm", treatment="active"))
    assert verdict.outcome == "not testable"
    (reason,) = verdict.reasons
    assert (reason.code, reason.facts["n"], reason.facts["mean"]) == ("no-control", 8, 403.5)
    assert 413.5 in [norm.median for norm in reason.facts["norms"]]  # Mitterling 2015, 18 to 30 years


def test_a_claim_about_others_than_were_studied_is_not_testable():
    claim = sm.Claim("rem_percent", "increases", population="people with neuropathic pain")
    verdict = sm.judge(claim, noisy_crossover(6.0), STUDY)
    assert (verdict.outcome, verdict.reasons[0].code) == ("not testable", "other-population")


def test_holm_counts_claims_that_design_and_columns_allow_and_no_others():
    nights = noisy_crossover(2.0, n3_percent=math.nan)
    claims = (
        REM,
        sm.Claim("n3_percent", "increases"),  # has a column, and no value in it: it was to be tested
        sm.Claim("sri", "increases"),  # has no column
        sm.Claim("", not_testable="not of sleep", id="mechanism"),
    )
    rem, n3, sri, mechanism = sm.judge_all(sm.Study(claims, "crossover", "active", "placebo", randomised=True), nights)
    assert rem.p_adjusted == pytest.approx(2 * rem.p)
    assert {n3.outcome, sri.outcome, mechanism.outcome} == {"not testable"}


def test_a_fixed_sequence_stops_at_the_first_claim_that_fails():
    nights = noisy_crossover(6.0)
    rng = np.random.default_rng(2)
    for row in nights:
        row["waso"] = 80 + rng.normal(0, 20)
        row["tst"] = row["rem_percent"] * 10
    claims = (sm.Claim("waso", "decreases"), sm.Claim("tst", "increases"))
    study = sm.Study(
        claims, "crossover", "active", "placebo", staging="human", multiplicity="fixed-sequence", randomised=True
    )
    waso, tst = sm.judge_all(study, nights)
    assert tst.p < 0.001
    assert tst.p_adjusted == waso.p > 0.05
    assert tst.outcome == "inconclusive"


def test_secondary_metrics_are_adjusted_together_and_never_decide():
    nights = noisy_crossover(6.0)
    rng = np.random.default_rng(3)
    for row in nights:
        row |= {"tst": 400 + rng.normal(0, 30), "se": 85 + rng.normal(0, 5), "waso": 40 + rng.normal(0, 10)}
    claims = (
        sm.Claim("rem_percent", "increases", secondary=("tst", "se")),
        sm.Claim("waso", "decreases", secondary=("n2_percent",)),
    )
    first, second = sm.judge_all(sm.Study(claims, "crossover", "active", "placebo", randomised=True), nights)
    p = sorted(s.p for s in first.secondary)
    assert sorted(s.p_adjusted for s in first.secondary) == pytest.approx([min(2 * p[0], p[1]), p[1]])
    assert second.secondary[0].reason == Reason("no-column", {"metric": "n2_percent"})


def test_a_verdict_keeps_its_numbers_as_plain_values():
    verdict = sm.judge(REM, noisy_crossover(6.0), STUDY)
    plain = verdict.to_dict()
    assert plain["estimate"] == verdict.estimate
    assert plain["claim"]["design"] == "crossover"
    assert plain["plausible_bias"] is None
