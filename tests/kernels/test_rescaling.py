"""Rescaling beside NumPy's product in double precision, rounded once, to the bit."""

import numpy as np
import pytest

from somnometry.kernels.rescaling import rescale


@pytest.mark.parametrize("factor", [1e6, 1e3, 0.0488281253, -7.0, 0.0])
def test_it_is_the_product_rounded_once(factor):
    random = np.random.default_rng(0)
    values = np.r_[
        random.normal(0, 1, 1000) * 10.0 ** random.integers(-44, 30, 1000), 0.0, -0.0, np.nan, np.inf, -np.inf
    ]
    with np.errstate(all="ignore"):
        expected = (values * factor).astype(np.float32)
    out = np.full(values.size + 7, 3, np.float32)
    with np.errstate(all="ignore"):
        rescale(values, factor, out[4:-3])
    np.testing.assert_array_equal(out[4:-3].view(np.uint32)[:-3], expected.view(np.uint32)[:-3])
    np.testing.assert_array_equal(out[-6:-3], expected[-3:])
    assert (out[[0, 1, 2, 3, -3, -2, -1]] == 3).all()


def test_a_row_of_a_slice_is_taken_as_it_lies():
    table = np.arange(30.0).reshape(3, 10)
    out = np.zeros(4, np.float32)
    rescale(table[:, 2:6][1], 2.0, out)
    np.testing.assert_array_equal(out, [24, 26, 28, 30])
