"""A batch goes on where it was ended: what is done is not done again, what has changed is."""

import errno
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from somnometry import RecordingError, Settings, measure, read_nights
from somnometry.batch import measure as measuring
from somnometry.batch import one_night, settings
from somnometry.batch.measure import plan_batch, run_batch
from somnometry.batch.records import Input, Record, read_records, record_file, write_record
from somnometry.batch.runners import here
from somnometry.core.finding import Finding

from .small_nights import outputs_of, rows_of, write_night, write_nights

PLAIN = Settings(figures=False)
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def measured(monkeypatch):
    """Names of the nights that were really measured."""
    names, real = [], one_night._measured

    def counted(task, *rest):
        names.append(task.name)
        return real(task, *rest)

    monkeypatch.setattr(one_night, "_measured", counted)
    return names


# ------------------------------------------------------------------------------------------------- what is done again
def test_a_second_call_measures_nothing_and_gives_the_same_rows(tmp_path, measured):
    nights, out = write_nights(tmp_path / "in", 3), tmp_path / "out"
    first = measure([nights], out, PLAIN)
    before = outputs_of(out)
    second = measure([nights], out, PLAIN)
    assert measured == ["n00", "n01", "n02"]
    assert [row["recording"] for row in second] == [row["recording"] for row in first]
    assert outputs_of(out) == before


def test_another_content_is_measured_again_and_another_time_of_the_file_is_not(tmp_path, measured):
    nights, out = write_nights(tmp_path / "in", 3), tmp_path / "out"
    measure([nights], out, PLAIN)
    measured.clear()
    os.utime(nights / "n01.edf", (1, 1))
    measure([nights], out, PLAIN)
    assert measured == []
    content = bytearray((nights / "n02.edf").read_bytes())
    content[-3] ^= 0xFF
    (nights / "n02.edf").write_bytes(content)
    measure([nights], out, PLAIN)
    assert measured == ["n02"]


def test_another_version_of_the_package_measures_again(tmp_path, measured, monkeypatch):
    nights, out = write_nights(tmp_path / "in", 1), tmp_path / "out"
    measure([nights], out, PLAIN)
    monkeypatch.setattr(one_night, "of_this_version", lambda: {**settings.of_this_version(), "somnometry": "9.9"})
    measure([nights], out, PLAIN)
    assert measured == ["n00", "n00"]


def test_force_measures_again(tmp_path, measured):
    nights, out = write_nights(tmp_path / "in", 2), tmp_path / "out"
    measure([nights], out, PLAIN)
    measure([nights], out, PLAIN, force=True)
    assert measured == ["n00", "n01"] * 2


def test_a_lost_output_is_made_again(tmp_path, measured):
    nights, out = write_nights(tmp_path / "in", 2), tmp_path / "out"
    measure([nights], out, PLAIN)
    (out / "hypnograms" / "n01.csv").unlink()
    measure([nights], out, PLAIN)
    assert measured == ["n00", "n01", "n01"]
    assert (out / "hypnograms" / "n01.csv").exists()


@pytest.mark.parametrize("damage", [b"", b"{", b'{"schema": 1}', b"\xff\xfe"], ids=["empty", "cut", "bare", "binary"])
def test_a_damaged_record_is_measured_again(tmp_path, measured, damage):
    nights, out = write_nights(tmp_path / "in", 1), tmp_path / "out"
    measure([nights], out, PLAIN)
    (out / "records" / "n00.json").write_bytes(damage)
    measure([nights], out, PLAIN)
    assert measured == ["n00", "n00"]
    assert rows_of(out)["n00"]["status"] == "ok"


@pytest.mark.parametrize(
    "wrong",
    [
        {"night": "../../elsewhere"}, {"night": "n01"}, {"night": 5}, {"settings": []},
        {"settings": {"age": float("inf")}}, {"outputs": [5]},
        {"failure": 0}, {"passing": "no"}, {"row": {"tst": [1]}}, {"row": []}, {"findings": [{"code": "x"}]},
        {"findings": [{"code": "x", "severity": "grave", "where": "", "what": "", "remedy": ""}]},
        {"findings": [{"code": "x", "severity": "note", "where": 5, "what": "", "remedy": ""}]},
        {"input": {"source_id": "a", "size": "4", "stamps": [1, 2], "sha256": "b"}},
        {"input": {"source_id": None, "size": 4, "stamps": [1, 2], "sha256": "b"}},
        {"input": {"source_id": "a", "size": 4, "stamps": ["1"], "sha256": "b"}},
    ],
    ids=str,
)  # fmt: skip
def test_a_record_whose_values_are_of_other_kinds_is_none(tmp_path, wrong):
    """A name in it would be that of files that are written, also outside the folder."""
    given = Input("a", 4, (1, 2), "b")
    findings = (Finding("slow-emg", "note", "EMG", "slow"),)
    record = Record("n00", {"tst": float("nan"), "sol": float("inf")}, given, {"age": 3}, ("a.csv",), findings=findings)
    write_record(tmp_path, record)
    file = record_file(tmp_path, "n00")
    (read,) = read_records(tmp_path)
    assert (read.night, read.input, read.findings, read.settings) == ("n00", given, findings, {"age": 3})
    file.write_text(json.dumps({**json.loads(file.read_text()), **wrong}))
    assert list(read_records(tmp_path)) == []


def test_a_record_of_a_later_layout_is_refused_by_name(tmp_path):
    nights, out = write_nights(tmp_path / "in", 1), tmp_path / "out"
    measure([nights], out, PLAIN)
    record = json.loads((out / "records" / "n00.json").read_text())
    (out / "records" / "n00.json").write_text(json.dumps({**record, "schema": 99}))
    with pytest.raises(RecordingError, match=r"n00\.json: .*layout 99.*--force"):
        measure([nights], out, PLAIN)


def test_a_night_that_cannot_be_measured_is_not_tried_again_until_it_changes(tmp_path, measured):
    nights, out = write_nights(tmp_path / "in", 1), tmp_path / "out"
    write_night(nights / "short.edf", seconds=20)
    for _ in range(2):
        rows = measure([nights], out, PLAIN)
        assert [row["status"] for row in rows] == ["ok", "failed"]
    assert measured == ["n00", "short"]
    write_night(nights / "short.edf", seconds=60)
    assert [row["status"] for row in measure([nights], out, PLAIN)] == ["ok", "ok"]


# --------------------------------------------------------------------------------------------- who and where it is
def test_what_is_said_of_a_night_is_taken_over_without_measuring(tmp_path, measured):
    nights, out = write_nights(tmp_path / "in", 2), tmp_path / "out"
    (nights / "recordings.csv").write_text("path,subject,condition\nn00.edf,A,placebo\nn01.edf,B,active\n")
    measure([nights], out, PLAIN)
    (nights / "recordings.csv").write_text("path,subject,condition\nn00.edf,A,active\nn01.edf,B,placebo\n")
    measure([nights], out, PLAIN)
    assert measured == ["n00", "n01"]
    assert read_nights(out / "nights.csv")["condition"].tolist() == ["active", "placebo"]


def test_lights_that_are_said_anew_are_measured_again(tmp_path, measured):
    nights, out = write_nights(tmp_path / "in", 1), tmp_path / "out"
    (nights / "recordings.csv").write_text("path,lights_off\nn00.edf,22:30:10\n")
    measure([nights], out, PLAIN)
    (nights / "recordings.csv").write_text("path,lights_off\nn00.edf,22:30:40\n")
    measure([nights], out, PLAIN)
    assert measured == ["n00", "n00"]
    assert rows_of(out)["n00"]["lights_off_seconds"] == "40.0"


def test_a_folder_that_was_moved_keeps_its_nights(tmp_path, measured):
    nights, out = write_nights(tmp_path / "in", 3), tmp_path / "out"
    measure([nights], out, PLAIN)
    shutil.move(nights, tmp_path / "elsewhere")
    measure([tmp_path / "elsewhere"], out, PLAIN)
    assert list(rows_of(out)) == ["n00", "n01", "n02"]
    assert measured == ["n00", "n01", "n02"]


def test_no_night_stands_twice_where_records_are_lost_and_files_moved_and_renamed(tmp_path):
    nights, out = write_nights(tmp_path / "in", 2), tmp_path / "out"
    measure([nights], out, PLAIN)
    before = rows_of(out)
    shutil.rmtree(out / "records")
    shutil.move(nights, tmp_path / "elsewhere")
    (tmp_path / "elsewhere" / "n01.edf").rename(tmp_path / "elsewhere" / "other.edf")
    shutil.move(out, tmp_path / "there")
    for _ in range(2):
        measure([tmp_path / "elsewhere"], tmp_path / "there", PLAIN)
        after = rows_of(tmp_path / "there")
        assert [(name, row["content_id"]) for name, row in after.items()] == [
            (name, row["content_id"]) for name, row in before.items()
        ]
        assert [row["file"] for row in after.values()] == ["n00.edf", "other.edf"]
    measure([tmp_path / "elsewhere"], tmp_path / "there", PLAIN)
    (tmp_path / "elsewhere" / "other.edf").rename(tmp_path / "elsewhere" / "third.edf")
    measure([tmp_path / "elsewhere"], tmp_path / "there", PLAIN)  # done, and told where it lies now
    assert [row["file"] for row in rows_of(tmp_path / "there").values()] == ["n00.edf", "third.edf"]


def test_two_recordings_of_one_name_never_share_a_result(tmp_path):
    out = tmp_path / "out"
    for person in ("s1", "s2"):
        (tmp_path / person).mkdir()
        write_night(tmp_path / person / "night.edf", seed=ord(person[1]), seconds=60 + 30 * int(person[1]))
        measure([tmp_path / person], out, PLAIN)
    minutes = {name: float(row["recorded_minutes"]) for name, row in rows_of(out).items()}
    assert minutes == {"night": 1.5, "s2_night": 2}


def test_rows_of_a_folder_without_records_are_kept(tmp_path):
    nights, out = write_nights(tmp_path / "in", 2), tmp_path / "out"
    measure([nights], out, PLAIN)
    before = rows_of(out)
    shutil.rmtree(out / "records")
    (nights / "n00.edf").unlink()
    measure([nights], out, PLAIN)
    after = rows_of(out)
    assert list(after) == ["n00", "n01"]
    assert after["n00"] == before["n00"]


# ------------------------------------------------------------------------------------------- parts, people, at once
def test_parts_measure_every_night_once(tmp_path, measured):
    nights, out = write_nights(tmp_path / "in", 5), tmp_path / "out"
    for k in (1, 2, 3):
        measure([nights], out, PLAIN, part=(k, 3))
    assert sorted(measured) == sorted(rows_of(out)) == [f"n{i:02d}" for i in range(5)]


@pytest.mark.parametrize("part", [(0, 3), (4, 3), (1, 0)])
def test_a_part_that_is_none_is_refused(tmp_path, part):
    with pytest.raises(RecordingError, match="there is no part"):
        measure([write_nights(tmp_path / "in", 1)], tmp_path / "out", PLAIN, part=part)


def test_nights_of_one_person(tmp_path):
    nights = write_nights(tmp_path / "in", 3)
    (nights / "recordings.csv").write_text("path,subject\nn00.edf,A\nn01.edf,B\nn02.edf,A\n")
    rows = measure([nights], tmp_path / "out", PLAIN, subjects=["A"])
    assert [row["recording"] for row in rows] == ["n00", "n02"]
    with pytest.raises(RecordingError, match="no night is of subject 'C'; there are A, B"):
        measure([nights], tmp_path / "out", PLAIN, subjects=["C"])


def test_a_time_limit_needs_a_process(tmp_path):
    with pytest.raises(RecordingError, match="jobs"):
        measure([write_nights(tmp_path / "in", 1)], tmp_path / "out", PLAIN, timeout=1)


def test_fail_fast_stops_at_the_first_failure(tmp_path, measured):
    nights = write_nights(tmp_path / "in", 2)
    write_night(nights / "a_short.edf", seconds=20)
    rows = measure([nights], tmp_path / "out", PLAIN, fail_fast=True)
    assert [(row["recording"], row["status"]) for row in rows] == [("a_short", "failed")]
    assert measured == ["a_short"]


def test_a_passing_fault_does_not_destroy_a_good_result(tmp_path, monkeypatch):
    nights, out = write_nights(tmp_path / "in", 1), tmp_path / "out"
    measure([nights], out, PLAIN)
    before = rows_of(out)

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(one_night, "write_hypnogram", full)
    (row,) = measure([nights], out, PLAIN, force=False)
    assert row["status"] == "ok"
    (nights / "n00.edf").touch()
    monkeypatch.setattr(one_night, "of_this_version", lambda: {"somnometry": "9.9"})
    (row,) = measure([nights], out, PLAIN)
    assert row["error"] == "n00.edf: No space left on device; make room, and measure again"
    assert rows_of(out) == before


@pytest.mark.parametrize(
    ("number", "helps"),
    [(errno.ENOSPC, "make room"), (errno.EFBIG, "make room"), (errno.EROFS, "allow it"), (errno.EACCES, "allow it")],
)
def test_a_fault_between_two_nights_names_the_file_and_costs_no_other_night(tmp_path, monkeypatch, number, helps):
    nights, out = write_nights(tmp_path / "in", 3), tmp_path / "out"
    replace = Path.replace

    def unwritable(self, target):
        if Path(target).parent.name == "hypnograms" and "n01" in Path(target).name:
            raise OSError(number, os.strerror(number), str(self), None, str(target))
        return replace(self, target)

    with monkeypatch.context() as patched:
        patched.setattr(Path, "replace", unwritable)
        rows = measure([nights], out, PLAIN)
    assert [row["status"] for row in rows] == ["ok", "failed", "ok"]
    assert rows[1]["error"].startswith(f"n01.edf: hypnograms/n01.csv cannot be written ({os.strerror(number)}); ")
    assert helps in rows[1]["error"]
    assert not list(out.rglob(".part-*"))
    assert not (out / "hypnograms" / "n01.csv").exists()
    assert [row["status"] for row in measure([nights], out, PLAIN)] == ["ok"] * 3


BATCH = """
import sys
from functools import partial
from somnometry import Settings
from somnometry.batch.measure import plan_batch, run_batch
from somnometry.batch.runners import here
sys.path.insert(0, {root!r})
from tests.batch.small_nights import slow
batch = plan_batch([{nights!r}], {out!r}, Settings(figures=False))
run_batch(batch, partial(here, measure=slow))
"""


def start(nights, out):
    code = BATCH.format(root=str(ROOT), nights=str(nights), out=str(out))
    return subprocess.Popen([sys.executable, "-c", code], stderr=subprocess.PIPE)


@pytest.mark.parametrize("n", [6, pytest.param(50, marks=pytest.mark.acceptance)])
def test_two_batches_at_once_share_the_nights(tmp_path, n):
    nights, out = write_nights(tmp_path / "in", n), tmp_path / "out"
    both = [start(nights, out) for _ in range(2)]
    assert [process.wait() for process in both] == [0, 0], [process.stderr.read() for process in both]
    for process in both:
        process.stderr.close()
    rows = rows_of(out)
    assert list(rows) == [f"n{i:02d}" for i in range(n)]
    assert {row["status"] for row in rows.values()} == {"ok"}
    assert len(list((out / "hypnograms").glob("*.csv"))) == n


def test_a_batch_waits_for_what_another_is_measuring(tmp_path, measured):
    nights, out = write_nights(tmp_path / "in", 2), tmp_path / "out"
    other = start(nights, out)
    while not list(out.glob("records/n00.json")):
        time.sleep(0.02)
    rows = measure([nights], out, PLAIN)
    assert other.wait() == 0
    other.stderr.close()
    assert [row["status"] for row in rows] == ["ok", "ok"]


@pytest.mark.parametrize("n_kills", [3, pytest.param(20, marks=pytest.mark.acceptance)])
def test_killed_at_any_moment_it_ends_as_if_undisturbed(tmp_path, n_kills):
    nights, out = write_nights(tmp_path / "in", 4), tmp_path / "out"
    measure([nights], tmp_path / "undisturbed", PLAIN)
    rng = random.Random(n_kills)
    for _ in range(n_kills):
        process = start(nights, out)
        time.sleep(rng.uniform(0.3, 3.0))
        process.send_signal(signal.SIGKILL)
        process.wait()
        process.stderr.close()
        for kind in ("hypnograms/*.csv", "records/*.json"):
            for file in out.glob(kind):
                assert file.read_bytes().endswith(b"\n"), file
    measure([nights], out, PLAIN)
    assert outputs_of(out) == outputs_of(tmp_path / "undisturbed")


def test_an_interruption_leaves_the_rows_of_what_is_done(tmp_path):
    nights, out = write_nights(tmp_path / "in", 3), tmp_path / "out"

    def interrupted(record):
        if record.night == "n01":
            raise KeyboardInterrupt

    batch = plan_batch([nights], out, PLAIN)
    with pytest.raises(KeyboardInterrupt):
        run_batch(batch, here, progress=interrupted)
    assert list(rows_of(out)) == ["n00", "n01"]
    assert measuring.measure([nights], out, PLAIN)[2]["status"] == "ok"
