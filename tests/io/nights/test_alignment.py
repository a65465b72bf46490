"""Scorings on the epochs of their recordings: shifts by hand, clocks without dates, other nights, lights."""

import math
from datetime import datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from somnometry import Events, Hypnogram, Recording, Scoring, Signal, read_scoring, write_hypnogram
from somnometry.io.nights.alignment import scoring_on_recording

START = datetime(2024, 5, 1, 22, 0)
HOURS = 960  # epochs of eight hours


def recording(epochs=HOURS, start=START):
    return Recording({"C4-M1": Signal(np.zeros(epochs * 30), 1.0)}, start=start)


def scored(stages=None, seconds=0.0, **known):
    stages = np.arange(HOURS) % 5 if stages is None else stages
    known = {"lights_off": math.nan, "lights_on": math.nan} | known
    return Scoring(Hypnogram(stages, start=START + timedelta(seconds=seconds), **known))


def codes(findings):
    return [finding.code for finding in findings]


def test_a_scoring_of_the_same_clock_is_as_it_was():
    placed, findings = scoring_on_recording(scored(), recording(), "n.txt")
    assert placed.hypnogram.stages.tolist() == [i % 5 for i in range(HOURS)]
    assert (placed.hypnogram.start, findings) == (START, ())


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [
        (12, [0, 1, 2, 3, -1, -1]),  # the midpoint, 15 s, is 3 s after the scorer's first epoch began
        (15, [0, 1, 2, 3, -1, -1]),  # an epoch has its beginning
        (16, [-1, 0, 1, 2, 3, -1]),
        (30, [-1, 0, 1, 2, 3, -1]),
        (-14, [0, 1, 2, 3, -1, -1]),
        (-15, [1, 2, 3, -1, -1, -1]),
        (-20, [1, 2, 3, -1, -1, -1]),
    ],
)
def test_an_epoch_has_the_stage_at_its_midpoint(seconds, expected):
    placed, findings = scoring_on_recording(scored([0, 1, 2, 3], seconds), recording(6), "n.txt")
    assert placed.hypnogram.stages.tolist() == expected
    assert codes(findings) == (["scoring-shifted", "scoring-cut"] if seconds <= -15 else ["scoring-shifted"])
    assert f"{abs(seconds)} s" in str(findings[0])


@pytest.mark.parametrize("seconds", [3600, -3600, 86400, -86400, 7200, 90000])
def test_a_clock_that_is_hours_or_days_off_is_refused_where_it_cannot_be(seconds):
    placed, findings = scoring_on_recording(scored(seconds=seconds), recording(), "n.txt")
    assert placed is None
    assert codes(findings) == ["scoring-elsewhere"]


def test_whole_hours_that_could_be_are_a_warning():
    placed, findings = scoring_on_recording(scored([2] * 100, 3600), recording(), "n.txt")
    assert [(finding.code, finding.severity) for finding in findings] == [("scoring-hours", "warning")]
    assert placed.hypnogram.stages.tolist() == [-1] * 120 + [2] * 100 + [-1] * 740


def test_a_scoring_longer_than_a_recording_that_was_cut_short_is_cut_with_it():
    placed, findings = scoring_on_recording(scored(), recording(400), "n.txt")
    assert (placed.hypnogram.n_epochs, codes(findings)) == (400, ["scoring-cut"])
    assert "560" in findings[0].what


def test_what_nobody_scored_is_not_cut():
    _, findings = scoring_on_recording(scored([*[2] * 400, *[-1] * 500]), recording(400), "n.txt")
    assert findings == ()


def test_a_part_of_what_was_scored_takes_its_part():
    night = recording(120, START + timedelta(hours=5))
    placed, findings = scoring_on_recording(scored(), night, "n.txt", part=True)
    assert placed.hypnogram.stages.tolist() == [i % 5 for i in range(600, 720)]
    assert codes(findings) == ["scoring-hours", "scoring-cut"]


@pytest.mark.parametrize(("clock", "first"), [("22:10:00", 20), ("01:00:00", 360), ("21:59:00", None)])
def test_a_clock_without_a_date_takes_the_day_of_the_recording(clock, first):
    hours, minutes, seconds = map(int, clock.split(":"))
    told = Hypnogram([3] * 480, lights_off=60.0, lights_on=math.nan)
    scoring = Scoring(told, Events([5.0], [1.0], ("arousal",)), clock=3600 * hours + 60 * minutes + seconds)
    placed, findings = scoring_on_recording(scoring, recording(), "n.annot")
    assert "scoring-day" in codes(findings)
    stages = placed.hypnogram.stages.tolist()
    if first is None:  # a minute before
        assert stages == [3] * 478 + [-1] * 482
        assert placed.hypnogram.lights_off == 0
    else:
        assert stages == [-1] * first + [3] * 480 + [-1] * (HOURS - 480 - first)
        assert placed.hypnogram.lights_off == 30 * first + 60
        assert placed.events.onset.tolist() == [30 * first + 5]
    assert placed.hypnogram.start == START


def test_the_date_of_files_without_one_is_none():
    told = Scoring(Hypnogram([2] * 960, start=datetime(1985, 1, 1, 22, 0)))
    placed, findings = scoring_on_recording(told, recording(), "n.edf")
    assert (placed.hypnogram.stages.tolist(), codes(findings)) == ([2] * 960, ["scoring-day"])


def test_an_edf_without_a_start_begins_with_the_recording(tmp_path):
    write_hypnogram(Hypnogram([0, 2, 2, 4]), tmp_path / "n.edf")
    placed, _ = scoring_on_recording(read_scoring(tmp_path / "n.edf"), recording(4), "n.edf")
    assert placed.hypnogram.stages.tolist() == [0, 2, 2, 4]


@pytest.mark.parametrize("missing", [2, 36, 300])
def test_rows_of_stages_whose_artefacts_were_cut_out_are_refused(missing):
    told = Scoring(Hypnogram([2] * (HOURS - missing)), timed=False)
    placed, findings = scoring_on_recording(told, recording(), "scorer_1.json")
    assert placed is None
    assert codes(findings)[-1] == "scoring-count"
    assert str(HOURS - missing) in findings[-1].what


@pytest.mark.parametrize("more", [-1, 0, 1])
def test_rows_of_stages_that_fit_begin_with_the_recording(more):
    told = Scoring(Hypnogram([2] * (HOURS + more)), timed=False)
    placed, findings = scoring_on_recording(told, recording(), "n.txt")
    assert codes(findings)[0] == "scoring-undated"
    assert placed.hypnogram.stages.tolist() == [2] * min(HOURS, HOURS + more) + [-1] * max(0, -more)


def test_seconds_of_the_recording_need_no_clock():
    told = Scoring(Hypnogram([2] * 10, lights_off=math.nan, lights_on=math.nan))
    placed, findings = scoring_on_recording(told, recording(), "n.tsv")
    assert (placed.hypnogram.stages[:11].tolist(), findings) == ([2] * 10 + [-1], ())


@pytest.mark.parametrize("timed", [True, False])
def test_a_recording_without_a_clock_gives_it_none(timed):
    told = Scoring(Hypnogram([2] * 960, start=START), timed=timed)
    placed, findings = scoring_on_recording(told, recording(start=None), "n.txt")
    assert (placed.hypnogram.start, codes(findings)) == (START, ["scoring-undated"])


def test_the_local_clock_of_a_zone_counts():
    zoned = datetime.fromisoformat("2024-05-01T22:00:30+02:00")
    placed, _ = scoring_on_recording(Scoring(Hypnogram([2] * 4, start=zoned)), recording(6), "n.json")
    assert placed.hypnogram.stages.tolist() == [-1, 2, 2, 2, 2, -1]


def test_lights_far_outside_are_dropped_and_those_nearby_are_the_ends():
    told = scored(lights_off=-100.0, lights_on=28800.0 + 301)
    placed, findings = scoring_on_recording(told, recording(), "n.edf")
    assert (placed.hypnogram.lights_off, math.isnan(placed.hypnogram.lights_on)) == (0.0, True)
    assert codes(findings) == ["scoring-lights"]
    placed, findings = scoring_on_recording(scored(lights_off=28900.0, lights_on=29000.0), recording(), "n.edf")
    assert math.isnan(placed.hypnogram.lights_off)
    assert codes(findings) == ["scoring-lights"]


def test_probabilities_go_with_their_epochs():
    told = Hypnogram([0, 2], start=START + timedelta(seconds=30), probabilities=[[1, 0, 0, 0, 0], [0, 0, 1, 0, 0]])
    placed, _ = scoring_on_recording(Scoring(told), recording(4), "n.csv")
    known = placed.hypnogram.probabilities
    assert np.isnan(known[[0, 3]]).all()
    assert known[1:3].tolist() == [[1, 0, 0, 0, 0], [0, 0, 1, 0, 0]]


@given(st.integers(-200, 200), st.integers(1, 40), st.integers(1, 40), st.sampled_from([5, 10, 20, 30]))
def test_every_epoch_is_that_of_its_midpoint(seconds, n_scored, n_recorded, epoch):
    told = Scoring(Hypnogram(np.arange(n_scored) % 5, epoch=epoch, start=START + timedelta(seconds=seconds)))
    night = Recording({"C4": Signal(np.zeros(n_recorded * epoch), 1.0)}, start=START)
    placed, findings = scoring_on_recording(told, night, "n.txt")
    expected = []
    for i in range(n_recorded):
        middle = (2 * i + 1) * epoch / 2 - seconds
        inside = [k for k in range(n_scored) if k * epoch <= middle < (k + 1) * epoch]
        expected.append(inside[0] % 5 if inside else -1)
    if placed is None:
        assert expected == [-1] * n_recorded
        assert codes(findings) == ["scoring-elsewhere"]
    else:
        assert placed.hypnogram.stages.tolist() == expected
