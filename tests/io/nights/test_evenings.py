"""Rows of a table without a file: the night that begins on the evening, lost ones, and those that are to come."""

import json
from datetime import date, datetime, timedelta
from pathlib import Path, PurePath

import edfio
import pytest

import somnometry as sm
from somnometry import RecordingError
from somnometry.core.evenings import evening_of
from somnometry.io.nights.evenings import Begun, evening_findings, is_nap, nights_by_evening
from somnometry.io.nights.find import find_nights
from somnometry.io.nights.find_scorings import find_scorings
from somnometry.io.nights.night import Night, open_night
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
    starts = {"x.edf": "2025-03-01 22:00:00", "y.edf": "2025-03-01 23:00:00"}
    folder = folder_of(tmp_path, starts, [",me,tea,1,1,2025-03-01,"])
    with pytest.raises(RecordingError, match="begin") as error:
        find_nights(folder)
    assert error.value.key == "path"
    assert "x.edf | y.edf" in error.value.remedy
    folder_of(tmp_path, {}, ["y.edf,me,tea,1,1,2025-03-01,"])
    assert [night.files[0].name for night in find_nights(folder).nights] == ["y.edf"]


def test_two_scorings_of_one_evening_are_no_parts(tmp_path):
    for name in ("n.csv", "copy.csv"):
        sm.write_hypnogram(sm.simulate_hypnogram(3, hours=4).replace(start=at("2025-03-01 23:10:00")), tmp_path / name)
    folder_of(tmp_path, {}, [",me,tea,1,1,2025-03-01,"])
    with pytest.raises(RecordingError) as error:
        find_scorings([tmp_path])
    assert error.value.remedy == "name in 'path' which one it is"


def test_all_evenings_with_two_recordings_are_told_at_once(tmp_path):
    starts = {f"{name}.edf": f"2025-03-0{day} 2{hour}:00:00" for name, day, hour in
              (("a", 1, 2), ("b", 1, 3), ("c", 2, 2), ("d", 3, 1), ("e", 3, 3))}  # fmt: skip
    folder = folder_of(tmp_path, starts, [f",me,tea,{i},1,2025-03-0{i}," for i in (1, 2, 3)])
    with pytest.raises(RecordingError) as error:
        find_nights(folder)
    told = [error.value, *error.value.others]
    assert [one.place for one in told] == ["recordings.csv, row 2", "recordings.csv, row 4"]
    assert [one.remedy.rpartition(": ")[2] for one in told] == ["a.edf | b.edf", "d.edf | e.edf"]


@pytest.mark.parametrize(
    ("start", "hours", "is_one"),
    [
        ("2025-03-01 14:10", 0.75, True),
        ("2025-03-01 09:00", 1.5, True),
        ("2025-03-01 17:00", 2.99, True),
        ("2025-03-01 17:01", 2.99, False),  # ends after eight
        ("2025-03-01 13:00", 3.0, False),  # of somebody who sleeps by day
        ("2025-03-01 08:59", 1.0, False),  # of a night that went on
        ("2025-03-01 23:00", 1.0, False),
        ("2025-03-01 19:30", 6.0, False),
    ],
)
def test_a_nap_is_short_and_by_day(start, hours, is_one):
    assert is_nap(at(start), 3600 * hours) == is_one


def test_a_nap_is_no_night(tmp_path):
    """Neither beside the night of its evening nor in its place, unless a row names its file."""
    starts = {"x.edf": "2025-03-01 14:10:00", "y.edf": "2025-03-01 23:00:00", "z.edf": "2025-03-02 15:00:00"}
    rows = [",me,tea,1,1,2025-03-01,", ",me,none,2,1,2025-03-02,"]
    folder = folder_of(tmp_path, starts, rows)
    found = find_nights(folder)
    assert [(night.layout, night.files[0].name) for night in found.nights] == [
        ("file", "y.edf"), ("lost", "recordings.csv")
    ]  # fmt: skip
    left = {entry.path.name: entry for entry in found.left_out}
    assert {left[name].code for name in ("x.edf", "z.edf")} == {"not-listed"}
    assert all("a nap" in left[name].reason for name in ("x.edf", "z.edf"))
    folder_of(tmp_path, {}, [rows[0], "z.edf,me,none,2,1,2025-03-02,"])
    assert [night.files[0].name for night in find_nights(folder).nights] == ["z.edf", "y.edf"]


def test_what_went_on_after_nine_is_asked_for_and_no_nap(tmp_path):
    """A headband that fell off at seven and was put on again at nine."""
    whole = datetime(2025, 3, 1, 23), datetime(2025, 3, 2, 9, 30), datetime(2025, 3, 2, 11, 30)
    begun = [Begun(Night((Path(f"{k}.edf"),), PurePath(f"{k}")), start, 3600 * hours)
             for k, (start, hours) in enumerate(zip(whole, (8, 1, 0.4), strict=True))]  # fmt: skip
    (tmp_path / "recordings.csv").write_text("evening\n2025-03-01\n", encoding="utf-8")
    rows = read_recordings_table(tmp_path / "recordings.csv")
    with pytest.raises(RecordingError, match="begin") as error:
        nights_by_evening(rows, begun[:2], Path("recordings.csv"))
    assert error.value.key == "path"
    (night,) = nights_by_evening(rows, [begun[0], begun[2]], Path("recordings.csv"))
    assert night.files == (Path("0.edf"),)  # four and a half hours later it is a nap


def split(tmp_path, pause):
    """Two files of an evening, and one of the next; the pause between the two in seconds."""
    first = at("2025-03-01 23:58:00")
    starts = {"x.edf": f"{first}", "y.edf": f"{first + timedelta(seconds=120 + pause)}", "z.edf": "2025-03-02 23:58:00"}
    return folder_of(tmp_path, starts, [",me,tea,1,1,2025-03-01,", ",me,tea,2,1,2025-03-02,"])


@pytest.mark.parametrize("pause", [0, 1, 59, -1])
def test_what_a_recorder_split_is_one_night(pause, tmp_path):
    """At midnight, or anywhere: the second file goes on where the first ends, within a minute, of the same channels."""
    nights = find_nights(split(tmp_path, pause)).nights
    assert [[file.name for file in night.files] for night in nights] == [["x.edf", "y.edf"], ["z.edf"]]
    assert open_night(nights[0]).duration == 240 + pause


def test_a_recorder_that_never_stops_gives_a_night_for_each_evening(tmp_path):
    """Three files of a day each, one behind the other, as a recorder rolls them over at eight in the evening."""
    begun = [Begun(Night((tmp_path / f"{k}.edf",), PurePath(f"{k}.edf")), datetime(2025, 3, 1 + k, 20), 86_400.0,
                   channels=("EEG",)) for k in range(3)]  # fmt: skip
    (tmp_path / "recordings.csv").write_text("evening\n2025-03-01\n2025-03-02\n2025-03-03\n", encoding="utf-8")
    rows = read_recordings_table(tmp_path / "recordings.csv")
    nights = nights_by_evening(rows, begun, Path("recordings.csv"))
    assert [[file.name for file in night.files] for night in nights] == [["0.edf"], ["1.edf"], ["2.edf"]]


@pytest.mark.parametrize("pause", [61, -3])
def test_what_was_put_on_again_later_or_overlaps_is_asked_for(pause, tmp_path):
    with pytest.raises(RecordingError, match="begin"):
        find_nights(split(tmp_path, pause))


def test_another_channel_begun_where_the_first_file_ended_is_no_part_of_it(tmp_path):
    folder = folder_of(tmp_path, {"x.edf": "2025-03-01 23:58:00"}, [",me,tea,1,1,2025-03-01,"])
    other = edfio.EdfSignal(noise(100, 120, seed=5), 100, label="EEG Fpz", physical_dimension="uV")
    begun = edfio.Recording(startdate=date(2025, 3, 2))
    edfio.Edf([other], recording=begun, starttime=at("2025-03-02 00:00:00").time()).write(tmp_path / "y.edf")
    with pytest.raises(RecordingError, match="begin"):
        find_nights(folder)


def test_a_restart_of_one_file_per_channel_is_named_by_its_folders(tmp_path):
    for folder, start in (("night 1", "2025-03-01 22:30:00"), ("night 1b", "2025-03-01 22:40:00")):
        (tmp_path / folder).mkdir()
        for k, label in enumerate(("EEG L", "EEG R")):
            signal = edfio.EdfSignal(noise(100, 120, seed=k), 100, label=label, physical_dimension="uV")
            begun = edfio.Recording(startdate=at(start).date())
            edfio.Edf([signal], recording=begun, starttime=at(start).time()).write(tmp_path / folder / f"{label}.edf")
    folder_of(tmp_path, {}, [",me,tea,1,1,2025-03-01,"])
    with pytest.raises(RecordingError) as error:
        find_nights(tmp_path)
    cell = error.value.remedy.rpartition(": ")[2]
    assert cell == "night 1 | night 1b"
    folder_of(tmp_path, {}, [f"{cell},me,tea,1,1,2025-03-01,"])
    (night,) = find_nights(tmp_path).nights
    assert night.path == " | ".join(f"{one}/EEG {side}.edf" for one in ("night 1", "night 1b") for side in "LR")
    assert (night.name, night.place) == (cell, PurePath("night 1"))
    source = open_night(night)
    assert [channel.label for channel in source.channels] == ["EEG L", "EEG R"]
    assert (source.duration, source.gaps) == (720.0, ((120.0, 600.0),))


def test_a_file_of_another_evening_than_its_row_says_is_told(tmp_path):
    """Its row is followed, for recorders forget the date; who gave two nights each other's file reads it."""
    starts = {"x.edf": "2025-03-02 00:40:00", "z.edf": "2025-03-09 22:00:00"}
    folder = folder_of(tmp_path, starts, ["x.edf,me,tea,1,1,2025-03-01,", "z.edf,me,tea,2,1,2025-03-05,"])
    told = [[one.where for one in sm.read_recording(night).findings if one.code == "other-evening"]
            for night in find_nights(folder).nights]  # fmt: skip
    assert told == [[], ["recording"]]
    (finding,) = evening_findings(at("2025-03-09 22:00"), date(2025, 3, 5))
    assert "2025-03-09" in finding.what
    assert "2025-03-05" in finding.what
    assert evening_findings(None, date(2025, 3, 5)) == evening_findings(at("2025-03-09 22:00"), None) == ()


@pytest.mark.parametrize("kind", ["late_nap", "rest"])
def test_a_nap_of_a_ring_does_not_stand_for_a_night_that_is_missing(kind, tmp_path):
    """However late it is: the ring calls it a nap."""
    sleeps = [("2026-01-05T21:40:00+01:00", "2026-01-05", kind, "2" * 12),
              ("2026-01-06T23:10:00+01:00", "2026-01-07", "long_sleep", "2" * 84)]  # fmt: skip
    entries = [{"bedtime_start": a, "day": d, "type": t, "sleep_phase_5_min": p} for a, d, t, p in sleeps]
    (tmp_path / "oura.json").write_text(json.dumps({"sleep": entries}), encoding="utf-8")
    folder_of(tmp_path, {}, [f",me,tea,{i},1,2026-01-0{day}," for i, day in enumerate((5, 6), 1)])
    assert [night.layout for night in find_scorings([tmp_path]).nights] == ["lost", "file"]


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
    again = CliRunner().invoke(app, words)
    assert again.exit_code == 1, again.output
