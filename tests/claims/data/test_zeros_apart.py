"""Stages of which nights have nothing while others have plenty are counted by arm; drugs that suppress are judged."""

from __future__ import annotations

import numpy as np
import pytest

import somnometry as sm

from ..plain_nights import STUDY, judged, only, plain_nights


def said(verdict):
    return [warning.facts for warning in verdict.warnings if warning.code == "zeros-apart"]


@pytest.mark.parametrize("metric", ["rem_percent", "rem_minutes", "n3_percent"])
def test_zeros_in_a_sixth_of_one_arm_are_counted_by_arm_and_said(metric):
    table = only(plain_nights(), metric)
    values, active = table[metric], np.flatnonzero(table["condition"] == "active")
    values[active[::6]] = 0.0
    verdict = judged(table, metric)
    (facts,) = said(verdict)
    assert (facts["arms"], facts["n"], facts["nights"]) == (("placebo", "active"), (0, 8), (48, 48))
    assert facts["least"] == values[values > 0].min()
    assert "8 of 48 nights under active" in verdict.explain()
    assert verdict.outcome != "not testable"


@pytest.mark.parametrize("metric", ["waso", "awakenings"])
def test_nights_without_any_wake_are_said_where_others_have_plenty(metric):
    table = only(plain_nights(), metric, "tst")
    table[metric][:12:2] = 0.0
    (facts,) = said(judged(table, metric))
    assert (sum(facts["n"]), facts["differs"]) == (6, False)


def test_a_drug_that_takes_all_rem_is_judged_and_said():
    table = only(plain_nights(), "rem_percent")
    rng = np.random.default_rng(0)
    active = table["condition"] == "active"
    table["rem_percent"] = np.where(active, np.where(rng.random(active.size) < 0.8, 0.0, 1.2), table["rem_percent"])
    verdict = sm.judge(sm.Claim("rem_percent", "decreases", smallest_effect=3.0), table, STUDY, sensitivity=False)
    assert verdict.outcome == "supported"
    assert said(verdict)[0]["differs"]


def test_zeros_that_others_come_near_are_not_said():
    """N3 of old people, of whom many have next to none."""
    table = only(plain_nights(people=40), "n3_percent")
    rng = np.random.default_rng(0)
    table["n3_percent"] = np.round(np.maximum(0, rng.normal(3, 3, table["n3_percent"].size)), 2)
    assert (table["n3_percent"] == 0).sum() > 5
    assert said(judged(table, "n3_percent")) == []
    assert said(judged(plain_nights(), "rem_percent")) == []


def test_one_night_without_a_stage_is_a_night():
    table = only(plain_nights(), "rem_percent")
    table["rem_percent"][3] = 0.0
    assert said(judged(table, "rem_percent")) == []
