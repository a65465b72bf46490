"""Naps and short recordings among nights: said, or where one arm has more of them not compared; studies of naps are."""

from __future__ import annotations

import numpy as np
import pytest

import somnometry as sm

from ..plain_nights import MINUTES, judged, only, plain_nights

CLOCKS = {"iso": ("2026-03-{day:02d} 13:40:00", "2026-03-{day:02d} 22:50:00"), "T": ("2026-03-{day:02d}T14:00",
          "2026-03-{day:02d}T23:10"), "time alone": ("09:30", "01:15")}  # fmt: skip


def with_naps(naps, start="iso", *metrics):
    """Nights of which some are naps of about an hour; when each began, unless start is empty."""
    table = plain_nights(nights=3)
    nap = naps(table)
    for name in MINUTES:
        table[name] = np.where(nap, np.round(0.32 * table[name]) / 2, table[name])
    if start:
        by_day, at_night = CLOCKS[start]
        table["start"] = np.array([(by_day if one else at_night).format(day=1 + i % 28) for i, one in enumerate(nap)])
    metrics = metrics or ("tst", "trt", "sol", "waso")
    return only(table, *metrics, *(["start"] if start else []))


def third(table):
    return table["night"] == 3


def third_of_active(table):
    return third(table) & (table["condition"] == "active")


def said(verdict):
    return [warning.facts for warning in verdict.warnings if warning.code == "short-nights"]


@pytest.mark.parametrize("start", CLOCKS)
@pytest.mark.parametrize("metrics", [("tst", "trt"), ("tst",), ("se", "trt"), ("rem_percent", "spt")])
def test_naps_in_both_arms_are_counted_by_arm_and_said(start, metrics):
    verdict = judged(with_naps(third, start, *metrics), metrics[0])
    (facts,) = said(verdict)
    assert (facts["naps"], facts["arms"], facts["n"]) == (True, ("placebo", "active"), (24, 24))
    assert "24 of 72 nights under active" in verdict.explain()


@pytest.mark.parametrize("length", ["trt", "tib", "recorded_minutes", "tst"])
@pytest.mark.parametrize("start", ["iso", ""])
def test_short_recordings_of_one_arm_are_not_compared_with_nights_of_the_other(length, start):
    table = with_naps(third_of_active, start, "tst", "trt")
    if length != "trt":
        trt = table.pop("trt")
        table |= {length: trt} if length != "tst" else {}
    verdict = judged(table)
    assert verdict.outcome == "not testable"
    (reason,) = verdict.reasons
    assert (reason.code, reason.facts["naps"]) == ("short-nights-by-arm", bool(start))
    assert reason.facts["n"] == (0, 24)


def test_naps_that_are_marked_and_left_out_leave_the_nights_judged():
    table = with_naps(third_of_active)
    table["nap"] = third_of_active(table).astype(int)
    study = sm.Study(design="crossover", treatment="active", control="placebo", randomised=True, staging="human",
                     exclude=("nap",))  # fmt: skip
    verdict = sm.judge(sm.Claim("tst", "increases"), table, study, sensitivity=False)
    assert verdict.outcome != "not testable"
    assert verdict.n_nights == 120
    assert said(verdict) == []


def test_a_column_that_calls_them_naps_tells_them_without_a_clock():
    table = with_naps(third, "")
    table["nap"] = np.where(third(table), "yes", "no")
    assert said(judged(table))[0]["naps"]


def test_a_column_that_tells_of_naps_the_day_before_makes_no_night_a_nap():
    table = only(plain_nights(), "tst", "trt")
    table["nap"] = (np.arange(table["tst"].size) % 3 == 0).astype(int)
    assert said(judged(table)) == []


@pytest.mark.parametrize("length", [200.0, 150.0])
def test_sleep_by_day_that_is_said_to_be_no_nap_is_judged(length):
    """Of people who work at night: the same table without that column is not testable."""
    table = with_naps(third_of_active)
    table["trt"] = np.where(third_of_active(table), length, table["trt"])
    table["tst"] = np.minimum(table["tst"], table["trt"])
    table = only(table, "tst", "trt", "start")
    assert judged(table).outcome == "not testable"
    table["nap"] = np.zeros(table["tst"].size, int)
    verdict = judged(table)
    assert verdict.outcome != "not testable"
    assert said(verdict) == []


def test_a_study_of_naps_alone_is_judged_without_a_word():
    verdict = judged(with_naps(lambda table: table["night"] > 0))
    assert verdict.outcome != "not testable"
    assert said(verdict) == []


def test_nights_by_day_that_are_whole_are_no_naps():
    table = only(plain_nights(), "tst", "trt")
    table["start"] = np.array(["2026-03-02 09:15"] * table["tst"].size)
    assert said(judged(table)) == []


def test_sleep_that_is_restricted_by_design_is_no_mixture():
    """Three hours in bed under one condition: all of that arm, and at night."""
    table = plain_nights()
    active = table["condition"] == "active"
    for name in MINUTES:
        table[name] = np.where(active, np.round(0.72 * table[name]) / 2, table[name])
    table = only(table, "tst", "trt")
    assert judged(table).outcome == "contradicted"
    table["start"] = np.where(active, "2026-03-02 02:00", "2026-03-02 23:00")
    assert judged(table).outcome == "contradicted"
    table["start"] = np.where(active, "2026-03-02 13:00", "2026-03-02 23:00")
    assert judged(table).outcome == "not testable"


def test_nights_cut_short_by_technical_causes_are_those_and_no_naps():
    table = with_naps(third_of_active, "")
    table["technical_truncation"] = third_of_active(table).astype(int)
    verdict = judged(table)
    assert verdict.outcome != "not testable"
    assert said(verdict) == []
    assert "lost-by-arm" in [warning.code for warning in verdict.warnings]


def test_bad_nights_among_nights_are_nights():
    """Every twelfth night has two to five hours of sleep: a table of TST alone does not call it short."""
    table = only(plain_nights(people=30), "tst")
    rng = np.random.default_rng(0)
    table["tst"][::12] = np.round(rng.uniform(120, 300, table["tst"][::12].size))
    assert said(judged(table)) == []


@pytest.mark.parametrize("cell", ["", "soon", "2026-03-02", 13.5, None])
def test_a_start_that_tells_no_clock_tells_nothing(cell):
    table = with_naps(third, "")
    table["start"] = np.array([cell] * len(table["tst"]), object)
    assert not said(judged(table))[0]["naps"]


def test_one_person_is_asked_by_nights():
    order = "ABBABAABABBABABAABBA"
    rng = np.random.default_rng(2)
    tst = np.round(rng.normal(400, 30, 20))
    treated = np.array([letter == "B" for letter in order])
    tst[np.flatnonzero(treated)[:7]] = 70.0
    table = {"subject": ["me"] * 20, "condition": np.where(treated, "tea", "none"), "night": np.arange(1, 21),
             "tst": tst, "trt": tst + 40}  # fmt: skip
    study = sm.Study(design="n-of-1", treatment="tea", control="none", randomised=True, staging="human",
                     schedule=sm.Schedule("complete", periods=20))  # fmt: skip
    verdict = sm.judge(sm.Claim("tst", "increases"), table, study, sensitivity=False)
    assert [reason.code for reason in verdict.reasons] == ["short-nights-by-arm"]
