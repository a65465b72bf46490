"""Tables as CSV: every cell can be read back, no cell is run by a spreadsheet, and one that was cut can tell it."""

from __future__ import annotations

import csv
import math
import os
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, BinaryIO

from ..core.shown_text import shown_text
from .files import replacing

__all__ = ["csv_cell", "csv_text", "separator_of", "was_cut", "write_csv"]

#: What a spreadsheet takes for the beginning of a formula, also in the wide forms of East Asian keyboards.
FORMULA = tuple("=+-@\uff1d\uff0b\uff0d\uff20")
#: A number that begins with its sign is a number.
NUMBER = re.compile(r"[-+]?(?:\d+(?:[.,]\d*)?|[.,]\d+)(?:[eE][-+]?\d+)?")
#: Characters; a spreadsheet cuts cells at 32,767, and Python's reader refuses a cell of 131,073.
LONGEST = 32_000
#: How a table begins that has an end mark: its first heading, a plain word, stands in quotes, and the second does not.
#: No program that saves a table anew writes it so.
BEGINS, BOM = re.compile(rb'"\w+",(?!")'), b"\xef\xbb\xbf"


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
    ended: bool = False,
) -> None:
    r"""Write rows as CSV in UTF-8, whole or not at all; a column that a row lacks is an empty cell.

    Parameters
    ----------
    path : path-like
    rows : iterable of mapping of str to value
    columns : sequence of str, optional
        In their order; else those of the rows, as they come.
    digits : int or None
        Behind the point; None for as many as a number has.
    ended : bool
        Whether the first heading and the first cell of the last row stand in quotes, which mean nothing to who reads
        the cells: a table that begins so and has no such row was cut (`was_cut`). Who saves it anew with any program,
        with all of its rows or some, takes both away. It must have two columns or more.

    Examples
    --------
    >>> folder = getfixture("tmp_path")
    >>> write_csv(folder / "t.csv", [{"recording": "n1", "tst": 400.0}, {"recording": "n2", "tst": 410.5}], ended=True)
    >>> (folder / "t.csv").read_bytes()
    b'"recording",tst\r\nn1,400.0\r\n"n2",410.5\r\n'
    """
    cells = [{str(csv_cell(key)): csv_cell(value, digits) for key, value in row.items()} for row in rows]
    headings = list(dict.fromkeys(key for row in cells for key in row)) if columns is None else columns
    with replacing(path) as temporary, temporary.open("w", newline="", encoding="utf-8") as file:
        names = [str(csv_cell(heading)) for heading in headings]
        lines = [names, *([row.get(name, "") for name in names] for row in cells)]
        writer = csv.writer(file)
        for i, line in enumerate(lines):
            marked = ended and i in (0, len(lines) - 1)
            if marked:
                file.write('"{}",'.format(str(line[0]).replace('"', '""')))
            writer.writerow(line[marked:])


def was_cut(file: BinaryIO) -> bool:
    """Whether a table that `write_csv` gave an end mark lacks it, wherever it was cut; it is left at its beginning.

    Rows that somebody added behind the mark change nothing, and a table without such a beginning is never cut.
    """
    file.seek(0)
    begins = BEGINS.match(file.readline().removeprefix(BOM)) is not None
    cut = begins and not any(line.startswith(b'"') for line in file)
    file.seek(0)
    return cut
