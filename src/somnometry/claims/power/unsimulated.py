"""Claims that no study is simulated for, and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ...catalogue import CATALOGUE
from ...core.claim import Claim
from ...core.reason import Reason
from ...core.study import Study
from ...metrics.event_indices import EVENT_INDICES
from ..as_declared import cap_of
from ..data.estimand import Estimand
from .planned_spreads import SpreadGiven, mean_to_horizon, planned_spread
from .scenarios import ABSENCE, EffectsGiven, metrics_of, signed_effect

__all__ = ["Unsimulated", "unsimulated"]


@dataclass(frozen=True, slots=True)
class Unsimulated:
    """A claim that no study is simulated for.

    Parameters
    ----------
    claim : str
    reason : Reason
    is_counted : bool
        Whether the claim counts for Holm nonetheless, because the study may well test it.
    """

    claim: str
    reason: Reason
    is_counted: bool


def unsimulated(
    claim: Claim, study: Study, design: str | None, spreads: Mapping[str, SpreadGiven], effects: EffectsGiven | None
) -> Unsimulated | None:
    """Why no study can be simulated for a claim; None where one can.

    Parameters
    ----------
    claim : Claim
        With what it leaves to its study filled in.
    study : Study
    design : str, optional
        That of the studies that are simulated.
    spreads : mapping of str to Spread or mapping
        The user's own.
    effects : mapping, optional
        The effects that are simulated; None for the smallest of the claims.
    """
    if (reason := _never_supported(claim, study)) is not None:
        return Unsimulated(claim.name, reason, False)
    reason = _unknown_spread(claim, spreads)
    if reason is None and effects is None:
        reason = _no_smallest_effect(claim, spreads)
    elif reason is None and claim.metric not in (effects or {}) and claim.kind not in ABSENCE:
        reason = Reason("effect-not-given", {"metric": claim.metric})
    if reason is None and claim.design != design:
        reason = Reason("other-design", {"claimed": claim.design, "studied": design})
    return None if reason is None else Unsimulated(claim.name, reason, True)


# ------------------------------------------------------------------------------------------------------------- helpers
def _never_supported(claim: Claim, study: Study) -> Reason | None:
    """Why no study of this design can support a claim."""
    if claim.not_testable:
        return Reason("declared-not-testable", {"why": claim.not_testable})
    if claim.population and claim.population != study.population:
        return Reason("other-population", {"claimed": claim.population, "studied": study.population})
    if claim.design == "single-arm":
        return Reason("no-control")
    if claim.kind == "mediation":
        return Reason("mediation-never-supported")
    if study.randomised is None and claim.design != "pre-post":
        return Reason("lot-not-declared")
    cap = cap_of(claim, study)
    return Reason("capped-by-design", {"cap": cap}) if cap else None


def _unknown_spread(claim: Claim, spreads: Mapping[str, SpreadGiven]) -> Reason | None:
    """A metric of a claim that has no spread, or one of another kind."""
    for metric in metrics_of(claim):
        spread = planned_spread(metric, spreads)
        if spread is None:
            return Reason("no-spread-of-events" if metric in EVENT_INDICES else "no-spread", {"metric": metric})
        counts = (known := CATALOGUE.get(metric)) is not None and known.unit == "count"
        if counts != (spread.kind == "count"):
            return Reason("spread-of-other-kind", {"metric": metric, "is_count": counts})
    return None


def _no_smallest_effect(claim: Claim, spreads: Mapping[str, SpreadGiven]) -> Reason | None:
    """A smallest effect of a claim that is not declared, or cannot be had."""
    if claim.kind in ABSENCE:
        return None
    if lacking := [part.metric for part in claim.components if part.smallest_effect is None]:
        return Reason("no-effect-to-simulate", {"metric": lacking[0]})
    if claim.kind == "consistency":
        return None
    for part in claim.components:
        spread = planned_spread(part.metric, spreads)
        assert spread is not None  # guaranteed by `_unknown_spread`
        if spread.kind == "latency":
            horizon, effect = Estimand.of(claim, part.metric).watched_to, signed_effect(claim, part)
            mean = mean_to_horizon(spread, horizon)
            if not 0 < mean + effect < horizon:
                return Reason(
                    "unreachable-latency", {"metric": part.metric, "mean": mean, "horizon": horizon, "effect": effect}
                )
    return None
