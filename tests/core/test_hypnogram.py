"""Hypnograms: frozen, whole, and clear about lights."""

import dataclasses
import math
import pickle
from datetime import datetime, timedelta

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from somnometry.core.errors import HypnogramError, SomnometryError
from somnometry.core.hypnogram import Hypnogram
from somnometry.core.stage import Stage

from ..hypnograms import assert_same, hypnograms

ROW = [0.1, 0.2, 0.4, 0.2, 0.1]

NOTHING = [math.nan] * 5


def test_fields_cannot_be_set():
    with pytest.raises(dataclasses.FrozenInstanceError):
        Hypnogram([0]).epoch = 20.0


def test_arrays_are_read_only_and_not_those_of_the_caller():
    stages, probabilities = np.array([2, 2], np.int8), np.array([ROW, ROW])
    hypnogram = Hypnogram(stages, probabilities=probabilities)
    stages[0] = 4
    probabilities[0] = 0
    assert hypnogram.stages.tolist() == [2, 2]
    assert hypnogram.probabilities.tolist() == [ROW, ROW]
    for array in (hypnogram.stages, hypnogram.probabilities):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 1


def test_stages_are_int8_and_probabilities_float64():
    hypnogram = Hypnogram([2.0], probabilities=np.array([ROW], np.float32))
    assert hypnogram.stages.dtype == np.int8
    assert hypnogram.probabilities.dtype == np.float64


@given(hypnograms())
def test_pickling_gives_the_same_and_a_read_only_hypnogram(hypnogram):
    again = pickle.loads(pickle.dumps(hypnogram))
    assert_same(hypnogram, again)
    assert not again.stages.flags.writeable


@given(hypnograms())
def test_replacing_nothing_changes_nothing(hypnogram):
    assert_same(hypnogram, hypnogram.replace())


def test_replace_leaves_the_original():
    hypnogram = Hypnogram([0, 2])
    assert hypnogram.replace(lights_off=30.0).lights_off == 30.0
    assert hypnogram.lights_off == 0.0


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"stages": [0, 0, 5]}, r"epoch 2 has stage 5; with 5 levels .* N1=1"),
        ({"stages": [0, 2], "levels": 4}, r"epoch 1 has stage 2; with 4 levels .* LIGHT=5"),
        ({"stages": [0, -2]}, r"epoch 1 has stage -2; .*\?=-1"),
        ({"stages": [0, 256]}, r"epoch 1 has stage 256"),
        ({"stages": [0.5]}, r"epoch 0 has stage 0.5"),
        ({"stages": [math.nan]}, r"epoch 0 has stage nan"),
        ({"stages": ["W"]}, r"stages are one row of numbers"),
        ({"stages": [[0, 1]]}, r"stages are one row of numbers, not .* of shape \(1, 2\)"),
        ({"stages": [True, False]}, r"stages are one row of numbers, not bool"),
        ({"stages": [0], "epoch": 0}, r"positive number of seconds, not 0"),
        ({"stages": [0], "epoch": -30}, r"positive number of seconds, not -30"),
        ({"stages": [0], "epoch": math.nan}, r"positive number of seconds, not nan"),
        ({"stages": [0], "epoch": math.inf}, r"positive number of seconds, not inf"),
        ({"stages": [0], "levels": 6}, r"5, 4, 3 or 2 levels, not 6"),
        ({"stages": [0, 0], "probabilities": [ROW]}, r"each of the 2 epochs, not shape \(1, 5\)"),
        ({"stages": [0], "probabilities": [[0.5, 0.5]]}, r"not shape \(1, 2\)"),
        ({"stages": [0], "probabilities": [[0.5, 0.4, 0, 0, 0]]}, r"sum to 1"),
        ({"stages": [0], "probabilities": [[1.5, -0.5, 0, 0, 0]]}, r"not negative"),
        ({"stages": [0], "probabilities": [[1.0, math.nan, 0, 0, 0]]}, r"NaN throughout"),
        ({"stages": [-1], "probabilities": [ROW]}, r"unscored epoch has no probabilities: its row must be NaN"),
        ({"stages": [0, 0], "lights_off": 60.0}, r"lights-off \(60 s\) must come before lights-on \(60 s\)"),
        ({"stages": [0, 0], "lights_off": 30.0, "lights_on": 20.0}, r"seconds from the start of the first epoch"),
    ],
)
def test_errors_name_the_value_and_the_remedy(arguments, words):
    with pytest.raises(HypnogramError, match=words):
        Hypnogram(**arguments)


def test_hypnogram_errors_are_ours():
    assert issubclass(HypnogramError, SomnometryError)


def test_a_scored_epoch_may_lack_probabilities():
    assert np.isnan(Hypnogram([0, 0], probabilities=[ROW, NOTHING]).probabilities[1]).all()


def test_a_bare_array_is_the_lights_window():
    hypnogram = Hypnogram([0, 2, 2])
    assert (hypnogram.lights_off, hypnogram.lights_on) == (0.0, 90.0)
    assert hypnogram.lights_known
    assert hypnogram.in_bed.all()


@pytest.mark.parametrize(
    ("off", "on", "expected"),
    [
        (15.0, 75.0, [1, 1, 0, 0]),  # midpoints 15, 45, 75, 105: the first is in, the third is not
        (15.1, 75.1, [0, 1, 1, 0]),
        (14.9, 74.9, [1, 1, 0, 0]),
        (0.0, 120.0, [1, 1, 1, 1]),
        (-60.0, 999.0, [1, 1, 1, 1]),
        (16.0, 17.0, [0, 0, 0, 0]),
        (math.nan, 60.0, [1, 1, 0, 0]),
        (60.0, math.nan, [0, 0, 1, 1]),
        (math.nan, math.nan, [1, 1, 1, 1]),
    ],
)
def test_an_epoch_is_in_bed_if_its_midpoint_is(off, on, expected):
    assert Hypnogram([0] * 4, lights_off=off, lights_on=on).in_bed.astype(int).tolist() == expected


@given(hypnograms(), st.floats(0, 500))
def test_lights_off_later_never_adds_an_epoch(hypnogram, shift):
    assume(hypnogram.lights_off + shift < hypnogram.lights_on)  # both are known, and some night is left
    later = hypnogram.replace(lights_off=hypnogram.lights_off + shift)
    assert not (later.in_bed & ~hypnogram.in_bed).any()


@pytest.mark.parametrize(("off", "on"), [(math.nan, 30.0), (0.0, math.nan), (math.nan, math.nan)])
def test_lights_are_known_only_if_both_are(off, on):
    assert not Hypnogram([0], lights_off=off, lights_on=on).lights_known


@given(hypnograms())
def test_whole_is_all_in_bed_and_whole_again(hypnogram):
    whole = hypnogram.whole()
    assert whole.lights_known
    assert whole.in_bed.all()
    assert_same(whole, whole.whole())
    assert (whole.lights_off, whole.lights_on) == (0.0, hypnogram.duration)


@given(hypnograms())
def test_time_adds_up(hypnogram):
    assert hypnogram.duration == len(hypnogram) * hypnogram.epoch
    assert hypnogram.onsets.shape == hypnogram.in_bed.shape == (hypnogram.n_epochs,)
    assert np.allclose(np.diff(hypnogram.onsets), hypnogram.epoch)


def test_an_empty_hypnogram_is_one():
    hypnogram = Hypnogram([])
    assert hypnogram.duration == 0.0
    assert hypnogram.in_bed.size == 0
    assert len(hypnogram.to_frame()) == 0


def test_labels():
    assert [stage.label for stage in Stage] == ["?", "W", "N1", "N2", "N3", "R", "LIGHT", "NREM", "SLEEP"]


def test_sleep_is_what_is_above_wake():
    assert [stage for stage in Stage if not stage > Stage.W] == [Stage.UNSCORED, Stage.W]


def test_to_frame():
    start = datetime(2024, 5, 1, 23, 59, 30)
    frame = Hypnogram([0, -1], probabilities=[ROW, NOTHING], start=start).to_frame()
    assert frame.index.name == "epoch"
    assert frame["onset"].tolist() == [0.0, 30.0]
    assert frame["duration"].tolist() == [30.0, 30.0]
    assert frame["clock"].tolist() == [start, start + timedelta(seconds=30)]
    assert frame["stage"].tolist() == ["W", "?"]
    assert frame.loc[0, ["p_W", "p_N1", "p_N2", "p_N3", "p_R"]].tolist() == ROW
    assert frame.loc[1, ["p_W", "p_N1", "p_N2", "p_N3", "p_R"]].isna().all()


def test_to_frame_has_no_clock_and_no_probabilities_where_there_are_none():
    assert Hypnogram([0]).to_frame().columns.tolist() == ["onset", "duration", "stage"]


def test_repr_counts_the_stages():
    assert repr(Hypnogram([0, 5, -1], levels=4)) == "Hypnogram(3 epochs of 30 s, W 1, LIGHT 1, N3 0, R 0, ? 1)"


# ------------------------------------------------------------------------------------------------- noon to noon
@pytest.mark.parametrize(
    ("stages", "margin", "window"),
    [
        ([0, 0, 2, 2, 0, 0], 30, (30, 150)),
        ([0, 0, 2, 2, 0, 0], 0, (60, 120)),
        ([0, 0, 2, 2, 0, 0], 1800, (0, 180)),
        ([-1, 0, 2, -1, 2, 0, -1, -1], 90, (30, 180)),  # margins end where the scoring does
        ([2, 2], 60, (0, 60)),
    ],
)
def test_around_sleep(stages, margin, window):
    night = Hypnogram(stages, lights_off=math.nan, lights_on=math.nan).around_sleep(margin)
    assert (night.lights_off, night.lights_on) == window


def test_without_sleep_nobody_knows_the_lights():
    assert not Hypnogram([0, 0, -1]).around_sleep().lights_known


def test_in_lights_cuts_and_keeps_the_clock():
    night = Hypnogram([0, 0, 2, 4, 0, -1], start=datetime(2024, 5, 1, 12), lights_off=46.0, lights_on=130.0)
    cut = night.in_lights()
    assert (cut.stages.tolist(), cut.start) == ([2, 4], datetime(2024, 5, 1, 12, 1))  # midpoints at 75 and 105 s
    assert (cut.lights_off, cut.lights_on) == (-14.0, 70.0)
    assert cut.in_bed.sum() == night.in_bed.sum() == 2
