"""Parts of a scoring: by clock, by seconds; lights and events go with them."""

import csv
import math
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from somnometry import Events, Hypnogram, HypnogramError, RecordingError, Settings, measure, write_hypnogram
from somnometry.core.events import Scoring
from somnometry.io.nights.recordings_csv import read_recordings_table
from somnometry.io.nights.scoring_part import scoring_part

NOON = datetime(2024, 5, 1, 12)
#: Noon to noon: awake, asleep from 23:00 to 6:00 in N2, awake.
DAY = Hypnogram([0] * 1320 + [2] * 840 + [0] * 720, start=NOON, lights_off=math.nan, lights_on=math.nan)


def details(tmp_path, **cells):
    table = tmp_path / "recordings.csv"
    with table.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, ["path", *cells])
        writer.writeheader()
        writer.writerow({"path": "n.csv", **cells})
    (row,) = read_recordings_table(table)
    return row.details


def test_a_night_of_a_day_by_the_clock(tmp_path):
    events = Events([100.0, 11.5 * 3600], [5.0, 9.0], ("early", "late"))
    part = scoring_part(Scoring(DAY, events), details(tmp_path, start="22:00", stop="07:00"), "n.csv")
    assert (part.hypnogram.start, part.hypnogram.n_epochs) == (datetime(2024, 5, 1, 22), 9 * 120)
    assert part.hypnogram.stages.tolist() == [0] * 120 + [2] * 840 + [0] * 120
    assert (part.events.kind, part.events.onset.tolist()) == (("late",), [1.5 * 3600])
    assert math.isnan(part.hypnogram.lights_off)


def test_a_clock_without_a_date_counts_too(tmp_path):
    scoring = Scoring(DAY.replace(start=None), clock=12 * 3600.0)
    part = scoring_part(scoring, details(tmp_path, start="22:00", stop="07:00"), "n.csv")
    assert (part.clock, part.hypnogram.start, part.hypnogram.n_epochs) == (22 * 3600, None, 9 * 120)


def test_without_any_clock_a_time_of_day_is_refused_and_seconds_are_not(tmp_path):
    scoring = Scoring(DAY.replace(start=None))
    with pytest.raises(RecordingError):
        scoring_part(scoring, details(tmp_path, start="22:00"), "n.csv")
    part = scoring_part(scoring, details(tmp_path, start="36000 s", stop="36300 s"), "n.csv")
    assert part.hypnogram.n_epochs == 10


def test_a_part_beyond_the_scoring_is_refused(tmp_path):
    with pytest.raises(HypnogramError) as refused:
        scoring_part(Scoring(DAY), details(tmp_path, start="90000 s"), "n.csv")
    assert (refused.value.place, refused.value.key) == ("n.csv", "start")


@given(cut=st.integers(1, 2879))
def test_two_parts_are_the_whole(tmp_path_factory, cut):
    folder = tmp_path_factory.mktemp("parts")
    events = Events([float(at) for at in range(0, 86400, 977)], [1.0] * 89, ("event",) * 89)
    first = scoring_part(Scoring(DAY, events), details(folder, stop=f"{30 * cut} s"), "n.csv")
    second = scoring_part(Scoring(DAY, events), details(folder, start=f"{30 * cut} s"), "n.csv")
    assert [*first.hypnogram.stages.tolist(), *second.hypnogram.stages.tolist()] == DAY.stages.tolist()
    onsets = [*first.events.onset.tolist(), *(30 * cut + second.events.onset).tolist()]
    assert onsets == events.onset.tolist()


@pytest.mark.parametrize(("off", "on", "kept"), [(3600, 50000, (0, 14000)), (40000, 90000, (4000, 25200 + 3600))])
def test_lights_beyond_the_part_are_its_borders(tmp_path, off, on, kept):
    scoring = Scoring(DAY.replace(lights_off=float(off), lights_on=float(min(on, 86400))))
    part = scoring_part(scoring, details(tmp_path, start="36000 s", stop="64800 s"), "n.csv").hypnogram
    assert (part.lights_off, part.lights_on) == kept


def test_two_nights_of_one_scoring_are_two_rows(tmp_path):
    (tmp_path / "in").mkdir()
    write_hypnogram(DAY.replace(stages=[2] * 1200 + [4] * 1680, scorer="Anna"), tmp_path / "in" / "n.csv")
    (tmp_path / "in" / "recordings.csv").write_text(
        "path,subject,condition,start,stop\nn.csv,A,x,12:00,22:00\nn.csv,A,y,22:00,\n", encoding="utf-8"
    )
    settings = Settings(scored=True, figures=False, lights="recording")
    rows = measure(find(tmp_path / "in"), tmp_path / "out", settings)
    assert [(row["condition"], row["tst"], row["rem_minutes"]) for row in rows] == [("x", 600, 0), ("y", 840, 840)]
    assert len({row["recording"] for row in rows}) == 2


def find(folder):
    from somnometry.io.nights.find_scorings import find_scorings

    return find_scorings([folder])
