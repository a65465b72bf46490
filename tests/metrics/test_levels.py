"""Stages as a scorer of fewer levels would give them."""

import numpy as np
import pytest

from somnometry.core.errors import HypnogramError
from somnometry.core.hypnogram import Hypnogram
from somnometry.core.stage import STAGES_OF_LEVEL
from somnometry.metrics.levels import in_states, merged_stages


@pytest.mark.parametrize(
    ("levels", "merged"),
    [
        (5, [-1, 0, 1, 2, 3, 4]),
        (4, [-1, 0, 5, 5, 3, 4]),
        (3, [-1, 0, 6, 6, 6, 4]),
        (2, [-1, 0, 7, 7, 7, 7]),
    ],
)
def test_light_sleep_is_n1_and_n2_and_everything_but_wake_is_sleep(levels, merged):
    assert merged_stages(np.array([-1, 0, 1, 2, 3, 4], np.int8), levels).tolist() == merged


@pytest.mark.parametrize("levels", [4, 3, 2])
def test_what_is_merged_is_merged_again_as_at_once(levels):
    stages = np.array([-1, 0, 1, 2, 3, 4], np.int8)
    for first in (5, 4, 3, 2):
        if first >= levels:
            assert (merged_stages(merged_stages(stages, first), levels) == merged_stages(stages, levels)).all()
    assert set(merged_stages(stages, levels).tolist()) - {-1} == set(map(int, STAGES_OF_LEVEL[levels]))


def test_a_scorer_is_never_finer_than_it_was():
    assert in_states(Hypnogram([0, 5, 3, 4], levels=4), 3).stages.tolist() == [0, 6, 6, 4]
    assert in_states(Hypnogram([0, 7], levels=2), None).levels == 2
    with pytest.raises(HypnogramError):
        in_states(Hypnogram([0, 7], levels=2), 3)
    with pytest.raises(HypnogramError):
        in_states(Hypnogram([0, 2]), 4)
