"""Rolling means against pandas, which YASA uses."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from somnometry.kernels.rolling import rolling_mean

TRIANGLE = np.r_[np.arange(1, 9), np.arange(7, 0, -1)] / 8.0


@pytest.mark.parametrize("n", [1, 3, 15, 40])
def test_the_centred_triangle_is_pandas(n):
    values = np.random.default_rng(n).normal(size=(n, 3))
    expected = pd.DataFrame(values).rolling(15, center=True, min_periods=1, win_type="triang").mean()
    np.testing.assert_allclose(rolling_mean(values, TRIANGLE, 7), expected, rtol=1e-10)


@pytest.mark.parametrize("n", [1, 3, 4, 40])
def test_the_past_four_epochs_are_pandas(n):
    values = np.random.default_rng(n).normal(size=(n, 3))
    expected = pd.DataFrame(values).rolling(4, min_periods=1).mean()
    np.testing.assert_allclose(rolling_mean(values, np.ones(4), 3), expected, rtol=1e-10)


def test_missing_epochs_are_skipped_as_pandas_does():
    values = np.random.default_rng(0).normal(size=(60, 2))
    values[[5, 6, 20]] = np.nan
    values[30:50] = np.nan
    expected = pd.DataFrame(values).rolling(15, center=True, min_periods=1, win_type="triang").mean()
    np.testing.assert_allclose(rolling_mean(values, TRIANGLE, 7), expected, rtol=1e-10)


@given(values=arrays(np.float64, (20, 2), elements=st.floats(-1e3, 1e3)))
def test_a_mean_lies_within_what_it_averages(values):
    means = rolling_mean(values, np.ones(4), 3)
    slack = 1e-9 * (1 + np.abs(values).max())
    assert means.max() <= values.max() + slack
    assert means.min() >= values.min() - slack
