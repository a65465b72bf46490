"""Names that are written in two ways: told where they may be one, refused only where they must be."""

import pytest

import somnometry as sm
from somnometry.claims.data.alike_names import alike_names, require_no_twins

from ..crossovers import noisy_crossover

STUDY = sm.Study(
    design="crossover", treatment="active", control="placebo", staging="human", device="psg", randomised=True
)


@pytest.mark.parametrize(
    ("one", "other"),
    [("P-07", "P07"), ("P_07", "P7"), ("P-07", "P7"), ("sub-01", "sub_1"), ("A.12", "A-12"), ("12-B", "12B"),
     ("anna-maria", "Anna Maria"), ("P\u201307", "P07")],
)  # fmt: skip
def test_names_that_differ_in_marks_beside_letters_are_told(one, other):
    require_no_twins([one, other], "subject")
    (reason,) = alike_names([one, other], "subject")
    assert reason.facts == {"column": "subject", "names": (one, other), "n": 1}


@pytest.mark.parametrize(
    ("one", "other"),
    [("P1-2", "P12"), ("1-1", "11"), ("0.5 mg", "5 mg"), ("-5", "5"), ("P07", "P70"), ("drug+placebo", "drug placebo "),
     ("P1", "P10"), ("A-1", "B-1")],
)  # fmt: skip
def test_names_that_tell_two_apart_are_not(one, other):
    assert alike_names([one, other], "subject") == ()


@pytest.mark.parametrize(
    ("one", "other"),
    [("P1", "\u04201"), ("P1", "P1\u200b"), ("P1", "P\u00ad1"), ("1", "1.0"), ("07", "7.0"), ("P1", "P1.0"),
     ("active", "\u0430ctive"),
     ("P1", "\uff301"), ("P 1", "p01")],
)  # fmt: skip
def test_names_that_look_the_same_or_are_one_number_are_refused(one, other):
    with pytest.raises(sm.ClaimError, match="nobody sees"):
        require_no_twins([one, other], "subject")


@pytest.mark.parametrize(
    ("one", "other"), [("1.5", "1"), ("10", "1"), ("1.0.1", "1"), ("Анна", "Ольга"), ("20", "2.0")]
)
def test_other_numbers_and_names_are_others(one, other):
    require_no_twins([one, other], "subject")
    assert alike_names([one, other], "subject") == ()


def test_one_person_under_two_names_is_told_of_each_verdict_and_never_refused():
    nights = noisy_crossover(0.0, subjects=24)
    for night in nights:
        night["subject"] = {"s1": "P-07", "s2": "P07", "s3": "P8", "s4": "P_08"}.get(night["subject"], night["subject"])
    verdict = sm.judge(sm.Claim("rem_percent", "increases"), nights, STUDY, sensitivity=False)
    (told,) = (reason for reason in verdict.warnings if reason.code == "alike-names")
    assert told.facts["n"] == 2
    assert "'P-07' and 'P07' (and 1 more pair) differ only in marks" in str(told)
