"""`Scored`: what every reader of a format gives; `Ask`: what the user told of a file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import accumulate, groupby, pairwise
from math import nan

from ...core.errors import HypnogramError
from ...core.events import Scoring
from ...core.scorer import Scorer
from ...core.stage import Stage
from ..annotations import scoring_from_annotations
from ..finding_codes import finding_of
from ..own_mark import OwnMark
from .clock_change import ClockChange
from .clocks import DAY, clock_of

__all__ = ["Ask", "Scored", "bouts_of_steps", "epoch_of_bouts", "epochs_in_row"]

#: The scorer of a file that names none.
NOBODY = Scorer()
#: Stages that tell the length of an epoch, and the longest that one may have in seconds.
ENOUGH = 10
LONGEST = 300.0
#: Seconds: people are not scored in shorter epochs without telling N1, N2 and N3 apart.
SHORTEST = 15.0


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
    lights_off, lights_on : float, optional
        Seconds, where the format marks them otherwise than by an annotation.
    clock : float, optional
        Seconds since midnight at `start`, where the file gives no date.
    timed : bool
        Whether the file says when each stage was; False for a bare row of epochs.
    mark : OwnMark, optional
        Where the file says in a comment or a name that it is our own staging.
    changed : ClockChange, optional
        Where the clock of its times was put forward or back; onsets are without it.
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
    lights_off: float | None = None
    lights_on: float | None = None
    clock: float | None = None
    timed: bool = True
    mark: OwnMark | None = None
    changed: ClockChange | None = None

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
        hypnogram = found.hypnogram.replace(scorer=self.scorer)
        if epoch is None and hypnogram.levels == 3 and hypnogram.epoch < SHORTEST:
            raise HypnogramError(
                f"epochs of {hypnogram.epoch:g} s of wake, NREM and REM alone are how rodents are scored", place=source,
                remedy="this package measures people; name the length of the epochs if it is one", key="epoch",
            )  # fmt: skip
        if self.lights_off is not None or self.lights_on is not None:
            off = nan if self.lights_off is None else self.lights_off
            on = nan if self.lights_on is None else self.lights_on
            hypnogram = hypnogram.replace(lights_off=off, lights_on=on)
        said = []
        if self.changed is not None:
            way = "forward" if self.changed.by > 0 else "back"
            what = f"after epoch {self.changed.row + 1} the clock was put {way} by {abs(self.changed.by) / 3600:g} h"
            said.append(finding_of("clock-changed", source, what))
        if self.start is not None or self.clock is None:
            return Scoring(hypnogram.replace(findings=tuple(said)), found.events, timed=self.timed)
        clock = self.clock % DAY
        said.append(
            finding_of("clock-without-date", source, f"it begins at {clock_of(clock)}, on a day that it does not name")
        )
        return Scoring(hypnogram.replace(findings=tuple(said)), found.events, clock)


def epochs_in_row(
    stages: Sequence[Stage],
    *,
    epoch: float,
    start: datetime | None = None,
    scorer: Scorer | None = None,
    levels: int | None = None,
    name: str = "",
    clock: float | None = None,
    lights_off: float | None = None,
    lights_on: float | None = None,
) -> Scored:
    """Give the stages of epochs that follow each other from the start."""
    n = len(stages)
    onset = [i * epoch for i in range(n)]
    return Scored(
        onset, [epoch] * n, [stage.label for stage in stages], stages, epoch, start, scorer or NOBODY, levels, name,
        clock=clock, lights_off=lights_off, lights_on=lights_on, timed=start is not None or clock is not None,
    )  # fmt: skip


def bouts_of_steps(stages: Sequence[Stage], step: float, epoch: float, start: datetime | None = None) -> Scored:
    """Give stages that were told every `step` seconds, which may be shorter than an epoch, as bouts."""
    runs = [(stage, len(list(run))) for stage, run in groupby(stages)]
    ends = [0, *accumulate(n for _, n in runs)]
    onset, duration = [step * end for end in ends[:-1]], [step * n for _, n in runs]
    return Scored(onset, duration, [stage.label for stage, _ in runs], [stage for stage, _ in runs], epoch, start)


def epoch_of_bouts(
    onset: Sequence[float], duration: Sequence[float], stages: Sequence[Stage | None], default: float = 30.0
) -> float:
    """Length of an epoch of a scoring that does not say it: that of nearly all its stages, where they are alike.

    Stages without durations are as long as the steps between them. Bouts of all lengths tell nothing, and leave the
    default.

    Examples
    --------
    >>> n2 = [Stage.N2] * 12
    >>> epoch_of_bouts([20.0 * i for i in range(12)], [20.0] * 12, n2), epoch_of_bouts([0.0], [90.0], n2[:1])
    (20.0, 30.0)
    """
    scored = [(a, d) for a, d, stage in zip(onset, duration, stages, strict=True) if stage is not None]
    if len(scored) < ENOUGH:
        return default
    lengths = [round(d, 3) for _, d in scored]
    if not any(lengths):
        lengths = [round(b - a, 3) for (a, _), (b, _) in pairwise(sorted(scored))]
    length, count = Counter(lengths).most_common(1)[0]
    return length if count >= 0.95 * len(lengths) and 1.0 <= length <= LONGEST else default
