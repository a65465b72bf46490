"""Tables as CSV: every cell can be read back, and no cell is run by a spreadsheet."""

from __future__ import annotations

import csv
import math
import os
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ..core.shown_text import shown_text
from .files import replacing

__all__ = ["csv_cell", "csv_text", "separator_of", "write_csv"]

#: What a spreadsheet takes for the beginning of a formula, also in the wide forms of East Asian keyboards.
FORMULA = tuple("=+-@\uff1d\uff0b\uff0d\uff20")
#: A number that begins with its sign is a number.
NUMBER = re.compile(r"[-+]?(?:\d+(?:[.,]\d*)?|[.,]\d+)(?:[eE][-+]?\d+)?")
#: Characters; a spreadsheet cuts cells at 32,767, and Python's reader refuses a cell of 131,073.
LONGEST = 32_000


def csv_cell(value: Any, digits: int | None = 6) -> Any:
    r"""A value as a cell: a number to so many digits or whole, nothing for NaN, text without what does something.

    Text that a spreadsheet would run gets a blank in front, which `csv_text` takes away again; what steers a terminal
    is its escape; a text of more than 32,000 characters is cut, and says so.

    Examples
    --------
    >>> csv_cell("=1+1"), csv_cell("-2.5"), csv_cell("-2+cmd"), csv_cell("\x1b[2J")
    (' =1+1', '-2.5', ' -2+cmd', '\\x1b[2J')
    """
    if isinstance(value, float):
        return "" if math.isnan(value) else value if digits is None else round(value, digits)
    if not isinstance(value, str):
        return value
    text = shown_text(value, keep="", limit=LONGEST)
    return f" {text}" if text.startswith(FORMULA) and not NUMBER.fullmatch(text) else text


def csv_text(cell: str) -> str:
    """The text that `csv_cell` made a cell of, without the blank in front.

    Examples
    --------
    >>> csv_text(" =1+1"), csv_text(" plain")
    ('=1+1', ' plain')
    """
    return cell[1:] if cell.startswith(" ") and cell[1:].startswith(FORMULA) else cell


def separator_of(header: str) -> str:
    r"""What parts the cells of a table, by its first line: a comma, a semicolon or a tab.

    Examples
    --------
    >>> separator_of("subject;condition;tst"), separator_of("tst")
    (';', ',')
    """
    return max(",;\t", key=header.count)


def write_csv(
    path: str | os.PathLike[str],
    rows: Iterable[Mapping[Any, Any]],
    columns: Sequence[str] | None = None,
    *,
    digits: int | None = 6,
) -> None:
    """Write rows as CSV in UTF-8, whole or not at all; a column that a row lacks is an empty cell.

    Parameters
    ----------
    path : path-like
    rows : iterable of mapping of str to value
    columns : sequence of str, optional
        In their order; else those of the rows, as they come.
    digits : int or None
        Behind the point; None for as many as a number has.
    """
    cells = [{str(csv_cell(key)): csv_cell(value, digits) for key, value in row.items()} for row in rows]
    headings = list(dict.fromkeys(key for row in cells for key in row)) if columns is None else columns
    with replacing(path) as temporary, temporary.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, [str(csv_cell(heading)) for heading in headings], restval="")
        writer.writeheader()
        writer.writerows(cells)
