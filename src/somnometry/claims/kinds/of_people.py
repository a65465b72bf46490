"""Claims on people rather than on means: whether they respond differently, and along with what they change."""

from __future__ import annotations

import math

import numpy as np

from ...core.verdict import Sensitivity
from ..analysis import Question
from ..data.estimand import Estimand
from ..data.sample import NotTestableError
from ..designs.crossover import TwoByTwo
from .decision import Decision
from .evidence import Finding, margin_of, sign_of
from .heterogeneity import fit_heterogeneity
from .mediation import fit_mediation

__all__ = ["heterogeneity", "mediation"]


def heterogeneity(question: Question) -> Finding:
    """Whether the effect of treatment differs between people."""
    claim, alpha = question.claim, question.study.alpha
    if claim.design != "crossover":
        raise NotTestableError("a person's own response needs a crossover in which each treatment is repeated")
    sample = question.sample()
    if len(sample.arms) != 2:
        raise NotTestableError("how responses differ between people is told of two conditions")
    if sample.scale == "ratio":
        raise NotTestableError("how responses differ between people is told of differences, not of ratios of counts")
    spread = fit_heterogeneity(sample)
    margin = claim.smallest_effect
    p_eq = math.nan if margin is None else spread.p_below(margin)
    excluded = margin is not None and spread.limit(0.95) < margin

    def decide(p: float, p_equal: float) -> Decision:
        if margin is not None and p_equal <= alpha:
            return Decision("equivalent", "the response differs between people by less than would matter", "", excluded)
        if p <= alpha:
            return Decision("supported", "the response differs between people", "", excluded)
        reason = "it is shown neither that the response differs between people nor that it does not"
        return Decision("inconclusive", reason, "", excluded)

    return Finding(
        sample=spread.sample,
        method=spread.method,
        p=spread.p,
        p_equivalence=p_eq,
        decide=decide,
        estimate=spread.estimate,
        interval90=(spread.limit(0.05), spread.limit(0.95)),
        interval95=(spread.limit(0.025), spread.limit(0.975)),
        margin=margin,
        exclusions=spread.exclusions,
    )


def mediation(question: Question) -> Finding:
    """Whether the effect on the metric runs through the mediator; never more than consistent with it."""
    claim = question.claim
    assert claim.mediator is not None  # a Claim of this kind names one
    outcome, mediator = question.fit(), question.fit(Estimand.of(claim, claim.mediator))
    if not (isinstance(outcome.model, TwoByTwo) and isinstance(mediator.model, TwoByTwo)):
        raise NotTestableError(
            "whether a difference goes along with another can be told of two treatments in two periods only"
        )
    both = np.intersect1d(outcome.model.sample.subject, mediator.model.sample.subject)
    of_outcome, of_mediator = (np.isin(np.unique(m.sample.subject), both) for m in (outcome.model, mediator.model))
    paths = fit_mediation(
        mediator.model.difference[of_mediator],
        outcome.model.difference[of_outcome],
        mediator.model.total[of_mediator],
        outcome.model.second[of_outcome],
    )
    sign = sign_of(claim)
    margin = margin_of(claim, outcome.sample)
    low, high = sorted((sign * paths.interval(0.95)[0], sign * paths.interval(0.95)[1]))
    tail = float(np.mean(sign * paths.draws <= 0))
    excluded = margin is not None and max(sign * limit for limit in paths.interval(0.90)) < margin

    def decide(_: float, __: float) -> Decision:
        if low > 0:
            return Decision(
                "inconclusive", "the part that goes along with the mediator lies in the way of the claim", "", excluded
            )
        if high < 0:
            return Decision(
                "inconclusive", "the part that goes along with the mediator goes against the claim", "", excluded
            )
        return Decision("inconclusive", "no part that goes along with the mediator is shown", "", excluded)

    return Finding(
        sample=outcome.model.sample,
        method=paths.method,
        p=min(1.0, 2 * min(tail, 1 - tail)),
        p_equivalence=math.nan,
        decide=decide,
        estimate=paths.indirect,
        interval90=paths.interval(0.90),
        interval95=paths.interval(0.95),
        margin=margin,
        parts=(
            Sensitivity(f"difference in {mediator.sample.label} (a)", paths.a),
            Sensitivity(f"{outcome.sample.label} per unit of {mediator.sample.label} (b)", paths.b),
            Sensitivity(f"difference in {outcome.sample.label}, {mediator.sample.label} held (c')", paths.direct),
        ),
        cap="consistent with a mediation" if low > 0 else "no mediation shown",
        exclusions=outcome.model.exclusions,
    )
