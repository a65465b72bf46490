"""Rare counts: Poisson rates with errors from people, where logarithms of rates hide half of an effect."""

import dataclasses
import math

import numpy as np
import pytest

import somnometry as sm
from somnometry.claims.analysis import Question
from somnometry.claims.as_declared import resolved
from somnometry.claims.data.study_nights import StudyNights

from ..crossovers import codes_of, sensitivity

STUDY = sm.Study(design="crossover", treatment="active", control="placebo", staging="human", randomised=True)
PARALLEL = dataclasses.replace(STUDY, design="parallel")
CLAIM = sm.Claim("awakenings_5min", "decreases", smallest_effect=0.8)
COUNT = CLAIM.metric


def crossover(rng, ratio, *, n=24, nights=1, per_night=1.0):
    """Poisson counts of people who differ (SD of the log 0.6), in nights of unequal sleep."""
    rows = []
    for s in range(n):
        own = per_night * math.exp(rng.normal(-0.18, 0.6))
        for p, condition in enumerate(("placebo", "active") if s % 2 else ("active", "placebo")):
            for k in range(nights):
                tst = min(max(rng.normal(410, 42), 180), 600)
                mean = own * tst / 410 * (ratio if condition == "active" else 1)
                rows.append({"subject": s, "period": p + 1, "condition": condition, "night": k + 1, "tst": tst,
                             COUNT: int(rng.poisson(mean))})  # fmt: skip
    return rows


def parallel(rng, ratio, *, n=48, per_night=1.0):
    rows = crossover(rng, ratio, n=n, per_night=per_night)
    return [row for row in rows if row["period"] == 1]


def model_of(rows, study=STUDY):
    return Question(resolved(CLAIM, study), study, StudyNights.of(rows, study)).fit().model


def rates(made, study, ratio, n_studies):
    """Share of false verdicts either way (of a ratio of 1), of intervals with the truth, and the median ratio."""
    rng = np.random.default_rng(31)
    up = down = covered = 0
    estimates = []
    for _ in range(n_studies):
        verdict = sm.judge(CLAIM, made(rng, ratio), study, sensitivity=False)
        low, high = verdict.interval95
        up += verdict.p <= 0.05 and verdict.estimate > 1
        down += verdict.p <= 0.05 and verdict.estimate < 1
        covered += low <= ratio <= high
        estimates.append(verdict.estimate)
    return up / n_studies, down / n_studies, covered / n_studies, float(np.median(estimates))


@pytest.mark.parametrize("n_studies", [200, pytest.param(2000, marks=pytest.mark.acceptance)])
@pytest.mark.parametrize(("made", "study"), [(crossover, STUDY), (parallel, PARALLEL)])
def test_one_event_a_night_halved_is_estimated_as_halved_and_covered(made, study, n_studies):
    *_, covered, median = rates(made, study, 0.5, n_studies)
    assert covered >= 0.94 - 3 * math.sqrt(0.94 * 0.06 / n_studies)
    assert median == pytest.approx(0.5, abs=0.03 if n_studies >= 2000 else 0.08)


@pytest.mark.parametrize("n_studies", [200, pytest.param(2000, marks=pytest.mark.acceptance)])
@pytest.mark.parametrize(("made", "study"), [(crossover, STUDY), (parallel, PARALLEL)])
def test_one_event_a_night_unchanged_is_neither_supported_nor_contradicted(made, study, n_studies):
    up, down, covered, _ = rates(made, study, 1.0, n_studies)
    assert max(up, down) <= 0.025 + 3 * math.sqrt(0.025 * 0.975 / n_studies)
    assert covered >= 0.94 - 3 * math.sqrt(0.94 * 0.06 / n_studies)


def test_the_logarithms_of_rates_stand_beside_and_hide_half_of_it():
    verdict = sm.judge(CLAIM, crossover(np.random.default_rng(1), 0.5, n=400), STUDY)
    assert verdict.method.code == "rare-counts"
    assert verdict.estimate == pytest.approx(0.5, abs=0.06)
    assert sensitivity(verdict, "log-rates").estimate == pytest.approx(0.71, abs=0.05)
    assert "per subject and period" in sm.explain(verdict.method)


def test_estimate_and_errors_are_those_of_statsmodels():
    import statsmodels.api as api

    model = model_of(crossover(np.random.default_rng(2), 0.7, n=16))
    sample = model.sample
    theirs = api.GEE(sample.counts, model.X, groups=sample.subject, offset=np.log(sample.hours),
                     family=api.families.Poisson()).fit(cov_type="bias_reduced")  # fmt: skip
    assert model.beta == pytest.approx(theirs.params, abs=1e-6)
    assert np.sqrt(np.diag(model.covariance)) == pytest.approx(theirs.bse, rel=1e-5)
    assert model.df == 16 - 3


def test_with_whole_pairs_of_equal_sleep_in_equal_orders_the_ratio_is_that_of_the_sums():
    counts = {"placebo": (2, 1, 0, 3, 1, 2, 4, 1), "active": (1, 0, 0, 2, 1, 1, 1, 0)}
    rows = [
        {"subject": s, "period": 1, "condition": arm, "tst": 420.0, COUNT: n}
        for a, arm in enumerate(counts) for s, n in enumerate(counts[arm], 100 * a)
    ]  # fmt: skip
    assert sm.judge(CLAIM, rows, PARALLEL).estimate == pytest.approx(6 / 14)
    (placebo, active, *_) = sm.judge(CLAIM, rows, PARALLEL).arms
    assert (placebo.mean, active.mean) == pytest.approx((14 / 56, 6 / 56))


def test_where_events_are_not_rare_the_logarithms_decide_and_poisson_rates_stand_beside():
    rows = crossover(np.random.default_rng(4), 0.8, nights=4, per_night=2.0)
    verdict = sm.judge(CLAIM, rows, STUDY)
    assert verdict.method.code == "two-by-two"
    beside = sensitivity(verdict, "poisson-gee")
    (mean,) = beside.notes
    cells = len({(row["subject"], row["period"]) for row in rows})
    assert mean.facts["mean"] == pytest.approx(sum(row[COUNT] for row in rows) / cells)


def test_an_arm_without_any_event_has_no_rate_to_compare():
    rows = [
        {**row, COUNT: 0 if row["condition"] == "active" else row[COUNT]}
        for row in crossover(np.random.default_rng(5), 1)
    ]
    verdict = sm.judge(CLAIM, rows, STUDY)
    assert (verdict.outcome, codes_of(verdict)) == ("not testable", ["few-events"])


def test_a_rate_before_treatment_is_adjusted_for():
    rng = np.random.default_rng(6)
    rows = [{**row, "night": 2} for row in parallel(rng, 0.6)]
    before = [{**row, "condition": "before", "night": 1, "period": 0, COUNT: int(rng.poisson(1))} for row in rows]
    study = dataclasses.replace(PARALLEL, baseline="before")
    model = model_of([*before, *rows], study)
    assert model.X.shape == (48, 3)
    assert sm.judge(CLAIM, [*before, *rows], study).method.code == "rare-counts"


def test_each_subject_left_out_gives_the_fit_without_it():
    rows = crossover(np.random.default_rng(7), 0.7, n=10)
    weights = {"active": 1.0, "placebo": -1.0}
    without = model_of(rows).leave_one_out(weights)
    for who in (0, 5):
        others = model_of([row for row in rows if row["subject"] != who])
        assert without[who] == pytest.approx(others.contrast(weights).estimate)
