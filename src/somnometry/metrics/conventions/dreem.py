"""What Dreem reports of a night: sleep begins with N2, N3 or R, or with three epochs of N1."""

from __future__ import annotations

from functools import partial

import numpy as np

from ...core.stage import Stage
from .. import durations
from ..requirements import REQUIREMENTS, StageRequirement
from ..stage_matrix import Counts, PerNight, StageMatrix, ratio
from .convention import Field

__all__ = ["DREEM_FIELDS", "dreem_onset", "dreem_sol", "dreem_waso"]

#: Stages of which one epoch is sleep onset, and epochs of N1 that are.
DEEPER = (Stage.N2, Stage.N3, Stage.R)
N1_EPOCHS = 3
NREM = (Stage.N1, Stage.N2, Stage.N3)


def dreem_onset(nights: StageMatrix) -> Counts:
    """Sleep onset: the first epoch of N2, N3 or R, or of three of N1 in a row; -1 where there is none."""
    deeper = nights.runs_of(DEEPER)
    light = nights.runs_of((Stage.N1,)).lasting(N1_EPOCHS)
    first = np.stack([np.where(runs.count() > 0, runs.first(), np.iinfo(np.int64).max) for runs in (deeper, light)])
    onset = first.min(axis=0)
    return np.where(onset == np.iinfo(np.int64).max, -1, onset)


def dreem_sol(nights: StageMatrix) -> PerNight:
    """SOL, minutes: from the start of the recording to sleep onset."""
    return np.where(dreem_onset(nights) >= 0, nights.minutes(dreem_onset(nights) - nights.begin), np.nan)


def dreem_waso(nights: StageMatrix) -> PerNight:
    """WASO, minutes: W between sleep onset and the last epoch of sleep."""
    onset, wake = dreem_onset(nights), nights.wake_runs
    inside = (wake.start >= onset[wake.night]) & (wake.start < nights.last_sleep[wake.night])
    return nights.minutes(wake.where(inside & (onset[wake.night] >= 0)).total())


def _percent(nights: StageMatrix, *, stages: tuple[Stage, ...]) -> PerNight:
    return 100 * ratio(durations.stage_minutes(nights, stages=stages), durations.tst(nights))


FIVE, SLEEP = REQUIREMENTS["stage:N1"], REQUIREMENTS["sleep"]
ONSET = StageRequirement(lambda nights: dreem_onset(nights) >= 0, "no N2, N3 or R, nor three epochs of N1, were scored")
PARTS: tuple[tuple[str, tuple[Stage, ...]], ...] = (
    ("N1", (Stage.N1,)), ("N2", (Stage.N2,)), ("N3", (Stage.N3,)), ("REM", (Stage.R,)), ("NREM", NREM),
)  # fmt: skip

#: In the order of Dreem's page.
DREEM_FIELDS = (
    Field("TRT", "min", "trt", durations.trt),
    Field("TST", "min", "tst", durations.tst),
    Field("SOL", "min", "sol", dreem_sol, (FIVE, ONSET)),
    Field("WASO", "min", "waso", dreem_waso, (FIVE, ONSET)),
    Field("WAKE", "min", "twt", durations.twt),
    *(
        Field(name, "min", f"{name.lower()}_minutes", partial(durations.stage_minutes, stages=stages), (FIVE,))
        for name, stages in PARTS
    ),
    *(
        Field(f"%{name}", "%", f"{name.lower()}_percent", partial(_percent, stages=stages), (FIVE, SLEEP))
        for name, stages in PARTS
    ),
)
