"""The stages of simulated nights: their rules, their targets, and their likeness to human scorings."""

from itertools import groupby, pairwise

import numpy as np
import pytest

from somnometry.simulate.hypnogram_process import simulate_hypnogram
from tools.fit_hypnogram_process import phases_of, read_boas

W, N1, N2, N3, R = range(5)


@pytest.fixture(scope="module")
def nights():
    return [simulate_hypnogram(seed, hours=8) for seed in range(200)]


def measures(stages):
    """Twelve metrics of a night, in the plainest Python there is; NaN where a stage is missing."""
    asleep = [i for i, stage in enumerate(stages) if stage > 0]
    period = [int(stage) for stage in stages[asleep[0] : asleep[-1] + 1]]
    slept = [stage for stage in period if stage > 0]
    bouts = [(stage, len(list(run)) / 2) for stage, run in groupby(period)]
    values = {f"{name} %": 100 * slept.count(s) / len(slept) for name, s in (("N1", 1), ("N2", 2), ("N3", 3), ("R", 4))}
    for name, s in (("W", 0), ("N1", 1), ("N2", 2), ("N3", 3), ("R", 4)):
        lengths = [minutes for stage, minutes in bouts if stage == s]
        values[f"mean {name} bout"] = sum(lengths) / len(lengths) if lengths else float("nan")
    values["awakenings"] = sum(stage == 0 for stage, _ in bouts)
    values["sleep efficiency"] = 100 * len(slept) / len(stages)
    rem = [i for i, stage in enumerate(stages) if stage == 4]
    values["REM periods"] = sum(b - a > 30 for a, b in pairwise(rem)) + bool(rem)
    return values


def test_same_seed_same_night_and_other_seed_other_night(nights):
    assert np.array_equal(simulate_hypnogram(3).stages, nights[3].stages)
    assert not np.array_equal(nights[3].stages, nights[4].stages)


def test_awake_outside_the_lights_and_scored_throughout(nights):
    for night in nights:
        assert (night.stages[~night.in_bed] == W).all()
        assert (night.stages >= W).all()
        assert (night.stages > W).any()


def test_sleep_starts_in_n1_and_rem_hardly_ever_follows_n3(nights):
    first = [night.stages[night.stages > W][0] for night in nights]
    assert set(first) == {N1}
    after = [b for night in nights for a, b in pairwise(night.stages) if a == N3]
    assert np.mean(np.array(after) == R) < 0.005


def test_n3_comes_early_and_rem_late(nights):
    early, late = [], []
    for night in nights:
        asleep = np.flatnonzero(night.stages > W)
        thirds = np.array_split(night.stages[asleep[0] : asleep[-1] + 1], 3)
        n3, rem = ([np.mean(third == stage) for third in thirds] for stage in (N3, R))
        early.append(n3[0] - n3[2])
        late.append(rem[2] - rem[0])
    assert np.mean(early) > 0.02
    assert np.mean(late) > 0.10


def test_cycles_last_about_ninety_to_a_hundred_and_twenty_minutes(nights):
    lengths = []
    for night in nights:
        rem = np.flatnonzero(np.diff(phases_of(night.stages).astype(int)) == 1)
        lengths += np.diff(rem).tolist()
    assert 80 < np.median(lengths) / 2 < 120  # Feinberg and Floyd 1979: 90 to 110 min


def test_older_sleepers_have_less_n3_and_more_wake():
    def mean(age, stage):
        return np.mean([np.mean(simulate_hypnogram(s, age=age).stages == stage) for s in range(60)])

    assert mean(25, N3) > 2 * mean(70, N3)
    assert mean(70, W) > mean(25, W)


@pytest.mark.parametrize(
    "targets", [{"N3": 20}, {"R": 25}, {"N1": 10, "N3": 15, "R": 20}, {"W": 25}, {"N2": 60, "N3": 15}]
)
def test_stage_targets_are_met_within_a_few_points(targets):
    codes = dict(zip(("W", "N1", "N2", "N3", "R"), range(5), strict=True))
    missed = {stage: [] for stage in targets}
    for seed in range(20):
        stages = simulate_hypnogram(seed, stage_targets=targets).stages
        asleep = np.flatnonzero(stages > W)
        period = stages[asleep[0] : asleep[-1] + 1]
        for stage, percent in targets.items():
            within = period if stage == "W" else stages[asleep]
            missed[stage].append(100 * np.mean(within == codes[stage]) - percent)
    for stage, errors in missed.items():
        assert abs(np.mean(errors)) < 3, stage
        assert np.median(np.abs(errors)) < 4, stage


@pytest.mark.parametrize(
    ("arguments", "match"),
    [
        ({"hours": 0.2}, "at least 0.5 h"),
        ({"age": 7}, "18 to 90"),
        ({"stage_targets": {"REM": 20}}, "'REM'"),
        ({"stage_targets": {"N2": 80, "R": 30}}, "110 %"),
        ({"lights_off": 600.0, "lights_on": 300.0}, "must precede"),
        ({"hours": 1.0, "sleep_latency": 3500.0}, "3500 s leaves no sleep"),
    ],
)
def test_what_cannot_be_is_refused_with_the_value(arguments, match):
    with pytest.raises(ValueError, match=match):
        simulate_hypnogram(0, **arguments)


@pytest.mark.parametrize("latency", [0.0, 600.0, 3 * 3600.0])
@pytest.mark.parametrize("targets", [None, {"R": 25, "W": 10}])
def test_sleep_begins_when_it_is_asked_to(latency, targets):
    night = simulate_hypnogram(5, lights_off=300.0, sleep_latency=latency, stage_targets=targets)
    assert np.flatnonzero(night.stages > W)[0] * 30 == 300 + latency


def test_short_nights_and_own_lights_work():
    night = simulate_hypnogram(5, hours=0.5, lights_off=0.0, lights_on=1800.0)
    assert night.n_epochs == 60
    assert (night.stages > W).any()


@pytest.mark.real_data
def test_at_least_ten_of_twelve_metrics_lie_where_human_scorings_do(shared, nights):
    human = [measures(stages) for stages in read_boas(shared / "data" / "boas")[0]]
    simulated = [measures(night.stages) for night in nights]
    typical, spread = 0, 0
    for name in human[0]:
        low, high = np.nanpercentile([night[name] for night in human], [10, 90])
        values = np.array([night[name] for night in simulated])
        values = values[~np.isnan(values)]
        typical += low <= np.median(values) <= high
        spread += np.mean((values >= low) & (values <= high)) >= 0.6  # 0.8 of the human nights, by definition
    assert len(human[0]) == 12
    assert typical >= 10
    assert spread >= 10
