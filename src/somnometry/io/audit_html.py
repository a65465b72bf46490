"""An audit as HTML, as notebooks show it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

from ..core.finding import Finding
from ..core.html_tables import html_table
from ..core.shown_text import shown_text

__all__ = ["audit_html"]


def audit_html(name: str, when: str, channels: Iterable[Sequence[str]], findings: Iterable[Finding]) -> str:
    """Give the heading of an audit, the table of its channels and the table of its findings, as HTML.

    Parameters
    ----------
    name, when : str
        The file, and when it was recorded and for how long.
    channels : iterable of sequence of str
        Label, rate in hertz, unit, role, whether it is chosen, why.
    findings : iterable of Finding
    """
    channels, findings = list(channels), list(findings)
    rows = ((f.severity, f.code, f.where, f.what, f.remedy) for f in findings)
    return "".join(
        [
            f"<p><b>{escape(shown_text(name))}</b>: {escape(shown_text(when))}</p>",
            html_table(("channel", "Hz", "unit", "role", "chosen", "why"), channels) if channels else "",
            html_table(("severity", "finding", "where", "what", "remedy"), rows) if findings else "",
        ]
    )
