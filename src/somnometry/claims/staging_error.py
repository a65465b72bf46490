"""Staging error: who staged the nights, metrics that a device cannot measure, and bias that would flip a decision."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from ..catalogue import CATALOGUE
from ..core.claim import Kind
from ..core.reason import Reason
from ..core.study import Study
from ..core.verdict import Outcome
from .data.sample import NotTestableError
from .data.study_nights import StudyNights, text_of
from .designs.effect import Effect
from .stager_validation import MIN_ICC, VALIDATION

__all__ = [
    "AUTOMATIC", "NOT_STAGED", "UNKNOWN", "Flip", "Weighed", "b_star", "flips_of", "is_undone_by_any", "plausible_bias",
    "staging_of", "staging_warnings", "undone_by_stager", "unmeasurable",
]  # fmt: skip

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
        raise NotTestableError("mixed-staging", subject=who)
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


def unmeasurable(metric: str, staging: str, study: Study) -> Reason | None:
    """Why a metric cannot be measured by the device and its stager; None where nothing speaks against it."""
    known = VALIDATION[study.device].get(metric)
    if study.device != "headband" or staging != AUTOMATIC or known is None or known.icc >= MIN_ICC:
        return None
    return Reason("unmeasurable-by-device", {"metric": metric, "icc": known.icc, "least": MIN_ICC})


def staging_warnings(metric: str, staging: str, study: Study) -> tuple[Reason, ...]:
    """What a reader should know of the stager before believing a verdict."""
    warnings = []
    known = VALIDATION[study.device].get(metric)
    if staging == UNKNOWN:
        warnings.append(Reason("unknown-staging"))
    if staging == AUTOMATIC and study.device == "psg" and known is not None and known.icc < MIN_ICC:
        warnings.append(Reason("unreliable-staging", {"metric": metric, "icc": known.icc}))
    if metric.startswith("n1_") and staging != NOT_STAGED:
        warnings.append(Reason("n1-unreliable"))
    return tuple(warnings)


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


@dataclass(frozen=True, slots=True)
class Flip:
    """What error of the stager it takes to flip a decision, in one of the effects that it rests on.

    Parameters
    ----------
    weighed : Weighed
    needed, plausible : float
        Bias that would flip the decision, and the one that is plausible, on the scale that is analysed: 0 where no
        automatic stager measured the metric, NaN where none is known.
    """

    weighed: Weighed
    needed: float
    plausible: float


def flips_of(
    outcome: Outcome, kind: Kind, weighed: Sequence[Weighed], stagings: Mapping[str, str], study: Study
) -> list[Flip]:
    """Give what it takes to flip an outcome, of each effect that it rests on; `stagings` has the tag of each metric."""
    return [
        Flip(
            part,
            b_star(outcome, part, kind),
            plausible_bias(part.metric, part.scale, study) if stagings.get(part.metric) == AUTOMATIC else 0.0,
        )
        for part in weighed
    ]


def is_undone_by_any(outcome: Outcome, kind: Kind) -> bool:
    """Whether bias in any one of the effects would flip the outcome; else it takes bias in all of them."""
    return outcome == "equivalent" or (outcome == "supported" and kind != "difference")


def undone_by_stager(flips: Sequence[Flip]) -> Reason:
    """Why a decision does not stand: what error of the stager would undo it, and how large a one is plausible."""
    if not flips:
        return Reason("stager-error-unknown")
    worst = min(flips, key=lambda flip: flip.needed - flip.plausible)
    known = CATALOGUE.get(worst.weighed.metric)
    return Reason(
        "stager-error",
        {
            "plausible": worst.plausible,
            "needed": worst.needed,
            "scale": worst.weighed.scale,
            "unit": known.unit if known else "",
        },
    )
