"""Nights in processes: the same results as in one, and one that dies or hangs costs itself only."""

from functools import partial

import pytest

from somnometry import Settings, find_nights, measure
from somnometry.batch.measure import plan_batch, run_batch
from somnometry.batch.runners import in_processes, measured_by
from somnometry.batch.workers import CallRaisedError

from .small_nights import outputs_of, poisoned, rows_of, write_night, write_nights

PLAIN = Settings(figures=False)


def test_processes_give_what_one_gives(tmp_path):
    nights = write_nights(tmp_path / "in", 4)
    measure([nights], tmp_path / "one", PLAIN)
    measure([nights], tmp_path / "two", PLAIN, jobs=2)
    assert outputs_of(tmp_path / "one") == outputs_of(tmp_path / "two")


@pytest.mark.parametrize(
    ("poison", "timeout", "error"),
    [
        ("exit", None, "killed by SIGKILL; memory may have run out"),
        ("segfault", None, "killed by SIGSEGV"),
        ("endless", 3.0, "not done after 3 s"),
        ("memory", None, "more memory than there is"),
    ],
)
def test_a_poisonous_night_costs_itself_only(tmp_path, poison, timeout, error):
    nights = write_nights(tmp_path / "in", 4)
    write_night(nights / f"n01_{poison}.edf", seed=50)
    batch = plan_batch([nights], tmp_path / "out", PLAIN)
    run_batch(batch, partial(in_processes, jobs=2, timeout=timeout, measure=poisoned))
    rows = rows_of(tmp_path / "out")
    assert {name for name, row in rows.items() if row["status"] == "ok"} == {"n00", "n01", "n02", "n03"}
    assert error in rows[f"n01_{poison}"]["error"]
    assert rows[f"n01_{poison}"]["error"].startswith(f"n01_{poison}.edf: ")
    assert measure([nights], tmp_path / "out", PLAIN)[2]["status"] == "ok"  # tried again, as the environment's fault


@pytest.mark.parametrize(
    ("kind", "code"),
    [("OSError", "system"), ("PermissionError", "system"), ("KeyError", "unforeseen"), ("?", "unforeseen")],
)
def test_a_disk_that_takes_no_record_is_the_systems_fault(tmp_path, kind, code):
    class Refusing:
        def run(self, *_, **__):
            raise CallRaisedError(kind, "File too large")

    batch = plan_batch(find_nights(write_nights(tmp_path / "nights", 1)), tmp_path / "out", Settings(figures=False))
    record = measured_by(Refusing(), batch.tasks[0])
    assert (record.failure, record.passing) == (code, True)
    assert ("please report it" in record.row["error"]) is (code == "unforeseen")
