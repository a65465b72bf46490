"""Transitions: the night of metrics.md by hand, Luna's table, and laws."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings

from somnometry.core.errors import HypnogramError
from somnometry.core.hypnogram import Hypnogram
from somnometry.metrics import architecture
from somnometry.metrics.transitions import transitions

from ..facts import NIGHTS
from .strategies import WORKED_NIGHT, stages_of

NAN = float("nan")


def test_five_states_of_the_worked_night():
    found = transitions(Hypnogram(WORKED_NIGHT))
    assert found.counts.tolist() == [
        [1, 1, 0, 0, 0],
        [0, 0, 2, 0, 1],
        [1, 0, 1, 1, 1],
        [0, 0, 1, 1, 0],
        [0, 1, 1, 0, 1],
    ]
    assert found.probabilities[1].tolist() == [0, 0, pytest.approx(2 / 3), 0, pytest.approx(1 / 3)]
    assert found.per_hour[2].tolist() == pytest.approx([60 / 6.5, 0, 0, 60 / 6.5, 60 / 6.5])


def test_three_states_of_the_worked_night():
    found = transitions(Hypnogram(WORKED_NIGHT), states=3)
    assert [stage.label for stage in found.states] == ["W", "NREM", "R"]
    assert found.counts.tolist() == [[1, 1, 0], [1, 6, 2], [0, 2, 1]]
    assert found.per_hour.sum() == pytest.approx(55.3846, abs=5e-5)  # metrics.md


def test_the_lights_window_holds_sleep_onset_and_the_final_awakening_too():
    found = transitions(Hypnogram(WORKED_NIGHT), states=2, within="lights")
    assert found.counts.tolist() == [[4, 2], [2, 11]]
    with pytest.raises(HypnogramError, match=r"whole\(\) declares"):
        transitions(Hypnogram(WORKED_NIGHT, lights_off=NAN), within="lights")


def test_a_state_that_nothing_follows_has_a_row_of_nan():
    found = transitions(Hypnogram([2, 2, 4]))
    assert np.isnan(found.probabilities[[0, 1, 3, 4]]).all()
    assert found.probabilities[2].tolist() == [0, 0, 0.5, 0, 0.5]
    assert np.isnan(transitions(Hypnogram([0, 0])).per_hour).all()


def test_no_pair_crosses_an_unscored_epoch():
    assert transitions(Hypnogram([2, -1, 4, -1, 2])).counts.sum() == 0


def test_what_the_scorer_does_not_tell_apart_is_refused():
    with pytest.raises(HypnogramError, match="3 levels cannot be told apart as 5 states; pass 3 or 2"):
        transitions(Hypnogram([0, 6, 4], levels=3), states=5)
    with pytest.raises(HypnogramError, match="5 levels cannot be told apart as 4 states"):
        transitions(Hypnogram([0, 1]), states=4)
    with pytest.raises(HypnogramError, match="'sleep_period' or 'lights', not 'bed'"):
        transitions(Hypnogram([0, 1]), within="bed")
    assert transitions(Hypnogram([0, 7, 0, 7], levels=2)).counts.tolist() == [[0, 1], [1, 0]]


def test_a_table_has_a_row_for_each_pair():
    frame = transitions(Hypnogram(WORKED_NIGHT), states=3).to_frame()
    row = frame.set_index(["before", "after"]).loc[("NREM", "W")]
    assert (row["count"], row["probability"]) == (1, pytest.approx(1 / 9))


@pytest.mark.parametrize("name", NIGHTS[:4])
def test_counts_and_probabilities_are_lunas(name, peers):
    peer = peers[name]
    hypnogram = Hypnogram(peer["stages"])
    found = transitions(hypnogram, states=3, within="lights")
    place = {"W": 0, "NR": 1, "R": 2}
    for row in peer["luna_HYPNO_POST_PRE"]:
        one, other = place[row["PRE"]], place[row["POST"]]
        assert found.counts[one, other] == row["N"]
        theirs = NAN if row["P_POST_COND_PRE"] is None else row["P_POST_COND_PRE"]
        assert found.probabilities[one, other] == pytest.approx(theirs, abs=1e-6, nan_ok=True)


@settings(max_examples=100, deadline=None)
@given(stages_of())
def test_counts_are_the_pairs_of_scored_epochs_and_rows_of_probabilities_sum_to_1(stages):
    for states in (5, 3, 2):
        found = transitions(Hypnogram(stages), states=states, within="lights")
        assert found.counts.sum() == sum(a >= 0 and b >= 0 for a, b in itertools.pairwise(stages))
        sums = found.probabilities.sum(axis=1)
        assert sums[~np.isnan(sums)] == pytest.approx(1)


@settings(max_examples=100, deadline=None)
@given(stages_of())
def test_the_scalars_are_those_of_the_matrix(stages):
    night = architecture(Hypnogram(stages), max_unscored=1)
    two, three = (transitions(Hypnogram(stages), states=states) for states in (2, 3))
    assert night["sleep_to_wake"] == pytest.approx(two.probabilities[1, 0], nan_ok=True)
    assert night["wake_to_sleep"] == pytest.approx(two.probabilities[0, 1], nan_ok=True)
    total = three.per_hour.sum() if night["tst"] else NAN
    assert night["transitions_3state"] == pytest.approx(total, nan_ok=True)
