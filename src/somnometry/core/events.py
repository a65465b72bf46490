"""`Events` and `Scoring`: what a scorer marked besides the stages."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from .arrays import frozen_array
from .equality import EqualByFields
from .errors import HypnogramError
from .hypnogram import Hypnogram

__all__ = ["Events", "Scoring"]


@dataclass(frozen=True, slots=True, eq=False)
class Events(EqualByFields):
    """Scored events: when they began, how long they lasted, what they are.

    Parameters
    ----------
    onset, duration : array of float64, shape (n_events,)
        Seconds from the start of the recording.
    kind : tuple of str, length n_events
        As the scorer wrote it.

    Examples
    --------
    >>> Events([12.0], [3.5], ("arousal",)).of("arousal").duration
    array([3.5])
    """

    onset: npt.NDArray[np.float64] = field(default_factory=lambda: np.empty(0))
    duration: npt.NDArray[np.float64] = field(default_factory=lambda: np.empty(0))
    kind: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        onset, duration = frozen_array(self.onset, np.float64), frozen_array(self.duration, np.float64)
        kind = tuple(self.kind)
        if not onset.shape == duration.shape == (len(kind),):
            raise HypnogramError(
                f"events need as many onsets and durations as kinds: {onset.shape}, {duration.shape}, {len(kind)}",
                key="onset" if onset.shape != (len(kind),) else "duration",
            )
        object.__setattr__(self, "onset", onset)
        object.__setattr__(self, "duration", duration)
        object.__setattr__(self, "kind", kind)

    def __len__(self) -> int:
        return len(self.kind)

    def of(self, *kinds: str) -> Events:
        """Give the events of these kinds only."""
        keep = [i for i, kind in enumerate(self.kind) if kind in kinds]
        return Events(self.onset[keep], self.duration[keep], tuple(self.kind[i] for i in keep))

    def __reduce__(self) -> tuple[Any, ...]:
        return Events, (self.onset, self.duration, self.kind)

    def __repr__(self) -> str:
        return f"Events({len(self)})"


@dataclass(frozen=True, slots=True, eq=False)
class Scoring(EqualByFields):
    """What one scorer marked in one night.

    Parameters
    ----------
    hypnogram : Hypnogram
    events : Events
        Everything but the stages.
    clock : float, optional
        Seconds since midnight at which the first epoch begins, where the scorer gave the clock but no date; the
        hypnogram then has no start.
    timed : bool
        Whether the scorer said at which second of the recording, or at which time, each epoch lies; False for a bare
        row of stages, which tells only their order.
    """

    hypnogram: Hypnogram
    events: Events = field(default_factory=Events)
    clock: float | None = None
    timed: bool = True
