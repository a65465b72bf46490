"""Numbers, dates and times of a header, in every spelling."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from somnometry.io.edf.fields import parse_integer, parse_number, parse_text
from somnometry.io.edf.start import read_start


@given(st.binary(max_size=80))
def test_no_field_stops_the_reader(content):
    text = parse_text(content)
    assert text == text.strip()
    assert "\0" not in text
    for number in (parse_number(content), parse_integer(content)):
        assert number is None or np.isfinite(number)
    read_start(content[:8], content[8:16])


@given(
    st.integers(-999, 999), st.sampled_from([".", ","]), st.integers(0, 99), st.sampled_from([" ", "\0"]),
    st.booleans(),
)  # fmt: skip
def test_a_number_is_itself_in_every_spelling(whole, point, hundredths, filling, in_front):
    text = f"{whole}{point}{hundredths:02d}"
    padded = text.rjust(8) if in_front and filling == " " else text.ljust(8, filling)
    assert parse_number(padded.encode()) == float(f"{whole}.{hundredths:02d}")
