"""Sequences that a table names are those that its nights show, or it is refused."""

import dataclasses

import pytest

import somnometry as sm

from ..crossovers import noisy_crossover

STUDY = sm.Study(
    design="crossover", treatment="active", control="placebo", staging="human", device="psg", randomised=True
)
CLAIM = sm.Claim("rem_percent", "increases")


def named(form):
    """A crossover whose sequences are called by a person's name and the condition of their first period."""
    nights = noisy_crossover(6.0, subjects=24)
    first = {night["subject"]: night["condition"] for night in nights if int(night["period"]) == 1}
    return [night | {"sequence": form.format(who=night["subject"], first=first[night["subject"]])} for night in nights]


def one_wrong():
    nights = named("{first} first")
    other = {"placebo first": "active first", "active first": "placebo first"}
    return [
        night | {"sequence": other[night["sequence"]] if night["subject"] == "s2" else night["sequence"]}
        for night in nights
    ]


@pytest.mark.parametrize("nights", [named("placebo-active"), named("X"), one_wrong()])
def test_a_sequence_with_two_orders_of_conditions_is_refused(nights):
    by_claim = dataclasses.replace(CLAIM, design="crossover")
    for claim, study in ((CLAIM, STUDY), (by_claim, dataclasses.replace(STUDY, design=None))):
        with pytest.raises(sm.ClaimError, match="in one period") as caught:
            sm.judge(claim, nights, study, sensitivity=False)
        assert (caught.value.key, caught.value.place[:5]) == ("sequence", "rows ")


@pytest.mark.parametrize("form", ["{first} first", "{who}", ""])
def test_sequences_that_the_nights_show_are_taken_whatever_they_are_called(form):
    assert sm.judge(CLAIM, named(form), STUDY, sensitivity=False).outcome == "supported"
