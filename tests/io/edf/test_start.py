"""Starts as recorders write them: what can be read in one way only is read, and a clock without a day is a clock."""

from datetime import date, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from somnometry import audit, find_nights, read_recording
from somnometry.io.edf.start import half_a_day_off, named_moment, read_start, shifted

from ..edf_files import noise, write

START = datetime(2024, 5, 1, 22, 30)


@given(st.datetimes(datetime(1985, 1, 1), datetime(2084, 12, 31)), st.sampled_from(".:/-"), st.sampled_from(".:-"))
def test_a_start_is_itself_with_any_separator(start, between_days, between_hours):
    start = start.replace(microsecond=0)
    day = f"{start.day:02d}{between_days}{start.month:02d}{between_days}{start.year % 100:02d}"
    hour = f"{start.hour:02d}{between_hours}{start.minute:02d}{between_hours}{start.second:02d}"
    read = read_start(day.encode(), hour.encode())
    assert (read.when, read.clock) == (start, start.time())
    assert bool(read.odd) == (between_days != "." or between_hours != ".")


@pytest.mark.parametrize("day", ["00.00.00", "", "31.02.24", "99.99.99", "X", "12345", "XX.XX.XX", "00/00/00", "0.0.0"])
@pytest.mark.parametrize(
    ("hour", "clock"), [("22.30.00", time(22, 30)), ("06:05:09", time(6, 5, 9)), ("22.30.75", time(22, 30))]
)
def test_a_clock_without_a_day_is_a_clock(day, hour, clock):
    read = read_start(day.ljust(8).encode(), hour.encode())
    assert (read.when, read.clock) == (None, clock)
    assert read.odd[0][0] == "start-unknown"


@pytest.mark.parametrize("second", [60, 61, 75, 99])
def test_seconds_that_none_has_cost_the_seconds_and_not_the_start(second):
    read = read_start(b"01.05.24", f"22.30.{second}".encode())
    assert (read.when, [code for code, _ in read.odd]) == (START, ["start-seconds"])


@pytest.mark.parametrize("hour", ["24.00.00", "25.00.00", "22.60.00", "99.99.99", "", "XX.XX.XX", "noon"])
def test_a_clock_that_none_shows_is_unknown_whatever_the_day(hour):
    assert read_start(b"01.05.24", hour.ljust(8).encode()).clock is None


@given(st.dates(date(1985, 1, 1), date(2084, 12, 31)))
def test_a_date_of_another_order_is_read_where_it_can_be_only_one(day):
    american = f"{day:%m.%d.%y}"
    read = read_start(american.encode(), b"22.30.00")
    if day.day > 12:
        assert read.when.date() == day
        assert read.odd[0][0] == "start-order"
    elif day.day <= 12:
        assert read.when.date() == date(day.year, day.day, day.month)  # as the specification has it
    eight = f"{day:%Y%m%d}"
    assert read_start(eight.encode(), b"22.30.00").when.date() == day
    iso = f"{day.year}-{day.month}-{day.day}"
    if len(iso) <= 8:
        assert read_start(iso.ljust(8).encode(), b"22.30.00").when.date() == day


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("05.31.24", date(2024, 5, 31)),
        ("12/25/23", date(2023, 12, 25)),
        ("99-05-31", date(1999, 5, 31)),
        ("01MAY24", date(2024, 5, 1)),
        ("2024.5.1", date(2024, 5, 1)),
        ("31.04.05", None),
        ("31.02.24", None),
    ],
)
def test_dates_of_other_orders(text, day):
    read = read_start(text.ljust(8).encode(), b"22.30.00").when
    assert (None if read is None else read.date()) == day


@pytest.mark.parametrize(
    ("name", "clock", "named"),
    [
        ("OpenBCI-BDF-2021-01-28_22-18-00.bdf", time(10, 18, 20), time(22, 18)),
        ("OpenBCI-RAW-2021-01-28_00-05-00.edf", time(12, 5), time(0, 5)),
        ("n1_20240501_223000.edf", time(10, 30), time(22, 30)),
        ("n1_20240501_223000.edf", time(22, 30), None),
        ("n1_20240501_223000.edf", time(11, 30), None),
        ("mindMonitor_2024-05-01--22-30-00.edf", time(10, 31), time(22, 30)),
        ("SC4001E0-PSG.edf", time(4, 0), None),
        ("n1_2024-05-01.edf", time(10, 30), None),
        ("n1_2024-13-01_22-30-00.edf", time(10, 30), None),
    ],
)
def test_twelve_hours_from_the_name_of_the_file(name, clock, named):
    assert half_a_day_off(clock, name) == named


def test_what_is_no_moment_names_none():
    assert named_moment("20240501223000123456.edf") is None
    assert shifted(None, 5.0) is None
    assert shifted(time(23, 59, 30), 86430.0) == time(0, 0)


# -------------------------------------------------------------------------------------------------- seen from outside
def night(tmp_path, name="n1.edf", *, date, time):
    """Two minutes whose header begins as it is told to."""
    path = write(tmp_path / name, {"EEG C4-M1": (noise(100, 120), 100)})
    content = bytearray(path.read_bytes())
    content[168:184] = date.encode().ljust(8) + time.encode().ljust(8)
    path.write_bytes(content)
    return path


def test_lights_by_the_clock_work_on_an_unknown_day(tmp_path):
    path = night(tmp_path, date="00.00.00", time="22.30.00")
    (tmp_path / "recordings.csv").write_text("path,lights_off,lights_on\nn1.edf,22:30:10,22:31:50\n")
    recording = read_recording(find_nights(tmp_path).nights[0])
    assert (recording.start, recording.clock) == (None, time(22, 30))
    assert (recording.lights_off, recording.lights_on) == (10.0, 110.0)
    assert "start-unknown" in audit(path).codes


def test_a_part_of_a_night_on_an_unknown_day_is_found_by_the_clock(tmp_path):
    night(tmp_path, date="00.00.00", time="23.59.30")
    (tmp_path / "recordings.csv").write_text("path,start,stop\nn1.edf,00:00:00,00:01:00\n")
    recording = read_recording(find_nights(tmp_path).nights[0])
    assert (recording.clock, recording.duration) == (time(0, 0), 60.0)


def test_a_date_for_lights_is_refused_where_the_day_is_unknown(tmp_path):
    from somnometry import RecordingError

    night(tmp_path, date="00.00.00", time="22.30.00")
    (tmp_path / "recordings.csv").write_text("path,lights_off\nn1.edf,2024-05-01 22:30:10\n")
    with pytest.raises(RecordingError, match="the day on which the recording began is unknown"):
        read_recording(find_nights(tmp_path).nights[0])


def test_a_clock_of_twelve_hours_is_found_by_the_name_of_the_file(tmp_path):
    path = night(tmp_path, "OpenBCI-BDF-2024-05-01_22-30-00.edf", date="01.05.24", time="10.30.00")
    (found,) = [finding for finding in audit(path).findings if finding.code == "start-half-day"]
    assert "10:30:00" in found.what
    assert "22:30:00" in found.what
