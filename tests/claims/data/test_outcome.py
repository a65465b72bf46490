"""Values that are analysed: rates per hour of sleep, latencies up to a horizon, and what takes many nights."""

import dataclasses
import math

import pytest

import somnometry as sm

from ..crossovers import STUDY, codes_of, noisy_crossover


def test_counts_are_rates_per_hour_of_sleep():
    nights = noisy_crossover(0.0, metric="tst", mean=420.0, sd=1.0)
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
    nights = noisy_crossover(0.0, nights=2, metric="tst", mean=420.0, sd=1.0, awakenings=5)
    nights[0]["tst"], nights[7]["tst"], nights[9]["awakenings"] = math.nan, 0.0, math.nan
    verdict = sm.judge(sm.Claim("awakenings", "decreases", smallest_effect=0.8), nights, STUDY)
    assert [left.n_nights for left in verdict.exclusions] == [1, 2]
    assert verdict.n_nights + sum(left.n_nights for left in verdict.exclusions) == verdict.n_nights_given == 48


@pytest.mark.parametrize(("metric", "kind"), [("tst", "consistency"), ("sri", "superiority")])
def test_who_has_too_few_nights_leaves_what_is_told_of_many_and_is_counted(metric, kind):
    nights = noisy_crossover(4.0, nights=8, metric=metric, mean=80.0)
    short = [n for n in nights if n["subject"] != "s3" or n["condition"] == "placebo" or n["night"] <= 5]
    claim = sm.Claim(metric, "increases", kind=kind)
    verdict, without = (sm.judge(claim, given, STUDY) for given in (short, [n for n in nights if n["subject"] != "s3"]))
    assert verdict.interval95 == pytest.approx(without.interval95)
    assert (verdict.n_subjects, [left.n_nights for left in verdict.exclusions]) == (11, [5, 8])
    few = sm.judge(claim, [n for n in nights if n["night"] <= 6], STUDY)
    assert (few.outcome, codes_of(few), few.reasons[0].facts["most"]) == ("not testable", ["few-nights"], 6)


def test_a_night_without_the_event_has_the_horizon_and_one_cut_short_a_pseudo_value():
    rows = noisy_crossover(0.0, metric="rem_latency", mean=80.0)
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
    rows = noisy_crossover(0.0, metric="sol", mean=30.0, starts_asleep=0)
    for row in rows:
        row |= {"sol_time": row["sol"], "sol_event": 1}
    rows[3]["starts_asleep"] = 1
    verdict = sm.judge(sm.Claim("sol", "decreases", smallest_effect=10.0), rows, STUDY)
    left, without_a_period = verdict.exclusions
    assert without_a_period.n_subjects == 1
    assert (left.n_nights, left.reason.code) == (1, "asleep-at-lights-off")
    assert verdict.n_subjects == 11


# ------------------------------------------------------------------------------------- nights that were cut short
def cut_in_one_arm(metric, **columns):
    """40 people's crossover; 18 of the nights under treatment ended early and so were worth less of everything."""
    nights = noisy_crossover(0.0, subjects=40, metric=metric, **columns)
    active = [row for row in nights if row["condition"] == "active"]
    for row in nights:
        row["technical_truncation"] = 0
    for row in active[:18]:
        row["technical_truncation"] = 1
        row[metric] *= 0.6
    return nights


@pytest.mark.parametrize(
    ("metric", "mean", "sd"), [("tst", 420.0, 20.0), ("se", 80.0, 3.0), ("rem_percent", 30.0, 2.0), ("waso", 60.0, 5.0)]
)
def test_nights_cut_short_count_for_nothing_that_depends_on_how_a_night_ends(metric, mean, sd):
    claim = sm.Claim(metric, "increases" if metric != "waso" else "decreases", smallest_effect=2.0)
    nights = cut_in_one_arm(metric, mean=mean, sd=sd)
    verdict = sm.judge(claim, nights, STUDY)
    whole = sm.judge(claim, [row for row in nights if not row["technical_truncation"]], STUDY)
    assert (verdict.estimate, verdict.p) == (whole.estimate, whole.p)
    (cut,) = (left for left in verdict.exclusions if left.reason.code == "cut-short")
    assert cut.n_nights == 18
    assert "lost-by-arm" in [warning.code for warning in verdict.warnings]
    blind = sm.judge(claim, [{**row, "technical_truncation": 0} for row in nights], STUDY)
    assert blind.p < 0.001  # what it was before: an effect of the cable


def test_what_is_no_metric_of_the_night_is_kept_of_a_night_cut_short():
    nights = cut_in_one_arm("pain", mean=5.0, sd=0.5)
    study = dataclasses.replace(STUDY, columns={"pain": "evening pain, 0 to 10 points"})
    verdict = sm.judge(sm.Claim("pain", "decreases", smallest_effect=1.0), nights, study)
    assert verdict.n_nights == 80


@pytest.mark.parametrize(("called", "meant"), [("TST", "tst"), ("Total sleep time", "tst"), ("WASO (min)", "waso")])
def test_a_metric_that_is_called_otherwise_is_told_its_key(called, meant):
    rows = [
        {"subject": s, "condition": "ab"[(s + p) % 2], "period": p, "tst": 400.0 + s} for s in range(6) for p in (1, 2)
    ]
    study = sm.Study(design="crossover", treatment="a", control="b", randomised=True, staging="human")
    verdict = sm.judge(sm.Claim(called, "increases"), rows, study)
    assert [(one.code, one.facts.get("like")) for one in verdict.reasons] == [("no-column-of-others", meant)]
    assert f"is {meant!r} meant" in verdict.explain()
