"""The table of spreads: its metrics, its sources, and what is no spread."""

import numpy as np
import pytest

from somnometry import SimulationError
from somnometry.metrics import METRICS, architecture_table
from somnometry.metrics.agreement.reliability import variance_components
from somnometry.simulate.spreads import SPREADS, WAKING, Spread, spread_of
from tools.fit_hypnogram_process import read_boas


@pytest.mark.parametrize(
    ("wrong", "key"),
    [
        ({"within": -1.0}, "within"),
        ({"between": float("nan")}, "between"),
        ({"kind": "ordinal"}, "kind"),
        ({"kind": "count", "mean": 0.0}, "mean"),
        ({"mean": float("inf")}, "mean"),
        ({"lower": 5.0, "upper": 1.0}, "lower"),
    ],
)
def test_a_spread_refuses_what_is_none(wrong, key):
    with pytest.raises(SimulationError) as raised:
        Spread(**{"mean": 1.0, "between": 1.0, "within": 1.0, **wrong})
    assert raised.value.key == key


def test_the_spread_of_a_metric_is_ones_own_that_of_the_table_or_a_mixture():
    pain = Spread(5.0, 1.5, 1.0)
    spreads = spread_of(["pain", "tst", "waso"], {"pain": pain, "waso": {"within": 30.0}})
    assert (spreads["pain"], spreads["tst"]) == (pain, SPREADS["tst"])
    assert (spreads["waso"].mean, spreads["waso"].within) == (SPREADS["waso"].mean, 30.0)
    with pytest.raises(SimulationError) as raised:
        spread_of(["pain"], {})
    assert raised.value.key == "spreads.pain"


def test_every_spread_is_of_a_metric_and_its_kind_is_the_metric_s():
    for key, spread in SPREADS.items():
        metric = METRICS[key]
        assert spread.source
        assert (spread.kind == "latency") == (metric.censoring is not None), key
        assert (spread.kind == "count") == (metric.unit == "count"), key
        assert (spread.upper == 100) == (metric.unit == "%"), key


@pytest.mark.real_data
def test_the_spreads_are_those_of_the_scorings(shared):
    folder = shared / "data" / "boas"
    human, device = (read_boas(folder, scorer)[0] for scorer in ("human", "psg_ai"))
    lines = (folder / "nights.tsv").read_text(encoding="utf-8").splitlines()
    people = [line.split("\t")[1] for line in lines[1:]]
    stages = np.zeros((len(human), max(night.size for night in human)), np.int8)
    for row, night in zip(stages, human, strict=True):
        row[: night.size] = night
    scored = [np.flatnonzero(night >= 0) for night in device]
    measured = architecture_table(
        stages,
        lights_off=[30.0 * where[0] for where in scored],
        lights_on=[30.0 * (where[-1] + 1) for where in scored],
        n_epochs=[night.size for night in human],
    )
    assert float(np.mean(measured["trt"] - measured["tst"])) == pytest.approx(WAKING, abs=0.05)
    for key, spread in SPREADS.items():
        between, within = variance_components(measured[key], people)
        assert np.nanmean(measured[key]) == pytest.approx(spread.mean, abs=0.06), key
        assert (between, within) == pytest.approx((spread.between, spread.within), abs=0.06), key


@pytest.mark.parametrize("numbers", [(1e300, 1, 1), (10, 1e200, 1), (10, 1, 1e200), (1e-300, 1, 1)])
@pytest.mark.parametrize("kind", ["continuous", "count", "latency"])
def test_numbers_whose_squares_are_none_are_refused(numbers, kind):
    with pytest.raises(SimulationError, match="no metric has a mean of"):
        Spread(*numbers, kind)
