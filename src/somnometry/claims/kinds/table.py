"""What each kind of claim asks of the data, and how it is decided; one literal table, `KINDS`."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from ..analysis import Fitted, Question, require_residual_variance
from ..data.sample import NotTestableError
from ..designs.effect import Effect, FTest, oriented, two_sided
from ..designs.model import pairwise
from ..multiplicity import holm
from ..staging_error import Weighed
from .conjunction import conjunction, dose_response
from .decision import Decision, decide_equivalence, decide_non_inferiority, decide_superiority, p_equivalence
from .evidence import Finding, back_transformed, margin_of, out_of_reach, part_of, sign_of
from .of_people import heterogeneity, mediation

__all__ = ["KINDS"]


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
        **back_transformed(fitted.effect, fitted.sample),
        **parts,
    }
    return fitted, effect, margin, shared


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


def difference(question: Question) -> Finding:
    """Whether any of several treatments differs from another."""
    claim, alpha = question.claim, question.study.alpha
    arms = claim.arms or tuple(arm for arm in (claim.control, claim.treatment) if arm)
    if len(arms) < 2:
        raise NotTestableError(
            f"a difference needs at least two conditions to compare, and the claim names {len(arms)}"
        )
    fitted = question.fit()
    model = fitted.model
    margin = margin_of(claim, fitted.sample)
    effects = {pair: model.contrast({pair[0]: 1.0, pair[1]: -1.0}) for pair in pairwise(arms)}
    for effect in effects.values():
        require_residual_variance(effect, fitted.sample)
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
        fitted=Fitted(fitted.sample, model, effects[largest]),
        parts=tuple(
            part_of(f"{b} against {a}", effect, fitted.sample, f"p over the pairs (Holm) {adjusted[b, a]:.3g}")
            for (b, a), effect in effects.items()
        ),
        weighed=tuple(
            Weighed(claim.metric, fitted.sample.scale, oriented(effect, 1 if effect.estimate >= 0 else -1), margin)
            for effect in effects.values()
        ),
        **back_transformed(effects[largest], fitted.sample),
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
