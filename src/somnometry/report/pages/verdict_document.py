"""What verdicts.json holds: the study as it was declared, the verdicts, and what computed them."""

from __future__ import annotations

import dataclasses
import math
import platform
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import PurePath, PureWindowsPath
from typing import Any

from ...core.plain import plain_data
from ...core.study import Study
from ...core.verdict import Verdict
from ..figures.marks import aim
from ..words.numbers import count, declared_number, listed, sentence
from ..words.quantities import claim_title, named, quantity_words
from ..words.staging_reasons import DEVICES
from ..words.verdict import claimed, explain, smallest

__all__ = ["declaration_words", "verdict_document", "verdict_in_words"]

PACKAGES = ("somnometry", "numpy", "scipy", "pandas", "statsmodels", "matplotlib")
DESIGNS = {
    "crossover": "Crossover: everybody had each treatment, in different orders.",
    "parallel": "Parallel groups: everybody had one of the treatments.",
    "pre-post": "Before and after: everybody had the control first and the treatment later.",
    "n-of-1": "One person, with treatment and control in turn.",
    "single-arm": "One treatment, without a control.",
}
LOT = {
    True: "Who got what when was drawn by lot.",
    False: "Treatment was not drawn by lot.",
    None: "Not said: whether who got what when was drawn by lot is not declared.",
}
NOT_REGISTERED = (
    "None: nobody else can tell that the claims were declared before the nights, so that they count as declared after "
    "the data."
)
STAGINGS = {
    "human": "by people",
    "auto": "automatically",
}


def verdict_document(
    verdicts: Sequence[Verdict], study: Study, *, digest: str = "", source: str = ""
) -> dict[str, Any]:
    """Give what verdicts.json holds and verdicts.html shows, as plain lists, texts and numbers.

    Each verdict is what `verdict_in_words` gives, with the words of its claim, the explanation, how many nights were
    not used (``flow``), the dropouts of each sequence (``arms``), and codes and facts of its reasons (``codes``).
    """
    return {
        "claims_file": {
            "source": PurePath(PureWindowsPath(source).name).name,
            "sha256": digest,
            "declared": "registered" if study.is_registered else "declared after data",
        },
        "packages": {"python": platform.python_version()} | {name: version(name) for name in PACKAGES},
        "study": {
            field.name: plain_data(getattr(study, field.name))
            for field in dataclasses.fields(study)
            if field.name != "claims"
        },
        "declaration": [list(pair) for pair in declaration_words(study, alone=_are_alone(study, verdicts))],
        "verdicts": [_verdict(verdict) for verdict in verdicts],
    }


def verdict_in_words(verdict: Verdict) -> dict[str, Any]:
    """Give the fields of a verdict as plain values, reasons and names in English.

    Examples
    --------
    >>> from somnometry.core.claim import Claim
    >>> from somnometry.core.reason import Reason
    >>> verdict_in_words(Verdict(Claim("tst", "increases"), "inconclusive", (Reason("nothing-shown"),)))["reason"]
    'neither a difference nor its absence is shown'
    """
    fields = _in_words(verdict)
    fields["quantities"] = [plain_data(quantity_words(quantity)) for quantity in verdict.quantities]
    return fields


def _in_words(noun: Any) -> dict[str, Any]:
    words: dict[str, Any] = {}
    for field in dataclasses.fields(noun):
        name, value = field.name, getattr(noun, field.name)
        if name in ("reasons", "notes"):
            words[name[:-1]] = explain(value)
        elif name in ("name", "reason", "method"):
            words[name] = "" if value is None else explain(value)
        elif name == "warnings":
            words[name] = [explain(warning) for warning in value]
        elif name in ("exclusions", "side_effects", "secondary", "sensitivity", "pairs"):
            words[name] = [_in_words(part) for part in value]
        else:
            words[name] = plain_data(value)
    return words


def _verdict(verdict: Verdict) -> dict[str, Any]:
    document = verdict_in_words(verdict)
    document["name"] = claim_title(verdict.claim)
    document["claimed"], document["smallest"], document["aim"] = claimed(verdict), smallest(verdict), aim(verdict)
    document["title"] = named(verdict).title
    document["explanation"] = explain(verdict)
    quantities = [named(verdict, part.metric) for part in verdict.claim.components]
    document["titles"] = [quantity.title for quantity in quantities]
    document["scales"] = [quantity.scale for quantity in quantities]
    left = [sum(getattr(one, name) for one in verdict.exclusions) for name in ("n_nights", "n_subjects")]
    document["flow"] = {
        "nights_left_out": left[0],
        "subjects_left_out": left[1],
        "nights_otherwise": max(0, verdict.n_nights_given - left[0] - verdict.n_nights),
        "subjects_otherwise": max(0, verdict.n_subjects_given - left[1] - verdict.n_subjects),
    }
    first: dict[str, int] = {}
    for arm in document["arms"]:
        arm["dropouts"] = first.setdefault(arm["sequence"], arm["n_subjects"]) - arm["n_subjects"]
        if not arm["sequence"]:
            arm["dropouts"] = None
    document["codes"] = {
        "reasons": plain_data(verdict.reasons),
        "warnings": plain_data(verdict.warnings),
        "exclusions": [plain_data(one.reason) for one in verdict.exclusions],
    }
    return document


def _are_alone(study: Study, verdicts: Sequence[Verdict]) -> bool:
    """Whether the claims were judged one by one: Holm's adjustment would raise the p of the clearest of several."""
    tested = [verdict for verdict in verdicts if math.isfinite(verdict.p) and math.isfinite(verdict.p_adjusted)]
    clearest = min(tested, key=lambda verdict: verdict.p, default=None)
    raised = clearest is None or clearest.p_adjusted > clearest.p or clearest.p_adjusted == 1
    return study.multiplicity == "holm" and len(tested) > 1 and not raised


def declaration_words(study: Study, *, alone: bool = False) -> list[tuple[str, str]]:
    """Give what a study declares, as headings and plain sentences; `alone`, that its claims were judged one by one.

    Examples
    --------
    >>> dict(declaration_words(Study(design="pre-post", population="healthy volunteers")))["Who"]
    'healthy volunteers'
    """
    sleepers = {True: "Those who slept did not know the treatment", False: "Those who slept knew the treatment",
                None: "It is not declared whether those who slept knew the treatment"}  # fmt: skip
    blind = {True: "did not know the treatment", False: "knew the treatment", None: "may have known the treatment"}
    rows = [
        ("Registration", study.registered if study.is_registered else NOT_REGISTERED),
        ("Design", DESIGNS.get(study.design or "", "As each claim says.")),
        ("Treatment", " against ".join(filter(None, (study.treatment, study.control))) or "As each claim says."),
    ]
    if study.doses:
        rows.append(("Doses", listed([f"{arm}: {declared_number(dose)}" for arm, dose in study.doses.items()])))
    rows += [
        ("Who", study.population or "Not said."),
        ("Chance", LOT[study.randomised]),
        ("Blinding", f"{sleepers[study.blinded]}{': ' if study.blinding else ''}{study.blinding.rstrip('.')}."),
        (
            "Nights without the dose",
            "Kept, as are those with another remedy."
            if study.intercurrent == "treatment-policy"
            else "Left out, as are those with another remedy.",
        ),
    ]
    if study.exclude:
        rows.append(("Nights left out", f"Those marked in {listed(list(study.exclude))}."))
    if study.washout_nights is not None:
        rows.append(("Washout", f"{count(study.washout_nights, 'night')} between periods."))
    scored = f"Nights were scored {STAGINGS[study.staging]}; " if study.staging else ""
    if study.blinded_scoring is not None or study.staging == "human":
        rows.append(("Scoring", f"{scored}{'the' if scored else 'The'} scorer {blind[study.blinded_scoring]}."))
    elif scored:  # by a program, which nobody tells what was taken
        rows.append(("Scoring", f"{scored.removesuffix('; ')}."))
    else:
        rows.append(("Scoring", "Not declared; a person who scored may have known the treatment."))
    rows.append(
        ("Device", sentence(DEVICES[study.device]) if study.device else "Not said; the nights' own table counts.")
    )
    if study.psychoactive:
        rows.append(("EEG", "The treatment may change the EEG itself, and with it the errors of automatic scoring."))
    how = "the p-values of all claims are adjusted for their number (Holm)"
    if study.multiplicity == "fixed-sequence":
        how = "claims are tested in their order, up to the first that fails"
    if len(study.claims) == 1 or alone:
        how = "one claim is judged, so that nothing is adjusted"
        how = "the claims were judged one by one, so that nothing is adjusted for their number" if alone else how
    rows.append(("Errors", f"At most {declared_number(100 * study.alpha)} % false answers by chance; {how}."))
    return rows
