"""The nights of a folder, and what in it is none, as tables on the terminal and as plain values."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from rich.text import Text

from .fitted_table import FittedTable

if TYPE_CHECKING:
    from ...core.finding import Finding
    from ...io.audit import Audit
    from ...io.nights.night import LeftOut, Night, Nights

__all__ = [
    "annotations_table", "audits_table", "frequent_findings_table", "inspection_document", "left_out_table",
    "nights_found_table", "refusals",
]  # fmt: skip

LAYOUTS = {"file": "", "parts": "parts of one night", "channels": "one file per channel"}
#: Severities, the gravest first.
GRAVITY = ("refused", "warning", "repaired", "note")
COLOURS = {"broken": "red", "duplicate": "yellow", "not-listed": "yellow", "orphan-scoring": "yellow"}


def nights_found_table(nights: Nights) -> FittedTable:
    """One line per night: its files, whose it is, how it lies on the disk, and its scorings."""
    after = f", as {nights.table} lists them" if nights.table else ""
    n = len(nights.nights)
    table = FittedTable(title=f"{n} {'night' if n == 1 else 'nights'}{after}")
    for name in ("night", "known of it", "lies in", "scoring"):
        table.add_column(name)
    for night in nights.nights:
        known = " ".join(f"{name} {value}" for name, value in night.details.cells().items())
        scorings = ", ".join(file.name for file in night.scorings)
        table.add_row(*map(Text, (night.path, known, _layout(night), scorings)))
    return table


def audits_table(audits: Sequence[tuple[str, Audit]], nights: Nights) -> FittedTable:
    """One line per night: its start and length, the channels that would be used, its scoring and what was found."""
    after = f", as {nights.table} lists them" if nights.table else ""
    n = len(nights.nights)
    table = FittedTable(title=f"{n} {'night' if n == 1 else 'nights'}{after}")
    for heading in ("night", "start"):
        table.add_column(heading)
    table.add_column("h", justify="right")
    for heading in ("channels", "scoring", "found"):
        table.add_column(heading)
    scorings = {night.path: ", ".join(file.name for file in night.scorings) for night in nights.nights}
    for name, audit in audits:
        grave = dict.fromkeys(one.code for one in audit.findings if one.severity in ("warning", "refused"))
        n_more = len({one.code for one in audit.findings} - set(grave))
        found = ", ".join([*grave, *([f"{n_more} more"] if n_more else [])])
        chosen = ", ".join(channel.label for channel in audit.channels if channel.chosen)
        table.add_row(
            name,
            f"{audit.start:%Y-%m-%d %H:%M}" if audit.start else "",
            f"{audit.duration / 3600:.2f}",
            chosen,
            scorings.get(name, ""),
            Text(found, COLOURS["broken"] if audit.refused else ""),
        )
    return table


def frequent_findings_table(audits: Sequence[tuple[str, Audit]]) -> FittedTable:
    """One line per code that was found: in how many nights, in which first, and what to do."""
    found: dict[str, list[tuple[str, Finding]]] = {}
    for name, audit in audits:
        for code, one in {one.code: one for one in audit.findings}.items():
            found.setdefault(code, []).append((name, one))
    table = FittedTable(title="what was found" if found else "nothing found")
    table.add_column("finding")
    table.add_column("severity")
    table.add_column("nights", justify="right")
    for heading in ("such as", "remedy"):
        table.add_column(heading)
    for code, cases in sorted(found.items(), key=lambda item: (GRAVITY.index(item[1][0][1].severity), -len(item[1]))):
        name, first = cases[0]
        table.add_row(code, first.severity, str(len(cases)), f"{name}: {first.what}", first.remedy)
    return table


def refusals(audits: Iterable[tuple[str, Audit]]) -> list[str]:
    """One line per night that cannot be measured, and why."""
    return [
        f"{name}: refused: {'; '.join(one.what for one in audit.findings if one.severity == 'refused')}"
        for name, audit in audits
        if audit.refused
    ]


def _layout(night: Night) -> str:
    cut = [
        f"{name} {moment.text}" for name in ("start", "stop") if (moment := getattr(night.details, name)) is not None
    ]
    files = f"{len(night.files)} files, {LAYOUTS[night.layout]}" if len(night.files) > 1 else "one file"
    return f"{files}, {', '.join(cut)}" if cut else files


def left_out_table(left_out: Sequence[LeftOut]) -> FittedTable:
    """One line per file that is no night: what it is instead, and why."""
    n = len(left_out)
    table = FittedTable(title="1 file is no night" if n == 1 else f"{n} files are no nights")
    for name in ("file", "", "why"):
        table.add_column(name)
    for entry in left_out:
        table.add_row(Text(entry.file.as_posix()), Text(entry.code, COLOURS.get(entry.code, "dim")), Text(entry.reason))
    return table


def annotations_table(name: str, texts: Sequence[str]) -> FittedTable:
    """One line per text that a file annotates, and how often; for who asks, for it may name people."""
    table = FittedTable(title=f"{name}: annotations")
    table.add_column("text")
    table.add_column("times", justify="right")
    for text, n in Counter(texts).most_common():
        table.add_row(Text(text), str(n))
    return table


def inspection_document(audits: Iterable[Audit], nights: Nights) -> dict[str, Any]:
    """Give audits, the nights they are of, and what was left out as plain values, as JSON takes them."""
    listed = [
        night.described(
            {"night": night.path, "layout": night.layout, "scorings": [file.name for file in night.scorings]}
        )
        for night in nights.nights
    ]
    left_out = [{"file": entry.file.as_posix(), "code": entry.code, "why": entry.reason} for entry in nights.left_out]
    return {"files": [audit.to_dict() for audit in audits], "nights": listed, "left_out": left_out}
