"""A claims file explained back in plain words, before a night is looked at."""

from __future__ import annotations

from collections.abc import Iterator

from ...catalogue import CATALOGUE
from ...claims.as_declared import label_of, resolved
from ...claims.claims_file import Declaration
from ...claims.data.estimand import Estimand
from ...claims.data.sample import MIN_NIGHTS
from ...core.claim import Claim, Component
from ...core.study import Study
from ...metrics.period_metrics import PERIOD_METRICS
from .numbers import HIGHER, amount, declared_number, listed, ratio_words
from .quantities import claim_title, metric_title, metric_words, ways_of

__all__ = ["declaration_text"]

DESIGNS = {
    "crossover": "everyone gets every condition, in an order {drawn} by lot",
    "parallel": "everyone gets one condition, {drawn} by lot",
    "pre-post": "everyone is studied without, then with; no verdict can say more than that a change was observed",
    "n-of-1": "one person gets both conditions many times, in an order {drawn} by lot",
    "single-arm": "everyone gets the treatment; without a control nothing can be judged",
}
DRAWN = {True: "drawn", False: "NOT drawn", None: "not declared to be drawn"}
INTERCURRENT = {
    "treatment-policy": "Nights without the dose, or with another remedy, count as they are.",
    "while-on-treatment": "Nights marked as without the dose (undosed) or with another remedy (rescue) are left out.",
}
MULTIPLICITY = {
    "holm": "Each claim is held to a stricter standard the more of them there are (Holm).",
    "fixed-sequence": "The claims are tested in the order of the file; after one that fails, none can succeed.",
}


def declaration_text(declaration: Declaration) -> str:
    """Give the study and each claim in words, with what each needs and how it can come out."""
    study = declaration.study
    parts = [" ".join(_study(study)), f"Digest of this declaration: {declaration.digest}"]
    parts += [f"{i}. {' '.join(_claim(claim, study))}" for i, claim in enumerate(study.claims, 1)]
    return "\n\n".join(parts)


def _study(study: Study) -> Iterator[str]:
    yield f"{study.name or 'The study'}:"
    if study.design:
        how = DESIGNS[study.design].format(drawn=DRAWN[study.randomised])
        yield f"{'an' if study.design == 'n-of-1' else 'a'} {study.design} study ({how})."
    if not study.randomised:
        declare = "; if chance decided who got what when, say randomised = true" if study.randomised is None else ""
        yield f"Without a lot no verdict says more than what was observed{declare}."
    if study.treatment and study.control:
        yield f"It compares {study.treatment} with {study.control}."
    yield f"It studies {study.population}." if study.population else "It does not say whom it studies."
    if study.baseline:
        yield f"Nights of {study.baseline!r} are the baseline."
    if study.blinded is not None:
        how = f": {study.blinding.rstrip('.')}" if study.blinding else ""
        yield f"Those who sleep {'do not know' if study.blinded else 'know'} which treatment is which{how}."
    yield INTERCURRENT[study.intercurrent]
    if study.exclude:
        yield f"Nights marked in {', '.join(study.exclude)} are left out."
    if study.psychoactive:
        yield (
            "The treatment may change the EEG itself: a verdict on automatically staged nights stands only where a "
            "plausible bias of the stager would not undo it; for stages of sleep and for latencies the study must "
            "declare one (bias)."
        )
        for metric, size in study.bias.items():
            unit = CATALOGUE[metric].unit if metric in CATALOGUE else ""
            source = f" ({study.bias_source[metric]})" if metric in study.bias_source else ", without a source"
            yield f"It declares one of {amount(size, unit, declared=True)} in {_named(metric, study)}{source}."
    yield (
        f"Registered: {study.registered}."
        if study.is_registered
        else 'It is not registered, so that every verdict is marked "declared after data".'
    )
    yield f"{MULTIPLICITY[study.multiplicity]} The level is {study.alpha:g}."


def _claim(claim: Claim, study: Study) -> Iterator[str]:
    yield f"{claim_title(claim) if claim.id else claim.metric}:"
    if claim.words:
        yield f'"{claim.words}".'
    if claim.not_testable:
        yield f"It cannot be tested: {claim.not_testable}."
        return
    made = resolved(claim, study)
    yield f"It means that {_meaning(made, study)}."
    for part in claim.components:
        yield from _needs(part, claim, study)
    yield from _interest(claim)
    if claim.population:
        yield f"It is about {claim.population}: a study of others cannot test it."
    if claim.secondary:
        yield f"Beside it, never deciding: {listed([_titled(key, study) for key in claim.secondary])}."


def _meaning(claim: Claim, study: Study) -> str:
    name, (are, differ, vary) = _named(claim.metric, study), _verbs(claim.metric)
    against = f"under {claim.treatment} than under {claim.control}"
    worse = _way(claim.metric, {"decreases": "increases"}.get(claim.direction or "", "decreases"))
    higher = _way(claim.metric, claim.direction)
    return {
        "superiority": f"{name} {are} {higher} {against}",
        "equivalence": f"{name} {are} the same under {claim.treatment} as under {claim.control}, within the margin",
        "non-inferiority": f"{name} {are} not {worse} {against} by as much as the margin",
        "difference": f"{name} {differ} between {listed(claim.arms)}",
        "conjunction": " and ".join(
            f"{_named(part.metric, study)} {_verbs(part.metric)[0]} {_way(part.metric, part.direction)}"
            for part in claim.components
        )
        + f" {against}, all of these",
        "dose-response": f"{name} {are} {higher} under the highest dose than under {claim.control}, and {higher} with "
        "every dose",
        "heterogeneity": f"the effect on {name} differs between people",
        "mediation": f"{name} {are} {higher} {against} because {_named(claim.mediator or '', study)} "
        f"{_verbs(claim.mediator or '')[1]}; the nights can at best be consistent with it",
        "consistency": f"{name} {vary} {'less' if claim.direction == 'decreases' else 'more'} from night to night "
        f"{against}",
    }[claim.kind]


def _is_count(metric: str) -> bool:
    return metric in CATALOGUE and CATALOGUE[metric].unit == "count"


def _verbs(metric: str) -> tuple[str, str, str]:
    """Give "is", "differs" and "varies", as what a metric is called takes them."""
    return ("are", "differ", "vary") if _is_count(metric) else ("is", "differs", "varies")


def _way(metric: str, direction: str | None) -> str:
    """Give what more of a metric is called, or less."""
    ways = (
        ("more", "fewer")
        if _is_count(metric)
        else ways_of(metric, CATALOGUE[metric].unit)
        if metric in CATALOGUE
        else HIGHER
    )
    return ways[direction == "decreases"]


def _named(metric: str, study: Study) -> str:
    if metric not in CATALOGUE:
        return f"{study.columns.get(metric, metric).split(', ')[0]} ({metric})"
    return f"{metric_words(metric)}{' per hour of sleep' if _is_count(metric) else ''} ({metric})"


def _needs(part: Claim | Component, claim: Claim, study: Study) -> Iterator[str]:
    known = CATALOGUE.get(part.metric)
    if known is None:
        yield f"{part.metric} is a column of the table of nights: {study.columns.get(part.metric, part.metric)}."
    elif part.metric in PERIOD_METRICS or claim.kind == "consistency":
        yield f"It needs at least {MIN_NIGHTS} nights per person and condition."
    elif claim.kind == "heterogeneity":
        yield "It needs each condition in at least two periods of each person."
    if known is not None and known.definition:
        yield f"{metric_title(part.metric)}: {known.definition}"


def _interest(claim: Claim) -> Iterator[str]:
    if claim.smallest_effect is None:
        yield (
            "No smallest effect is declared: it can come out as supported, contradicted or inconclusive, and never as "
            "equivalent."
        )
        return
    whats = []
    for part in claim.components:
        if (effect := part.smallest_effect) is None:
            continue
        known = CATALOGUE.get(part.metric)
        what = amount(effect, known.unit if known else "", declared=True)
        if Estimand.of(claim, part.metric).is_ratio:
            spread = "spread" if claim.kind == "consistency" else "counts"
            what = f"{ratio_words(effect, spread)}, a ratio of {declared_number(effect)}"
        whats.append(f"{what} of {metric_words(part.metric)}" if len(claim.components) > 1 else what)
    word = "margin" if claim.kind in ("equivalence", "non-inferiority") else "smallest effect that matters"
    yield f"The {word} is {listed(whats)} ({claim.source})."


def _titled(metric: str, study: Study) -> str:
    return metric_title(metric) if metric in CATALOGUE else label_of(metric, study)
