"""Where lights come from: the table before the markers, the markers before the scoring; and the whole record."""

from datetime import datetime

import numpy as np
import pytest

from somnometry import Hypnogram, Recording, RecordingError, Signal
from somnometry.io.nights.clock_times import parse_moment
from somnometry.io.nights.lights import declared_lights, marked_lights, with_given_lights, with_lights_of_scoring
from somnometry.io.nights.recordings_csv import Details

START = datetime(2024, 5, 1, 22, 30)
SCORING = Hypnogram([0, 2, 2, 0], start=START, lights_off=30.0, lights_on=90.0)


def recording(**known):
    return Recording({"C4-M1": Signal(np.zeros(12000), 100)}, start=START, source="n1.edf", **known)


def details(**moments):
    return Details(**{name: parse_moment(text) for name, text in moments.items()})


def test_lights_that_nobody_knows_have_no_source():
    assert recording().lights_source == "unknown"
    assert recording(lights_off=10.0).replace(lights_off=None).lights_source == "unknown"


def test_lights_that_are_given_to_a_recording_are_a_markers():
    assert recording(lights_off=10.0).lights_source == "marker"


def test_the_table_goes_before_the_marker_and_keeps_what_it_does_not_say():
    taken = with_given_lights(recording(lights_off=10.0, lights_on=100.0), details(lights_off="22:30:20"))
    assert (taken.lights_off, taken.lights_on, taken.lights_source) == (20.0, 100.0, "table")
    assert [finding.code for finding in taken.findings] == ["lights-given"]


def test_the_scoring_serves_where_nothing_else_does():
    taken = with_lights_of_scoring(recording(), SCORING)
    assert (taken.lights_off, taken.lights_on, taken.lights_source) == (30.0, 90.0, "scoring")
    assert [finding.code for finding in taken.findings] == ["lights-of-scoring"]


@pytest.mark.parametrize(
    ("known", "expected"),
    [
        ({"lights_off": 10.0, "lights_on": 100.0}, (10.0, 100.0)),
        ({"lights_off": 10.0}, (10.0, 90.0)),
        ({"lights_on": 100.0}, (30.0, 100.0)),
    ],
    ids=["both", "off", "on"],
)
def test_the_scoring_adds_what_is_not_known_and_replaces_nothing(known, expected):
    taken = with_lights_of_scoring(recording(**known), SCORING)
    assert (taken.lights_off, taken.lights_on, taken.lights_source) == (*expected, "marker")
    assert [finding.code for finding in taken.findings] == ["lights-of-scoring"] * (len(known) == 1)


def test_a_light_of_the_scoring_that_contradicts_the_recording_is_not_taken():
    taken = with_lights_of_scoring(recording(lights_off=95.0), SCORING)
    assert (taken.lights_off, taken.lights_on) == (95.0, None)
    assert [finding.code for finding in taken.findings] == ["lights-ambiguous"]


def test_one_light_is_taken_without_the_other_and_none_where_none_is_marked():
    taken = with_lights_of_scoring(recording(), SCORING.replace(lights_on=np.nan))
    assert (taken.lights_off, taken.lights_on, taken.lights_source) == (30.0, None, "scoring")
    nothing = recording()
    assert with_lights_of_scoring(nothing, SCORING.replace(lights_off=np.nan, lights_on=np.nan)) is nothing


def test_lights_far_outside_are_refused_by_key():
    with pytest.raises(RecordingError) as error:
        with_given_lights(recording(), details(lights_off="22:40:00"))
    assert (error.value.place, error.value.key) == ("n1.edf", "lights_off")
    with pytest.raises(RecordingError) as error:
        with_given_lights(recording().replace(start=None), details(lights_on="23:00"))
    assert error.value.place == "n1.edf"


def test_the_declared_lights_keeps_what_the_user_gave():
    staged = Hypnogram([0, 2, 2, 0], lights_off=30.0, lights_on=90.0)
    assert declared_lights(staged, Details()).lights_off == 0.0
    kept = declared_lights(staged, details(lights_off="22:30:30"))
    assert (kept.lights_off, kept.lights_on) == (30.0, 120.0)


# ------------------------------------------------------------------------------------------------- what a marker says
class MarkedSource:
    """An hour from 22:30 with annotations."""

    start, clock, duration = START, None, 3600.0

    def __init__(self, *marks):
        self.marks = marks

    def annotations(self):
        return [onset for onset, _ in self.marks], [text for _, text in self.marks]


@pytest.mark.parametrize(
    ("onset", "text", "codes"),
    [
        (10.0, "Lights off: 22:30:10", []),
        (10.0, "Lights off: 10:30:10", []),
        (10.0, "Lights off 10:30 pm", []),
        (100.0, "Lights off 22:30", []),
        (10.0, "Lights off: 22:45:10", ["lights-clock"]),
        (10.0, "Lights off 10:30 am", ["lights-clock"]),
        (10.0, "Lights off", []),
    ],
)
def test_a_clock_in_the_text_that_contradicts_the_onset_is_found(onset, text, codes):
    lights = marked_lights(MarkedSource((onset, text)))
    assert (lights.off, lights.source) == (onset, "marker")
    assert [finding.code for finding in lights.findings] == codes


def test_a_text_that_is_nearly_a_marker_is_found_and_not_taken_nor_repeated():
    lights = marked_lights(MarkedSource((10.0, "Mr Smith asked for the lights off"), (20.0, "Lihgts off")))
    assert (lights.off, lights.on, lights.source) == (None, None, "unknown")
    assert [finding.code for finding in lights.findings] == ["lights-nearly"]
    assert "Smith" not in str(lights.findings[0])


@pytest.mark.parametrize(
    ("evening", "lights_on", "told"),
    [
        ("2026-03-28", "06:30", True),  # clocks are put forward in Europe
        ("2026-10-24", "2026-10-25 06:30", True),  # and back
        ("2026-03-07", "6:30 am", True),  # forward in America
        ("2026-10-24", "7.5 h", False),  # a span, which no clock changes
        ("2026-07-11", "06:30", False),
        ("2026-01-10", "06:30", False),
    ],
)
def test_lights_by_a_clock_that_may_have_been_set_are_told(evening, lights_on, told):
    night = Recording(
        {"C4": Signal(np.zeros(9 * 3600, np.float32), 1.0)}, start=datetime.fromisoformat(f"{evening} 23:00")
    )
    lit = with_given_lights(night, details(lights_on=lights_on))
    assert ("clock-may-be-set" in [finding.code for finding in lit.findings]) == told
