"""What verdicts.json holds: the study as it was declared, the verdicts, and what computed them."""

from __future__ import annotations

import dataclasses
import platform
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from pathlib import PurePath, PureWindowsPath
from typing import Any

from ...core.study import Study
from ...core.verdict import Verdict
from ...core.verdict_text import claimed, smallest
from ...core.wording import count, listed, plain
from ..figures.marks import aim

__all__ = ["declaration_words", "verdict_document"]

PACKAGES = ("somnometry", "numpy", "scipy", "pandas", "statsmodels", "matplotlib")
DESIGNS = {
    "crossover": "Crossover: everybody had each treatment, in different orders.",
    "parallel": "Parallel groups: everybody had one of the treatments.",
    "pre-post": "Before and after: everybody had the control first and the treatment later.",
    "n-of-1": "One person, with treatment and control in turn.",
    "single-arm": "One treatment, without a control.",
}
STAGINGS = {
    "human": "by people",
    "auto": "automatically",
    "auto+propagated": "automatically, with the uncertainty of that in the intervals",
    "auto+audited": "automatically, checked against a sample scored by people",
}


def verdict_document(
    verdicts: Sequence[Verdict], study: Study, *, digest: str = "", source: str = ""
) -> dict[str, Any]:
    """Give what verdicts.json holds and verdicts.html shows, as plain lists, texts and numbers.

    Each verdict is what `Verdict.to_dict` gives, with the words of its claim, the explanation, how many nights were not
    used (``flow``), and the dropouts of each sequence (``arms``).
    """
    return {
        "claims_file": {
            "source": PurePath(PureWindowsPath(source).name).name,
            "sha256": digest,
            "declared": "registered" if study.is_registered else "declared after data",
        },
        "packages": {"python": platform.python_version()} | {name: version(name) for name in PACKAGES},
        "study": {
            field.name: _plain(getattr(study, field.name))
            for field in dataclasses.fields(study)
            if field.name != "claims"
        },
        "declaration": [list(pair) for pair in declaration_words(study)],
        "verdicts": [_verdict(verdict) for verdict in verdicts],
    }


def _verdict(verdict: Verdict) -> dict[str, Any]:
    found = verdict.to_dict()
    found["name"] = verdict.claim.name
    found["claimed"], found["smallest"], found["aim"] = claimed(verdict), smallest(verdict), aim(verdict)
    found["title"] = verdict.quantity().title
    found["explanation"] = verdict.explain()
    found["titles"] = [verdict.quantity(part.metric).title for part in verdict.claim.components]
    found["scales"] = [verdict.quantity(part.metric).scale for part in verdict.claim.components]
    left = [sum(getattr(one, name) for one in verdict.exclusions) for name in ("n_nights", "n_subjects")]
    found["flow"] = {
        "nights_left_out": left[0],
        "subjects_left_out": left[1],
        "nights_otherwise": max(0, verdict.n_nights_given - left[0] - verdict.n_nights),
        "subjects_otherwise": max(0, verdict.n_subjects_given - left[1] - verdict.n_subjects),
    }
    first: dict[str, int] = {}
    for arm in found["arms"]:
        arm["dropouts"] = first.setdefault(arm["sequence"], arm["n_subjects"]) - arm["n_subjects"]
        if not arm["sequence"]:
            arm["dropouts"] = None
    return found


def _plain(value: Any) -> Any:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: _plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {str(key): _plain(inner) for key, inner in value.items()}
    return [_plain(inner) for inner in value] if isinstance(value, (list, tuple)) else value


def declaration_words(study: Study) -> list[tuple[str, str]]:
    """Give what a study declares, as headings and plain sentences.

    Examples
    --------
    >>> dict(declaration_words(Study(design="pre-post", population="healthy volunteers")))["Who"]
    'healthy volunteers'
    """
    blind = {True: "did not know the treatment", False: "knew the treatment", None: "may have known the treatment"}
    said = [
        ("Registration", study.registered if study.is_registered else "None: the claims were declared after the data."),
        ("Design", DESIGNS.get(study.design or "", "As each claim says.")),
        ("Treatment", " against ".join(filter(None, (study.treatment, study.control))) or "As each claim says."),
    ]
    if study.doses:
        said.append(("Doses", listed([f"{arm}: {plain(dose)}" for arm, dose in study.doses.items()])))
    said += [
        ("Who", study.population or "Not said."),
        ("Chance", "Who got what when was drawn by lot." if study.randomised else "Treatment was not drawn by lot."),
        (
            "Nights without the dose",
            "Kept, as are those with another remedy."
            if study.intercurrent == "treatment-policy"
            else "Left out, as are those with another remedy.",
        ),
    ]
    if study.exclude:
        said.append(("Nights left out", f"Those marked in {listed(list(study.exclude))}."))
    if study.washout_nights is not None:
        said.append(("Washout", f"{count(study.washout_nights, 'night')} between periods."))
    scored = f"Nights were scored {STAGINGS[study.staging]}; " if study.staging else ""
    said.append(("Scoring", f"{scored}{'the' if scored else 'The'} scorer {blind[study.blinded_scoring]}."))
    said.append(("Device", "A headband." if study.device == "headband" else "Polysomnography."))
    if study.psychoactive:
        said.append(("EEG", "The treatment may change the EEG itself, and with it the errors of automatic scoring."))
    how = "the p-values of all claims are adjusted for their number (Holm)"
    if study.multiplicity == "fixed-sequence":
        how = "claims are tested in their order, up to the first that fails"
    said.append(("Errors", f"At most {plain(100 * study.alpha)} % false answers by chance; {how}."))
    return said
