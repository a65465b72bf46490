"""Hypnograms to the annotations of mne and back."""

from __future__ import annotations

import math
from datetime import UTC
from typing import TYPE_CHECKING

import numpy as np

from ..core.errors import HypnogramError
from ..core.events import Events, Scoring
from ..core.hypnogram import Hypnogram
from ..core.stage import Stage
from .annotations import scoring_from_annotations, stage_of_text
from .scorings.scored import epoch_of_bouts

if TYPE_CHECKING:
    import mne

__all__ = ["from_mne_annotations", "to_mne_annotations"]


def to_mne_annotations(hypnogram: Hypnogram, events: Events | None = None) -> mne.Annotations:
    """Stages, lights and events of a night as annotations, in seconds from the start of the first epoch.

    Parameters
    ----------
    hypnogram : Hypnogram
        Five levels; one annotation per epoch: ``Sleep stage W``, ``N1``, ``N2``, ``N3``, ``R`` or ``?``.
    events : Events, optional

    Returns
    -------
    mne.Annotations
        With the start as `orig_time`, which mne keeps as UTC whatever its zone; None where the start is unknown.

    Raises
    ------
    HypnogramError
        For a hypnogram that has not five levels.

    Examples
    --------
    >>> to_mne_annotations(Hypnogram([0, 2])).description.tolist()
    ['Lights off', 'Sleep stage W', 'Sleep stage N2', 'Lights on']
    """
    import mne

    if hypnogram.levels != 5:
        raise HypnogramError(
            f"annotations of stages are W, N1, N2, N3, R, and this hypnogram has {hypnogram.levels} levels",
            key="levels",
        )
    rows = [
        (light, 0.0, text)
        for light, text in ((hypnogram.lights_off, "Lights off"), (hypnogram.lights_on, "Lights on"))
        if light is not None and not math.isnan(light)
    ]
    rows += [
        (onset, hypnogram.epoch, f"Sleep stage {Stage(stage).label}")
        for onset, stage in zip(hypnogram.onsets.tolist(), hypnogram.stages.tolist(), strict=True)
    ]
    if events is not None:
        rows += zip(events.onset.tolist(), events.duration.tolist(), events.kind, strict=True)
    start = hypnogram.start
    return mne.Annotations(
        [row[0] for row in rows],
        [row[1] for row in rows],
        [row[2] for row in rows],
        orig_time=None if start is None else start.replace(tzinfo=UTC),
    )


def from_mne_annotations(annotations: mne.Annotations, *, epoch: float | None = None) -> Scoring:
    """Stages, lights and events (seconds) out of annotations of mne.

    Parameters
    ----------
    annotations : mne.Annotations
        Texts are understood as those of EDF+. Onsets count from `orig_time`, which becomes the start.
    epoch : float, optional
        Length of an epoch in seconds; by default that of nearly all stages where they are alike, or 30.

    Returns
    -------
    Scoring
        Lights are NaN where they are not marked.

    Raises
    ------
    HypnogramError
        Where no text is a stage, or the epochs do not fit them.

    Examples
    --------
    >>> import mne
    >>> marks = mne.Annotations([0, 60, 61], [60, 30, 3], ["Sleep stage 2", "Sleep stage R", "arousal"])
    >>> scoring = from_mne_annotations(marks)
    >>> scoring.hypnogram.stages.tolist(), scoring.events.kind
    ([2, 2, 4], ('arousal',))
    """
    onset = np.asarray(annotations.onset, dtype=np.float64)
    duration = np.asarray(annotations.duration, dtype=np.float64)
    texts = [str(text) for text in annotations.description]
    start = annotations.orig_time
    found = [stage_of_text(text) for text in texts]
    return scoring_from_annotations(
        onset,
        duration,
        texts,
        epoch=epoch_of_bouts(onset.tolist(), duration.tolist(), found) if epoch is None else epoch,
        start=None if start is None else start.replace(tzinfo=None),
        source="annotations",
    )
