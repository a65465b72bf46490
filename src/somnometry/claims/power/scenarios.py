"""Scenarios that power is simulated in: what is true of the metrics where the claims' smallest effects are."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Literal

from ...core.claim import Claim, Component
from ...core.errors import ClaimError, SimulationError
from ...core.study import Study
from ...simulate.study_options import effects_by_arm
from ..data.estimand import Estimand
from ..kinds.evidence import sign_of

__all__ = [
    "ABSENCE", "EffectsGiven", "Truth", "arms_of", "given_truth", "metrics_of", "scenarios_of", "signed_effect",
    "smallest_truth",
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


def smallest_truth(claim: Claim, study: Study, arms: Sequence[str], known: Truth = MappingProxyType({})) -> Truth:
    """Truth in which an effect is just as large as the smallest one of interest to a claim.

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
    >>> study = Study(design="crossover", treatment="active", control="placebo", randomised=True)
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
        return _truth_of_difference(claim, size, arms, known)
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
        truth["mean", part.metric, treatment] = signed_effect(claim, part)
        if claim.control is not None and claim.control != arms[0]:
            truth["mean", part.metric, claim.control] = 1.0 if Estimand.of(claim, part.metric).is_ratio else 0.0
    return truth


def signed_effect(claim: Claim, part: Claim | Component) -> float:
    """Smallest effect of a part of a claim, downwards negative; of a count a ratio."""
    assert part.smallest_effect is not None  # guaranteed by `unsimulated`
    return part.smallest_effect if Estimand.of(claim, part.metric).is_ratio else sign_of(part) * part.smallest_effect


def given_truth(effects: EffectsGiven, arms: Sequence[str]) -> Truth:
    """Truth of effects that the user gives: metric -> effect of the second arm, or -> arm -> effect.

    Raises
    ------
    ClaimError
        For an arm that the study does not have, or where an effect must name one of several.
    """
    truth: dict[Key, float] = {}
    for metric, given in effects.items():
        try:
            of_arms = effects_by_arm(metric, given, arms)
        except SimulationError as error:
            raise ClaimError(error.what, key=error.key) from None
        truth |= {("mean", metric, arm): value for arm, value in of_arms.items()}
    return truth


def scenarios_of(
    claims: Sequence[Claim], study: Study, arms: Sequence[str]
) -> tuple[list[Truth], list[tuple[int, int]]]:
    """Scenarios in which the smallest effects of the claims are true, and which of them are those of each claim.

    All effects on means are true at once. Where two claims ask for different ones of one metric and arm, the later one
    gets a scenario of its own, in which all else is as in the first; so does a claim on the variation of a metric,
    which would change what the others can show.

    Returns
    -------
    scenarios : list of Truth
    pairs : list of (int, int)
        Of each claim, the scenario in which it has its effect, and the one in which it has none.
    """
    own: list[Truth] = [{}]
    first = []
    for claim in claims:
        varies = claim.kind in VARIATION
        for i, truth in enumerate(own):
            needed = smallest_truth(claim, study, arms, truth)
            if not varies and all(truth.get(key, value) == value for key, value in needed.items()):
                own[i] = {**truth, **needed}
                first.append(i)
                break
        else:
            own.append(smallest_truth(claim, study, arms, own[0]))
            first.append(len(own) - 1)
    scenarios: list[Truth] = [{**own[0], **truth} for truth in own]
    nothing = len(scenarios)
    scenarios.append({})
    pairs = []
    for claim, i in zip(claims, first, strict=True):
        pairs.append((i, nothing))
        if claim.kind == "heterogeneity":
            scenarios.append({("response", claim.metric, ""): 0.0})
            pairs[-1] = (i, len(scenarios) - 1)
    return scenarios, pairs


# ------------------------------------------------------------------------------------------------------------- helpers
def _share(claim: Claim, metric: str, share: float, size: float) -> float:
    """Share of an effect: of a ratio, its power; ratios have their direction in them."""
    return float(size ** abs(share)) if Estimand.of(claim, metric).is_ratio else share * size


def _truth_of_difference(claim: Claim, size: float, arms: Sequence[str], known: Truth) -> Truth:
    """Truth of a difference: its last arm has the smallest effect against its first, the others half of it."""
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
