"""Before and after: the paired t test, its exact permutation, and several conditions."""

import math

import numpy as np
import pytest

import somnometry as sm

from ...facts import example
from ..crossovers import sensitivity


def test_the_sleep_of_student_is_the_paired_t_test_and_its_equivalence(vectors):
    want = vectors["student_sleep"]
    nights = example("student_sleep").rename(columns={"group": "condition", "ID": "subject", "extra": "hours"})
    claim = sm.Claim("hours", "decreases", smallest_effect=2.0, design="pre-post", treatment="1", control="2")
    verdict = sm.judge(claim, nights)
    assert verdict.estimate == pytest.approx(-1.58)
    assert verdict.estimate / verdict.standard_error == pytest.approx(want["paired_t"], rel=1e-9)
    assert verdict.df == want["df"]
    assert verdict.p == pytest.approx(want["p"], rel=1e-5)
    assert verdict.interval95 == pytest.approx(want["ci95"], rel=1e-8)
    assert verdict.interval90 == pytest.approx(want["ci90"], rel=1e-8)
    assert verdict.p_equivalence == pytest.approx(want["tost_bound2_p"], rel=1e-8)
    three = sm.judge(sm.Claim("hours", "decreases", smallest_effect=3.0, design="pre-post", treatment="1", control="2"),
                     nights)  # fmt: skip
    assert three.p_equivalence == pytest.approx(want["tost_bound3_p"], rel=1e-5)
    assert sensitivity(verdict, "sign-flips-of-differences").p == want["signflip_exact_p"]
    assert verdict.cap == "change observed"


def test_darwins_maize_is_fishers_exact_count(vectors):
    want = vectors["darwin_maize"]
    difference = example("darwin_maize").iloc[:, 0].to_numpy()
    nights = [
        {"subject": i, "condition": condition, "height": value}
        for i, d in enumerate(difference)
        for condition, value in (("crossed", d), ("selfed", 0.0))
    ]
    claim = sm.Claim("height", "increases", design="pre-post", treatment="crossed", control="selfed")
    p = sensitivity(sm.judge(claim, nights), "sign-flips-of-differences").p
    assert p == pytest.approx(want["two_sided_p"], rel=1e-6)
    assert p * 2**15 / 2 == want["n_ge"]


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
