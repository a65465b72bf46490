"""The nights of a folder, and what in it is none, as tables on the terminal and as plain values."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from rich import box
from rich.table import Table
from rich.text import Text

if TYPE_CHECKING:
    from ...io.audit import Audit
    from ...io.nights.night import LeftOut, Night, Nights

__all__ = ["annotations_table", "inspection_document", "left_out_table", "nights_found_table"]

LAYOUTS = {"file": "", "parts": "parts of one night", "channels": "one file per channel"}
COLOURS = {"broken": "red", "duplicate": "yellow", "not-listed": "yellow", "orphan-scoring": "yellow"}


def nights_found_table(nights: Nights) -> Table:
    """One line per night: its files, whose it is, how it lies on the disk, and its scorings."""
    after = f", as {nights.table} lists them" if nights.table else ""
    n = len(nights.nights)
    table = Table(title=f"{n} {'night' if n == 1 else 'nights'}{after}", title_justify="left", box=box.SIMPLE_HEAD)
    for name in ("night", "known of it", "lies in", "scoring"):
        table.add_column(name, overflow="fold")
    for night in nights.nights:
        known = " ".join(f"{name} {value}" for name, value in night.details.cells().items())
        scorings = ", ".join(file.name for file in night.scorings)
        table.add_row(*map(Text, (night.path, known, _layout(night), scorings)))
    return table


def _layout(night: Night) -> str:
    cut = [
        f"{name} {moment.text}" for name in ("start", "stop") if (moment := getattr(night.details, name)) is not None
    ]
    files = f"{len(night.files)} files, {LAYOUTS[night.layout]}" if len(night.files) > 1 else "one file"
    return f"{files}, {', '.join(cut)}" if cut else files


def left_out_table(left_out: Sequence[LeftOut]) -> Table:
    """One line per file that is no night: what it is instead, and why."""
    n = len(left_out)
    table = Table(
        title="1 file is no night" if n == 1 else f"{n} files are no nights", title_justify="left", box=box.SIMPLE_HEAD
    )
    for name in ("file", "", "why"):
        table.add_column(name, overflow="fold")
    for entry in left_out:
        table.add_row(Text(entry.file.as_posix()), Text(entry.code, COLOURS.get(entry.code, "dim")), Text(entry.reason))
    return table


def annotations_table(name: str, texts: Sequence[str]) -> Table:
    """One line per text that a file annotates, and how often; for who asks, for it may name people."""
    table = Table(title=Text(f"{name}: annotations"), title_justify="left", box=box.SIMPLE_HEAD)
    table.add_column("text", overflow="fold")
    table.add_column("times", justify="right", no_wrap=True)
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
