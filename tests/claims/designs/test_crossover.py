"""Crossovers: the exact analysis of two periods, beside R's."""

import numpy as np
import pytest

import somnometry as sm

from ...facts import example
from ..crossovers import REM, STUDY, codes_of, noisy_crossover, side_effect


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
    carry, period = side_effect(verdict, "carry-over-of-totals"), side_effect(verdict, "period-effect")
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
        effect = side_effect(verdict, code)
        assert (effect.estimate / effect.standard_error) ** 2 == pytest.approx(F, abs=5e-4)
        assert effect.p == pytest.approx(p, abs=5e-4)
    assert (verdict.estimate / verdict.standard_error) ** 2 == pytest.approx(want["F_trt"][0], abs=5e-4)
    assert verdict.p == pytest.approx(want["F_trt"][1], abs=5e-5)


def test_one_order_only_leaves_treatment_and_period_one():
    nights = [row for row in noisy_crossover(6.0) if int(row["subject"][1:]) % 2]
    verdict = sm.judge(REM, nights, STUDY)
    assert (verdict.outcome, codes_of(verdict)) == ("not testable", ["one-order"])


def test_a_crossover_without_periods_says_what_is_missing():
    nights = [{k: v for k, v in row.items() if k != "period"} for row in noisy_crossover(6.0)]
    verdict = sm.judge(REM, nights, STUDY)
    assert (verdict.outcome, codes_of(verdict)) == ("not testable", ["no-period-column"])
