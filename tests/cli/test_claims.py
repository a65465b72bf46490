"""The command line of claims as a user types it: declare, read back, simulate a study, judge."""

import csv
import json

import pytest

CLAIMS = """
[study]
design = "crossover"
treatment = "active"
control = "placebo"
randomised = true

[[claim]]
id = "REM"
words = "better REM sleep"
metric = "rem_percent"
direction = "increases"
smallest_effect = 3.0
source = "half the SD between people"
"""
REGULAR = """
[[claim]]
id = "CYCLE"
words = "stabilises the sleep-wake cycle"
metric = "sri"
direction = "increases"
smallest_effect = 6.0
source = "half the SD between people"
"""


@pytest.fixture
def nights(run, tmp_path):
    """A crossover of 24 with a true effect of 9 points of REM."""
    result = run("simulate", "study", "--effect", "rem_percent=9", "--seed", 3, "--out", tmp_path / "study")
    assert result.exit_code == 0, result.output
    return tmp_path / "study" / "nights.csv"


def declared(tmp_path, text):
    path = tmp_path / "claims.toml"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize("more", [[], ["--example"]])
def test_a_new_file_is_written_once_and_can_be_read_back(run, tmp_path, more):
    made = tmp_path / "new.toml"
    assert run("claims", "new", made, *more).exit_code == 0
    result = run("claims", "check", made)
    assert result.exit_code == 0, result.output
    assert "placebo" in result.output
    again = run("claims", "new", made, *more)
    assert again.exit_code == 2
    assert "there is such a file already" in again.output


def test_a_wrong_claims_file_is_told_by_its_line(run, tmp_path, nights):
    wrong = declared(tmp_path, CLAIMS.replace("rem_percent", "rem_percents"))
    for words in (("claims", "check", wrong), ("judge", wrong, nights, "--out", tmp_path / "out")):
        result = run(*words)
        assert result.exit_code == 2
        assert "claims.toml, line 11" in result.output
        assert "rem_percent" in result.output


def test_a_true_effect_is_judged_and_written_down(run, tmp_path, nights):
    result = run("judge", declared(tmp_path, CLAIMS), nights, "--out", tmp_path / "out")
    assert result.exit_code == 0, result.output
    assert {file.name for file in (tmp_path / "out").iterdir()} >= {"verdicts.csv", "verdicts.json", "verdicts.html"}
    with (tmp_path / "out" / "verdicts.csv").open(encoding="utf-8", newline="") as file:
        (row,) = csv.DictReader(file)
    truth = json.loads((tmp_path / "study" / "truth.json").read_text(encoding="utf-8"))
    assert truth["effects"]["rem_percent"]["active"] == 9
    assert row["outcome"] == "supported"
    low, high = (float(row[key]) for key in row if "95" in key)
    assert low < 9 < high


def test_one_night_tells_nothing_of_regularity_and_the_exit_code_says_so(run, tmp_path, nights):
    result = run("judge", declared(tmp_path, CLAIMS + REGULAR), nights, "--out", tmp_path / "out", "--no-sensitivity")
    assert result.exit_code == 3, result.output
    assert "1 of 2 claims could not be tested" in result.output
    verdicts = json.loads((tmp_path / "out" / "verdicts.json").read_text(encoding="utf-8"))["verdicts"]
    (cycle,) = (verdict for verdict in verdicts if verdict["claim"]["id"] == "CYCLE")
    assert cycle["outcome"] == "not testable"
    assert "at least 7 days per subject and arm" in cycle["reason"]


@pytest.mark.parametrize(
    ("row", "cell", "message"),
    [
        (3, ("rem_percent", "twenty"), "rem_percent"),
        (3, ("night", "x"), "night"),
        (1, ("period", "1"), "period"),
    ],
)
def test_a_table_with_a_wrong_cell_is_refused_by_row(run, tmp_path, nights, row, cell, message):
    with nights.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    rows[row][cell[0]] = cell[1]
    with nights.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(rows)
    result = run("judge", declared(tmp_path, CLAIMS), nights, "--out", tmp_path / "out")
    assert result.exit_code == 2, result.output
    assert message in result.output
    assert not (tmp_path / "out").exists()


def test_several_arms_have_effects_of_their_own(run, tmp_path):
    words = ("simulate", "study", "--arms", "placebo,low,high", "--effect", "tst:low=10", "--effect", "tst:high=30")
    assert run(*words, "--out", tmp_path / "study").exit_code == 0
    truth = json.loads((tmp_path / "study" / "truth.json").read_text(encoding="utf-8"))
    assert truth["effects"]["tst"] == {"low": 10, "high": 30}


def test_wrong_use_is_told(run, tmp_path, nights):
    claims = declared(tmp_path, CLAIMS)
    for words, message in (
        (("judge", tmp_path / "none.toml", nights, "--out", tmp_path / "o"), "none.toml"),
        (("judge", claims, tmp_path / "none.csv", "--out", tmp_path / "o"), "there is no such table"),
        (("judge", claims, nights, "--out", claims), "cannot be written"),
        (("simulate", "study", "--effect", "rem_percent", "--out", tmp_path / "o"), "METRIC=VALUE"),
        (
            ("simulate", "study", "--effect", "tst=3", "--effect", "tst:a=3", "--out", tmp_path / "o"),
            "name the arm of each",
        ),
        (("simulate", "study", "--effect", "tst:a=3", "--out", tmp_path / "o"), "'a'"),
        (("simulate", "study", "--effect", "rem=3", "--out", tmp_path / "o"), "rem"),
    ):
        result = run(*words)
        assert result.exit_code == 2, (words, result.output)
        assert message in result.output, words


def test_nights_that_two_programs_scored_are_judged_under_each(run, tmp_path, nights):
    with nights.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    blind = tmp_path / "blind" / "nights.csv"
    blind.parent.mkdir()
    with blind.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        for row in rows:
            seen = float(row["rem_percent"]) - 9 * (row["condition"] == "active")
            writer.writerow({**row, "rem_percent": max(seen, 0.0)})
    claims, out = declared(tmp_path, CLAIMS), tmp_path / "out"
    result = run("judge", claims, nights, "--also", blind, "--out", out, "--no-sensitivity")
    assert result.exit_code == 0, result.output
    with (out / "verdicts.csv").open(encoding="utf-8", newline="") as file:
        (verdict,) = csv.DictReader(file)
    assert verdict["outcome"] == "inconclusive"
    assert f"supported as {nights} scored the nights" in verdict["reason"]
    twice = run("judge", claims, nights, "--also", nights, "--out", tmp_path / "other")
    assert twice.exit_code == 2
    assert "one scoring is named twice" in twice.output
