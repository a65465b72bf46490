"""Numbers, dates and times of a header, in every spelling."""

from datetime import datetime

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from somnometry.io.edf.fields import parse_integer, parse_number, parse_start, parse_text


@given(st.binary(max_size=80))
def test_no_field_stops_the_reader(content):
    text = parse_text(content)
    assert text == text.strip()
    assert "\0" not in text
    for number in (parse_number(content), parse_integer(content)):
        assert number is None or np.isfinite(number)
    parse_start(content[:8], content[8:16])


@given(
    st.integers(-999, 999), st.sampled_from([".", ","]), st.integers(0, 99), st.sampled_from([" ", "\0"]),
    st.booleans(),
)  # fmt: skip
def test_a_number_is_itself_in_every_spelling(whole, point, hundredths, filling, in_front):
    text = f"{whole}{point}{hundredths:02d}"
    padded = text.rjust(8) if in_front and filling == " " else text.ljust(8, filling)
    assert parse_number(padded.encode()) == float(f"{whole}.{hundredths:02d}")


@given(st.datetimes(datetime(1985, 1, 1), datetime(2084, 12, 31)), st.sampled_from(".:/-"), st.sampled_from(".:-"))
def test_a_start_is_itself_with_any_separator(start, between_days, between_hours):
    start = start.replace(microsecond=0)
    date = f"{start.day:02d}{between_days}{start.month:02d}{between_days}{start.year % 100:02d}"
    hour = f"{start.hour:02d}{between_hours}{start.minute:02d}{between_hours}{start.second:02d}"
    read, parted = parse_start(date.encode(), hour.encode())
    assert read == start
    assert parted == (between_days == between_hours == ".")
