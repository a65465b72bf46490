"""The page of a study: its nights as a table that sorts and filters, distributions, spread, findings, verdicts."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from markupsafe import Markup

from ...catalogue import CATALOGUE
from ...io.finding_codes import FINDING_CODES
from ...metrics.agreement.reliability import variance_components
from ..figures.cohort_figure import plot_cohort
from ..figures.marks import OUTCOMES
from ..tables.doubtful_nights import RULE, doubtful_nights
from ..tables.results import HEADLINE
from ..words.failure_words import failure_words
from ..words.metric_groups import value_form, value_words
from .night_facts import NightFacts
from .page import png_picture, render

__all__ = ["STATIC", "study_page"]

#: Rows that stand in the page as they are; the script shows the others, so that a page of thousands opens at once.
STATIC = 100
#: Nights to look at that are listed.
LISTED = 20
#: Cells of text that the table of nights shows where any night has them.
TEXT = ("subject", "session", "condition", "period", "night", "age", "sex", "device")


def study_page(
    nights: Sequence[NightFacts],
    *,
    sure: Sequence[float],
    links: Sequence[str] = (),
    title: str = "Nights",
    left_out: int = 0,
    verdicts: Mapping[str, Any] | None = None,
    verdicts_link: str = "",
) -> str:
    """Give the page of all nights as HTML that needs no other file.

    Parameters
    ----------
    nights : sequence of NightFacts
        In the order of names; their hypnograms are not looked at.
    sure : sequence of float
        Per cent of each night's epochs of which the stager was clear; NaN where nobody knows.
    links : sequence of str
        Link to each night's page; none where empty.
    title : str
    left_out : int
        How many files were no nights.
    verdicts : mapping, optional
        What ``verdicts.json`` holds.
    verdicts_link : str
        Link to their page; none where empty.
    """
    keys = [key for key in HEADLINE if any(not math.isnan(night.number(key)) for night in nights)]
    measured = [night for night in nights if night.is_measured]
    texts = [name for name in TEXT if _tells(name, nights)]
    doubts = doubtful_nights(nights, sure)
    links = links or [""] * len(nights)
    return render(
        "study.html",
        title=title,
        n_nights=len(nights),
        n_measured=len(measured),
        n_failed=len(nights) - len(measured),
        n_people=len({night.text("subject") for night in nights} - {""}),
        left_out=left_out,
        conditions=_conditions(nights),
        texts=texts,
        columns=[_column(key) for key in keys],
        rows=[_row(night, link, texts, keys) for night, link in zip(nights, links, strict=True)],
        static=STATIC,
        picture=_picture(measured, keys),
        spread=[_spread(key, measured) for key in keys],
        findings=_findings(nights),
        failures=Counter(failure_words(night.failure) for night in nights if not night.is_measured).most_common(),
        doubts=doubts.nights[:LISTED],
        n_doubts=len(doubts.nights),
        shared=doubts.shared,
        n_shared_of=doubts.n_measured,
        rule=RULE,
        link_of=dict(zip((night.name for night in nights), links, strict=True)),
        verdicts=verdicts,
        verdicts_link=verdicts_link,
        tally=_tally(verdicts),
        looks=OUTCOMES,
    )


def _tells(name: str, nights: Sequence[NightFacts]) -> bool:
    """Whether a column of text tells nights apart; whose they are is always told."""
    given = {night.text(name) for night in nights}
    return given != {""} and (len(given) > 1 or name == "subject")


def _tally(verdicts: Mapping[str, Any] | None) -> dict[str, int]:
    given = Counter(verdict["outcome"] for verdict in verdicts["verdicts"]) if verdicts else Counter[str]()
    return {outcome: given[outcome] for outcome in OUTCOMES if given[outcome]}


def _conditions(nights: Sequence[NightFacts]) -> list[tuple[str, int]]:
    given = Counter(night.text("condition") for night in nights)
    return sorted(given.items()) if set(given) != {""} else []


def _column(key: str) -> dict[str, str]:
    unit = CATALOGUE[key].unit
    return {"key": key, "heading": HEADLINE[key], "unit": "" if unit == "count" else unit,
            "definition": CATALOGUE[key].definition}  # fmt: skip


def _row(night: NightFacts, link: str, texts: Sequence[str], keys: Sequence[str]) -> dict[str, Any]:
    return {
        "name": night.name,
        "link": link,
        "status": night.row.get("status", "ok"),
        "condition": night.text("condition"),
        "texts": [night.text(name) for name in texts],
        "values": [(night.number(key), value_words(key, night.number(key))) for key in keys],
        "grave": len(night.grave()),
    }


def _picture(nights: Sequence[NightFacts], keys: Sequence[str]) -> Markup | None:
    if len(nights) < 2 or not keys:
        return None
    import pandas as pd

    columns: dict[str, Any] = {key: [night.number(key) for night in nights] for key in keys}
    for name in ("subject", "condition"):
        if any(night.text(name) for night in nights):
            columns[name] = [night.text(name) for night in nights]
    alt = f"Distributions of {', '.join(CATALOGUE[key].label for key in keys)} by condition; numbers below"
    return png_picture(plot_cohort(pd.DataFrame(columns), keys), alt)


def _spread(key: str, nights: Sequence[NightFacts]) -> dict[str, Any]:
    """Give the middle and the spread of a metric over nights, and between and within people where these are known."""
    values = np.array([night.number(key) for night in nights], dtype=np.float64)
    people = [night.text("subject") for night in nights]
    named = np.array([bool(person) for person in people], dtype=bool)
    between, within = math.nan, math.nan
    if named.any():
        of_named = [person for person in people if person]
        between, within = variance_components(values[named], of_named)
    known = values[~np.isnan(values)]
    low, middle, high = np.percentile(known, [5, 50, 95]).tolist()
    return {"key": key, "label": CATALOGUE[key].label, "unit": _column(key)["unit"], "form": value_form(key),
            "n": int(known.size), "low": low, "median": middle, "high": high, "between": between,
            "within": within}  # fmt: skip


def _findings(nights: Sequence[NightFacts]) -> list[dict[str, Any]]:
    """Give each kind of finding with the number of nights that have it, the commonest first."""
    found: dict[tuple[str, str], set[str]] = {}
    for night in nights:
        for finding in night.findings:
            found.setdefault((finding.code, finding.severity), set()).add(night.name)
    rows = [
        {
            "code": code,
            "severity": severity,
            "nights": len(names),
            "meaning": FINDING_CODES[code].meaning if code in FINDING_CODES else "",
            "remedy": FINDING_CODES[code].remedy if code in FINDING_CODES else "",
        }
        for (code, severity), names in found.items()
    ]
    return sorted(rows, key=lambda row: (-int(str(row["nights"])), str(row["code"])))
