"""Verdicts on one person are wrong as rarely as they say, on nights that plain NumPy draws, not our simulator.

Nights depend on the one before (AR(1) of .5), drift by an SD, are longer at weekends, and 15 % of them are lost.
"""

from __future__ import annotations

import dataclasses

import pytest

from benchmarks.claims.error_rates import Z999, Rates, mc_error
from benchmarks.claims.one_person_studies import (
    HARD,
    LOOKS,
    MARGIN,
    SCHEMES,
    SD,
    Nights,
    observed_power,
    rates_of_looks,
    rates_of_one_person,
    rates_of_series,
    study_of,
)
from somnometry.claims.power.simulation import power
from somnometry.core.schedule import Schedule


def assert_honest(rates: Rates, slack: float, lacking: float = 0.0) -> None:
    assert rates.not_testable <= lacking * (rates.n + rates.not_testable)
    assert max(rates.benefit, rates.harm) <= 0.025 + slack * mc_error(0.025, rates.n), rates
    assert rates.coverage >= 0.95 - slack * mc_error(0.95, rates.n), rates
    assert max(rates.equivalent_above, rates.equivalent_below) <= 0.05 + slack * mc_error(0.05, rates.n), rates


@pytest.mark.parametrize("name", ["blocks of 4", "phases ABAB"])
def test_one_persons_verdicts_are_seldom_wrong(name):
    assert_honest(rates_of_one_person(SCHEMES[name], HARD, 20), Z999)


@pytest.mark.acceptance
@pytest.mark.parametrize("covariates", [(), ("trend", "weekday")])
@pytest.mark.parametrize("name", SCHEMES)
def test_one_persons_verdicts_are_wrong_as_often_as_they_say_in_2000_studies(name, covariates):
    lacking = 0.1 if covariates else 0.0  # of few nights, weekday and trend may tell the arms by themselves
    assert_honest(rates_of_one_person(SCHEMES[name], HARD, 2000, covariates=covariates), 3, lacking)


@pytest.mark.acceptance
@pytest.mark.parametrize("name", SCHEMES)
def test_the_power_that_is_printed_is_the_power_that_is_seen(name):
    n = 2000
    undrawn = dataclasses.replace(study_of(SCHEMES[name], 0), schedule=Schedule(**SCHEMES[name]))
    table = power(undrawn, subjects=[1], nights=[1], n_studies=n, spreads={"tst": {"within": SD}})
    printed, seen = table.rows[0].before, observed_power(SCHEMES[name], MARGIN, n)
    assert abs(printed - seen) <= 3 * 2**0.5 * mc_error(seen, n)


def test_looks_that_were_declared_seldom_find_what_is_not_there():
    benefit, harm, early = rates_of_looks((8, 12), HARD, 20)
    assert max(benefit, harm) <= 0.025 + Z999 * mc_error(0.025, 20)
    assert early <= benefit + harm


@pytest.mark.acceptance
def test_looks_that_were_declared_find_what_is_not_there_as_seldom_as_one_in_2000_studies():
    benefit, harm, _ = rates_of_looks(LOOKS, HARD, 2000)
    assert max(benefit, harm) <= 0.025 + 3 * mc_error(0.025, 2000)


@pytest.mark.acceptance
@pytest.mark.parametrize("like", [Nights(), Nights(correlation=0.5, lost=0.15)])
def test_series_of_one_persons_studies_are_wrong_as_often_as_they_say_in_2000(like):
    benefit, harm, coverage = rates_of_series(like, 2000)
    assert max(benefit, harm) <= 0.025 + 3 * mc_error(0.025, 2000)
    assert coverage >= 0.95 - 3 * mc_error(0.95, 2000)
