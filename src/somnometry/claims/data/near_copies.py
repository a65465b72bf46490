"""Nights whose numbers are nearly all those of another night, as of a copy of which a few cells were changed."""

from __future__ import annotations

import dataclasses
import math

import numpy as np
import numpy.typing as npt

from ...catalogue import CATALOGUE, metric_of
from ...core.reason import Reason
from .copies import columns_apart
from .study_nights import Floats, StudyNights

__all__ = ["with_near_copies"]

Ints = npt.NDArray[np.intp]
#: Columns of fewer different values tell no night.
DIFFERENT = 10
#: Numbers that two nights must share, and the share of their numbers that may differ.
SHARED, CHANGED = 5, 0.25
#: A group of columns that more nights than this have alike tells none of them.
CROWD = 8
#: So seldom chance makes a pair so alike, nights being drawn one by one; those of one person are more alike.
CHANCE = 1e-4


def with_near_copies(nights: StudyNights) -> StudyNights:
    """Give the nights with a warning of those which are nearly copies of others; as they are where none is.

    Nights that differ in at most a quarter of their numbers are alike in all columns of at least one of a quarter and
    one groups of them: so pairs are found among the few nights that share such a group, and not by comparing all with
    all.

    Parameters
    ----------
    nights : StudyNights
    """
    table = _table(nights)
    if table.shape[1] <= SHARED or len(table) < 3:
        return nights
    pairs = [pair for pair in _candidates(table) if _is_near(table, *pair)]
    if not pairs:
        return nights
    apart = columns_apart(table)
    pairs = [pair for pair in pairs if _is_no_chance(table, *pair, apart)]
    if not pairs:
        return nights
    first, second = pairs[0]
    alike, of = _alike(table, first, second)
    facts = {"rows": (int(nights.row[first]), int(nights.row[second])), "same": int(alike.sum()), "of": of,
             "pairs": len(pairs)}  # fmt: skip
    return dataclasses.replace(nights, warnings=(*nights.warnings, Reason("nearly-copied", facts)))


# ------------------------------------------------------------------------------------------------------------- helpers
def _table(nights: StudyNights) -> Floats:
    """Give what was measured of every night, columns of few different values left out."""
    kept = []
    for name in nights.columns:
        metric = metric_of(name)
        if metric in CATALOGUE and CATALOGUE[metric].level != "period" and "__" not in name:
            values = nights.numbers(name)
            if np.unique(values[np.isfinite(values)]).size >= DIFFERENT:
                kept.append(values)
    return np.column_stack(kept) if kept else np.empty((len(nights), 0))


def _candidates(table: Floats) -> list[tuple[int, int]]:
    """Give the pairs of nights that share all numbers of a group of columns which few others share.

    There is a group more than there are columns in which nearly copied nights may differ.
    """
    codes = np.column_stack([np.unique(values, return_inverse=True)[1] for values in table.T])
    order = np.argsort(-codes.max(axis=0), kind="stable")
    groups = int(CHANGED * order.size) + 1
    found: set[tuple[int, int]] = set()
    for first in range(groups):  # dealt out by how fine they are, so that every group tells nights apart
        key = np.zeros(len(table), np.intp)
        for c in order[first::groups].tolist():
            key = np.unique(key * (int(codes[:, c].max()) + 1) + codes[:, c], return_inverse=True)[1]
        by_key = np.argsort(key, kind="stable")
        n = np.bincount(key)
        starts = np.cumsum(n) - n
        for of in np.flatnonzero((n > 1) & (n <= CROWD)).tolist():
            rows = sorted(by_key[starts[of] : starts[of] + n[of]].tolist())
            found.update((a, b) for i, a in enumerate(rows) for b in rows[i + 1 :])
    return sorted(found)


def _alike(table: Floats, i: int, j: int) -> tuple[npt.NDArray[np.bool_], int]:
    """Give which numbers two nights share, and how many either has."""
    either = np.isfinite(table[i]) | np.isfinite(table[j])
    return table[i] == table[j], int(either.sum())


def _is_near(table: Floats, i: int, j: int) -> bool:
    alike, of = _alike(table, i, j)
    shared = table[i][alike]
    return bool(np.unique(shared[shared != 0]).size >= SHARED and of - alike.sum() <= max(1, CHANGED * of))


def _is_no_chance(table: Floats, i: int, j: int, apart: list[int]) -> bool:
    """Whether chance would seldom make any two nights share so many of the columns that do not follow each other."""
    alike, _ = _alike(table, i, j)
    shared = [c for c in apart if alike[c]]
    shares = [float((table[:, c] == table[i, c]).mean()) for c in shared]
    ways = math.comb(len(apart), len(shared)) * math.comb(len(table), 2)
    return math.prod(shares) * ways < CHANCE
