"""Parallel arms: Welch's test and Student's beside it, and nights that a model cannot tell apart."""

import numpy as np
import pytest
from scipy import stats

import somnometry as sm
from somnometry.claims.designs.effect import TEffect

from ..crossovers import codes_of, sensitivity


def test_two_samples_of_ncss_are_welch_and_the_pooled_test_beside_it(vectors):
    want = vectors["ncss_tost"]
    nights = [
        {"subject": f"{arm}{i}", "condition": arm, "drug": value} for arm in "xy" for i, value in enumerate(want[arm])
    ]
    claim = sm.Claim("drug", kind="equivalence", smallest_effect=want["bound"], design="parallel", treatment="x",
                     control="y")  # fmt: skip
    verdict = sm.judge(claim, nights)
    assert verdict.estimate == pytest.approx(want["pooled"]["diff"], abs=1e-7)
    assert verdict.standard_error == pytest.approx(want["welch"]["se"], abs=1e-6)
    assert verdict.df == pytest.approx(want["welch"]["df"], abs=5e-4)
    assert verdict.interval95 == pytest.approx(want["welch"]["ci95"], abs=1e-5)
    assert sensitivity(verdict, "pooled-variances").interval95 == pytest.approx(want["pooled"]["ci95"], abs=1e-5)
    pooled = TEffect(verdict.estimate, want["pooled"]["se"], want["pooled"]["df"])
    assert sorted((pooled.p_above(-110), pooled.p_below(110))) == pytest.approx(sorted(want["pooled"]["p"]), abs=5e-5)


def test_a_design_that_the_model_cannot_tell_is_not_testable_and_no_error():
    one_subject_per_arm = [
        {"subject": s, "condition": ("placebo", "active")[s], "night": n, "tst": 400.0 + 7 * s + n * (3 + s)}
        for s in (0, 1) for n in (1, 2, 3)
    ]  # fmt: skip
    verdict = sm.judge(sm.Claim("tst", "increases"), one_subject_per_arm,
                       sm.Study(design="parallel", treatment="active", control="placebo", randomised=True))  # fmt: skip
    assert (verdict.outcome, codes_of(verdict)) == ("not testable", ["few-subjects-in-arm"])


# ------------------------------------------------------------------------------------- several nights, unequal arms
def unequal_arms(rng, effect=0.0):
    """8 people who differ by 80 minutes against 30 who differ by 40; three nights each."""
    rows = []
    for arm, n, sd in (("active", 8, 80.0), ("placebo", 30, 40.0)):
        for s in range(n):
            person = 400 + effect * (arm == "active") + rng.normal(0, sd)
            rows += [
                {"subject": f"{arm}{s}", "condition": arm, "night": k + 1, "tst": person + rng.normal(0, 30)}
                for k in range(3)
            ]
    return rows


def of_unequal_arms(n_studies):
    """Share of false verdicts either way, and of intervals that hold the truth, where nothing works."""
    study = sm.Study(design="parallel", treatment="active", control="placebo", staging="human", randomised=True)
    claim = sm.Claim("tst", "increases")
    rng = np.random.default_rng(13)
    up = down = covered = 0
    for _ in range(n_studies):
        verdict = sm.judge(claim, unequal_arms(rng), study, sensitivity=False)
        low, high = verdict.interval95
        up += verdict.p <= 0.05 and verdict.estimate > 0
        down += verdict.p <= 0.05 and verdict.estimate < 0
        covered += low <= 0 <= high
    return up / n_studies, down / n_studies, covered / n_studies


@pytest.mark.parametrize("n_studies", [300, pytest.param(2000, marks=pytest.mark.acceptance)])
def test_small_arms_that_vary_more_neither_support_nor_contradict(n_studies):
    up, down, covered = of_unequal_arms(n_studies)
    assert max(up, down) <= 0.025 + 3 * np.sqrt(0.025 * 0.975 / n_studies)
    assert covered >= 0.94 - 3 * np.sqrt(0.94 * 0.06 / n_studies)


def test_several_nights_are_analysed_by_their_means():
    rows = unequal_arms(np.random.default_rng(1), effect=50.0)
    means = {arm: [] for arm in ("active", "placebo")}
    for who in dict.fromkeys(row["subject"] for row in rows):
        of_person = [row for row in rows if row["subject"] == who]
        means[of_person[0]["condition"]].append(np.mean([row["tst"] for row in of_person]))
    study = sm.Study(design="parallel", treatment="active", control="placebo", staging="human", randomised=True)
    verdict = sm.judge(sm.Claim("tst", "increases"), rows, study)
    welch = stats.ttest_ind(means["active"], means["placebo"], equal_var=False)
    assert verdict.p == pytest.approx(welch.pvalue)
    assert verdict.method.code == "welch-of-means"
    assert "mixed-model" in [analysis.name.code for analysis in verdict.sensitivity]
