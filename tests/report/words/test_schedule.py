"""How an order was drawn, in words: all that is needed to draw it again."""

from datetime import date

import pytest

from somnometry import Schedule
from somnometry.core.evenings import PersonSchedule
from somnometry.report.words.schedule import evening_words, rule_words


@pytest.mark.parametrize(
    ("schedule", "facts"),
    [
        (Schedule("blocks", block=4, periods=21, seed=5), ["blocks of 4", "21 periods", "seed 5", "last block cut"]),
        (Schedule("complete", periods=12, seed=8), ["12 periods", "seed 8", "all periods"]),
        (Schedule("phases", pattern="ABA", min_phase=4, periods=15, seed=2), ["ABA", "shorter than 4", "seed 2"]),
        (Schedule("listed", orders=("AB", "BA"), periods=2, seed=2), ["2 orders", "seed 2"]),
    ],
)
def test_the_rule_holds_what_draws_it_again(schedule, facts):
    assert [fact for fact in facts if fact not in rule_words(schedule)] == []


def test_a_cut_is_said_only_where_there_is_one():
    assert "cut" not in rule_words(Schedule("blocks", periods=20, seed=5))


def test_evenings_say_what_to_take():
    plan = PersonSchedule(Schedule("blocks", periods=2, order="BA"), "tea", "none", date(2026, 1, 1), run_in=1)
    assert [evening_words(one) for one in plan.evenings] == ["nothing yet: wear the device only", "tea", "none"]
