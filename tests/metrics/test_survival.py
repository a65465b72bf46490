"""Survival of runs: curves worked by hand, hazards, and laws."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings

from somnometry.core.errors import HypnogramError
from somnometry.core.hypnogram import Hypnogram
from somnometry.metrics import architecture
from somnometry.metrics.survival import hazards, run_survival

from .strategies import stages_of

#: Runs of sleep of 2, 4, 1, 3 and 6 epochs that W ends, and one of 3 that the end of the record cuts off.
RUNS = [0, *[2] * 2, 0, *[2] * 4, 0, 0, 2, 0, *[4] * 3, 0, *[3] * 6, 0, *[2] * 3]


class TestRunSurvival:
    def test_kaplan_meier_by_hand(self):
        curve = run_survival(Hypnogram(RUNS))
        assert (curve.n_runs, curve.n_censored) == (6, 1)
        assert curve.minutes.tolist() == [0.5, 1, 1.5, 2, 3]
        assert curve.at_risk.tolist() == [6, 5, 4, 2, 1]
        assert curve.ended.tolist() == [1, 1, 1, 1, 1]
        assert curve.survival.tolist() == pytest.approx([5 / 6, 4 / 6, 3 / 6, 1 / 4, 0])

    def test_quantiles_are_the_first_time_that_survival_is_so_low(self):
        curve = run_survival(Hypnogram(RUNS))
        assert curve.median == 1.5
        assert [curve.quantile(share) for share in (0.1, 0.25, 0.75, 1)] == [0.5, 1, 2, 3]

    def test_the_last_run_is_censored_unless_wake_ends_it(self):
        assert run_survival(Hypnogram([*RUNS, 0])).n_censored == 0
        assert run_survival(Hypnogram([*RUNS, -1, 0])).n_censored == 1
        cut = run_survival(Hypnogram([*RUNS, 0], lights_on=len(RUNS) * 30.0))
        assert cut.n_censored == 1  # wake after lights-on was not watched

    def test_a_quantile_that_survival_does_not_reach_is_nan(self):
        curve = run_survival(Hypnogram([2, 0, 2, -1, 2, -1, 2, -1, 2, -1, 2]))
        assert math.isnan(curve.median)
        assert curve.quantile(0.1) == 0.5

    def test_fewer_than_five_runs_are_nan_with_the_reason(self):
        curve = run_survival(Hypnogram([2, 0] * 4))
        assert np.isnan(curve.survival).all()
        assert math.isnan(curve.median)
        assert curve.reason == "the night has 4 runs of sleep, fewer than 5"
        assert run_survival(Hypnogram([2, 0] * 4), min_runs=4).survival.tolist() == [0]
        assert run_survival(Hypnogram([0])).reason == "the night has 0 runs of sleep, fewer than 5"

    def test_nrem_and_rem_are_censored_where_the_other_comes(self):
        night = Hypnogram([2, 2, 4, 2, 0, 4, 0, 2])
        nrem, rem = (run_survival(night, state=state, min_runs=1) for state in ("nrem", "rem"))
        assert (nrem.n_runs, nrem.n_censored) == (3, 2)
        assert (rem.n_runs, rem.n_censored) == (2, 1)

    def test_wake_is_that_within_the_sleep_period(self):
        wake = run_survival(Hypnogram([0, 0, 0, 2, 0, 2, 0, 0, 2, 0]), state="wake", min_runs=1)
        assert (wake.minutes.tolist(), wake.n_runs, wake.n_censored) == ([0.5, 1], 2, 0)

    def test_levels_and_states(self):
        assert run_survival(Hypnogram([7, 0] * 5, levels=2)).survival.tolist() == [0]
        with pytest.raises(HypnogramError, match=r"runs of rem need a scorer who tells NREM and REM apart.*2 levels"):
            run_survival(Hypnogram([7, 0], levels=2), state="rem")
        with pytest.raises(HypnogramError, match="not 'n2'"):
            run_survival(Hypnogram([2]), state="n2")

    def test_a_table_has_a_row_for_each_length(self):
        assert run_survival(Hypnogram(RUNS)).to_frame()["ended"].sum() == 5


class TestHazards:
    def test_by_hand(self):
        found = hazards(Hypnogram(RUNS))
        assert {key: (hazard.events, hazard.minutes) for key, hazard in found.items()} == {
            "sleep_to_wake": (5, 9.5),
            "nrem_to_wake": (4, 8),
            "rem_to_wake": (1, 1.5),
            "wake_to_sleep": (5, 3),
        }
        assert found["nrem_to_wake"].per_hour == 30
        assert found["wake_to_sleep"].per_hour == 100

    def test_a_state_that_was_not_entered_has_no_hazard(self):
        found = hazards(Hypnogram([2, 2, 0]))
        assert math.isnan(found["rem_to_wake"].per_hour)
        assert found["rem_to_wake"].reason == "no rem was scored within the sleep period"
        assert found["wake_to_sleep"].reason == "no wake was scored within the sleep period"

    def test_two_levels_have_sleep_and_wake(self):
        found = hazards(Hypnogram([7, 7, 0, 7], levels=2))
        assert found["sleep_to_wake"].per_hour == 40
        assert found["nrem_to_wake"].reason == "the scorer's levels have one stage of sleep only"


def naive_kaplan_meier(lengths, ended, at):
    """Share of runs that outlast `at`, by the product over every length at which one ended."""
    share = 1.0
    for time in sorted(set(lengths)):
        if time <= at:
            deaths = sum(length == time and end for length, end in zip(lengths, ended, strict=True))
            share *= 1 - deaths / sum(length >= time for length in lengths)
    return share


@settings(max_examples=100, deadline=None)
@given(stages_of(max_runs=40))
def test_the_curve_falls_and_is_the_product(stages):
    curve = run_survival(Hypnogram(stages), min_runs=1)
    assert (np.diff(curve.survival) <= 0).all()
    assert ((curve.survival >= 0) & (curve.survival <= 1)).all()
    assert (np.diff(curve.minutes) > 0).all()
    groups = [(asleep, len(list(run))) for asleep, run in itertools.groupby(stages, key=lambda stage: stage > 0)]
    starts = np.cumsum([0, *[length for _, length in groups]])
    runs = [(length, start + length) for (asleep, length), start in zip(groups, starts, strict=False) if asleep]
    ended = [end < len(stages) and stages[end] == 0 for _, end in runs]
    assert curve.n_censored == len(runs) - sum(ended)
    for minutes, survival in zip(curve.minutes, curve.survival, strict=True):
        expected = naive_kaplan_meier([length for length, _ in runs], ended, minutes * 2)
        assert survival == pytest.approx(expected)


@settings(max_examples=100, deadline=None)
@given(stages_of())
def test_sleep_ends_as_often_as_sfi_wake_says(stages):
    night, found = architecture(Hypnogram(stages), max_unscored=1), hazards(Hypnogram(stages))
    assert found["sleep_to_wake"].per_hour == pytest.approx(night["sfi_wake"], nan_ok=True)
    assert found["sleep_to_wake"].events == found["nrem_to_wake"].events + found["rem_to_wake"].events
