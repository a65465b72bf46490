"""A table of nights as it was given: its columns, and cells that hold what is no text, number or time."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from ...core.errors import ClaimError
from ...core.faults import Faults

__all__ = ["cell_place", "columns_of"]

#: Bits of a whole number that is written out; what has more is no number of anything.
LARGEST = 1024
#: Kinds of NumPy's arrays whose cells are bytes or several values.
NO_CELLS = "SV"
NUMBERS = {int, float, bool}


def columns_of(nights: Any) -> dict[str, npt.NDArray[Any]]:
    """Give the columns of a DataFrame, of a mapping of columns, or of rows.

    Raises
    ------
    ClaimError
        Where it is no table, two columns have one name, columns differ in length, or a cell holds several values,
        bytes, an object without words of its own or a number of hundreds of digits.

    Examples
    --------
    >>> columns_of([{"subject": "S1", "tst": 400.0}, {"subject": "S2"}])
    {'subject': array(['S1', 'S2'], dtype=object), 'tst': array([400.0, nan], dtype=object)}
    """
    if hasattr(nights, "to_dicts"):  # a DataFrame of polars
        nights = nights.to_dicts()
    if hasattr(nights, "columns") and hasattr(nights, "iloc"):
        headings = [str(name) for name in nights.columns]
        for i, name in enumerate(headings):
            if name in headings[:i]:
                raise ClaimError(
                    f"two columns are called {name!r}", place="the table of nights", remedy="leave one out", key=name
                )
        columns = {name: nights.iloc[:, i].to_numpy() for i, name in enumerate(headings)}
    elif isinstance(nights, Mapping):
        columns = {str(name): _column(str(name), values) for name, values in nights.items()}
    else:
        rows: Sequence[Mapping[str, Any]] = list(nights) if isinstance(nights, Iterable) else [nights]
        if not all(isinstance(row, Mapping) for row in rows):
            raise ClaimError(
                f"{type(nights).__name__} is no table of nights",
                remedy="give a DataFrame, a mapping of columns, or rows that are mappings (`read_nights` reads "
                "nights.csv)",
            )
        names = dict.fromkeys(name for row in rows for name in row)
        columns = {str(name): _objects([row.get(name, math.nan) for row in rows]) for name in names}
    if len({values.shape[:1] for values in columns.values()}) > 1:
        raise ClaimError("the columns of the table of nights differ in length")
    faults = Faults()
    for name, values in columns.items():
        with faults.gathered():
            _require_cells(name, values)
    faults.raise_all()
    return columns


def cell_place(row: int, column: str) -> str:
    """Where a cell stands, as errors say it."""
    return f"row {row}, column {column!r}"


def _column(name: str, values: Any) -> npt.NDArray[Any]:
    """Give an array as it is, and a list with its cells as they are, none of which becomes text beside another."""
    if np.ma.isMaskedArray(values):
        return _objects(np.ma.filled(values.astype(object), math.nan).tolist())
    if hasattr(values, "dtype"):
        return np.asarray(values)
    if isinstance(values, str | bytes) or not isinstance(values, Iterable):
        raise ClaimError(f"the column {name!r} is no list of cells, one for each night", key=name)
    cells = list(values)
    return np.asarray(cells) if {type(cell) for cell in cells} <= NUMBERS else _objects(cells)


def _objects(cells: Sequence[Any]) -> npt.NDArray[Any]:
    """Give cells as they are, also where all of them are lists of one length."""
    column = np.empty(len(cells), object)
    for i, cell in enumerate(cells):
        column[i] = cell
    return column


def _require_cells(name: str, values: npt.NDArray[Any]) -> None:
    """Refuse cells that could not be told apart or written, of whatever column, since all of them are looked at."""
    if values.ndim != 1:
        raise ClaimError(f"the cells of the column {name!r} hold several values each", key=name)
    if values.dtype.kind in NO_CELLS:
        raise ClaimError(f"the column {name!r} holds bytes and no text", remedy="decode them first", key=name)
    if values.dtype.kind != "O":
        return
    cells = values.tolist()
    wrong = {kind: _wrong(cell) for kind, cell in {type(cell): cell for cell in cells}.items()}
    faults = Faults()
    for i, cell in enumerate(cells):
        what = wrong[type(cell)]
        if not what and isinstance(cell, int) and cell.bit_length() > LARGEST:
            what = "a number of hundreds of digits"
        if not what and hasattr(cell, "is_snan") and cell.is_snan():
            what = "a signaling NaN"
        if what:
            remedy = "a cell holds a text, a number or a time, or nothing"
            faults.found.append(ClaimError(f"it holds {what}", place=cell_place(i + 1, name), remedy=remedy, key=name))
    faults.raise_all()


def _wrong(cell: Any) -> str:
    """Say what a cell is where none of its kind can be one; empty where it can."""
    kind = type(cell)
    if issubclass(kind, Collection) and not issubclass(kind, str):
        return f"several values ({kind.__name__})" if not issubclass(kind, bytes | bytearray) else "bytes and no text"
    own = {name for base in kind.__mro__[:-1] for name in vars(base)}  # of what object itself does not say
    if callable(cell) or own.isdisjoint({"__str__", "__repr__"}):
        return f"something without words ({kind.__name__})"
    return ""
