"""Periods of one night by the rule of Feinberg and Floyd: by hand, and against those of many nights."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from somnometry.core.hypnogram import Hypnogram
from somnometry.core.stage import NREM, SLEEP, Stage
from somnometry.metrics.feinberg_night import completed_night_cycles, night_periods
from somnometry.metrics.one_night import OneNight
from somnometry.metrics.stage_matrix import StageMatrix

from .nights import N2, N3, R, W, in_minutes


def periods_of(hypnogram):
    night = OneNight.of(hypnogram)
    n3 = night.runs_of((Stage.N3,))
    return night_periods(nrem=night.runs_of(NREM), rem=night.rem_runs, n3=n3, sleep=night.runs_of(SLEEP), epoch=30.0)


def in_epochs(periods):
    return [(period.start / 2, period.end / 2, "REM" if period.is_rem else "NREM") for period in periods]


def test_a_night_by_hand():
    # 10 min of W; NREM until the first R, which may be short; wake between belongs to no period
    periods = periods_of(in_minutes(W, 10, N2, 40, R, 2, W, 3, N2, 50, R, 5, W, 1, R, 20, W, 10))
    assert in_epochs(periods) == [(10, 50, "NREM"), (50, 52, "REM"), (55, 105, "NREM"), (105, 131, "REM")]
    assert completed_night_cycles(periods).start == [20, 110]
    assert completed_night_cycles(periods).length == [84, 152]


def test_the_last_cycle_counts_only_with_its_rem():
    periods = periods_of(in_minutes(N2, 40, R, 10, N2, 30))
    assert in_epochs(periods) == [(0, 40, "NREM"), (40, 50, "REM"), (50, 80, "NREM")]
    assert completed_night_cycles(periods).length == [100]


def test_a_long_nrem_period_is_split_where_n3_returns_again_and_again():
    periods = periods_of(in_minutes(*(N3, 40, N2, 40) * 4, R, 10))
    assert in_epochs(periods) == [*((80 * i, 80 * i + 80, "NREM") for i in range(4)), (320, 330, "REM")]
    assert completed_night_cycles(periods).count() == 4


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(st.sampled_from((-1, 0, 1, 2, 3, 3, 4)), st.integers(1, 90)), max_size=40))
def test_periods_are_those_of_many_nights(runs):
    stages = np.repeat([stage for stage, _ in runs], [n for _, n in runs]).astype(np.int8)
    hypnogram = Hypnogram(stages)
    many = StageMatrix.of(hypnogram).feinberg_periods
    expected = list(zip(many.start.tolist(), many.end.tolist(), many.is_rem.tolist(), strict=True))
    assert [tuple(period) for period in periods_of(hypnogram)] == expected
