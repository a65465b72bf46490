"""A claim of difference: whether any of several treatments differs from another."""

from __future__ import annotations

import math

from ...core.reason import Reason
from ..analysis import Fitted, Question, require_residual_variance
from ..data.sample import NotTestableError
from ..designs.effect import FTest, oriented, two_sided
from ..designs.model import pairwise
from ..multiplicity import holm
from ..staging_error import Weighed
from .decision import Decision, decided, p_equivalence
from .evidence import Evidence, back_transformed, margin_of, part_of

__all__ = ["difference"]


def difference(question: Question) -> Evidence:
    """Whether any of several treatments differs from another."""
    claim, alpha = question.claim, question.study.alpha
    arms = claim.arms or tuple(arm for arm in (claim.control, claim.treatment) if arm)
    if len(arms) < 2:
        raise NotTestableError("one-condition", n=len(arms))
    fitted = question.fit()
    model = fitted.model
    margin = margin_of(claim, fitted.sample)
    measured = {pair: fitted.contrast({pair[0]: 1.0, pair[1]: -1.0}) for pair in pairwise(arms)}
    for effect in measured.values():
        require_residual_variance(effect, fitted.sample)
    effects = {pair: question.scored(effect) for pair, effect in measured.items()}
    joint: FTest = model.joint([{arm: 1.0, arms[0]: -1.0} for arm in arms[1:]])
    adjusted = dict(zip(effects, holm([two_sided(effect) for effect in effects.values()]), strict=True))
    p_eq = max(p_equivalence(effect, margin) for effect in effects.values()) if margin is not None else math.nan
    largest = max(effects, key=lambda pair: abs(effects[pair].estimate / effects[pair].standard_error))
    within = margin is not None and all(max(map(abs, effect.interval(0.90))) < margin for effect in effects.values())

    def decide(p: float, p_equal: float) -> Decision:
        if p_equal <= alpha:
            return decided("equivalent", "pairs-within-smallest-effect", excluded=within)
        if p <= alpha and min(adjusted.values()) <= alpha:
            return Decision("supported", (Reason("pair-differs", {"a": largest[0], "b": largest[1]}),), "", within)
        return decided("inconclusive", "nothing-shown", excluded=within)

    return Evidence(
        sample=model.sample,
        method=model.method,
        p=joint.p,
        p_equivalence=p_eq,
        decide=decide,
        effect=effects[largest],
        margin=margin,
        fitted=Fitted(fitted.sample, model, measured[largest], fitted.contrasts),
        parts=tuple(
            part_of(
                Reason("arms-compared", {"a": b, "b": a}),
                question.shown(effect),
                fitted.sample,
                Reason("p-over-pairs", {"p": adjusted[b, a]}),
            )
            for (b, a), effect in measured.items()
        ),
        weighed=tuple(
            Weighed(claim.metric, fitted.sample.scale, oriented(effect, 1 if effect.estimate >= 0 else -1), margin)
            for effect in effects.values()
        ),
        **back_transformed(question.shown(measured[largest]), fitted.sample),
    )
