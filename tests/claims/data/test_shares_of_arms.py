"""Shares of marked nights, by person and arm, and Fisher's test of people."""

from __future__ import annotations

import numpy as np
import pytest

from somnometry.claims.data.shares_of_arms import chance_between_arms, nights_under, share_by_person, shares_differ
from somnometry.claims.data.study_nights import StudyNights

from ..plain_nights import STUDY, only, plain_nights

NIGHTS = StudyNights.of(only(plain_nights(people=8, nights=2), "tst"), STUDY)


def test_the_share_of_each_person():
    marked = np.zeros(len(NIGHTS), bool)
    marked[np.flatnonzero((NIGHTS.subject == 3) & nights_under(NIGHTS, "active"))] = True
    assert share_by_person(NIGHTS, marked, "active").tolist() == [0, 0, 0, 1, 0, 0, 0, 0]
    assert not share_by_person(NIGHTS, marked, "placebo").any()
    assert not nights_under(NIGHTS, "high").any()


def test_chance_is_fishers_of_people():
    """Five of eight people against none: p = 2 * C(11, 3) C(5, 5) / C(16, 8) = 0.0256."""
    marked = (NIGHTS.subject < 5) & nights_under(NIGHTS, "active")
    every = np.ones(len(NIGHTS), bool)
    assert chance_between_arms(NIGHTS, marked, every, ("placebo", "active")) == pytest.approx(2 * 165 / 12870)
    assert chance_between_arms(NIGHTS, marked, every, ("placebo",)) == 1.0


def test_all_and_none_differ_and_a_few_do_not():
    assert shares_differ(np.ones(2), np.zeros(2))
    assert not shares_differ(np.array([1.0, 0, 0, 0]), np.zeros(4))
    assert shares_differ(np.r_[np.ones(9), 0.0], np.zeros(10))
