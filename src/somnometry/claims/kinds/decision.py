"""From p-values and intervals to an outcome: the rules of each kind of claim, in their order."""

from __future__ import annotations

import math
from dataclasses import dataclass

from ...core.reason import Reason
from ...core.verdict import Cap, Outcome, Size
from ..designs.effect import Effect

__all__ = [
    "Decision", "decide_equivalence", "decide_non_inferiority", "decide_superiority", "decided", "excludes_benefit",
    "p_equivalence", "size_of",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Decision:
    """An outcome and why.

    Parameters
    ----------
    outcome : Outcome
    reasons : tuple of Reason
    size : Size
    benefit_excluded : bool
    out_of_reach : bool
        Whether the smallest effect of interest cannot be had at all, so that no number of subjects would decide.
    cap : Cap
    held_back : bool
        Whether the design, the device or the stager kept the claim from an outcome that the effects allow.
    """

    outcome: Outcome
    reasons: tuple[Reason, ...]
    size: Size = ""
    benefit_excluded: bool = False
    out_of_reach: bool = False
    cap: Cap = ""
    held_back: bool = False


def decided(outcome: Outcome, *codes: str, size: Size = "", excluded: bool = False) -> Decision:
    """Give a decision whose reasons have no facts."""
    return Decision(outcome, tuple(map(Reason, codes)), size, excluded)


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
    effect: Effect, margin: float | None, p: float, p_eq: float, alpha: float, out_of_reach: Reason | None = None
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
    out_of_reach : Reason, optional
        Why a benefit as large as the margin cannot be had at all, so that its absence shows nothing.
    """
    excluded = excludes_benefit(effect, margin)
    reach = () if out_of_reach is None else (out_of_reach,)
    if margin is not None and p_eq <= alpha and not reach:
        return decided("equivalent", "within-smallest-effect", excluded=excluded)
    if effect.estimate > 0 and p <= alpha:
        if not excluded:
            return decided("supported", "goes-with-claim", size=size_of(effect, margin))
        return Decision("inconclusive", (*reach, Reason("below-smallest-effect")), "", True, bool(reach))
    if effect.estimate < 0 and p <= alpha:
        return decided("contradicted", "goes-against-claim", excluded=excluded)
    if reach:
        return Decision("inconclusive", reach, "", excluded, True)
    return decided("inconclusive", "nothing-shown", excluded=excluded)


def decide_non_inferiority(effect: Effect, margin: float, p: float, alpha: float) -> Decision:
    """Decide a claim of non-inferiority; `p` is two-sided against an effect of minus the margin, and adjusted."""
    excluded = excludes_benefit(effect, margin)
    if p <= alpha and effect.estimate > -margin:
        return decided("supported", "harm-excluded", excluded=excluded)
    if p <= alpha:
        return decided("contradicted", "harm-shown", excluded=excluded)
    return decided("inconclusive", "harm-not-excluded", excluded=excluded)


def decide_equivalence(effect: Effect, margin: float, p: float, alpha: float) -> Decision:
    """Decide a claim of equivalence; `p` is the smaller of that of equivalence and that against it, and adjusted."""
    excluded = excludes_benefit(effect, margin)
    if p <= alpha and abs(effect.estimate) < margin:
        return decided("supported", "within-margin", excluded=excluded)
    if p <= alpha:
        return decided("contradicted", "outside-margin", excluded=excluded)
    return decided("inconclusive", "margin-not-excluded", excluded=excluded)
