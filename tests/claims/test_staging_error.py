"""How much bias of a stager would flip a verdict, for every kind of claim, by hand from the subjects' differences."""

from __future__ import annotations

import math
import tomllib
from importlib.resources import files

import numpy as np
import pandas as pd
import pytest
from scipy import stats

import somnometry as sm
from somnometry.claims.judge import judge
from somnometry.core.claim import Claim, Component
from somnometry.core.study import Study

from .crossovers import REM, STUDY, codes_of, crossover, error, noisy_crossover

#: Metric -> slope of automatic on human and its standard error, the lower of the two that come with the package.
LOWEST = {
    metric: min(
        (one["metrics"][metric]["lambda_low"], one["metrics"][metric]["lambda_se"])
        for name in ("bitbrain-headband", "bitbrain-psg")
        for one in [tomllib.loads(files("somnometry.calibration").joinpath(f"{name}.toml").read_text("utf-8"))]
    )
    for metric in ("tst", "waso")
}


def study(**options: object) -> Study:
    return Study(design="crossover", treatment="active", control="placebo", randomised=True, **options)


def test_the_bias_that_flips_non_inferiority_is_counted_from_the_margin():
    verdict = judge(Claim("tst", "increases", kind="non-inferiority", smallest_effect=15), crossover(tst=(1, 10, 400)),
                    study(staging="auto"), sensitivity=False)  # fmt: skip
    se, df = error(10)
    assert verdict.outcome == "supported"
    low, of_slope = LOWEST["tst"]
    assert verdict.b_star == pytest.approx(1 + low * 15 - stats.t.ppf(0.975, df) * math.hypot(se, 15 * of_slope))


def test_the_bias_that_flips_equivalence_is_what_room_the_margin_leaves():
    verdict = judge(Claim("tst", kind="equivalence", smallest_effect=15), crossover(tst=(-3, 10, 400)),
                    study(staging="auto"), sensitivity=False)  # fmt: skip
    se, df = error(10)
    assert verdict.outcome == "supported"
    low, of_slope = LOWEST["tst"]
    assert verdict.b_star == pytest.approx(low * 15 - 3 - stats.t.ppf(0.95, df) * math.hypot(se, 15 * of_slope))


def test_the_bias_that_flips_a_difference_does_not_hang_on_its_sign():
    claim = Claim("tst", kind="difference", arms=("placebo", "active"))
    down, up = (
        judge(claim, crossover(tst=(mean, 10, 400)), study(staging="auto"), sensitivity=False) for mean in (-20, 20)
    )
    se, df = error(10)
    assert down.outcome == up.outcome == "supported"
    assert down.b_star == pytest.approx(up.b_star) == pytest.approx(20 - stats.t.ppf(0.975, df) * se)


def test_a_verdict_on_difference_stands_in_a_psychoactive_study_if_bias_cannot_make_it():
    claim = Claim("tst", kind="difference", arms=("placebo", "active"))
    verdict = judge(claim, crossover(tst=(-40, 10, 400)), study(staging="auto", psychoactive=True, bias={"tst": 5}))
    assert verdict.outcome == "supported"


@pytest.mark.parametrize(("bias", "outcome"), [(5.0, "supported"), (12.0, "inconclusive")])
def test_every_part_of_a_conjunction_must_withstand_the_bias_of_its_own_metric(bias, outcome):
    claim = Claim("n3_percent", "decreases", kind="conjunction", also=[Component("tst", "increases", 15)])
    verdict = judge(claim, crossover(n3_percent=(-6, 1, 20), tst=(20, 20, 400)),
                    study(staging="auto", psychoactive=True, bias={"n3_percent": 1.0, "tst": bias}))  # fmt: skip
    se, df = error(20)
    assert verdict.outcome == outcome
    assert 5.0 < 20 - stats.t.ppf(0.975, df) * se < 12.0
    if outcome == "supported":
        assert verdict.b_star == pytest.approx(20 - stats.t.ppf(0.975, df) * se)
    else:
        assert verdict.reasons[-1].code == "stager-error"
        assert verdict.reasons[-1].facts["needed"] == pytest.approx(20 - stats.t.ppf(0.975, df) * se)
        assert verdict.n_to_decide is None  # more subjects take no bias away


def test_a_conjunction_needs_every_metric_to_be_measurable_by_the_device():
    claim = Claim("n3_percent", "decreases", kind="conjunction", also=[Component("n2_percent", "increases")])
    nights = crossover(n3_percent=(-6, 1, 20), n2_percent=(6, 1, 50))
    on_psg = judge(claim, nights, study(staging="human", device="headband"))
    on_headband = judge(claim, nights, study(staging="auto", device="headband"))
    assert (on_psg.outcome, on_headband.outcome) == ("supported", "inconclusive")
    assert [reason.code for reason in on_headband.reasons] == ["unmeasurable-by-device"]
    assert on_headband.reasons[0].facts["icc"] == 0.356


def test_what_bias_undoes_still_says_whether_a_benefit_is_excluded_and_asks_for_no_more_subjects():
    claim = Claim("waso", "decreases", smallest_effect=20.0)
    verdict = judge(claim, crossover(waso=(-1, 30, 60)),
                    study(staging="auto", device="psg", psychoactive=True))  # fmt: skip
    assert (verdict.outcome, verdict.benefit_excluded, verdict.n_to_decide) == ("inconclusive", True, None)
    assert verdict.reasons[-1].code == "stager-error"
    assert verdict.reasons[-1].facts["plausible"] == pytest.approx(15, abs=1)  # of the PSG algorithm, as published


def test_no_number_of_subjects_is_named_where_a_ceiling_keeps_the_benefit_out_of_reach():
    claim = Claim("se", "increases", smallest_effect=5.0)
    below, at = (
        judge(claim, crossover(se=change), study(staging="human")) for change in ((1, 10, 80.0), (0.5, 2, 96.0))
    )
    assert (below.outcome, at.outcome) == ("inconclusive", "inconclusive")
    assert [reason.code for reason in at.reasons] == ["ceiling"]
    assert at.n_to_decide is None
    assert below.n_to_decide is not None


def test_arms_staged_by_a_model_and_by_nobody_known_are_not_testable():
    nights = noisy_crossover(6.0)
    for row in nights:
        row["model"] = "yasa C4-M1" if row["condition"] == "active" else ""
    verdict = sm.judge(
        REM, nights, sm.Study(design="crossover", treatment="active", control="placebo", randomised=True)
    )
    assert verdict.outcome == "not testable"
    assert verdict.reasons[0].code == "confounded-with-arm"


@pytest.mark.parametrize("nothing", [None, math.nan, "", " ", pd.NA])
def test_a_cell_without_a_stager_is_not_the_name_of_one(nothing):
    def tag(name, cells):
        nights = [night | {name: cells[int(night["subject"][1:]) % 2]} for night in noisy_crossover(6.0)]
        return sm.judge(
            REM, nights, sm.Study(design="crossover", treatment="active", control="placebo", randomised=True)
        ).staging

    assert tag("model", (nothing, nothing)) == tag("staging", (nothing, nothing)) == "unknown"
    assert tag("model", ("yasa", nothing)) == "auto"
    assert tag("staging", ("human", nothing)) == tag("staging", ("human", "by hand")) == "unknown"
    assert tag("staging", ("human", "auto")) == "auto"


def test_what_a_headband_cannot_measure_gives_no_verdict_unless_people_scored_it():
    study = sm.Study(
        design="crossover", treatment="active", control="placebo", device="headband", staging="auto", randomised=True
    )
    verdict = sm.judge(REM, noisy_crossover(6.0), study)
    assert verdict.outcome == "inconclusive"
    assert codes_of(verdict) == ["unmeasurable-by-device"]
    by_people = sm.Study(design="crossover", treatment="active", control="placebo", device="headband",
                         staging="human", randomised=True)  # fmt: skip
    assert sm.judge(REM, noisy_crossover(6.0), by_people).outcome == "supported"
    n3 = sm.Claim("n3_percent", "increases", smallest_effect=3.0)
    assert sm.judge(n3, noisy_crossover(6.0, metric="n3_percent"), study).outcome == "supported"


def test_a_psychoactive_treatment_must_outdo_the_stagers_plausible_bias():
    nights = noisy_crossover(6.0, sd=1.0)
    cases = [(False, {}, "supported"), (True, {"rem_percent": 2.0}, "supported"), (True, {}, "inconclusive")]
    for psychoactive, bias, outcome in [*cases, (True, {"rem_percent": 7.0}, "inconclusive")]:
        study = sm.Study(design="crossover", treatment="active", control="placebo", staging="auto", device="psg",
                         psychoactive=psychoactive, bias=bias, randomised=True)  # fmt: skip
        verdict = sm.judge(REM, nights, study)
        assert verdict.outcome == outcome
    assert (verdict.reasons[-1].code, verdict.reasons[-1].facts["plausible"]) == ("stager-error", 7.0)
    # by hand: the bias that would flip it is the 95 % limit next to 0
    supported = sm.judge(REM, nights, STUDY)
    assert supported.b_star == pytest.approx(supported.interval95[0])


@pytest.mark.parametrize(("key", "plausible"), [("tst", 17.0), ("waso", 15.0)])
def test_what_is_plausible_of_sleep_against_wake_is_mean_error_and_what_recurs_in_people(key, plausible):
    for effect, outcome in ((plausible - 2, "inconclusive"), (plausible + 12, "supported")):
        verdict = judge(Claim(key, "increases", smallest_effect=5), crossover(**{key: (effect, 8, 90)}),
                        study(staging="auto", device="psg", psychoactive=True), sensitivity=False)  # fmt: skip
        assert verdict.outcome == outcome
        assert verdict.plausible_bias == pytest.approx(plausible, abs=1)  # of the PSG algorithm, as published


@pytest.mark.parametrize("key", ["n3_percent", "rem_minutes", "n2_percent", "rem_latency", "sol", "lps", "n1_percent"])
def test_of_stages_and_latencies_nothing_is_plausible_that_nobody_declared(key):
    nights = crossover(**{key: (25, 2, 30)})
    claim = Claim(key, "increases", smallest_effect=5)
    options = {"staging": "auto", "device": "psg", "psychoactive": True}
    if key == "rem_latency":
        nights |= {"rem_latency_time": nights[key], "rem_latency_event": nights[key] > 0}
    silent = judge(claim, nights, study(**options), sensitivity=False)
    assert silent.outcome == "inconclusive"
    assert silent.reasons[-1].code == "stager-error"
    assert "would be enough" in silent.explain()  # the bound stands there all the same
    assert judge(claim, nights, study(**options, bias={key: 4.0}), sensitivity=False).outcome == "supported"


def test_a_stager_that_sees_more_n3_under_the_drug_convinces_nobody():
    rng = np.random.default_rng(7)
    claim, found = Claim("n3_percent", "increases", smallest_effect=3.0), []
    for declared in ({}, {"n3_percent": 4.0}):
        options = study(staging="auto", device="psg", psychoactive=True, bias=declared)
        outcomes = []
        for _ in range(150):
            rows = crossover(n3_percent=(0, 1, 15))
            rows["n3_percent"] = (
                rows["n3_percent"] * 0 + 15 + rng.normal(0, 2, 32) + 3 * (rows["condition"] == "active")
            )
            outcomes.append(judge(claim, rows, options, sensitivity=False).outcome)
        found.append(sum(outcome in ("supported", "equivalent") for outcome in outcomes) / 150)
    assert max(found) <= 0.05
    alone = judge(claim, rows, study(staging="auto", device="psg"), sensitivity=False)
    assert alone.outcome == "supported"  # what the same nights say of a treatment that leaves the EEG as it is


def test_where_a_declared_bias_is_from_is_carried_to_the_page(tmp_path):
    claim = Claim("tst", "increases", smallest_effect=10.0)
    table = crossover(tst=(-40, 10, 400))
    told = study(staging="auto", psychoactive=True, bias={"tst": 5.0}, bias_source={"tst": "Doe 2019, 12 people"})
    verdict = judge(claim, table, told)
    (reason,) = [warning for warning in verdict.warnings if warning.code == "bias-declared"]
    assert dict(reason.facts) == {"metric": "tst", "bias": 5.0, "source": "Doe 2019, 12 people", "unit": "min"}
    assert "by 5 minutes in one arm alone is what the study declares, after Doe 2019, 12 people" in verdict.explain()
    sm.write_verdicts((verdict,), told, tmp_path)
    assert "Doe 2019, 12 people" in (tmp_path / "verdicts.html").read_text(encoding="utf-8")
    silent = judge(claim, table, study(staging="auto", psychoactive=True, bias={"tst": 5.0}))
    assert "without a source" in silent.explain()
    for other in ({"psychoactive": False}, {"staging": "human"}):
        quiet = judge(claim, table, study(**{"staging": "auto", "psychoactive": True, "bias": {"tst": 5.0}} | other))
        assert "bias-declared" not in [warning.code for warning in quiet.warnings]
    with pytest.raises(sm.ClaimError) as error:
        study(bias={"tst": 5.0}, bias_source={"se": "Doe 2019"})
    assert error.value.key == "bias_source"
