"""Transitions: which stage follows which, how often and how surely."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
import numpy.typing as npt

from ..core.arrays import frozen_array
from ..core.equality import EqualByFields
from ..core.errors import HypnogramError
from ..core.hypnogram import Hypnogram
from ..core.stage import SLEEP, STAGES_OF_LEVEL, Stage
from .levels import in_states
from .runs import remembered
from .stage_matrix import Counts, PerNight, StageMatrix, ratio

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "Transitions",
    "pairs_from_sleep",
    "pairs_from_wake",
    "sleep_to_wake",
    "stage_entropy",
    "transition_entropy",
    "transitions",
    "wake_to_sleep",
]


WAKE = (Stage.W,)
SCORED = (*WAKE, *SLEEP)


# ----------------------------------------------------------------------------------------------------- one number
@remembered
def pairs_from_sleep(nights: StageMatrix) -> Counts:
    """Sleep epochs that a scored epoch of the sleep period directly follows."""
    return nights.pairs_asleep(SLEEP, SCORED)


@remembered
def pairs_from_wake(nights: StageMatrix) -> Counts:
    """Epochs of W within the sleep period that a scored epoch of it directly follows."""
    return nights.pairs_asleep(WAKE, SCORED)


def sleep_to_wake(nights: StageMatrix) -> PerNight:
    """Probability that W follows an epoch of sleep, within the sleep period. NaN without such a pair of epochs."""
    return ratio(nights.pairs_asleep(SLEEP, WAKE), pairs_from_sleep(nights))


def wake_to_sleep(nights: StageMatrix) -> PerNight:
    """Probability that sleep follows an epoch of W, within the sleep period. NaN without such a pair of epochs."""
    return ratio(nights.pairs_asleep(WAKE, SLEEP), pairs_from_wake(nights))


def stage_entropy(nights: StageMatrix) -> PerNight:
    """Entropy of the stages of the sleep period, bits: how evenly it is spread over them. NaN without sleep."""
    return nights.per_night(_entropy(nights.counts_asleep))


def transition_entropy(nights: StageMatrix) -> PerNight:
    """Entropy of the next stage given the present one, bits: the sum of pi_i H(P_i.). NaN without a pair of epochs."""
    pairs = nights.transitions_asleep
    given = _entropy(pairs.reshape(-1, pairs.shape[2])).reshape(pairs.shape[:2])
    visits = pairs.sum(axis=2)
    return nights.per_night(ratio(np.where(visits > 0, visits * given, 0).sum(axis=1), visits.sum(axis=1)))


def _entropy(counts: Counts) -> npt.NDArray[np.float64]:
    """Entropy of each row of counts, bits; NaN where it is empty."""
    total = counts.sum(axis=1)
    log = np.log2(counts, out=np.zeros(counts.shape), where=counts > 0)
    log_total = np.log2(total, out=np.zeros(total.shape), where=total > 0)
    entropy: npt.NDArray[np.float64] = np.maximum(log_total - ratio((counts * log).sum(axis=1), total), 0)
    return entropy


# ----------------------------------------------------------------------------------------------------- the matrix
@dataclass(frozen=True, slots=True, eq=False)
class Transitions(EqualByFields):
    """How often one state directly follows another.

    Parameters
    ----------
    states : tuple of Stage
        In the order of the rows, which come before, and of the columns, which come after.
    counts : array of int64, shape (n_states, n_states)
        Pairs of adjacent scored epochs; the diagonal holds the epochs that a state stays.
    probabilities : array of float64, shape (n_states, n_states)
        Of the state after, given the state before; per epoch. A state that nothing follows has a row of NaN.
    per_hour : array of float64, shape (n_states, n_states)
        Changes of state per hour of TST; the diagonal is 0. NaN without sleep.
    """

    states: tuple[Stage, ...]
    counts: npt.NDArray[np.int64]
    probabilities: npt.NDArray[np.float64]
    per_hour: npt.NDArray[np.float64]

    def __post_init__(self) -> None:
        object.__setattr__(self, "counts", frozen_array(self.counts, np.int64))
        object.__setattr__(self, "probabilities", frozen_array(self.probabilities, np.float64))
        object.__setattr__(self, "per_hour", frozen_array(self.per_hour, np.float64))

    def to_frame(self) -> pd.DataFrame:
        """Give a table with one row per pair: ``before``, ``after``, ``count``, ``probability``, ``per_hour``."""
        import pandas as pd

        labels = [stage.label for stage in self.states]
        return pd.DataFrame(
            {
                "before": np.repeat(labels, len(labels)),
                "after": np.tile(labels, len(labels)),
                "count": self.counts.ravel(),
                "probability": self.probabilities.ravel(),
                "per_hour": self.per_hour.ravel(),
            }
        )


def transitions(
    hypnogram: Hypnogram,
    *,
    states: int | None = None,
    within: Literal["sleep_period", "lights"] = "sleep_period",
) -> Transitions:
    """Count the transitions of a night, with probabilities per epoch and rates per hour of sleep.

    Parameters
    ----------
    hypnogram : Hypnogram
        No pair of epochs counts that has an unscored epoch in it or between.
    states : {5, 4, 3, 2}, optional
        How many states to tell apart: 5 stages (Swihart 2015), or wake, NREM and REM (Laffan 2010), or wake and
        sleep. None takes those of the scorer.
    within : {"sleep_period", "lights"}
        From the first to the last sleep epoch, so that neither falling asleep nor the final awakening counts; or from
        lights-off to lights-on, as Luna does.

    Raises
    ------
    HypnogramError
        Where the scorer tells fewer, or other, states apart, or the lights are asked for and not known.

    Examples
    --------
    >>> from somnometry.core.hypnogram import Hypnogram
    >>> found = transitions(Hypnogram([0, 2, 2, 2, 0, 2, 4, 4, 0]), states=3)
    >>> found.counts.tolist()
    [[0, 1, 0], [1, 2, 1], [0, 0, 1]]
    >>> found.probabilities[1].tolist(), found.per_hour[1].tolist()
    ([0.25, 0.5, 0.25], [20.0, 0.0, 20.0])
    """
    if within not in ("sleep_period", "lights"):
        raise HypnogramError(f"transitions are counted within 'sleep_period' or 'lights', not {within!r}")
    if within == "lights" and not hypnogram.lights_known:
        raise HypnogramError(
            "the lights are unknown", remedy="hypnogram.whole() declares the whole record to be the lights window"
        )
    merged = in_states(hypnogram, states)
    nights = StageMatrix.of(merged)
    pairs = nights.transitions if within == "lights" else nights.transitions_asleep
    chosen = STAGES_OF_LEVEL[merged.levels]
    counts = pairs[0][np.ix_(chosen, chosen)]
    followed = np.broadcast_to(counts.sum(axis=1, keepdims=True), counts.shape)
    hours = np.full(counts.shape, nights.hours_of_sleep[0])
    return Transitions(
        chosen,
        counts,
        ratio(counts.ravel(), followed.ravel()).reshape(counts.shape),
        ratio((counts - np.diag(np.diag(counts))).ravel(), hours.ravel()).reshape(counts.shape),
    )
