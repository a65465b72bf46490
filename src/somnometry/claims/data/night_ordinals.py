"""Which night of its period each row of a table is, whatever numbers the table counts nights by."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

__all__ = ["LARGEST", "ordinals_of_nights", "text_of", "texts_of"]

Ints = npt.NDArray[np.intp]
#: Nothing that is measured in a night is larger; squares of what is larger would overflow.
LARGEST = 1e100


def ordinals_of_nights(columns: Mapping[str, npt.NDArray[Any]]) -> Ints:
    """Give the ordinal of each night within its subject and period, from 0, whatever numbers the table counts them by.

    Where the numbers of every period begin at 1 (or 0) and go no further than somebody has nights in it, they count the
    period's nights, and a missing first night leaves the second the second. Elsewhere, as when nights are counted
    through a study with unequal washouts, nights are ranked within subject and period; in a later period, whoever has
    many nights would else make two washouts look like one count. Nights that leave the analysis count.
    """
    n = len(columns["subject"])
    if "night" not in columns:
        return np.zeros(n, np.intp)
    places = texts_of(columns.get("period", columns["condition"]))
    subjects = texts_of(columns["subject"])
    night = columns["night"]
    numbers = (
        night.astype(np.float64).tolist() if night.dtype.kind in "iu" else list(map(_number_or_last, night.tolist()))
    )
    cells: dict[tuple[str, str], set[float]] = {}
    for place, subject, number in zip(places, subjects, numbers, strict=True):
        cells.setdefault((place, subject), set()).add(number)
    by_place: dict[str, list[set[float]]] = {}
    for (place, _), of_cell in cells.items():
        by_place.setdefault(place, []).append(of_cell)
    first = {place: min(map(min, of_place)) for place, of_place in by_place.items()}
    counted = set(first.values()) in ({0.0}, {1.0}) and all(
        max(map(max, of_place)) - first[place] < max(map(len, of_place)) for place, of_place in by_place.items()
    )
    ordinal: dict[tuple[str, str], dict[float, int]] = {}
    for (place, subject), of_cell in cells.items():
        ordinal[place, subject] = {
            number: int(number - first[place]) if counted else i for i, number in enumerate(sorted(of_cell))
        }
    return np.array([ordinal[p, s][number] for p, s, number in zip(places, subjects, numbers, strict=True)], np.intp)


def _number_or_last(cell: Any) -> float:
    """Give a cell as a number; one that is none sorts last, and is an error where its night is analysed."""
    try:
        number = float(cell)
    except (TypeError, ValueError, OverflowError):
        return math.inf
    return math.inf if math.isnan(number) else number


def texts_of(values: npt.NDArray[Any]) -> list[str]:
    """Give the cells of a column as text; each that is found again is written once."""
    cells = values.tolist()
    if values.dtype.kind in "iu":
        return list(map(str, cells))
    known = {cell: text_of(cell) for cell in set(cells)}
    return [known[cell] for cell in cells]


def text_of(cell: Any) -> str:
    """Give a cell as text, whole numbers without a point; empty where nothing is in it."""
    if cell is None:
        return ""
    if not isinstance(cell, str) and isinstance(cell, (float, np.floating)):
        if math.isnan(cell):
            return ""
        if float(cell).is_integer() and abs(float(cell)) < LARGEST:
            return str(int(cell))
    text = str(cell).strip()
    return "" if text in ("<NA>", "nan", "NaT") else text
