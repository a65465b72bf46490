"""Metrics of two scorings of the same nights."""

import math

import numpy as np
import pytest

from somnometry.core.errors import HypnogramError
from somnometry.core.hypnogram import Hypnogram
from somnometry.metrics.agreement.metrics import metric_agreement
from somnometry.metrics.architecture import architecture

HUMAN = [[0, 0, 1, 2, 2, 4], [0, 2, 2, 3, 3, 2], [0, 0, 0, 2, 2, 2]]

BAND = [[0, 1, 1, 2, 2, 4], [0, 2, 2, 3, 3, 4], [0, 0, 2, 2, 2, 2]]


def test_metrics_of_three_nights():
    found = metric_agreement([Hypnogram(s) for s in HUMAN], [Hypnogram(s) for s in BAND], ["tst", "sol", "rem_latency"])
    assert found["tst"].differences.tolist() == [0.5, 0, 0.5]
    assert found["sol"].differences.tolist() == [-0.5, 0, -0.5]
    # the second night has R by the band only, the third by neither
    assert (found["rem_latency"].n, found["rem_latency"].n_missing) == (1, 2)
    table = found.to_frame()
    assert table.loc["tst", "unit"] == "min"
    assert table.loc["tst", "bias"] == pytest.approx(1 / 3)
    assert found.values_frame().loc["tst", "difference"].tolist() == [0.5, 0, 0.5]


def test_a_night_mostly_unscored_is_left_out_and_named():
    human = {"a": Hypnogram([0, 2, 2, 2]), "b": Hypnogram([0, 2, 2, 2])}
    band = {"a": Hypnogram([0, -1, -1, 2]), "b": Hypnogram([0, 2, 2, 2])}
    found = metric_agreement(human, band, ["tst"])
    assert found["tst"].nights == ("b",)
    assert "50%" in found.excluded["a"]
    assert metric_agreement(human, band, ["tst"], max_unscored=1)["tst"].n == 2


@pytest.mark.parametrize(("levels", "stages"), [(5, [0, 1, 4]), (4, [0, 5, 4]), (3, [0, 6, 4]), (2, [0, 7, 7])])
def test_the_default_metrics_are_those_of_the_levels(levels, stages):
    found = metric_agreement(Hypnogram([0, 1, 4]), Hypnogram(stages, levels=levels))
    assert ("n1_percent" in found, "light_percent" in found, "nrem_percent" in found) == (
        levels == 5, levels == 4, levels == 3,
    )  # fmt: skip
    assert ("rem_percent" in found) == (levels > 2)
    assert ("n3_percent" in found) == (levels >= 4)
    assert all(one.n == 1 for key, one in found.items() if key != "rem_latency_5min")


def test_an_unknown_metric():
    with pytest.raises(HypnogramError, match="'tts' is no metric"):
        metric_agreement(Hypnogram([0, 2]), Hypnogram([0, 2]), ["tts"])


def test_keys_are_read_once_and_compared_once():
    night = Hypnogram([0, 2])
    assert list(metric_agreement(night, night, (key for key in ("tst", "se", "tst")))) == ["tst", "se"]
    with pytest.raises(HypnogramError, match="not the string 'tst'"):
        metric_agreement(night, night, "tst")
    with pytest.raises(HypnogramError, match="name at least one metric"):
        metric_agreement(night, night, [])


def test_nights_of_unequal_length_and_light_are_measured_as_each_alone():
    rng = np.random.default_rng(3)
    nights = [
        Hypnogram(rng.integers(0, 5, n), lights_off=off, lights_on=on)
        for n, off, on in ((40, 0.0, 1200.0), (55, 90.0, math.nan), (31, math.nan, 800.0), (60, 300.0, 1500.0))
    ]
    others = [night.replace(stages=np.roll(night.stages, 1)) for night in nights]
    agreement = metric_agreement(nights, others, ["tst", "sol", "waso", "rem_latency", "sfi_shift"])
    for key, one in agreement.items():
        alone = np.array([[architecture(h)[key] for h in side] for side in (nights, others)])
        known = ~np.isnan(alone).any(axis=0)
        assert one.n_missing == (~known).sum()
        assert np.array_equal([one.reference, one.observed], alone[:, known])
