"""Metrics of nights as both scorings have them."""

import numpy as np
import pytest

from somnometry import Hypnogram
from somnometry.calibration.paired_values import paired_values, stagers_of
from somnometry.core.errors import CalibrationError
from somnometry.metrics.agreement.pairing import pair_nights

HUMAN = {"a": Hypnogram([0, 0, 2, 2, 3, 3, 4, 0], scorer="H"), "b": Hypnogram([0, 2, 2, 2, 3, 3, 4, 4], scorer="H")}
AUTO = {"a": Hypnogram([-1, 0, 2, 2, 2, 3, 4, -1], scorer="S"), "b": Hypnogram([0, 2, 2, 2, 2, 2, 4, 4], scorer="S")}


def test_nights_are_cut_to_what_both_scored():
    values = paired_values(pair_nights(HUMAN, AUTO, {"a": "p", "b": "q"}), ["tst", "n3_minutes", "sol"], 0.2)
    assert (values.nights, values.people) == (["a", "b"], ["p", "q"])
    assert values.human["tst"].tolist() == [2.5, 3.5]
    assert values.human["sol"].tolist() == [0.5, 0.5]  # of night a the first epoch is not compared
    assert values.auto["n3_minutes"].tolist() == [0.5, 0.0]
    assert {str(one) for one in stagers_of(values.scorers)} == {"S"}


def test_a_night_that_one_scorer_left_unscored_is_left_out_with_its_reason():
    auto = AUTO | {"b": Hypnogram([0, -1, -1, -1, 2, 2, 4, 4], scorer="S")}
    values = paired_values(pair_nights(HUMAN, auto, None), ["tst"], 0.2)
    assert values.nights == ["a"]
    assert values.left_out.keys() == {"b"}


def test_a_night_that_nobody_scored_twice_is_left_out():
    auto = AUTO | {"b": Hypnogram([-1] * 8, scorer="S")}
    assert paired_values(pair_nights(HUMAN, auto, None), ["tst"], 1.0).left_out.keys() == {"b"}


def test_a_second_stager_is_laid_beside_the_first_by_night():
    values = paired_values(pair_nights(HUMAN, AUTO, None), ["n3_minutes"], 0.2)
    second = {name: Hypnogram(h.stages, scorer="T") for name, h in HUMAN.items()}
    with_second = values.with_second(HUMAN, second)
    assert with_second.of("n3_minutes")[3].tolist() == [1.0, 1.0]
    with pytest.raises(CalibrationError):
        values.with_second(HUMAN, AUTO)


def test_a_night_that_the_second_stager_lacks_is_nan():
    values = paired_values(pair_nights(HUMAN, AUTO, None), ["tst"], 0.2)
    one = {"a": HUMAN["a"]}
    assert np.isnan(
        values.with_second(one, {"a": Hypnogram(HUMAN["a"].stages, scorer="T")}).second["tst"]
    ).tolist() == [
        False,
        True,
    ]
