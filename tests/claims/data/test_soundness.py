"""Tables in other units, with codes for nothing, twin names and copies are refused, and told what is likely wrong."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import somnometry as sm

from ..crossovers import STUDY, noisy_crossover


def refused(nights, metric="tst", study=STUDY, **options):
    with pytest.raises(sm.ClaimError) as caught:
        sm.judge(sm.Claim(metric, "increases", **options), nights, study, sensitivity=False)
    return caught.value


def column(metric, values, **columns):
    """A crossover whose column holds values over and over."""
    nights = noisy_crossover(0.0, nights=2, **columns)
    return [night | {metric: values[i % len(values)]} for i, night in enumerate(nights)]


@pytest.mark.parametrize(
    ("metric", "values", "unit"),
    [
        ("tst", (6.5, 7.25, 8.0, 7.1), "hours"),
        ("tst", (23400.0, 26100.0, 28800.0), "seconds"),
        ("trt", (7.9, 8.1, 8.0), "hours"),
        ("waso", (0.4, 0.9, 1.1), "hours"),
        ("rem_latency", (1.2, 1.6, 2.4), "hours"),
        ("rem_percent", (0.18, 0.22, 0.25), "fraction"),
        ("se", (0.81, 0.9, 0.95), "fraction"),
        ("n2_percent", (0.5, 0.55, 0.6), "fraction"),
    ],
)
def test_a_column_in_another_unit_is_refused_and_told_which(metric, values, unit):
    error = refused(column(metric, values), metric)
    assert error.key == metric
    assert unit in str(error)


@pytest.mark.parametrize(
    ("metric", "sister", "values"),
    [("sol", "lps", (600.0, 1320.0, 900.0)), ("waso", "waso_spt", (30.0, -1.0)), ("rem_percent", "rem_minutes", (1.5,)),
     ("tst", "waso", (30.0, 1500.0)), ("awakenings_2min", "awakenings", (3.0, 2.5))],
)  # fmt: skip
def test_a_column_by_which_the_question_is_answered_too_is_refused_as_that_of_the_claim_is(metric, sister, values):
    nights = column(sister, values, sd=1.0)
    plausible = {"sol": 15, "waso": 40, "rem_percent": 20, "awakenings_2min": 6, "tst": 400}[metric]
    nights = [night | {metric: plausible + i % 5} for i, night in enumerate(nights)]
    if metric == "tst":  # of which waso tells nothing
        sm.judge(sm.Claim(metric, "increases"), nights, STUDY, sensitivity=False)
    else:
        assert refused(nights, metric).key == sister


@pytest.mark.parametrize(
    ("metric", "values"),
    [("se", (85.0, 140.0)), ("rem_latency", (80.0, -1.0)), ("rem_latency", (80.0, 999.0)), ("sol", (12.0, -9.0)),
     ("awakenings_per_hour", (3.0, -1.0)), ("sri", (80.0, 130.0)), ("tst", (400.0, 1500.0))],
)  # fmt: skip
def test_a_value_that_no_night_has_is_refused_by_its_cell(metric, values):
    error = refused(column(metric, values, sd=1.0), metric)
    assert (error.key, error.place) == (metric, f"row 2, column {metric!r}")


@pytest.mark.parametrize(
    ("metric", "values"),
    [("tst", (30.0, 55.0, 240.0)), ("sol", (0.0, 0.5, 12.0)), ("rem_percent", (0.0, 0.0, 0.0, 15.0)),
     ("rem_latency", (2.0, 3.5, 70.0)), ("n3_percent", (0.0, 0.0)), ("waso", (0.0, 2.0, 30.0))],
)  # fmt: skip
def test_poor_nights_are_not_taken_for_another_unit(metric, values):
    verdict = sm.judge(sm.Claim(metric, "increases"), column(metric, values), STUDY, sensitivity=False)
    assert verdict.claim.metric == metric


@pytest.mark.parametrize(
    ("column", "twin"), [("subject", "S3"), ("subject", "s 3"), ("condition", "Placebo"), ("condition", "pla cebo")]
)
def test_names_that_differ_only_in_case_or_blanks_are_refused(column, twin):
    nights = noisy_crossover(6.0)
    plain = "".join(twin.split()).lower()
    first = next(i for i, night in enumerate(nights) if night[column] == plain)
    nights[first][column] = twin
    assert refused(nights, "rem_percent").key == column


def measured(seed=1):
    rng = np.random.default_rng(seed)
    return [
        night | {"tst": rng.normal(400, 30), "waso": rng.uniform(10, 60), "se": rng.uniform(70, 95),
                 "sol": rng.uniform(5, 30), "n3_percent": rng.uniform(5, 20)}
        for night in noisy_crossover(0.0, nights=2)
    ]  # fmt: skip


def test_copies_of_nights_and_of_people_are_refused_and_their_originals_are_not():
    nights = measured()
    sm.judge(sm.Claim("tst", "increases"), nights, STUDY, sensitivity=False)
    copied = [dict(night) for night in nights]
    copied[1] |= {name: copied[0][name] for name in ("tst", "waso", "se", "sol", "n3_percent", "rem_percent")}
    assert refused(copied).place == "rows 1 and 2"
    twice = [*nights, *(night | {"subject": "x" + night["subject"]} for night in nights)]
    assert refused(twice).key == "subject"
    alone = [{k: night[k] for k in ("subject", "condition", "period", "night", "tst")} for night in noisy("tst")]
    twice = [*alone, *(night | {"subject": "x" + night["subject"]} for night in alone)]
    assert refused([n | {"night": n["night"]} for n in twice]).key == "subject"


def noisy(metric):
    return noisy_crossover(0.0, nights=4, metric=metric, mean=400.0, sd=20.0)


def test_a_bias_of_no_metric_is_refused():
    study = sm.Study(
        design="crossover", treatment="active", control="placebo", bias={"rem_percentage": 2.0}, randomised=True
    )
    assert refused(noisy_crossover(6.0), "rem_percent", study).key == "study.bias.rem_percentage"


@pytest.mark.parametrize("text", ["yes", "true", "osf", "2026", "registered in 2026", "osf.io/abcde"])
def test_what_nobody_can_look_up_is_no_registration(text):
    with pytest.raises(sm.ClaimError) as caught:
        sm.Study(registered=text)
    assert caught.value.key == "registered"


@pytest.mark.parametrize("text", ["https://osf.io/abcde, 2026-01-02", "NCT01234567, 3 May 2025", "ISRCTN12345678 2024",
                                  "doi 10.17605/OSF.IO/ABCDE, 2025", "EudraCT 2015-001234-11, 2015-03-02"])  # fmt: skip
def test_what_can_be_looked_up_is_one(text):
    assert sm.Study(registered=text).is_registered


# ---------------------------------------------------------------------------------------- what a part of a table has
def in_two_units(which, metric="tst", mean=400.0, sd=40.0, factor=1 / 60, **more):
    nights = noisy_crossover(0.0, metric=metric, mean=mean, sd=sd, subjects=24, nights=2, seed=8, **more)
    return [night | {metric: night[metric] * factor} if which(i, night) else night for i, night in enumerate(nights)]


PARTS = [
    lambda i, _: i % 4 == 0,
    lambda _, night: night["subject"] in ("s1", "s2"),
    lambda _, night: night["condition"] == "active",
    lambda _, night: night["night"] == 2,
]


@pytest.mark.parametrize("which", PARTS, ids=["a quarter", "two people", "an arm", "second nights"])
@pytest.mark.parametrize(
    ("metric", "mean", "sd", "factor"),
    [
        ("tst", 400.0, 40.0, 1 / 60),
        ("trt", 480.0, 30.0, 1 / 60),
        ("tst", 400.0, 40.0, 1 / 1440),
        ("se", 85.0, 4.0, 0.01),
        ("rem_percent", 20.0, 3.0, 0.01),
        ("n2_percent", 50.0, 6.0, 0.01),
    ],
)
def test_nights_in_another_unit_than_the_others_are_refused(which, metric, mean, sd, factor):
    error = refused(in_two_units(which, metric, mean, sd, factor), metric)
    assert error.key == metric
    assert "another unit than the other" in error.what


def test_nights_of_suppressed_rem_are_no_fractions():
    """With an antidepressant some nights have an epoch or three of REM among 800, and some none."""
    nights = noisy_crossover(0.0, metric="rem_percent", mean=20.0, sd=3.0, subjects=24, nights=2)
    epochs = np.random.default_rng(1).integers(0, 4, len(nights))
    for night, few in zip(nights, epochs, strict=True):
        if night["condition"] == "active":
            night["rem_percent"] = few / 8
    assert sm.judge(sm.Claim("rem_percent", "increases"), nights, STUDY, sensitivity=False).outcome != "not testable"


def test_two_bad_nights_are_bad_nights():
    for bad in (0.0, 6.5, 60.0):
        nights = noisy_crossover(0.0, metric="tst", mean=400.0, sd=40.0, subjects=24, nights=2)
        for i in (3, 9):
            nights[i]["tst"] = bad
        assert sm.judge(sm.Claim("tst", "increases"), nights, STUDY, sensitivity=False).outcome != "not testable"


def test_zeros_that_stand_for_no_rem_are_refused_and_rem_at_once_is_not():
    nights = noisy_crossover(0.0, metric="rem_latency", mean=80.0, sd=8.0, subjects=24)
    for night in nights[::6]:
        night["rem_latency"] = 0.0
    assert "0 likely stands for none" in refused(nights, "rem_latency").what
    for i, night in enumerate(nights[::6]):
        night["rem_latency"] = float(i)  # some have REM at once, as in narcolepsy
    assert sm.judge(sm.Claim("rem_latency", "decreases"), nights, STUDY, sensitivity=False).outcome != "not testable"
    nights = noisy_crossover(0.0, metric="sol", mean=40.0, sd=4.0, subjects=24)
    for night in nights[::6]:
        night["sol"] = 0.0  # asleep at lights-off
    assert sm.judge(sm.Claim("sol", "decreases"), nights, STUDY, sensitivity=False).outcome != "not testable"


@pytest.mark.parametrize(
    ("event", "said"), [(2.0, "neither 0 nor 1"), (float("nan"), "is empty"), (-1.0, "neither 0 nor 1")]
)
def test_an_event_that_is_not_told_is_refused(event, said):
    nights = noisy_crossover(0.0, metric="rem_latency_time", mean=80.0, rem_latency_event=1)
    nights[4]["rem_latency_event"] = event
    error = refused(nights, "rem_latency")
    assert (error.place, error.key) == ("row 5, column 'rem_latency_event'", "rem_latency_event")
    assert said in error.what


@pytest.mark.parametrize("written", ["Status", "SCORER", "Device", "staging ", "Technical Truncation", "RESCUE"])
def test_a_column_that_would_not_be_looked_at_is_refused(written):
    error = refused([night | {written: "x"} for night in noisy_crossover(0.0, metric="tst", mean=400.0)])
    assert error.key == written


@pytest.mark.parametrize(("one", "twin"), [("P7", "P07"), ("7", "007"), ("S1-2", "S01-02"), ("P\uff11", "P1")])
def test_names_that_differ_only_in_leading_zeros_or_width_are_refused(one, twin):
    nights = noisy_crossover(0.0, metric="tst", mean=400.0)
    nights[0]["subject"], nights[1]["subject"] = one, twin
    assert refused(nights).key == "subject"


def test_doses_and_sites_are_no_twins():
    nights = noisy_crossover(6.0, subjects=24)
    for night in nights:
        night["condition"] = {"placebo": "0.05 mg", "active": "0.5 mg"}[night["condition"]]
        night["subject"] = {"s1": "1-1", "s11": "11", "s10": "10", "s2": "100"}.get(night["subject"], night["subject"])
    claim = sm.Claim("rem_percent", "increases", treatment="0.5 mg", control="0.05 mg")
    study = sm.Study(design="crossover", staging="human", randomised=True)
    assert sm.judge(claim, nights, study).outcome == "supported"


def test_people_who_share_all_numbers_of_one_metric_are_copies_unless_the_metric_is_coarse():
    nights = noisy_crossover(0.0, metric="tst", mean=400.0, sd=40.0, subjects=24, nights=2)
    nights += [night | {"subject": "x" + night["subject"]} for night in nights]
    assert "one is a copy of the other" in refused(nights).what
    rated = [night | {"tst": 60.0 * round(night["tst"] / 60)} for night in nights]  # to the hour: many are alike
    assert sm.judge(sm.Claim("tst", "increases"), rated, STUDY, sensitivity=False).claim.metric == "tst"


@pytest.mark.parametrize(
    ("metric", "suffix", "values"),
    [
        ("n3_percent", "_human", (15.0, 101.0)),
        ("n3_percent", "_human", (15.0, -1.0)),
        ("tst", "_human", (410.0, -5.0)),
        ("tst", "_human", (6.5, 7.25, 8.0, 7.1)),  # hours
        ("se", "_human", (0.81, 0.9, 0.95)),  # a fraction
        ("n3_percent", "_low", (-2.0, 3.0)),
        ("se", "_high", (99.0, 104.0)),
    ],
)
def test_what_stands_beside_a_metric_is_what_a_night_can_have_too(metric, suffix, values):
    usual = {"tst": (380.0, 410.0, 432.0), "n3_percent": (12.0, 15.5, 20.0), "se": (88.0, 91.0, 80.5)}[metric]
    nights = [night | {f"{metric}{suffix}": values[i % len(values)]} for i, night in enumerate(column(metric, usual))]
    assert refused(nights, metric).key == f"{metric}{suffix}"
    sound = [night | {f"{metric}{suffix}": usual[i % 3] if i % 4 else np.nan} for i, night in enumerate(nights)]
    assert sm.judge(sm.Claim(metric, "increases"), sound, STUDY, sensitivity=False).outcome != "not testable"


def test_all_columns_that_are_at_fault_are_told_in_one_run_each_with_its_file_once(tmp_path):
    nights = [night | {"tst": 400.0 + i, "se": 85.0 + i / 50} for i, night in enumerate(noisy_crossover(0.0))]
    nights[1]["tst"], nights[2]["se"] = -5.0, 190.0
    nights[3]["subject"] = "Mean"
    path = tmp_path / "n.csv"
    pd.DataFrame(nights).to_csv(path, index=False)
    error = refused(sm.read_nights(path), secondary=("se",))
    lines = str(error).splitlines()
    assert len(lines) == 3
    assert [line.count("n.csv") for line in lines] == [1, 1, 1]
    for words in ("'Mean' is likely no person", "row 2, column 'tst'", "row 3, column 'se'"):
        assert sum(words in line for line in lines) == 1
