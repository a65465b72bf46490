"""From p-values and intervals to an outcome: the rules of each kind of claim, in their order."""

from __future__ import annotations

import math
from dataclasses import dataclass

from ...core.verdict import Outcome, Size
from ..designs.effect import Effect

__all__ = ["Decision", "decide_equivalence", "decide_non_inferiority", "decide_superiority", "p_equivalence", "size_of"]


@dataclass(frozen=True, slots=True)
class Decision:
    """An outcome and why.

    Parameters
    ----------
    outcome : Outcome
    reason : str
    size : Size
    benefit_excluded : bool
    out_of_reach : bool
        Whether the smallest effect of interest cannot be had at all, so that no number of subjects would decide.
    """

    outcome: Outcome
    reason: str
    size: Size = ""
    benefit_excluded: bool = False
    out_of_reach: bool = False


def p_equivalence(effect: Effect, margin: float | None) -> float:
    """Two one-sided tests: the p of an effect within the margin; NaN without one."""
    return math.nan if margin is None else max(effect.p_above(-margin), effect.p_below(margin))


def excludes_benefit(effect: Effect, margin: float | None) -> bool:
    """Whether the upper 90 % limit of an oriented effect lies below the margin."""
    return margin is not None and effect.interval(0.90)[1] < margin


def size_of(effect: Effect, margin: float | None) -> Size:
    """How large a supported effect is: its 90 % interval against the margin."""
    if margin is None:
        return "uncertain"
    low, high = effect.interval(0.90)
    return "at least D" if low > margin else "below D" if high < margin else "uncertain"


def decide_superiority(
    effect: Effect, margin: float | None, p: float, p_eq: float, alpha: float, out_of_reach: str = ""
) -> Decision:
    """Decide a claim of superiority from an effect oriented so that benefit is positive.

    Parameters
    ----------
    effect : Effect
    margin : float, optional
        Smallest effect of interest, on the scale of the effect.
    p, p_eq : float
        Of superiority (two-sided) and of equivalence, adjusted for the other claims.
    alpha : float
    out_of_reach : str
        Why a benefit as large as the margin cannot be had at all, so that its absence shows nothing.
    """
    excluded = excludes_benefit(effect, margin)
    if margin is not None and p_eq <= alpha and not out_of_reach:
        return Decision("equivalent", "the difference lies within what would matter, both ways", "", excluded)
    if effect.estimate > 0 and p <= alpha:
        if not excluded:
            return Decision("supported", "the difference goes the way of the claim", size_of(effect, margin))
        reason = "there is a difference in the way of the claim, but it is smaller than what would matter"
        return Decision(
            "inconclusive", f"{out_of_reach}; {reason}" if out_of_reach else reason, "", True, bool(out_of_reach)
        )
    if effect.estimate < 0 and p <= alpha:
        return Decision("contradicted", "the difference goes against the claim", "", excluded)
    if out_of_reach:
        return Decision("inconclusive", out_of_reach, "", excluded, True)
    return Decision("inconclusive", "neither a difference nor its absence is shown", "", excluded)


def decide_non_inferiority(effect: Effect, margin: float, p: float, alpha: float) -> Decision:
    """Decide a claim of non-inferiority; `p` is two-sided against an effect of minus the margin, and adjusted."""
    excluded = excludes_benefit(effect, margin)
    if p <= alpha and effect.estimate > -margin:
        return Decision("supported", "a harm as large as the margin is excluded", "", excluded)
    if p <= alpha:
        return Decision("contradicted", "the harm is larger than the margin", "", excluded)
    return Decision("inconclusive", "a harm as large as the margin is neither shown nor excluded", "", excluded)


def decide_equivalence(effect: Effect, margin: float, p: float, alpha: float) -> Decision:
    """Decide a claim of equivalence; `p` is the smaller of that of equivalence and that against it, and adjusted."""
    excluded = excludes_benefit(effect, margin)
    if p <= alpha and abs(effect.estimate) < margin:
        return Decision("supported", "the difference lies within the margin, both ways", "", excluded)
    if p <= alpha:
        return Decision("contradicted", "the difference lies outside the margin", "", excluded)
    return Decision("inconclusive", "a difference as large as the margin is neither shown nor excluded", "", excluded)
