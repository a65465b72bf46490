"""Times of the clock, and seconds of a recording."""

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from somnometry import RecordingError
from somnometry.io.nights.clock_times import parse_moment


@given(st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1)), st.times(), st.floats(0, 86400))
def test_a_clock_time_is_the_first_one_that_is_not_too_early(start, clock, earliest):
    clock = clock.replace(microsecond=0, fold=0)
    seconds = parse_moment(clock.strftime("%H:%M:%S")).seconds_after(start, earliest)
    assert earliest - 1e-3 <= seconds < earliest + 86400 + 1e-3
    on_the_clock = (start.hour * 3600 + start.minute * 60 + start.second + start.microsecond / 1e6 + seconds) % 86400
    expected = clock.hour * 3600 + clock.minute * 60 + clock.second
    assert min(abs(on_the_clock - expected), 86400 - abs(on_the_clock - expected)) < 1e-3


def test_a_clock_time_without_a_start_is_an_error():
    with pytest.raises(RecordingError, match="when the recording began is unknown"):
        parse_moment("23:05").seconds_after(None)
    assert parse_moment("15 min").seconds_after(None) == 900
