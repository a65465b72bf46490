"""A reason is a code and its facts."""

import pickle

import pytest

from somnometry.core.reason import Reason


def test_facts_are_those_given_and_cannot_be_changed():
    given = {"least": 7}
    reason = Reason("few-nights", given)
    given["least"] = 0
    assert reason.facts == {"least": 7}
    with pytest.raises(TypeError, match="does not support item assignment"):
        reason.facts["least"] = 1


def test_reasons_are_equal_by_code_and_facts_and_may_be_keys():
    assert (
        Reason("few-nights", {"least": 7}) == Reason("few-nights", {"least": 7}) != Reason("few-nights", {"least": 6})
    )
    assert len({Reason("few-nights", {"least": 7}), Reason("few-nights", {"least": 7})}) == 1


def test_a_reason_survives_pickling():
    reason = Reason("few-nights", {"least": 7, "arms": ("a", "b")})
    assert pickle.loads(pickle.dumps(reason)) == reason


def test_its_repr_names_its_facts():
    assert repr(Reason("few-nights", {"least": 7})) == "Reason('few-nights', least=7)"
    assert repr(Reason("not-randomised")) == "Reason('not-randomised')"
