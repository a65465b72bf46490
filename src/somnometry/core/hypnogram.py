"""`Hypnogram`: the stage of every epoch, the probabilities behind it, and the lights."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from .arrays import frozen_array
from .equality import EqualByFields
from .errors import HypnogramError
from .finding import Finding
from .hypnogram_html import hypnogram_html
from .scorer import Scorer
from .stage import STAGES_OF_LEVEL, Stage
from .stage_words import levels_of, stages_of_labels, step_of

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Hypnogram"]


@dataclass(frozen=True, slots=True, eq=False)
class Hypnogram(EqualByFields):
    """Stages of one night, epoch by epoch.

    Parameters
    ----------
    stages : array of int8, shape (n_epochs,)
        Values of `Stage`. Read-only.
    epoch : float
        Length of an epoch in seconds.
    probabilities : array of float64, shape (n_epochs, 5), optional
        Of W, N1, N2, N3, R in that order; rows sum to 1, and are NaN where the epoch is unscored.
    start : datetime, optional
        Clock time at which the first epoch begins.
    lights_off, lights_on : float, optional
        Seconds from the start of the first epoch. None, the default, makes the hypnogram the lights window; NaN says
        that the lights are unknown. An epoch counts if its midpoint lies in [lights_off, lights_on).
    scorer : Scorer
        Who or what scored the night; a text names a scorer of unknown kind.
    levels : {5, 4, 3, 2}
        How many stages the scorer tells apart; `STAGES_OF_LEVEL` lists them.
    findings : tuple of Finding
        What was noticed while scoring.

    Raises
    ------
    HypnogramError
        Where a stage does not belong to the levels, a probability is out of range, or the lights are reversed or
        infinite.

    Examples
    --------
    >>> Hypnogram([0, 1, 2, 2, 4, 0])
    Hypnogram(6 epochs of 30 s, W 2, N1 1, N2 2, N3 0, R 1)
    """

    stages: npt.NDArray[np.int8]
    epoch: float = 30.0
    probabilities: npt.NDArray[np.float64] | None = None
    start: datetime | None = None
    lights_off: float | None = None
    lights_on: float | None = None
    scorer: Scorer = field(default_factory=Scorer)
    levels: int = 5
    findings: tuple[Finding, ...] = ()

    if TYPE_CHECKING:  # what may be given; the fields say what is kept

        def __init__(
            self,
            stages: npt.ArrayLike,
            epoch: float = 30.0,
            probabilities: npt.ArrayLike | None = None,
            start: datetime | None = None,
            lights_off: float | None = None,
            lights_on: float | None = None,
            scorer: Scorer | str = "",
            levels: int = 5,
            findings: Iterable[Finding] = (),
        ) -> None: ...

    def __post_init__(self) -> None:
        put = object.__setattr__
        put(self, "epoch", float(self.epoch))
        put(self, "scorer", Scorer.of(self.scorer))
        put(self, "findings", tuple(self.findings))
        if not (math.isfinite(self.epoch) and self.epoch > 0):
            raise HypnogramError(f"an epoch must last a positive number of seconds, not {self.epoch!r}", key="epoch")
        put(self, "stages", self._checked_stages())
        if self.probabilities is not None:
            put(self, "probabilities", self._checked_probabilities())
        put(self, "lights_off", 0.0 if self.lights_off is None else float(self.lights_off))
        put(self, "lights_on", self.duration if self.lights_on is None else float(self.lights_on))
        for name in ("lights_off", "lights_on"):
            if math.isinf(getattr(self, name)):
                what = f"{name} must be a moment or NaN, for unknown, not {getattr(self, name):g}"
                raise HypnogramError(what, key=name)
        if self.lights_off >= self.lights_on and self.duration > 0:  # type: ignore[operator]
            raise HypnogramError(
                f"lights-off ({self.lights_off:g} s) must come before lights-on ({self.lights_on:g} s)",
                remedy="both are seconds from the start of the first epoch", key="lights_off",
            )  # fmt: skip

    def _checked_stages(self) -> npt.NDArray[np.int8]:
        if self.levels not in STAGES_OF_LEVEL:
            raise HypnogramError(f"a hypnogram has 5, 4, 3 or 2 levels, not {self.levels!r}", key="levels")
        given = np.asarray(self.stages)
        if given.ndim != 1 or not (given.size == 0 or np.issubdtype(given.dtype, np.number)):
            what = f"stages are one row of numbers, not {given.dtype} of shape {given.shape}"
            raise HypnogramError(what, key="stages")
        allowed = (Stage.UNSCORED, *STAGES_OF_LEVEL[self.levels])
        wrong = ~np.isin(given, allowed)
        if wrong.any():
            i = int(np.argmax(wrong))
            names = ", ".join(f"{stage.label}={stage.value}" for stage in allowed)
            remedy = f"with {self.levels} levels a stage is one of {names}"
            raise HypnogramError(f"epoch {i} has stage {given[i]}", remedy=remedy, key="stages")
        return frozen_array(given, np.int8)

    def _checked_probabilities(self) -> npt.NDArray[np.float64]:
        given = frozen_array(self.probabilities, np.float64)  # type: ignore[arg-type]
        if given.shape != (self.stages.size, 5):
            raise HypnogramError(
                f"probabilities need one row of W, N1, N2, N3, R for each of the {self.stages.size} epochs, "
                f"not shape {given.shape}",
                key="probabilities",
            )
        known = ~np.isnan(given).all(axis=1)
        rows = given[known]
        if not (np.all(rows >= 0) and np.allclose(rows.sum(axis=1), 1, atol=1e-5)):
            what = "each row of probabilities must be NaN throughout, or not negative and sum to 1"
            raise HypnogramError(what, key="probabilities")
        if known[self.stages == Stage.UNSCORED].any():
            raise HypnogramError("an unscored epoch has no probabilities: its row must be NaN", key="probabilities")
        return given

    @classmethod
    def from_labels(
        cls,
        labels: Iterable[Any],
        epoch: float | None = None,
        *,
        coding: Mapping[Any, Stage] | None = None,
        start: datetime | None = None,
        **known: Any,
    ) -> Hypnogram:
        """Hypnogram out of one label per epoch: a list, an array of numpy or a Series of pandas.

        Parameters
        ----------
        labels : iterable of str, Stage or None
            Words that scorers use (``"W"``, ``"N2"``, ``"Sleep stage R"``, ``"REM"``); None, NaN and words such as
            ``"n/a"`` are unscored. Integers mean different stages in different programs, and need a coding.
        epoch : float, optional
            Seconds; by default the step of a Series with an index of times, else 30.
        coding : mapping of label to Stage, optional
            What labels mean, before what they mean as words.
        start : datetime, optional
            By default the first time of the index of a Series.
        **known
            As for `Hypnogram`.

        Raises
        ------
        HypnogramError
            Where a label is no stage, the times of the index are not one epoch apart, or an integer has no coding.

        Examples
        --------
        >>> Hypnogram.from_labels(["W", "N2", None, "REM"])
        Hypnogram(4 epochs of 30 s, W 1, N1 0, N2 1, N3 0, R 1, ? 1)
        >>> Hypnogram.from_labels([0, 5], coding={0: Stage.W, 5: Stage.R}).stages.tolist()
        [0, 4]
        """
        index: Any = getattr(labels, "index", None)
        if hasattr(index, "to_pydatetime") and len(index):
            times = list(index.to_pydatetime())
            start = times[0] if start is None else start
            epoch = step_of(times) if epoch is None and len(times) > 1 else epoch
        stages = stages_of_labels(labels, coding or {})
        levels = known.pop("levels", None) or levels_of(stages, "labels")
        return cls(list(map(int, stages)), 30.0 if epoch is None else epoch, start=start, levels=levels, **known)

    # ------------------------------------------------------------------------------------------------- what it is
    @property
    def n_epochs(self) -> int:
        """Number of epochs."""
        return int(self.stages.size)

    def __len__(self) -> int:
        return self.n_epochs

    @property
    def duration(self) -> float:
        """Seconds from the start of the first epoch to the end of the last."""
        return self.n_epochs * self.epoch

    @property
    def onsets(self) -> npt.NDArray[np.float64]:
        """Seconds at which each epoch begins, shape (n_epochs,)."""
        return np.arange(self.n_epochs, dtype=np.float64) * self.epoch

    @property
    def lights_known(self) -> bool:
        """Whether both lights-off and lights-on are known."""
        return not (math.isnan(self.lights_off) or math.isnan(self.lights_on))  # type: ignore[arg-type]

    @property
    def in_bed(self) -> npt.NDArray[np.bool_]:
        """Which epochs count: midpoint in [lights_off, lights_on); an unknown light bounds nothing."""
        midpoint = self.onsets + self.epoch / 2
        return ~((midpoint < self.lights_off) | (midpoint >= self.lights_on))  # type: ignore[operator]

    def whole(self) -> Hypnogram:
        """Declare the whole record to be the lights window.

        Examples
        --------
        >>> Hypnogram([0, 2], lights_off=math.nan, lights_on=math.nan).whole().lights_on
        60.0
        """
        return self.replace(lights_off=0.0, lights_on=self.duration)

    def around_sleep(self, margin: float = 1800.0) -> Hypnogram:
        """Declare sleep and a margin around it, in seconds, to be the lights window: for recordings noon to noon.

        The margins end where the scoring does, so that what nobody scored is never taken for wake. Without sleep the
        lights are unknown.

        Examples
        --------
        >>> day = Hypnogram([-1, 0, 0, 0, 2, 2, 0, -1, -1])
        >>> day.around_sleep(60).lights_off, day.around_sleep(60).lights_on
        (60.0, 210.0)
        """
        asleep, scored = np.flatnonzero(self.stages > Stage.W), np.flatnonzero(self.stages != Stage.UNSCORED)
        if not asleep.size:
            return self.replace(lights_off=math.nan, lights_on=math.nan)
        off = max(asleep[0] * self.epoch - margin, scored[0] * self.epoch)
        on = min((asleep[-1] + 1) * self.epoch + margin, (scored[-1] + 1) * self.epoch)
        return self.replace(lights_off=float(off), lights_on=float(on))

    def in_lights(self) -> Hypnogram:
        """Give the epochs between the lights alone, which begin later by the clock; an unknown light cuts nothing.

        Examples
        --------
        >>> Hypnogram([-1, 0, 2, 2, 0, -1], lights_off=60.0, lights_on=120.0).in_lights().stages.tolist()
        [2, 2]
        """
        kept = np.flatnonzero(self.in_bed)
        first, after = (int(kept[0]), int(kept[-1]) + 1) if kept.size else (0, 0)
        shift = first * self.epoch
        return self.replace(
            stages=self.stages[first:after],
            probabilities=None if self.probabilities is None else self.probabilities[first:after],
            start=None if self.start is None else self.start + timedelta(seconds=shift),
            lights_off=self.lights_off - shift,  # type: ignore[operator]
            lights_on=self.lights_on - shift,  # type: ignore[operator]
        )

    def replace(self, **changes: Any) -> Hypnogram:
        """Give a copy with some fields changed; a hypnogram that is its own lights window stays so at a new length.

        Examples
        --------
        >>> Hypnogram([0, 2]).replace(stages=[0, 2, 2]).lights_on
        90.0
        """
        if (self.lights_off, self.lights_on) == (0.0, self.duration):
            changes = {"lights_off": None, "lights_on": None} | changes
        return replace(self, **changes)

    def to_frame(self) -> pd.DataFrame:
        """Give a table with one row per epoch.

        Returns
        -------
        DataFrame
            Columns ``onset`` and ``duration`` (seconds), ``stage`` (label), and, where there are probabilities,
            ``p_W``, ``p_N1``, ``p_N2``, ``p_N3``, ``p_R``; with a start also ``clock``.

        Examples
        --------
        >>> Hypnogram([0, 2]).to_frame()["stage"].tolist()
        ['W', 'N2']
        """
        import pandas as pd

        labels = {stage.value: stage.label for stage in Stage}
        columns: dict[str, Any] = {"onset": self.onsets, "duration": np.full(self.n_epochs, self.epoch)}
        if self.start is not None:
            columns["clock"] = [self.start + timedelta(seconds=s) for s in self.onsets]
        columns["stage"] = [labels[int(s)] for s in self.stages]
        if self.probabilities is not None:
            columns |= {f"p_{s.label}": self.probabilities[:, s] for s in STAGES_OF_LEVEL[5]}
        return pd.DataFrame(columns).rename_axis("epoch")

    def __reduce__(self) -> tuple[Any, ...]:
        return Hypnogram, (
            self.stages, self.epoch, self.probabilities, self.start, self.lights_off, self.lights_on,
            self.scorer, self.levels, self.findings,
        )  # fmt: skip

    def __repr__(self) -> str:
        counts = [f"{stage.label} {np.count_nonzero(self.stages == stage)}" for stage in STAGES_OF_LEVEL[self.levels]]
        unscored = np.count_nonzero(self.stages == Stage.UNSCORED)
        if unscored:
            counts.append(f"? {unscored}")
        return f"Hypnogram({self.n_epochs} epochs of {self.epoch:g} s, {', '.join(counts)})"

    def _repr_html_(self) -> str:
        scorer = str(self.scorer)
        return hypnogram_html(self.stages, epoch=self.epoch, levels=self.levels, start=self.start, scorer=scorer)
