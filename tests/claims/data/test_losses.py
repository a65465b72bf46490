"""Nights that one arm loses more often are counted by arm, tested by person, bounded, and said."""

from __future__ import annotations

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
