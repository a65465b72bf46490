"""Claims that several effects must bear out together: a conjunction of metrics, a response to dose."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ...core.verdict import SideEffect
from ..analysis import Fitted, Question
from ..data.estimand import Estimand
from ..data.sample import NotTestableError, Sample
from ..designs.effect import Effect, oriented, side_effect
from ..designs.model import ArmModel
from ..staging_error import Weighed
from .decision import Decision, excludes_benefit, p_equivalence, size_of
from .evidence import Decide, Finding, back_transformed, margin_of, out_of_reach, part_of, sign_of

__all__ = ["conjunction", "dose_response"]


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
        fitted = question.fit(Estimand.of(claim, component.metric))
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
        parts=tuple(part_of(part.name, part.measured, part.sample) for part in parts),
        weighed=tuple(Weighed(part.name, part.sample.scale, part.effect, part.margin) for part in parts),
        **back_transformed(first.effect, first.sample),
    )


def dose_response(question: Question) -> Finding:
    """Whether the top dose differs from control and the metric rises or falls with dose among the active ones.

    A slope over active doses alone: with the control among them, two equal doses would look like a trend.
    """
    claim, doses = question.claim, question.study.doses
    active = sorted(claim.arms or tuple(doses), key=doses.__getitem__)
    if len({doses[arm] for arm in active}) < 2:
        raise NotTestableError("a dose-response needs at least two active doses")
    fitted = question.fit()
    model, sign = fitted.model, sign_of(claim)
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
        fitted=Fitted(fitted.sample, model, parts[1].measured),
        parts=tuple(part_of(part.name, part.measured, part.sample) for part in parts),
        side_effects=_curvature(model, active, x),
        weighed=tuple(Weighed(claim.metric, part.sample.scale, part.effect, margin) for part in parts),
        **back_transformed(parts[1].measured, fitted.sample),
    )


def _curvature(model: ArmModel, active: Sequence[str], x: np.ndarray) -> tuple[SideEffect, ...]:
    """Give the quadratic contrast over three or more active doses."""
    if np.unique(x).size < 3:
        return ()
    basis, _ = np.linalg.qr(np.vander(x, 3, increasing=True))
    curve = dict(zip(active, basis[:, 2].tolist(), strict=True))
    return (side_effect("curvature over the active doses", model.contrast(curve), "an orthogonal contrast"),)
