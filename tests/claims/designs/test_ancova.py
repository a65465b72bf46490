"""Parallel arms given a baseline: beside statsmodels' HC3, and without whom no baseline is known."""

import numpy as np
import pytest
import statsmodels.api as statsmodels

import somnometry as sm

from ..crossovers import codes_of, side_effect

STUDY = sm.Study(design="parallel", treatment="active", control="placebo", baseline="before", randomised=True)
CLAIM = sm.Claim("tst", "increases", smallest_effect=15.0)


def nights(seed=0, subjects=18):
    rng = np.random.default_rng(seed)
    before = 400 + rng.normal(0, 30, subjects)
    active = np.arange(subjects) % 3 == 0
    after = 0.6 * before + 180 + np.where(active, 20 + rng.normal(0, 25, subjects), rng.normal(0, 10, subjects))
    rows = [{"subject": s, "condition": "before", "night": 1, "tst": before[s]} for s in range(subjects)]
    rows += [
        {"subject": s, "condition": "active" if active[s] else "placebo", "night": 2, "tst": after[s]}
        for s in range(subjects)
    ]
    return rows, before, active, after


def hc3(before, active, after):
    X = np.column_stack([np.ones(before.size), active, before - before.mean()])
    return statsmodels.OLS(after, X).fit(cov_type="HC3")


def test_effect_and_slope_are_those_of_least_squares_with_hc3_errors():
    rows, *values = nights()
    fit, verdict = hc3(*values), sm.judge(CLAIM, rows, STUDY)
    slope = side_effect(verdict, "baseline-slope")
    assert (verdict.method.code, verdict.df) == ("ancova", 18 - 3)
    assert (verdict.estimate, verdict.standard_error) == pytest.approx((fit.params[1], fit.bse[1]), rel=1e-9)
    assert (slope.estimate, slope.standard_error) == pytest.approx((fit.params[2], fit.bse[2]), rel=1e-9)


def test_each_subject_left_out_is_the_fit_without_it():
    rows, *values = nights()
    without = [hc3(*(np.delete(value, i) for value in values)).params[1] for i in range(18)]
    left_out = next(one for one in sm.judge(CLAIM, rows, STUDY).sensitivity if one.name.code == "leave-one-out")
    assert left_out.estimate == pytest.approx(min(without, key=abs), rel=1e-9)
    assert left_out.notes[0].facts["high"] == pytest.approx(max(without), rel=1e-9)


def test_a_subject_without_a_baseline_is_left_out_and_counted():
    rows, *values = nights()
    verdict = sm.judge(CLAIM, rows[1:], STUDY)
    assert verdict.estimate == pytest.approx(hc3(*(value[1:] for value in values)).params[1], rel=1e-9)
    assert [(left.reason.code, left.n_subjects) for left in verdict.exclusions] == [("no-baseline", 1)]


def test_a_baseline_that_all_of_an_arm_share_tells_nothing():
    rows, *_ = nights()
    same = [row | {"tst": 400.0} if row["condition"] == "before" else row for row in rows]
    verdict = sm.judge(CLAIM, same, STUDY)
    assert (verdict.outcome, codes_of(verdict)) == ("not testable", ["uninformative-baseline"])
