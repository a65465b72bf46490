"""One night as plain numbers, against loops over its epochs and against the arrays of many nights."""

import math
import struct

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from somnometry.core.hypnogram import Hypnogram
from somnometry.core.stage import NREM, SLEEP, Stage
from somnometry.metrics import METRICS, architecture, architecture_table
from somnometry.metrics.one_night import OneNight
from somnometry.metrics.requirements import REQUIREMENTS
from somnometry.metrics.stage_matrix import StageMatrix

from .naive import naive
from .strategies import WORKED_NIGHT, hypnograms, lights_of, stages_of

EPOCHS = st.sampled_from((5.0, 20.0, 30.0, 50.0))


@st.composite
def nights(draw):
    levels, epoch = draw(st.sampled_from((5, 5, 5, 4, 3, 2))), draw(EPOCHS)
    stages = draw(stages_of(levels, max_runs=30))
    off, on = draw(lights_of(len(stages), epoch))
    return Hypnogram(stages, epoch=epoch, lights_off=off, lights_on=on, levels=levels)


def given_to_the_table(hypnogram):
    lights = {"lights_off": hypnogram.lights_off, "lights_on": hypnogram.lights_on}
    return {"epoch": hypnogram.epoch, "levels": hypnogram.levels, **lights}


def bits(value):
    return "nan" if math.isnan(value) else struct.pack("d", value)


@settings(max_examples=100, deadline=None)
@given(nights())
def test_equals_loops_over_epochs(hypnogram):
    measured = dict(architecture(hypnogram, max_unscored=1))
    assert measured == pytest.approx(naive(hypnogram.stages, **given_to_the_table(hypnogram)), abs=1e-9, nan_ok=True)


@settings(max_examples=100, deadline=None)
@given(nights())
def test_every_bit_is_that_of_a_table_of_nights(hypnogram):
    table = architecture_table(hypnogram.stages[None, :], **given_to_the_table(hypnogram))
    measured = architecture(hypnogram, max_unscored=1)
    assert {key: bits(value) for key, value in measured.items()} == {key: bits(row[0]) for key, row in table.items()}


@settings(max_examples=50, deadline=None)
@given(nights())
def test_the_first_requirement_that_is_not_met_is_the_reason(hypnogram):
    matrix = StageMatrix.of(hypnogram)
    reasons = architecture(hypnogram, max_unscored=1).reasons
    for metric in METRICS.values():
        unmet = [why for name in metric.requires if (why := REQUIREMENTS[name].unmet(matrix)) is not None]
        assert reasons.get(metric.key) == (unmet[0] if unmet else None)


@settings(max_examples=50, deadline=None)
@given(hypnograms())
def test_what_metrics_share_is_what_a_matrix_has(hypnogram):
    night, matrix = OneNight.of(hypnogram), StageMatrix.of(hypnogram)
    numbers = ("n_in_bed", "n_unscored", "n_wake", "n_sleep", "hours_of_sleep", "onset", "last_sleep")
    numbers += ("bridged_awakenings", "epochs_of_rem_periods", "rem_in_periods", "rem_interruptions")
    for name in numbers:
        assert getattr(night, name) == getattr(matrix, name)[0], name
    for name in ("sleep_runs", "nrem_runs", "rem_runs", "wake_bouts", "awakening_bouts", "completed_cycles"):
        runs, of_matrix = getattr(night, name), getattr(matrix, name)
        assert (runs.start, runs.length) == (of_matrix.start.tolist(), of_matrix.length.tolist()), name
    assert night.transitions_asleep.tolist() == matrix.transitions_asleep.tolist()
    assert night.counts_asleep.tolist() == matrix.counts_asleep.tolist()
    for before, after in ((SLEEP, (Stage.W,)), (NREM, (Stage.R,)), (SLEEP, SLEEP)):
        assert night.changes(before, after) == matrix.changes(before, after)[0]
        assert night.pairs_asleep(before, after) == matrix.pairs_asleep(before, after)[0]


def test_the_worked_night_by_hand():
    night = OneNight.of(Hypnogram(WORKED_NIGHT, lights_off=30.0))
    assert (night.begin, night.n_in_bed, night.onset, night.last_sleep) == (1, 19, 2, 16)
    assert night.counts_of((Stage.N1,)) == 3
    assert (night.wake_bouts.start, night.wake_bouts.length) == ([8], [2])
    assert night.changes(SLEEP, (Stage.W,)) == 2
    assert night.pairs_asleep(SLEEP, (Stage.W,)) == 1  # the final awakening is none of the sleep period


@pytest.mark.parametrize("lights", [{}, {"lights_off": 60.0, "lights_on": 70.0}])
@pytest.mark.parametrize("stages", [[], [-1] * 6, [0] * 6])
def test_nights_of_nothing(stages, lights):
    measured = architecture(Hypnogram(np.array(stages, np.int8), **lights), max_unscored=1)
    assert measured["tst"] == 0
    assert math.isnan(measured["waso"])
    assert measured.reasons["waso"] == "no sleep was scored"
