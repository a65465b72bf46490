"""Claims on one contrast: superiority (and consistency), non-inferiority, equivalence."""

from __future__ import annotations

import math
from typing import Any

from ...core.reason import Reason
from ..analysis import Fitted, Question
from ..audit import audit_of
from ..designs.effect import Effect, oriented, two_sided
from ..staging_error import Weighed
from .decision import Decision, decide_equivalence, decide_non_inferiority, decide_superiority, p_equivalence
from .evidence import Evidence, back_transformed, margin_of, out_of_reach, sign_of

__all__ = ["equivalence", "non_inferiority", "superiority"]


def _contrast(question: Question) -> tuple[Fitted, Effect, float | None, dict[str, Any]]:
    """Fit the claim's own contrast: the fit, the oriented effect, the margin, and what every such kind reports."""
    fitted = question.fit()
    audit = audit_of(question, fitted)
    audited = None if audit is None else audit.effect
    effect = oriented(audited or question.scored(fitted.effect), sign_of(question.claim))
    margin = margin_of(question.claim, fitted.sample)
    shared = {
        "sample": fitted.model.sample,
        "method": Reason("prediction-powered") if audited else fitted.model.method,
        "audit": audit,
        "effect": effect,
        "margin": margin,
        "fitted": fitted,
        "weighed": (Weighed(question.claim.metric, fitted.sample.scale, effect, margin),),
        **back_transformed(audited or question.shown(fitted.effect), fitted.sample),
    }
    return fitted, effect, margin, shared


def superiority(question: Question) -> Evidence:
    """Whether treatment moves the metric the way of the claim; of a consistency, its SD over nights."""
    fitted, effect, margin, shared = _contrast(question)
    reach = out_of_reach(question.claim, fitted.sample, margin)
    alpha = question.study.alpha

    def decide(p: float, p_eq: float) -> Decision:
        return decide_superiority(effect, margin, p, p_eq, alpha, reach)

    return Evidence(p=two_sided(effect), p_equivalence=p_equivalence(effect, margin), decide=decide, **shared)


def non_inferiority(question: Question) -> Evidence:
    """Whether treatment is at most a margin worse than control."""
    _, effect, margin, shared = _contrast(question)
    assert margin is not None  # a Claim of this kind has one
    alpha = question.study.alpha

    def decide(p: float, _: float) -> Decision:
        return decide_non_inferiority(effect, margin, p, alpha)

    return Evidence(p=two_sided(effect, -margin), p_equivalence=math.nan, decide=decide, **shared)


def equivalence(question: Question) -> Evidence:
    """Whether treatment and control differ by less than a margin, either way."""
    _, effect, margin, shared = _contrast(question)
    assert margin is not None  # a Claim of this kind has one
    alpha = question.study.alpha
    outside = min(1.0, 2 * min(effect.p_above(margin), effect.p_below(-margin)))

    def decide(p: float, _: float) -> Decision:
        return decide_equivalence(effect, margin, p, alpha)

    return Evidence(p=min(p_equivalence(effect, margin), outside), p_equivalence=math.nan, decide=decide, **shared)
