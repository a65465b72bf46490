"""The table of bouts; the numbers of bouts are tested with the other metrics."""

import numpy as np
import pytest
from hypothesis import given, settings

from somnometry.core.errors import HypnogramError
from somnometry.core.hypnogram import Hypnogram
from somnometry.metrics import architecture
from somnometry.metrics.bouts import bouts

from .nights import measure
from .strategies import WORKED_NIGHT, hypnograms, laws, stages_of


def test_bouts_of_the_worked_night():
    found = bouts(Hypnogram(WORKED_NIGHT))
    assert found.stage.tolist() == [0, 1, 2, 3, 2, 0, 1, 2, 4, 1, 4, 2, 0]
    assert (found.duration / 30).tolist() == [2, 1, 2, 2, 1, 2, 1, 1, 2, 1, 1, 1, 3]
    assert (found.start / 30).tolist() == [0, 2, 3, 5, 7, 8, 10, 11, 12, 14, 15, 16, 17]
    assert not found.start.flags.writeable


def test_fewer_states_join_bouts():
    night = Hypnogram(WORKED_NIGHT)
    three, two = bouts(night, states=3).to_frame(), bouts(night, states=2).to_frame()
    assert three["stage"].tolist() == ["W", "NREM", "W", "NREM", "R", "NREM", "R", "NREM", "W"]
    assert two["stage"].tolist() == ["W", "SLEEP", "W", "SLEEP", "W"]
    assert two["duration"].tolist() == [60, 180, 60, 210, 90]


def test_only_what_lies_between_the_lights_and_unscored_time_too():
    found = bouts(Hypnogram([0, 2, 2, -1, 2, 0], lights_off=60.0, lights_on=150.0))
    assert found.to_frame().to_numpy().tolist() == [["N2", 60, 30], ["?", 90, 30], ["N2", 120, 30]]
    assert len(bouts(Hypnogram([]))) == 0


def test_states_that_the_scorer_does_not_tell_apart_are_refused():
    with pytest.raises(HypnogramError, match="4 levels cannot be told apart as 5 states; pass 4 or 3 or 2"):
        bouts(Hypnogram([5, 3], levels=4), states=5)


def test_long_wake_is_of_at_least_5_min_and_within_the_sleep_period():
    night = architecture(Hypnogram([0] * 30 + [2] * 20 + [0] * 9 + [2] * 20 + [0] * 10 + [2] * 20 + [0] * 30))
    assert night["long_wake_minutes"] == 5
    assert (night["wake_bouts"], night["wake_bout_max"]) == (2, 5)


def test_without_a_bout_there_is_no_length():
    night = architecture(Hypnogram([0, 2, 2, 2, 0]))
    assert (night["wake_bouts"], night["rem_bouts"]) == (0, 0)
    assert night.reasons["wake_bout_mean"] == "no wake lies between the first and the last sleep epoch"
    assert night.reasons["rem_bout_median"] == "no REM was scored"
    only_rem = architecture(Hypnogram([4, 4]))
    assert only_rem.reasons["nrem_bout_max"] == "no NREM was scored"
    two_levels = architecture(Hypnogram([0, 7, 7], levels=2))
    assert two_levels.reasons["nrem_bouts"] == "the scorer's levels have one stage of sleep only"
    assert two_levels["sleep_bout_mean"] == 1


@settings(max_examples=100, deadline=None)
@given(stages_of())
def test_bouts_tile_the_night(stages):
    found = bouts(Hypnogram(stages))
    assert np.repeat(found.stage, (found.duration / 30).astype(int)).tolist() == stages.tolist()
    assert (found.stage[1:] != found.stage[:-1]).all()


@laws
@given(hypnograms())
def test_bouts_add_up_to_the_minutes_of_their_stage(hypnogram):
    night = measure(hypnogram)
    for stage in ("n1", "n2", "n3", "rem", "nrem"):
        if night[f"{stage}_minutes"] > 0:
            total = night[f"{stage}_bouts"] * night[f"{stage}_bout_mean"]
            assert total == pytest.approx(night[f"{stage}_minutes"])
            assert night[f"{stage}_bout_median"] <= night[f"{stage}_bout_max"] <= total + 1e-9
    if night["tst"] > 0 and night["wake_bouts"]:
        assert night["wake_bouts"] * night["wake_bout_mean"] == pytest.approx(night["waso_spt"])
        assert night["long_wake_minutes"] <= night["waso_spt"]
