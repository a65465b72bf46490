"""People drawn with replacement, and intervals of draws worked by hand."""

import math

import numpy as np
import pytest

from somnometry.core.errors import HypnogramError
from somnometry.metrics.agreement.bootstrap import Draws, Estimate, check_confidence


def test_as_many_people_are_drawn_as_there_are_and_each_brings_all_nights():
    draws = Draws(["b", "a", "b"], 50, seed=0)
    assert draws.people == ["a", "b"]
    assert draws.index.tolist() == [1, 0, 1]
    assert draws.weights.shape == (50, 2)
    assert (draws.weights.sum(axis=1) == 2).all()
    assert np.unique(draws.weights).tolist() == [0, 1, 2]


def test_the_order_of_nights_changes_no_draw():
    assert np.array_equal(Draws(["a", "b", "c"], 20, 1).weights, Draws(["c", "a", "b", "a"], 20, 1).weights)
    assert not np.array_equal(Draws(["a", "b", "c"], 20, 1).weights, Draws(["a", "b", "c"], 20, 2).weights)


def test_intervals_of_draws():
    draws, values = Draws(["a", "b"], 1, 0), np.arange(101.0)
    assert draws.interval(40.0, values, 0.5) == Estimate(40.0, 25.0, 75.0)
    assert draws.interval(40.0, values, 0.5, "basic") == Estimate(40.0, 80.0 - 75.0, 80.0 - 25.0)
    assert draws.interval(40.0, np.append(values, np.nan), 0.5) == Estimate(40.0, 25.0, 75.0)


@pytest.mark.parametrize(
    ("people", "value", "values"), [(["a"], 1.0, [1.0]), (["a", "b"], math.nan, [1.0]), (["a", "b"], 1.0, [math.nan])]
)
def test_one_person_or_nothing_defined_has_no_interval(people, value, values):
    estimate = Draws(people, 1, 0).interval(value, np.array(values), 0.95)
    assert math.isnan(estimate.lower)
    assert math.isnan(estimate.upper)


@pytest.mark.parametrize("confidence", [0.0, 1.0, 95.0, math.nan])
def test_a_confidence_is_a_share(confidence):
    with pytest.raises(HypnogramError) as refused:
        check_confidence(confidence)
    assert (refused.value.key, bool(refused.value.remedy)) == ("confidence", True)
