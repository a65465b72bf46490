"""The command line of power as a user types it."""

import csv

import pytest

from somnometry.cli.power import parse_sizes, read_spreads
from somnometry.core.errors import ClaimError

CLAIMS = """
[study]
design = "crossover"
treatment = "active"
control = "placebo"
randomised = true

[study.columns]
pain = "evening pain, points"

[[claim]]
metric = "waso"
direction = "decreases"
smallest_effect = 20.0
source = "AASM 2017"

[[claim]]
metric = "pain"
direction = "decreases"
smallest_effect = 2.0
source = "Farrar 2001"
"""


@pytest.fixture
def power(run, tmp_path):
    (tmp_path / "claims.toml").write_text(CLAIMS, encoding="utf-8")
    words = ["power", tmp_path / "claims.toml", "--out", tmp_path / "out", "--studies", "20", "--workers", "1"]
    return lambda *more: run(*words, *more)


def test_power_writes_the_table_and_the_curves(power, tmp_path):
    result = power("--subjects", "8:16:8", "--nights", "1:2")
    assert result.exit_code == 0, result.output
    with (tmp_path / "out" / "power.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(row["claim"], row["subjects"], row["nights"]) for row in rows] == [
        ("waso", "8", "1"), ("waso", "16", "1"), ("waso", "8", "2"), ("waso", "16", "2"), ("pain", "", ""),
    ]  # fmt: skip
    assert (tmp_path / "out" / "power.png").exists()
    assert "pain *" in result.output
    assert "algorithm, headband" in result.output


def test_an_audit_is_planned_and_what_it_leaves_open_is_printed(power, tmp_path):
    text = CLAIMS.replace('"waso"', '"n3_percent"').replace("decreases", "increases", 1).replace("20.0", "3.0")
    text = text.replace("randomised = true", "randomised = true\npsychoactive = true")
    (tmp_path / "claims.toml").write_text(text, encoding="utf-8")
    found = []
    for more in ((), ("--audit", 12)):
        result = power("--subjects", "24", "--nights", "2", "--calibration", "bitbrain-headband", *more)
        assert result.exit_code == 0, result.output
        assert "±2.7 (" in result.output
        assert "±1.7 (" in result.output
        with (tmp_path / "out" / "power.csv").open(encoding="utf-8", newline="") as file:
            found.append(float(next(csv.DictReader(file))["power_before"]))
    assert found[0] == 0.0
    assert found[1] > 0.7
    assert "people score 12 subjects too" in " ".join(result.output.split())
    assert power("--subjects", "24", "--audit", 12).exit_code == 2  # nobody says how the program errs
    assert "±" not in power("--subjects", "12", "--nights", "1").output


def test_spreads_from_a_file_make_a_column_simulable(power, tmp_path):
    spreads = tmp_path / "spreads.toml"
    spreads.write_text("[pain]\nmean = 5\nbetween = 1.5\nwithin = 1.0\n\n[waso]\nwithin = 5.0\n", encoding="utf-8")
    result = power("--subjects", "16", "--nights", "1", "--spreads", spreads, "--device", "psg")
    assert result.exit_code == 0, result.output
    with (tmp_path / "out" / "power.csv").open(encoding="utf-8", newline="") as file:
        found = {row["claim"]: float(row["power_before"]) for row in csv.DictReader(file)}
    assert found["pain"] > 0.8
    assert "with the error of an algorithm on psg" in " ".join(result.output.split())


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("12:60:", "give a whole number, or from:to"),
        ("a", "give a whole number"),
        ("1:2:3:4", "give a whole number"),
        ("-3", "give a whole number"),
        ("0:4", "the least is 1, not 0"),
        ("4:8:0", "the step is at least 1, not 0"),
        ("8:4", "from 8 to 4 there is nothing"),
        ("8,9:4", "part '9:4': from 9 to 4"),
        ("1:1000", "more than 100 sizes"),
    ],
)
def test_a_mistyped_range_is_told(text, words):
    with pytest.raises(ClaimError, match=words) as error:
        parse_sizes(text, "--nights")
    assert f"--nights {text!r}" in str(error.value)


def test_ranges_hold_both_ends():
    assert parse_sizes("12:60:12") == (12, 24, 36, 48, 60)
    assert parse_sizes("12:20:6") == (12, 18)
    assert parse_sizes(" 4 , 1:2") == (1, 2, 4)


def test_wrong_use_leaves_with_2(power, tmp_path):
    for words, said in (
        (("--subjects", "8:4"), "there is nothing"),
        (("--spreads", tmp_path / "none"), "cannot be read"),
    ):
        result = power(*words)
        assert result.exit_code == 2
        assert said in result.output


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("pain = 3", "'pain' is 3; give a table such as"),
        ("[pain]\nmean = 'x'", "mean of 'pain' is a number, not 'x'"),
        ("[pain]\nmean = 3.0", "spread of 'pain'"),
        ("[tst]\nwithin = -1.0", "the SD within is a number from 0"),
        ("[tst", "not TOML"),
    ],
)
def test_a_wrong_file_of_spreads_is_told(tmp_path, text, words):
    path = tmp_path / "spreads.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ClaimError, match=words) as error:
        read_spreads(path)
    assert "spreads.toml" in str(error.value)


def test_a_number_of_thousands_of_digits_is_refused():
    with pytest.raises(ClaimError):
        parse_sizes("1" * 5000)


@pytest.mark.parametrize(("device", "scored"), [("headband", "headband"), ("wearable", "wearable"), (None, None)])
def test_one_person_has_the_power_of_the_files_own_device(device, scored, run, tmp_path):
    own = "" if device is None else f'device = "{device}"\n'
    alone = CLAIMS.replace('"crossover"', '"n-of-1"').replace("randomised = true\n", f"randomised = true\n{own}")
    schedule = '\n[study.schedule]\nscheme = "blocks"\nperiods = 14\nseed = 3\n\n[[claim]]'
    (tmp_path / "claims.toml").write_text(alone.replace("\n[[claim]]", schedule, 1), encoding="utf-8")
    words = ("power", tmp_path / "claims.toml", "--out", tmp_path / "out", "--studies", "10", "--workers", "1")
    result = run(*words)
    assert result.exit_code == 0, result.output
    with (tmp_path / "out" / "power.csv").open(encoding="utf-8", newline="") as file:
        row = next(csv.DictReader(file))
    assert (row["claim"], row["subjects"], row["nights"]) == ("waso", "1", "1")
    assert (f"algorithm on {scored}" in result.output) == (scored is not None)
