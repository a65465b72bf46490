"""In which sequence of conditions the table says that each subject is, and whether its nights say the same."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from ...core.errors import ClaimError
from .night_ordinals import texts_of

__all__ = ["require_one_order", "sequences_of"]

Ints = npt.NDArray[np.intp]


def sequences_of(
    columns: Mapping[str, npt.NDArray[Any]], subject: Ints, subjects: tuple[str, ...], row: Ints
) -> tuple[str, ...]:
    """Give the sequence of each subject as the table says it, empty where it does not.

    Raises
    ------
    ClaimError
        Where a subject is in two.
    """
    if "sequence" not in columns:
        return ("",) * len(subjects)
    sequence_of: dict[int, tuple[str, int]] = {}
    for i, (s, text) in enumerate(zip(subject.tolist(), texts_of(columns["sequence"]), strict=True)):
        before = sequence_of.setdefault(s, (text, i))
        if before[0] != text:
            raise ClaimError(
                f"subject {subjects[s]!r} is in two sequences, {before[0]!r} and {text!r}",
                place=f"rows {row[before[1]]} and {row[i]}",
                remedy="a subject has one",
                key="sequence",
            )
    return tuple(sequence_of[s][0] for s in range(len(subjects)))


def require_one_order(
    sequences: tuple[str, ...], subject: Ints, period: Ints, condition: Ints, conditions: tuple[str, ...], row: Ints
) -> None:
    """Refuse a sequence whose people get different conditions in one period: it is no order of conditions.

    Raises
    ------
    ClaimError
    """
    given: dict[tuple[str, int], int] = {}
    for i, (s, p) in enumerate(zip(subject.tolist(), period.tolist(), strict=True)):
        if not sequences[s] or p < 0:
            continue
        if condition[(first := given.setdefault((sequences[s], p), i))] != condition[i]:
            raise ClaimError(
                f"people of the sequence {sequences[s]!r} have {conditions[condition[first]]!r} and "
                f"{conditions[condition[i]]!r} in one period",
                place=f"rows {row[first]} and {row[i]}",
                remedy="mend 'sequence', 'period' or 'condition', or leave out the column 'sequence', which the order "
                "of conditions tells",
                key="sequence",
            )
