"""`study schedule`: what it writes, and what it refuses."""

import csv
from collections import Counter
from itertools import pairwise

import pytest


def rows_of(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_one_persons_order_is_that_of_its_seed(run, tmp_path):
    words = ("study", "schedule", "--nights", 21, "--treatment", "tea", "--control", "none", "--start", "2026-12-01")
    for name in ("a", "b"):
        result = run(*words, "--seed", 5, "--out", tmp_path / name)
        assert result.exit_code == 0, result.output
        assert "seed 5" in result.output
    run(*words, "--seed", 6, "--out", tmp_path / "c")
    a, b, c = (rows_of(tmp_path / name / "schedule.csv") for name in "abc")
    assert a == b != c
    assert len(a) == 21
    assert a[0]["date"] == "2026-12-01"
    assert Counter(row["condition"] for row in a[:20]) == {"tea": 10, "none": 10}


def test_without_a_seed_chance_gives_one(run, tmp_path):
    seeds = set()
    for i in range(2):
        assert run("study", "schedule", "--out", tmp_path / str(i)).exit_code == 0
        kept = (tmp_path / str(i) / "schedule.toml").read_text()
        seeds.add(next(line for line in kept.splitlines() if line.startswith("seed = ")))
    assert len(seeds) == 2


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--nights", 8), "14 orders"),
        (("--nights", 21, "--nights-per-period", 2), "whole number of periods"),
        (("--nights", 20, "--block", 3), "even number"),
        (("--treatment", "x", "--control", "x"), "with itself"),
        (("--treatment", " ", "--control", "x"), "the name is empty"),
        (("--block", 30), "longer than the 20"),
        (("--block", 10**9), "longer than the 20"),
        (("--nights", 1001), "1000"),
        (("--subjects", 12), "--subjects is of trials"),
        (("--design", "parallel", "--nights", 30), "--nights is of one person's study"),
        (("--design", "crossover", "--arms", "a,,b"), "has no name"),
        (("--at", "half nine"), "time of day"),
        (("--scheme", "phases", "--nights", 10), "hold no 4 phases"),
        (("--design", "parallel", "--blocks", "3"), "equally often"),
        (("--design", "parallel", "--blocks", "many"), "--blocks is sizes"),
        (("--design", "crossover", "--arms", "a"), "two or more arms"),
    ],
)
def test_what_cannot_be_drawn_writes_nothing(words, said, run, tmp_path):
    result = run("study", "schedule", "--out", tmp_path / "s", *words)
    assert result.exit_code == 2
    assert said in result.stderr
    assert not (tmp_path / "s").exists()


@pytest.mark.parametrize("arms", ["a,b", "a,b,c", "a,b,c,d"])
def test_a_williams_square_lets_each_follow_each_equally_often(arms, run, tmp_path):
    k = len(arms.split(","))
    n = k if k % 2 == 0 else 2 * k
    words = ("study", "schedule", "--design", "crossover", "--arms", arms, "--subjects", n, "--blocks", n, "--seed", 1)
    assert run(*words, "--out", tmp_path).exit_code == 0
    rows = rows_of(tmp_path / "allocation.csv")
    orders = [[row[f"period_{i}"] for i in range(1, k + 1)] for row in rows]
    pairs = Counter(pair for order in orders for pair in pairwise(order))
    assert len(pairs) == k * (k - 1)
    assert len(set(pairs.values())) == 1


def test_a_parallel_trial_is_balanced_in_each_stratum(run, tmp_path):
    words = ("study", "schedule", "--design", "parallel", "--arms", "p,q", "--subjects", 8, "--blocks", 4)
    assert run(*words, "--stratum", "men", "--stratum", "women", "--out", tmp_path).exit_code == 0
    rows = rows_of(tmp_path / "allocation.csv")
    given = Counter((row["stratum"], row["condition"]) for row in rows)
    assert given == {(stratum, arm): 4 for stratum in ("men", "women") for arm in "pq"}


def test_letters_of_blinded_capsules_are_drawn(run, tmp_path):
    seen = set()
    for i in range(12):
        words = ("study", "schedule", "--blinded", "--treatment", "tea", "--control", "milk", "--seed", 1)
        assert run(*words, "--out", tmp_path / str(i)).exit_code == 0
        assert {row["condition"] for row in rows_of(tmp_path / str(i) / "schedule.csv")} == {"capsule K", "capsule M"}
        assert not (tmp_path / str(i) / "schedule.toml").exists()
        seen.add(tuple((row["capsule"], row["holds"]) for row in rows_of(tmp_path / str(i) / "key" / "capsules.csv")))
    assert len(seen) == 2  # one of 2,048 times all twelve are lettered alike
