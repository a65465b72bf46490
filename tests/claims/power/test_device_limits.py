"""What devices let nobody decide: never is said where `judge` gives no verdict, and only there."""

import numpy as np
import pytest

import somnometry as sm
from somnometry import ClaimError, Schedule
from somnometry.calibration.shipped import shipped_calibration
from somnometry.claims.asked import asked_claim
from somnometry.claims.judge import judge
from somnometry.claims.power.device_limits import beyond_device, calibration_for, staging_planned

ORDER = Schedule("blocks", periods=20, seed=3)
#: Metric -> a usual night, its SD, and what of it would be enough.
USUAL = {
    "tst": (390.0, 12.0, "tst=40"), "se": (83.0, 2.0, "se=5"), "waso": (60.0, 5.0, "waso=-15"),
    "sol": (40.0, 4.0, "sol=-12"), "awakenings": (20.0, 2.0, "awakenings=0.7"),
    "rem_percent": (19.0, 1.0, "rem_percent=4"), "rem_latency": (110.0, 9.0, "rem_latency=-30"),
    "n3_percent": (9.0, 0.8, "n3_percent=3"),
    "transitions_3state": (9.0, 0.8, "transitions_3state=-3"),
}  # fmt: skip
HEADBAND, PSG = shipped_calibration("bitbrain-headband"), shipped_calibration("bitbrain-psg")


def study_of(metric, device, **options):
    usual = {"design": "n-of-1", "treatment": "tea", "control": "none", "randomised": True, "device": device}
    return sm.Study((asked_claim(USUAL[metric][2]),), schedule=ORDER, **usual | options)


def verdict_of(metric, study, calibration):
    """Judge nights whose effect is so large that nothing but the device and its program can hold it back."""
    rng, (mean, sd, _), (claim,) = np.random.default_rng(8), USUAL[metric], study.claims
    size = claim.smallest_effect if metric != "awakenings" else mean * (1 - claim.smallest_effect)
    way = -1 if claim.direction == "decreases" else 1
    rows = []
    for i, letter in enumerate(ORDER.order):
        value = mean + sd * rng.standard_normal() + 2 * way * size * (letter == "B")
        row = {"subject": "me", "condition": "tea" if letter == "B" else "none", "period": i + 1, "night": 1,
               "tst": 390.0 + rng.normal(), metric: round(value) if metric == "awakenings" else value}  # fmt: skip
        rows.append(row | ({"scorer": str(calibration.stager)} if calibration else {"staging": "auto"}))
    return judge(claim, rows, study, sensitivity=False, calibration=calibration or ())


@pytest.mark.parametrize("psychoactive", [False, True])
@pytest.mark.parametrize(
    ("device", "calibration"),
    [("psg", None), ("headband", None), ("wearable", None), ("headband", HEADBAND), ("psg", PSG)],
)
@pytest.mark.parametrize("metric", USUAL)
def test_what_is_said_to_be_beyond_a_device_is_what_judge_gives_no_verdict_on(
    metric, device, calibration, psychoactive
):
    study = study_of(metric, device, psychoactive=psychoactive)
    never = beyond_device(study.claims[0], study, calibration)
    verdict = verdict_of(metric, study, calibration)
    assert (never is None) == (verdict.outcome == "supported"), (never, verdict.outcome, verdict.reasons)


@pytest.mark.parametrize(
    ("metric", "device", "options", "code"),
    [
        ("rem_percent", "headband", {"psychoactive": True}, "psychoactive-unbounded"),  # no calibration helps of that
        ("tst", "wearable", {"psychoactive": True}, "psychoactive-unbounded"),
        ("tst", "wearable", {"psychoactive": True, "bias": {"tst": 5.0}}, None),
        ("n3_percent", "headband", {"psychoactive": True, "bias": {"n3_percent": 1.0}}, None),
        ("rem_percent", "headband", {"psychoactive": True, "bias": {"rem_percent": 1.0}}, "unmeasurable-by-device"),
        ("rem_percent", "headband", {"staging": "human", "psychoactive": True}, None),
        ("rem_percent", "wearable", {"staging": "human"}, "not-of-wearables"),
    ],
)
def test_why_no_number_of_nights_helps(metric, device, options, code):
    study = study_of(metric, device, **options)
    why = beyond_device(study.claims[0], study)
    assert (why and why.code) == code


def test_a_calibration_of_another_device_is_refused_as_judge_refuses_it():
    study = study_of("tst", "headband")
    with pytest.raises(ClaimError, match="declares device = 'headband'"):
        calibration_for(study, PSG)
    with pytest.raises(ClaimError):
        verdict_of("tst", study, PSG)
    assert calibration_for(study, HEADBAND) is HEADBAND
    assert calibration_for(study_of("tst", None), PSG) is PSG


def test_where_people_score_no_calibration_counts_and_a_wearable_scores_by_itself():
    assert calibration_for(study_of("tst", "psg", staging="human"), HEADBAND) is None
    assert staging_planned(study_of("tst", "wearable", staging="human")) == "auto"
