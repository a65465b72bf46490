"""The part of a scoring that is one night, where a table of recordings says when the night starts and stops."""

from __future__ import annotations

import math
from datetime import datetime, time, timedelta

import numpy as np

from ...core.errors import HypnogramError
from ...core.events import Events, Scoring
from .night import part_of
from .recordings_csv import Details

__all__ = ["scoring_part"]


def scoring_part(scoring: Scoring, details: Details, place: str) -> Scoring:
    """Give the epochs whose midpoints lie in [start, stop) of the table, and the events that begin in them.

    Parameters
    ----------
    scoring : Scoring
    details : Details
        Without ``start`` and ``stop`` the scoring is given as it is.
    place : str
        Name of its file, for errors.

    Raises
    ------
    RecordingError
        Where start or stop is a time of the clock, and the scoring tells neither its start nor its clock.
    HypnogramError
        Where no epoch lies between them.
    """
    if details.start is None and details.stop is None:
        return scoring
    night = scoring.hypnogram
    began: datetime | time | None = night.start and night.start.replace(tzinfo=None)
    if began is None and scoring.clock is not None:
        began = (datetime(2000, 1, 1) + timedelta(seconds=scoring.clock)).time()
    first, last = part_of(details, began)
    midpoints = night.onsets + night.epoch / 2
    (kept,) = np.nonzero((midpoints >= first) & (midpoints < last))
    if not kept.size:
        raise HypnogramError(
            f"no epoch of {night.duration / 3600:.2f} h lies between start and stop", place=place, key="start",
            remedy="correct start and stop of its row in the table of recordings",
        )  # fmt: skip
    begins, ends = kept[0] * night.epoch, (kept[-1] + 1) * night.epoch
    duration = ends - begins

    def light(at: float, border: float) -> float:
        """A light of the whole scoring, from the start of the part; one outside it is the part's border."""
        return at if math.isnan(at) else (at - begins if 0 < at - begins < duration else border)

    part = night.replace(
        stages=night.stages[kept],
        probabilities=None if night.probabilities is None else night.probabilities[kept],
        start=None if night.start is None else night.start + timedelta(seconds=float(begins)),
        lights_off=light(float(night.lights_off), 0.0),  # type: ignore[arg-type]
        lights_on=light(float(night.lights_on), float(duration)),  # type: ignore[arg-type]
    )
    inside = np.flatnonzero((scoring.events.onset >= begins) & (scoring.events.onset < ends))
    events = Events(
        scoring.events.onset[inside] - begins,
        scoring.events.duration[inside],
        tuple(scoring.events.kind[i] for i in inside),
    )
    clock = None if scoring.clock is None else (scoring.clock + float(begins)) % 86400
    return Scoring(part, events, clock, timed=scoring.timed)
