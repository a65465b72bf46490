"""Cycles as Luna finds them, against what it prints."""

import numpy as np
import pytest

from somnometry.core.hypnogram import Hypnogram
from somnometry.metrics.cycles import cycles

from ..facts import NIGHTS
from .nights import N2, R, W, in_minutes, spans


class TestLuna:
    @pytest.mark.parametrize("name", NIGHTS)
    def test_finds_the_cycles_that_luna_prints(self, name, peers):
        peer = peers[name]
        found = cycles(Hypnogram(peer["stages"]), rule="luna")
        theirs = peer["luna_HYPNO_C"]
        assert (found.start / 30 + 1).tolist() == [row["NREMC_START"] for row in theirs]
        assert found.minutes.tolist() == [row["NREMC_MINS"] for row in theirs]
        assert found.nrem_minutes.tolist() == [row["NREMC_NREM_MINS"] for row in theirs]
        assert found.rem_minutes.tolist() == [row["NREMC_REM_MINS"] for row in theirs]
        other = (found.wake_minutes + found.unscored_minutes).tolist()
        assert other == [row["NREMC_OTHER_MINS"] for row in theirs]
        summary = peer["luna1.7.0_HYPNO"]
        assert len(found) == summary.get("NREMC", 0)
        if len(found):
            assert np.mean(found.minutes) == summary["NREMC_MINS"]

    def test_wake_and_n1_of_15_min_end_a_cycle(self):
        found = cycles(in_minutes(N2, 30, W, 15, N2, 30, R, 10), rule="luna")
        assert spans(found) == [(0, 30), (45, 85)]
        assert found.skipped_rem.tolist() == [True, False]
        assert len(cycles(in_minutes(N2, 30, W, 14.5, N2, 30, R, 10), rule="luna")) == 1

    def test_a_night_without_sleep_has_none(self):
        assert len(cycles(Hypnogram([0] * 20), rule="luna")) == len(cycles(Hypnogram([]), rule="luna")) == 0
