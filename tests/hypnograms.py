"""Any hypnogram, and two compared field by field."""

import dataclasses
import math

import numpy as np
from hypothesis import strategies as st

from somnometry.core.hypnogram import Hypnogram
from somnometry.core.stage import STAGES_OF_LEVEL, Stage


def assert_same(a, b):
    """Assert that two hypnograms are alike in every field; NaN is NaN."""
    for field in dataclasses.fields(Hypnogram):
        x, y = getattr(a, field.name), getattr(b, field.name)
        if isinstance(x, float | np.ndarray):
            np.testing.assert_array_equal(x, y, field.name)
        else:
            assert x == y, field.name


@st.composite
def hypnograms(draw):
    levels = draw(st.sampled_from([5, 4, 3, 2]))
    stages = draw(st.lists(st.sampled_from([Stage.UNSCORED, *STAGES_OF_LEVEL[levels]]), max_size=40))
    epoch = draw(st.sampled_from([5.0, 20.0, 30.0, 0.1]))
    off = draw(st.one_of(st.none(), st.just(math.nan), st.floats(-100, 100)))
    on = draw(st.one_of(st.none(), st.just(math.nan), st.floats(2000, 3000)))
    if on is None and off is not None and off >= len(stages) * epoch:
        off = None
    return Hypnogram(
        stages,
        epoch=epoch,
        start=draw(st.one_of(st.none(), st.datetimes())),
        lights_off=off,
        lights_on=on,
        scorer=draw(st.text(max_size=5)),
        levels=levels,
    )
