"""Worked examples of others, with the numbers that R, SAS or their authors print, through the public functions."""

import numpy as np
import pytest
from scipy import stats

import somnometry as sm
from somnometry.claims.data.restricted_mean import pseudo_values, restricted_mean
from somnometry.claims.data.study_nights import StudyNights
from somnometry.claims.designs.effect import TEffect
from somnometry.claims.kinds.mediation import fit_mediation

from ..facts import example


def _side_effect(verdict, code):
    return next(effect for effect in verdict.side_effects if effect.name.code == code)


def _sensitivity(verdict, code):
    return next(analysis for analysis in verdict.sensitivity if analysis.name.code == code)


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
    assert _sensitivity(verdict, "sign-flips-of-differences").p == want["signflip_exact_p"]
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
    p = _sensitivity(sm.judge(claim, nights), "sign-flips-of-differences").p
    assert p == pytest.approx(want["two_sided_p"], rel=1e-6)
    assert p * 2**15 / 2 == want["n_ge"]


def test_chow_and_lius_crossover(vectors):
    want = vectors["chow_liu_2x2"]
    nights = example("chow_liu").rename(columns={"treatment": "condition"})
    claim = sm.Claim("AUC", "increases", design="crossover", treatment="T", control="R")
    verdict = sm.judge(claim, nights)
    assert verdict.estimate == pytest.approx(want["T_minus_R"], rel=1e-9)
    # R printed these from an iterative fit, good to 3e-8
    assert verdict.standard_error == pytest.approx(want["se"], rel=1e-7)
    assert verdict.df == 22
    assert verdict.estimate / verdict.standard_error == pytest.approx(want["t22"], rel=1e-7)
    assert verdict.p == pytest.approx(want["p"], rel=1e-6)
    assert verdict.interval90 == pytest.approx(want["ci90"], rel=1e-7)
    carry, period = _side_effect(verdict, "carry-over-of-totals"), _side_effect(verdict, "period-effect")
    assert carry.estimate == pytest.approx(want["carryover_diff_of_totals"], rel=1e-9)
    assert carry.estimate / carry.standard_error == pytest.approx(want["carry_t"], rel=1e-7)
    assert carry.p == pytest.approx(want["carry_p"], rel=1e-6)
    assert period.estimate == pytest.approx(want["period"], rel=1e-9)
    assert period.estimate / period.standard_error == pytest.approx(want["period_t"], rel=1e-7)


def test_schuetzs_crossover(vectors):
    want = vectors["schuetz_2x2"]
    nights = example("schuetz").rename(columns={"trta": "condition", "subj": "subject", "aperiod": "period"})
    nights["log_aval"] = np.log(nights["aval"])
    claim = sm.Claim("log_aval", "increases", design="crossover", treatment="T", control="R")
    verdict = sm.judge(claim, nights)
    assert verdict.estimate == pytest.approx(want["log_T_minus_R"], rel=1e-6)
    assert verdict.standard_error == pytest.approx(want["se"], rel=1e-7)
    assert 100 * np.exp(verdict.estimate) == pytest.approx(want["pe_pct"], rel=1e-6)
    assert tuple(100 * np.exp(verdict.interval90)) == pytest.approx(want["ci90_pct"], rel=1e-6)
    for code, (F, p) in (("carry-over-of-totals", want["F_seq"]), ("period-effect", want["F_period"])):
        effect = _side_effect(verdict, code)
        assert (effect.estimate / effect.standard_error) ** 2 == pytest.approx(F, abs=5e-4)
        assert effect.p == pytest.approx(p, abs=5e-4)
    assert (verdict.estimate / verdict.standard_error) ** 2 == pytest.approx(want["F_trt"][0], abs=5e-4)
    assert verdict.p == pytest.approx(want["F_trt"][1], abs=5e-5)


def test_onghenas_randomisation_test_of_one_person(vectors):
    want = vectors["onghena_abab"]
    table = example("onghena")
    nights = [
        {"subject": "one", "condition": label[0], "period": i + 1, "symptom": value}
        for i, (label, value) in enumerate(table.itertuples(index=False))
    ]
    study = sm.Study(design="n-of-1", treatment="B", control="A", schedule=sm.Schedule("phases", min_phase=4))
    verdict = sm.judge(sm.Claim("symptom", "decreases"), nights, study)
    assert verdict.estimate == pytest.approx(-want["PA_minus_PB"])
    assert verdict.p / 2 == pytest.approx(want["p_one_sided"], abs=5e-11)
    assert dict(verdict.method.facts) == {"n": want["n_assign"], "listed": True}


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
    assert _sensitivity(verdict, "pooled-variances").interval95 == pytest.approx(want["pooled"]["ci95"], abs=1e-5)
    pooled = TEffect(verdict.estimate, want["pooled"]["se"], want["pooled"]["df"])
    assert sorted((pooled.p_above(-110), pooled.p_below(110))) == pytest.approx(sorted(want["pooled"]["p"]), abs=5e-5)


def test_one_sample_of_toster(vectors):
    want = vectors["toster_one_sample"]
    effect = TEffect(want["m"] - want["mu"], want["sd"] / want["n"] ** 0.5, want["n"] - 1)
    bound = want["d_bounds"] * want["sd"]
    assert (effect.p_above(-bound), effect.p_below(bound)) == pytest.approx(want["p"], rel=1e-6)


def test_restricted_means_of_the_biliary_trial(vectors):
    want = vectors["pbc_rmst"]
    table = example("pbc")
    for arm in (0, 1):
        days, event = (table.loc[table["arm"] == arm, name].to_numpy() for name in ("days", "died"))
        time = days / 365.25
        assert restricted_mean(time, event, want["tau"]) == pytest.approx(want[f"arm{arm}"][0], rel=1e-7)
        assert pseudo_values(time, event, want["tau"]).mean() == pytest.approx(want[f"arm{arm}"][0], rel=1e-7)


def test_mediation_within_subjects(vectors):
    want = vectors["within_mediation"]
    table = example("within_mediation")
    m0, m1, y0, y1 = (table[name].to_numpy() for name in ("M0", "M1", "Y0", "Y1"))
    found = fit_mediation(m1 - m0, y1 - y0, m1 + m0, None)
    assert (found.a, found.b, found.direct) == pytest.approx((want["a"], want["b"], want["c_prime"]), rel=1e-9)
    assert found.indirect == pytest.approx(want["ab"], rel=1e-9)


def test_the_law_schools_are_left_to_scipy(vectors):
    """No estimate here uses BCa intervals; where one will, the library that has them is right."""
    want = vectors["law_bca"]
    table = example("law_school")
    lsat, gpa = table["LSAT"].to_numpy(), table["GPA"].to_numpy()

    def correlation(a, b, axis=-1):
        a, b = a - a.mean(axis=axis, keepdims=True), b - b.mean(axis=axis, keepdims=True)
        return (a * b).sum(axis=axis) / np.sqrt((a**2).sum(axis=axis) * (b**2).sum(axis=axis))

    assert correlation(lsat, gpa) == pytest.approx(want["cor"], rel=1e-8)
    made = stats.bootstrap(
        (lsat, gpa), correlation, paired=True, vectorized=True, n_resamples=99_999, method="BCa", rng=1
    )
    assert tuple(made.confidence_interval) == pytest.approx(want["R_boot_200k_bca95"], abs=0.005)


def test_every_vector_has_its_test(vectors):
    here = {"student_sleep", "darwin_maize", "chow_liu_2x2", "schuetz_2x2", "onghena_abab", "ncss_tost",
            "toster_one_sample", "pbc_rmst", "within_mediation", "law_bca"}  # fmt: skip
    of_mixed_models = {"ema_ds1", "ema_ds2", "rds05_10_30", "sleepstudy", "sleepstudy_unbalanced", "beets", "sim3"}
    assert set(vectors) == here | of_mixed_models


def test_the_nights_of_three_doses_are_read_whole():
    table = example("three_doses").rename(columns={"treat": "condition"})
    nights = StudyNights.of(table, sm.Study())
    assert (len(nights), nights.conditions, nights.periods) == (len(table), ("H", "L", "P"), ("1", "2", "3"))
