"""What a verdict saw, in words: the effect, its interval, and how often chance alone would do as much."""

from __future__ import annotations

import math
from collections.abc import Iterator

from ...core.verdict import Interval, Sensitivity, Verdict
from .numbers import amount, count, number, p_value, probability, ratio_words, span
from .quantities import QuantityWords, named

__all__ = ["excludes_none", "goes_against", "is_smaller_than_matters", "rate", "ratio_kind", "seen"]

#: How ratios of 1 are called.
SAME = ("as many", "as large")
#: Kinds of which a p of chance alone says little.
WITHOUT_CHANCE = ("equivalence", "mediation", "non-inferiority")


def excludes_none(verdict: Verdict) -> bool:
    """Whether the 95 % interval leaves out that there is no difference."""
    low, high = verdict.interval95
    none = 1.0 if verdict.scale == "ratio" else 0.0
    return low > none or high < none


def goes_against(verdict: Verdict) -> bool:
    """Whether the estimate lies on the other side of no difference than the claim's way."""
    rises = verdict.estimate > (1.0 if verdict.scale == "ratio" else 0.0)
    return rises == (verdict.claim.direction == "decreases")


def is_smaller_than_matters(verdict: Verdict) -> bool:
    """Whether no effect of the claim is shown to be as large as what would matter, by its 95 % interval."""
    margin = verdict.claim.smallest_effect
    if margin is None:
        return False
    intervals = [pair.interval95 for pair in verdict.pairs] or [verdict.interval95]
    if verdict.scale == "ratio":
        margin = abs(math.log(margin))
        intervals = [(_log(low), _log(high)) for low, high in intervals]
    return not any(max(low, -high) >= margin for low, high in intervals)


def _log(ratio: float) -> float:
    return math.log(ratio) if ratio > 0 else -math.inf


def seen(verdict: Verdict) -> Iterator[str]:
    """Say the effect with its interval, and what chance alone would do, where the design lets chance be told."""
    people = "one person" if verdict.n_subjects == 1 else f"{verdict.n_subjects} people"
    inside = f"In {people} and {count(verdict.n_nights, 'night')}"
    claim, quantity = verdict.claim, named(verdict)
    if not math.isfinite(verdict.estimate):
        yield f"{inside}, nothing could be estimated."
        return
    if claim.kind == "heterogeneity":
        low, high = verdict.interval95
        between = _interval(f"{number(low)} to {amount(high, quantity.unit)}")
        yield (
            f"{inside}, the response in {quantity.words} varied between people with a standard deviation of "
            f"{amount(verdict.estimate, quantity.unit)}{between}."
        )
    elif claim.kind == "mediation":
        yield (
            f"{inside}, the part of the difference in {quantity.words} that goes along with "
            f"{named(verdict, claim.mediator).words} was {_measured(verdict.estimate, quantity, verdict)}"
            f"{_between(verdict.interval95, quantity, verdict)}."
        )
    elif claim.kind == "dose-response" and len(verdict.pairs) > 1:
        top, slope = verdict.pairs[:2]
        highest, control = top.name.facts["a"], top.name.facts["b"]
        yield (
            f"{inside}, {_subject(quantity)} {_against(top, f'under {highest}', f'under {control}', quantity, verdict)}"
            f", and {_against(slope, 'at the highest active dose', 'at the lowest', quantity, verdict)}."
        )
    elif claim.kind == "difference" and verdict.pairs:
        pairs = "; ".join(_pair(pair, quantity, verdict) for pair in verdict.pairs)
        yield f"{inside}, {rate(quantity)} compared as follows: {pairs}."
    elif claim.kind == "conjunction" and len(verdict.pairs) == len(claim.components):
        parts = [
            _compared(part.estimate, part.interval95, named(verdict, component.metric), verdict)
            for part, component in zip(verdict.pairs, claim.components, strict=True)
        ]
        yield f"{inside}, {'; '.join(parts)}."
    else:
        yield f"{inside}, {_compared(verdict.estimate, verdict.interval95, quantity, verdict)}."
    if not verdict.cap:
        yield from _chance(verdict)


def _compared(estimate: float, interval: Interval, quantity: QuantityWords, verdict: Verdict) -> str:
    treatment, control = verdict.claim.treatment or "the treatment", verdict.claim.control or "the control"
    under, between = f"under {treatment} than under {control}", _between(interval, quantity, verdict)
    same = f"under {treatment} as under {control}"
    if verdict.claim.kind == "consistency":
        words = ratio_words(estimate, "spread")
        spread = f"the spread of {quantity.words} from night to night was {words}"
        return f"{spread} {same if words == 'as large' else under}{between}"
    if quantity.scale == "ratio":
        words = ratio_words(estimate)
        return f"there were {words} {quantity.words} per hour of sleep {same if words == 'as many' else under}{between}"
    if round(estimate, 10) == 0:
        return f"{quantity.words} was the same {same}{between}"
    return f"{quantity.words} was {_measured(estimate, quantity, verdict)} {under}{between}"


def _against(effect: Sensitivity, here: str, there: str, quantity: QuantityWords, verdict: Verdict) -> str:
    """Say how large an effect was, of which two."""
    than = "as" if quantity.scale == "ratio" and ratio_words(effect.estimate, ratio_kind(verdict)) in SAME else "than"
    measured = _measured(effect.estimate, quantity, verdict)
    return f"{measured} {here} {than} {there}{_between(effect.interval95, quantity, verdict)}"


def rate(quantity: QuantityWords) -> str:
    """Name a quantity as it is compared: counts by the hour of sleep."""
    return f"{quantity.words} per hour of sleep" if quantity.scale == "ratio" else quantity.words


def _subject(quantity: QuantityWords) -> str:
    return f"{rate(quantity)} {'were' if quantity.scale == 'ratio' else 'was'}"


def _pair(pair: Sensitivity, quantity: QuantityWords, verdict: Verdict) -> str:
    return f"{pair.name}, {_measured(pair.estimate, quantity, verdict)}{_between(pair.interval95, quantity, verdict)}"


def _measured(estimate: float, quantity: QuantityWords, verdict: Verdict) -> str:
    if quantity.scale == "ratio":
        return ratio_words(estimate, ratio_kind(verdict))
    if round(estimate, 10) == 0:
        return "no different"
    return f"{amount(estimate, quantity.unit)} {quantity.ways[estimate < 0]}"


def _between(interval: Interval, quantity: QuantityWords, verdict: Verdict) -> str:
    if any(map(math.isnan, interval)):
        return ""
    return _interval(span(*interval, quantity.unit, quantity.scale, ratio_kind(verdict), quantity.ways))


def _interval(words: str) -> str:
    return f" (95 % interval: {words})"


def ratio_kind(verdict: Verdict) -> str:
    """Say what the ratios of a verdict are of: counts, or the spread from night to night."""
    return "spread" if verdict.claim.kind == "consistency" else "counts"


def _chance(verdict: Verdict) -> Iterator[str]:
    """Say how often chance alone would do as much; with the number of claims taken into account."""
    if verdict.claim.kind in WITHOUT_CHANCE:
        return
    p, adjusted, of = verdict.p, verdict.p_adjusted, "of"
    text = "By chance alone a result at least as clear would be seen"
    if verdict.outcome == "equivalent":
        p, adjusted, of = verdict.p_equivalence, verdict.p_equivalence_adjusted, "of at most"
        text = "If there were a difference that matters, a result this close would be seen"
    if not math.isfinite(p):
        return
    text += f" with a probability {probability(p, of)}"
    if math.isfinite(adjusted) and p_value(adjusted) != p_value(p):
        text += f" ({probability(adjusted)} once the number of claims is taken into account)"
    yield text + "."
