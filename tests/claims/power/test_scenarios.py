"""Scenarios: the smallest effects of claims are true, and those that exclude each other apart."""

import dataclasses

import pytest

import somnometry as sm
from somnometry.claims.as_declared import resolved
from somnometry.claims.power.scenarios import given_truth, scenarios_of, smallest_truth

from .declared import ARMS, CONJUNCTION, TST, WASO, study


def test_truths_are_the_smallest_effects():
    dosed = sm.Study(
        design="crossover", control="placebo", treatment="high", doses={"low": 1, "mid": 2, "high": 3}, randomised=True
    )
    arms = ("placebo", "high", "low", "mid")
    dose = sm.Claim("tst", "increases", smallest_effect=15.0, kind="dose-response")
    assert smallest_truth(dose, dosed, arms) == {
        ("mean", "tst", "low"): 0.0, ("mean", "tst", "mid"): 7.5, ("mean", "tst", "high"): 15.0,
    }  # fmt: skip
    strain = sm.Claim("tst", kind="difference", arms=("high", "low"), smallest_effect=15.0)
    known = {("mean", "tst", "high"): 15.0}
    assert smallest_truth(strain, dosed, arms, known)["mean", "tst", "low"] == 0.0
    three = dataclasses.replace(strain, arms=("placebo", "low", "high"))
    assert smallest_truth(three, dosed, arms) == {("mean", "tst", "low"): 7.5, ("mean", "tst", "high"): 15.0}
    assert smallest_truth(CONJUNCTION, study(), ARMS) == {
        ("mean", "n3_percent", "active"): -2.0, ("mean", "n2_percent", "active"): 3.6,
    }  # fmt: skip


def test_claims_whose_truths_exclude_each_other_have_scenarios_of_their_own():
    harmless = sm.Claim("tst", "increases", smallest_effect=20.0, kind="non-inferiority", id="NI")
    steady = sm.Claim("tst", "decreases", smallest_effect=0.8, kind="consistency", id="C")
    varied = sm.Claim("tst", smallest_effect=30.0, kind="heterogeneity", id="H")
    claims = tuple(resolved(claim, study()) for claim in (TST, harmless, WASO, steady, varied))
    scenarios, pairs = scenarios_of(claims, study(), ARMS)
    both = {("mean", "tst", "active"): 15.0, ("mean", "waso", "active"): -20.0}
    assert scenarios[0] == both
    assert scenarios[1] == {**both, ("mean", "tst", "active"): 0.0}
    assert scenarios[2] == {**both, ("within", "tst", "active"): 0.8}
    assert scenarios[3] == {**both, ("response", "tst", ""): 30.0}
    assert scenarios[4] == {}
    assert scenarios[5] == {("response", "tst", ""): 0.0}
    assert pairs == [(0, 4), (1, 4), (0, 4), (2, 4), (3, 5)]


@pytest.mark.parametrize(
    ("effects", "arms", "key"),
    [({"tst": 5.0}, ("placebo", "low", "high"), "effects.tst"), ({"tst": {"high": 5.0}}, ARMS, "effects.tst.high")],
)
def test_a_given_effect_names_an_arm_of_the_study(effects, arms, key):
    assert given_truth({"tst": 5.0}, ARMS) == {("mean", "tst", "active"): 5.0}
    with pytest.raises(sm.ClaimError) as raised:
        given_truth(effects, arms)
    assert raised.value.key == key
