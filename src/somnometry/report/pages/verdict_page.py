"""verdicts.html: one page that says what was claimed, what was found, and every number that it rests on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup

from ..figures.marks import OUTCOMES
from .page import datum, render

__all__ = ["verdict_page"]


def verdict_page(document: Mapping[str, Any], forest: Markup, person: Sequence[tuple[str, Markup, str]] = ()) -> str:
    """Give the page of a document of verdicts, as HTML that needs no other file.

    Parameters
    ----------
    document : mapping
        What `verdict_document` gave. Every number on the page is one of its values: an element ``data`` with the value,
        its place in the document, and the rounding rule.
    forest : Markup
        The forest plot, as a picture.
    person : sequence of (str, Markup, str)
        Of a study of one person: what each picture of the nights shows, the picture, and the words below it.
    """

    def value_of(place: str, form: str = "number") -> Markup:
        value: Any = document
        for key in place.split("."):
            value = value[int(key)] if isinstance(value, list) else value[key]
        return datum(value, place, form)

    return render(
        "verdicts.html",
        document=document,
        value=value_of,
        forest=forest,
        looks=OUTCOMES,
        tally=_tally(document),
        common=_common(document),
        testable=any(verdict["outcome"] != "not testable" for verdict in document["verdicts"]),
        untested=_untested(document),
        person=person,
        alone=document.get("one_person") or {},
    )


def _untested(document: Mapping[str, Any]) -> list[tuple[str, list[str]]]:
    """Give each reason for which claims could not be tested, and their names; the commonest first."""
    found: dict[str, list[str]] = {}
    for verdict in document["verdicts"]:
        if verdict["outcome"] == "not testable":
            found.setdefault(verdict["reason"], []).append(verdict["name"])
    return sorted(found.items(), key=lambda pair: -len(pair[1]))


def _tally(document: Mapping[str, Any]) -> dict[str, int]:
    tally = dict.fromkeys(OUTCOMES, 0)
    for verdict in document["verdicts"]:
        tally[verdict["outcome"]] += 1
    return {outcome: n for outcome, n in tally.items() if n}


def _common(document: Mapping[str, Any]) -> int | None:
    """Give the place of a verdict that says how many nights and subjects the table has."""
    return next((i for i, verdict in enumerate(document["verdicts"]) if verdict["n_nights_given"]), None)
