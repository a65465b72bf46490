"""`Stage`: what an epoch can be."""

from __future__ import annotations

from enum import IntEnum

__all__ = ["NREM", "SLEEP", "STAGES_OF_LEVEL", "Stage"]


class Stage(IntEnum):
    """The stage of an epoch. Everything above `W` is sleep; `UNSCORED` is neither sleep nor wake.

    `LIGHT`, `NREM` and `SLEEP` are what devices of fewer levels score: light sleep is never N2.
    """

    UNSCORED = -1
    W = 0
    N1 = 1
    N2 = 2
    N3 = 3
    R = 4
    LIGHT = 5
    NREM = 6
    SLEEP = 7

    @property
    def label(self) -> str:
        """The word for the stage in tables and on axes; ``"?"`` for an unscored epoch."""
        return "?" if self is Stage.UNSCORED else self.name


#: The stages that a hypnogram of so many levels may hold, besides `Stage.UNSCORED`.
STAGES_OF_LEVEL: dict[int, tuple[Stage, ...]] = {
    5: (Stage.W, Stage.N1, Stage.N2, Stage.N3, Stage.R),
    4: (Stage.W, Stage.LIGHT, Stage.N3, Stage.R),
    3: (Stage.W, Stage.NREM, Stage.R),
    2: (Stage.W, Stage.SLEEP),
}

#: Sleep, of whatever level, that is known not to be R; and all sleep.
NREM = (Stage.N1, Stage.N2, Stage.N3, Stage.LIGHT, Stage.NREM)
SLEEP = (*NREM, Stage.R, Stage.SLEEP)
