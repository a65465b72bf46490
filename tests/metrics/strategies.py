"""Nights to measure."""

import hypothesis.strategies as st
import numpy as np
from hypothesis import settings

from somnometry.core.hypnogram import Hypnogram

laws = settings(max_examples=50)
LEVELS = {5: (0, 1, 2, 3, 4), 4: (0, 5, 3, 4), 3: (0, 6, 4), 2: (0, 7)}


@st.composite
def stages_of(draw, levels=5, max_runs=14, unscored=True):
    """A night as runs of one stage, so that long runs, short ones, gaps and nights of one stage all come up."""
    alphabet = st.sampled_from((*LEVELS[levels], *((-1,) if unscored else ())))
    runs = draw(st.lists(st.tuples(alphabet, st.integers(1, 25)), max_size=max_runs))
    return np.array([stage for stage, length in runs for _ in range(length)], dtype=np.int8)


@st.composite
def lights_of(draw, n_epochs, epoch, unknown=True):
    """Both ends of the record, or two moments of it, or unknown; in seconds."""
    record = n_epochs * epoch
    moments = st.floats(0, max(record, 1.0), allow_nan=False)
    light = st.one_of(st.none(), moments, *([st.just(float("nan"))] if unknown else []))
    off, on = draw(light), draw(light)
    start = 0.0 if off is None else off
    end = record if on is None else on
    return (None, None) if start >= end else (off, on)


@st.composite
def hypnograms(draw, choose_levels=(5, 5, 4, 3, 2), unscored=True, unknown_lights=True):
    levels = draw(st.sampled_from(choose_levels))
    stages = draw(stages_of(levels, unscored=unscored))
    off, on = draw(lights_of(len(stages), 30.0, unknown_lights))
    return Hypnogram(stages, lights_off=off, lights_on=on, levels=levels)


#: The night that metrics.md works by hand: W W N1 N2 N2 N3 N3 N2 W W N1 N2 R R N1 R N2 W W W.
WORKED_NIGHT = [0, 0, 1, 2, 2, 3, 3, 2, 0, 0, 1, 2, 4, 4, 1, 4, 2, 0, 0, 0]


def runs(*pairs):
    """Stage, epochs, stage, epochs, ..."""
    return [stage for stage, n in zip(pairs[::2], pairs[1::2], strict=True) for _ in range(n)]
