"""Plain HTML tables, as notebooks show nouns; whatever others wrote is escaped."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

from .shown_text import shown_text

__all__ = ["fields_html", "html_table"]


def html_table(headings: Sequence[str], rows: Iterable[Sequence[object]], *, caption: str = "") -> str:
    """Give a table with its headings and, above it, a caption; nothing of empty headings.

    Examples
    --------
    >>> "<td style='text-align:left'>x&lt;y</td>" in html_table(("a",), [("x<y",)])
    True
    """
    left = " style='text-align:left'"
    body = "".join("<tr>" + "".join(f"<td{left}>{_safe(cell)}</td>" for cell in row) + "</tr>" for row in rows)
    head = "".join(f"<th{left}>{_safe(heading)}</th>" for heading in headings)
    above = f"<p><b>{_safe(caption)}</b></p>" if caption else ""
    return f"{above}<table>{f'<thead><tr>{head}</tr></thead>' if head else ''}{body}</table>"


def fields_html(caption: str, fields: Iterable[tuple[str, object]]) -> str:
    """Give a table of names and values, without those that hold nothing."""
    told = [(name, value) for name, value in fields if value is not None and value != "" and value != ()]
    return html_table((), told, caption=caption)


def _safe(cell: object) -> str:
    return escape(shown_text(str(cell)))
