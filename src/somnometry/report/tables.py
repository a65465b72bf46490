"""Results as tables on the terminal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from rich import box
from rich.table import Table
from rich.text import Text

from ..metrics.table import METRICS

if TYPE_CHECKING:
    from ..core.finding import Finding
    from ..io.recordings import Inspection

__all__ = ["HEADLINE", "channels_table", "findings_table", "nights_table", "remarks"]

#: The metrics that a night is shown by; the table of nights holds them all.
HEADLINE = ("tst", "se", "sol", "waso_spt", "rem_latency", "n1_percent", "n2_percent", "n3_percent", "rem_percent")
COLOURS = {"note": "dim", "repaired": "cyan", "warning": "yellow", "refused": "red"}


def nights_table(rows: Sequence[Mapping[str, Any]]) -> Table:
    """One line per night: the headline metrics with their units; nothing where the night failed."""
    table = Table(box=box.SIMPLE_HEAD)
    table.add_column("recording", overflow="fold", min_width=12)
    for key in HEADLINE:
        table.add_column(Text(f"{key.replace('_', chr(10))}\n{METRICS[key].unit}"), justify="right", no_wrap=True)
    for row in rows:
        table.add_row(Text(str(row["recording"])), *(_number(row.get(key)) for key in HEADLINE))
    return table


def remarks(rows: Sequence[Mapping[str, Any]]) -> list[Text]:
    """One paragraph per night that failed or needs a word of caution."""
    out = []
    for row in rows:
        if row["status"] != "ok":
            out.append(Text(f"{row['recording']} failed: {row['error']}", "red"))
        elif row.get("warnings"):
            out.append(Text(f"{row['recording']}: {row['warnings']}", "yellow"))
    return out


def channels_table(inspection: Inspection) -> Table:
    """One line per channel of a file: label, rate, range, role, and why it was chosen."""
    table = Table(box=box.SIMPLE_HEAD)
    table.add_column("channel")
    table.add_column("rate\nHz", justify="right")
    table.add_column("range\nuV", justify="right")
    table.add_column("role")
    table.add_column("why", overflow="fold")
    used = {c.index: (role, d.why) for role, d in inspection.chosen.items() for c in d.channels}
    for channel in inspection.channels:
        role, why = used.get(channel.index, ("", ""))
        low, high = channel.limits
        limits = f"{low:g} to {high:g}" if channel.voltage else "not a voltage"
        style = "bold" if role else "dim"
        table.add_row(Text(channel.label), f"{channel.rate:g}", limits, role.upper(), Text(why), style=style)
    return table


def findings_table(findings: Sequence[Finding]) -> Table:
    """One line per finding."""
    table = Table(box=box.SIMPLE_HEAD)
    for name in ("severity", "finding", "where", "what", "remedy"):
        table.add_column(name, overflow="fold")
    for finding in findings:
        table.add_row(
            Text(finding.severity, COLOURS[finding.severity]),
            finding.code,
            Text(finding.where),
            Text(finding.what),
            Text(finding.remedy),
        )
    return table


def _number(value: Any) -> str:
    """One decimal; nothing where there is no number."""
    return f"{value:.1f}" if isinstance(value, float) and value == value else ""
