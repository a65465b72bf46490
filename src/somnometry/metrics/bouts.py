"""Bouts: unbroken runs of one stage, or of several taken as one. How many, how long; and all of them as a table."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from ..core.arrays import frozen_array
from ..core.equality import EqualByFields
from ..core.hypnogram import Hypnogram
from ..core.stage import Stage
from .levels import in_states
from .runs import Runs, find_bouts
from .stage_matrix import PerNight, StageMatrix, epochs_lasting, ratio

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Bouts", "bout_count", "bout_max", "bout_mean", "bout_median", "bouts", "long_wake_minutes"]

RunsOf = Callable[[StageMatrix], Runs]
"""Which runs of a night are bouts."""


def bout_count(nights: StageMatrix, *, runs: RunsOf) -> PerNight:
    """Bouts, count."""
    return runs(nights).count()


def bout_mean(nights: StageMatrix, *, runs: RunsOf) -> PerNight:
    """Mean duration of a bout, minutes (Luna). NaN without a bout."""
    chosen = runs(nights)
    return nights.minutes(ratio(chosen.total(), chosen.count()))


def bout_median(nights: StageMatrix, *, runs: RunsOf) -> PerNight:
    """Median duration of a bout, minutes (Luna). NaN without a bout."""
    return nights.minutes(runs(nights).median())


def bout_max(nights: StageMatrix, *, runs: RunsOf) -> PerNight:
    """Duration of the longest bout, minutes (Luna). NaN without a bout."""
    return nights.minutes(runs(nights).longest())


def long_wake_minutes(nights: StageMatrix) -> PerNight:
    """Minutes of W within the sleep period in bouts of at least 5 min (Luna's BOUT_05 of WASO). NaN without sleep."""
    return nights.minutes(nights.wake_bouts.lasting(epochs_lasting(300, nights.epoch)).total())


# ----------------------------------------------------------------------------------------------------- the table
@dataclass(frozen=True, slots=True, eq=False)
class Bouts(EqualByFields):
    """Runs of one state between the lights of a night, one after the other.

    Parameters
    ----------
    stage : array of int8, shape (n_bouts,)
        Values of `Stage`; with fewer states than the scorer's, `Stage.NREM` or `Stage.SLEEP` stand for their parts.
    start, duration : array of float64, shape (n_bouts,)
        Seconds; the start from that of the first epoch.
    """

    stage: npt.NDArray[np.int8]
    start: npt.NDArray[np.float64]
    duration: npt.NDArray[np.float64]

    def __post_init__(self) -> None:
        object.__setattr__(self, "stage", frozen_array(self.stage, np.int8))
        object.__setattr__(self, "start", frozen_array(self.start, np.float64))
        object.__setattr__(self, "duration", frozen_array(self.duration, np.float64))

    def __len__(self) -> int:
        return len(self.stage)

    def to_frame(self) -> pd.DataFrame:
        """Give a table with one row per bout: ``stage`` (label), ``start`` and ``duration`` (seconds)."""
        import pandas as pd

        labels = [Stage(stage).label for stage in self.stage]
        return pd.DataFrame({"stage": labels, "start": self.start, "duration": self.duration}).rename_axis("bout")


def bouts(hypnogram: Hypnogram, *, states: int | None = None) -> Bouts:
    """Cut a night into bouts: unbroken runs of one state, in seconds.

    Parameters
    ----------
    hypnogram : Hypnogram
        Only epochs between lights-off and lights-on count; unscored runs are bouts too.
    states : {5, 4, 3, 2}, optional
        How many states to tell apart: those of `STAGES_OF_LEVEL`. None takes those of the scorer.

    Raises
    ------
    HypnogramError
        Where the scorer tells fewer, or other, states apart.

    Examples
    --------
    >>> from somnometry.core.hypnogram import Hypnogram
    >>> found = bouts(Hypnogram([0, 1, 2, 2, 4, 0]), states=3)
    >>> found.to_frame()["stage"].tolist(), found.duration.tolist()
    (['W', 'NREM', 'R', 'W'], [30.0, 90.0, 30.0, 30.0])
    """
    nights = StageMatrix.of(in_states(hypnogram, states))
    stage, runs = find_bouts(nights.stages[:, int(nights.begin[0]) : int(nights.end[0])])
    seconds = np.float64(hypnogram.epoch)
    start = frozen_array((runs.start + nights.begin[0]) * seconds, np.float64)
    return Bouts(stage, start, frozen_array(runs.length * seconds, np.float64))
