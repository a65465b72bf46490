"""A table that fits what it is printed on: side by side, turned where that does not fit, one line a row in pipes."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from typing import Literal

from rich import box
from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from ...core.shown_text import shown_text

__all__ = ["FittedTable", "wrapped"]

Justify = Literal["left", "right"]
#: Between two columns, on a terminal and in a pipe.
GAP = 2
#: Columns of text below which what would wrap into them is not read easily.
READABLE = 16


@dataclass(frozen=True, slots=True)
class _Column:
    heading: Text
    justify: Justify
    whole: bool


class FittedTable:
    """A table that is never cut and folds no word.

    On a terminal, its columns stand side by side where each can hold its longest word; where they cannot, the table is
    turned: of numbers, a row per column with as many rows side by side as fit; of words, a paragraph per row. In a pipe
    or a file every row is one line, whole.

    Parameters
    ----------
    title, caption : str
        Lines above and below.
    grouped : bool
        Whether an empty first cell means the one above it; what is turned has a table per first cell then.
    """

    def __init__(self, *, title: str = "", caption: str = "", grouped: bool = False) -> None:
        self.title, self.caption, self.grouped = title, caption, grouped
        self._columns: list[_Column] = []
        self._rows: list[list[Text]] = []

    @property
    def row_count(self) -> int:
        """How many rows there are."""
        return len(self._rows)

    def add_column(self, heading: str = "", *, justify: Justify = "left", whole: bool | None = None) -> None:
        """Add a column; one of numbers is right-justified, and `whole` unless said otherwise: never wrapped."""
        self._columns.append(_Column(_shown(heading), justify, justify == "right" if whole is None else whole))

    def add_row(self, *cells: str | Text, style: str = "") -> None:
        """Add a row; what it has of markup is text."""
        row = [_shown(cell, style) for cell in cells]
        self._rows.append(row + [Text("")] * (len(self._columns) - len(row)))

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        yield from self._on_terminal(options.max_width) if options.is_terminal else self._in_pipe()

    # ------------------------------------------------------------------------------------------------------ in a pipe
    def _in_pipe(self) -> RenderResult:
        rows = [[_one_line(cell) for cell in row] for row in self._rows]
        if self.grouped:
            for above, row in pairwise(rows):
                row[0] = row[0] or above[0]
        headings = [_one_line(column.heading) for column in self._columns]
        widths = [max(map(cell_len, column)) for column in zip(headings, *rows, strict=True)]
        told = [headings, *rows] if rows else []  # headings over nothing say nothing
        lines = [" " * GAP + _aligned(row, widths, self._columns) for row in told]
        above, below = ([_one_line(_shown(text))] if text else [] for text in (self.title, self.caption))
        text = "\n".join(line.rstrip() for line in [*above, *lines, *below])
        if not text:
            return
        yield Text(text, no_wrap=True, overflow="ignore", end="\n")

    # --------------------------------------------------------------------------------------------------- on a terminal
    def _on_terminal(self, width: int) -> RenderResult:
        if self.title:
            yield _shown(wrapped(self.title, width), "bold")
        widths = self._widths(width)
        if not self._rows:
            pass  # headings over nothing say nothing
        elif widths is not None:
            yield self._side_by_side(widths)
        elif self.grouped and len(self._columns) > 2 and any(not row[0].plain for row in self._rows):
            yield from self._by_group(width)
        elif len(self._columns) > 1 and all(column.justify == "right" for column in self._columns[1:]):
            yield from self._turned(width)
        else:
            yield from self._paragraphs()
        if self.caption:
            yield _shown(wrapped(self.caption, width), "dim")

    def _widths(self, width: int) -> list[int] | None:
        """Give each column's width, or None where they do not stand side by side."""
        columns = [[column.heading, *(row[i] for row in self._rows)] for i, column in enumerate(self._columns)]
        widest = [max(map(_longest_line, cells)) for cells in columns]
        least = [
            most if column.whole else max(min(most, READABLE), *map(_longest_word, cells))
            for column, cells, most in zip(self._columns, columns, widest, strict=True)
        ]
        free = width - GAP * len(columns) - sum(least)
        if free < 0:
            return None
        widths = least
        while free > 0 and (open_ := [i for i in range(len(columns)) if widths[i] < widest[i]]):
            share = max(free // len(open_), 1)
            for i in open_[: free if free < len(open_) else None]:
                more = min(share, widest[i] - widths[i])
                widths[i] += more
                free -= more
        return widths

    def _side_by_side(self, widths: Sequence[int]) -> Table:
        table = Table(box=box.SIMPLE_HEAD, padding=(0, GAP - 1, 0, 0), pad_edge=False, show_edge=False)
        for column, width in zip(self._columns, widths, strict=True):
            table.add_column(column.heading, justify=column.justify, width=width, no_wrap=column.whole, overflow="fold")
        for row in self._rows:
            table.add_row(*row)
        return table

    def _by_group(self, width: int) -> RenderResult:
        part: FittedTable | None = None
        for row in self._rows:
            if part is None or row[0].plain:
                if part is not None:
                    yield from part._on_terminal(width)
                part = FittedTable(title=row[0].plain)
                part._columns = self._columns[1:]
            part._rows.append(row[1:])
        if part is not None:
            yield from part._on_terminal(width)

    def _turned(self, width: int) -> RenderResult:
        """A row per column, and as many of the rows side by side as fit."""
        labels = [_one_line(column.heading) for column in self._columns]
        left = max(map(cell_len, labels))
        waiting = list(self._rows)
        while waiting:
            taken, used = 0, left + GAP
            while taken < len(waiting):
                used += max(_longest_line(cell) for cell in waiting[taken]) + GAP
                if used > width and taken:
                    break
                taken += 1
            shown, waiting = waiting[:taken], waiting[taken:]
            if used > width and taken == 1:
                yield from self._paragraphs(shown)
                continue
            part = Table(box=box.SIMPLE_HEAD, padding=(0, GAP - 1, 0, 0), pad_edge=False, show_edge=False)
            part.add_column(labels[0], no_wrap=True)
            for row in shown:
                part.add_column(row[0], justify="right", no_wrap=True)
            for i, label in enumerate(labels[1:], 1):
                part.add_row(label, *(row[i] for row in shown))
            yield part

    def _paragraphs(self, rows: Sequence[Sequence[Text]] | None = None) -> RenderResult:
        """A paragraph per row: its first cell, and below it a line per cell that is not empty."""
        labels = [_one_line(column.heading) for column in self._columns]
        left = max(map(cell_len, labels[1:]), default=0)
        for row in self._rows if rows is None else rows:
            head = row[0].copy()
            head.stylize("bold")
            yield head
            for label, cell in zip(labels[1:], row[1:], strict=True):
                if cell.plain:
                    yield _hanging(label, left, cell)


def wrapped(text: str, width: int) -> str:
    r"""Break lines between words where they are longer than a width; a word that is longer stays whole.

    Examples
    --------
    >>> wrapped("one two three-four", 8)
    'one two\nthree-four'
    """
    fill = partial(textwrap.fill, width=width, break_long_words=False, break_on_hyphens=False, replace_whitespace=False)
    return "\n".join(fill(line) if cell_len(line) > width else line for line in text.split("\n"))


def _hanging(label: str, left: int, cell: Text) -> RenderableType:
    grid = Table.grid(padding=(0, GAP, 0, 0))
    grid.add_column(width=left, no_wrap=True)
    grid.add_column(overflow="fold")
    grid.add_row(Text(label, "dim"), cell)
    return Padding(grid, (0, 0, 0, GAP))


def _shown(cell: str | Text, style: str = "") -> Text:
    """A text that steers no terminal, so that its width is what is shown of it."""
    text = cell.copy() if isinstance(cell, Text) else Text(cell)
    safe = shown_text(text.plain)
    if safe != text.plain:
        text = Text(safe, text.style)
    if style:
        text.stylize(style)
    return text


def _one_line(text: Text) -> str:
    return " ".join(filter(None, map(str.strip, text.plain.expandtabs(1).splitlines())))


def _longest_line(text: Text) -> int:
    return max(map(cell_len, text.plain.splitlines()), default=0)


def _longest_word(text: Text) -> int:
    return max(map(cell_len, text.plain.split()), default=0)


def _aligned(cells: Sequence[str], widths: Sequence[int], columns: Sequence[_Column]) -> str:
    parts = []
    for cell, width, column in zip(cells, widths, columns, strict=True):
        blanks = " " * (width - cell_len(cell))
        parts.append(blanks + cell if column.justify == "right" else cell + blanks)
    return (" " * GAP).join(parts)
