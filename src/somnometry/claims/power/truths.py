"""What is true in the studies that power is simulated from: the smallest effects of the claims, as worlds."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from ...catalogue import CATALOGUE
from ...core.claim import Claim, Component
from ...core.errors import ClaimError
from ...core.study import Study
from ...metrics.event_indices import EVENT_INDICES
from ..data.estimand import Estimand
from ..kinds.evidence import sign_of
from .planning import SpreadGiven, latency_effect, planned_spread

__all__ = [
    "ABSENCE", "EffectsGiven", "Truth", "Unsimulated", "arms_of", "given_truth", "metrics_of", "smallest_truth",
    "unsimulated", "worlds_of",
]  # fmt: skip

#: Of what something is true: what ("response" has no arm), metric, arm.
Key = tuple[Literal["mean", "within", "response"], str, str]
#: What is true: of a mean its difference or ratio against the control, of the night-to-night SD ("within") its ratio;
#: of people's own effects ("response") their SD, in the metric's unit.
Truth = Mapping[Key, float]
#: Metric -> effect of the treatment, or -> arm -> effect.
EffectsGiven = Mapping[str, float | Mapping[str, float]]
#: Kinds that are supported where there is no effect.
ABSENCE = ("equivalence", "non-inferiority")
#: Kinds on how much a metric varies.
VARIATION = ("consistency", "heterogeneity")


@dataclass(frozen=True, slots=True)
class Unsimulated:
    """A claim that no study is simulated for.

    Parameters
    ----------
    claim, reason : str
    is_counted : bool
        Whether the claim counts for Holm nonetheless, because the study may well test it.
    """

    claim: str
    reason: str
    is_counted: bool


def metrics_of(claim: Claim) -> tuple[str, ...]:
    """Columns that decide a claim."""
    needed = [part.metric for part in claim.components]
    return tuple(dict.fromkeys([*needed, "tst"] if any(Estimand.of(claim, m).is_ratio for m in needed) else needed))


def arms_of(claims: Sequence[Claim], study: Study) -> tuple[str, ...]:
    """Conditions of the study, the control first."""
    control = study.control or next((claim.control for claim in claims if claim.control), None)
    named: list[str | None] = [control, study.treatment]
    for claim in claims:
        named += [claim.control, claim.treatment, *claim.arms]
    named += [*study.arms, *study.doses]
    return tuple(dict.fromkeys(arm for arm in named if arm is not None and arm != study.baseline))


def unsimulated(
    claim: Claim, study: Study, spreads: Mapping[str, SpreadGiven], effects: EffectsGiven | None
) -> Unsimulated | None:
    """Why no study can be simulated for a claim; None where one can.

    Parameters
    ----------
    claim : Claim
        With what it leaves to its study filled in.
    study : Study
    spreads : mapping of str to Spread or mapping
        The user's own.
    effects : mapping, optional
        The effects that are simulated; None for the smallest of the claims.
    """
    reason, is_counted = _never(claim, study), False
    if not reason:
        reason, is_counted = _unknown(claim, spreads), True
    if not reason and effects is None:
        reason = _effectless(claim, spreads)
    elif not reason and claim.metric not in (effects or {}) and claim.kind not in ABSENCE:
        reason = f"no effect on {claim.metric} is among those given"
    return Unsimulated(claim.name, reason, is_counted) if reason else None


def smallest_truth(claim: Claim, study: Study, arms: Sequence[str], known: Truth = MappingProxyType({})) -> Truth:
    """What is true where an effect is just as large as the smallest one of interest to a claim.

    Parameters
    ----------
    claim : Claim
        With a smallest effect, but for the kinds that are supported where there is no effect.
    study : Study
    arms : sequence of str
        The control of the study first.
    known : mapping
        What other claims made true; a difference keeps to the effect that its first arm has.

    Examples
    --------
    >>> study = Study(design="crossover", treatment="active", control="placebo")
    >>> claim = Claim("waso", "decreases", smallest_effect=20.0, treatment="active", control="placebo")
    >>> dict(smallest_truth(claim, study, ("placebo", "active")))
    {('mean', 'waso', 'active'): -20.0}
    """
    treatment = claim.treatment or arms[1]
    if claim.kind in ABSENCE:
        return {("mean", claim.metric, treatment): 1.0 if Estimand.of(claim).is_ratio else 0.0}
    size = claim.smallest_effect
    assert size is not None  # guaranteed by `unsimulated`
    if claim.kind == "consistency":
        return {("within", claim.metric, treatment): size}
    if claim.kind == "heterogeneity":
        return {("response", claim.metric, ""): size}
    if claim.kind == "difference":
        return _apart(claim, size, arms, known)
    if claim.kind == "dose-response":
        doses = {arm: study.doses[arm] for arm in claim.arms or tuple(study.doses)}
        low, high = min(doses.values()), max(doses.values())
        shares = {arm: (dose - low) / (high - low) if high > low else 1.0 for arm, dose in doses.items()}
        return {
            ("mean", claim.metric, arm): _share(claim, claim.metric, share * sign_of(claim), size)
            for arm, share in shares.items()
        }
    truth: dict[Key, float] = {}
    for part in claim.components:
        assert part.smallest_effect is not None
        truth["mean", part.metric, treatment] = _signed(claim, part)
        if claim.control is not None and claim.control != arms[0]:
            truth["mean", part.metric, claim.control] = 1.0 if Estimand.of(claim, part.metric).is_ratio else 0.0
    return truth


def given_truth(effects: EffectsGiven, arms: Sequence[str]) -> Truth:
    """What is true where the user gives the effects: metric -> effect of the second arm, or -> arm -> effect.

    Raises
    ------
    ClaimError
        For an arm that the study does not have, or where an effect must name one of several.
    """
    truth: dict[Key, float] = {}
    for metric, given in effects.items():
        if not isinstance(given, Mapping):
            if len(arms) > 2:
                raise ClaimError(f"the effect {given!r} of {metric!r} must name its arm, one of {', '.join(arms[1:])}")
            given = {arms[1]: given}
        for arm, value in given.items():
            if arm not in arms[1:]:
                raise ClaimError(f"an effect on {metric!r} is given for {arm!r}; there are {', '.join(arms[1:])}")
            truth["mean", metric, arm] = value
    return truth


def worlds_of(claims: Sequence[Claim], study: Study, arms: Sequence[str]) -> tuple[list[Truth], list[tuple[int, int]]]:
    """Worlds in which the smallest effects of the claims are true, and of each claim the world and its world of none.

    All effects on means are true at once. Where two claims ask for different ones of one metric and arm, the later one
    gets a world of its own, in which all else is as in the first; so does a claim on the variation of a metric, which
    would change what the others can show.
    """
    own: list[Truth] = [{}]
    place = []
    for claim in claims:
        varies = claim.kind in VARIATION
        for i, world in enumerate(own):
            asked = smallest_truth(claim, study, arms, world)
            if not varies and all(world.get(key, value) == value for key, value in asked.items()):
                own[i] = {**world, **asked}
                place.append(i)
                break
        else:
            own.append(smallest_truth(claim, study, arms, own[0]))
            place.append(len(own) - 1)
    worlds: list[Truth] = [{**own[0], **world} for world in own]
    nothing = len(worlds)
    worlds.append({})
    pairs = []
    for claim, i in zip(claims, place, strict=True):
        pairs.append((i, nothing))
        if claim.kind == "heterogeneity":
            worlds.append({("response", claim.metric, ""): 0.0})
            pairs[-1] = (i, len(worlds) - 1)
    return worlds, pairs


# ------------------------------------------------------------------------------------------------------------- helpers
def _never(claim: Claim, study: Study) -> str:
    """Why no study of this design can support a claim."""
    if claim.not_testable:
        return claim.not_testable
    if claim.population and claim.population != study.population:
        return (
            f"the claim is about {claim.population}, and the study studies {study.population or 'it does not say whom'}"
        )
    if claim.design == "single-arm":
        return "a study without a control describes; it cannot tell what the treatment did"
    if claim.kind == "mediation":
        return "a mediation is at best 'consistent with' the data, and never supported"
    if claim.design == "pre-post":
        return "a study without randomisation allows no more than 'change observed'"
    if not study.randomised:
        return "a study without randomisation allows no more than 'difference observed'"
    return ""


def _unknown(claim: Claim, spreads: Mapping[str, SpreadGiven]) -> str:
    """What is not known of the metrics of a claim."""
    for metric in metrics_of(claim):
        spread = planned_spread(metric, spreads)
        if spread is None:
            what = "needs scored events, and its spread is not known" if metric in EVENT_INDICES else (
                "is not a metric whose spread is known"
            )  # fmt: skip
            return f"{metric} {what}: give its mean and its SDs between people and from night to night (spreads)"
        counts = (known := CATALOGUE.get(metric)) is not None and known.unit == "count"
        if counts != (spread.kind == "count"):
            return f"{metric} is {'a' if counts else 'no'} count, unlike the spread given for it (kind)"
    return ""


def _effectless(claim: Claim, spreads: Mapping[str, SpreadGiven]) -> str:
    """Why the smallest effect of a claim cannot be simulated."""
    if claim.kind in ABSENCE:
        return ""
    if lacking := [part.metric for part in claim.components if part.smallest_effect is None]:
        return f"no smallest effect of interest on {lacking[0]} is declared, for which power could be told"
    if claim.kind == "consistency":
        return ""
    for part in claim.components:
        spread = planned_spread(part.metric, spreads)
        assert spread is not None  # guaranteed by `_unknown`
        assert part.smallest_effect is not None
        if spread.kind == "latency":
            try:
                latency_effect(_signed(claim, part), spread, Estimand.of(claim, part.metric).watched_to)
            except ClaimError as error:
                return f"{part.metric}: {error}"
    return ""


def _signed(claim: Claim, part: Claim | Component) -> float:
    assert part.smallest_effect is not None
    return part.smallest_effect if Estimand.of(claim, part.metric).is_ratio else sign_of(part) * part.smallest_effect


def _share(claim: Claim, metric: str, share: float, size: float) -> float:
    """Give a share of an effect: of a ratio, its power; ratios have their direction in them."""
    return float(size ** abs(share)) if Estimand.of(claim, metric).is_ratio else share * size


def _apart(claim: Claim, size: float, arms: Sequence[str], known: Truth) -> Truth:
    """Give the last of the arms of a difference the smallest effect against the first, and half of it to the others."""
    metric, ratio = claim.metric, Estimand.of(claim).is_ratio
    named = claim.arms or tuple(arm for arm in (claim.control, claim.treatment) if arm)
    compared = sorted(named, key=lambda arm: arm != arms[0])  # the control first: its effect is none
    nothing = 1.0 if ratio else 0.0
    first = known.get(("mean", metric, compared[0]), nothing)
    back = first != nothing and compared[0] != arms[0]  # so that what the first has, the last has not
    truth: dict[Key, float] = {}
    for i, arm in enumerate(compared):
        step = 0.0 if i == 0 else 1.0 if i == len(compared) - 1 else 0.5
        if ratio:
            turn = size ** (-step if back else step)
            value = first * turn
        else:
            value = first + (-1 if back else 1) * math.copysign(size, first or 1.0) * step
        if arm != arms[0]:
            truth["mean", metric, arm] = value
    return truth
