"""`Scored`: what every reader of a format gives; `Ask`: what the user told of a file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from ...core.events import Scoring
from ...core.scorer import Scorer
from ...core.stage import Stage
from ..annotations import scoring_from_annotations

__all__ = ["Ask", "Scored", "epochs_in_row"]

#: The scorer of a file that names none.
NOBODY = Scorer()


@dataclass(frozen=True, slots=True)
class Ask:
    """What the user told of a file; None where nothing.

    Parameters
    ----------
    coding : str or mapping of int or str to Stage, optional
    epoch : float, optional
        Seconds.
    scorer : str, optional
        Column to read where there are several.
    """

    coding: str | Mapping[int | str, Stage] | None = None
    epoch: float | None = None
    scorer: str | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Scored:
    """The stages and events of one night by one scorer, at their times.

    Parameters
    ----------
    onset, duration : sequence of float
        Seconds from `start`.
    texts : sequence of str
        As the scorer wrote them.
    stages : sequence of Stage or None
        None for what is an event.
    epoch : float
        Seconds.
    start : datetime, optional
    scorer : Scorer
    levels : int, optional
        Where the format says how many stages are told apart.
    name : str
        Tells it from the others of its file.
    """

    onset: Sequence[float]
    duration: Sequence[float]
    texts: Sequence[str]
    stages: Sequence[Stage | None]
    epoch: float = 30.0
    start: datetime | None = None
    scorer: Scorer = NOBODY
    levels: int | None = None
    name: str = ""

    def scoring(self, source: str, epoch: float | None = None) -> Scoring:
        """Put it on the grid of epochs.

        Raises
        ------
        HypnogramError
            As `scoring_from_annotations` does.
        """
        found = scoring_from_annotations(
            self.onset,
            self.duration,
            self.texts,
            stages=self.stages,
            epoch=self.epoch if epoch is None else epoch,
            start=self.start,
            source=source,
            levels=self.levels,
        )
        return Scoring(found.hypnogram.replace(scorer=self.scorer), found.events)


def epochs_in_row(
    stages: Sequence[Stage],
    *,
    epoch: float,
    start: datetime | None = None,
    scorer: Scorer | None = None,
    levels: int | None = None,
    name: str = "",
) -> Scored:
    """Give the stages of epochs that follow each other from the start."""
    n = len(stages)
    onset = [i * epoch for i in range(n)]
    return Scored(
        onset, [epoch] * n, [stage.label for stage in stages], stages, epoch, start, scorer or NOBODY, levels, name
    )
