"""Time-domain kernels against antropy, SciPy and hand calculation."""

import math

import antropy
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import stats

from somnometry.kernels import timedomain
from somnometry.kernels.timedomain import TIME_DOMAIN, time_domain

SIGNALS = arrays(np.float64, st.integers(40, 200), elements=st.floats(-500, 500, width=32), unique=True)


@pytest.fixture(scope="module")
def epochs():
    rng = np.random.default_rng(1)
    return rng.normal(0, 10, (2, 3000)) + rng.normal(0, 5, (2, 3000)).cumsum(axis=1)


def reference(epochs):
    mobility, complexity = antropy.hjorth_params(epochs, axis=1)
    return {
        "std": epochs.std(axis=1, ddof=1),
        "iqr": np.subtract(*np.quantile(epochs, [0.75, 0.25], axis=1)),
        "skew": stats.skew(epochs, axis=1),
        "kurt": stats.kurtosis(epochs, axis=1),
        "nzc": antropy.num_zerocross(epochs, axis=1),
        "hmob": mobility,
        "hcomp": complexity,
        "perm": [antropy.perm_entropy(epoch, normalize=True) for epoch in epochs],
        "higuchi": [antropy.higuchi_fd(epoch) for epoch in epochs],
        "petrosian": antropy.petrosian_fd(epochs, axis=1),
    }


@pytest.mark.parametrize("column", TIME_DOMAIN)
def test_features_equal_those_of_antropy_and_scipy(epochs, column):
    ours = time_domain(epochs)[:, TIME_DOMAIN.index(column)]
    np.testing.assert_allclose(ours, reference(epochs)[column], rtol=1e-9)


@pytest.mark.parametrize("n", [40, 41, 2999, 3001])
def test_features_do_not_depend_on_the_length_being_3000(n):
    epoch = np.random.default_rng(n).normal(size=(1, n)).cumsum(axis=1)
    expected = np.array([np.ravel(value)[0] for value in reference(epoch).values()])
    np.testing.assert_allclose(time_domain(epoch)[0], expected, rtol=1e-9)


def test_single_precision_epochs_are_measured_in_double(epochs):
    single = epochs.astype(np.float32)
    np.testing.assert_array_equal(time_domain(single), time_domain(single.astype(np.float64)))


def test_a_constant_epoch_has_no_shape():
    row = dict(zip(TIME_DOMAIN, time_domain(np.full((1, 100), 7.0))[0], strict=True))
    assert row["std"] == row["iqr"] == row["nzc"] == 0
    assert all(math.isnan(row[name]) for name in ("skew", "kurt", "hmob", "hcomp", "higuchi"))


@given(values=SIGNALS)
def test_interquartile_range_equals_numpy_for_any_values(values):
    expected = np.subtract(*np.quantile(values, [0.75, 0.25]))
    assert timedomain.interquartile_range(values) == pytest.approx(expected, rel=1e-9, abs=1e-9)


@pytest.mark.parametrize("odd", [math.nan, math.inf, -math.inf])
def test_interquartile_range_of_what_is_not_finite_is_nan(odd):
    assert math.isnan(timedomain.interquartile_range(np.r_[np.arange(50.0), odd]))


@pytest.mark.parametrize("values", [np.r_[np.zeros(50), 5e-324], np.r_[np.zeros(999), 1e6], np.full(200, 3.0)])
def test_interquartile_range_of_values_that_are_nearly_all_equal_is_zero(values):
    assert timedomain.interquartile_range(values) == 0


@pytest.mark.parametrize("kind", [np.float32, np.float64])
@pytest.mark.parametrize("shape", ["normal", "heavy", "two heaps", "steps"])
@pytest.mark.parametrize("n", [63, 64, 3000, 3001])
def test_quartiles_of_any_shape_are_order_statistics(kind, shape, n):
    rng = np.random.default_rng(n)
    draw = {
        "normal": rng.normal(0, 20, n),
        "heavy": rng.standard_t(1.1, n) * 10,
        "two heaps": rng.choice([-100.0, 100.0], n) + rng.normal(0, 1e-3, n),
        "steps": rng.integers(-3, 4, n) * 0.5,
    }[shape].astype(kind)
    expected = np.subtract(*np.quantile(draw.astype(float), [0.75, 0.25]))
    assert timedomain.interquartile_range(draw) == pytest.approx(expected, rel=1e-12, abs=1e-12)


@given(values=arrays(np.float64, 60, elements=st.sampled_from([-1.0, 0.0, 0.5, 2.0])))
def test_interquartile_range_equals_numpy_with_ties(values):
    expected = np.subtract(*np.quantile(values, [0.75, 0.25]))
    assert timedomain.interquartile_range(values) == pytest.approx(expected, abs=1e-12)


@given(values=arrays(np.float64, 60, elements=st.sampled_from([-1.0, -0.0, 0.0, 2.0])))
def test_entropy_and_crossings_follow_antropy_with_ties(values):
    orders = timedomain.order_counts(values)
    assert timedomain.permutation_entropy(orders) == pytest.approx(antropy.perm_entropy(values, normalize=True))
    signed = np.where(values == 0, 0.0, values)  # antropy goes by the sign bit, which minus zero has
    assert timedomain.zero_crossings(signed) == antropy.num_zerocross(signed)


@given(values=arrays(np.float32, st.integers(3, 40), elements=st.integers(-2, 2)))
def test_orders_of_three_neighbours_are_counted_one_by_one(values):
    expected = [0] * 6
    for a, b, c in zip(values, values[1:], values[2:], strict=False):
        expected[[a <= b <= c, a <= c < b, c < a <= b, b < a <= c, b <= c < a, c < b < a].index(True)] += 1
    assert list(timedomain.order_counts(values)) == expected
    signs = np.diff(values) < 0
    assert expected[1] + expected[2] + expected[3] + expected[4] == (signs[1:] != signs[:-1]).sum()


@given(epochs=arrays(np.float32, (3, 40), elements=st.floats(-1e6, 1e6, width=32)))
def test_spreads_are_numpys(epochs):
    np.testing.assert_allclose(timedomain.spreads(epochs), epochs.astype(float).std(axis=1), rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("odd", [math.nan, math.inf, -math.inf])
def test_the_spread_of_what_is_not_finite_is_not(odd):
    epochs = np.zeros((2, 40), np.float32)
    epochs[1, 20] = odd
    assert np.isfinite(timedomain.spreads(epochs)).tolist() == [True, False]


@given(seed=st.integers(0, 10**6), factor=st.floats(0.1, 100), offset=st.floats(-100, 100))
def test_shape_does_not_depend_on_scale_or_offset(seed, factor, offset):
    values = np.random.default_rng(seed).normal(0, 20, 200)
    plain, moved = (
        dict(zip(TIME_DOMAIN, time_domain(x[None])[0], strict=True)) for x in (values, factor * values + offset)
    )
    assert moved["std"] == pytest.approx(factor * plain["std"], rel=1e-6)
    assert moved["iqr"] == pytest.approx(factor * plain["iqr"], rel=1e-6, abs=1e-6 * factor * plain["std"])
    for name in ("hmob", "hcomp", "higuchi"):
        assert moved[name] == pytest.approx(plain[name], rel=1e-5)


@given(values=SIGNALS)
def test_turning_a_signal_over_turns_its_skewness(values):
    plain, turned = (timedomain.moments(x) for x in (values, -values))
    assert turned[1] == pytest.approx(plain[1])
    assert turned[2] == pytest.approx(-plain[2], abs=1e-9)
    assert turned[3] == pytest.approx(plain[3], abs=1e-9)
