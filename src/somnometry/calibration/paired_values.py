"""Metrics of the same nights by people and by a stager, cut to what both scored."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from ..core.errors import CalibrationError, HypnogramError
from ..core.hypnogram import Hypnogram
from ..core.scorer import Scorer
from ..metrics.agreement.pairing import Hypnograms, PairedNight, pair_nights
from ..metrics.architecture import architecture
from .calibration import stager_of

__all__ = ["PairedValues", "paired_values", "stagers_of"]

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class PairedValues:
    """Metrics of the nights of a calibration: by key, the values of each scorer, shape (n_nights,)."""

    nights: list[str]
    people: list[str]
    human: dict[str, Floats]
    auto: dict[str, Floats]
    scorers: set[Scorer]
    references: set[Scorer]
    left_out: dict[str, str]
    second: dict[str, Floats] | None = None

    def of(self, key: str) -> tuple[Floats, Floats, list[str], Floats | None]:
        """What `calibrate_metric` takes."""
        return self.human[key], self.auto[key], self.people, None if self.second is None else self.second[key]

    def with_second(self, human: Hypnograms, second: Hypnograms) -> PairedValues:
        """Add the values of a second stager on the same nights, NaN where it has none."""
        other = paired_values(pair_nights(human, second, None), list(self.human), 1.0)
        if stagers_of(other.scorers) == stagers_of(self.scorers):
            raise CalibrationError("it is the first one", key="second", remedy="give the nights of another stager")
        place = {night: i for i, night in enumerate(other.nights)}
        rows = [place.get(night, -1) for night in self.nights]
        values = {key: np.append(column, np.nan)[rows] for key, column in other.auto.items()}
        return replace(self, second=values)


def stagers_of(scorers: Iterable[Scorer]) -> set[Scorer]:
    """Give the stagers behind the scorers of nights."""
    return {stager_of(scorer) for scorer in scorers}


def paired_values(nights: Sequence[PairedNight], keys: Sequence[str], max_unscored: float) -> PairedValues:
    """Measure nights as both scorings have them; one of which more than `max_unscored` is unscored is left out."""
    names, people, left_out = [], [], {}
    rows: tuple[list[list[float]], list[list[float]]] = ([], [])
    for night in nights:
        try:
            both = [architecture(h, max_unscored=max_unscored) for h in _scored_by_both(night)]
        except HypnogramError as error:
            left_out[night.name] = error.what
            continue
        names.append(night.name)
        people.append(night.subject)
        for row, measured in zip(rows, both, strict=True):
            row.append([measured[key] for key in keys])
    human, auto = (np.array(row, np.float64).reshape(-1, len(keys)) for row in rows)
    return PairedValues(
        names,
        people,
        dict(zip(keys, human.T, strict=True)),
        dict(zip(keys, auto.T, strict=True)),
        {night.observed.scorer for night in nights},
        {night.reference.scorer for night in nights},
        left_out,
    )


def _scored_by_both(night: PairedNight) -> tuple[Hypnogram, Hypnogram]:
    """Narrow the lights of a night to what lies between the first and the last epoch that both scored."""
    scored = np.flatnonzero((night.reference.stages >= 0) & (night.observed.stages >= 0))
    if scored.size == 0:
        raise HypnogramError("no epoch was scored by both", place=night.name)
    begin, end = scored[0] * night.reference.epoch, (scored[-1] + 1) * night.reference.epoch

    def narrowed(hypnogram: Hypnogram) -> Hypnogram:
        off, on = float(hypnogram.lights_off), float(hypnogram.lights_on)  # type: ignore[arg-type]
        off, on = (off if math.isnan(off) else max(off, begin)), (on if math.isnan(on) else min(on, end))
        if off >= on:
            raise HypnogramError("no epoch between the lights was scored by both", place=night.name)
        return Hypnogram(
            hypnogram.stages, epoch=hypnogram.epoch, start=hypnogram.start, lights_off=off, lights_on=on,
            scorer=hypnogram.scorer, levels=hypnogram.levels,
        )  # fmt: skip

    return narrowed(night.reference), narrowed(night.observed)
