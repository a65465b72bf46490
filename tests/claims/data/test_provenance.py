"""Who scored the nights and what recorded them is read from the table; nothing is taken for better than it is."""

from __future__ import annotations

import numpy as np
import pytest

import somnometry as sm

from ..crossovers import REM, codes_of, noisy_crossover

DESIGN = {"design": "crossover", "randomised": True, "treatment": "active", "control": "placebo"}


def judged(nights, claim=REM, **declared):
    return sm.judge(claim, nights, sm.Study(**DESIGN, **declared), sensitivity=False)


def warned(verdict):
    return {warning.code for warning in verdict.warnings}


@pytest.mark.parametrize(
    "scorer", ["U-Sleep v2", "YASA eeg+eog", "Luna POPS", "auto", "Stanford STAGES", "Dreem", "AI"]
)
def test_a_scorer_who_is_a_program_is_one(scorer):
    verdict = judged(noisy_crossover(6.0, scorer=scorer, device="psg"))
    assert verdict.staging == "auto"
    assert "were scored by people" not in verdict.explain()
    assert "is not accounted for" in verdict.explain()


@pytest.mark.parametrize("scorer", ["human", "manual", "expert 1", "visual scoring", "Technician B"])
def test_a_scorer_who_says_to_be_a_person_is_one(scorer):
    verdict = judged(noisy_crossover(6.0, scorer=scorer))
    assert (verdict.staging, verdict.outcome) == ("human", "supported")


@pytest.mark.parametrize("scorer", ["Doe", "JD", "XYZ 3.1"])
def test_a_scorer_who_may_be_anybody_counts_as_a_program_and_it_is_said(scorer):
    verdict = judged(noisy_crossover(6.0, scorer=scorer, device="headband"))
    assert (verdict.staging, verdict.outcome) == ("unknown", "inconclusive")
    assert codes_of(verdict) == ["unmeasurable-by-device"]
    assert repr(scorer) in verdict.explain()
    declared = judged(noisy_crossover(6.0, scorer=scorer, device="headband"), staging="human")
    assert (declared.staging, declared.outcome) == ("human", "supported")
    assert "declared-staging" in warned(declared)


def test_a_scoring_that_was_measured_without_staging_is_of_whom_it_names():
    verdict = judged(noisy_crossover(6.0, model="Doe"), staging="human")
    assert (verdict.staging, verdict.outcome) == ("human", "supported")
    assert judged(noisy_crossover(6.0, model="Doe")).staging == "unknown"


def test_nights_of_an_unknown_device_have_the_limits_of_a_headband():
    nights = noisy_crossover(6.0, staging="auto")
    verdict = judged(nights)
    assert (verdict.outcome, verdict.device, codes_of(verdict)) == (
        "inconclusive", "unknown", ["unmeasurable-by-device"],
    )  # fmt: skip
    assert "limits of a headband apply" in verdict.explain()
    assert judged(nights, device="psg").outcome == "supported"
    assert "declared-device" in warned(judged(nights, device="psg"))
    in_table = judged([night | {"device": "psg"} for night in nights])
    assert (in_table.outcome, in_table.device) == ("supported", "psg")
    assert not {"declared-device", "unknown-device"} & warned(in_table)


@pytest.mark.parametrize(
    ("column", "value", "declared"),
    [
        ("staging", "auto", {"staging": "human"}),
        ("staging", "human", {"staging": "auto"}),
        ("model", "YASA eeg+eog+emg", {"staging": "human"}),
        ("scorer", "U-Sleep v2", {"staging": "human"}),
        ("device", "headband", {"device": "psg"}),
        ("device", "wearable", {"device": "headband"}),
    ],
)
def test_a_study_that_says_otherwise_than_its_table_is_refused(column, value, declared):
    with pytest.raises(sm.ClaimError) as caught:
        judged(noisy_crossover(6.0, **{column: value}), **declared)
    assert caught.value.key == f"study.{next(iter(declared))}"


@pytest.mark.parametrize(
    ("metric", "outcome"),
    [("rem_percent", "not testable"), ("n1_percent", "not testable"), ("awakenings_per_hour", "not testable"),
     ("tst", "supported"), ("se", "supported"), ("waso", "supported")],
)  # fmt: skip
def test_a_wearable_tells_sleep_from_wake_only(metric, outcome):
    claim = sm.Claim(metric, "increases", smallest_effect=3.0)
    verdict = judged(noisy_crossover(6.0, metric=metric, mean=50.0, device="wearable"), claim)
    assert verdict.outcome == outcome
    assert verdict.staging == "auto" if outcome == "supported" else codes_of(verdict) == ["not-of-wearables"]


def test_a_rating_does_not_ask_who_scored_the_nights():
    study = sm.Study(**DESIGN, columns={"pain": "evening pain, 0 to 10 points"})
    verdict = sm.judge(sm.Claim("pain", "increases"), noisy_crossover(6.0, metric="pain"), study)
    assert (verdict.outcome, verdict.staging, verdict.device) == ("supported", "not staged", "")
    assert not {"unknown-staging", "unknown-device"} & warned(verdict)


# ------------------------------------------------------------------------------------------------- arms that differ so
def two_groups(n=20, seed=1, **columns):
    """Two groups that nothing tells apart but the columns, given as (placebo, active)."""
    rng = np.random.default_rng(seed)
    return [
        {"subject": f"{arm}{i}", "condition": arm, "night": k, "rem_percent": rng.normal(20, 4), "device": "psg",
         **{name: values[a](i, k) if callable(values[a]) else values[a] for name, values in columns.items()}}
        for a, arm in enumerate(("placebo", "active")) for i in range(n) for k in (1, 2)
    ]  # fmt: skip


def half(i, _):
    return "B" if i % 2 else "A"


@pytest.mark.parametrize(
    ("columns", "what"),
    [
        ({"scorer": ("human", "U-Sleep")}, "stager"),
        ({"staging": ("human", "auto")}, "stager"),
        ({"model": ("eeg+eog+emg", "eeg")}, "model"),
        ({"model": ("eeg+eog+emg", "")}, "model"),
        ({"derivations": ("C4-M1", "Fpz-Cz")}, "channels"),
        ({"eeg": ("C4-M1", "F4-M1")}, "channels"),
        ({"device": ("psg", "headband")}, "device"),
        ({"family": ("A", "B")}, "device"),
        ({"rater": ("EB", "JD")}, "stager"),
        ({"scorer_id": (1, 2)}, "stager"),
        ({"software": ("v1", "v2")}, "model"),
        ({"amplifier": ("A", "B")}, "device"),
        ({"channels": ("C4-M1", "F3-F4")}, "channels"),
        ({"site": ("Basel", "Bern")}, "place"),
        ({"model": ("one", lambda i, _: "two" if i < 14 else "one")}, "model"),  # 14 of 20 against 0: Fisher p < .001
    ],
)
def test_arms_that_were_scored_or_recorded_in_different_ways_are_not_testable(columns, what):
    study = sm.Study(design="parallel", treatment="active", control="placebo", randomised=True)
    verdict = sm.judge(REM, two_groups(**columns), study)
    assert (verdict.outcome, codes_of(verdict)) == ("not testable", ["confounded-with-arm"])
    assert verdict.reasons[0].facts["what"] == what
    assert verdict.explain()


@pytest.mark.parametrize("columns", [{"model": (half, half)}, {"eeg": (half, half)},
                                     {"model": (lambda i, k: f"{i}{k}", lambda i, k: f"{i}{k}x")},
                                     {"scorer": ("Anna", "anna ")}, {"device": ("PSG", "psg")},
                                     {"technician": ("", "left early")}, {"site": ("A", None)},
                                     {"rater": (half, "")}])  # fmt: skip
def test_ways_that_are_alike_in_the_arms_are_no_obstacle(columns):
    study = sm.Study(design="parallel", treatment="active", control="placebo", randomised=True)
    assert sm.judge(REM, two_groups(**columns), study).outcome != "not testable"


def test_a_subject_whose_nights_people_and_a_program_scored_is_not_testable():
    nights = noisy_crossover(6.0, nights=2)
    nights = [night | {"staging": "human" if night["night"] == 1 else "auto"} for night in nights]
    verdict = judged(nights)
    assert (verdict.outcome, codes_of(verdict)) == ("not testable", ["mixed-staging"])


@pytest.mark.parametrize(
    ("columns", "at_fault"),
    [
        ({"staging": "human", "model": "YASA eeg+eog sha256:0123456789ab"}, "model"),
        ({"scorer": "human", "model": "YASA eeg"}, "scorer"),
        ({"staging": "auto", "scorer": "expert 1"}, "scorer"),
    ],
)
def test_a_table_that_contradicts_itself_is_refused(columns, at_fault):
    with pytest.raises(sm.ClaimError) as refused:
        judged(noisy_crossover(6.0, **columns))
    assert (refused.value.place, refused.value.key) == ("row 1", at_fault)


@pytest.mark.parametrize("written", ["Humann", "humanoid", "handy", "personal", "not known"])
def test_a_word_that_begins_like_a_person_is_none(written):
    assert judged(noisy_crossover(6.0, staging=written)).staging == "unknown"


@pytest.mark.parametrize(
    ("written", "device"),
    [("Apple Watch 9", "wearable"), ("smartwatch", "wearable"), ("Oura Ring", "wearable"),
     ("wrist actigraphy", "wearable"), ("Dreem-3", "headband"), ("EEG headband", "headband"),
     ("PSG (level 1)", "psg"), ("EMFIT", "unknown")],
)  # fmt: skip
def test_a_device_is_known_by_its_words(written, device):
    assert judged(noisy_crossover(6.0, metric="tst", mean=400.0, staging="auto", device=written),
                  sm.Claim("tst", "increases")).device == device  # fmt: skip


@pytest.mark.parametrize(
    ("scorer", "device"),
    [("Oura", "wearable"), ("Apple Health", "wearable"), ("Fitbit", "wearable"), ("Garmin", "wearable"),
     ("Withings", "wearable"), ("YASA", "unknown"), ("Bitbrain PSG autoscoring", "unknown"), ("Ring", "unknown")],
)  # fmt: skip
@pytest.mark.parametrize("column", ["scorer", "model"])
def test_who_scores_for_the_maker_of_a_wearable_tells_the_device(column, scorer, device):
    """What its own program made of N3 was judged by the limits of a headband where nobody declared the device."""
    tst = judged(noisy_crossover(6.0, metric="tst", mean=400.0, **{column: scorer}), sm.Claim("tst", "increases"))
    assert tst.device == device
    deep = judged(noisy_crossover(6.0, metric="n3_percent", mean=20.0, **{column: scorer}),
                  sm.Claim("n3_percent", "increases"))  # fmt: skip
    assert (deep.outcome == "not testable") == (device == "wearable")


def test_what_a_column_says_of_the_device_counts_before_a_scorers_name():
    nights = noisy_crossover(6.0, metric="tst", mean=400.0, scorer="Fitbit", device="psg")
    assert judged(nights, sm.Claim("tst", "increases")).device == "psg"
    with pytest.raises(sm.ClaimError, match="mend the column 'scorer'"):
        judged(noisy_crossover(6.0, metric="tst", mean=400.0, scorer="Fitbit"), sm.Claim("tst", "increases"),
               device="psg")  # fmt: skip


@pytest.mark.parametrize("column", ["scorer", "model", "staging"])
def test_a_declaration_that_the_table_contradicts_is_told_the_column_that_does(column):
    with pytest.raises(sm.ClaimError) as caught:
        judged(noisy_crossover(6.0, **{column: "auto"}), staging="human")
    assert caught.value.remedy.endswith(f"mend the column {column!r}")
    with pytest.raises(sm.ClaimError, match="mend the column 'device'"):
        judged(noisy_crossover(6.0, scorer="human", device="headband"), device="psg")
