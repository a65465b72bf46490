"""Intervals of what people would have found, against truth that is drawn in the test."""

import dataclasses
import math
import pickle

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given
from hypothesis import strategies as st

from somnometry import CalibrationError, MetricCalibration
from somnometry.calibration.fit import calibrate_metric

RNG = np.random.default_rng(11)


def nights(key, n_people, k, rng, person_sd=0.5, night_sd=0.5):
    """Human and automatic values whose error recurs in part, of k nights per person; on the scale of the metric."""
    level = rng.normal(4.5, 1.0, n_people)[:, None] + rng.normal(0, 0.6, (n_people, k))
    error = rng.normal(0, person_sd, n_people)[:, None] + rng.normal(0, night_sd, (n_people, k))
    human, auto = level, 0.7 * level + 0.5 * error + 1
    if key == "n3_percent":
        return np.maximum(human, 0) ** 2, np.maximum(auto, 0) ** 2
    return 80 * human, 80 * auto


def calibrated(key, n_people=40, k=2, rng=RNG, **spread):
    human, auto = nights(key, n_people, k, rng, **spread)
    return calibrate_metric(key, human.ravel(), auto.ravel(), np.repeat(np.arange(n_people), k).astype(str))


@pytest.mark.parametrize("key", ["tst", "n3_percent"])
def test_nine_of_ten_nights_of_new_people_lie_in_their_interval(key):
    inside = []
    for _ in range(150):
        one = calibrated(key)
        human, auto = nights(key, 20, 1, RNG)
        inside += [
            low <= h <= high for h, a in zip(human[:, 0], auto[:, 0], strict=True) for low, high in [one.interval(a)]
        ]
    assert np.mean(inside) == pytest.approx(0.90, abs=0.03)


@pytest.mark.parametrize("key", ["tst", "n3_percent"])
def test_so_do_nine_of_ten_means_over_the_nights_of_a_person(key):
    inside, width = [], []
    for _ in range(60):
        one = calibrated(key, 60, 3)
        human, auto = nights(key, 20, 4, RNG)
        for h, a in zip(human, auto, strict=True):
            low, high = one.interval_of_mean(a)
            inside.append(low <= h.mean() <= high)
            width.append((high - low) / (one.interval(float(np.median(a)))[1] - one.interval(float(np.median(a)))[0]))
    assert np.mean(inside) == pytest.approx(0.90, abs=0.05)
    assert np.mean(width) < 0.95  # what does not recur averages out


def test_what_recurs_does_not_average_out():
    one = calibrated("tst", 100, 3, person_sd=0.8, night_sd=0.05)
    low, high = one.interval_of_mean([380.0] * 20)
    alone = one.interval(380.0)
    assert high - low > 0.85 * (alone[1] - alone[0])


@pytest.mark.parametrize("value", [150.0, 380.0, 700.0])
def test_an_interval_is_that_of_a_textbook_and_wider_far_from_what_was_seen(value):
    human, auto = nights("tst", 25, 1, RNG)
    one = calibrate_metric("tst", human.ravel(), auto.ravel(), np.arange(25).astype(str))
    fit = sm.OLS(human.ravel(), sm.add_constant(auto.ravel())).fit()
    frame = fit.get_prediction(np.array([[1.0, value]])).summary_frame(alpha=0.10)
    expected = [float(frame[f"obs_ci_{side}"].iloc[0]) for side in ("lower", "upper")]
    assert one.interval(value) == pytest.approx(expected)


def test_without_repeated_nights_all_of_the_error_is_taken_to_recur():
    one = calibrated("tst", 60, 1)
    assert math.isnan(one.residual_person_sd)
    assert one.interval_of_mean([380.0] * 5) == pytest.approx(one.interval(380.0))


@given(value=st.floats(0, 100))
def test_an_interval_is_possible_and_holds_what_is_expected(value):
    low, high = ONE.interval(value)
    assert 0 <= low <= ONE.predicted(value) <= high <= 100


@given(value=st.floats(0, 100), level=st.floats(0.5, 0.98))
def test_a_surer_interval_is_wider(value, level):
    (low, high), (inner_low, inner_high) = (ONE.interval(value, level=one) for one in (level + 0.01, level))
    assert low <= inner_low
    assert high >= inner_high


ONE = calibrated("n3_percent", rng=np.random.default_rng(1))


def test_a_night_without_the_metric_has_no_interval():
    assert all(map(math.isnan, ONE.interval(math.nan)))
    assert all(map(math.isnan, ONE.interval_of_mean([])))
    assert ONE.interval_of_mean([math.nan, 9.0]) == ONE.interval(9.0)


def test_numbers_that_no_calibration_has_are_refused():
    facts = {field.name: getattr(ONE, field.name) for field in dataclasses.fields(ONE)}
    for key, value in {
        "key": "nonsense", "scale": "cube", "n_nights": 2, "n_people": 1000, "slope": math.nan, "sum_of_squares": 0.0,
        "residual_sd": -1.0, "lambda_se": math.inf,
    }.items():  # fmt: skip
        with pytest.raises(CalibrationError) as error:
            MetricCalibration(**{**facts, key: value})
        assert error.value.place


def test_it_equals_itself_after_pickling_also_where_it_holds_nan():
    one = calibrated("tst", 40, 1)
    assert pickle.loads(pickle.dumps(one)) == one
    assert hash(pickle.loads(pickle.dumps(one))) == hash(one)
    assert one != ONE
