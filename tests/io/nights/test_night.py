"""One night, opened."""

import pytest

from somnometry import (
    Recording,
    RecordingError,
    find_nights,
    read_recording,
    write_edf,
)
from somnometry.report.tables.folder import inspection_document

from ..folders import listed, recording


def test_lights_of_the_table_go_before_those_of_the_file(tmp_path):
    write_edf(recording(3600, lights_off=60.0, lights_on=3500.0), tmp_path / "n1.edf")
    for cells, lights in {
        "22:40,23:20": (600, 3000),
        "2024-05-01 22:40,": (600, 3500),
        ",50 min": (60, 3000),
        "22:28,23:31": (0, 3600),  # noted to the minute
        ",": (60, 3500),
    }.items():
        found = listed(tmp_path, f"path,lights_off,lights_on\nn1.edf,{cells}\n")
        read = read_recording(found.nights[0])
        assert (read.lights_off, read.lights_on) == lights
        assert ("lights-given" in {finding.code for finding in read.findings}) == (cells != ",")
    for cells, message in {
        "22:40,07:00": "in a recording of 3600 s; mend 'lights_off' and 'lights_on'",
        "21:00,": "in a recording of 3600 s",
        "40 min,30 min": "the wrong way round",
    }.items():
        found = listed(tmp_path, f"path,lights_off,lights_on\nn1.edf,{cells}\n")
        with pytest.raises(RecordingError, match=message):
            read_recording(found.nights[0])


def test_a_recording_is_as_before_where_a_night_is_a_file(tmp_path):
    write_edf(recording(), tmp_path / "n.edf")
    by_path, by_night = read_recording(tmp_path / "n.edf"), read_recording(find_nights(tmp_path).nights[0])
    assert by_path.source == by_night.source == "n.edf"
    assert by_path.findings == by_night.findings
    assert isinstance(by_path, Recording)


def test_no_column_of_the_users_replaces_what_is_told_of_a_night(tmp_path):
    write_edf(recording(), tmp_path / "n1.edf")
    found = listed(
        tmp_path, "path,night,layout,scoring,scorings,own_layout,night_of_clinic\nn1.edf,2,A4,by hand,3,A5,7\n"
    )
    (night,) = inspection_document([], found)["nights"]
    assert (night["night"], night["layout"], night["scorings"]) == ("n1.edf", "file", [])
    assert (night["night_of_period"], night["own_own_layout"], night["own_layout"]) == (2, "A4", "A5")
    assert (night["scoring"], night["own_scorings"], night["night_of_clinic"]) == ("by hand", "3", "7")
    row = found.to_frame().iloc[0].to_dict()
    assert (row["night"], row["layout"], row["scoring"]) == ("n1.edf", "file", "")
    assert (row["night_of_period"], row["own_scoring"], row["scorings"]) == (2, "by hand", "3")
