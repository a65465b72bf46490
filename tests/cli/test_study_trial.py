"""A trial that `study new` begins, and the options of its draw."""

import csv
import tomllib

import pytest

from somnometry.claims.asked import TRIAL_SOURCE

BASE = ("study", "new", "--device", "psg", "--claim", "tst")


def kept(folder):
    return tomllib.loads((folder / "claims.toml").read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("words", "people", "periods", "claims"),
    [
        (("--design", "crossover"), 24, 2, ["TST"]),
        (("--design", "parallel", "--subjects", 10, "--stratum", "a", "--stratum", "b"), 20, 1, ["TST"]),
        (("--design", "crossover", "--arms", "none,low,mid,high", "--subjects", 8, "--washout", 7), 8, 4,
         ["TST-low", "TST-mid", "TST-high"]),
    ],
)  # fmt: skip
def test_a_trial_is_begun(words, people, periods, claims, run, tmp_path):
    out = tmp_path / "t"
    result = run(*BASE, *words, "--nights-per-period", 2, "--seed", 11, "--out", out)
    assert result.exit_code == 0, result.output
    assert "seed 11 of the draw" in result.output
    assert "keep them from those who let people in" in result.output
    assert {one.name for one in out.iterdir()} == {"claims.toml", "schedule.toml", "allocation.csv", "recordings.csv"}
    told = kept(out)
    assert [one["id"] for one in told["claim"]] == claims
    assert (
        tomllib.loads((out / "schedule.toml").read_text(encoding="utf-8"))["study"]["allocation"]
        == (told["study"]["allocation"])
    )
    with (out / "recordings.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == people * periods * 2
    assert run("claims", "check", out / "claims.toml").exit_code == 0
    assert all("person" not in one["source"] for one in told["claim"])
    if "--washout" not in words:  # which changes nothing of the draw
        run("study", "schedule", *words, "--seed", 11, "--out", tmp_path / "s")
        assert (tmp_path / "s" / "allocation.csv").read_bytes() == (out / "allocation.csv").read_bytes()


def test_a_size_of_a_trials_own_is_nobodys_in_particular(run, tmp_path):
    result = run(*BASE[:-1], "tst=7", "--design", "parallel", "--out", tmp_path / "t")
    assert result.exit_code == 0, result.output
    assert [one["source"] for one in kept(tmp_path / "t")["claim"]] == [TRIAL_SOURCE]
    assert "person" not in TRIAL_SOURCE


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--design", "crossover", "--nights", 14), "--nights is of one person's study"),
        (("--design", "parallel", "--blinded"), "--blinded is of one person's study"),
        (("--design", "parallel", "--run-in", 2), "--run-in is of one person's study"),
        (("--one-person", "--subjects", 12), "--subjects is of trials"),
        (("--one-person", "--design", "crossover"), "--one-person begins the study of one person"),
        (("--design", "crossover", "--blocks", "3"), "give multiples of 2"),
        (("--design", "crossover", "--blocks", "two"), "--blocks is sizes such as 4,6"),
        (("--design", "crossover", "--arms", "one"), "two or more arms"),
        (("--design", "parallel", "--confounder", "nights"), "would be taken for 'night'"),
    ],
)
def test_what_is_refused_writes_nothing(words, said, run, tmp_path):
    result = run(*BASE, *words, "--out", tmp_path / "t")
    assert result.exit_code == 2
    assert said in " ".join(result.output.split())
    assert not (tmp_path / "t").exists()
