"""Parallel arms: Welch's test and Student's beside it, and nights that a model cannot tell apart."""

import pytest

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
                       sm.Study(design="parallel", treatment="active", control="placebo"))  # fmt: skip
    assert (verdict.outcome, codes_of(verdict)) == ("not testable", ["not-estimable"])
