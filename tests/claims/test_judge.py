"""What a verdict rests on, and what holds it back."""

import math

import numpy as np
import pandas as pd
import pytest

import somnometry as sm
from somnometry.claims.designs.effect import RandomisationEffect, TEffect
from somnometry.claims.designs.n_of_1 import orders_of
from somnometry.claims.kinds.decision import decide_superiority
from somnometry.core.reason import Reason


def crossover(effect=0.0, subjects=12, nights=1, metric="rem_percent", mean=20.0, sd=4.0, seed=1, **columns):
    """Nights of a 2x2 crossover; the effect is exact in every subject but for the noise."""
    rng = np.random.default_rng(seed)
    rows = []
    for s in range(subjects):
        own = rng.normal(0, sd)
        for period in (1, 2):
            condition = ("placebo", "active")[(period + s) % 2]
            for night in range(1, nights + 1):
                value = mean + own + effect * (condition == "active") + rng.normal(0, sd / 4)
                rows.append({"subject": f"s{s}", "condition": condition, "period": period, "night": night,
                             metric: value, **columns})  # fmt: skip
    return rows


def codes_of(verdict):
    return [reason.code for reason in verdict.reasons]


STUDY = sm.Study(design="crossover", treatment="active", control="placebo", staging="human")
REM = sm.Claim("rem_percent", "increases", smallest_effect=3.0, source="half an SD")


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
    verdict = sm.judge(claim, crossover(0.0), STUDY)
    assert math.isnan(verdict.p_equivalence)
    assert verdict.outcome == "inconclusive"
    assert "no-smallest-effect" in [warning.code for warning in verdict.warnings]


@pytest.mark.parametrize(("effect", "outcome"), [(6.0, "supported"), (-6.0, "contradicted"), (0.0, "equivalent")])
def test_outcomes_of_a_clear_crossover(effect, outcome):
    verdict = sm.judge(REM, crossover(effect), STUDY)
    assert verdict.outcome == outcome
    assert verdict.n_subjects == 12
    assert verdict.estimate == pytest.approx(effect, abs=1.0)


def test_non_inferiority_has_its_margin_on_the_harmful_side():
    claim = sm.Claim("ahi", "decreases", kind="non-inferiority", smallest_effect=5.0)
    for harm, outcome in ((0.0, "supported"), (10.0, "contradicted"), (5.0, "inconclusive")):
        nights = crossover(harm, metric="ahi", mean=15.0, sd=4.0)
        assert sm.judge(claim, nights, STUDY).outcome == outcome


def test_counts_are_rates_per_hour_of_sleep():
    nights = crossover(0.0, metric="tst", mean=420.0, sd=1.0)
    for row in nights:
        row["tst"] = 420.0 if row["condition"] == "placebo" else 210.0
        row["awakenings"] = 20 if row["condition"] == "placebo" else 10
    nights[0]["awakenings"] += 1
    claim = sm.Claim("awakenings", "decreases", smallest_effect=0.8)
    verdict = sm.judge(claim, nights, STUDY)
    assert verdict.scale == "ratio"
    # half the awakenings in half the sleep: (10.5 / 3.5) / (20.5 / 7), but for the one added
    assert verdict.estimate == pytest.approx((10.5 / 3.5) / (20.5 / 7), rel=0.01)


def test_a_night_without_sleep_has_no_rate_and_is_counted():
    nights = crossover(0.0, nights=2, metric="tst", mean=420.0, sd=1.0, awakenings=5)
    nights[0]["tst"], nights[7]["tst"], nights[9]["awakenings"] = math.nan, 0.0, math.nan
    verdict = sm.judge(sm.Claim("awakenings", "decreases", smallest_effect=0.8), nights, STUDY)
    assert [left.n_nights for left in verdict.exclusions] == [1, 2]
    assert verdict.n_nights + sum(left.n_nights for left in verdict.exclusions) == verdict.n_nights_given == 48


def test_a_ratio_on_the_wrong_side_of_1_is_refused():
    claim = sm.Claim("awakenings", "decreases", smallest_effect=2.0)
    with pytest.raises(sm.ClaimError, match=r"below 1, such as 0\.8; 2 is none"):
        sm.judge(claim, crossover(metric="awakenings", tst=400.0), STUDY)


def test_a_design_that_the_model_cannot_tell_is_not_testable_and_no_error():
    one_subject_per_arm = [
        {"subject": s, "condition": ("placebo", "active")[s], "night": n, "tst": 400.0 + 7 * s + n * (3 + s)}
        for s in (0, 1) for n in (1, 2, 3)
    ]  # fmt: skip
    verdict = sm.judge(sm.Claim("tst", "increases"), one_subject_per_arm,
                       sm.Study(design="parallel", treatment="active", control="placebo"))  # fmt: skip
    assert (verdict.outcome, codes_of(verdict)) == ("not testable", ["not-estimable"])


def test_one_night_before_and_after_each_of_several_conditions_is_a_plain_mixed_model():
    """Without a night to spare, the share of a subject in a condition is the residual; the rest is a balanced table."""
    rng = np.random.default_rng(4)
    values = 400 + rng.normal(0, 20, (9, 1)) + np.array([0.0, 10.0, 30.0]) + rng.normal(0, 9, (9, 3))
    nights = [
        {"subject": s, "condition": c, "tst": values[s, i]}
        for s in range(9)
        for i, c in enumerate(("base", "low", "high"))
    ]
    verdict = sm.judge(sm.Claim("tst", "increases"), nights,
                       sm.Study(design="pre-post", treatment="high", control="base", arms=("low",)))  # fmt: skip
    rest = values - values.mean(axis=1, keepdims=True) - values.mean(axis=0) + values.mean()
    assert verdict.estimate == pytest.approx(values[:, 2].mean() - values[:, 0].mean())
    assert verdict.standard_error == pytest.approx(math.sqrt(2 * (rest**2).sum() / 16 / 9))
    assert (verdict.df, verdict.cap) == (pytest.approx(16), "change observed")


@pytest.mark.parametrize(("metric", "kind"), [("tst", "consistency"), ("sri", "superiority")])
def test_who_has_too_few_nights_leaves_what_is_told_of_many_and_is_counted(metric, kind):
    nights = crossover(4.0, nights=8, metric=metric, mean=80.0)
    short = [n for n in nights if n["subject"] != "s3" or n["condition"] == "placebo" or n["night"] <= 5]
    claim = sm.Claim(metric, "increases", kind=kind)
    verdict, without = (sm.judge(claim, given, STUDY) for given in (short, [n for n in nights if n["subject"] != "s3"]))
    assert verdict.interval95 == pytest.approx(without.interval95)
    assert (verdict.n_subjects, [left.n_nights for left in verdict.exclusions]) == (11, [5, 8])
    few = sm.judge(claim, [n for n in nights if n["night"] <= 6], STUDY)
    assert (few.outcome, codes_of(few), few.reasons[0].facts["most"]) == ("not testable", ["few-nights"], 6)


def test_counts_that_poisson_fits_almost_exactly_have_that_analysis_too():
    nights = crossover(0.0, subjects=10, nights=2)
    for row in nights:
        row["tst"] = row["awakenings"] = 20.0 + 3 * (row["condition"] == "active") + int(row["subject"][1:])
    study = sm.Study(design="pre-post", treatment="active", control="placebo")
    verdict = sm.judge(sm.Claim("awakenings", "decreases"), nights, study)
    assert verdict.method.code == "paired-t"
    (rates,) = (one for one in verdict.sensitivity if one.name.code == "poisson-gee")
    assert math.isfinite(rates.p)


# ---------------------------------------------------------------------------------------- without residual variance
REPEATED = [night | {"period": night["period"] + 2 * again} for again in (0, 1) for night in crossover(subjects=8)]
PARALLEL = [night for night in crossover(subjects=20) if night["period"] == 1]


@pytest.mark.parametrize("difference", [0.0, 3.0])
@pytest.mark.parametrize(
    ("design", "nights", "kind"),
    [
        ("crossover", crossover(), "superiority"),
        ("crossover", crossover(), "equivalence"),
        ("crossover", crossover(nights=2), "difference"),
        ("crossover", REPEATED, "superiority"),
        ("crossover", REPEATED, "heterogeneity"),
        ("pre-post", crossover(), "superiority"),
        ("pre-post", crossover(nights=2), "superiority"),
        ("parallel", PARALLEL, "superiority"),
        ("parallel", PARALLEL, "difference"),
    ],
)
def test_values_without_residual_variance_decide_nothing_and_count_as_tested(design, nights, kind, difference):
    """Where every subject differs alike, or not at all, the standard error is 0 and any t is infinite."""
    own = {night["subject"]: i for i, night in enumerate(nights)} if design != "parallel" else {}
    nights = [night | {"tst": 400.1 + own.get(night["subject"], 0) + difference * (night["condition"] == "active"),
                       "waso": i % 7 + 3.3 * (i % 5)} for i, night in enumerate(nights)]  # fmt: skip
    claims = (
        sm.Claim("tst", "increases", smallest_effect=15.0, kind=kind, arms=("placebo", "active")),
        sm.Claim("waso", "decreases", smallest_effect=20.0),
    )
    tst, waso = sm.judge_all(sm.Study(claims, design, "active", "placebo"), nights)
    assert (tst.outcome, codes_of(tst)) == ("not testable", ["no-residual-variance"])
    assert waso.p_adjusted == min(2 * waso.p, 1.0)


def test_one_person_whose_nights_are_all_the_same_decides_nothing():
    nights = [{"subject": 1, "condition": "AB"[i % 2], "period": i, "tst": 400.0} for i in range(12)]
    study = sm.Study(design="n-of-1", treatment="B", control="A", schedule=sm.Schedule("blocks"))
    verdict = sm.judge(sm.Claim("tst", kind="equivalence", smallest_effect=15.0), nights, study)
    assert (verdict.outcome, codes_of(verdict)) == ("not testable", ["no-residual-variance"])


# ------------------------------------------------------------------------------------------------- latencies
def test_a_night_without_the_event_has_the_horizon_and_one_cut_short_a_pseudo_value():
    rows = crossover(0.0, metric="rem_latency", mean=80.0)
    for row in rows:
        row |= {
            "rem_latency_time": 80.0 + int(row["subject"][1:]) % 3,
            "rem_latency_event": 1,
            "technical_truncation": 0,
        }
    rows[0] |= {"rem_latency_time": 200.0, "rem_latency_event": 0}
    claim = sm.Claim("rem_latency", "decreases", horizon=100.0)
    verdict = sm.judge(claim, rows, STUDY)
    arm = next(arm for arm in verdict.arms if arm.condition == rows[0]["condition"] and not arm.period)
    others = [row["rem_latency_time"] for row in rows[1:] if row["condition"] == rows[0]["condition"]]
    assert arm.mean == pytest.approx((sum(others) + 100.0) / 12)
    rows[0] |= {"rem_latency_time": 10.0, "technical_truncation": 1}
    cut = sm.judge(claim, rows, STUDY)
    assert "pseudo-values" in [warning.code for warning in cut.warnings]
    # censored before any event, it says nothing: the Kaplan-Meier mean is that of the others
    arm = next(arm for arm in cut.arms if arm.condition == rows[0]["condition"] and not arm.period)
    assert arm.mean == pytest.approx(sum(others) / 11)


def test_a_night_asleep_at_lights_off_leaves_sol_and_is_counted():
    rows = crossover(0.0, metric="sol", mean=30.0, starts_asleep=0)
    for row in rows:
        row |= {"sol_time": row["sol"], "sol_event": 1}
    rows[3]["starts_asleep"] = 1
    verdict = sm.judge(sm.Claim("sol", "decreases", smallest_effect=10.0), rows, STUDY)
    left, without_a_period = verdict.exclusions
    assert without_a_period.n_subjects == 1
    assert (left.n_nights, left.reason.code) == (1, "asleep-at-lights-off")
    assert verdict.n_subjects == 11


# ------------------------------------------------------------------------------------------------- designs
def test_an_uncontrolled_change_is_capped_whichever_way_it_goes():
    for effect in (6.0, -6.0, 0.0):
        verdict = sm.judge(REM, crossover(effect), sm.Study(design="pre-post", treatment="active", control="placebo"))
        assert (verdict.outcome, verdict.cap) == ("inconclusive", "change observed")


def test_arms_that_were_not_drawn_by_lot_are_capped():
    nights = [row for row in crossover(6.0, subjects=40) if row["period"] == 1]
    study = sm.Study(design="parallel", treatment="active", control="placebo", randomised=False)
    assert sm.judge(REM, nights, study).cap == "difference observed"


def test_one_order_only_leaves_treatment_and_period_one():
    nights = [row for row in crossover(6.0) if int(row["subject"][1:]) % 2]
    verdict = sm.judge(REM, nights, STUDY)
    assert (verdict.outcome, codes_of(verdict)) == ("not testable", ["one-order"])


def test_a_crossover_without_periods_says_what_is_missing():
    nights = [{k: v for k, v in row.items() if k != "period"} for row in crossover(6.0)]
    verdict = sm.judge(REM, nights, STUDY)
    assert (verdict.outcome, codes_of(verdict)) == ("not testable", ["no-period-column"])


def test_few_orders_of_one_person_decide_nothing():
    nights = crossover(6.0, subjects=1, nights=1)
    nights += [{**row, "period": row["period"] + 2} for row in nights]
    study = sm.Study(design="n-of-1", treatment="active", control="placebo", schedule=sm.Schedule("blocks"))
    verdict = sm.judge(REM, nights, study)
    assert (verdict.outcome, codes_of(verdict), verdict.reasons[0].facts["n"]) == ("not testable", ["few-orders"], 4)


def test_a_person_who_took_an_impossible_order_is_an_error():
    nights = [{"subject": 1, "condition": "AB"[i > 5], "period": i, "tst": 400.0 + i} for i in range(12)]
    study = sm.Study(design="n-of-1", treatment="B", control="A", schedule=sm.Schedule("blocks"))
    with pytest.raises(sm.ClaimError) as caught:
        sm.judge(sm.Claim("tst", "increases"), nights, study)
    assert caught.value.key == "study.schedule"


@pytest.mark.parametrize(
    ("schedule", "n", "count"),
    [
        (sm.Schedule("blocks"), 12, 2**6),
        (sm.Schedule("blocks", block=4), 8, 36),
        (sm.Schedule("complete"), 8, 70),
        (sm.Schedule("phases", pattern="ABAB", min_phase=4), 24, 165),
        (sm.Schedule("phases", pattern="AB", min_phase=3), 12, 7),
        (sm.Schedule("listed", orders=("ABAB", "BABA", "ABBA")), 4, 3),
    ],
)
def test_orders_that_a_schedule_might_draw_are_counted_as_by_hand(schedule, n, count):
    treated = np.arange(n) % 2 == 1
    orders, listed = orders_of(schedule, treated)
    assert (len(np.unique(orders, axis=0)), listed) == (count, True)


def test_a_randomisation_interval_holds_the_effects_that_its_tests_do_not_reject():
    effect = RandomisationEffect(1.0, np.array([-2.0, -1.0, 0.0, 0.5, 1.5, 2.0, 3.0]), 1)
    low, high = effect.interval(0.5)  # tails of a quarter: two of eight orders
    assert (low, high) == (-1.0, 2.0)
    assert effect.p_above(low - 1e-9) <= 0.25 < effect.p_above(low)
    assert effect.p_below(high + 1e-9) <= 0.25 < effect.p_below(high)


def test_a_single_arm_is_described_and_not_judged():
    nights = [{"subject": i, "condition": "active", "tst": 400.0 + i, "age": 25} for i in range(8)]
    verdict = sm.judge(sm.Claim("tst", "increases"), nights, sm.Study(design="single-arm", treatment="active"))
    assert verdict.outcome == "not testable"
    (reason,) = verdict.reasons
    assert (reason.code, reason.facts["n"], reason.facts["mean"]) == ("no-control", 8, 403.5)
    assert 413.5 in [norm.median for norm in reason.facts["norms"]]  # Mitterling 2015, 18 to 30 years


def test_a_claim_about_others_than_were_studied_is_not_testable():
    claim = sm.Claim("rem_percent", "increases", population="people with neuropathic pain")
    verdict = sm.judge(claim, crossover(6.0), STUDY)
    assert (verdict.outcome, verdict.reasons[0].code) == ("not testable", "other-population")


# ------------------------------------------------------------------------------------------------- several claims
def test_holm_counts_claims_that_design_and_columns_allow_and_no_others():
    nights = crossover(2.0, n3_percent=math.nan)
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
    nights = crossover(6.0)
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
    nights = crossover(6.0)
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
    nights = crossover(6.0)
    for row in nights:
        row["model"] = "yasa C4-M1" if row["condition"] == "active" else ""
    verdict = sm.judge(REM, nights, sm.Study(design="crossover", treatment="active", control="placebo"))
    assert verdict.outcome == "not testable"
    assert verdict.reasons[0].code == "mixed-staging"


@pytest.mark.parametrize("nothing", [None, math.nan, "", " ", pd.NA])
def test_a_cell_without_a_stager_is_not_the_name_of_one(nothing):
    def tag(name, cells):
        nights = [night | {name: cells[int(night["subject"][1:]) % 2]} for night in crossover(6.0)]
        return sm.judge(REM, nights, sm.Study(design="crossover", treatment="active", control="placebo")).staging

    assert tag("model", (nothing, nothing)) == tag("staging", (nothing, nothing)) == "unknown"
    assert tag("model", ("yasa", nothing)) == "auto"
    assert tag("staging", ("human", nothing)) == tag("staging", ("human", "by hand")) == "unknown"
    assert tag("staging", ("human", "auto")) == "auto"


def test_what_a_headband_cannot_measure_gives_no_verdict_unless_audited():
    study = sm.Study(design="crossover", treatment="active", control="placebo", device="headband", staging="auto")
    verdict = sm.judge(REM, crossover(6.0), study)
    assert verdict.outcome == "inconclusive"
    assert codes_of(verdict) == ["unmeasurable-by-device"]
    audited = sm.Study(design="crossover", treatment="active", control="placebo", device="headband",
                       staging="auto+audited")  # fmt: skip
    assert sm.judge(REM, crossover(6.0), audited).outcome == "supported"
    n3 = sm.Claim("n3_percent", "increases", smallest_effect=3.0)
    assert sm.judge(n3, crossover(6.0, metric="n3_percent"), study).outcome == "supported"


def test_a_psychoactive_treatment_must_outdo_the_stagers_plausible_bias():
    nights = crossover(6.0, sd=1.0)
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
    verdict = sm.judge(REM, crossover(6.0), STUDY)
    plain = verdict.to_dict()
    assert plain["estimate"] == verdict.estimate
    assert plain["claim"]["design"] == "crossover"
    assert plain["plausible_bias"] is None
