"""Whether clocks are changed between two moments somewhere on Earth; days by law of the European Union and the USA."""

from datetime import datetime

import pytest

from somnometry.io.summer_time import clock_changes, is_changed_somewhere


@pytest.mark.parametrize(
    ("day", "by"),
    [
        ("2026-03-29", (3600.0,)),  # last Sunday of March
        ("2026-10-25", (-3600.0,)),  # last Sunday of October
        ("2026-03-08", (3600.0,)),  # second Sunday of March, USA
        ("2026-11-01", (-3600.0,)),  # first Sunday of November, USA
        ("2026-01-11", ()),
        ("2026-06-14", ()),
    ],
)
def test_the_nights_on_which_clocks_are_changed(day, by):
    first, last = datetime.fromisoformat(f"{day} 00:30"), datetime.fromisoformat(f"{day} 06:00")
    assert clock_changes(first, last) == by
    assert is_changed_somewhere(first, last, 3600.0) == (3600.0 in by)
    assert clock_changes(datetime.fromisoformat(f"{day} 04:30"), last) == ()


def test_an_hour_that_no_clock_shows_is_no_moment_before_a_change():
    """Where the clock goes from midnight to one (the Azores), there is no 0:25 that day."""
    assert clock_changes(datetime(2026, 3, 29, 0, 25), datetime(2026, 3, 29, 0, 35)) == ()
