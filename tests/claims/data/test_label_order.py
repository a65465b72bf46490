"""Labels of periods stand in time, however people number them; other labels by size or by letters."""

from __future__ import annotations

import numpy as np
import pytest

import somnometry as sm
from somnometry.claims.data.label_order import by_size, in_time
from somnometry.claims.data.study_nights import StudyNights

from ..plain_nights import STUDY


@pytest.mark.parametrize("labels", [
    ["one", "two", "three"], ["first", "second", "third", "fourth"], ["I", "II", "III", "IV", "V", "IX"],
    ["P1", "P2", "P10"], ["visit 9", "visit 10"], ["1.25", "1.5", "2"], ["-1", "0", "1"], ["2026-01-31", "2026-02-01"],
    ["eins", "zwei", "drei"], ["9", "10", "x"], ["a", "b", "c"], ["week 2 day 1", "week 2 day 10", "week 10 day 1"],
])  # fmt: skip
def test_periods_stand_as_people_count_them(labels):
    assert in_time(reversed(labels)) == labels
    assert in_time(labels) == labels


def test_words_count_only_where_all_are_of_one_row():
    assert in_time(["two", "one", "rest"]) == ["one", "rest", "two"]
    assert sorted(["10", "b", "9", "a"], key=by_size) == ["9", "10", "a", "b"]


def test_the_table_has_its_periods_in_time():
    rows = [{"subject": s, "condition": "AB"[(p + s) % 2], "period": f"P{p + 1}", "tst": 400.0 + p} for s in range(4)
            for p in range(12)]  # fmt: skip
    nights = StudyNights.of(rows, STUDY)
    assert nights.periods == tuple(f"P{p + 1}" for p in range(12))
    assert np.array_equal(nights.period, nights.numbers("tst") - 400)


@pytest.mark.parametrize("name", [lambda p: f"P{p}", lambda p: f"day {p}"])
def test_one_persons_periods_are_judged_in_the_order_that_they_had(name):
    """Fourteen periods with letters before their numbers are what they are with numbers alone."""
    order = "ABBAABBABAABAB"
    study = sm.Study(design="n-of-1", treatment="B", control="A", randomised=True, staging="human",
                     schedule=sm.Schedule("blocks", block=2, periods=14))  # fmt: skip
    tst = [400, 441, 437, 398, 405, 460, 433, 404, 440, 399, 396, 452, 410, 444]

    def verdict(called):
        rows = [{"subject": "me", "condition": letter, "period": called(p), "night": 1, "tst": tst[p - 1]}
                for p, letter in enumerate(order, 1)]  # fmt: skip
        return sm.judge(sm.Claim("tst", "increases", smallest_effect=15.0), rows, study, sensitivity=False)

    plain, named = verdict(str), verdict(name)
    assert plain.outcome != "not testable"
    assert (named.outcome, named.p, named.interval95) == (plain.outcome, plain.p, plain.interval95)
