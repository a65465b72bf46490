"""How long runs of sleep and of wake survive: Kaplan-Meier curves, and hazards of ending."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

import numpy as np
import numpy.typing as npt

from ..core.arrays import frozen_array
from ..core.equality import EqualByFields
from ..core.errors import HypnogramError
from ..core.hypnogram import Hypnogram
from ..core.stage import NREM, SLEEP, Stage
from .runs import Runs
from .stage_matrix import StageMatrix

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Hazard", "RunSurvival", "hazards", "run_survival"]

State = Literal["sleep", "nrem", "rem", "wake"]

#: State -> the stages that it is made of, those whose coming ends it, and how many levels tell them apart.
STATES: Mapping[str, tuple[tuple[Stage, ...], tuple[Stage, ...], int]] = MappingProxyType(
    {
        "sleep": (SLEEP, (Stage.W,), 2),
        "nrem": (NREM, (Stage.W,), 3),
        "rem": ((Stage.R,), (Stage.W,), 3),
        "wake": ((Stage.W,), SLEEP, 2),
    }
)


@dataclass(frozen=True, slots=True, eq=False)
class RunSurvival(EqualByFields):
    """Kaplan-Meier curve of the length of runs.

    Parameters
    ----------
    state : str
        What the runs are of.
    minutes : array of float64, shape (n_times,)
        Lengths at which runs ended, ascending, minutes.
    survival : array of float64, shape (n_times,)
        Share of runs that outlast them. NaN where there are too few runs.
    at_risk, ended : array of int64, shape (n_times,)
        Runs that lasted at least so long, and those of them that ended so.
    n_runs, n_censored : int
        Runs, and those whose end was not seen.
    reason : str
        Why the curve is NaN; empty where it is not.
    """

    state: str
    minutes: npt.NDArray[np.float64]
    survival: npt.NDArray[np.float64]
    at_risk: npt.NDArray[np.int64]
    ended: npt.NDArray[np.int64]
    n_runs: int
    n_censored: int
    reason: str = ""

    def __post_init__(self) -> None:
        for name in ("minutes", "survival"):
            object.__setattr__(self, name, frozen_array(getattr(self, name), np.float64))
        for name in ("at_risk", "ended"):
            object.__setattr__(self, name, frozen_array(getattr(self, name), np.int64))

    def quantile(self, share: float) -> float:
        """Minutes that a run lasts at most with probability `share`: the first time survival is no more than the rest.

        NaN where there are too few runs, or so many are censored that survival stays above.
        """
        reached = np.flatnonzero(self.survival <= 1 - share + 1e-12)
        return float(self.minutes[reached[0]]) if len(reached) else math.nan

    @property
    def median(self) -> float:
        """Median length of a run, minutes; NaN as `quantile`."""
        return self.quantile(0.5)

    def to_frame(self) -> pd.DataFrame:
        """Give a table with one row per length at which runs ended."""
        import pandas as pd

        columns = {
            "minutes": self.minutes,
            "at_risk": self.at_risk,
            "ended": self.ended,
            "survival": self.survival,
        }
        return pd.DataFrame(columns)


def run_survival(hypnogram: Hypnogram, *, state: State = "sleep", min_runs: int = 5) -> RunSurvival:
    """Estimate how long runs of sleep last, in minutes, by Kaplan-Meier (Norman 2006).

    Parameters
    ----------
    hypnogram : Hypnogram
        Only epochs between lights-off and lights-on count.
    state : {"sleep", "nrem", "rem", "wake"}
        Runs of what. Sleep, NREM and REM end when W comes; any other ending censors the run: the end of the record,
        an unscored epoch, for NREM the coming of R and for REM that of NREM (Klerman 2013). Wake is that within the
        sleep period, and ends when sleep comes.
    min_runs : int
        With fewer runs, survival is NaN.

    Returns
    -------
    RunSurvival
        With `quantile` and `median`. Quantiles describe run lengths; exponents of a power law do not (Chu-Shore 2010).

    Raises
    ------
    HypnogramError
        Where the scorer does not tell NREM and REM apart and one of them is asked for.

    Examples
    --------
    >>> from somnometry.core.hypnogram import Hypnogram
    >>> night = Hypnogram([2, 2, 0, 2, 2, 2, 2, 0, 2, 2, 0, 2, 0, 2, 2, 2])
    >>> curve = run_survival(night)
    >>> curve.minutes.tolist(), curve.survival.round(3).tolist(), curve.n_censored
    ([0.5, 1.0, 2.0], [0.8, 0.4, 0.0], 1)
    >>> curve.median
    1.0
    """
    from scipy import stats

    nights = StageMatrix.of(hypnogram)
    runs, ended = _runs(nights, state)
    n_runs = len(runs)
    lengths, n_ended = np.unique(runs.length[ended], return_counts=True)
    survival = np.full(lengths.size, np.nan)
    few = n_runs < min_runs
    if lengths.size and not few:
        length = runs.length.astype(np.float64)
        observed = stats.CensoredData(uncensored=length[ended], right=length[~ended])
        survival = stats.ecdf(observed).sf.evaluate(lengths)
    return RunSurvival(
        state=state,
        minutes=nights.minutes(lengths),
        survival=survival,
        at_risk=n_runs - np.searchsorted(np.sort(runs.length), lengths),
        ended=n_ended,
        n_runs=n_runs,
        n_censored=n_runs - int(ended.sum()),
        reason=f"the night has {n_runs} runs of {state}, fewer than {min_runs}" if few else "",
    )


@dataclass(frozen=True, slots=True)
class Hazard:
    """How readily a state ends.

    Parameters
    ----------
    state, into : str
        What ends, and what comes.
    events : int
        How often it did.
    minutes : float
        Time spent in the state.
    per_hour : float
        Events per hour of it. NaN where the state was never entered.
    reason : str
        Why that is NaN; empty where it is not.
    """

    state: str
    into: str
    events: int
    minutes: float
    per_hour: float
    reason: str = ""


def hazards(hypnogram: Hypnogram) -> Mapping[str, Hazard]:
    """Estimate how readily sleep, NREM and REM end in wake, and wake in sleep: events per hour of the state.

    That is the hazard if it is the same however long a run has lasted (Klerman 2013); `run_survival` shows whether.

    Parameters
    ----------
    hypnogram : Hypnogram
        Only epochs between lights-off and lights-on count. The final awakening ends sleep; wake is that within the
        sleep period.

    Returns
    -------
    mapping of str to Hazard
        ``sleep_to_wake``, ``nrem_to_wake``, ``rem_to_wake``, ``wake_to_sleep``.

    Examples
    --------
    >>> from somnometry.core.hypnogram import Hypnogram
    >>> found = hazards(Hypnogram([0, 2, 2, 2, 0, 2, 4, 4, 0]))
    >>> found["sleep_to_wake"].per_hour, found["rem_to_wake"].per_hour
    (40.0, 60.0)
    """
    nights = StageMatrix.of(hypnogram)
    return MappingProxyType({f"{state}_to_{into}": _hazard(nights, state, into) for state, into in _ENDS})


_ENDS: tuple[tuple[State, str], ...] = (("sleep", "wake"), ("nrem", "wake"), ("rem", "wake"), ("wake", "sleep"))


def _hazard(nights: StageMatrix, state: State, into: str) -> Hazard:
    if nights.levels < STATES[state][2]:
        return Hazard(state, into, 0, math.nan, math.nan, "the scorer's levels have one stage of sleep only")
    runs, ended = _runs(nights, state)
    minutes = float(nights.minutes(runs.total())[0])
    events = int(ended.sum())
    if not minutes:
        return Hazard(state, into, events, minutes, math.nan, f"no {state} was scored within the sleep period")
    return Hazard(state, into, events, minutes, events / (minutes / 60))


def _runs(nights: StageMatrix, state: State) -> tuple[Runs, npt.NDArray[np.bool_]]:
    """Give the runs of a state, and whether what ends it directly follows each."""
    if state not in STATES:
        raise HypnogramError(f"runs survive as 'sleep', 'nrem', 'rem' or 'wake', not {state!r}")
    stages, into, levels = STATES[state]
    if nights.levels < levels:
        raise HypnogramError(
            f"runs of {state} need a scorer who tells NREM and REM apart; this hypnogram has {nights.levels} levels"
        )
    runs = nights.wake_bouts if state == "wake" else nights.runs_of(stages)
    after = np.append(nights.stages[0], Stage.UNSCORED)[runs.end]
    return runs, np.isin(after, into)
