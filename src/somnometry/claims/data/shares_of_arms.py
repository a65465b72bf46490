"""Nights that are marked, by person and arm: whether two arms have unlike shares of them."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import numpy as np
import numpy.typing as npt
from scipy import stats

from .study_nights import StudyNights

__all__ = ["chance_between_arms", "nights_under", "share_by_person", "shares_differ"]

Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]
#: Shares of nights that differ by less between two arms are taken for chance, as are those whose p is larger.
SHARE, P = 0.2, 0.01


def nights_under(nights: StudyNights, arm: str) -> Mask:
    """Which nights are under a condition; none where there is no such condition."""
    under: Mask = nights.condition == nights.conditions.index(arm) if arm in nights.conditions else (
        np.zeros(len(nights), bool)
    )  # fmt: skip
    return under


def share_by_person(nights: StudyNights, marked: Mask, arm: str, known: Mask | None = None) -> Floats:
    """Share of the nights of each person in an arm that are marked, of those of which that is known."""
    under = nights_under(nights, arm) & (True if known is None else known)
    n = np.bincount(nights.subject[under], minlength=len(nights.subjects))
    k = np.bincount(nights.subject[under & marked], minlength=len(nights.subjects))
    return k[n > 0] / n[n > 0]


def shares_differ(first: Floats, second: Floats) -> bool:
    """Whether all of one arm are marked and none of the other, or more than chance would hardly give people alike."""
    a, b = float(first.mean()), float(second.mean())
    if {a, b} == {0.0, 1.0}:
        return True
    if abs(a - b) < SHARE:
        return False
    counts = np.array([[(shares > 0.5).sum(), (shares <= 0.5).sum()] for shares in (first, second)])
    return float(stats.fisher_exact(counts).pvalue) < P


def chance_between_arms(nights: StudyNights, marked: Mask, known: Mask, arms: Sequence[str]) -> float:
    """How likely chance parts those who have any such night as the two arms do that differ most; 1 with fewer arms.

    Fisher's exact test of people, or of nights where there is one person; for as many pairs as there are.

    Parameters
    ----------
    nights : StudyNights
    marked, known : array of bool, shape (n_nights,)
        Nights that are marked, and all that may be.
    arms : sequence of str
    """
    who = nights.subject if len(nights.subjects) > 1 else np.arange(len(nights))
    counts = []
    for arm in arms:
        under = known & nights_under(nights, arm)
        with_any, everybody = np.unique(who[under & marked]).size, np.unique(who[under]).size
        counts.append((with_any, everybody - with_any))
    pairs = list(combinations(counts, 2))
    return min([1.0, *(float(stats.fisher_exact(np.array(pair)).pvalue) * len(pairs) for pair in pairs)])
