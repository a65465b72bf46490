"""What a metric needs of a night, and what to say where the night does not have it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np
import numpy.typing as npt

from ..core.stage import STAGES_OF_LEVEL, Stage
from .cycles import n_cycles
from .latencies import persistent_sleep, sustained_rem
from .stage_matrix import StageMatrix
from .transitions import pairs_from_sleep, pairs_from_wake

__all__ = ["REQUIREMENTS", "StageRequirement"]


WHOLE = "hypnogram.whole() declares the whole record to be the lights window"


@dataclass(frozen=True, slots=True)
class StageRequirement:
    """A condition on the stages of a night: a `Requirement` of the only night of a `StageMatrix`, or a mask of many.

    Parameters
    ----------
    met : function of StageMatrix
        Says of each night whether the condition holds, shape (n_nights,) or ().
    reason : str
        Why a metric is NaN where it does not.
    remedy : str
        What the user can do about it; empty where nothing.
    """

    met: Callable[[StageMatrix], npt.NDArray[Any]]
    reason: str
    remedy: str = ""

    def unmet(self, night: StageMatrix, /) -> str | None:
        """Give the reason, and the remedy, where the condition does not hold."""
        met: Any = self.met(night)
        if met.all() if isinstance(met, np.ndarray) else met:  # a plain truth of a `OneNight`
            return None
        return f"{self.reason}; {self.remedy}" if self.remedy else self.reason


def _levels_have(*stages: Stage) -> Callable[[StageMatrix], npt.NDArray[Any]]:
    having = {levels: np.array(set(stages) <= set(having)) for levels, having in STAGES_OF_LEVEL.items()}
    return lambda nights: having[nights.levels]


def _levels_at_least(levels: int) -> Callable[[StageMatrix], npt.NDArray[Any]]:
    return lambda nights: np.array(nights.levels >= levels)


def _scored(stage: Stage) -> Callable[[StageMatrix], npt.NDArray[Any]]:
    return lambda nights: nights.counts_of((stage,)) > 0


#: Name -> requirement. Those that begin with ``stage:`` ask what the scorer tells apart, not what the night holds.
REQUIREMENTS: Mapping[str, StageRequirement] = MappingProxyType(
    {
        "lights_off": StageRequirement(
            lambda nights: nights.lights_off_known,
            "lights-off is unknown",
            remedy=WHOLE,
        ),
        "lights_on": StageRequirement(
            lambda nights: nights.lights_on_known,
            "lights-on is unknown",
            remedy=WHOLE,
        ),
        "epochs": StageRequirement(
            lambda nights: nights.n_in_bed > 0, "no epoch lies between lights-off and lights-on"
        ),
        "scored": StageRequirement(lambda nights: nights.n_in_bed > nights.n_unscored, "no epoch is scored"),
        "sleep": StageRequirement(lambda nights: nights.n_sleep > 0, "no sleep was scored"),
        "sleep_5min": StageRequirement(
            lambda nights: persistent_sleep(nights, 300).count() > 0, "no sleep lasted 5 min"
        ),
        "sleep_10min": StageRequirement(
            lambda nights: persistent_sleep(nights, 600).count() > 0, "no sleep lasted 10 min"
        ),
        "n1": StageRequirement(_scored(Stage.N1), "no N1 was scored"),
        "n2": StageRequirement(_scored(Stage.N2), "no N2 was scored"),
        "n3": StageRequirement(_scored(Stage.N3), "no N3 was scored"),
        "rem": StageRequirement(_scored(Stage.R), "no REM was scored"),
        "rem_5min": StageRequirement(lambda nights: sustained_rem(nights).count() > 0, "no REM lasted 5 min"),
        "nrem": StageRequirement(lambda nights: nights.nrem_runs.count() > 0, "no NREM was scored"),
        "wake_bout": StageRequirement(
            lambda nights: nights.wake_bouts.count() > 0, "no wake lies between the first and the last sleep epoch"
        ),
        "pairs": StageRequirement(
            lambda nights: pairs_from_sleep(nights) + pairs_from_wake(nights) > 0,
            "no scored epoch of the sleep period directly follows another",
        ),
        "pairs_from_sleep": StageRequirement(
            lambda nights: pairs_from_sleep(nights) > 0,
            "no scored epoch of the sleep period directly follows one of sleep",
        ),
        "pairs_from_wake": StageRequirement(
            lambda nights: pairs_from_wake(nights) > 0,
            "no scored epoch of the sleep period directly follows one of W",
        ),
        "cycle": StageRequirement(lambda nights: n_cycles(nights) > 0, "no cycle was completed by a REM period"),
        "stage:N1": StageRequirement(_levels_have(Stage.N1), "the scorer's levels have no N1"),
        "stage:N2": StageRequirement(_levels_have(Stage.N2), "the scorer's levels have no N2"),
        "stage:N3": StageRequirement(_levels_have(Stage.N3), "the scorer's levels have no N3"),
        "stage:R": StageRequirement(_levels_have(Stage.R), "the scorer's levels have no REM"),
        "stage:light": StageRequirement(_levels_at_least(4), "the scorer's levels do not tell light from deep sleep"),
        "stage:several": StageRequirement(_levels_at_least(3), "the scorer's levels have one stage of sleep only"),
    }
)
