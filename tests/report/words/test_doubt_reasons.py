"""Doubts about nights are told in sentences with their numbers."""

import pytest

import somnometry as sm
from somnometry.core.reason import Reason
from somnometry.report.words.doubt_reasons import DOUBT_REASONS
from somnometry.report.words.reasons import REASONS

ARMS = {"arms": ("placebo", "active"), "n": (0, 8), "nights": (48, 1)}


def test_they_stand_in_the_one_table():
    assert DOUBT_REASONS.items() <= REASONS.items()


@pytest.mark.parametrize(("code", "facts", "text"), [
    ("short-nights", {**ARMS, "naps": True, "of_sleep": False, "hours": 4.0},
     "among the nights are recordings that are naps of less than 4 hours: 0 of 48 nights under placebo and 8 of 1 "
     "night under active"),
    ("cells-contradict", {"metric": "se", "n": 1, "row": 5, "value": 92.5, "given": 67.21},
     "cells of 1 night contradict each other, where those of the others fit together (row 5: sleep efficiency 92.5, "
     "and 67.2 by the other columns); if it is that one which is wrong, the answer may be"),
    ("nearly-copied", {"rows": (5, 96), "same": 21, "of": 22, "pairs": 3},
     "rows 5 and 96 of the table have 21 of 22 numbers alike (and 2 more pairs of rows nearly all), as a copy has in "
     "which some were changed; if one is a copy, leave it out"),
])  # fmt: skip
def test_each_is_a_sentence(code, facts, text):
    assert sm.explain(Reason(code, facts)) == text
