"""`Evidence`: effects, p-values and the decision rule of one claim, before it is set beside the others of its study."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ...catalogue import CATALOGUE
from ...core.claim import Claim, Component
from ...core.errors import ClaimError
from ...core.reason import Reason
from ...core.verdict import Cap, Exclusion, Interval, Sensitivity, SideEffect
from ..analysis import Fitted
from ..audit import StudyAudit
from ..data.sample import Sample
from ..designs.effect import Effect, two_sided
from ..staging_error import Weighed
from .decision import Decision

__all__ = ["Decide", "Evidence", "back_transformed", "margin_of", "out_of_reach", "part_of", "sign_of"]

#: p of the main test and of equivalence, adjusted for the other claims, to a decision.
Decide = Callable[[float, float], Decision]


@dataclass(frozen=True, slots=True, eq=False)
class Evidence:
    """What the data say of a claim, before it is set beside the other claims of the study.

    Parameters
    ----------
    sample : Sample
        Of the primary metric.
    method : Reason
    p : float
        Of the main test, two-sided: against what a support and a contradiction both deny.
    p_equivalence : float
        NaN where the claim cannot be found equivalent.
    decide : function
    estimate : float
        In the metric's unit, or a ratio; as measured, not oriented.
    interval90, interval95 : (float, float)
    effect : Effect, optional
        Oriented so that benefit is positive, on the scale that is analysed.
    margin : float, optional
        Smallest effect of interest on that scale.
    fitted : Fitted, optional
        Of a claim that contrasts arms.
    parts : tuple of Sensitivity
        Pairs of arms of a difference; parts of a conjunction or dose-response.
    side_effects : tuple of SideEffect
    weighed : tuple of Weighed
        Effects that the decision rests on; empty where it rests on no contrast of arms.
    cap : Cap
        What can be said at most; empty where nothing limits it.
    exclusions : tuple of Exclusion
        Besides those of `sample` and of the model of `fitted`.
    audit : StudyAudit, optional
        Where people scored some of the nights too.
    """

    sample: Sample
    method: Reason
    p: float
    p_equivalence: float
    decide: Decide
    estimate: float
    interval90: Interval
    interval95: Interval
    effect: Effect | None = None
    margin: float | None = None
    fitted: Fitted | None = None
    parts: tuple[Sensitivity, ...] = ()
    side_effects: tuple[SideEffect, ...] = ()
    weighed: tuple[Weighed, ...] = ()
    cap: Cap = ""
    exclusions: tuple[Exclusion, ...] = ()
    audit: StudyAudit | None = None

    @property
    def is_audited(self) -> bool:
        """Whether the effect rests on an audit."""
        return self.audit is not None and self.audit.effect is not None


def sign_of(part: Claim | Component) -> int:
    """1 where a benefit is a rise, or no direction is said; -1 where it is a fall."""
    return -1 if part.direction == "decreases" else 1


def margin_of(part: Claim | Component, sample: Sample) -> float | None:
    """Smallest effect of interest on the scale that is analysed; None where none was declared.

    Raises
    ------
    ClaimError
        Where a ratio lies on the wrong side of 1.
    """
    if part.smallest_effect is None or sample.scale == "difference":
        return part.smallest_effect
    ratio = part.smallest_effect
    if ratio == 1 or (part.direction is not None and (ratio < 1) != (part.direction == "decreases")):
        wanted = "below" if part.direction == "decreases" else "above"
        raise ClaimError(
            f"effects on it are ratios, so that its smallest effect is one too, {wanted} 1, and not {ratio:g}",
            place=f"claim on {part.metric!r}",
            remedy=f"give one such as {0.8 if wanted == 'below' else 1.25}",
            key="smallest_effect",
        )
    return abs(math.log(ratio))


def out_of_reach(part: Claim | Component, sample: Sample, margin: float | None) -> Reason | None:
    """Why a benefit as large as the margin cannot be had, the control being as low, or as high, as it is."""
    if margin is None or sample.scale == "ratio":
        return None
    known = CATALOGUE.get(part.metric)
    if sign_of(part) > 0 and (known is None or known.unit != "%"):
        return None
    control = sample.control_mean
    facts = {"label": sample.label, "unit": sample.unit, "control": control, "margin": margin}
    if sign_of(part) < 0 and sample.y.min(initial=0) >= 0 and control <= margin:
        return Reason("floor", facts)
    if sign_of(part) > 0 and control + margin >= 100:
        return Reason("ceiling", facts)
    return None


def back_transformed(effect: Effect, sample: Sample) -> dict[str, Any]:
    """Estimate and intervals in the metric's unit, or as ratios."""
    turn: Callable[[float], float] = _exp if sample.scale == "ratio" else float

    def both(level: float) -> Interval:
        low, high = effect.interval(level)
        return turn(low), turn(high)

    return {"estimate": turn(effect.estimate), "interval90": both(0.90), "interval95": both(0.95)}


def _exp(value: float) -> float:
    return math.exp(value) if value < 700 else math.inf


def part_of(name: Reason, effect: Effect, sample: Sample, *notes: Reason) -> Sensitivity:
    """One of the effects that a claim rests on, as measured."""
    own = back_transformed(effect, sample)
    return Sensitivity(name, own["estimate"], own["interval95"], two_sided(effect), notes, own["interval90"])
