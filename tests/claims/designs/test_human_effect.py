"""Effects on what people score, by a stager that shows a part of them: limits against plain formulas and simulation."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from somnometry.claims.designs.effect import RandomisationEffect, TEffect
from somnometry.claims.designs.human_effect import (
    NO_SLOPE,
    HumanEffect,
    Slope,
    as_people_score,
    room_above,
    room_below,
)
from somnometry.claims.designs.second_answer import SecondAnswer, WiderEffect
from somnometry.core.reason import Reason

#: Headband on N3: .60 (SE .11), of 64 nights of Bitbrain Open Access Sleep.
N3 = Slope(0.60, 0.11, 1.0)
EFFECTS = st.builds(TEffect, st.floats(-20, 20), st.floats(0.1, 10), st.integers(5, 80))
SLOPES = st.builds(lambda low, error, more: Slope(low, error, low + more), st.floats(0.3, 1.2), st.floats(0, 0.2),
                   st.floats(0, 1))  # fmt: skip
LEVELS = st.sampled_from([0.90, 0.95])


@pytest.mark.parametrize(("q", "s", "df", "margin"), [(1.2, 0.6, 22, 3.0), (-0.4, 0.5, 38, 2.0), (2.8, 0.2, 10, 5.0)])
def test_equivalence_is_fiellers_test_at_the_low_slope(q, s, df, margin):
    effect = HumanEffect(TEffect(q, s, df), N3)
    error = math.sqrt(s**2 + margin**2 * 0.11**2)
    assert effect.p_below(margin) == pytest.approx(stats.t.sf((0.6 * margin - q) / error, df))
    assert effect.p_above(-margin) == pytest.approx(stats.t.sf((q + 0.6 * margin) / error, df))


@given(EFFECTS, SLOPES)
def test_the_sign_is_tested_as_measured(measured, slope):
    effect = HumanEffect(measured, slope)
    assert (effect.p_above(0), effect.p_below(0)) == (measured.p_above(0), measured.p_below(0))


@given(EFFECTS, SLOPES, st.floats(0.1, 20))
def test_at_least_a_size_is_asked_of_the_high_slope(measured, slope, size):
    assert HumanEffect(measured, slope).p_above(size) == measured.p_above(slope.high * size)


@given(EFFECTS, SLOPES, LEVELS)
def test_the_interval_is_what_neither_test_rejects(measured, slope, level):
    low, high = HumanEffect(measured, slope).interval(level)
    tail = (1 - level) / 2
    effect = HumanEffect(measured, slope)
    if math.isfinite(low):
        assert effect.p_above(low) == pytest.approx(tail, rel=1e-6)
    if math.isfinite(high):
        assert effect.p_below(high) == pytest.approx(tail, rel=1e-6)
    assert low <= measured.estimate / slope.high + 1e-9
    assert high >= measured.estimate / slope.high - 1e-9


@given(EFFECTS, LEVELS)
def test_a_perfect_stager_changes_nothing(measured, level):
    effect = HumanEffect(measured, Slope(1.0, 0.0, 1.0))
    np.testing.assert_allclose(effect.interval(level), measured.interval(level), rtol=1e-9, atol=1e-9)
    assert effect.estimate == measured.estimate


@given(EFFECTS, SLOPES, st.floats(0.1, 20), LEVELS)
def test_turning_turns_everything(measured, slope, value, level):
    effect = HumanEffect(measured, slope)
    low, high = effect.negated().interval(level)
    assert (-high, -low) == effect.interval(level)
    assert effect.negated().p_above(value) == pytest.approx(effect.p_below(-value))


@given(EFFECTS, st.floats(0.1, 20))
def test_without_a_slope_nothing_is_small_or_large_enough(measured, margin):
    effect = HumanEffect(measured, NO_SLOPE)
    assert max(effect.p_above(-margin), effect.p_below(margin)) >= 0.5 - 1e-12
    assert effect.p_above(margin) == effect.p_below(-margin) == 1.0
    assert effect.estimate == measured.estimate


def test_an_unsure_slope_has_no_upper_limit():
    assert HumanEffect(TEffect(1.0, 0.2, 20), Slope(0.2, 0.15, 1.0)).interval(0.90)[1] == math.inf


@given(EFFECTS, SLOPES, st.floats(0, 20), LEVELS)
def test_room_is_the_bias_that_undoes_it(measured, slope, value, level):
    tail = (1 - level) / 2
    for sign in (1, -1):
        room = room_below(HumanEffect(measured, slope), sign * value, level)
        moved = HumanEffect(TEffect(measured.estimate + room, measured.standard_error, measured.df), slope)
        assert moved.p_below(sign * value) == pytest.approx(tail, rel=1e-6)
        room = room_above(HumanEffect(measured, slope), sign * value, level)
        moved = HumanEffect(TEffect(measured.estimate - room, measured.standard_error, measured.df), slope)
        assert moved.p_above(sign * value) == pytest.approx(tail, rel=1e-6)


def test_the_wider_of_two_answers_stays_the_wider():
    wide = TEffect(1.0, 0.9, 20)
    both = WiderEffect(TEffect(1.0, 0.5, 20), (SecondAnswer(Reason("errors-of-people"), wide, None),))
    turned = as_people_score(both, N3)
    assert turned.interval(0.95) == HumanEffect(wide, N3).interval(0.95)
    assert room_below(turned, 9.0, 0.90) == room_below(HumanEffect(wide, N3), 9.0, 0.90)
    assert as_people_score(both, None) is both


def test_a_randomisation_test_asks_for_more_than_fieller():
    thresholds = np.sort(np.random.default_rng(0).normal(1.0, 0.6, 4999))
    effect = HumanEffect(RandomisationEffect(1.0, thresholds), N3)
    fieller = HumanEffect(TEffect(1.0, 0.6, 1e6), N3)
    for margin in (3.0, 4.0, 5.0):
        assert effect.p_below(margin) >= fieller.p_below(margin) - 0.02
    assert effect.p_above(0) == effect.measured.p_above(0)
    assert effect.interval(0.90)[1] > fieller.interval(0.90)[1]


def simulated(share, truth, margin, people, nights, n_studies, seed):
    """Verdicts of studies in plain numpy: a stager that shows a share of an effect, its slope known from 50 people."""
    rng = np.random.default_rng(seed)
    df, true_error = people - 2, math.sqrt((2 * 6.0**2 / nights + 3.0**2) / people)
    q = rng.normal(share * truth, true_error, n_studies)
    s = true_error * np.sqrt(rng.chisquare(df, n_studies) / df)
    low = rng.normal(0.60, 0.11, n_studies)
    found = {"equivalent": 0, "at least": 0, "covered": 0, "face value": 0, "by the low slope alone": 0}
    for one, error, slope in zip(q.tolist(), s.tolist(), low.tolist(), strict=True):
        measured = TEffect(one, error, df)
        effect = HumanEffect(measured, Slope(slope, 0.11, 1.0) if slope >= 0.44 else Slope(0.0, 0.0, 1.0))
        limits = effect.interval(0.95)
        found["equivalent"] += max(effect.p_above(-margin), effect.p_below(margin)) <= 0.05
        found["at least"] += effect.interval(0.90)[0] > margin
        found["covered"] += limits[0] <= truth <= limits[1]
        found["face value"] += max(measured.p_above(-margin), measured.p_below(margin)) <= 0.05
        found["by the low slope alone"] += (one - stats.t.ppf(0.95, df) * error) / slope > margin if slope > 0 else 0
    return {name: n / n_studies for name, n in found.items()}


def more_than(rate, n):
    """A rate and three Monte-Carlo standard errors."""
    return rate + 3 * math.sqrt(rate * (1 - rate) / n)


@pytest.mark.parametrize("share", [0.60, 0.80, 1.00])
@pytest.mark.parametrize(("people", "nights"), [(24, 2), (40, 4), (80, 4)])
def test_an_effect_of_exactly_the_margin_is_neither_equivalent_nor_at_least_it(share, people, nights):
    n = 1500
    found = simulated(share, 5.0, 5.0, people, nights, n, seed=1)
    assert found["equivalent"] <= more_than(0.05, n)
    assert found["at least"] <= more_than(0.05, n)
    assert found["covered"] >= 0.94 - 3 * math.sqrt(0.94 * 0.06 / n)


def test_face_value_fails_and_so_does_division_by_the_least_squares_slope():
    assert simulated(0.60, 5.0, 5.0, 40, 4, 1000, seed=2)["face value"] > 0.5
    assert simulated(0.90, 5.0, 5.0, 40, 4, 1000, seed=3)["by the low slope alone"] > 0.15


def test_no_effect_is_found_equivalent():
    assert simulated(1.0, 0.0, 5.0, 80, 4, 1000, seed=4)["equivalent"] > 0.85


def test_the_estimate_and_its_error_are_of_the_high_slope_where_that_is_not_one():
    """Ratios of counts have slopes above 1, where the program counts fewer than people."""
    effect = HumanEffect(TEffect(2.0, 1.0, 20), Slope(0.6, 0.1, 1.25))
    assert (effect.estimate, effect.standard_error) == (pytest.approx(1.6), pytest.approx(0.8))
    assert effect.ends == (pytest.approx(1.6), pytest.approx(2 / 0.6))
    assert HumanEffect(TEffect(2.0, 1.0, 20), NO_SLOPE).standard_error == 1.0
