"""Studies of hypnograms: each night has the metrics that were drawn, to the epoch."""

import math
from dataclasses import replace

import numpy as np
import pytest

from somnometry.metrics import METRICS, architecture
from somnometry.simulate.outcomes import draw_outcomes
from somnometry.simulate.plan import StudyPlan
from somnometry.simulate.spreads import Spread
from somnometry.simulate.studies import simulate_study


@pytest.fixture(scope="module")
def with_hypnograms():
    effects = {"rem_percent": 5.0, "n3_percent": 4.0, "waso": -15.0, "pain": -1.0}
    return simulate_study(StudyPlan(
        effects=effects, subjects=16, spreads={"pain": Spread(5.0, 1.0, 1.0)}, hypnograms=True, truncation=0.1,
        starts_asleep=0.1, missing=0.1,
    ), 6)  # fmt: skip


def test_the_table_is_what_architecture_measures_of_the_hypnograms(with_hypnograms):
    study = with_hypnograms
    assert set(study.nights["recording"]) == set(study.hypnograms)
    assert set(METRICS) < set(study.nights.columns)
    for row in study.nights.to_dict("records"):
        measured = architecture(study.hypnograms[row["recording"]])
        for key, value in measured.items():
            latency = key.split("_time")[0].split("_event")[0]
            if row["technical_truncation"] and METRICS[latency].censoring is None and key != "starts_asleep":
                assert math.isnan(row[key]), key
            else:
                assert row[key] == pytest.approx(value, nan_ok=True), key


def test_hypnograms_realise_what_was_drawn_to_the_epoch(with_hypnograms):
    study = with_hypnograms
    draws = draw_outcomes(study.plan.model, study.seed)
    whole = (study.nights["technical_truncation"] == 0).to_numpy()
    asleep = draws.asleep[draws.kept]
    assert asleep.any()
    assert not whole.all()
    for key in ("tst", "sol", "waso", "n1_percent", "n3_percent", "rem_percent"):
        drawn = draws.values[key][draws.kept]
        if key == "sol":
            drawn = np.where(asleep, 0.0, drawn)
        half_an_epoch = 0.25 if METRICS[key].unit == "min" else 0.25 / study.nights["tst"][whole].min() * 100
        assert np.abs(study.nights[key].to_numpy() - drawn)[whole].max() <= half_an_epoch + 1e-9, key
    assert (study.nights["starts_asleep"].to_numpy()[asleep] == 1).all()
    assert study.nights["pain"].notna().sum() == whole.sum()


def test_the_mean_effect_of_realised_nights_is_the_declared_one():
    effects = {"rem_percent": 4.0, "n3_percent": 3.0, "waso": -15.0}
    steady = {
        "rem_percent": {"within": 1.0},
        "n3_percent": {"between": 1.5, "within": 0.8},
        "waso": {"between": 8.0, "within": 5.0},
    }
    shifts = []
    for seed in range(12):
        study = simulate_study(
            StudyPlan(effects=effects, subjects=6, hypnograms=True, first_night=False, spreads=steady), seed
        )
        means = study.nights.groupby("condition")[list(effects)].mean()
        shifts.append(means.loc["active"] - means.loc["placebo"])
    shifts = np.array(shifts)
    for key, own, effect in zip(effects, shifts.T, effects.values(), strict=True):
        error = own.std(ddof=1) / math.sqrt(len(own))
        assert error < abs(effect) / 10, key
        assert np.mean(own) == pytest.approx(effect, abs=3.5 * error), key


def test_metrics_near_zero_keep_their_declared_effect_where_clipping_would_bias_it():
    model = StudyPlan(effects={"n3_percent": 3.0}, subjects=1, hypnograms=True, first_night=False, response=0.0).model
    draws = draw_outcomes(replace(model, subjects=100_000), 1)
    treated = np.array(model.layout.conditions)[draws.conditions] == "active"
    values = draws.values["n3_percent"][..., 0]
    assert values.min() > 0
    # E max(0, X) of a normal X of mean 5.8 or 8.8 and SD 4.4 rises by 2.85
    assert values[treated].mean() - values[~treated].mean() == pytest.approx(3.0, abs=0.05)
