"""verdicts.html: one page that says what was claimed, what was found, and every number that it rests on."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from ...core.shown_text import shown_text
from ..figures.marks import OUTCOMES
from ..words.numbers import count, declared_number, number, p_value, shown

__all__ = ["verdict_page"]

#: How a number is written -> the rule; `number` is the common one.
FORMS: dict[str, Callable[[Any], str]] = {"number": number, "p": p_value, "plain": declared_number, "count": str,
         "ratio": lambda value: shown(value, "ratio")}  # fmt: skip
NOTHING = Markup('<span class="none">–</span>')


def verdict_page(document: Mapping[str, Any], forest: bytes) -> str:
    """Give the page of a document of verdicts, as HTML that needs no other file.

    Parameters
    ----------
    document : mapping
        What `verdict_document` gave. Every number on the page is one of its values: an element ``data`` with the value,
        its place in the document, and the rounding rule.
    forest : bytes
        The forest plot, as SVG.
    """
    environment = Environment(
        loader=PackageLoader("somnometry.report.pages"), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True, finalize=_shown,
    )  # fmt: skip

    def value_of(place: str, form: str = "number") -> Markup:
        value: Any = document
        for key in place.split("."):
            value = value[int(key)] if isinstance(value, list) else value[key]
        if value is None:
            return NOTHING
        markup = '<data value="{}" data-place="{}" data-form="{}">{}</data>'
        return Markup(markup).format(repr(value), place, form, FORMS[form](value))

    template = environment.get_template("verdicts.html")
    return template.render(
        document=document,
        value=value_of,
        forest=base64.b64encode(forest).decode(),
        looks=OUTCOMES,
        count=count,
        tally=_tally(document),
        common=_common(document),
        first=next((i for i, verdict in enumerate(document["verdicts"]) if verdict["arms"]), None),
    )


def _shown(value: Any) -> Any:
    """What a browser would act upon without showing it is shown as its escape."""
    return shown_text(value) if type(value) is str else value


def _tally(document: Mapping[str, Any]) -> dict[str, int]:
    tally = dict.fromkeys(OUTCOMES, 0)
    for verdict in document["verdicts"]:
        tally[verdict["outcome"]] += 1
    return {outcome: n for outcome, n in tally.items() if n}


def _common(document: Mapping[str, Any]) -> int | None:
    """Give the place of a verdict that says how many nights and subjects the table has."""
    return next((i for i, verdict in enumerate(document["verdicts"]) if verdict["n_nights_given"]), None)
