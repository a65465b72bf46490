"""A conjunction: several effects that must all go the way of the claim."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from ...core.reason import Reason
from ..analysis import Question
from ..data.estimand import Estimand
from ..data.sample import Sample
from ..designs.effect import Effect, oriented
from ..staging_error import Weighed
from .decision import Decision, decided, excludes_benefit, p_equivalence, size_of
from .evidence import Decide, Evidence, back_transformed, margin_of, out_of_reach, part_of, sign_of

__all__ = ["PartialEffect", "all_of", "conjunction"]


@dataclass(frozen=True, slots=True, eq=False)
class PartialEffect:
    """One part of a conjunction: an oriented effect and what it must reach.

    Parameters
    ----------
    name : Reason
    effect : Effect
        Oriented so that benefit is positive.
    margin : float, optional
    sample : Sample
    measured : Effect
        Not oriented, as it is reported.
    reach : Reason, optional
        Why a benefit as large as the margin cannot be had.
    """

    name: Reason
    effect: Effect
    margin: float | None
    sample: Sample
    measured: Effect
    reach: Reason | None = None


def all_of(parts: Sequence[PartialEffect], alpha: float) -> tuple[float, float, Decide]:
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
    reach = tuple(part.reach for part in parts if part.reach is not None)

    def decide(p: float, p_equal: float) -> Decision:
        if p_equal <= alpha and not reach:
            return decided("equivalent", "parts-within-smallest-effect", excluded=excluded)
        if p <= alpha and support <= against:
            if excluded:
                return decided("inconclusive", "part-below-smallest-effect", excluded=True)
            sizes = {size_of(part.effect, part.margin) for part in parts}
            size = sizes.pop() if len(sizes) == 1 else "uncertain"
            return decided("supported", "parts-go-with-claim", size=size)
        if p <= alpha:
            return decided("contradicted", "part-goes-against-claim", excluded=excluded)
        return Decision("inconclusive", reach or (Reason("not-every-part-shown"),), "", excluded)

    return min(1.0, 2 * min(support, against)), p_eq, decide


def conjunction(question: Question) -> Evidence:
    """Whether treatment moves every metric of the claim its way."""
    claim = question.claim
    parts, fits = [], []
    for component in claim.components:
        estimand = Estimand.of(claim, component.metric)
        fitted = question.fit(estimand)
        margin = margin_of(component, fitted.sample)
        effect = oriented(question.scored(fitted.effect, estimand), sign_of(component))
        shown = question.shown(fitted.effect, estimand)
        reach = out_of_reach(component, fitted.sample, margin)
        name = Reason("part", {"metric": component.metric})
        parts.append(PartialEffect(name, effect, margin, fitted.sample, shown, reach))
        fits.append(fitted)
    p, p_eq, decide = all_of(parts, question.study.alpha)
    first = fits[0]
    return Evidence(
        sample=first.model.sample,
        method=first.model.method,
        p=p,
        p_equivalence=p_eq,
        decide=decide,
        effect=parts[0].effect,
        margin=parts[0].margin,
        fitted=first,
        parts=tuple(part_of(part.name, part.measured, part.sample) for part in parts),
        weighed=tuple(
            Weighed(component.metric, part.sample.scale, part.effect, part.margin)
            for component, part in zip(claim.components, parts, strict=True)
        ),
        **back_transformed(parts[0].measured, first.sample),
    )
