"""Evenings of an order: every day once, by hand, with a run-in and washouts that tell nothing."""

from datetime import date, timedelta

import pytest

from somnometry import ClaimError, Schedule
from somnometry.core.evenings import PersonSchedule, evenings_of

START = date(2026, 2, 27)


def test_evenings_follow_each_other_over_months_and_leap_days():
    made = evenings_of("ab" * 200, date(2027, 12, 30))
    assert [one.day for one in made] == [date(2027, 12, 30) + timedelta(days=i) for i in range(400)]
    assert date(2028, 2, 29) in {one.day for one in made}


def test_run_in_periods_and_washouts_by_hand():
    made = evenings_of(["tea", "none", "none"], START, nights=2, run_in=1, washout=1)
    assert [(one.condition, one.period, one.night) for one in made] == [
        ("run-in", None, 1), ("tea", 1, 1), ("tea", 1, 2), ("washout", None, 1), ("none", 2, 1), ("none", 2, 2),
        ("washout", None, 1), ("none", 3, 1), ("none", 3, 2),
    ]  # fmt: skip
    assert made[-1].day == date(2026, 3, 7)


def test_a_plan_has_the_conditions_of_its_order():
    plan = PersonSchedule(Schedule("blocks", periods=8, order="ABBAABAB"), "tea", "none", START)
    assert [one.condition for one in plan.evenings] == [{"A": "none", "B": "tea"}[letter] for letter in "ABBAABAB"]


@pytest.mark.parametrize(
    ("wrong", "key"),
    [
        ({"nights": 0}, "nights"), ({"run_in": -1}, "run_in"), ({"washout": -2}, "washout"),
        ({"start": date(9999, 12, 30)}, "start"), ({"treatment": "none"}, "treatment"),
        ({"control": "washout"}, "treatment"), ({"schedule": Schedule("blocks", periods=8)}, "seed"),
    ],
)  # fmt: skip
def test_what_cannot_be_laid_out_is_refused(wrong, key):
    usual = {"schedule": Schedule("blocks", periods=8, seed=1), "treatment": "tea", "control": "none", "start": START}
    with pytest.raises(ClaimError) as error:
        PersonSchedule(**usual | wrong)
    assert error.value.key == key
