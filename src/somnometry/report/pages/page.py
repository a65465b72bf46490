"""What all pages share: templates, one stylesheet, numbers that say which they are, pictures for light and dark."""

from __future__ import annotations

import base64
import hashlib
import io
import re
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup
from matplotlib.figure import Figure

from ...core.shown_text import shown_text
from ..figures.figure_files import png_of
from ..figures.themes import darkened
from ..words.metric_groups import WAYS
from ..words.numbers import count, p_value, shown

__all__ = ["FORMS", "NOTHING", "datum", "png_picture", "render", "svg_picture", "ticked"]

#: How a number is written -> the rule; `number` is the common one.
FORMS: dict[str, Callable[[Any], str]] = {
    **WAYS,
    "p": p_value,
    "count": str,
    "ratio": lambda value: shown(value, "ratio"),
}
NOTHING = Markup('<span class="none">–</span>')
#: What messages write as code.
TICKED = re.compile(r"`([^`\n]+)`")
#: Pixels per inch of pictures: sharp on a screen of twice the density.
DPI = 140.0


def render(template: str, **facts: Any) -> str:
    """Give a page of a template, every text in it escaped, with a policy that lets it load nothing from anywhere."""
    return _environment().get_template(template).render(**facts)


def datum(value: float | None, place: str, form: str = "number") -> Markup:
    """Give a number as an element that holds it unrounded and says which one it is; a dash for none and NaN.

    Examples
    --------
    >>> datum(412.5, "tst")
    Markup('<data value="412.5" data-place="tst" data-form="number">412</data>')
    """
    if value is None or value != value:
        return NOTHING
    markup = '<data value="{}" data-place="{}" data-form="{}">{}</data>'
    return Markup(markup).format(repr(value), shown_text(place), form, FORMS[form](value))


def ticked(text: str) -> Markup:
    """Give a text with what stands in backticks as code: commands, options, columns of tables.

    Examples
    --------
    >>> ticked("`judge` of 2 < 3 claims")
    Markup('<code>judge</code> of 2 &lt; 3 claims')
    """
    parts = TICKED.split(shown_text(str(text)))
    return Markup("").join(Markup("<code>{}</code>" if i % 2 else "{}").format(part) for i, part in enumerate(parts))


def png_picture(figure: Figure, alt: str) -> Markup:
    """Give a figure as compressed pictures in the page, one for light screens and paper, one for dark screens."""
    light = png_of(figure, dpi=DPI)
    with darkened(figure):
        dark = png_of(figure, dpi=DPI)
    return _picture("image/png", light, dark, alt)


def svg_picture(figure: Figure, alt: str) -> Markup:
    """Give a figure as drawings in the page, one for light screens and paper, one for dark screens."""
    light = _svg(figure)
    with darkened(figure):
        dark = _svg(figure)
    return _picture("image/svg+xml", light, dark, alt)


def _svg(figure: Figure) -> bytes:
    file = io.BytesIO()
    figure.savefig(file, format="svg", metadata={"Date": None})
    return file.getvalue()


def _picture(kind: str, light: bytes, dark: bytes, alt: str) -> Markup:
    bright, dim = (f"data:{kind};base64,{base64.b64encode(data).decode()}" for data in (light, dark))
    source = f'<source media="screen and (prefers-color-scheme: dark)" srcset="{dim}">'
    return Markup('<picture>{}<img src="{}" alt="{}"></picture>').format(Markup(source), bright, shown_text(alt))


# ------------------------------------------------------------------------------------------------------------- helpers
@lru_cache(maxsize=1)
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("somnometry.report.pages"), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True, finalize=_shown,
    )  # fmt: skip
    environment.filters["ticked"] = ticked
    style, script = (_asset(name) for name in ("style.css", "nights.js"))
    environment.globals |= {
        "count": count, "datum": datum, "nothing": NOTHING, "style": style, "script": script,
        "allowed_style": _digest(style), "allowed_script": _digest(script),
    }  # fmt: skip
    return environment


def _shown(value: Any) -> Any:
    """What a browser would act upon without showing it is shown as its escape."""
    return shown_text(value) if type(value) is str else value


def _asset(name: str) -> Markup:
    return Markup((Path(__file__).parent / "templates" / name).read_text(encoding="utf-8"))


def _digest(text: str) -> str:
    """What a policy calls a text that may be applied or run: it is that of the package, to the letter."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
