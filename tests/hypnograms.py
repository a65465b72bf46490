"""Hypnograms compared field by field."""

import dataclasses

import numpy as np

from somnometry.core.hypnogram import Hypnogram


def assert_same(a, b):
    """Assert that two hypnograms are alike in every field; NaN is NaN."""
    for field in dataclasses.fields(Hypnogram):
        x, y = getattr(a, field.name), getattr(b, field.name)
        if isinstance(x, float | np.ndarray):
            np.testing.assert_array_equal(x, y, field.name)
        else:
            assert x == y, field.name
