"""Who staged the nights, and what a verdict may rest on it: tags, metrics out of reach, and bias that would flip it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from ..catalogue import CATALOGUE
from ..core.claim import Kind
from ..core.study import Study
from ..core.verdict import Outcome
from ..metrics.table import METRICS
from .data.sample import NotTestableError
from .data.study_nights import StudyNights, text_of
from .designs.effect import Effect
from .validation import MIN_ICC, VALIDATION

__all__ = ["NOT_STAGED", "UNKNOWN", "Weighed", "b_star", "plausible_bias", "staging_of", "unmeasurable"]

NOT_STAGED, UNKNOWN = "not staged", "unknown"
TAGS = ("human", "auto", "auto+propagated", "auto+audited")
AUTOMATIC = "auto"


def staging_of(metric: str, nights: StudyNights, study: Study) -> str:
    """Tag how the nights of a study were staged.

    The study's declaration counts first, then the column ``staging``, then ``model`` (which `measure` fills) and
    ``scorer``. What is not measured from stages is "not staged".

    Raises
    ------
    NotTestableError
        Where one subject has nights staged automatically and others by a human: their difference is the stagers'.
    """
    if (known := CATALOGUE.get(metric)) is None or known.level == "events":
        return NOT_STAGED
    if study.staging is not None:
        return study.staging
    tags = _tags(nights.columns)
    if tags is None:
        return UNKNOWN
    automatic = np.array([tag.startswith(AUTOMATIC) for tag in tags])
    n = np.bincount(nights.subject, minlength=len(nights.subjects))
    by_machine = np.bincount(nights.subject, automatic, minlength=len(nights.subjects))
    if (mixed := (by_machine > 0) & (by_machine < n)).any():
        who = nights.subjects[int(np.flatnonzero(mixed)[0])]
        raise NotTestableError(
            f"subject {who!r} has nights staged by a human and others staged automatically, so that their difference "
            "may be the stagers'; stage all nights of a subject in one way"
        )
    kinds = sorted(set(tags))
    return kinds[0] if len(kinds) == 1 else AUTOMATIC if automatic.any() else UNKNOWN


def _tags(columns: Mapping[str, npt.NDArray[Any]]) -> list[str] | None:
    """Give the tag of each night; None where the table does not say."""
    for name in ("staging", "model", "scorer"):
        if name not in columns:
            continue
        cells = [text_of(cell) for cell in columns[name]]
        if not any(cells):
            continue
        if name == "staging":
            return [cell if cell in TAGS else UNKNOWN for cell in cells]
        if name == "model":
            return [AUTOMATIC if cell else "human" for cell in cells]
        return [AUTOMATIC if cell.lower().startswith(("yasa", AUTOMATIC)) else "human" for cell in cells]
    return None


def unmeasurable(metric: str, staging: str, study: Study) -> str:
    """Why a metric cannot be measured by the device and its stager; empty where nothing speaks against it."""
    known = VALIDATION[study.device].get(metric)
    if study.device != "headband" or staging != AUTOMATIC or known is None or known.icc >= MIN_ICC:
        return ""
    return (
        f"not measurable by this device: on 64 nights a headband's automatic {METRICS[metric].label} agreed too little "
        f"with human scoring (intraclass correlation {known.icc:.2f}, below {MIN_ICC:g})"
    )


def staging_warnings(metric: str, staging: str, study: Study) -> tuple[str, ...]:
    """What a reader should know of the stager before believing a verdict."""
    said = []
    known = VALIDATION[study.device].get(metric)
    if staging == UNKNOWN:
        said.append(
            "the table does not say who staged the nights; declare it (staging) so that staging error is weighed"
        )
    if staging == AUTOMATIC and study.device == "psg" and known is not None and known.icc < MIN_ICC:
        said.append(
            f"on 64 nights another algorithm's {METRICS[metric].label} on PSG agreed with human scoring with an ICC of "
            f"{known.icc:.2f} only; a human-scored sample of these nights would show whether this stager does better"
        )
    if metric.startswith("n1_") and staging != NOT_STAGED:
        said.append("N1 is scored too unreliably, by humans too, to be a primary metric")
    return tuple(said)


@dataclass(frozen=True, slots=True)
class Weighed:
    """One of the effects that a verdict rests on.

    Parameters
    ----------
    metric : str
    scale : {"difference", "ratio"}
    effect : Effect
        Oriented so that benefit is positive; of a difference between arms, so that the estimate is.
    margin : float, optional
        Smallest effect of interest on the scale of the effect.
    """

    metric: str
    scale: str
    effect: Effect
    margin: float | None


def b_star(outcome: Outcome, weighed: Weighed, kind: Kind = "superiority") -> float:
    """Differential bias that would flip a verdict, on the scale that is analysed; NaN where there is none to flip."""
    margin = math.nan if weighed.margin is None else weighed.margin
    low, high = weighed.effect.interval(0.95)
    low90, high90 = weighed.effect.interval(0.90)
    inside = margin - max(high90, -low90)
    if outcome == "equivalent" or (outcome == "supported" and kind == "equivalence"):
        return inside
    if outcome == "contradicted" and kind == "equivalence":
        return max(low, -high) - margin
    tested = -margin if kind == "non-inferiority" else 0.0
    return {"supported": low - tested, "contradicted": tested - high}.get(outcome, math.nan)


def plausible_bias(metric: str, scale: str, study: Study) -> float:
    """Differential bias that is plausible of automatic staging, on the scale that is analysed; NaN where none is known.

    What the study declares, in the metric's unit; else the absolute mean difference of automatic and human scoring in
    validation, which is what a treatment would add if it changed the EEG as much as the stager misreads it.
    """
    known = VALIDATION[study.device].get(metric)
    if metric in study.bias:
        declared = study.bias[metric]
        if scale == "difference":
            return abs(declared)
        return abs(math.log1p(declared / known.human)) if known is not None else abs(math.log(declared))
    if known is None:
        return math.nan
    return abs(known.log_bias) if scale == "ratio" else abs(known.bias)
