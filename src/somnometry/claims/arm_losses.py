"""What a verdict says of nights that one arm lost more often than another, for claims of every kind."""

from __future__ import annotations

import math
from collections.abc import Iterator

from ..core.errors import ClaimError
from ..core.reason import Reason
from .analysis import Question
from .data.estimand import Estimand
from .data.losses import Losses, losses_between
from .data.sample import NotTestableError, Sample
from .designs.model import pairwise
from .kinds.evidence import Evidence

__all__ = ["losses_of"]

#: Kinds of which the mean effect is no answer, so that what lost nights do to it bounds nothing.
NOT_OF_MEANS = ("heterogeneity", "mediation", "consistency")
#: Kinds whose estimate is the effect of the treatment against the control on the one metric that they have.
OF_TWO_ARMS = ("superiority", "non-inferiority", "equivalence")


def losses_of(question: Question, evidence: Evidence) -> list[Reason]:
    """Give, of nights without a value and of nights cut off, the two arms that differ in them most; none that do not.

    Parameters
    ----------
    question : Question
    evidence : Evidence
        Of the claim; its estimate is bounded where it is that of the two arms.
    """
    found: dict[str, tuple[Losses, Sample, str]] = {}
    for losses, sample, metric in _all(question):
        if losses.code not in found or losses.p < found[losses.code][0].p:
            found[losses.code] = losses, sample, metric
    return [
        losses.reason(sample, _estimate(question, evidence, losses, metric))
        for losses, sample, metric in found.values()
    ]


def _all(question: Question) -> Iterator[tuple[Losses, Sample, str]]:
    claim = question.claim
    for part in claim.components:
        sample = question.sample(Estimand.of(claim, part.metric))
        for losses in losses_between(
            question.nights, sample, part.metric, _pairs(question),
            alone=claim.design == "n-of-1", crossed=claim.design in ("crossover", "pre-post"),
        ):  # fmt: skip
            yield losses, sample, part.metric


def _pairs(question: Question) -> list[tuple[str, str]]:
    """Give the arms that the claim compares, control first."""
    claim = question.claim
    control, doses = claim.control, question.study.doses
    if claim.kind == "difference":
        arms = claim.arms or tuple(arm for arm in (control, claim.treatment) if arm)
        return [(first, later) for later, first in pairwise(arms)]
    treatments = claim.arms or tuple(doses) if claim.kind == "dose-response" else (claim.treatment,)
    return [(control, arm) for arm in treatments if control and arm and arm != control]


def _estimate(question: Question, evidence: Evidence, losses: Losses, metric: str) -> float:
    """Give the effect of the second arm against the first, as people read it; NaN where that is not what is asked."""
    claim = question.claim
    if claim.kind in NOT_OF_MEANS:
        return math.nan
    if claim.kind in OF_TWO_ARMS:
        return evidence.estimate
    try:
        fitted = question.fit(Estimand.of(claim, metric))
        effect = fitted.model.contrast({losses.arms[1]: 1.0, losses.arms[0]: -1.0}).estimate
    except (NotTestableError, ClaimError):
        return math.nan
    return math.exp(effect) if fitted.sample.scale == "ratio" else effect
