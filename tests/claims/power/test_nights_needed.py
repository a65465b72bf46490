"""Nights and subjects that metrics ask for, against formulas of others and against simulation."""

import dataclasses

import pytest

import somnometry as sm
from somnometry.claims.power.nights_needed import nights_needed, smallest_effects
from somnometry.claims.power.simulation import power
from somnometry.claims.stager_validation import VALIDATION

from .declared import TST, WASO, near, study


def test_subjects_of_the_formula_have_the_power_that_simulation_finds():
    for metric, claim in (("tst", TST), ("waso", WASO)):
        n = nights_needed({metric: claim.smallest_effect}, devices=(None,), nights=(4,))[0].subjects[4]
        row = power(study(claim), subjects=[n], nights=[4], n_studies=200).rows[0]
        assert near(row, 0.8, rounding=0.02)  # even numbers of subjects


@pytest.mark.acceptance
@pytest.mark.parametrize("nights", [2, 4, 7])
def test_subjects_of_counts_are_right_to_first_order(nights):
    claim = sm.Claim("awakenings_2min", "decreases", smallest_effect=0.8)
    n = nights_needed({"awakenings_2min": 0.8}, devices=(None,), nights=(nights,))[0].subjects[nights]
    row = power(study(claim), subjects=[n], nights=[nights], n_studies=600).rows[0]
    assert near(row, 0.8, rounding=0.07)


def test_nights_for_a_reliable_mean_follow_spearman_and_brown():
    own = {"tst": sm.Spread(400.0, 40.0, 40.0)}
    human, band = nights_needed({"tst": 15.0}, devices=(None, "headband"), spreads=own)
    assert (human.reliability, human.nights) == (0.5, 4)  # 4 r / (1 + 3 r) = 0.8 at r = 0.5
    known = VALIDATION["headband"]["tst"]
    kept, drawn = known.recurrence * known.sd**2, (1 - known.recurrence) * known.sd**2
    at = [1600 / (1600 + kept + (1600 + drawn) / k) for k in (band.nights - 1, band.nights)]
    assert at[0] < 0.8 <= at[1]
    assert nights_needed({"rem_percent": 3.0}, devices=("psg",))[0].nights is None  # recurs too much
    assert nights_needed({"pain": 2.0}) == ()


def test_nights_needed_says_what_a_device_cannot_measure():
    band = nights_needed({"rem_percent": 3.0}, devices=("headband",))[0]
    assert band.note.code == "unmeasurable-on-device"
    assert round(band.note.facts["icc"], 2) == 0.39
    assert set(band.subjects.values()) == {None}


def test_the_smallest_of_several_effects_on_a_metric_is_planned_for():
    awake = sm.Claim("awakenings_2min", "decreases", smallest_effect=0.7, id="a")
    again = sm.Claim("awakenings_2min", "decreases", smallest_effect=0.9, id="b")
    larger = dataclasses.replace(TST, smallest_effect=20.0, id="c")
    assert smallest_effects(study(awake, again, larger, TST)) == {"awakenings_2min": 0.9, "tst": 15.0}
