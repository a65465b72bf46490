"""What every row of every table of metrics says."""

import math

import pytest

from somnometry import CATALOGUE
from somnometry.core.definition import RANGE_OF_UNIT, Definition


def test_a_unit_says_what_is_possible_and_a_row_may_know_better():
    plain = Definition("a", "A", "%", None, "Is a.", "nobody")
    bounded = Definition("b", "B", "1", "higher", "Is b.", "nobody", bounds=(-1.0, 1.0))
    assert (plain.possible_range, bounded.possible_range) == ((0.0, 100.0), (-1.0, 1.0))


def test_nothing_in_a_night_lasts_longer_than_a_day_and_shares_end_at_their_whole():
    assert RANGE_OF_UNIT["min"] == (0.0, 1440.0)
    assert RANGE_OF_UNIT["0/1"] == RANGE_OF_UNIT["1/epoch"] == (0.0, 1.0)
    assert RANGE_OF_UNIT["count"] == (0.0, math.inf)


def test_every_row_of_the_catalogue_has_a_range():
    for key, row in CATALOGUE.items():
        low, high = row.possible_range
        assert low < high, key


def test_a_definition_cannot_be_changed():
    with pytest.raises(AttributeError, match="cannot assign to field"):
        CATALOGUE["tst"].unit = "h"
