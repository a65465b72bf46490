"""The tree kernel against a plain walk over the same trees."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from somnometry.kernels.trees import DEPTH, N_LEAVES, N_NODES, class_probabilities

N_CLASSES = 3


def walk(row, feature, threshold, leaf):
    """Softmax of summed leaves, one node at a time."""
    scores = [0.0] * N_CLASSES
    for tree in range(len(feature)):
        node = 0
        for _ in range(DEPTH):
            value = row[feature[tree, node]]
            value = 0.0 if math.isnan(value) or abs(value) <= 1e-35 else value
            node = 2 * node + (1 if value <= threshold[tree, node] else 2)
        scores[tree % N_CLASSES] += leaf[tree, node - N_NODES]
    powers = [math.exp(score - max(scores)) for score in scores]
    return [power / sum(powers) for power in powers]


@pytest.fixture(scope="module")
def forest():
    rng = np.random.default_rng(3)
    feature = rng.integers(0, 4, (9, N_NODES)).astype(np.int16)
    return feature, rng.choice([-1.0, 0.0, 0.5, 2.0, np.inf], (9, N_NODES)), rng.normal(size=(9, N_LEAVES))


VALUES = st.one_of(
    st.sampled_from([-1.0, 0.0, 0.5, 2.0, math.nan, math.inf, -math.inf, 1e-35, -1e-35, 1e-34, 5e-324]),
    st.floats(-3, 3),
)


@given(rows=st.lists(st.lists(VALUES, min_size=4, max_size=4), min_size=1, max_size=2))
def test_probabilities_equal_a_plain_walk(forest, rows):
    ours = class_probabilities(np.array(rows), *forest, N_CLASSES)
    np.testing.assert_allclose(ours, [walk(row, *forest) for row in rows], rtol=1e-12)


def test_large_scores_do_not_overflow(forest):
    feature, threshold, leaf = forest
    ours = class_probabilities(np.zeros((1, 4)), feature, threshold, leaf * 1e4, N_CLASSES)
    assert ours.sum() == pytest.approx(1)
