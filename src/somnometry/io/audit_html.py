"""An audit as HTML, as notebooks show it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .audit import Audit

__all__ = ["audit_html"]


def audit_html(audit: Audit) -> str:
    """Give a heading, the table of channels and the table of findings of an audit, as HTML."""
    start = "start unknown" if audit.start is None else f"{audit.start:%Y-%m-%d %H:%M:%S}"
    channels = (
        (channel.label, f"{channel.rate:g}", channel.unit, channel.role, "yes" if channel.chosen else "", channel.why)
        for channel in audit.channels
    )
    findings = ((f.severity, f.code, f.where, f.what, f.remedy) for f in audit.findings)
    return "".join(
        [
            f"<p><b>{escape(audit.source)}</b>: {start}, {audit.duration / 3600:.2f} h</p>",
            _table(("channel", "Hz", "unit", "role", "chosen", "why"), channels),
            _table(("severity", "finding", "where", "what", "remedy"), findings),
        ]
    )


def _table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    body = "".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows)
    head = "".join(f"<th>{heading}</th>" for heading in headings)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>" if body else ""
