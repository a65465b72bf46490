"""`somnometry measure`: what it writes, prints and leaves with."""

import csv

import pytest

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
    assert run(*words, "--lights", "markers").exit_code == 0
    assert rows_of(tmp_path / "out")["n00"]["lights_off_seconds"] == ""


@pytest.mark.parametrize(
    ("text", "word"),
    [("figurs = false", "figures"), ("figures = ", "no TOML"), ("lights = 3", "lights")],
    ids=["misspelt", "no TOML", "no choice"],
)
def test_a_wrong_file_of_options_is_named(run, nights, tmp_path, text, word):
    (tmp_path / "options.toml").write_text(text)
    result = run("measure", nights, "--out", tmp_path / "out", "--config", tmp_path / "options.toml")
    assert result.exit_code == 2
    assert word in result.output
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    "words",
    [("--jobs", "0"), ("--jobs", "many"), ("--slice", "4/3"), ("--slice", "1"), ("--timeout", "0")],
    ids=lambda words: " ".join(words),
)
def test_wrong_words_leave_with_2(run, nights, tmp_path, words):
    assert run("measure", nights, "--out", tmp_path / "out", *words).exit_code == 2


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
