"""Compiled kernels: the same function, cached beside its file where it has one."""

import os

import numpy as np
import pytest

from somnometry.kernels.compile import _can_be_cached, kernel
from somnometry.kernels.trees import class_probabilities


def plain(x):
    total = 0.0
    for i in range(x.size):
        total += x[i] * x[i]
    return total


def test_a_kernel_gives_what_its_function_gives():
    x = np.linspace(-3.0, 5.0, 1001)
    assert kernel(plain)(x) == pytest.approx(plain(x), rel=1e-12)


def test_nan_and_infinities_keep_their_meaning_though_sums_are_reordered():
    total = kernel(plain)
    assert np.isnan(total(np.array([1.0, np.nan])))
    assert total(np.array([1.0, -np.inf])) == np.inf


def test_a_function_without_a_file_is_compiled_and_not_cached():
    names = {}
    exec("def twice(x): return 2 * x", names)
    assert not _can_be_cached(names["twice"])
    assert _can_be_cached(plain)
    assert kernel(names["twice"])(21) == 42


@pytest.mark.skipif(os.environ.get("NUMBA_DISABLE_JIT") == "1", reason="nothing is compiled")
def test_kernels_release_the_interpreter():
    assert class_probabilities.targetoptions["nogil"]
