"""What is told of a night beside its metrics."""

import pytest

from somnometry.core.hypnogram import Hypnogram
from somnometry.metrics import architecture

from .strategies import WORKED_NIGHT


class TestWarnings:
    def test_a_clean_night_has_none(self):
        assert architecture(Hypnogram(WORKED_NIGHT)).warnings == ()

    @pytest.mark.parametrize(
        ("stages", "says"),
        [
            ([2, 2, 0], "starts asleep"),
            ([0, 2, 2], "ends asleep: TST, REM minutes and the last run of sleep are lower bounds"),
            ([0] + [2] * 30 + [-1], "ends unscored after sleep"),
            ([0] + [2] * 40 + [-1, 0, 2, 0], "1 of awakenings_bridged"),
        ],
    )
    def test_a_flaw_is_told(self, stages, says):
        (warning,) = architecture(Hypnogram(stages)).warnings
        assert says in warning

    def test_a_night_without_epochs_is_only_empty(self):
        assert architecture(Hypnogram([])).warnings == ()
