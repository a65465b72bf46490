"""Numbers as sentences hold them."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from somnometry.report.words.numbers import count, listed, number, p_value, sentence


@given(st.floats(-1e6, 1e6, allow_subnormal=False))
def test_a_number_is_off_by_no_more_than_its_last_digit_says(value):
    text = number(value).replace("\N{MINUS SIGN}", "-").replace(",", "")
    if "<" not in text:
        assert abs(float(text) - value) <= max(0.05 * abs(value), 0.0051)


@given(st.floats(1e-3, 0.999))
def test_a_p_value_is_off_by_no_more_than_its_last_digit_says(p):
    assert float(p_value(p)) == pytest.approx(p, abs=0.0051, rel=0.06)


@pytest.mark.parametrize("p", [0.0, 1e-9, 4e-4])
def test_no_p_value_is_0(p):
    assert "<" in p_value(p)


def test_one_is_a_singular():
    assert (count(1, "night"), count(0, "night"), count(2, "person", "people")) == ("1 night", "0 nights", "2 people")


def test_several_are_listed_with_an_and():
    assert (listed(()), listed(("a",)), listed(("a", "b")), listed(("a", "b", "c"))) == (
        "",
        "a",
        "a and b",
        "a, b and c",
    )


def test_a_sentence_begins_with_a_capital_and_ends_with_one_stop():
    assert sentence("nights were lost") == sentence("Nights were lost.") == "Nights were lost."


def test_what_is_not_known_is_no_number():
    assert not any(letter.isdigit() for letter in number(math.nan) + p_value(math.nan))
