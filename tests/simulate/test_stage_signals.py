"""States of the ongoing signals follow the stages, and each state its rhythms and its tone."""

import numpy as np
import pytest

from somnometry import Hypnogram
from somnometry.simulate.background import COMPONENTS
from somnometry.simulate.microstructure import Sleeper
from somnometry.simulate.stage_signals import (
    RHYTHM_OF_STATE,
    SLACK,
    TONE_OF_STATE,
    chin_tone,
    component_weights,
    eyes_closed,
    states_at,
)

NAMES = list(RHYTHM_OF_STATE)
STATE_OF_STAGE = {1: "N1", 2: "N2", 3: "N3", 4: "R", -1: "open"}


def test_eyes_are_open_outside_the_lights_and_closed_in_sleep():
    hypnogram = Hypnogram([0] * 4 + [0, 1, 2, 3, 4] * 60 + [0] * 4, lights_off=120.0, lights_on=9120.0)
    closed = eyes_closed(np.random.default_rng(0), hypnogram)
    assert not closed[~hypnogram.in_bed].any()
    assert closed[hypnogram.stages > 0].all()
    awake = closed[hypnogram.in_bed & (hypnogram.stages == 0)]
    assert 0.7 < awake.mean() < 1


def test_away_from_its_edges_an_epoch_has_the_state_of_its_stage():
    stages = np.array([0, 0, 1, 2, 3, 4, -1, 0])
    closed = np.array([True, False, *[True] * 6])
    middles = np.arange(stages.size) * 30 + 15.0
    times = np.concatenate([middles - 15 + SLACK, middles, middles + 15 - SLACK - 1e-9])
    state = states_at(np.random.default_rng(1), times, Hypnogram(stages), closed)
    expected = [STATE_OF_STAGE.get(stage, "closed" if shut else "open")
                for stage, shut in zip(stages.tolist(), closed, strict=True)]  # fmt: skip
    assert [NAMES[i] for i in state] == expected * 3


@pytest.mark.parametrize("name", NAMES)
def test_a_state_has_its_rhythms_and_its_tone_on_average(name):
    rng = np.random.default_rng(2)
    state = np.full(20_000, NAMES.index(name))
    sleeper = Sleeper(alpha=10.0, spindle=13.0, size=1.0, rhythm=1.0, density=2.0, slow=100.0)
    weights = component_weights(rng, state, sleeper).mean(axis=0)
    for rhythm, weight in RHYTHM_OF_STATE[name].items():
        assert weights[COMPONENTS.index(rhythm)] == pytest.approx(weight, rel=0.1), rhythm
    aperiodic = {"closed": "W", "open": "W"}.get(name, name)
    for stage in ("W", "N1", "N2", "N3", "R"):
        assert weights[COMPONENTS.index(stage)] == pytest.approx(1.0 if stage == aperiodic else 0.0, abs=0.05), stage
    assert np.median(chin_tone(rng, state)) == pytest.approx(TONE_OF_STATE[name], rel=0.1)
