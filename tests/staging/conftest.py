"""Noise to stage."""

import numpy as np
import pytest

from .nights import MINUTES, RATE


@pytest.fixture(scope="module")
def data():
    rng = np.random.default_rng(7)
    noise = rng.normal(0, 20, (3, RATE * 60 * MINUTES)) + 0.2 * rng.normal(0, 20, (3, RATE * 60 * MINUTES)).cumsum(
        axis=1
    )
    return noise - noise.mean(axis=1, keepdims=True)
