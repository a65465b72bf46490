"""The files of one person's study: read back as they were meant, and judged as they are."""

import csv
import errno
from datetime import date
from pathlib import Path

import numpy as np
import pytest

import somnometry as sm
from somnometry import ClaimError, RecordingError, Schedule
from somnometry.batch.person_study import PersonStudy, write_person_study
from somnometry.claims.asked import asked_claim
from somnometry.claims.claims_file import read_claims
from somnometry.core.evenings import PersonSchedule
from somnometry.io.nights.recordings_csv import read_recordings_table

START = date(2026, 1, 5)
SCHEDULES = [
    Schedule("blocks", block=4, periods=21, seed=5),
    Schedule("complete", periods=13, seed=8),
    Schedule("phases", pattern="ABAB", min_phase=3, periods=24, seed=2),
]


def study_of(schedule, *claims, **options):
    plan = PersonSchedule(
        schedule, 'magne"sium', "nothing", START, nights=options.pop("nights", 1), run_in=2, washout=1
    )
    return PersonStudy(tuple(map(asked_claim, claims or ("tst",))), plan, "headband", **options)


def judged(folder, effect, sd=30.0):
    """Verdicts on a table made of recordings.csv, by numbers that numpy draws."""
    with (folder / "recordings.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    rng = np.random.default_rng(1)
    drug = read_claims(folder / "claims.toml").study.treatment
    for row in rows:
        row |= {"status": "ok", "tst": 400 + effect * (row["condition"] == drug) + sd * rng.normal()}
    return sm.judge_all(read_claims(folder / "claims.toml").study, rows)


@pytest.mark.parametrize("schedule", SCHEDULES, ids=lambda one: one.scheme)
def test_what_is_written_is_judged_unchanged(schedule, tmp_path):
    study = study_of(schedule, confounders=("alcohol", "Late shift"), covariates=("trend",))
    declared = write_person_study(study, tmp_path / "s")
    again = read_claims(tmp_path / "s" / "claims.toml")
    assert again.digest == declared.digest
    assert again.study.schedule == schedule
    assert (again.study.randomised, again.study.device, again.study.washout_nights) == (True, "headband", 1)
    rows = read_recordings_table(tmp_path / "s" / "recordings.csv")
    assert [row.details.period for row in rows] == [str(i) for i in range(1, schedule.periods + 1)]
    assert {*rows[0].details.more} == {"lost", "alcohol", "late_shift"}
    assert [row.details.condition for row in rows] == [
        {"A": "nothing", "B": 'magne"sium'}[letter] for letter in schedule.order
    ]
    (verdict,) = judged(tmp_path / "s", 120.0)
    assert verdict.outcome == "supported", verdict.explain()
    (verdict,) = judged(tmp_path / "s", -120.0)
    assert verdict.outcome == "contradicted", verdict.explain()


def test_another_seed_than_the_files_is_seen(tmp_path):
    write_person_study(study_of(SCHEDULES[0]), tmp_path)
    claims = tmp_path / "claims.toml"
    claims.write_text(claims.read_text(encoding="utf-8").replace("seed = 5", "seed = 6"), encoding="utf-8")
    with pytest.raises(ClaimError, match="drawn"):
        judged(tmp_path, 60.0)


def test_several_nights_of_a_period_are_rows(tmp_path):
    write_person_study(study_of(SCHEDULES[1], nights=3), tmp_path)
    rows = read_recordings_table(tmp_path / "recordings.csv")
    assert [(row.details.period, row.details.night) for row in rows[:4]] == [("1", 1), ("1", 2), ("1", 3), ("2", 1)]
    assert rows[3].details.evening == date(2026, 1, 5 + 2 + 3 + 1)


@pytest.mark.parametrize(
    "name", ["claims.toml", "recordings.csv", "schedule.toml", "schedule.ics", "schedule.html", "schedule.csv"]
)
def test_nothing_is_written_over(name, tmp_path):
    (tmp_path / name).write_text("mine")
    with pytest.raises(ClaimError, match="already"):
        write_person_study(study_of(SCHEDULES[0]), tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == [name]


@pytest.mark.parametrize(
    "names", [("tst",), ("lights off",), ("subjects",), ("evenings",), ("a", "A"), ("",), ("AHI",)]
)
def test_what_is_noted_is_called_as_nothing_else_is(names):
    with pytest.raises((ClaimError, RecordingError)):
        study_of(SCHEDULES[0], confounders=names)


def test_claims_that_contradict_each_other_write_nothing(tmp_path):
    with pytest.raises(ClaimError):
        write_person_study(study_of(SCHEDULES[0], "tst", "tst=-20"), tmp_path / "s")
    assert not (tmp_path / "s").exists()


@pytest.mark.parametrize("name", ["schedule.toml", "schedule.csv", "schedule.html", "recordings.csv", "claims.toml"])
def test_a_study_that_cannot_be_written_whole_can_be_begun_again(name, tmp_path, monkeypatch):
    replace = Path.replace

    def full(self, target):
        if Path(target).name == name:
            raise OSError(errno.ENOSPC, "No space left on device", str(self))
        return replace(self, target)

    schedule = Schedule("blocks", block=2, periods=20, seed=1)
    with monkeypatch.context() as patched:
        patched.setattr(Path, "replace", full)
        with pytest.raises(OSError, match="No space") as found:
            write_person_study(study_of(schedule), tmp_path)
    assert Path(found.value.filename).name == name
    assert not list(tmp_path.iterdir())
    write_person_study(study_of(schedule), tmp_path)
    before = {file.name: file.read_bytes() for file in tmp_path.iterdir()}
    with pytest.raises(ClaimError):
        write_person_study(study_of(schedule), tmp_path)
    assert {file.name: file.read_bytes() for file in tmp_path.iterdir()} == before
