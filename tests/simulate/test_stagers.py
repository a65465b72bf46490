"""Simulated stagers: each of their numbers comes back from their tables by plain arithmetic."""

import math
import pickle
import tomllib

import numpy as np
import pytest

import somnometry as sm
from somnometry.calibration.shipped import shipped_calibration

#: Far from what a night cannot have, so that nothing is cut off.
N3 = sm.Spread(40.0, 6.0, 3.0)
ERROR = {"slope": 0.6, "intercept": 9.0, "night_sd": 2.0, "person_sd": 1.5, "bias": {"active": 3.0}}


def study(stagers, *, seed=3, **options):
    given = {"subjects": 4000, "nights": 2, "effects": {"n3_percent": 5.0}, "spreads": {"n3_percent": N3}} | options
    return sm.simulate_study(sm.StudyPlan(stagers=stagers, **given), seed)


@pytest.fixture(scope="module")
def large():
    """Give 16,000 nights as they were, and as two programs found them that err alike."""
    return study([sm.SimulatedStager(name, {"n3_percent": ERROR}) for name in ("one", "other")])


def errors(large, name="one"):
    """Give what a program found that follows from no night and no arm: (people, nights) of the errors."""
    nights = large.nights
    active = (nights["condition"] == "active").to_numpy()
    left = large.scored[name]["n3_percent"] - 9.0 - 0.6 * nights["n3_percent"] - 3.0 * active
    return left.to_numpy().reshape(4000, 4)


def test_slope_intercept_and_bias_are_those_of_a_regression(large):
    human, auto = large.nights["n3_percent"].to_numpy(), large.scored["one"]["n3_percent"].to_numpy()
    active = (large.nights["condition"] == "active").to_numpy(float)
    design = np.column_stack([np.ones(human.size), human, active])
    found = np.linalg.lstsq(design, auto, rcond=None)[0]
    assert found == pytest.approx([9.0, 0.6, 3.0], abs=0.15)
    assert found[1] == pytest.approx(0.6, abs=0.01)
    assert found[2] == pytest.approx(3.0, abs=0.1)


def test_errors_vary_by_person_and_by_night_as_they_were_said_to(large):
    left = errors(large)
    assert left.mean() == pytest.approx(0.0, abs=0.08)
    products = [np.mean(left[:, i] * left[:, j]) for i in range(4) for j in range(i)]
    assert math.sqrt(np.mean(products)) == pytest.approx(1.5, rel=0.04)
    assert left.std(axis=1, ddof=1).mean() / 0.9213 == pytest.approx(2.0, rel=0.02)  # c4 of four nights
    assert np.corrcoef(left.ravel(), large.nights["n3_percent"])[0, 1] == pytest.approx(0.0, abs=0.04)


def test_two_stagers_err_apart_and_metrics_of_one_do(large):
    assert np.corrcoef(errors(large).ravel(), errors(large, "other").ravel())[0, 1] == pytest.approx(0.0, abs=0.04)
    program = sm.SimulatedStager("one", {"n3_percent": {"night_sd": 2.0}, "tst": {"night_sd": 9.0}})
    both = study([program])
    of = {key: both.scored["one"][key] - both.nights[key] for key in ("n3_percent", "tst")}
    assert of["tst"].std() == pytest.approx(9.0, rel=0.03)
    assert np.corrcoef(of["n3_percent"], of["tst"])[0, 1] == pytest.approx(0.0, abs=0.03)


def test_stagers_move_neither_the_nights_nor_each_other(large):
    alone = study([sm.SimulatedStager("other", {"n3_percent": ERROR})])
    nobody = study([])
    assert nobody.nights.equals(large.nights)
    assert alone.scored["other"].equals(large.scored["other"])
    assert nobody.scored == {}
    changed = study([sm.SimulatedStager("other", {"n3_percent": ERROR | {"slope": 0.8}})])
    assert np.allclose(
        changed.scored["other"]["n3_percent"] - alone.scored["other"]["n3_percent"], 0.2 * nobody.nights["n3_percent"]
    )


def test_what_is_not_named_is_scored_as_it_was(large):
    columns = [name for name in large.nights.columns if name != "n3_percent"]
    assert large.scored["one"][columns].equals(large.nights[columns])
    assert set(large.scored["one"].columns) - set(large.nights.columns) == {"staging", "scorer", "device"}
    assert large.truth["n3_percent"] == {"active": 5.0}


def test_counts_stay_whole_and_latencies_are_watched_as_long_as_the_night():
    error = {"awakenings": {"slope": 0.5, "night_sd": 3.0}, "sol": {"intercept": -20.0, "night_sd": 10.0}}
    made = study(
        [sm.SimulatedStager("one", {**error, "tst": {"intercept": -100.0}})],
        effects={}, metrics=["awakenings", "sol", "rem_latency"], truncation=0.3, starts_asleep=0.2, spreads={},
        subjects=400,
    )  # fmt: skip
    nights, seen = made.nights, made.scored["one"]
    assert (seen["awakenings"].dropna() % 1 == 0).all()
    assert seen["awakenings"].min() == 0
    assert (seen["sol_time"].dropna() >= 0).all()
    assert ((seen["starts_asleep"] == 0) | (seen["sol_time"] == 0) | seen["sol_time"].isna()).all()
    free = (seen["tst"] > 0) & (nights["tst"] < 900)
    assert free.sum() > 800
    assert np.allclose((seen["tst"] - nights["tst"])[free], -100.0)
    censored = seen["sol_event"] == 0  # at the end of the night as it was, which is no shorter for the program
    assert censored.sum() > 5
    assert (seen["sol_time"][censored] >= nights["sol_time"][censored]).all()
    assert seen["tst"].isna().equals(nights["tst"].isna())


@pytest.mark.parametrize("staging", ["auto", "human"])
def test_judge_knows_who_scored(staging):
    made = study([sm.SimulatedStager("Doe's", {"n3_percent": ERROR}, staging=staging, device="headband")], subjects=24)
    claim = sm.Claim(
        "tst", "increases", smallest_effect=20.0, design="crossover", treatment="active", control="placebo"
    )
    assert sm.judge(claim, made.scored["Doe's"], sm.Study(randomised=True)).staging == staging


def test_a_stager_like_a_calibrated_one_errs_as_it():
    known = shipped_calibration("bitbrain-headband")
    program = sm.SimulatedStager.like(known, ["n3_percent"], share=0.7, bias={"tst": {"active": 10.0}})
    assert (program.name, program.device) == ("Bitbrain headband autoscoring", "headband")
    assert program.errors["n3_percent"].bias == {}
    assert program.errors["tst"].bias == {"active": 10.0}
    # fractions as they stand in the file, of which nothing here reads the rest
    source = tomllib.loads(_shipped_text("bitbrain-headband"))["metrics"]["n3_percent"]
    spread = sm.Spread(source["mean_human"] + 30, 6.0, 3.0)
    made = study([program], spreads={"n3_percent": spread}, effects={"n3_percent": 0.0}, first_night=False)
    auto, human = made.scored[program.name]["n3_percent"], made.nights["n3_percent"]
    slope, intercept = np.polyfit(human, auto, 1)
    assert slope == pytest.approx(0.7, abs=0.03)
    assert intercept == pytest.approx(source["mean_auto"] - 0.7 * source["mean_human"], abs=1.0)
    left = (auto - 0.7 * human).to_numpy().reshape(4000, 4)
    assert left.std(axis=1, ddof=1).mean() / 0.9213 == pytest.approx(source["sigma_within"], rel=0.03)
    assert left.mean(axis=1).std() == pytest.approx(
        math.hypot(source["sigma_person"], source["sigma_within"] / 2), rel=0.04
    )


def _shipped_text(name):
    from importlib import resources

    return (resources.files("somnometry.calibration") / f"{name}.toml").read_text(encoding="utf-8")


def test_an_audit_has_what_was_true_of_whom_it_was_asked(large):
    whom = ["s0001", "s0007"]
    table = large.audited("one", whom)
    scored = table["n3_percent_human"].notna()
    assert set(table["subject"][scored]) == set(whom)
    assert (table["n3_percent_human"] == large.nights["n3_percent"])[scored].all()
    assert table["n3_percent"].equals(large.scored["one"]["n3_percent"])
    for wrong, key in ((("two", whom), "stager"), (("one", ["nobody"]), "subjects")):
        with pytest.raises(sm.SimulationError) as error:
            large.audited(*wrong)
        assert error.value.key == key


def test_studies_with_stagers_come_back_from_pickles():
    made = study([sm.SimulatedStager("one", {"n3_percent": ERROR})], subjects=6)
    back = pickle.loads(pickle.dumps(made))
    assert back == made
    assert back.plan.stagers == made.plan.stagers


@pytest.mark.parametrize(
    ("stagers", "options", "key"),
    [
        (({"n3_percent": {"night_sd": -1.0}},), {}, "stagers.n3_percent.night_sd"),
        (({"n3_percent": {"person_sd": math.nan}},), {}, "stagers.n3_percent.person_sd"),
        (({"n3_percent": {"slope": math.inf}},), {}, "stagers.n3_percent.slope"),
        (({"n3_percent": {"bias": {"active": math.nan}}},), {}, "stagers.n3_percent.bias.active"),
        (({"n3_percent": {"size": 1.0}},), {}, "stagers.n3_percent"),
        (({"waso": {}},), {}, "stagers.s0.waso"),
        (({"n3_percent": {"bias": {"drug": 1.0}}},), {}, "stagers.s0.n3_percent.bias.drug"),
        (({},), {"hypnograms": True, "spreads": {}, "effects": {}, "subjects": 2}, "stagers"),
    ],
)
def test_errors_that_cannot_be_are_refused(stagers, options, key):
    with pytest.raises(sm.SimulationError) as error:
        study([sm.SimulatedStager(f"s{i}", errors) for i, errors in enumerate(stagers)], **({"subjects": 4} | options))
    assert error.value.key == key


def test_stagers_are_told_apart_by_names_that_they_have():
    one = sm.SimulatedStager("one")
    for wrong, key in (([one, one], "stagers.one"), (["one"], "stagers")):
        with pytest.raises(sm.SimulationError) as error:
            study(wrong, subjects=4)
        assert error.value.key == key
    for name, how, key in ((" ", {}, "stagers.name"), ("a", {"device": "ring"}, "device"), ("a", {"staging": "x"},
                                                                                         "staging")):  # fmt: skip
        with pytest.raises(sm.SimulationError) as error:
            sm.SimulatedStager(name, **how)
        assert error.value.key == key
    with pytest.raises(sm.SimulationError) as error:
        sm.SimulatedStager.like(shipped_calibration("bitbrain-psg"), ["sri"])
    assert error.value.key == "stagers.sri"
