"""A verdict in words that a physician can read; what it does not show is said as plainly as what it does."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping

from ...core.claim import Component
from ...core.reason import Reason
from ...core.shown_text import shown_text
from ...core.verdict import Cap, Verdict
from .effects import excludes_none, goes_against, is_smaller_than_matters, rate, ratio_kind, seen
from .numbers import amount, count, listed, ratio_words, sentence
from .quantities import QuantityWords, named
from .reasons import clause, reason_text
from .staging_reasons import DEVICES

__all__ = ["answered", "besides", "claimed", "explain", "smallest"]

STAGED = {
    "human": "The nights were scored by people.",
    "auto": "The nights were scored automatically; what the scoring gets wrong is not accounted for.",
    "auto+propagated": "The nights were scored automatically by a program that was calibrated against people.",
    "auto+audited": "The nights were scored automatically, and those of some people by people too; this holds if those "
    "were drawn at random, and scored blind.",
    "unknown": "It is not recorded who scored the nights, so that they count as scored automatically; what the scoring "
    "gets wrong is not accounted for. If people scored them, declare it in the study: staging = 'human'.",
}
RECORDED = {
    **{device: f"They were recorded by {words}." for device, words in DEVICES.items()},
    "unknown": "What recorded them is not known, so that the limits of a headband apply; declare it in the study if it "
    "is known, such as device = 'psg'.",
}
#: Warnings without which the answer misleads: they stand in the paragraph.
DECISIVE = frozenset({
    "declared-staging", "declared-device", "slope-calibrated", "slope-unsure", "slope-borrowed", "slope-unknown",
    "stager-on-trust", "audited", "few-audited", "under-every-stager", "untestable-under-stager",
    "nights-not-by-all", "bias-declared", "under-one-stager",
    "unknown-scorer", "unreliable-staging", "n1-unreliable",
    "unblinded-scorer", "unblinded-sleepers", "not-as-allocated", "not-allocated", "places-passed-over",
    "taken-otherwise", "nights-out-of-order",
    "no-washout", "lost-by-arm", "cut-off-by-arm", "carry-over-reaches", "second-answer-decides",
    "skewed-residuals-of-few", "outlying-residual", "few-subjects", "filled-in", "carried-forward", "unit-declared",
    "short-nights", "cells-contradict", "zeros-apart", "nearly-copied", "marks-unheeded",
    "repeated-values", "two-times",
})  # fmt: skip
#: Reason -> what is said of the lot; where there is none of these, there was no lot.
LOTS: Mapping[str, str] = {
    "lot-not-declared": "not declared to be drawn by lot",
    "lot-contradicted": "not all as the lot drew it",
}
#: What a study allows to be said at most, as a sentence.
CAPS: Mapping[Cap, str] = {
    "change observed": "Answer: open. This study can show that something changed, and not why.",
    "difference observed": "Answer: open. This study can show that the groups differed, and not why.",
    "consistent with a mediation": "Answer: open. The data are consistent with such a path; no study of this kind can "
    "show that it is one.",
    "no mediation shown": "Answer: open. The data do not show such a path.",
}
#: Kinds that have a margin; that claim a spread, whatever its way; and that are made of parts.
MARGINS = ("equivalence", "non-inferiority")
SPREADS = ("heterogeneity", "difference")
SEVERAL = ("conjunction", "dose-response")
#: Kinds that claim a way, of an effect or of its parts.
AIMED = ("superiority", "consistency", "conjunction", "dose-response")


def explain(of: Verdict | Reason | Iterable[Reason]) -> str:
    """Explain a verdict, or a reason, a warning or another part of it.

    Parameters
    ----------
    of : Verdict, Reason or iterable of Reason

    Returns
    -------
    str
        Of a verdict, a paragraph that a physician can read: what was found, how sure it is, and what it does not show.
        Of a reason, a clause without capital and full stop; several are joined by semicolons.

    Examples
    --------
    >>> from somnometry.core.claim import Claim
    >>> explain(Verdict(Claim("tst", "increases"), "not testable", (Reason("no-control"),)))  # doctest: +ELLIPSIS
    'The claim that total sleep time is higher under the treatment cannot be tested here. A study without a control ...
    """
    if isinstance(of, Verdict):
        return shown_text(" ".join(_sentences(of)))
    return shown_text("; ".join(map(reason_text, [of] if isinstance(of, Reason) else of)))


def answered(verdict: Verdict) -> str:
    """Give the answer in one or two sentences: yes, no or open, and what was seen.

    Examples
    --------
    >>> from somnometry.core.claim import Claim
    >>> answered(Verdict(Claim("tst", "increases"), "inconclusive", (Reason("nothing-shown"),)))
    'Answer: open; neither a difference nor its absence is shown.'
    """
    if verdict.outcome == "not testable":
        return " ".join(_sentences(verdict))
    found = next(iter(seen(verdict)), "") if math.isfinite(verdict.estimate) else ""
    return " ".join(filter(None, (_answer(verdict), found)))


def besides(verdict: Verdict) -> str:
    """Give what a paragraph says beside what `answered` gives, so that a page that has both says nothing twice.

    Examples
    --------
    >>> from somnometry.core.claim import Claim
    >>> besides(Verdict(Claim("tst", "increases"), "not testable", (Reason("no-control"),)))
    ''
    """
    said = answered(verdict)
    return " ".join(one for one in _sentences(verdict) if one not in said)


def claimed(verdict: Verdict) -> str:
    """Give what a claim says, as a clause."""
    claim, quantity = verdict.claim, named(verdict)
    name, are = rate(quantity), "are" if quantity.unit == "count" else "is"
    treatment, control = claim.treatment or "the treatment", claim.control
    under = f"under {treatment} than under {control}" if control else f"under {treatment}"
    compared = f"under {treatment}" + (f" as under {control}" if control else "")
    if claim.kind == "difference":
        return f"{listed(claim.arms) or 'the treatments'} differ in {name}"
    if claim.kind == "heterogeneity":
        return f"people respond differently to {treatment} in {quantity.words}"
    if claim.kind == "equivalence":
        return f"{name} {are} practically the same {compared}"
    if claim.kind == "non-inferiority":
        return f"{name} {are} not worse {under} by as much as would matter"
    if claim.kind == "dose-response":
        way = "fall" if claim.direction == "decreases" else "rise"
        return f"{name} {way}{'s' if are == 'is' else ''} with higher doses"
    if claim.kind == "mediation":
        mediator = named(verdict, claim.mediator).words
        return f"{_part_claimed(named(verdict), claim)} {under}, to the extent that {mediator} changes"
    if claim.kind == "consistency":
        vary = f"{quantity.words} {'varies' if are == 'is' else 'vary'}"
        return f"{vary} {'less' if claim.direction == 'decreases' else 'more'} from night to night {under}"
    if not claim.metric:
        return ""
    parts = [_part_claimed(named(verdict, part.metric), part) for part in claim.components]
    return f"{listed(parts)} {under}"


def smallest(verdict: Verdict) -> str:
    """Give the smallest difference that matters: "20 % fewer", "3 percentage points"; empty without one.

    Of a ratio the margin of a claim that nothing is worse is the harm, and one that goes both ways is told both ways.
    """
    parts = [part for part in verdict.claim.components if part.smallest_effect is not None]
    is_several, kind = len(verdict.claim.components) > 1, verdict.claim.kind
    amounts = []
    for part in parts:
        quantity = named(verdict, part.metric)
        assert part.smallest_effect is not None
        if quantity.scale == "ratio" and kind in ("equivalence", "non-inferiority", "difference"):
            ways = sorted((part.smallest_effect, 1 / part.smallest_effect), reverse=part.direction == "decreases")
            text = " or ".join(map(ratio_words, ways[:1] if kind == "non-inferiority" else sorted(ways)))
        elif quantity.scale == "ratio":
            text = ratio_words(part.smallest_effect, ratio_kind(verdict))
        else:
            text = amount(part.smallest_effect, quantity.unit, declared=True)
        amounts.append(f"{text} ({quantity.words})" if is_several else text)
    return listed(amounts)


def _sentences(verdict: Verdict) -> Iterator[str]:
    if verdict.outcome == "not testable":
        words, clause_of_claim = verdict.claim.words, claimed(verdict)
        that = f"that {clause_of_claim}" if clause_of_claim else ""
        if words:
            yield f'The claim "{words}"{f", that is, {that}," if that else ""} cannot be tested here.'
        else:
            yield f"The claim {f'{that} ' if that else ''}cannot be tested here."
        yield sentence(explain(verdict.reasons))
        return
    yield f"Claim: {_quoted(verdict)}{claimed(verdict)}."
    yield _answer(verdict)
    yield from seen(verdict)
    yield from _against_interest(verdict)
    yield from _limits(verdict)
    yield from _more(verdict)


def _quoted(verdict: Verdict) -> str:
    return f'"{verdict.claim.words}", that is, ' if verdict.claim.words else ""


def _part_claimed(quantity: QuantityWords, part: Component | object) -> str:
    falls = getattr(part, "direction", None) == "decreases"
    if quantity.scale == "ratio":
        return f"there are {'fewer' if falls else 'more'} {quantity.words} per hour of sleep"
    return f"{quantity.words} is {quantity.ways[falls]}"


def _answer(verdict: Verdict) -> str:
    if verdict.cap:
        return CAPS[verdict.cap]
    if verdict.outcome == "equivalent" and verdict.claim.kind == "heterogeneity":
        return "Answer: no; people do not differ in this by as much as would matter."
    reason = "; ".join(map(clause, verdict.reasons))
    if verdict.outcome == "supported" and verdict.size == "uncertain" and smallest(verdict):
        return (
            "Answer: yes, there is a difference in the way of the claim; whether it is large enough to matter is open."
        )
    if verdict.outcome == "supported" and verdict.claim.kind in AIMED and not smallest(verdict):
        return (
            "Answer: yes, there is a difference in the way of the claim; how large it must be to matter was not "
            "declared."
        )
    if verdict.outcome == "supported" and verdict.claim.kind in MARGINS and excludes_none(verdict):
        if verdict.claim.kind == "equivalence":
            return "Answer: yes; there is a difference, and it lies within the margin."
        if goes_against(verdict):
            return "Answer: yes; there is a difference for the worse, and it is smaller than the margin."
    if verdict.outcome == "supported" and verdict.claim.kind in SPREADS and is_smaller_than_matters(verdict):
        what = "people respond differently" if verdict.claim.kind == "heterogeneity" else "there is a difference"
        return f"Answer: yes, {what}; whether by as much as would matter is open."
    if verdict.outcome == "contradicted" and verdict.claim.kind in SEVERAL:
        return "Answer: no; the study speaks against the claim: a part of it goes the other way."
    if verdict.outcome == "equivalent" and verdict.p <= verdict.alpha:
        return "Answer: no; there is a difference, and it is smaller than what would matter."
    return {
        "supported": "Answer: yes; the study supports the claim.",
        "contradicted": "Answer: no; the study speaks against the claim.",
        "equivalent": "Answer: no; there is no difference that would matter.",
        "inconclusive": f"Answer: open; {reason}.",
    }[verdict.outcome]


# ---------------------------------------------------------------------------------------------- what it means, or not
def _against_interest(verdict: Verdict) -> Iterator[str]:
    if not (known := smallest(verdict)):
        yield "No smallest difference that would matter was declared, so the study cannot show that there is none."
        return
    kind = verdict.claim.kind
    if kind in MARGINS:
        yield f"The margin is {known}."
        return
    what = "standard deviation" if kind == "heterogeneity" else "difference"
    text = f"The smallest {what} declared to matter is {known}"
    aimed = verdict.claim.direction is not None
    if verdict.size == "at least D":
        if len(verdict.claim.components) > 1:
            text += "; those seen are larger, and the true ones most likely too"
        elif is_smaller_than_matters(verdict):
            text += "; the one seen is larger, and the true one most likely too"
        else:
            text += "; the one seen is larger, also within its uncertainty"
    elif verdict.outcome == "supported" and verdict.size == "uncertain":
        text += "; the true one may be larger or smaller than that"
    elif verdict.benefit_excluded and verdict.outcome != "equivalent" and aimed:
        text += "; one that large, in the way of the claim, is unlikely on these data"
    yield text + "."


def _limits(verdict: Verdict) -> Iterator[str]:
    codes = {reason.code for reason in verdict.reasons}
    lot = next((words for code, words in LOTS.items() if code in codes), "not drawn by lot")
    if verdict.cap == "change observed":
        if verdict.claim.design == "pre-post":
            yield (
                "Nobody was studied without the treatment over the same time: first nights in a strange place are bad "
                "for sleep, and later ones are better with nothing given."
            )
        else:
            yield f"The order of treatment was {lot}, so that the passing of time may look like a response."
    elif verdict.cap == "difference observed":
        yield f"Who got what was {lot}, so that the groups may have differed beforehand."
    elif verdict.cap and {*LOTS, "no-lot"} & codes:
        yield f"The order of treatment was {lot}, so that the passing of time may look like such a path."
    if verdict.staging in STAGED:
        yield STAGED[verdict.staging]
        if verdict.staging != "human" and verdict.device in RECORDED:
            yield RECORDED[verdict.device]
    for warning in verdict.warnings:
        if warning.code in DECISIVE:
            yield sentence(clause(warning))
    notes = {note.code for analysis in verdict.sensitivity for note in analysis.notes}
    if verdict.outcome in ("supported", "contradicted") and "sign-changes" in notes:
        yield sentence(clause(Reason("sign-changes")))
    if verdict.declared == "declared after data":
        yield "The claim was not registered before the nights were recorded."
    if verdict.claim.design == "n-of-1":
        yield "It is one person's answer, and says nothing of other people."


def _more(verdict: Verdict) -> Iterator[str]:
    lost = sum(left.n_nights for left in verdict.exclusions)
    if lost:
        yield f"Left out: {count(lost, 'night')}; the table of exclusions says why."
    if verdict.n_to_decide is not None:
        yield sentence(f"about {count(verdict.n_to_decide, 'person', 'people')} would be needed to decide it")
