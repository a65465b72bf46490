"""A verdict in words that a physician can read; what it does not show is said as plainly as what it does."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .verdict import Verdict

__all__ = ["amount", "explanation", "span"]

#: Unit -> how a difference in it is called.
UNITS = {"%": "percentage points", "min": "minutes", "1/h": "per hour", "points": "points", "h": "hours"}
STAGED = {
    "human": "The nights were scored by people.",
    "auto": "The nights were staged automatically; what the stager gets wrong is part of the result.",
    "auto+propagated": "The nights were staged automatically, and the stager's uncertainty is part of the intervals.",
    "auto+audited": "The nights were staged automatically and checked against a sample scored by people.",
    "unknown": "It is not recorded who scored the nights.",
}


def explanation(verdict: Verdict) -> str:
    """Give a paragraph on a verdict."""
    return " ".join(_sentences(verdict))


def amount(value: float, verdict: Verdict) -> str:
    """Give an effect with its unit, without its sign: "4.2 minutes", or "20 % fewer"."""
    if verdict.scale == "ratio":
        return _ratio(value)
    return f"{_number(abs(value))} {UNITS.get(verdict.unit, verdict.unit)}".strip()


def span(low: float, high: float) -> str:
    """Give an interval: "-1.2 to 5.4", or as ratios."""
    return f"{_number(low)} to {_number(high)}"


def _sentences(verdict: Verdict) -> Iterator[str]:
    if verdict.outcome == "not testable":
        yield f"The claim that {_said(verdict)} cannot be tested with this study: {_stopped(verdict.reason)}"
        return
    yield f"Claim: {_quoted(verdict)}{_said(verdict)}."
    yield _answer(verdict)
    yield from _seen(verdict)
    yield from _against_interest(verdict)
    yield from _limits(verdict)
    yield from _more(verdict)


def _said(verdict: Verdict) -> str:
    claim = verdict.claim
    name = verdict.label or claim.metric
    treatment, control = claim.treatment or "the treatment", claim.control or "the control"
    against = f", compared with {control}" if claim.control else ""
    if claim.kind == "difference":
        return f"{_listed(claim.arms) or 'the treatments'} differ in {name}"
    if claim.kind == "heterogeneity":
        return f"people respond differently to {treatment} in {name}"
    if claim.kind == "equivalence":
        return f"{name} is the same under {treatment}{against}"
    if claim.kind == "non-inferiority":
        return f"{name} is not worse under {treatment}{against}"
    if claim.kind == "dose-response":
        return f"{name} {_verb(claim.direction)} with higher doses"
    if claim.kind == "mediation":
        return f"{name} {_verb(claim.direction)} by way of {claim.mediator}"
    if claim.kind == "consistency":
        less = "less" if claim.direction == "decreases" else "more"
        return f"{name} varies {less} from night to night under {treatment}{against}"
    if claim.kind == "conjunction":
        parts = " and ".join(f"{part.metric} {_verb(part.direction)}" for part in claim.components)
        return f"under {treatment} {parts}{against}"
    if not claim.metric:
        return f'"{claim.words}" is so' if claim.words else "what was said is so"
    if verdict.outcome == "not testable":
        return f"{treatment} {claim.direction} {name}"
    return f"{name} is {'lower' if claim.direction == 'decreases' else 'higher'} under {treatment}{against}"


def _answer(verdict: Verdict) -> str:
    if verdict.cap:
        return f"Answer: open; this design can show no more than this: {verdict.cap}."
    return {
        "supported": "Answer: the study supports the claim.",
        "contradicted": "Answer: the study speaks against the claim.",
        "equivalent": "Answer: the study shows no difference that would matter.",
        "inconclusive": f"Answer: open; {_stopped(verdict.reason)}",
    }[verdict.outcome]


def _seen(verdict: Verdict) -> Iterator[str]:
    people = f"{verdict.n_subjects} people" if verdict.n_subjects != 1 else "one person"
    nights = f"{verdict.n_nights} nights" if verdict.n_nights != 1 else "one night"
    claim, name = verdict.claim, verdict.label or verdict.claim.metric
    interval = f"95 % interval {span(*verdict.interval95)}"
    if not math.isfinite(verdict.estimate):
        yield f"It has {people} and {nights}."
        return
    if claim.kind == "heterogeneity":
        yield (
            f"In {people} and {nights}, the response in {name} varied between people with a standard deviation of "
            f"{amount(verdict.estimate, verdict)} ({interval})."
        )
    elif claim.kind == "mediation":
        yield (
            f"In {people} and {nights}, the part of the difference in {name} that goes along with {claim.mediator} is "
            f"{_signed(verdict.estimate, verdict)} ({interval})."
        )
    elif claim.kind == "dose-response":
        yield (
            f"In {people} and {nights}, {name} changed by {_signed(verdict.estimate, verdict)} from the lowest to the "
            f"highest active dose ({interval})."
        )
    else:
        yield f"In {people} and {nights}, {_compared(verdict)} ({interval})."
    if not verdict.cap:
        yield from _chance(verdict)


def _compared(verdict: Verdict) -> str:
    name = verdict.label or verdict.claim.metric
    treatment, control = verdict.claim.treatment, verdict.claim.control
    if verdict.claim.kind == "difference" and verdict.pairs:
        pairs = "; ".join(f"{pair.name}: {_signed(pair.estimate, verdict)}" for pair in verdict.pairs)
        return f"{name} differed by {pairs}; of the largest difference"
    under = f"under {treatment} than under {control}" if treatment and control else "than under the control"
    if verdict.scale == "ratio":
        if verdict.claim.kind == "consistency":
            times = f"{verdict.estimate:.2f} times"
            return f"the night-to-night spread of {name} under {treatment} was {times} that under {control}"
        return f"{name} per hour of sleep were {_ratio(verdict.estimate)} {under}"
    if round(verdict.estimate, 10) == 0:
        return f"{name} did not differ between {treatment} and {control}"
    way = "higher" if verdict.estimate > 0 else "lower"
    return f"{name} was {amount(verdict.estimate, verdict)} {way} {under}"


def _chance(verdict: Verdict) -> Iterator[str]:
    """Say how often chance alone would do as much; with the number of claims taken into account."""
    if verdict.claim.kind in ("equivalence", "mediation") or not math.isfinite(verdict.p):
        return
    if verdict.claim.kind == "non-inferiority":
        return
    p = "below 0.001" if verdict.p < 0.001 else f"{verdict.p:.3f}"
    text = f"If nothing but chance were at work, a result at least as clear would be seen with probability {p}"
    if math.isfinite(verdict.p_adjusted) and abs(verdict.p_adjusted - verdict.p) > 5e-4:
        adjusted = "below 0.001" if verdict.p_adjusted < 0.001 else f"{verdict.p_adjusted:.3f}"
        text += f" ({adjusted} once the number of claims is taken into account)"
    yield text + "."


def _against_interest(verdict: Verdict) -> Iterator[str]:
    effect = verdict.claim.smallest_effect
    if effect is None:
        yield "No smallest difference that would matter was declared, so the study cannot show that there is none."
        return
    unit = "times" if verdict.scale == "ratio" else UNITS.get(verdict.unit, verdict.unit)
    smallest = f"{effect:g} {unit}"
    text = f"The smallest difference declared to matter is {smallest.strip()}"
    if verdict.claim.kind in ("non-inferiority", "equivalence"):
        yield f"{text}."
    elif verdict.size == "at least D":
        yield f"{text}; the one seen is at least as large."
    elif verdict.outcome == "supported" and verdict.size == "uncertain":
        yield f"{text}; the one seen may be larger or smaller than that."
    elif verdict.benefit_excluded:
        yield f"{text}; a benefit that large is unlikely on these data."
    else:
        yield f"{text}."


def _limits(verdict: Verdict) -> Iterator[str]:
    if verdict.cap == "change observed":
        if verdict.claim.design == "pre-post":
            yield (
                "Nobody was studied without the treatment over the same time: first nights in a strange place are bad "
                "for sleep, and later ones are better with nothing given."
            )
        else:
            yield "The order of treatment was not drawn by lot, so that the passing of time may look like a response."
    elif verdict.cap == "difference observed":
        yield "Who got what was not drawn by lot, so that the groups may have differed beforehand."
    elif verdict.cap:
        yield "Such paths can be consistent with a mechanism; they never show it."
    if verdict.staging in STAGED:
        yield STAGED[verdict.staging]
    if verdict.declared == "declared after data":
        yield "The claim was not registered before the nights were recorded."


def _more(verdict: Verdict) -> Iterator[str]:
    lost = sum(left.n_nights for left in verdict.exclusions)
    if lost:
        yield f"{lost} nights took no part; the table of exclusions says why."
    if verdict.n_to_decide is not None:
        yield f"About {verdict.n_to_decide} people would decide it."


# ------------------------------------------------------------------------------------------------------------ words
def _verb(direction: str | None) -> str:
    return "falls" if direction == "decreases" else "rises"


def _quoted(verdict: Verdict) -> str:
    return f'"{verdict.claim.words}", that is, ' if verdict.claim.words else ""


def _stopped(text: str) -> str:
    return text if text.endswith(".") else f"{text}."


def _listed(names: tuple[str, ...]) -> str:
    return " and ".join((", ".join(names[:-1]), names[-1])) if len(names) > 2 else " and ".join(names)


def _number(value: float) -> str:
    if not math.isfinite(value):
        return "unlimited"
    rounded = f"{value:.0f}" if abs(value) >= 100 else f"{value:.1f}" if abs(value) >= 10 else f"{value:.2g}"
    return f"{value:.2f}" if 0.1 <= abs(value) < 10 and "e" not in rounded else rounded


def _signed(value: float, verdict: Verdict) -> str:
    if verdict.scale == "ratio":
        return _ratio(value)
    return f"{'+' if value >= 0 else '-'}{amount(value, verdict)}"


def _ratio(value: float) -> str:
    if not math.isfinite(value):
        return "unlimited times as many"
    percent = round(100 * abs(value - 1))
    return "as many" if percent == 0 else f"{percent} % {'more' if value > 1 else 'fewer'}"
