"""What one person's nights can show, in words: every number is there, and nothing is promised that cannot be."""

import math

import pytest

from somnometry import Schedule, Study
from somnometry.claims.asked import asked_claim
from somnometry.claims.power.one_person import PersonPower
from somnometry.core.reason import Reason
from somnometry.report.words.learnable import beyond_device_text, learnable_text

UNMEASURABLE = Reason(
    "unmeasurable-by-device", {"metric": "rem_percent", "icc": 0.39, "least": 0.5, "device": "headband"}
)

NO_SPREAD = Reason("no-spread", {"metric": "sme"})


def text_of(*found, instead=(), device="headband", psychoactive=False, looks=(), **options):
    study = Study(
        tuple(one.claim for one in found), design="n-of-1", schedule=Schedule("blocks", periods=14, looks=looks),
        device=device, psychoactive=psychoactive,
    )  # fmt: skip
    return learnable_text(found, instead, study, 400, **options)


def test_probability_and_nights_stand_beside_the_effect():
    said = text_of(PersonPower(asked_claim("waso=-20"), 14, 0.234, 94))
    for fact in ("400 people", "within 0.05", "20 minutes less of WASO", "14 nights", "0.23", "about 94 nights"):
        assert fact in said
    assert "only which way" not in said


@pytest.mark.parametrize(
    ("found", "fact"),
    [
        (PersonPower(asked_claim("awakenings"), 14, 0.2, 93, None, True), "only which way it goes"),
        (PersonPower(asked_claim("awakenings"), 14, 0.2, 93, None, True), "20 % fewer of"),
        (PersonPower(asked_claim("tst=2"), 14, 0.03, None), "more than 365 nights"),
        (PersonPower(asked_claim("tst"), 4, math.nan, 293), "too few to show anything"),
        (PersonPower(asked_claim("sme=3"), 14, math.nan, None, unreckoned=NO_SPREAD), "not known beforehand"),
        (PersonPower(asked_claim("rem_percent"), 14, math.nan, None, UNMEASURABLE), "no number of nights helps"),
        (PersonPower(asked_claim("rem_percent"), 14, math.nan, None, UNMEASURABLE), "--calibration"),
        (PersonPower(asked_claim("rem_percent"), 14, math.nan, None, UNMEASURABLE), "eight people"),
    ],
)
def test_what_cannot_be_had_is_said(found, fact):
    assert fact in text_of(found)


def test_what_could_be_asked_instead_is_what_a_year_can_show():
    rem = PersonPower(asked_claim("rem_percent"), 14, math.nan, None, UNMEASURABLE)
    instead = (PersonPower(asked_claim("se"), 14, 0.5, 29), PersonPower(asked_claim("tst"), 14, 0.1, None))
    said = text_of(rem, instead=instead)
    assert "10 percentage points more of SE (about 29 nights)" in said
    assert "of TST" not in said


def test_of_rem_a_headbands_owner_is_told_even_who_did_not_ask():
    found = PersonPower(asked_claim("se"), 14, 0.5, 29)
    assert "REM sleep could not" in text_of(found)
    assert "REM sleep could not" not in text_of(found, is_calibrated=True)
    assert "REM sleep could not" not in text_of(found, device="psg")
    assert "calibration" not in text_of(found, psychoactive=True)  # none would help


def test_that_a_wearables_error_is_unknown_is_said():
    assert "How wearables err is not known" in text_of(PersonPower(asked_claim("se"), 14, 0.5, 29), device="wearable")
    known = text_of(PersonPower(asked_claim("se"), 14, 0.5, 29), device="wearable", is_calibrated=True)
    assert "How wearables err" not in known
    beyond = text_of(PersonPower(asked_claim("rem_percent"), 14, math.nan, None, UNMEASURABLE), device="wearable")
    assert "How wearables err" not in beyond  # nothing was reckoned


def test_what_is_not_reckoned_is_not_said_to_be_impossible():
    assert "no number of nights" not in text_of(
        PersonPower(asked_claim("sme=3"), 14, math.nan, None, unreckoned=NO_SPREAD)
    )


def test_declared_looks_are_said():
    found = PersonPower(asked_claim("se"), 14, 0.5, 29)
    assert "any of the declared looks" in text_of(found, looks=(8, 14))
    assert "looks" not in text_of(found)


def test_claims_beyond_a_device_are_named():
    said = beyond_device_text([(asked_claim("rem_percent"), UNMEASURABLE)])
    assert said.startswith("REM (% of sleep): it cannot be decided: ")
    assert "0.39" in said
