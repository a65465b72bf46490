"""Verdicts as files: CSV, JSON, a forest plot and a page."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import matplotlib

from ...core.bounded_json import bounded_json
from ...core.shown_text import json_text
from ...core.study import Study
from ...core.verdict import Verdict
from ...io.csv_tables import write_csv
from ...io.files import read_whole, replacing, sweep, together, write_whole
from ..figures.figure_files import save_figure
from ..figures.forest import plot_verdicts
from ..words.quantities import named
from .one_person import one_person_document, person_pictures
from .page import svg_picture
from .verdict_document import verdict_document, verdict_in_words
from .verdict_page import verdict_page

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["verdict_rows", "write_verdicts"]

#: What the forest plot shows, to who cannot see it.
FOREST = (
    "Forest plot of the claims: each effect over its smallest effect of interest, with 90 and 95 % intervals. The "
    "numbers are in the tables of the claims below."
)
#: Bytes of the verdicts that stood in a folder, and the digest of their declaration, by which they are kept.
LARGEST = 1 << 26
DIGEST = re.compile(r"(?:[0-9a-f]{64})?")

#: Fields of a verdict, and of its claim, that make columns of verdicts.csv by their own names.
CLAIM_FIELDS = ("metric", "kind", "design", "direction", "treatment", "control", "mediator", "population",
                "smallest_effect", "source")  # fmt: skip
FIELDS = (
    "outcome", "size", "cap", "reason", "benefit_excluded", "scale", "unit", "estimate", "standard_error", "df",
    "standardised", "p", "p_adjusted", "p_equivalence", "p_equivalence_adjusted", "n_subjects", "n_nights",
    "n_subjects_given", "n_nights_given", "staging", "device", "b_star", "plausible_bias", "n_to_decide",
    "declared", "alpha", "method",
)  # fmt: skip


def verdict_rows(verdicts: Sequence[Verdict]) -> list[dict[str, Any]]:
    """Give one flat row per claim, as verdicts.csv holds them: numbers unrounded, nothing where there is none."""
    rows = []
    for verdict in verdicts:
        words = verdict_in_words(verdict)
        row = {"id": verdict.claim.name, "words": verdict.claim.words, "label": named(verdict).title}
        row |= {name: words["claim"][name] for name in CLAIM_FIELDS}
        row |= {name: words[name] for name in FIELDS}
        for level in ("90", "95"):
            row[f"low{level}"], row[f"high{level}"] = words[f"interval{level}"]
        row["warnings"] = " | ".join(words["warnings"])
        row["explanation"] = verdict.explain()
        rows.append(row)
    return rows


def write_verdicts(
    verdicts: Sequence[Verdict],
    study: Study,
    out: str | os.PathLike[str],
    *,
    digest: str = "",
    source: str = "",
    nights: pd.DataFrame | None = None,
) -> None:
    """Write verdicts to a folder: verdicts.csv, verdicts.json, forest.png, forest.svg and verdicts.html.

    Parameters
    ----------
    verdicts : sequence of Verdict
    study : Study
        What was declared.
    out : path-like
        A folder; made where there is none. Each file is whole or not there.
    digest : str
        Of the claims file; shown in every output.
    source : str
        Name of the claims file; its folder is not shown.
    nights : DataFrame, optional
        The nights that were judged. Of a study of one person the page shows each claim's metric over them.

    Examples
    --------
    >>> from somnometry.core.claim import Claim
    >>> from somnometry.core.reason import Reason
    >>> folder = getfixture("tmp_path") / "out"
    >>> write_verdicts([Verdict(Claim("sri", "increases"), "not testable", (Reason("no-control"),))], Study(), folder)
    >>> sorted(file.name for file in folder.iterdir())
    ['forest.png', 'forest.svg', 'verdicts.csv', 'verdicts.html', 'verdicts.json']
    """
    folder = Path(out)
    folder.mkdir(parents=True, exist_ok=True)
    sweep(folder)
    rows = verdict_rows(verdicts)
    for row in rows:
        row["claims_sha256"] = digest
    document = verdict_document(verdicts, study, digest=digest, source=source)
    document["one_person"] = one_person_document(verdicts, study, nights)
    pictures = person_pictures(verdicts, study, nights)
    with together(), matplotlib.rc_context({"svg.hashsalt": "somnometry", "svg.fonttype": "path"}):
        document["earlier"] = _earlier(folder, digest)
        write_csv(folder / "verdicts.csv", rows, list(rows[0]) if rows else ["id"], digits=None)
        write_whole(folder / "verdicts.json", json_text(document, indent=1) + "\n")
        figure = plot_verdicts(verdicts, title=study.name, note=_note(document))
        save_figure(figure, folder / "forest.png")
        with replacing(folder / "forest.svg") as temporary:
            figure.savefig(temporary, format="svg", metadata={"Date": None})
        forest = svg_picture(figure, FOREST)
        write_whole(folder / "verdicts.html", verdict_page(document, forest, pictures))


def _earlier(folder: Path, digest: str) -> list[dict[str, Any]]:
    """Give the verdicts by other declarations that stood in the folder, whose files stay under their digests."""
    file = folder / "verdicts.json"
    try:
        content = read_whole(file, LARGEST)
        before = bounded_json(content)
        old = str(before["claims_file"]["sha256"])
        outcomes = {str(verdict["name"]): str(verdict["outcome"]) for verdict in before["verdicts"]}
        earlier = [known for one in before.get("earlier", []) if (known := _sound(one))["sha256"] != digest]
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return []
    if old == digest:
        return earlier
    if DIGEST.fullmatch(old) is None:  # no file of ours: it would name a file
        return []
    kept = folder / _kept_as(old)
    with replacing(kept) as temporary:
        temporary.write_bytes(content)
    return [*earlier, {"sha256": old, "file": kept.name, "outcomes": outcomes}]


def _note(document: dict[str, Any]) -> str:
    file = document["claims_file"]
    words = [f"somnometry {document['packages']['somnometry']}", file["declared"]]
    if file["sha256"]:
        words.insert(1, " ".join(filter(None, ("claims", file["source"], "SHA-256", file["sha256"]))))
    return "; ".join(words)


def _kept_as(digest: str) -> str:
    """Name of the file of verdicts by an earlier declaration."""
    return f"verdicts-{digest[:12] or 'undeclared'}.json"


def _sound(one: Any) -> dict[str, Any]:
    """Give what a file says of verdicts before it, where it is as we write it; it names no file for us.

    Raises
    ------
    ValueError, KeyError, TypeError, AttributeError
    """
    digest = one["sha256"]
    if not isinstance(digest, str) or DIGEST.fullmatch(digest) is None:
        raise ValueError("no digest")
    outcomes = {str(name): str(outcome) for name, outcome in one["outcomes"].items()}
    return {"sha256": digest, "file": _kept_as(digest), "outcomes": outcomes}
