"""Plans of studies: what they refuse, how they print, and that they do not change."""

import dataclasses
import math
import pickle

import numpy as np
import pytest

from somnometry import SimulationError, Spread
from somnometry.simulate.plan import StudyPlan
from somnometry.simulate.studies import simulate_study


@pytest.mark.parametrize(
    ("options", "key", "value"),
    [
        ({"design": "factorial"}, "design", "'factorial'"),
        ({"arms": ("a", "a")}, "arms", "('a', 'a')"),
        ({"effects": {"pain": 1.0}}, "spreads.pain", "'pain'"),
        ({"effects": {"tst": {"verum": 1.0}}}, "effects.tst.verum", "'verum'"),
        ({"effects": {"tst": 5.0}, "arms": ("a", "b", "c")}, "effects.tst", "5.0"),
        ({"effects": {"awakenings": -1.0}}, "effects.awakenings", "-1.0"),
        ({"effects": {"tst": math.inf}}, "effects.tst", "inf"),
        ({"subjects": 0}, "subjects", "0"),
        ({"nights": 0}, "nights", "0"),
        ({"design": "n-of-1", "subjects": 3}, "subjects", "3"),
        ({"design": "n-of-1", "periods": 5}, "periods", "5"),
        ({"design": "n-of-1", "periods": 5, "schedule": ["placebo", "active"]}, "periods", "5"),
        ({"design": "n-of-1", "schedule": "random"}, "schedule", "'random'"),
        ({"design": "pre-post", "arms": ("a", "b", "c")}, "arms", "'c'"),
        ({"design": "parallel", "periods": 3}, "periods", "3"),
        ({"periods": 1}, "periods", "1"),
        ({"baseline": True}, "baseline", "'crossover'"),
        ({"schedule": "paired"}, "schedule", "'paired'"),
        ({"sequences": "latin"}, "sequences", "'latin'"),
        ({"sequences": [("placebo", "verum")]}, "sequences", "'verum'"),
        ({"sequences": [("placebo", "placebo")]}, "sequences", "'active'"),
        ({"sequences": [("placebo", "active"), ("active",)]}, "sequences", "('active',)"),
        ({"sequences": ["AB"]}, "sequences", "'AB'"),
        ({"sequences": [("placebo", "active")], "periods": 3}, "periods", "3"),
        ({"allocation": (1, 2, 3)}, "allocation", "(1, 2, 3)"),
        ({"missing": 1.5}, "missing", "1.5"),
        ({"response": -1.0}, "response", "-1.0"),
        ({"correlation": 1.5, "metrics": ["waso"]}, "correlation", "1.5"),
        ({"correlation": [[1.0]], "metrics": ["waso"]}, "correlation", "2 x 2"),
        ({"correlation": {("tst", "pain"): 0.5}}, "correlation.pain", "'pain'"),
        ({"distribution": "cauchy"}, "distribution", "'cauchy'"),
        ({"first_night": {"waso": 5.0}}, "first_night.waso", "'waso'"),
        ({"period_effect": {"tst": [1.0, 2.0, 3.0]}}, "period_effect.tst", "3 values"),
        ({"carry_over": math.nan}, "carry_over", "nan"),
        ({"hours": -1.0}, "hours", "-1.0"),
        ({"hypnograms": True, "effects": {"awakenings": 0.8}}, "effects.awakenings", "'awakenings'"),
    ],
)
def test_what_cannot_be_is_refused_with_its_option_and_value(options, key, value):
    with pytest.raises(SimulationError) as raised:
        StudyPlan(**options)
    assert raised.value.key == key
    assert value in str(raised.value)


def test_a_latency_of_no_length_is_refused_when_it_is_drawn():
    with pytest.raises(SimulationError) as raised:
        simulate_study(StudyPlan(effects={"sol": -40.0}), 0)
    assert raised.value.key == "effects.sol"


def test_errors_are_still_value_errors():
    with pytest.raises(ValueError, match="is a probability"):
        StudyPlan(dropout=2.0)


def test_a_plan_does_not_change_with_what_it_was_made_of():
    effects, sequences, matrix = {"tst": {"active": 5.0}}, [["placebo", "active"]], np.eye(1)
    plan = StudyPlan(effects=effects, sequences=sequences, correlation=matrix)
    effects["tst"]["active"], sequences[0][1], matrix[0, 0] = 50.0, "placebo", 7.0
    assert plan.effects["tst"]["active"] == 5.0
    assert plan.sequences == (("placebo", "active"),)
    assert plan.correlation == ((1.0,),)
    with pytest.raises(TypeError, match="does not support item assignment"):
        plan.effects["tst"] = 3.0
    with pytest.raises(dataclasses.FrozenInstanceError):
        plan.nights = 3


def test_a_plan_is_pickled_copied_with_other_options_and_compared():
    plan = StudyPlan(effects={"pain": {"active": -1.0}}, spreads={"pain": Spread(5.0, 1.0, 1.0)}, design="parallel")
    restored = pickle.loads(pickle.dumps(plan))
    assert restored == plan
    assert restored.model.effects.tolist() == plan.model.effects.tolist()
    larger = dataclasses.replace(plan, subjects=60)
    assert (larger.model.subjects, plan.model.subjects) == (60, 24)
    assert larger != plan
    one = dataclasses.replace(StudyPlan(), design="n-of-1")
    assert one.model.subjects == 1


def test_a_plan_prints_the_options_that_differ_from_the_usual_and_is_made_of_what_it_prints():
    plan = StudyPlan(effects={"tst": {"active": 5.0}}, spreads={"tst": {"within": 30.0}}, first_night=False)
    assert repr(StudyPlan()) == "StudyPlan()"
    assert eval(repr(plan)) == plan
