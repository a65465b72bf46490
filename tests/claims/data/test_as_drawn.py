"""One person's nights beside the schedule: judged as drawn, whatever was taken; what was not drawn is left out."""

from __future__ import annotations

import math

import pytest

import somnometry as sm

from ..one_person import CLAIM, codes_said, exchanged, nights, study


def test_what_was_taken_otherwise_is_judged_as_drawn_and_said():
    kept = sm.judge(CLAIM, nights(), study(), sensitivity=False)
    other = sm.judge(CLAIM, exchanged(nights(), 4, 9), study(), sensitivity=False)
    assert (other.p, other.estimate, other.interval95) == (kept.p, kept.estimate, kept.interval95)
    (said,) = [warning for warning in other.warnings if warning.code == "taken-otherwise"]
    assert said.facts["which"] == ("4", "9")
    assert "night 4" not in kept.explain()
    assert "judged as drawn" in other.explain()
    assert "taken-otherwise" not in codes_said(kept)


def test_of_nights_on_treatment_alone_those_taken_otherwise_leave():
    own = study(intercurrent="while-on-treatment")
    other = sm.judge(CLAIM, exchanged(nights(), 4, 9), own, sensitivity=False)
    assert other.p == sm.judge(CLAIM, nights(leave=(4, 9)), study(), sensitivity=False).p
    assert [(one.reason.code, one.n_nights) for one in other.exclusions] == [("not-as-drawn", 2)]


@pytest.mark.parametrize("turned", [range(1, 22), range(1, 12)])
def test_a_table_of_another_order_is_refused(turned):
    with pytest.raises(sm.ClaimError) as caught:
        sm.judge(CLAIM, exchanged(nights(), *turned), study())
    assert caught.value.key == "condition"


def test_nights_beside_the_schedule_are_left_out_and_said():
    nap = {"subject": "me", "condition": "", "night": math.nan, "tst": 60.0}
    after = {"subject": "me", "condition": "placebo", "night": 22, "tst": 400.0}
    alone = sm.judge(CLAIM, nights(), study(), sensitivity=False)
    verdict = sm.judge(CLAIM, [*nights(), nap, after], study(), sensitivity=False)
    assert (verdict.p, verdict.n_nights) == (alone.p, alone.n_nights)
    assert [(one.reason.code, one.n_nights) for one in verdict.exclusions] == [("not-drawn", 2)]
    before = [{"subject": "me", "condition": "run-in", "night": 1 + i, "tst": 300.0} for i in range(3)]
    assert sm.judge(CLAIM, before + nights(), study(), sensitivity=False).p == alone.p


def test_nights_of_no_number_that_was_drawn_are_an_error():
    with pytest.raises(sm.ClaimError) as caught:
        sm.judge(CLAIM, [row | {"night": row["night"] + 100} for row in nights()], study())
    assert caught.value.key == "night"


def test_a_night_without_a_condition_has_the_one_that_was_drawn():
    bare = [row | {"condition": ""} for row in nights()]
    assert (
        sm.judge(CLAIM, bare, study(), sensitivity=False).p == sm.judge(CLAIM, nights(), study(), sensitivity=False).p
    )
