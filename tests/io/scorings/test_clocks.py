"""Clocks and dates; what is right stands in the files of the programs."""

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from somnometry.io.scorings.clocks import day_first, moment_of, seconds_of_clock, unwrapped


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("00:00:00", 0), ("23:57:00,000", 86220), ("23.30.46.280", 84646.28), ("12:00:00 AM", 0),
        ("12:00:00 PM", 43200),
        ("1:05:09 p.m.", 47109), ("24:00:00", None), ("13:00:00 PM", None), ("12:60:00", None), ("noon", None),
    ],
)  # fmt: skip
def test_clocks(text, seconds):
    assert seconds_of_clock(text) == (None if seconds is None else pytest.approx(seconds))


@given(first=st.integers(0, 86399), steps=st.lists(st.integers(0, 3600), max_size=200))
def test_a_clock_that_goes_on_is_unwrapped_over_every_midnight(first, steps):
    times = [first]
    for step in steps:
        times.append(times[-1] + step)
    assert unwrapped([time % 86400 for time in times]) == times


@pytest.mark.parametrize(
    ("text", "days_first", "moment"),
    [
        ("17/11/2010 23:57:00", True, datetime(2010, 11, 17, 23, 57)),
        ("11/17/2010 11:57:00 PM", False, datetime(2010, 11, 17, 23, 57)),
        ("01.01.01 23.30.00", True, datetime(2001, 1, 1, 23, 30)),
        ("08/01/2012 22:15", False, datetime(2012, 8, 1, 22, 15)),
        ("2024-05-01 23:00:00", True, datetime(2024, 5, 1, 23)),
        ("31/02/2010 23:57:00", True, None),
        ("yesterday", True, None),
    ],
)
def test_moments(text, days_first, moment):
    assert moment_of(text, days_first=days_first) == moment


def test_the_day_is_known_by_any_date_that_tells():
    assert day_first(["01/02/2010", "13/02/2010 11:00:00 PM"])
    assert not day_first(["01/02/2010", "02/13/2010"])
    assert not day_first(["1/2/2010 11:57:00 PM"])
    assert day_first(["1/2/2010 23:57:00"])
