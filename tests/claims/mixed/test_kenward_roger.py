"""Mixed models against what R (lme4, lmerTest, pbkrtest, nlme) and the European Medicines Agency print."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from somnometry.claims.mixed import RandomTerm, fit_mixed

from ...facts import example, printed_by_r


@pytest.fixture(scope="module")
def printed():
    return printed_by_r()


def dummies(column):
    return pd.get_dummies(column, drop_first=True).to_numpy(float)


def fixed(*columns):
    return np.column_stack([np.ones(len(columns[0])), *columns]).astype(float)


def assert_prints(fit, printed, prefix, names, rel=2e-6, p_rel=2e-6):
    """R's optimiser stops where the deviance is flat to about 1e-9, so that standard errors agree to 5-6 digits."""
    for name, row in zip(names, np.eye(fit.p), strict=True):
        test = fit.contrast(row)
        found = {"Estimate": test.effect, "Std. Error": test.se, "df": test.ddf, "t value": test.t, "Pr(>|t|)": test.p}
        for what, value in found.items():
            allowed = p_rel if what == "Pr(>|t|)" else rel
            assert value == pytest.approx(printed[f"{prefix}.{name}.{what}"], rel=allowed), (name, what)


def test_sleepstudy_has_lme4s_estimates_and_the_degrees_of_freedom_of_its_balance(printed, vectors):
    data = example("sleepstudy")
    X = fixed(data["days"])
    fit = fit_mixed(data["reaction"], X, [RandomTerm(data["subject"], X)])
    (psi,) = fit.components
    assert fit.deviance == pytest.approx(printed["sleepstudy.reml.crit"], abs=1e-7)
    assert fit.beta == pytest.approx(vectors["sleepstudy"]["beta"], rel=1e-9)
    assert psi[0, 0] == pytest.approx(printed["sleepstudy.vc.1.(Intercept) NA"], rel=3e-5)
    assert psi[1, 1] == pytest.approx(printed["sleepstudy.vc.2.Days NA"], rel=3e-5)
    assert psi[1, 0] == pytest.approx(printed["sleepstudy.vc.3.(Intercept) Days"], rel=3e-5)
    assert fit.residual_variance == pytest.approx(printed["sleepstudy.vc.4.NA NA"], rel=3e-5)
    for row, se in zip(np.eye(2), vectors["sleepstudy"]["se"], strict=True):
        test = fit.contrast(row)
        assert test.ddf == pytest.approx(17, abs=1e-9)  # 18 subjects, one slope each
        assert test.se == pytest.approx(se, rel=1e-5)


def test_unbalanced_sleepstudy_has_kenward_rogers_not_satterthwaites_degrees_of_freedom(printed, vectors):
    data = example("sleepstudy").query("kept == 1")
    X = fixed(data["days"])
    fit = fit_mixed(data["reaction"], X, [RandomTerm(data["subject"], X)])
    assert_prints(fit, printed, "sleepstudy_unb.Kenward-Roger", ["(Intercept)", "Days"], rel=3e-5, p_rel=3e-4)
    for row, df, not_df in zip(
        np.eye(2), vectors["sleepstudy_unbalanced"]["kr_df"], vectors["sleepstudy_unbalanced"]["satt_df"], strict=True
    ):
        assert fit.contrast(row).ddf == pytest.approx(df, rel=1e-5) != pytest.approx(not_df, rel=1e-2)


@pytest.mark.real_data
def test_beets_have_the_published_tests_of_whole_and_split_plots(shared, vectors):
    data = pd.read_csv(shared / "oracles" / "r" / "beets.csv")
    X = fixed(dummies(data["block"]), dummies(data["sow"]), dummies(data["harvest"]))
    fit = fit_mixed(data["sugpct"], X, [RandomTerm(data["block"] + data["harvest"])])
    rows = np.eye(8)
    for key, L in (("block_KR", rows[1:3]), ("sow_KR", rows[3:7]), ("harvest_KR", rows[7:])):
        test = fit.contrast(L)
        F, ndf, ddf, p = vectors["beets"][key]
        assert (test.ndf, test.scale) == (ndf, pytest.approx(1, abs=1e-9))
        assert pytest.approx(F, rel=1e-8) == test.F
        assert test.ddf == pytest.approx(ddf, rel=1e-9)
        assert test.p == pytest.approx(p, rel=1e-6)


@pytest.fixture(scope="module")
def crossover():
    """A crossover of three doses in six sequences, two nights per period, some of them missing."""
    data = example("three_doses")
    return data, [
        RandomTerm(data["subject"]),
        RandomTerm(data["subject"].astype(str) + "/" + data["period"].astype(str)),
    ]


def test_three_dose_crossover_has_pbkrtests_t_and_f(crossover, printed):
    data, terms = crossover
    X = fixed(data["treat"] == "L", data["treat"] == "H", data["period"] == 2, data["period"] == 3)
    fit = fit_mixed(data["TST"], X, terms)
    assert_prints(fit, printed, "sim3.kr", ["(Intercept)", "treatL", "treatH", "period2", "period3"])
    assert fit.components[0].item() == pytest.approx(printed["sim3.vc.subject"], rel=3e-6)
    assert fit.components[1].item() == pytest.approx(printed["sim3.vc.cell"], rel=3e-6)
    assert fit.residual_variance == pytest.approx(printed["sim3.vc.Residual"], rel=3e-6)
    assert fit.singular is False
    for key, L in (("treat", np.eye(5)[1:3]), ("period", np.eye(5)[3:])):
        test = fit.contrast(L)
        assert pytest.approx(printed[f"sim3.krF.{key}.F"], rel=1e-6) == test.F
        assert test.ddf == pytest.approx(printed[f"sim3.krF.{key}.ddf"], rel=1e-6)
        assert test.p == pytest.approx(printed[f"sim3.krF.{key}.p"], rel=2e-6)


def test_three_dose_crossover_has_pbkrtests_trend(crossover, printed):
    data, terms = crossover
    dose = data["treat"].map({"P": 0, "L": 1, "H": 2})
    fit = fit_mixed(data["TST"], fixed(dose, data["period"] == 2, data["period"] == 3), terms)
    test = fit.contrast([0, 1, 0, 0])
    for found, what in ((test.effect, "Estimate"), (test.se, "Std. Error"), (test.ddf, "df"), (test.p, "Pr(>|t|)")):
        assert found == pytest.approx(printed[f"sim3.trend.kr.{what}"], rel=2e-6)


def test_three_dose_crossover_has_pbkrtests_carry_over_and_its_scale(crossover, printed):
    data, terms = crossover
    previous = [data["prev"] == dose for dose in ("L", "H")]
    X = fixed(data["treat"] == "L", data["treat"] == "H", data["period"] == 2, data["period"] == 3, *previous)
    test = fit_mixed(data["TST"], X, terms).contrast(np.eye(7)[5:])
    assert pytest.approx(printed["sim3.carry.F"], rel=1e-5) == test.F
    assert test.ddf == pytest.approx(printed["sim3.carry.ddf"], rel=1e-6)
    assert test.p == pytest.approx(printed["sim3.carry.p"], rel=1e-5)
    assert test.scale == pytest.approx(printed["sim3.carry.scale"], rel=1e-6)


def test_two_by_two_crossover_has_lmertests_t_and_the_published_interval(printed, vectors):
    data = example("schuetz")
    X = fixed(data["aperiod"] == 2, data["seqa"] == "TR", data["trta"] == "T")
    fit = fit_mixed(np.log(data["aval"]), X, [RandomTerm(data["subj"])])
    assert_prints(fit, printed, "schuetz.kr", ["(Intercept)", "aperiod2", "seqaTR", "trtaT"])
    test = fit.contrast([0, 0, 0, 1])
    assert 100 * np.exp(test.interval(0.90)) == pytest.approx(vectors["schuetz_2x2"]["ci90_pct"], rel=1e-6)


@pytest.mark.real_data
def test_stools_have_nlmes_t_where_inner_and_kenward_rogers_df_agree(shared, printed):
    data = pd.read_csv(shared / "oracles" / "r" / "ergoStool.csv")
    fit = fit_mixed(data["effort"], fixed(dummies(data["Type"])), [RandomTerm(data["Subject"])])
    assert np.sqrt(fit.residual_variance) == pytest.approx(printed["ergoStool.sigma"], rel=1e-8)
    assert np.sqrt(fit.components[0].item()) == pytest.approx(printed["ergoStool.sdSubj"], rel=1e-8)
    for j, name in enumerate(["TypeT2", "TypeT3", "TypeT4"], start=1):
        test = fit.contrast(np.eye(4)[j])
        found = {"Value": test.effect, "Std.Error": test.se, "DF": test.ddf, "t-value": test.t, "p-value": test.p}
        for what, value in found.items():
            assert value == pytest.approx(printed[f"ergoStool.{name}.{what}"], rel=1e-7)


def test_orthodont_has_nlmes_estimates_within_and_between_children(printed):
    data = example("orthodont")
    age, female = data["age"] - 11, data["Sex"] == "Female"
    fit = fit_mixed(data["distance"], fixed(age, female, age * female), [RandomTerm(data["Subject"])])
    names = ["(Intercept)", "I(age - 11)", "SexFemale", "I(age - 11):SexFemale"]
    for name, row in zip(names, np.eye(4), strict=True):
        test = fit.contrast(row)
        for found, what in ((test.effect, "Value"), (test.se, "Std.Error"), (test.t, "t-value")):
            assert found == pytest.approx(printed[f"Orthodont.ri.{name}.{what}"], rel=1e-7)
        if (
            name != "(Intercept)"
        ):  # nlme gives the intercept the within-child df; its own stratum has the 25 of SexFemale
            assert test.ddf == pytest.approx(printed[f"Orthodont.ri.{name}.DF"], rel=1e-7)
            assert test.p == pytest.approx(printed[f"Orthodont.ri.{name}.p-value"], rel=1e-6)


def bioequivalence(data):
    data = data[data["PK"].notna()]
    parts = [dummies(data["period"]), dummies(data["treatment"])]
    return np.log(data["PK"].to_numpy(float)), data["subject"].to_numpy(), dummies(data["sequence"]), parts


def percent(effect, se, df):
    return 100 * np.exp(effect + se * stats.t.ppf([0.5, 0.05, 0.95], df))


def test_ema_method_b_is_reproduced_by_kenward_roger_and_by_the_within_subject_degrees_of_freedom(vectors):
    """The figures are SAS's: its containment df (rows - subjects - within effects) and Kenward-Roger's print them."""
    y, subject, sequence, (period, treatment) = bioequivalence(example("bioequivalence_01"))
    fit = fit_mixed(y, fixed(sequence, period, treatment), [RandomTerm(subject)])
    test = fit.contrast(np.eye(fit.p)[-1])
    published = vectors["ema_ds1"]["methodB_pe_ci"]
    containment = len(y) - len(np.unique(subject)) - period.shape[1] - 1
    model_se = np.sqrt(fit.covariance[-1, -1])
    assert containment == 217
    assert test.ddf == pytest.approx(containment, abs=0.3)
    assert percent(test.effect, test.se, test.ddf).round(2).tolist() == published
    assert percent(test.effect, model_se, containment).round(2).tolist() == published
    assert percent(test.effect, model_se, fit.n - fit.p).round(2).tolist() != published  # nor do all rows


def method_a(vectors):
    """Point estimate and 90 % interval in per cent, by the number of the data set."""
    published = {"01": vectors["ema_ds1"]["methodA_pe_ci"], "02": vectors["ema_ds2"]["methodA_pe_ci"]}
    return published | vectors["rds05_10_30"]["pe_ci"]


def assert_method_a(y, subject, period, treatment, published):
    X = np.column_stack([pd.get_dummies(subject).to_numpy(float), period, treatment])
    fit = fit_mixed(y, X, [])
    test = fit.contrast(np.eye(fit.p)[-1])
    assert test.ddf == pytest.approx(len(y) - fit.p, rel=1e-10)
    assert percent(test.effect, test.se, test.ddf) == pytest.approx(published, rel=1e-6)


@pytest.mark.parametrize("number", ["01", "02", "05", "10"])
def test_ema_method_a_is_least_squares(vectors, number):
    y, subject, _, (period, treatment) = bioequivalence(example(f"bioequivalence_{number}"))
    assert_method_a(y, subject, period, treatment, method_a(vectors)[number])


@pytest.mark.parametrize("number", ["02", "05", "10"])
def test_the_mixed_model_is_ema_method_a_where_all_subjects_are_complete(vectors, number):
    y, subject, sequence, (period, treatment) = bioequivalence(example(f"bioequivalence_{number}"))
    fit = fit_mixed(y, fixed(sequence, period, treatment), [RandomTerm(subject)])
    test = fit.contrast(np.eye(fit.p)[-1])
    assert percent(test.effect, test.se, test.ddf) == pytest.approx(method_a(vectors)[number], rel=1e-6)


@pytest.mark.real_data
def test_method_a_of_a_simulated_partial_replicate(shared, vectors):
    data = pd.read_csv(shared / "oracles" / "replicateBE" / "DS30.csv", comment="#")
    y, subject, _, (period, treatment) = bioequivalence(data)
    assert_method_a(y, subject, period, treatment, method_a(vectors)["30"])
