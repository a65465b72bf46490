"""`study new`: from options, from answers, and what it refuses."""

import tomllib

import pytest
from typer.testing import CliRunner

from somnometry.batch import learnable
from somnometry.cli import app, study_new

pytestmark = pytest.mark.usefixtures("few_studies")
BASE = ("study", "new", "--one-person")


@pytest.fixture
def few_studies(monkeypatch):
    monkeypatch.setattr(learnable, "STUDIES", 20)


def kept(folder):
    return tomllib.loads((folder / "claims.toml").read_text(encoding="utf-8"))


def test_what_is_written_is_checked_and_named(run, tmp_path):
    words = (*BASE, "--claim", "tst", "--claim", "waso=-15", "--device", "muse", "--treatment", "tea", "--nights", 14)
    result = run(*words, "--seed", 4, "--confounder", "alcohol", "--out", tmp_path / "s")
    assert result.exit_code == 0, result.output
    assert run("claims", "check", tmp_path / "s" / "claims.toml").exit_code == 0
    assert "seed 4" in result.output
    assert "What can be learned: 20 people" in result.output
    assert "TST: if the effect is 15 minutes more of TST, 14 nights" in result.output
    assert f"somnometry judge {tmp_path / 's' / 'claims.toml'}" in result.output
    study = kept(tmp_path / "s")
    assert [(one["metric"], one["smallest_effect"]) for one in study["claim"]] == [("tst", 15.0), ("waso", 15.0)]
    assert study["study"]["device"] == "headband"
    assert study["study"]["schedule"]["periods"] == 14


def test_answers_are_as_good_as_options(tmp_path, monkeypatch):
    monkeypatch.setattr(study_new, "is_asked", lambda: True)
    answers = [
        "deep sleep",
        "waso",
        "-10",
        "toaster",
        "zmax",
        "tea",
        "",
        "24",
        "two",
        "2",
        "2026-01-05",
        "alcohol, shift",
    ]
    result = CliRunner().invoke(app, [*BASE, "--out", str(tmp_path / "s")], input="\n".join(answers) + "\n")
    assert result.exit_code == 0, result.output
    study = kept(tmp_path / "s")
    (claim,) = study["claim"]
    assert (claim["metric"], claim["direction"], claim["smallest_effect"]) == ("waso", "decreases", 10.0)
    assert (study["study"]["treatment"], study["study"]["control"]) == ("tea", "nothing")
    assert study["study"]["device"] == "headband"
    assert study["study"]["schedule"]["periods"] == 24
    head = (tmp_path / "s" / "recordings.csv").read_text(encoding="utf-8").splitlines()[:2]
    assert head[0].endswith("lost,alcohol,shift")
    assert head[1].startswith("2026-01-07,")  # after two nights of run-in


def test_nobody_is_asked_where_all_is_said_or_nothing_is_to_be(tmp_path, monkeypatch):
    monkeypatch.setattr(study_new, "is_asked", lambda: True)
    words = [*BASE, "--yes", "--claim", "tst", "--device", "oura", "--out", str(tmp_path / "s")]
    result = CliRunner().invoke(app, words, input="")
    assert result.exit_code == 0, result.output
    assert f"measure --scorings {tmp_path / 's'}" in result.output.replace("\n", "")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("study", "new"), "--one-person"),
        (BASE, "--claim"),
        ((*BASE, "--claim", "tst"), "--device"),
        ((*BASE, "--claim", "tst", "--device", "toaster"), "toaster"),
        ((*BASE, "--claim", "better", "--device", "psg"), "no metric is called"),
        ((*BASE, "--claim", "tst", "--device", "psg", "--nights", "6"), "orders"),
        ((*BASE, "--claim", "tst", "--device", "psg", "--confounder", "waso"), "would be taken for"),
        ((*BASE, "--claim", "tst", "--device", "psg", "--treatment", "nothing"), "with itself"),
        ((*BASE, "--claim", "tst", "--device", "psg", "--treatment", "Tea", "--control", "tea "), "with itself"),
        ((*BASE, "--claim", "tst", "--device", "psg", "--treatment", ""), "--treatment: the name is empty"),
        ((*BASE, "--claim", "tst", "--device", "psg", "--control", "  "), "--control: the name is empty"),
        ((*BASE, "--claim", "tst", "--device", "psg", "--treatment", "run-in"), "two names other than"),
        ((*BASE, "--claim", "tst", "--claim", "TST=30", "--device", "psg"), "TST is claimed twice"),
        ((*BASE, "--claim", "tst", "--device", "psg", "--nights", "7"), "take at least 11 nights"),
        ((*BASE, "--claim", "tst", "--device", "psg", "--nights", "8", "--nights-per-period", "4"), "at least 44"),
        ((*BASE, "--claim", "tst", "--device", "psg", "--nights", "1001"), "1000"),
        ((*BASE, "--claim", "tst", "--device", "psg", "--run-in", "367"), "366"),
    ],
)
def test_what_is_refused_writes_nothing(words, said, run, tmp_path):
    result = run(*words, "--out", tmp_path / "s")
    assert result.exit_code == 2
    assert said in result.stderr
    assert not (tmp_path / "s").exists()


def test_a_study_is_not_begun_twice(run, tmp_path):
    words = (*BASE, "--claim", "tst", "--device", "psg", "--out", tmp_path / "s")
    assert run(*words, "--seed", 1).exit_code == 0
    before = {path.name: path.read_bytes() for path in (tmp_path / "s").iterdir()}
    assert run(*words, "--seed", 2).exit_code == 2
    assert {path.name: path.read_bytes() for path in (tmp_path / "s").iterdir()} == before


def test_who_is_blinded_finds_neither_the_seed_nor_what_is_in_a_capsule(run, tmp_path):
    folder = tmp_path / "s"
    words = (*BASE, "--claim", "tst", "--device", "psg", "--treatment", "magnesium", "--control", "chalk", "--blinded")
    result = run(*words, "--seed", 987654, "--out", folder)
    assert result.exit_code == 0, result.output
    own = {path.name: path.read_text(encoding="utf-8") for path in folder.iterdir() if path.is_file()}
    assert own.keys() == {"recordings.csv", "schedule.csv", "schedule.html", "schedule.ics"}
    for told in (*own.values(), result.output):
        assert "magnesium" not in told.replace(str(folder), "")
        assert "chalk" not in told
        assert "987654" not in told
    study = kept(folder / "key")["study"]
    table = (folder / "key" / "capsules.csv").read_text(encoding="utf-8").splitlines()
    holds = dict(line.split(",") for line in table[1:])
    assert holds == {study["treatment"]: "magnesium", study["control"]: "chalk"}
    assert study["schedule"]["seed"] == 987654
    assert study["blinded"] is True
    assert study["treatment"] in own["recordings.csv"]
    assert run("claims", "check", folder / "key" / "claims.toml").exit_code == 0
    assert run(*words, "--out", folder).exit_code == 2


@pytest.mark.parametrize("calibration", ["bitbrain-psg", "nobody.toml"])
def test_a_calibration_that_cannot_count_is_refused_before_anything_is_written(calibration, run, tmp_path):
    words = (*BASE, "--claim", "se", "--device", "muse", "--calibration", calibration, "--out", tmp_path / "s")
    assert run(*words).exit_code == 2
    assert not (tmp_path / "s").exists()
