"""What a verdict rests on, and what holds it back."""

import math

import numpy as np
import pandas as pd
import pytest

import somnometry as sm
from somnometry.claims.designs.effect import TEffect
from somnometry.claims.kinds.decision import decide_superiority
from somnometry.core.reason import Reason

from .crossovers import REM, STUDY, codes_of, noisy_crossover


# ------------------------------------------------------------------------------------------------ order of the rules
@pytest.mark.parametrize(
    ("estimate", "p", "p_eq", "outcome", "size"),
    [
        (6.0, 0.001, 0.99, "supported", "at least D"),
        (3.0, 0.01, 0.5, "supported", "uncertain"),
        (-4.0, 0.001, 0.8, "contradicted", ""),
        (0.2, 0.8, 0.001, "equivalent", ""),
        (1.0, 0.001, 0.001, "equivalent", ""),
        (0.5, 0.001, 0.2, "inconclusive", ""),  # trivial: its upper limit stays below the smallest effect
        (2.0, 0.3, 0.3, "inconclusive", ""),
    ],
)
def test_rules_of_superiority_hold_in_their_order(estimate, p, p_eq, outcome, size):
    made = decide_superiority(TEffect(estimate, 1.0, 1000), 3.0, p, p_eq, 0.05)
    assert (made.outcome, made.size) == (outcome, size)
    assert made.benefit_excluded == (estimate + 1.6464 < 3.0)


def test_a_benefit_out_of_reach_is_never_called_equivalent():
    made = decide_superiority(TEffect(5.3, 1.0, 22), 20.0, 1e-4, 1e-9, 0.05, Reason("floor"))
    assert made.outcome == "inconclusive"
    assert made.reasons[0].code == "floor"


def test_a_claim_without_a_smallest_effect_is_never_equivalent():
    claim = sm.Claim("rem_percent", "increases")
    verdict = sm.judge(claim, noisy_crossover(0.0), STUDY)
    assert math.isnan(verdict.p_equivalence)
    assert verdict.outcome == "inconclusive"
    assert "no-smallest-effect" in [warning.code for warning in verdict.warnings]


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
        sm.judge(claim, noisy_crossover(metric="awakenings", tst=400.0), STUDY)
    assert error.value.key == "smallest_effect"


def test_counts_that_poisson_fits_almost_exactly_have_that_analysis_too():
    nights = noisy_crossover(0.0, subjects=10, nights=2)
    for row in nights:
        row["tst"] = row["awakenings"] = 20.0 + 3 * (row["condition"] == "active") + int(row["subject"][1:])
    study = sm.Study(design="pre-post", treatment="active", control="placebo")
    verdict = sm.judge(sm.Claim("awakenings", "decreases"), nights, study)
    assert verdict.method.code == "paired-t"
    (rates,) = (one for one in verdict.sensitivity if one.name.code == "poisson-gee")
    assert math.isfinite(rates.p)


# ---------------------------------------------------------------------------------------- without residual variance


# ------------------------------------------------------------------------------------------------- latencies


# ------------------------------------------------------------------------------------------------- designs
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


# ------------------------------------------------------------------------------------------------- several claims
def test_holm_counts_claims_that_design_and_columns_allow_and_no_others():
    nights = noisy_crossover(2.0, n3_percent=math.nan)
    claims = (
        REM,
        sm.Claim("n3_percent", "increases"),  # has a column, and no value in it: it was to be tested
        sm.Claim("sri", "increases"),  # has no column
        sm.Claim("", not_testable="not of sleep", id="mechanism"),
    )
    rem, n3, sri, mechanism = sm.judge_all(sm.Study(claims, "crossover", "active", "placebo"), nights)
    assert rem.p_adjusted == pytest.approx(2 * rem.p)
    assert {n3.outcome, sri.outcome, mechanism.outcome} == {"not testable"}


def test_a_fixed_sequence_stops_at_the_first_claim_that_fails():
    nights = noisy_crossover(6.0)
    rng = np.random.default_rng(2)
    for row in nights:
        row["waso"] = 40 + rng.normal(0, 20)
        row["tst"] = row["rem_percent"] * 10
    claims = (sm.Claim("waso", "decreases"), sm.Claim("tst", "increases"))
    study = sm.Study(claims, "crossover", "active", "placebo", staging="human", multiplicity="fixed-sequence")
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
    first, second = sm.judge_all(sm.Study(claims, "crossover", "active", "placebo"), nights)
    p = sorted(s.p for s in first.secondary)
    assert sorted(s.p_adjusted for s in first.secondary) == pytest.approx([min(2 * p[0], p[1]), p[1]])
    assert second.secondary[0].reason == Reason("no-column", {"metric": "n2_percent"})


# ------------------------------------------------------------------------------------------------- staging
def test_a_subject_staged_by_human_and_machine_is_not_testable():
    nights = noisy_crossover(6.0)
    for row in nights:
        row["model"] = "yasa C4-M1" if row["condition"] == "active" else ""
    verdict = sm.judge(REM, nights, sm.Study(design="crossover", treatment="active", control="placebo"))
    assert verdict.outcome == "not testable"
    assert verdict.reasons[0].code == "mixed-staging"


@pytest.mark.parametrize("nothing", [None, math.nan, "", " ", pd.NA])
def test_a_cell_without_a_stager_is_not_the_name_of_one(nothing):
    def tag(name, cells):
        nights = [night | {name: cells[int(night["subject"][1:]) % 2]} for night in noisy_crossover(6.0)]
        return sm.judge(REM, nights, sm.Study(design="crossover", treatment="active", control="placebo")).staging

    assert tag("model", (nothing, nothing)) == tag("staging", (nothing, nothing)) == "unknown"
    assert tag("model", ("yasa", nothing)) == "auto"
    assert tag("staging", ("human", nothing)) == tag("staging", ("human", "by hand")) == "unknown"
    assert tag("staging", ("human", "auto")) == "auto"


def test_what_a_headband_cannot_measure_gives_no_verdict_unless_audited():
    study = sm.Study(design="crossover", treatment="active", control="placebo", device="headband", staging="auto")
    verdict = sm.judge(REM, noisy_crossover(6.0), study)
    assert verdict.outcome == "inconclusive"
    assert codes_of(verdict) == ["unmeasurable-by-device"]
    audited = sm.Study(design="crossover", treatment="active", control="placebo", device="headband",
                       staging="auto+audited")  # fmt: skip
    assert sm.judge(REM, noisy_crossover(6.0), audited).outcome == "supported"
    n3 = sm.Claim("n3_percent", "increases", smallest_effect=3.0)
    assert sm.judge(n3, noisy_crossover(6.0, metric="n3_percent"), study).outcome == "supported"


def test_a_psychoactive_treatment_must_outdo_the_stagers_plausible_bias():
    nights = noisy_crossover(6.0, sd=1.0)
    for psychoactive, bias, outcome in ((False, {}, "supported"), (True, {}, "supported"),
                                        (True, {"rem_percent": 7.0}, "inconclusive")):  # fmt: skip
        study = sm.Study(design="crossover", treatment="active", control="placebo", staging="auto",
                         psychoactive=psychoactive, bias=bias)  # fmt: skip
        verdict = sm.judge(REM, nights, study)
        assert verdict.outcome == outcome
    assert (verdict.reasons[-1].code, verdict.reasons[-1].facts["plausible"]) == ("stager-error", 7.0)
    # by hand: the bias that would flip it is the 95 % limit next to 0
    supported = sm.judge(REM, nights, STUDY)
    assert supported.b_star == pytest.approx(supported.interval95[0])


def test_a_verdict_keeps_its_numbers_as_plain_values():
    verdict = sm.judge(REM, noisy_crossover(6.0), STUDY)
    plain = verdict.to_dict()
    assert plain["estimate"] == verdict.estimate
    assert plain["claim"]["design"] == "crossover"
    assert plain["plausible_bias"] is None
