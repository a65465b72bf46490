"""What each kind of claim asks of the data, and how it is decided; one literal table, `KINDS`."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np

from ..core.claim import Claim, Component
from ..core.errors import ClaimError
from ..core.verdict import Exclusion, Interval, Sensitivity, SideEffect
from .decisions import (
    Decision,
    decide_equivalence,
    decide_non_inferiority,
    decide_superiority,
    excludes_benefit,
    p_equivalence,
    size_of,
)
from .effects import Effect, FTest, oriented, side_effect, two_sided
from .heterogeneity import fit_heterogeneity
from .mediation import fit_mediation
from .models import ArmModel, pairwise
from .multiplicity import holm
from .question import Fitted, Question, component_claim
from .sample import NotTestableError, Sample, definition_of
from .stager import Weighed
from .two_by_two import TwoByTwo

__all__ = ["KINDS", "Finding", "margin_of", "sign_of"]

#: p of the main test and of equivalence, adjusted for the other claims, to a decision.
Decide = Callable[[float, float], Decision]


@dataclass(frozen=True, slots=True, eq=False)
class Finding:
    """What the data say of a claim, before it is set beside the other claims of the study.

    Parameters
    ----------
    sample : Sample
        Of the primary metric.
    method : str
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
    cap : str
        What can be said at most; empty where nothing limits it.
    exclusions : tuple of Exclusion
        Besides those of `sample` and of the model of `fitted`.
    """

    sample: Sample
    method: str
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
    cap: str = ""
    exclusions: tuple[Exclusion, ...] = ()


# ------------------------------------------------------------------------------------------------ what kinds share
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
            f"claim on {part.metric!r}: effects on it are ratios, so that its smallest effect is one too, {wanted} 1, "
            f"such as {0.8 if wanted == 'below' else 1.25}; {ratio:g} is none"
        )
    return abs(math.log(ratio))


def out_of_reach(part: Claim | Component, sample: Sample, margin: float | None) -> str:
    """Why a benefit as large as the margin cannot be had, the control being as low, or as high, as it is."""
    if margin is None or sample.scale == "ratio":
        return ""
    control = sample.control_mean
    if sign_of(part) < 0 and sample.y.min(initial=0) >= 0 and control <= margin:
        return (
            f"floor: {sample.label} is {control:.3g} {sample.unit} under the control, so that a fall by {margin:g} "
            "cannot be reached"
        )
    known = definition_of(part.metric)
    if sign_of(part) > 0 and known is not None and known.unit == "%" and control + margin >= 100:
        return (
            f"ceiling: {sample.label} is {control:.3g} % under the control, so that a rise by {margin:g} cannot be "
            "reached"
        )
    return ""


def _natural(effect: Effect, sample: Sample) -> dict[str, Any]:
    """Estimate and intervals in the metric's unit, or as ratios."""
    turn: Callable[[float], float] = _exp if sample.scale == "ratio" else float

    def both(level: float) -> Interval:
        low, high = effect.interval(level)
        return turn(low), turn(high)

    return {"estimate": turn(effect.estimate), "interval90": both(0.90), "interval95": both(0.95)}


def _exp(value: float) -> float:
    return math.exp(value) if value < 700 else math.inf


def _part(name: str, effect: Effect, sample: Sample, note: str = "") -> Sensitivity:
    natural = _natural(effect, sample)
    return Sensitivity(name, natural["estimate"], natural["interval95"], two_sided(effect), note, natural["interval90"])


def _contrast_finding(question: Question, **parts: Any) -> tuple[Fitted, Effect, float | None, dict[str, Any]]:
    """Fit the claim's own contrast; what every kind that rests on it reports."""
    fitted = question.fit()
    effect = oriented(fitted.effect, sign_of(question.claim))
    margin = margin_of(question.claim, fitted.sample)
    shared = {
        "sample": fitted.model.sample,
        "method": fitted.model.method,
        "effect": effect,
        "margin": margin,
        "fitted": fitted,
        "weighed": (Weighed(question.claim.metric, fitted.sample.scale, effect, margin),),
        **_natural(fitted.effect, fitted.sample),
        **parts,
    }
    return fitted, effect, margin, shared


# ------------------------------------------------------------------------------------------------------- the kinds
def superiority(question: Question) -> Finding:
    """Whether treatment moves the metric the way of the claim; of a consistency, its SD over nights."""
    fitted, effect, margin, shared = _contrast_finding(question)
    reach = out_of_reach(question.claim, fitted.sample, margin)
    alpha = question.study.alpha

    def decide(p: float, p_eq: float) -> Decision:
        return decide_superiority(effect, margin, p, p_eq, alpha, reach)

    return Finding(p=two_sided(effect), p_equivalence=p_equivalence(effect, margin), decide=decide, **shared)


def non_inferiority(question: Question) -> Finding:
    """Whether treatment is at most a margin worse than control."""
    _, effect, margin, shared = _contrast_finding(question)
    assert margin is not None  # a Claim of this kind has one
    alpha = question.study.alpha

    def decide(p: float, _: float) -> Decision:
        return decide_non_inferiority(effect, margin, p, alpha)

    return Finding(p=two_sided(effect, -margin), p_equivalence=math.nan, decide=decide, **shared)


def equivalence(question: Question) -> Finding:
    """Whether treatment and control differ by less than a margin, either way."""
    _, effect, margin, shared = _contrast_finding(question)
    assert margin is not None  # a Claim of this kind has one
    alpha = question.study.alpha
    outside = min(1.0, 2 * min(effect.p_above(margin), effect.p_below(-margin)))

    def decide(p: float, _: float) -> Decision:
        return decide_equivalence(effect, margin, p, alpha)

    return Finding(p=min(p_equivalence(effect, margin), outside), p_equivalence=math.nan, decide=decide, **shared)


@dataclass(frozen=True, slots=True, eq=False)
class _Part:
    """One part of a conjunction: an oriented effect and what it must reach."""

    name: str
    effect: Effect
    margin: float | None
    sample: Sample
    measured: Effect
    reach: str = ""


def _all_of(parts: Sequence[_Part], alpha: float) -> tuple[float, float, Decide]:
    """Give p, p of equivalence and the decision of a claim that all parts must bear out.

    Each part is tested one-sided at half of alpha. The p that supports is the largest of the parts; the p that
    contradicts is the smallest of the opposite ones, times their number.
    """
    support = max(part.effect.p_above(0) for part in parts)
    against = len(parts) * min(part.effect.p_below(0) for part in parts)
    p_eq = max(p_equivalence(part.effect, part.margin) for part in parts)
    if any(part.margin is None for part in parts):
        p_eq = math.nan
    excluded = any(excludes_benefit(part.effect, part.margin) for part in parts)
    reach = "; ".join(part.reach for part in parts if part.reach)

    def decide(p: float, p_equal: float) -> Decision:
        if p_equal <= alpha and not reach:
            return Decision("equivalent", "every part lies within what would matter", "", excluded)
        if p <= alpha and support <= against:
            if excluded:
                reason = "every part goes the way of the claim, but one is smaller than what would matter"
                return Decision("inconclusive", reason, "", True)
            sizes = {size_of(part.effect, part.margin) for part in parts}
            size = sizes.pop() if len(sizes) == 1 else "uncertain"
            return Decision("supported", "every part goes the way of the claim", size)
        if p <= alpha:
            return Decision("contradicted", "a part goes against the claim", "", excluded)
        return Decision("inconclusive", reach or "not every part of the claim is shown", "", excluded)

    return min(1.0, 2 * min(support, against)), p_eq, decide


def conjunction(question: Question) -> Finding:
    """Whether treatment moves every metric of the claim its way."""
    claim = question.claim
    parts, fits = [], []
    for component in claim.components:
        fitted = question.fit(component.metric, kind_of=component_claim(claim, component))
        margin = margin_of(component, fitted.sample)
        effect = oriented(fitted.effect, sign_of(component))
        reach = out_of_reach(component, fitted.sample, margin)
        parts.append(_Part(component.metric, effect, margin, fitted.sample, fitted.effect, reach))
        fits.append(fitted)
    p, p_eq, decide = _all_of(parts, question.study.alpha)
    first = fits[0]
    return Finding(
        sample=first.model.sample,
        method=first.model.method,
        p=p,
        p_equivalence=p_eq,
        decide=decide,
        effect=parts[0].effect,
        margin=parts[0].margin,
        fitted=first,
        parts=tuple(_part(part.name, part.measured, part.sample) for part in parts),
        weighed=tuple(Weighed(part.name, part.sample.scale, part.effect, part.margin) for part in parts),
        **_natural(first.effect, first.sample),
    )


def dose_response(question: Question) -> Finding:
    """Whether the top dose differs from control and the metric rises or falls with dose among the active ones.

    A slope over active doses alone: with the control among them, two equal doses would look like a trend.
    """
    claim, doses = question.claim, question.study.doses
    active = sorted(claim.arms or tuple(doses), key=lambda arm: doses.get(arm, math.nan))
    if unknown := [arm for arm in active if arm not in doses]:
        raise ClaimError(f"claim {claim.name!r}: the study declares no dose of {unknown[0]!r}")
    if len({doses[arm] for arm in active}) < 2:
        raise NotTestableError("a dose-response needs at least two active doses")
    fitted = question.fit()
    model, sign = fitted.arm_model, sign_of(claim)
    margin = margin_of(claim, fitted.sample)
    x = np.array([doses[arm] for arm in active])
    centred = x - x.mean()
    slope = dict(zip(active, (centred / (centred @ centred) * (x.max() - x.min())).tolist(), strict=True))
    top = {active[-1]: 1.0, fitted.sample.arms[0]: -1.0}
    measured = {f"{active[-1]} against {fitted.sample.arms[0]}": model.contrast(top),
                "slope over the range of active doses": model.contrast(slope)}  # fmt: skip
    reach = out_of_reach(claim, fitted.sample, margin)
    parts = [_Part(name, oriented(e, sign), margin, fitted.sample, e, reach) for name, e in measured.items()]
    p, p_eq, decide = _all_of(parts, question.study.alpha)
    return Finding(
        sample=model.sample,
        method=model.method,
        p=p,
        p_equivalence=p_eq,
        decide=decide,
        effect=parts[1].effect,
        margin=margin,
        fitted=Fitted(fitted.sample, model, parts[1].measured, fitted.baseline),
        parts=tuple(_part(part.name, part.measured, part.sample) for part in parts),
        side_effects=_curvature(model, active, x),
        weighed=tuple(Weighed(claim.metric, part.sample.scale, part.effect, margin) for part in parts),
        **_natural(parts[1].measured, fitted.sample),
    )


def _curvature(model: ArmModel, active: Sequence[str], x: np.ndarray) -> tuple[SideEffect, ...]:
    """Give the quadratic contrast over three or more active doses."""
    if np.unique(x).size < 3:
        return ()
    basis, _ = np.linalg.qr(np.vander(x, 3, increasing=True))
    curve = dict(zip(active, basis[:, 2].tolist(), strict=True))
    return (side_effect("curvature over the active doses", model.contrast(curve), "an orthogonal contrast"),)


def difference(question: Question) -> Finding:
    """Whether any of several treatments differs from another."""
    claim, alpha = question.claim, question.study.alpha
    arms = claim.arms or tuple(arm for arm in (claim.control, claim.treatment) if arm)
    if len(arms) < 2:
        raise NotTestableError(
            f"a difference needs at least two conditions to compare, and the claim names {len(arms)}"
        )
    fitted = question.fit()
    model = fitted.arm_model
    margin = margin_of(claim, fitted.sample)
    effects = {pair: model.contrast({pair[0]: 1.0, pair[1]: -1.0}) for pair in pairwise(arms)}
    joint: FTest = model.joint([{arm: 1.0, arms[0]: -1.0} for arm in arms[1:]])
    adjusted = dict(zip(effects, holm([two_sided(effect) for effect in effects.values()]), strict=True))
    p_eq = max(p_equivalence(effect, margin) for effect in effects.values()) if margin is not None else math.nan
    largest = max(effects, key=lambda pair: abs(effects[pair].estimate / effects[pair].standard_error))
    within = margin is not None and all(max(map(abs, effect.interval(0.90))) < margin for effect in effects.values())

    def decide(p: float, p_equal: float) -> Decision:
        if p_equal <= alpha:
            return Decision("equivalent", "every pair lies within what would matter", "", within)
        if p <= alpha and min(adjusted.values()) <= alpha:
            return Decision("supported", f"{largest[0]} differs from {largest[1]}", "", within)
        return Decision("inconclusive", "neither a difference nor its absence is shown", "", within)

    return Finding(
        sample=model.sample,
        method=model.method,
        p=joint.p,
        p_equivalence=p_eq,
        decide=decide,
        effect=effects[largest],
        margin=margin,
        fitted=Fitted(fitted.sample, model, effects[largest], fitted.baseline),
        parts=tuple(
            _part(f"{b} against {a}", effect, fitted.sample, f"p over the pairs (Holm) {adjusted[b, a]:.3g}")
            for (b, a), effect in effects.items()
        ),
        weighed=tuple(
            Weighed(claim.metric, fitted.sample.scale, oriented(effect, 1 if effect.estimate >= 0 else -1), margin)
            for effect in effects.values()
        ),
        **_natural(effects[largest], fitted.sample),
    )


def heterogeneity(question: Question) -> Finding:
    """Whether the effect of treatment differs between people."""
    claim, alpha = question.claim, question.study.alpha
    if claim.design != "crossover":
        raise NotTestableError("a person's own response needs a crossover in which each treatment is repeated")
    sample = question.sample()
    if len(sample.arms) != 2:
        raise NotTestableError("how responses differ between people is told of two conditions")
    if sample.scale == "ratio":
        raise NotTestableError("how responses differ between people is told of differences, not of ratios of counts")
    spread = fit_heterogeneity(sample)
    margin = claim.smallest_effect
    p_eq = math.nan if margin is None else spread.p_below(margin)
    excluded = margin is not None and spread.limit(0.95) < margin

    def decide(p: float, p_equal: float) -> Decision:
        if margin is not None and p_equal <= alpha:
            return Decision("equivalent", "the response differs between people by less than would matter", "", excluded)
        if p <= alpha:
            return Decision("supported", "the response differs between people", "", excluded)
        reason = "it is shown neither that the response differs between people nor that it does not"
        return Decision("inconclusive", reason, "", excluded)

    return Finding(
        sample=spread.sample,
        method=spread.method,
        p=spread.p,
        p_equivalence=p_eq,
        decide=decide,
        estimate=spread.estimate,
        interval90=(spread.limit(0.05), spread.limit(0.95)),
        interval95=(spread.limit(0.025), spread.limit(0.975)),
        margin=margin,
        exclusions=spread.exclusions,
    )


def mediation(question: Question) -> Finding:
    """Whether the effect on the metric runs through the mediator; never more than consistent with it."""
    claim = question.claim
    assert claim.mediator is not None  # a Claim of this kind names one
    outcome, mediator = question.fit(), question.fit(claim.mediator)
    if not (isinstance(outcome.model, TwoByTwo) and isinstance(mediator.model, TwoByTwo)):
        raise NotTestableError(
            "whether a difference goes along with another can be told of two treatments in two periods only"
        )
    both = np.intersect1d(outcome.model.sample.subject, mediator.model.sample.subject)
    of_outcome, of_mediator = (np.isin(np.unique(m.sample.subject), both) for m in (outcome.model, mediator.model))
    paths = fit_mediation(
        mediator.model.difference[of_mediator],
        outcome.model.difference[of_outcome],
        mediator.model.total[of_mediator],
        outcome.model.second[of_outcome],
    )
    sign = sign_of(claim)
    margin = margin_of(claim, outcome.sample)
    low, high = sorted((sign * paths.interval(0.95)[0], sign * paths.interval(0.95)[1]))
    tail = float(np.mean(sign * paths.draws <= 0))
    excluded = margin is not None and max(sign * limit for limit in paths.interval(0.90)) < margin

    def decide(_: float, __: float) -> Decision:
        if low > 0:
            return Decision(
                "inconclusive", "the part that goes along with the mediator lies in the way of the claim", "", excluded
            )
        if high < 0:
            return Decision(
                "inconclusive", "the part that goes along with the mediator goes against the claim", "", excluded
            )
        return Decision("inconclusive", "no part that goes along with the mediator is shown", "", excluded)

    return Finding(
        sample=outcome.model.sample,
        method=paths.method,
        p=min(1.0, 2 * min(tail, 1 - tail)),
        p_equivalence=math.nan,
        decide=decide,
        estimate=paths.indirect,
        interval90=paths.interval(0.90),
        interval95=paths.interval(0.95),
        margin=margin,
        parts=(
            Sensitivity(f"difference in {mediator.sample.label} (a)", paths.a),
            Sensitivity(f"{outcome.sample.label} per unit of {mediator.sample.label} (b)", paths.b),
            Sensitivity(f"difference in {outcome.sample.label}, {mediator.sample.label} held (c')", paths.direct),
        ),
        cap="consistent with a mediation" if low > 0 else "no mediation shown",
        exclusions=outcome.model.exclusions,
    )


KINDS: Mapping[str, Callable[[Question], Finding]] = MappingProxyType(
    {
        "superiority": superiority,
        "consistency": superiority,
        "non-inferiority": non_inferiority,
        "equivalence": equivalence,
        "conjunction": conjunction,
        "dose-response": dose_response,
        "difference": difference,
        "heterogeneity": heterogeneity,
        "mediation": mediation,
    }
)
