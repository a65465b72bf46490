"""The files of a schedule: they agree with each other, draw the same again, and never replace others."""

import csv
import tomllib
from datetime import date

import pytest

from somnometry import ClaimError, Schedule
from somnometry.batch.schedule_files import PERSON_FILES, write_allocation, write_person_schedule
from somnometry.core.allocation import Allocation
from somnometry.core.evenings import PersonSchedule

SCHEDULES = [
    Schedule("blocks", block=4, periods=21, seed=5),
    Schedule("complete", periods=12, seed=8),
    Schedule("phases", pattern="ABA", min_phase=3, periods=15, seed=2),
    Schedule("listed", orders=("ABBA", "BAAB"), periods=4, seed=2, looks=(2, 4)),
]


def rows_of(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("schedule", SCHEDULES, ids=lambda one: one.scheme)
def test_the_rule_that_is_kept_draws_the_order_of_the_table(schedule, tmp_path):
    plan = PersonSchedule(schedule, 'te"a\n', "none", date(2026, 3, 1), nights=2, run_in=3, washout=1)
    write_person_schedule(plan, tmp_path / "deep" / "study", ["alcohol"])
    folder = tmp_path / "deep" / "study"
    assert sorted(path.name for path in folder.iterdir()) == sorted(PERSON_FILES)
    kept = tomllib.loads((folder / "schedule.toml").read_text(encoding="utf-8"))
    assert Schedule(**kept["study"]["schedule"]) == schedule
    assert kept["evenings"]["treatment"] == 'te"a\n'
    first = [row for row in rows_of(folder / "schedule.csv") if row["period"] and row["night"] == "1"]
    assert "".join("A" if row["condition"] == "none" else "B" for row in first) == schedule.order
    entries = (folder / "schedule.ics").read_text(encoding="utf-8").count("BEGIN:VEVENT")
    assert entries == len(rows_of(folder / "schedule.csv")) == len(plan.evenings)


def test_a_trial_is_drawn_again_by_what_is_kept(tmp_path):
    allocation = Allocation((("a", "b"), ("b", "a")), 6, 3, (2, 4), ("north", "south"))
    write_allocation(allocation, tmp_path, "crossover")
    kept = tomllib.loads((tmp_path / "schedule.toml").read_text(encoding="utf-8"))["study"]["allocation"]
    rows = rows_of(tmp_path / "allocation.csv")
    assert Allocation(**kept) == allocation
    again = Allocation(**kept).drawn()
    assert [(row["subject"], row["period_1"], row["period_2"]) for row in rows] == [
        (one.subject, *one.sequence) for one in again
    ]


@pytest.mark.parametrize("name", PERSON_FILES)
def test_nothing_is_written_over(name, tmp_path):
    (tmp_path / name).write_text("mine")
    with pytest.raises(ClaimError, match="there is such a file already"):
        write_person_schedule(PersonSchedule(SCHEDULES[0], "tea", "none", date(2026, 3, 1)), tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == [name]
    assert (tmp_path / name).read_text() == "mine"
