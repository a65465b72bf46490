"""Rows of a table without a file: the night that begins on the evening, lost ones, and those that are to come."""

import json
from datetime import date, datetime, timedelta
from pathlib import Path

import edfio
import pytest

import somnometry as sm
from somnometry import RecordingError
from somnometry.core.evenings import evening_of
from somnometry.io.nights.evenings import nights_by_evening
from somnometry.io.nights.find import find_nights
from somnometry.io.nights.find_scorings import find_scorings
from somnometry.io.nights.night import open_night
from somnometry.io.nights.reading import Reading
from somnometry.io.nights.recordings_csv import read_recordings_table

from ..edf_files import noise


def at(text):
    return datetime.fromisoformat(text)


@pytest.mark.parametrize(
    ("start", "evening"),
    [
        ("2026-12-01 22:30", "2026-12-01"),
        ("2026-12-02 00:00", "2026-12-01"),
        ("2026-12-02 11:59", "2026-12-01"),
        ("2026-12-02 12:00", "2026-12-02"),
        ("2027-01-01 03:00", "2026-12-31"),
        ("2026-10-25 02:30", "2026-10-24"),
        ("2026-12-02 01:30+02:00", "2026-12-01"),
    ],
)
def test_a_night_is_of_the_evening_from_noon_to_noon(start, evening):
    assert evening_of(at(start)) == date.fromisoformat(evening)


def folder_of(tmp_path, starts, rows, header="path,subject,condition,period,night,evening,lost"):
    for name, start in starts.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        begun = edfio.Recording(startdate=at(start).date())
        signal = edfio.EdfSignal(noise(100, 120, seed=ord(name[-5])), 100, label="EEG C4-M1", physical_dimension="uV")
        edfio.Edf([signal], recording=begun, starttime=at(start).time()).write(tmp_path / name)
    (tmp_path / "recordings.csv").write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    return tmp_path


def test_nights_are_found_by_their_evening(tmp_path):
    folder = folder_of(
        tmp_path,
        {"x.edf": "2025-03-02 00:40:00", "deep/y.edf": "2025-03-02 22:10:00", "z.edf": "2025-03-09 22:00:00"},
        [
            ",me,tea,1,1,2025-03-01,", ",me,none,2,1,2025-03-02,0", ",me,none,3,1,2025-03-03,forgot it",
            ",me,tea,4,1,2025-03-04,", "z.edf,me,tea,5,1,2025-03-05,",
        ],
    )  # fmt: skip
    found = find_nights(folder)
    nights = {night.details.period: night for night in found.nights}
    assert [nights[period].files[0].name for period in "125"] == ["x.edf", "y.edf", "z.edf"]
    assert [nights[period].layout for period in "12345"] == ["file", "file", "lost", "lost", "file"]
    assert nights["1"].details.cells() == {
        "subject": "me", "condition": "tea", "period": "1", "night": 1, "evening": "2025-03-01", "lost": "",
    }  # fmt: skip
    with pytest.raises(RecordingError, match="forgot it"):
        open_night(nights["3"])
    with pytest.raises(RecordingError, match="no recording begins on this evening"):
        open_night(nights["4"])


def test_evenings_to_come_are_no_nights(tmp_path):
    tomorrow = date.today() + timedelta(days=1)
    folder = folder_of(
        tmp_path, {"x.edf": "2025-03-01 23:40:00"}, [",me,tea,1,1,2025-03-01,", f",me,tea,2,1,{tomorrow},"]
    )
    assert [night.details.period for night in find_nights(folder).nights] == ["1"]


def test_a_recording_of_a_night_that_is_said_to_be_lost_is_not_measured(tmp_path):
    folder = folder_of(tmp_path, {"x.edf": "2025-03-01 23:40:00"}, [",me,tea,1,1,2025-03-01,battery"])
    (night,) = find_nights(folder).nights
    assert night.layout == "lost"


def test_two_recordings_of_one_evening_are_not_chosen_from(tmp_path):
    starts = {"x.edf": "2025-03-01 14:00:00", "y.edf": "2025-03-01 23:00:00"}
    folder = folder_of(tmp_path, starts, [",me,tea,1,1,2025-03-01,"])
    with pytest.raises(RecordingError, match="begin") as error:
        find_nights(folder)
    assert error.value.key == "path"
    folder_of(tmp_path, {}, ["y.edf,me,tea,1,1,2025-03-01,"])
    assert [night.files[0].name for night in find_nights(folder).nights] == ["y.edf"]


def test_an_evening_is_named_once(tmp_path):
    folder = folder_of(
        tmp_path, {"x.edf": "2025-03-01 23:00:00"}, [",me,tea,1,1,2025-03-01,", ",me,tea,2,1,01.03.2025,"]
    )
    with pytest.raises(RecordingError, match="both are the evening") as error:
        find_nights(folder)
    assert error.value.key == "evening"


@pytest.mark.parametrize("cell", ["3/1/2025", "2025-13-01", "yesterday", "20250301"])
def test_a_date_that_could_be_another_is_refused(cell, tmp_path):
    folder = folder_of(tmp_path, {}, [f",me,tea,1,1,{cell},"])
    with pytest.raises(RecordingError) as error:
        read_recordings_table(folder / "recordings.csv")
    assert error.value.key == "evening"


def test_a_table_without_files_or_evenings_is_refused(tmp_path):
    for header, row in (("subject,condition", "me,tea"), ("path,evening", ",")):
        (tmp_path / "recordings.csv").write_text(f"{header}\n{row}x\n".replace("x\n", "\n"), encoding="utf-8")
        with pytest.raises(RecordingError):
            read_recordings_table(tmp_path / "recordings.csv")


def test_scorings_are_found_by_their_evening(tmp_path):
    for k, start in enumerate(["2025-03-01 23:10:00", "2025-03-03 00:20:00"]):
        night = sm.simulate_hypnogram(k, hours=4).replace(start=at(start))
        sm.write_hypnogram(night, tmp_path / f"n{k}.csv")
    rows = [",me,tea,1,1,2025-03-01,", ",me,none,2,1,2025-03-02,", ",me,none,3,1,2025-03-03,flat"]
    folder_of(tmp_path, {}, rows)
    nights = find_scorings([tmp_path]).nights
    assert [(night.layout, night.details.period) for night in nights] == [("file", "1"), ("file", "2"), ("lost", "3")]
    assert [night.files[0].name for night in nights[:2]] == ["n0.csv", "n1.csv"]


def test_nights_of_an_export_over_a_change_of_clocks_are_those_of_their_evenings(tmp_path):
    """A nap, a night begun after midnight, and one whose bedtime comes twice that night; in the order of the table."""
    sleeps = [
        ("2026-10-26T00:40:00+01:00", "2026-10-26", "long_sleep", "4" + "2" * 72),
        ("2026-10-25T02:30:00+02:00", "2026-10-25", "long_sleep", "2" * 60 + "4"),
        ("2026-10-25T13:00:00+01:00", "2026-10-25", "late_nap", "2" * 12),
        ("2026-10-23T23:10:00+02:00", "2026-10-24", "long_sleep", "2" * 84),
    ]
    entries = [{"bedtime_start": a, "day": d, "type": t, "sleep_phase_5_min": p} for a, d, t, p in sleeps]
    (tmp_path / "oura.json").write_text(json.dumps({"sleep": entries}), encoding="utf-8")
    folder_of(tmp_path, {}, [f",me,tea,{i},1,2026-10-{day}," for i, day in enumerate((23, 24, 25), 1)])
    nights = find_scorings([tmp_path]).nights
    found = [Reading.told(night.details).read_all(night.files[0])[night.which] for night in nights]
    assert [night.details.period for night in nights] == ["1", "2", "3"]
    assert [int((one.stages > 0).sum()) * 5 for one in found] == [420, 300, 360]


def test_rows_with_a_file_are_none_of_these():
    assert nights_by_evening((), [], Path("recordings.csv")) == []


def test_a_lost_night_is_a_row_and_no_failure_of_the_batch(tmp_path, monkeypatch):
    from typer.testing import CliRunner

    from somnometry.cli import app

    night = sm.simulate_hypnogram(3, hours=4).replace(start=at("2025-03-01 23:10:00"))
    sm.write_hypnogram(night, tmp_path / "n.csv")
    folder_of(tmp_path, {}, [",me,tea,1,1,2025-03-01,", ",me,none,2,1,2025-03-02,forgot"])
    words = ["measure", "--scorings", str(tmp_path), "--out", str(tmp_path / "out"), "--no-figures"]
    assert CliRunner().invoke(app, words).exit_code == 0
    table = sm.read_nights(tmp_path / "out").sort_values("evening")
    assert table["status"].tolist() == ["ok", "failed"]
    assert "forgot" in table["error"].tolist()[1]
    assert table["evening"].tolist() == ["2025-03-01", "2025-03-02"]
    folder_of(tmp_path, {}, [",me,tea,1,1,2025-03-01,", ",me,none,2,1,2025-03-02,"])
    assert CliRunner().invoke(app, words).exit_code == 1
