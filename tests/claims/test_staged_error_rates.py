"""Verdicts on nights that a program scored are wrong as rarely as they say, on studies drawn in plain numpy."""

from __future__ import annotations

import math
from collections import Counter

import numpy as np
import pytest
from scipy import stats

from benchmarks.claims.staged_studies import (
    BIASED,
    MARGIN,
    SIZES,
    biased_verdicts,
    nights_by_program,
    people_scored_by_both,
    staged_effects,
    staged_rates,
    verdict_on,
)

#: Shares of an effect that the program shows: what regression finds, the middle, nearly all, and all.
SHARES = (0.6, 0.8, 0.9, 1.0)


def at_most(rate: float, n: int) -> float:
    """A rate and three Monte-Carlo standard errors."""
    return rate + 3 * math.sqrt(rate * (1 - rate) / n)


@pytest.mark.parametrize("share", SHARES)
@pytest.mark.parametrize(("people", "nights"), SIZES)
@pytest.mark.parametrize("n", [500, pytest.param(6000, marks=pytest.mark.acceptance)])
def test_an_effect_of_the_margin_is_neither_equivalent_nor_at_least_it_and_lies_in_the_interval(
    share, people, nights, n
):
    rates = staged_rates(share, people, nights, n, seed=7)
    assert rates.equivalent <= at_most(0.05, n), rates
    assert rates.at_least <= at_most(0.05, n), rates
    assert 1 - rates.coverage <= at_most(0.06, n), rates


def test_face_value_and_division_by_the_slope_fail():
    assert staged_rates(0.6, 40, 4, 500).face_value > 0.8
    assert staged_rates(0.9, 40, 4, 500).divided > 0.5


def test_no_effect_is_found_equivalent_where_people_and_nights_are_enough():
    assert staged_rates(0.6, 40, 4, 1000).equivalent_at_none > 0.86
    assert staged_rates(1.0, 80, 4, 1000).equivalent_at_none > 0.86


def test_the_programs_slope_and_errors_are_those_that_were_asked_for():
    rng = np.random.default_rng(3)
    human, auto = people_scored_by_both(rng, 0.9, 400)
    slopes = [stats.linregress(one, other).slope for one, other in zip(human, auto, strict=True)]
    assert np.mean(slopes) == pytest.approx(0.6, abs=0.02)
    seen = nights_by_program(rng, 0.9, 3.0, 40, 4, 400)
    assert np.mean(seen[:, :, 1] - seen[:, :, 0]) == pytest.approx(2.7, abs=0.05)


def test_whole_verdicts_are_those_of_the_effects_that_are_counted():
    rng = np.random.default_rng(11)
    human, auto = people_scored_by_both(rng, 0.8, 6)
    sized = 0
    for effect in (0.0, MARGIN):
        seen = nights_by_program(rng, 0.8, effect, 24, 2, 6)
        for i, measured in enumerate(staged_effects(seen)):
            verdict = verdict_on(seen[i], human[i], auto[i])
            low = stats.linregress(human[i], auto[i]).slope
            assert verdict.staging == "auto+propagated"
            assert verdict.df == measured.df
            assert verdict.p == pytest.approx(2 * stats.t.sf(abs(measured.estimate) / measured.standard_error, 22))
            if not math.isnan(verdict.human_estimate[0]):  # of slopes that are surely there
                sized += 1
                assert verdict.human_estimate == pytest.approx((measured.estimate, measured.estimate / low))
    assert sized >= 6


@pytest.mark.parametrize("n", [25, pytest.param(1000, marks=pytest.mark.acceptance)])
@pytest.mark.parametrize("name", BIASED)
def test_what_a_drug_does_to_the_program_is_no_effect_of_it(name, n):
    outcomes = Counter(verdict.outcome for verdict in biased_verdicts(BIASED[name], 24, 2, n))
    wrong = (outcomes["supported"] + outcomes["equivalent"]) / n
    if not BIASED[name].psychoactive:
        assert wrong > 0.7  # which is what the declaration is for
    else:
        on_the_edge = BIASED[name].bias > 5  # as large as what calibrations find, each with an error
        assert wrong <= at_most(0.15 if on_the_edge else 0.05, n)


def test_the_bias_that_a_verdict_would_stand_is_told_where_none_is_plausible_of_itself():
    (verdict,) = biased_verdicts(BIASED["3 points more N3, psychoactive"], 24, 2, 1)
    assert verdict.reasons[-1].code == "stager-error"
    assert math.isnan(verdict.reasons[-1].facts["plausible"])
    assert verdict.reasons[-1].facts["needed"] > 0
