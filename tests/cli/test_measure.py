"""`somnometry measure`: what it writes, prints and leaves with."""

import csv
import signal
import subprocess
import sys
import time

import mne
import pytest

from somnometry import Hypnogram, write_hypnogram
from somnometry.batch import measure as batch

from ..batch.small_nights import rows_of, write_night, write_nights


@pytest.fixture
def nights(tmp_path):
    return write_nights(tmp_path / "in", 3)


def test_nights_are_measured_and_then_done(run, nights, tmp_path):
    first = run("measure", nights, "--out", tmp_path / "out", "--no-figures")
    assert first.exit_code == 0, first.output
    assert "3 of 3 nights measured" in first.output
    second = run("measure", nights, "--out", tmp_path / "out", "--no-figures")
    assert second.exit_code == 0
    assert "3 of 3 nights measured, 3 of them before" in second.output


def test_a_failed_night_is_a_row_and_code_1(run, nights, tmp_path):
    write_night(nights / "short.edf", seconds=20)
    result = run("measure", nights, "--out", tmp_path / "out", "--no-figures")
    assert result.exit_code == 1
    assert "short failed: short.edf: 20 s of signal" in result.output
    assert rows_of(tmp_path / "out")["short"]["status"] == "failed"


def test_a_dry_run_says_what_would_be_done_and_writes_nothing(run, nights, tmp_path):
    result = run("measure", nights, "--out", tmp_path / "out", "--dry-run")
    assert result.exit_code == 0
    assert result.output.splitlines()[-1] == "3 of 3 nights would be measured"
    assert not (tmp_path / "out").exists()
    run("measure", nights / "n01.edf", "--out", tmp_path / "out", "--no-figures")
    again = run("measure", nights, "--out", tmp_path / "out", "--no-figures", "--dry-run")
    assert [line.split()[:2] for line in again.output.splitlines()[:3]] == [
        ["measure", "n00"],
        ["done", "n01"],
        ["measure", "n02"],
    ]
    hidden = run("measure", nights, "--out", tmp_path / "new", "--pseudonymise", "--dry-run").output.splitlines()
    assert [line.split()[0] for line in hidden[:3]] == ["measure"] * 3
    assert not [line for line in hidden if "n0" in line]


def test_slices_and_people(run, nights, tmp_path):
    with (nights / "recordings.csv").open("w", newline="") as file:
        csv.writer(file).writerows([("path", "subject"), ("n00.edf", "A"), ("n01.edf", "B"), ("n02.edf", "A")])
    assert run("measure", nights, "--out", tmp_path / "a", "--no-figures", "--subject", "A").exit_code == 0
    assert list(rows_of(tmp_path / "a")) == ["n00", "n02"]
    assert run("measure", nights, "--out", tmp_path / "b", "--no-figures", "--slice", "2/3").exit_code == 0
    assert list(rows_of(tmp_path / "b")) == ["n01"]


def test_a_pattern_that_the_shell_left_is_expanded(run, nights, tmp_path):
    result = run("measure", nights / "n0[12].edf", "--out", tmp_path / "out", "--no-figures")
    assert result.exit_code == 0, result.output
    assert list(rows_of(tmp_path / "out")) == ["n01", "n02"]


def test_options_of_a_file_count_and_those_of_the_line_win(run, nights, tmp_path):
    (tmp_path / "options.toml").write_text('figures = false\nlights = "recording"\nmax-unscored = 0.5\n')
    words = ("measure", nights / "n00.edf", "--out", tmp_path / "out", "--config", tmp_path / "options.toml")
    assert run(*words).exit_code == 0
    assert not (tmp_path / "out" / "figures").exists()
    assert rows_of(tmp_path / "out")["n00"]["lights_off_seconds"] == "0.0"
    with (tmp_path / "options.toml").open("a") as file:
        file.write('slice = "1/1"\n')  # the long name is the option's, whatever ours is
    assert run(*words, "--lights", "markers").exit_code == 0
    assert rows_of(tmp_path / "out")["n00"]["lights_off_seconds"] == ""


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("figurs = false", "figures"),
        ("figurs = false\njobz = 2", "jobs"),
        ("figures = ", "not TOML"),
        ("lights = 3", "lights"),
    ],
    ids=["misspelt", "misspelt twice", "no TOML", "no choice"],
)
def test_a_wrong_file_of_options_is_named(run, nights, tmp_path, text, word):
    (tmp_path / "options.toml").write_text(text)
    result = run("measure", nights, "--out", tmp_path / "out", "--config", tmp_path / "options.toml")
    assert result.exit_code == 2
    assert word in result.output
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    "words",
    [
        ("--jobs", "0"),
        ("--jobs", "many"),
        ("--slice", "4/3"),
        ("--slice", "1"),
        ("--slice", "1/" + "9" * 5000),
        ("--jobs", "1" * 5000),
        ("--timeout", "0"),
    ],
    ids=lambda words: " ".join(words)[:20],
)
def test_wrong_words_leave_with_2(run, nights, tmp_path, words):
    assert run("measure", nights, "--out", tmp_path / "out", *words).exit_code == 2


@pytest.mark.parametrize(("words", "threads"), [((), None), (("--threads", "1"), 1), (("--threads", "3"), 3)])
def test_nights_get_as_many_threads_as_were_asked_for(run, nights, tmp_path, monkeypatch, words, threads):
    settings, plan = [], batch.plan_batch
    monkeypatch.setattr(batch, "plan_batch", lambda *words, **more: settings.append(words[2]) or plan(*words, **more))
    assert run("measure", nights, "--out", tmp_path / "out", "--dry-run", *words).exit_code == 0
    assert [one.threads for one in settings] == [threads]


def test_a_log_file_has_a_line_for_each_night(run, nights, tmp_path):
    write_night(nights / "short.edf", seconds=20)
    run("measure", nights, "--out", tmp_path / "out", "--no-figures", "--quiet", "--log-file", tmp_path / "log")
    lines = sorted((tmp_path / "log").read_text().splitlines())
    assert [line.split()[:2] for line in lines] == [
        ["n00", "measured"],
        ["n01", "measured"],
        ["n02", "measured"],
        ["short", "failed:"],
    ]


def test_scorings_are_measured_as_they_are(run, tmp_path):
    scored = tmp_path / "scored"
    scored.mkdir()
    night = Hypnogram([0, 0, 1, 2, 2, 2, 3, 4, 4, 0], scorer="Anna")
    write_hypnogram(night, scored / "n1.csv")
    write_hypnogram(night.replace(stages=[0, 2, 2, 2, 2, 2, 2, 2, 2, 0]), scored / "n2.csv")
    (scored / "notes.txt").write_text("nothing scored here")
    result = run("measure", "--scorings", scored, "--out", tmp_path / "out", "--no-figures")
    assert result.exit_code == 0, result.output
    rows = rows_of(tmp_path / "out")
    assert {name: row["model"] for name, row in rows.items()} == {"n1": "Anna", "n2": "Anna"}
    assert {name: float(row["tst"]) for name, row in rows.items()} == {"n1": 3.5, "n2": 4.0}  # 7 and 8 epochs of 30 s
    assert (tmp_path / "out" / "left_out.csv").read_text().count("notes.txt") == 1


def test_a_folder_of_integers_is_measured_with_its_table(run, tmp_path):
    scored = tmp_path / "scored"
    scored.mkdir()
    (scored / "n1.txt").write_text("0\n2\n5\n5\n0\n")  # R is 5
    (scored / "n2.txt").write_text("5\n2\n4\n4\n5\n")  # W is 5, R is 4
    (scored / "recordings.csv").write_text(
        "path,subject,condition,coding,epoch,lights_off,lights_on\n"
        "n1.txt,A,active,fasst_isruc_spisop_sleeptrip,,30 s,150 s\nn2.txt,B,placebo,dreams_aasm,60,0 s,300 s\n"
    )
    result = run("measure", "--scorings", scored, "--out", tmp_path / "out", "--no-figures")
    assert result.exit_code == 0, result.output
    rows = rows_of(tmp_path / "out")
    assert {name: (row["subject"], row["condition"]) for name, row in rows.items()} == {
        "n1": ("A", "active"), "n2": ("B", "placebo"),
    }  # fmt: skip
    assert {name: float(row["rem_minutes"]) for name, row in rows.items()} == {"n1": 1, "n2": 2}
    assert {name: float(row["trt"]) for name, row in rows.items()} == {"n1": 2, "n2": 5}
    assert "lights-given" in rows["n1"]["findings"]


def test_one_coding_for_all_is_an_option(run, tmp_path):
    (tmp_path / "n1.txt").write_text("0\n2\n5\n5\n0\n")
    refused = run("measure", "--scorings", tmp_path, "--out", tmp_path / "no", "--no-figures", "--coding", "isruk")
    assert refused.exit_code == 2
    result = run("measure", "--scorings", tmp_path, "--out", tmp_path / "out", "--no-figures", "--format", "isruc",
                 "--lights", "recording")  # fmt: skip
    assert result.exit_code == 0, result.output
    assert float(rows_of(tmp_path / "out")["n1"]["rem_minutes"]) == 1


def test_recordings_and_scorings_are_not_measured_at_once(run, nights, tmp_path):
    both = run("measure", nights, "--scorings", nights, "--out", tmp_path / "out")
    neither = run("measure", "--out", tmp_path / "out")
    assert (both.exit_code, neither.exit_code) == (2, 2)


def heeds_ctrl_c():
    """Take Ctrl-C as in a terminal: processes that a shell starts in the background ignore it, and so do their own."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def test_ctrl_c_says_how_many_are_done_and_what_goes_on(tmp_path):
    nights = write_nights(tmp_path / "in", 40)  # more than are done before the signal comes
    words = ["measure", str(nights), "--out", str(tmp_path / "out"), "--jobs", "1", "--no-figures"]
    process = subprocess.Popen(
        [sys.executable, "-m", "somnometry", *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        preexec_fn=heeds_ctrl_c,
    )  # fmt: skip
    done = tmp_path / "out" / "hypnograms"
    while process.poll() is None and len(list(done.glob("*.csv"))) < 2:
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 130, errors
    said = " ".join(errors.split())
    assert "of 40 nights are done; go on with: somnometry measure" in said
    assert 1 <= len(rows_of(tmp_path / "out")) < 40  # the second night may lack its record yet


@pytest.mark.real_data
@pytest.mark.parametrize("margin", [30, 60])
def test_nights_of_sleep_edf_from_noon_to_noon_are_measured_around_sleep(run, shared, tmp_path, margin):
    folder = shared / "data" / "sleep_edf_sc"
    files = sorted(folder.glob("*-Hypnogram.edf"))
    result = run("measure", "--scorings", folder, "--out", tmp_path / "out", "--no-figures", "--lights", "sleep",
                 "--margin", str(margin))  # fmt: skip
    assert result.exit_code == 0, result.output
    rows = rows_of(tmp_path / "out")
    assert rows.keys() == {file.stem for file in files}
    for file in files:
        marks = [(mark["onset"], mark["onset"] + mark["duration"], str(mark["description"])[-1])
                 for mark in mne.read_annotations(file)]  # fmt: skip
        asleep = [(a, b) for a, b, stage in marks if stage in "1234R"]
        ends = [b for _, b, stage in marks if stage in "W1234R"]
        first, last = min(a for a, _ in asleep) - 60 * margin, min(max(b for _, b in asleep) + 60 * margin, max(ends))
        wake = sum(max(0, min(b, last) - max(a, first)) for a, b, stage in marks if stage == "W")
        row = rows[file.stem]
        assert float(row["trt"]) == pytest.approx((last - first) / 60)
        assert float(row["tst"]) == pytest.approx(sum(b - a for a, b in asleep) / 60)
        assert float(row["twt"]) == pytest.approx(wake / 60)


def test_the_tail_that_nobody_scored_is_no_wake(run, tmp_path):
    write_hypnogram(Hypnogram([0] * 200 + [2] * 300 + [0] * 20 + [-1] * 400), tmp_path / "n.csv")
    result = run(
        "measure", "--scorings", tmp_path / "n.csv", "--out", tmp_path / "out", "--no-figures", "--lights", "sleep"
    )
    assert result.exit_code == 0, result.output
    row = rows_of(tmp_path / "out")["n"]
    assert (float(row["trt"]), float(row["tst"]), float(row["unscored_minutes"])) == (30 + 150 + 10, 150, 0)


def broken_beside(tmp_path):
    """A sound night, and a file that is none."""
    folder = write_nights(tmp_path / "beside", 2)
    (folder / "broken.edf").write_bytes(b"no recording" * 50)
    return folder


@pytest.mark.parametrize(
    ("words", "table", "code"),
    [
        ((), None, 1),
        ((), "path,subject\nn00.edf,A\n", 0),
        ((), "path,subject\nn00.edf,A\nbroken.edf,B\n", 1),
        (("--subject", "A"), "path,subject\nn00.edf,A\nbroken.edf,B\n", 0),
        (("--slice", "1/3"), None, 0),
        (("--slice", "3/3"), None, 1),
    ],
    ids=["found", "not listed", "listed", "another's", "another slice", "its slice"],
)
def test_only_a_file_that_was_asked_for_makes_the_exit_code_1(run, tmp_path, words, table, code):
    folder = broken_beside(tmp_path)
    if table:
        (folder / "recordings.csv").write_text(table, encoding="utf-8")
    result = run("measure", folder, "--out", tmp_path / "out", "--no-figures", "--jobs", "1", *words)
    assert result.exit_code == code, result.output
    left_out = tmp_path / "out" / "left_out.csv"
    told = left_out.read_text(encoding="utf-8") if left_out.exists() else ""
    assert ("broken.edf" in told) is (table is not None and "broken.edf" not in table)
    rows = {row["recording"]: row["status"] for row in rows_of(tmp_path / "out").values()}
    assert (rows.get("broken") == "failed") is (code == 1)
