"""Certainty: worked by hand, and by law."""

import math
import pickle

import hypothesis.extra.numpy as hnp
import hypothesis.strategies as st
import numpy as np
import pytest
import scipy.stats
from hypothesis import assume, given

from somnometry.core.hypnogram import Hypnogram
from somnometry.metrics.certainty import certainty

from .strategies import laws


@st.composite
def hypnodensities(draw):
    n = draw(st.integers(1, 40))
    raw = draw(hnp.arrays(float, (n, 5), elements=st.floats(0, 1))) + 1e-3 * draw(
        hnp.arrays(float, (n, 5), elements=st.just(1.0))
    )
    probabilities = raw / raw.sum(axis=1, keepdims=True)
    stages = probabilities.argmax(axis=1)
    unscored = draw(hnp.arrays(bool, n))
    stages[unscored], probabilities[unscored] = -1, np.nan
    return Hypnogram(stages, epoch=draw(st.sampled_from([5.0, 20.0, 30.0])), probabilities=probabilities)


def test_by_hand():
    night = certainty(
        Hypnogram(
            [0, 1, 2, -1],
            probabilities=[[1, 0, 0, 0, 0], [0.5, 0.5, 0, 0, 0], [0, 0.125, 0.5, 0.25, 0.125], [np.nan] * 5],
        )
    )
    assert night.entropy == pytest.approx([0, 1, 1.75, math.nan], nan_ok=True)
    assert night.margin == pytest.approx([1, 0, 0.25, math.nan], nan_ok=True)
    assert dict(night.expected_minutes) == {"W": 0.75, "N1": 0.3125, "N2": 0.25, "N3": 0.125, "R": 0.0625}
    assert (night.expected_tst, night.minutes) == (0.75, 1.5)
    assert night.mean_entropy == pytest.approx(2.75 / 3)
    assert night.mean_margin == pytest.approx(1.25 / 3)
    assert not night.reasons


def test_knowing_nothing_is_log2_5_bits():
    night = certainty(Hypnogram([0], probabilities=[[0.2] * 5]))
    assert night.mean_entropy == pytest.approx(2.321928, abs=1e-6)
    assert night.mean_margin == 0


def test_only_the_lights_count_over_the_night():
    night = certainty(Hypnogram([2, 2, 0], probabilities=np.eye(5)[[2, 2, 0]], lights_off=30.0, lights_on=90.0))
    assert (night.expected_tst, night.minutes) == (0.5, 1)
    assert night.entropy.size == 3


def test_a_night_without_a_scored_epoch_has_no_minutes():
    night = certainty(Hypnogram([-1, -1], probabilities=np.full((2, 5), np.nan)))
    assert math.isnan(night.minutes)
    assert night.reasons["minutes"] == "no epoch between the lights has probabilities"


@laws
@given(hypnodensities())
def test_expected_minutes_sum_to_the_scored_minutes(hypnogram):
    night = certainty(hypnogram)
    scored = np.count_nonzero(hypnogram.stages >= 0) * hypnogram.epoch / 60
    assume(scored)
    assert night.minutes == pytest.approx(scored)
    assert sum(night.expected_minutes.values()) == pytest.approx(scored)
    assert night.expected_tst == pytest.approx(scored - night.expected_minutes["W"])


@laws
@given(hypnodensities())
def test_entropy_is_that_of_scipy(hypnogram):
    known = hypnogram.stages >= 0
    ours = certainty(hypnogram).entropy
    assert ours[known] == pytest.approx(scipy.stats.entropy(hypnogram.probabilities[known], base=2, axis=1), abs=1e-9)
    assert np.isnan(ours[~known]).all()


@laws
@given(st.lists(st.integers(0, 4), min_size=1, max_size=30))
def test_of_a_certain_stager_the_expected_minutes_are_the_counted_ones(stages):
    night = certainty(Hypnogram(stages, probabilities=np.eye(5)[stages]))
    assert list(night.expected_minutes.values()) == [stages.count(stage) / 2 for stage in range(5)]
    assert (night.mean_entropy, night.mean_margin) == (0, 1)


def test_without_probabilities_there_is_nothing_and_a_reason():
    night = certainty(Hypnogram([0, 2]))
    assert np.isnan([*night.entropy, *night.margin, *night.expected_minutes.values(), night.expected_tst]).all()
    assert set(night.reasons) == {"expected_minutes", "expected_tst", "minutes", "mean_entropy", "mean_margin"}
    assert set(night.reasons.values()) == {"the hypnogram has no probabilities"}


def test_is_frozen_and_survives_pickling():
    night = pickle.loads(pickle.dumps(certainty(Hypnogram([0], probabilities=[[1, 0, 0, 0, 0]]))))
    assert not night.entropy.flags.writeable
    with pytest.raises(AttributeError, match="cannot assign to field 'minutes'"):
        night.minutes = 0.0
    assert night.to_frame()["margin"].tolist() == [1]
    assert repr(night) == "Certainty(expected TST 0.0 min, mean entropy 0.00 bits, mean margin 1.00)"
