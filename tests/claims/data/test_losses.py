"""Nights that one arm loses more often are counted by arm, tested by person, bounded, and said."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

import somnometry as sm

from ..crossovers import REM, STUDY, codes_of, noisy_crossover


def warning_of(verdict):
    return next((one for one in verdict.warnings if one.code == "lost-by-arm"), None)


def nights_with(lost_active, lost_placebo, how):
    """A crossover of 24 people and 2 nights a period, in which the first people lose their second night of an arm."""
    nights = noisy_crossover(6.0, subjects=24, nights=2, status="ok")
    for night in nights:
        limit = lost_active if night["condition"] == "active" else lost_placebo
        if night["night"] == 2 and int(night["subject"][1:]) < limit:
            night.update({"status": "failed"} if how == "failed" else {"rem_percent": float("nan")})
    return nights


@pytest.mark.parametrize("how", ["failed", "undefined"])
def test_nights_lost_in_one_arm_are_said_in_the_paragraph(how):
    verdict = sm.judge(REM, nights_with(12, 0, how), STUDY, sensitivity=False)
    facts = warning_of(verdict).facts
    assert (facts["lost"], facts["nights"]) == ((0, 12), (48, 48))
    assert facts["p"] == pytest.approx(stats.fisher_exact([[0, 24], [12, 12]]).pvalue)
    assert facts["low"] < verdict.estimate < facts["high"]
    assert "0 of 48 nights under placebo and 12 of 48 nights under active" in verdict.explain()


@pytest.mark.parametrize(("active", "placebo"), [(0, 0), (3, 2), (12, 12)])
def test_nights_lost_alike_are_no_warning(active, placebo):
    assert warning_of(sm.judge(REM, nights_with(active, placebo, "failed"), STUDY, sensitivity=False)) is None


def test_a_latency_without_event_columns_is_not_testable_where_nights_lack_the_event():
    nights = noisy_crossover(0.0, metric="rem_latency", mean=80.0, subjects=20)
    claim = sm.Claim("rem_latency", "decreases", smallest_effect=20.0)
    assert sm.judge(claim, nights, STUDY).outcome != "not testable"
    for night in nights[:6]:
        night["rem_latency"] = float("nan")
    verdict = sm.judge(claim, nights, STUDY)
    assert (verdict.outcome, codes_of(verdict)) == ("not testable", ["no-event-columns"])
    assert sum(verdict.reasons[0].facts["n"].values()) == 6


@pytest.mark.parametrize("how", ["failed", "undefined"])
def test_a_period_of_one_night_that_was_lost_is_lost_in_its_own_arm_only(how):
    """25 of 48 nights against 0: whoever lacks a period leaves the 2x2, and their other night is not lost for that."""
    nights = noisy_crossover(6.0, subjects=48, status="ok")
    active = [night for night in nights if night["condition"] == "active"]
    for night in active[:25]:
        night.update({"status": "failed"} if how == "failed" else {"rem_percent": float("nan")})
    verdict = sm.judge(REM, nights, STUDY, sensitivity=False)
    assert verdict.n_subjects == 23
    facts = warning_of(verdict).facts
    assert (facts["lost"], facts["nights"]) == ((0, 25), (48, 48))
    assert "25 of 48 nights under active" in verdict.explain()


def test_a_period_without_any_row_is_lost_too():
    """25 of 48 people have no row under active at all: whoever gave the table left the nights that failed out of it."""
    nights = noisy_crossover(6.0, subjects=48)
    gone = [night for night in nights if night["condition"] == "active"][:25]
    facts = warning_of(sm.judge(REM, [n for n in nights if n not in gone], STUDY, sensitivity=False)).facts
    assert (facts["lost"], facts["nights"]) == ((0, 25), (48, 48))
    assert facts["p"] == pytest.approx(stats.fisher_exact([[0, 48], [25, 23]]).pvalue)


def test_nights_that_were_never_meant_are_not_lost():
    """Two nights under placebo and one under active, of everybody; and three doses of which everybody had two."""
    nights = [n for n in noisy_crossover(6.0, subjects=24, nights=2) if (n["condition"], n["night"]) != ("active", 2)]
    assert warning_of(sm.judge(REM, nights, STUDY, sensitivity=False)) is None
    nights = noisy_crossover(6.0, subjects=24)
    for night in nights:
        if night["condition"] == "active" and int(night["subject"][1:]) % 2:
            night["condition"] = "double"
    assert warning_of(sm.judge(REM, nights, replace(STUDY, arms=("double",)), sensitivity=False)) is None


def parallel(lost, n=24, nights=1, seed=2):
    """Two groups, in one of which `lost` people lose a night."""
    rng = np.random.default_rng(seed)
    rows = [{"subject": f"{arm}{s}", "condition": arm, "night": night, "rem_percent": rng.normal(20, 4), "status": "ok"}
            for arm in ("active", "placebo") for s in range(n) for night in range(1, nights + 1)]  # fmt: skip
    for row in rows:
        if (
            row["condition"] == "active"
            and row["night"] == nights
            and int(row["subject"].removeprefix("active")) < lost
        ):
            row["status"] = "failed"
    return rows


GROUPS = sm.Study(design="parallel", treatment="active", control="placebo", staging="human", randomised=True)


@pytest.mark.parametrize("nights", [1, 2])
def test_parallel_groups_are_compared_by_person(nights):
    facts = warning_of(sm.judge(REM, parallel(12, nights=nights), GROUPS, sensitivity=False)).facts
    assert (facts["lost"], facts["nights"]) == ((0, 12), (24 * nights, 24 * nights))
    assert facts["p"] == pytest.approx(stats.fisher_exact([[0, 24], [12, 12]]).pvalue)
    assert warning_of(sm.judge(REM, parallel(2, nights=nights), GROUPS, sensitivity=False)) is None


def test_the_bounds_are_what_the_lost_nights_might_have_been():
    """By hand: the lost half of an arm takes the value of the lowest, or of the highest, twentieth of all others."""
    rows = parallel(12)
    active, placebo = (
        [row["rem_percent"] for row in rows if row["condition"] == arm and row["status"] == "ok"]
        for arm in ("active", "placebo")
    )
    low, high = np.quantile([*active, *placebo], [0.05, 0.95])
    facts = warning_of(sm.judge(REM, rows, GROUPS, sensitivity=False)).facts
    for bound, value in (("low", low), ("high", high)):
        assert facts[bound] == pytest.approx((np.mean(active) + value) / 2 - np.mean(placebo))


def test_second_nights_without_a_row_are_lost_where_most_people_lack_them():
    rows = [row for row in parallel(18, nights=2) if row["status"] == "ok"]
    facts = warning_of(sm.judge(REM, rows, GROUPS, sensitivity=False)).facts
    assert (facts["lost"], facts["nights"]) == ((0, 18), (48, 48))


ORDER = "ABBAABABBABAABBABAAB"
ALONE = sm.Study(design="n-of-1", treatment="active", control="placebo", staging="human", randomised=True,
                 schedule=sm.Schedule("blocks", block=2))  # fmt: skip


def one_person(lost, how, column="period"):
    """Twenty nights of one person in blocks of two; of the treated ones the first are lost."""
    rng = np.random.default_rng(3)
    rows = [{"subject": "a", "condition": ("placebo", "active")[letter == "B"], column: i + 1, "status": "ok",
             "rem_percent": 20 + 6 * (letter == "B") + rng.normal(0, 2)} for i, letter in enumerate(ORDER)]  # fmt: skip
    for row in [row for row in rows if row["condition"] == "active"][:lost]:
        row.update({"status": "failed"} if how == "failed" else {"rem_percent": float("nan")})
    return rows


@pytest.mark.parametrize("how", ["failed", "undefined"])
@pytest.mark.parametrize("column", ["period", "night"])
def test_one_persons_periods_are_compared_and_were_drawn_all_the_same(how, column):
    verdict = sm.judge(REM, one_person(6, how, column), ALONE)
    assert verdict.outcome == "supported"  # a failed night is no other order than the one that was drawn
    facts = warning_of(verdict).facts
    assert (facts["lost"], facts["nights"], facts["alone"]) == ((0, 6), (10, 10), True)
    assert facts["p"] == pytest.approx(stats.fisher_exact([[0, 10], [6, 4]]).pvalue)
    assert "periods" in verdict.explain()


@pytest.mark.parametrize("kind", ["difference", "dose-response", "conjunction", "consistency"])
def test_claims_of_every_kind_say_it(kind):
    nights = noisy_crossover(6.0, subjects=24, nights=8, status="ok", tst=400.0)
    rng = np.random.default_rng(4)
    for night in nights:
        night["tst"] += rng.normal(0, 20)
        if night["condition"] == "active" and night["night"] == 8 and int(night["subject"][1:]) < 12:
            night["status"] = "failed"
    more = {
        "difference": {"direction": None, "arms": ("placebo", "active")},
        "dose-response": {"arms": ("low", "active")},
        "conjunction": {"also": (sm.Component("tst", "increases", 10.0),)},
        "consistency": {"smallest_effect": 1.25},
    }[kind]
    study = STUDY
    if kind == "dose-response":
        study = replace(STUDY, doses={"low": 1.0, "active": 2.0})
        low = [
            n for n in noisy_crossover(3.0, subjects=24, nights=8, seed=9, status="ok") if n["condition"] == "active"
        ]
        nights += [{**night, "condition": "low", "period": 3} for night in low]
        for night in nights:  # everybody begins elsewhere in the round
            round_of = ("placebo", "low", "active").index(night["condition"])
            night["period"] = (round_of + int(night["subject"][1:])) % 3 + 1
    claim = sm.Claim("rem_percent", **{"direction": "increases", "smallest_effect": 3.0, "kind": kind, **more})
    verdict = sm.judge(claim, nights, study, sensitivity=False)
    assert verdict.outcome != "not testable"
    facts = warning_of(verdict).facts
    assert (facts["arms"], facts["lost"]) == (("placebo", "active"), (0, 12))
    assert np.isnan(facts["low"]) == (kind == "consistency")


def test_nights_that_end_in_sleep_more_often_in_one_arm_are_said():
    nights = noisy_crossover(0.0, subjects=24, nights=2, metric="tst", mean=400.0, truncated=0)
    for night in nights:
        if night["condition"] == "active" and night["night"] == 2 and int(night["subject"][1:]) < 12:
            night["truncated"] = 1
    claim = sm.Claim("tst", "increases", smallest_effect=15.0)
    verdict = sm.judge(claim, nights, STUDY, sensitivity=False)
    (facts,) = [one.facts for one in verdict.warnings if one.code == "cut-off-by-arm"]
    assert (facts["lost"], facts["nights"]) == ((0, 12), (48, 48))
    assert "12 of 48 nights under active" in verdict.explain()
    for night in nights:
        night.update(sol=12.0 + night["night"], sol_time=12.0 + night["tst"] / 100, sol_event=1)
    latency = sm.judge(sm.Claim("sol", "decreases", smallest_effect=5.0), nights, STUDY, sensitivity=False)
    assert latency.outcome != "not testable"
    assert "cut-off-by-arm" not in [one.code for one in latency.warnings]


def test_latencies_that_were_cut_short_count_as_lost():
    nights = noisy_crossover(0.0, subjects=24, nights=2, metric="rem_latency_time", mean=80.0, rem_latency_event=1)
    for night in nights:
        night["technical_truncation"] = 0
        if night["condition"] == "active" and night["night"] == 2 and int(night["subject"][1:]) < 12:
            night.update(technical_truncation=1, rem_latency_event=0, rem_latency_time=40.0)
    claim = sm.Claim("rem_latency", "decreases", smallest_effect=20.0)
    facts = warning_of(sm.judge(claim, nights, STUDY, sensitivity=False)).facts
    assert (facts["lost"], facts["nights"]) == ((0, 12), (48, 48))


def test_what_chance_does_is_seldom_said():
    """Nights lost at random in both arms: said in no more than 5 % of studies, and Fisher's test is conservative."""
    rng, said = np.random.default_rng(5), 0
    for study in range(200):
        nights = noisy_crossover(6.0, subjects=20, nights=1, seed=study, status="ok")
        for night in nights:
            night["status"] = "failed" if rng.random() < 0.2 else "ok"
        said += warning_of(sm.judge(REM, nights, STUDY, sensitivity=False)) is not None
    assert said <= 10 + 3 * np.sqrt(200 * 0.05 * 0.95)
