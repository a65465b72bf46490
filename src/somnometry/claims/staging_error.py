"""Staging error: who staged the nights, metrics that a device cannot measure, and bias that would flip a decision."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ..catalogue import CATALOGUE
from ..core.claim import Claim, Component, Kind
from ..core.reason import Reason
from ..core.study import Study
from ..core.verdict import Outcome
from .data.provenance import AUTOMATIC, UNKNOWN, Provenance
from .data.sample import NotTestableError
from .designs.effect import Effect
from .designs.human_effect import room_above, room_below
from .stager_slopes import StagerSlopes
from .stager_validation import MIN_ICC, VALIDATION

__all__ = [
    "BY_MACHINE", "NOT_STAGED", "Flip", "Weighed", "b_star", "bias_declared", "flips_of", "is_undone_by_any",
    "must_be_declared", "plausible_bias",
    "staging_of", "staging_warnings", "undone_by_stager", "unmeasurable",
]  # fmt: skip

NOT_STAGED = "not staged"
#: Keys of metrics of stages of sleep, and of latencies.
OF_STAGES = re.compile(r"(?:^|_)(?:n1|n2|n3|rem|nrem|sws|light|deep)(?:_|$)|latency|^sol|^lps|shift|3state|cycle")
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
    """Differential bias of the stager that would flip a verdict, on the measured scale; NaN where none is to flip."""
    margin, effect = (math.nan if weighed.margin is None else weighed.margin), weighed.effect
    if outcome == "equivalent" or (outcome == "supported" and kind == "equivalence"):
        return min(room_below(effect, margin, 0.90), room_above(effect, -margin, 0.90))
    if outcome == "contradicted" and kind == "equivalence":
        return max(room_above(effect, margin, 0.95), room_below(effect, -margin, 0.95))
    tested = -margin if kind == "non-inferiority" else 0.0
    if outcome == "supported":
        return room_above(effect, tested, 0.95)
    return room_below(effect, tested, 0.95) if outcome == "contradicted" else math.nan


def plausible_bias(metric: str, scale: str, study: Study, provenance: Provenance, slopes: StagerSlopes) -> float:
    """Differential bias that is plausible of automatic staging, on the scale that is analysed; NaN where none is known.

    What the study declares, in the metric's unit; else what a treatment would add that changed the EEG as much as
    people differ in it: the root of the squared mean error and the variance of the error that recurs in a person's
    nights, by the stager's calibration, or by that of another stager of such a device. The mean error alone is near 0
    by cancellation. Of stage shares and latencies nothing is plausible but what a study declares.
    """
    validated = VALIDATION[provenance.limits].get(metric)
    if metric in study.bias:
        declared = study.bias[metric]
        if scale == "difference":
            return abs(declared)
        return abs(math.log1p(declared / validated.human)) if validated is not None else abs(math.log(declared))
    known = slopes.calibration_of(metric, provenance.limits)
    if known is None or must_be_declared(metric) or math.isnan(known.sigma_person):
        return math.nan
    size = math.hypot(known.bias, known.sigma_person)
    return math.log1p(size / known.mean_human) if scale == "ratio" else size


def bias_declared(parts: Sequence[Claim | Component], study: Study, stagings: Mapping[str, str]) -> list[Reason]:
    """Say of each metric of a claim what bias its study declares, and where that is from, where a program scored it."""
    told = [part.metric for part in parts if part.metric in study.bias and stagings.get(part.metric) in BY_MACHINE]
    return [
        Reason("bias-declared", {"metric": metric, "bias": study.bias[metric],
                                 "source": study.bias_source.get(metric, ""), "unit": _unit(metric)})
        for metric in told
    ]  # fmt: skip


def _unit(metric: str) -> str:
    return CATALOGUE[metric].unit if metric in CATALOGUE else ""


def must_be_declared(metric: str) -> bool:
    """Whether a stager's error under a drug is so open that only a declaration, or an audit, bounds it.

    Those are the stages of sleep, told apart by the waves that drugs change, and the times until they come.
    """
    return OF_STAGES.search(metric) is not None


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
    slopes: StagerSlopes,
) -> list[Flip]:
    """Give what it takes to flip an outcome, of each effect that it rests on; `stagings` has the tag of each metric."""
    return [
        Flip(
            part,
            b_star(outcome, part, kind),
            plausible_bias(part.metric, part.scale, study, provenance, slopes)
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
