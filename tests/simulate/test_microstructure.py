"""Graphoelements of a night: their stages, their density, and the room that they leave each other."""

import numpy as np
import pytest

from somnometry import Hypnogram
from somnometry.simulate.microstructure import Sleeper, draw_microstructure

W, N1, N2, N3, R = range(5)
STAGES = np.repeat([W, N1, N2, N3, N2, R, W], 40)


def drawn(seed, stages=STAGES, age=30.0):
    rng = np.random.default_rng(seed)
    sleeper = Sleeper.draw(rng, age)
    closed = np.arange(stages.size) % 2 == 0
    return draw_microstructure(rng, Hypnogram(stages), sleeper, closed), sleeper


@pytest.fixture(scope="module")
def trains():
    return drawn(11)[0]


@pytest.mark.parametrize(
    ("kind", "stages"),
    [
        ("spindle", {N2, N3}),
        ("k-complex", {N2}),
        ("slow wave", {N2, N3}),
        ("vertex wave", {N1}),
        ("sawtooth", {R}),
        ("rapid eye movement", {R}),
        ("slow eye movement", {W, N1}),
        ("blink", {W}),
    ],
)
def test_events_lie_in_their_stages(trains, kind, stages):
    train = trains[kind]
    assert len(train)
    assert set(STAGES[(train.onset // 30).astype(int)].tolist()) <= stages
    assert set(STAGES[((train.onset + train.duration * 0.99) // 30).astype(int)].tolist()) <= stages


@pytest.mark.parametrize("seed", range(6))
def test_spindles_come_one_to_five_per_minute_of_n2(seed):
    trains, sleeper = drawn(seed, np.full(240, N2))
    per_minute = len(trains["spindle"]) / 120
    assert 1 <= per_minute <= 5
    assert per_minute == pytest.approx(sleeper.density, rel=0.35)  # a gap of 2.6 s thins out dense trains


@pytest.mark.parametrize("kind", ["spindle", "k-complex", "slow wave"])
def test_events_of_a_kind_do_not_overlap(trains, kind):
    train = trains[kind]
    assert (train.onset[1:] >= (train.onset + train.duration)[:-1]).all()


def test_k_complexes_keep_clear_of_slow_waves(trains):
    complexes, waves = trains["k-complex"], trains["slow wave"]
    starts, ends = complexes.onset[:, None], (complexes.onset + complexes.duration)[:, None]
    assert ((ends <= waves.onset) | (starts >= waves.onset + waves.duration)).all()


def test_blinks_come_with_open_eyes():
    blinks = drawn(3, np.full(200, W))[0]["blink"]
    with_open_eyes = (blinks.onset // 30).astype(int) % 2 == 1
    assert with_open_eyes.mean() > 0.8


def test_older_sleepers_have_smaller_slow_waves_and_fewer_spindles():
    young, old = ([Sleeper.draw(np.random.default_rng(seed), age) for seed in range(200)] for age in (25.0, 75.0))
    for trait in ("slow", "density", "alpha"):
        assert np.mean([getattr(s, trait) for s in old]) < np.mean([getattr(s, trait) for s in young])
