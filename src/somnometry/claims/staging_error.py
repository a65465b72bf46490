"""Staging error: who staged the nights, metrics that a device cannot measure, and bias that would flip a decision."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ..catalogue import CATALOGUE
from ..core.claim import Kind
from ..core.reason import Reason
from ..core.study import Study
from ..core.verdict import Outcome
from .data.provenance import AUTOMATIC, UNKNOWN, Provenance
from .data.sample import NotTestableError
from .designs.effect import Effect
from .stager_validation import MIN_ICC, VALIDATION

__all__ = [
    "BY_MACHINE", "NOT_STAGED", "Flip", "Weighed", "b_star", "flips_of", "is_undone_by_any", "plausible_bias",
    "staging_of", "staging_warnings", "undone_by_stager", "unmeasurable",
]  # fmt: skip

NOT_STAGED = "not staged"
#: Stagings that count as automatic.
BY_MACHINE = (AUTOMATIC, UNKNOWN)
#: What may be judged of a wearable, which tells sleep from wake and no stage as humans score it.
OF_WEARABLES = ("tst", "se", "sol", "waso", "sri", "sri_nights", "tst_sd", "mid_sleep_sd")


def staging_of(metric: str, provenance: Provenance) -> str:
    """Tag how the nights of a study were staged; what is not measured from stages is "not staged".

    Raises
    ------
    NotTestableError
        Where a wearable recorded the nights, and the metric asks for what it cannot tell.
    """
    if (known := CATALOGUE.get(metric)) is None or known.level == "events":
        return NOT_STAGED
    if provenance.device == "wearable" and metric not in OF_WEARABLES:
        raise NotTestableError("not-of-wearables", metric=metric)
    return provenance.staging


def unmeasurable(metric: str, staging: str, provenance: Provenance) -> Reason | None:
    """Why a metric cannot be measured by the device and its stager; None where nothing speaks against it."""
    known = VALIDATION[provenance.limits].get(metric)
    if provenance.limits != "headband" or staging not in BY_MACHINE or known is None or known.icc >= MIN_ICC:
        return None
    facts = {"metric": metric, "icc": known.icc, "least": MIN_ICC, "device": provenance.device}
    return Reason("unmeasurable-by-device", facts)


def staging_warnings(metric: str, staging: str, provenance: Provenance) -> tuple[Reason, ...]:
    """What a reader should know of the stager before believing a verdict."""
    if staging == NOT_STAGED:
        return ()
    warnings = list(provenance.notes)
    known = VALIDATION[provenance.limits].get(metric)
    if staging in BY_MACHINE and provenance.limits == "psg" and known is not None and known.icc < MIN_ICC:
        warnings.append(Reason("unreliable-staging", {"metric": metric, "icc": known.icc}))
    if metric.startswith("n1_"):
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


def plausible_bias(metric: str, scale: str, study: Study, provenance: Provenance) -> float:
    """Differential bias that is plausible of automatic staging, on the scale that is analysed; NaN where none is known.

    What the study declares, in the metric's unit; else the absolute mean difference of automatic and human scoring in
    validation, which is what a treatment would add if it changed the EEG as much as the stager misreads it.
    """
    known = VALIDATION[provenance.limits].get(metric)
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
    outcome: Outcome,
    kind: Kind,
    weighed: Sequence[Weighed],
    stagings: Mapping[str, str],
    study: Study,
    provenance: Provenance,
) -> list[Flip]:
    """Give what it takes to flip an outcome, of each effect that it rests on; `stagings` has the tag of each metric."""
    return [
        Flip(
            part,
            b_star(outcome, part, kind),
            plausible_bias(part.metric, part.scale, study, provenance)
            if stagings.get(part.metric) in BY_MACHINE
            else 0.0,
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
