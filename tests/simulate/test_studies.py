"""Simulated studies: their tables, their truth, and the form of the call before plans."""

import math
import pickle

import numpy as np
import pytest
from scipy import stats

import somnometry as sm
from somnometry.simulate.plan import StudyPlan
from somnometry.simulate.spreads import SPREADS
from somnometry.simulate.studies import simulate_study


@pytest.mark.parametrize(
    ("options", "rows", "conditions"),
    [
        ({}, 48, {"placebo", "active"}),
        ({"arms": ("a", "b", "c"), "nights": 2}, 24 * 3 * 2, {"a", "b", "c"}),
        ({"periods": 4}, 96, {"placebo", "active"}),
        ({"design": "parallel"}, 24, {"placebo", "active"}),
        ({"design": "parallel", "baseline": True, "nights": 2}, 96, {"baseline", "placebo", "active"}),
        ({"design": "pre-post", "subjects": 7}, 14, {"placebo", "active"}),
        ({"design": "n-of-1"}, 14, {"placebo", "active"}),
    ],
)
def test_each_design_gives_its_table(options, rows, conditions):
    second = options.get("arms", ("placebo", "active"))[1]
    plan = StudyPlan(effects={"sol": {second: -10.0}}, metrics=["awakenings"], **options)
    nights = simulate_study(plan, 3).nights
    assert list(nights.columns) == [
        "subject", "sequence", "condition", "period", "night", "status", "sol", "sol_time", "sol_event", "tst",
        "awakenings", "starts_asleep", "technical_truncation",
    ]  # fmt: skip
    assert len(nights) == rows
    assert set(nights["condition"]) == conditions
    assert (nights["status"] == "ok").all()
    assert not nights.duplicated(["subject", "period", "night"]).any()
    assert nights["night"].min() == nights["period"].min() == 1
    for _, own in nights.groupby("subject"):
        in_order = own.sort_values("period").drop_duplicates("period")["condition"]
        assert own["sequence"].unique().tolist() == ["-".join(in_order)]


def test_same_seed_same_study_other_seed_other_study():
    options = {"effects": {"waso": -15.0, "awakenings": 0.8}, "missing": 0.1, "truncation": 0.1}
    one, same, other = (simulate_study(StudyPlan(**options), seed).nights for seed in (4, 4, 5))
    assert one.equals(same)
    assert not one["tst"].equals(other["tst"])


def test_an_effect_moves_the_nights_of_its_arm_by_itself_and_no_others():
    without = simulate_study(StudyPlan(effects={"waso": 0.0}), 2).nights
    moved = simulate_study(StudyPlan(effects={"waso": -15.0}), 2).nights
    shift = moved["waso"] - without["waso"]
    free = moved["waso"] > 0  # a table holds no less than no wake at all
    assert free.sum() > 20
    assert np.allclose(shift[free & (moved["condition"] == "active")], -15.0)
    assert (moved["waso"] >= 0).all()
    assert np.allclose(shift[moved["condition"] == "placebo"], 0.0)
    assert moved["tst"].equals(without["tst"])


def test_truth_says_what_was_declared_and_nothing_of_what_was_not():
    study = simulate_study(
        StudyPlan(
            arms=("placebo", "low", "high"), effects={"tst": {"low": 5, "high": 15}, "awakenings": {"high": 0.7}}
        ),
        0,
    )
    assert {metric: dict(own) for metric, own in study.truth.items()} == {
        "tst": {"low": 5.0, "high": 15.0},
        "awakenings": {"low": 1.0, "high": pytest.approx(0.7)},
    }
    back = pickle.loads(pickle.dumps(study))
    assert back.truth == study.truth
    assert back.nights.equals(study.nights)


@pytest.mark.parametrize("hypnograms", [False, True])
def test_a_study_of_which_nothing_is_left_still_has_its_columns(hypnograms):
    none, some = (simulate_study(StudyPlan(subjects=2, missing=p, hypnograms=hypnograms), 1).nights for p in (1.0, 0.0))
    assert len(none) == 0
    assert none.columns.tolist() == some.columns.tolist()


def test_restricted_means_agree_with_integration_and_with_the_nights():
    study = simulate_study(StudyPlan(subjects=100_000, effects={"sol": 25.0}, first_night={"sol": 20.0}, hours=10.0), 1)
    spread, tau = SPREADS["sol"], 60.0
    between = math.log(1 + spread.between**2 / spread.mean**2)
    within = math.log(1 + spread.within**2 / (spread.mean**2 + spread.between**2))
    sd = math.sqrt(between + within * (1 + 0.4**2 / 2))

    def restricted(mean):
        return stats.lognorm(sd, scale=mean * math.exp(-(sd**2) / 2)).expect(lambda t: min(t, tau))

    m = spread.mean
    expected = np.mean([restricted(m + 25 + first) - restricted(m + first) for first in (0.0, 20.0)])
    assert study.restricted_mean("sol", tau)["active"] == pytest.approx(expected, rel=1e-4)
    seen = study.nights["sol_time"].clip(upper=tau).groupby(study.nights["condition"]).mean()
    assert seen["active"] - seen["placebo"] == pytest.approx(expected, abs=0.4)


def test_the_call_with_a_seed_and_options_still_works_and_warns():
    plan = StudyPlan(effects={"waso": -15.0}, nights=2)
    expected = simulate_study(plan, 3)
    for call in (
        lambda: simulate_study(3, effects={"waso": -15.0}, nights=2, subjects=None),
        lambda: simulate_study(seed=3, effects={"waso": -15.0}, nights=2),
    ):
        with pytest.warns(DeprecationWarning, match="StudyPlan"):
            study = call()
        assert study.nights.equals(expected.nights)
        assert study.plan == plan
    with pytest.raises(TypeError, match="takes a plan"):
        simulate_study(plan)
    with pytest.raises(TypeError, match="takes a plan"):
        simulate_study(plan, 3, nights=4)


def test_a_restricted_mean_is_one_of_a_latency():
    study = simulate_study(StudyPlan(effects={"waso": -15.0}), 0)
    for metric in ("waso", "sol"):
        with pytest.raises(sm.SimulationError) as raised:
            study.restricted_mean(metric, 60.0)
        assert raised.value.key == "latency"
