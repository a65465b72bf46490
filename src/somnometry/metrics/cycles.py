"""Cycles of NREM and REM, by two rules; and what becomes of REM periods.

``feinberg`` is the rule of Feinberg and Floyd 1979 as the R package SleepCycles reads it (Blume and Cajochen 2021):

- a NREM period begins with NREM sleep from which at least 15 min pass without R, whatever else they hold; wake and less
  than 5 min of R belong to it;
- a REM period begins with the first R of the night, or with at least 5 min of unbroken R, and ends with the last R
  before the next NREM period;
- a NREM period with more than 120 min of sleep is split where N3 returns after more than 12 min without it, if both
  parts last 15 min: the first of them skipped its REM.

``luna`` is that of Luna's HYPNO; `luna_cycles` describes it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
import numpy.typing as npt

from ..core.arrays import frozen_array
from ..core.equality import EqualByFields
from ..core.errors import HypnogramError
from ..core.hypnogram import Hypnogram
from .feinberg import feinberg_cycles
from .luna import luna_cycles
from .runs import Runs
from .stage_matrix import PerNight, StageMatrix, ratio

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Cycles", "cycle_minutes", "cycles", "n_cycles", "rem_efficiency", "rem_fragmentation"]


# ----------------------------------------------------------------------------------------------------- one number
def n_cycles(nights: StageMatrix) -> PerNight:
    """Cycles by the rule of Feinberg, count: up to the last that holds a REM period. 0 without R; NaN without sleep."""
    return nights.completed_cycles.count()


def cycle_minutes(nights: StageMatrix) -> PerNight:
    """Mean duration of the cycles that `n_cycles` counts, minutes. NaN without a cycle."""
    completed = nights.completed_cycles
    return nights.minutes(ratio(completed.total(), completed.count()))


def rem_fragmentation(nights: StageMatrix) -> PerNight:
    """Interruptions of R per minute of R, inside the REM periods of Feinberg. NaN without R."""
    return ratio(nights.rem_interruptions, nights.minutes(nights.rem_in_periods))


def rem_efficiency(nights: StageMatrix) -> PerNight:
    """R as a share of the REM periods of Feinberg, per cent. NaN without R."""
    return 100 * ratio(nights.rem_in_periods, nights.epochs_of_rem_periods)


# ----------------------------------------------------------------------------------------------------- the table
@dataclass(frozen=True, slots=True, eq=False)
class Cycles(EqualByFields):
    """The cycles of a night, one after the other.

    Parameters
    ----------
    rule : {"feinberg", "luna"}
        Which rule found them.
    start, end : array of float64, shape (n_cycles,)
        Seconds from the start of the first epoch. Wake between two cycles belongs to neither.
    nrem_minutes, rem_minutes, wake_minutes, unscored_minutes : array of float64, shape (n_cycles,)
        What they hold.
    complete : array of bool, shape (n_cycles,)
        Whether a cycle ends with a REM period.
    skipped_rem : array of bool, shape (n_cycles,)
        Whether it does not although another cycle follows; typical of the first.
    """

    rule: str
    start: npt.NDArray[np.float64]
    end: npt.NDArray[np.float64]
    nrem_minutes: npt.NDArray[np.float64]
    rem_minutes: npt.NDArray[np.float64]
    wake_minutes: npt.NDArray[np.float64]
    unscored_minutes: npt.NDArray[np.float64]
    complete: npt.NDArray[np.bool_]
    skipped_rem: npt.NDArray[np.bool_]

    def __post_init__(self) -> None:
        for name in ("start", "end", "nrem_minutes", "rem_minutes", "wake_minutes", "unscored_minutes"):
            object.__setattr__(self, name, frozen_array(getattr(self, name), np.float64))
        for name in ("complete", "skipped_rem"):
            object.__setattr__(self, name, frozen_array(getattr(self, name), np.bool_))

    def __len__(self) -> int:
        return len(self.start)

    @property
    def minutes(self) -> npt.NDArray[np.float64]:
        """Duration of each cycle, minutes."""
        return (self.end - self.start) / 60

    def to_frame(self) -> pd.DataFrame:
        """Give a table with one row per cycle, numbered from 1; ``start`` and ``end`` in seconds, the rest minutes."""
        import pandas as pd

        columns = {
            "start": self.start,
            "end": self.end,
            "minutes": self.minutes,
            "nrem_minutes": self.nrem_minutes,
            "rem_minutes": self.rem_minutes,
            "wake_minutes": self.wake_minutes,
            "unscored_minutes": self.unscored_minutes,
            "complete": self.complete,
            "skipped_rem": self.skipped_rem,
        }
        return pd.DataFrame(columns, index=pd.RangeIndex(1, len(self) + 1, name="cycle"))


def cycles(hypnogram: Hypnogram, *, rule: Literal["feinberg", "luna"] = "feinberg") -> Cycles:
    """Find the cycles of NREM and REM of a night; durations in minutes.

    Parameters
    ----------
    hypnogram : Hypnogram
        Only epochs between lights-off and lights-on count. An unscored epoch ends no period.
    rule : {"feinberg", "luna"}
        See `somnometry.metrics.cycles` for the one and `somnometry.metrics.luna` for the other.

    Returns
    -------
    Cycles
        The last may be incomplete; without R none is complete.

    Raises
    ------
    HypnogramError
        Where the scorer does not tell R apart, or N3 from lighter sleep (``feinberg``), or all five stages (``luna``).

    Examples
    --------
    >>> from somnometry.core.hypnogram import Hypnogram
    >>> night = Hypnogram([0] * 10 + [2] * 60 + [4] * 20 + [0] * 6 + [2] * 40 + [0] * 4)
    >>> cycles(night).to_frame()[["start", "nrem_minutes", "rem_minutes", "complete"]]
            start  nrem_minutes  rem_minutes  complete
    cycle
    1       300.0          30.0         10.0      True
    2      2880.0          20.0          0.0     False
    """
    needed = {"feinberg": (4, "N3 and R"), "luna": (5, "N1, N2, N3 and R")}
    if rule not in needed:
        raise HypnogramError(f"cycles are found by the rule 'feinberg' or 'luna', not {rule!r}")
    levels, stages = needed[rule]
    if hypnogram.levels < levels:
        raise HypnogramError(
            f"the rule {rule!r} needs a scorer who tells {stages} apart; this hypnogram has {hypnogram.levels} levels"
        )
    nights = StageMatrix.of(hypnogram)
    begin, end = int(nights.begin[0]), int(nights.end[0])
    if rule == "feinberg":
        spans, complete = feinberg_cycles(nights.feinberg_periods)
    else:
        edges = np.array(luna_cycles(nights.stages[0, begin:end], hypnogram.epoch), np.int64).reshape(-1, 2) + begin
        spans = Runs(np.zeros(len(edges), np.int64), edges[:, 0], edges[:, 1] - edges[:, 0], 1)
        complete = nights.rem_runs.epochs_between(spans.night, spans.start, spans.end) > 0
    held = {
        f"{name}_minutes": nights.minutes(runs.epochs_between(spans.night, spans.start, spans.end))
        for name, runs in (
            ("nrem", nights.nrem_runs),
            ("rem", nights.rem_runs),
            ("wake", nights.wake_runs),
            ("unscored", nights.unscored_runs),
        )
    }
    is_last = np.arange(len(spans)) == len(spans) - 1
    return Cycles(
        rule=rule,
        start=frozen_array(spans.start * hypnogram.epoch, np.float64),
        end=frozen_array(spans.end * hypnogram.epoch, np.float64),
        **held,
        complete=complete,
        skipped_rem=~complete & ~is_last,
    )
