"""Values that were likely filled in: one in many nights, or the same under two conditions, or in two nights of one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
import numpy.typing as npt
from scipy import stats

from ...catalogue import CATALOGUE
from ...core.claim import Claim, Component
from ...core.reason import Reason
from .stand_ins import CODES
from .study_nights import Floats, Ints, StudyNights

__all__ = ["filled_in"]

Mask = npt.NDArray[np.bool_]

#: Nights that share a value must be so many before anything is said of it, and a smaller share of nights is chance.
FILLED, SHARE_FILLED = 4, 0.04
#: People write multiples of this of themselves, where more than this share of other values are multiples of it; of
#: fewer different values any may be common.
FACTORS, OF_THEMSELVES, DIFFERENT = 5.0, 0.35, 10
#: Minutes that a protocol gives many nights alike.
BY_PROTOCOL = ("trt",)
#: So seldom chance has a code for none, such as 99, as often as a column has it.
BY_CODE = 0.005
#: So seldom chance gives so many people one value under two conditions.
CARRIED = 1e-4


def filled_in(nights: StudyNights, components: Iterable[Component | Claim]) -> Iterator[Reason]:
    """Say which values of a metric are more often the same than chance has it, as where missing nights were filled in.

    One value in many nights is likely a mean; the same value in both arms of many people was likely carried forward.
    Ends of the possible range are left out, whole multiples of five where people write such, and metrics of few
    different values.

    Parameters
    ----------
    nights : StudyNights
    components : iterable of Component or Claim
        The parts of a claim.
    """
    for metric in dict.fromkeys(part.metric for part in components):
        if metric not in nights.columns or metric not in CATALOGUE or CATALOGUE[metric].level == "period":
            continue
        if metric in BY_PROTOCOL:
            continue
        values = nights.numbers(metric)
        told = _told(values, CATALOGUE[metric].possible_range)
        found, which, counts = np.unique(values[told], return_inverse=True, return_counts=True)
        if found.size < DIFFERENT:
            continue
        if (coded := _coded(found, counts)) is not None:
            of = {"metric": metric, "value": float(found[coded]), "n": int(counts[coded])}
            yield Reason("filled-in", of | {"nights": int(np.isfinite(values).sum())})
            continue
        n, most = int(counts.max()), int(counts.argmax())
        others = np.delete(counts, most)
        if n >= max(FILLED, SHARE_FILLED * told.sum(), 4 * int(others.max()), 8 * float(others.mean())):
            facts = {"metric": metric, "value": float(found[most]), "n": n, "nights": int(np.isfinite(values).sum())}
            yield Reason("filled-in", facts)
            continue
        alike = float((counts * (counts - 1)).sum()) / max(int(told.sum() * (told.sum() - 1)), 1)
        if carried := _carried(nights.subject[told], nights.condition[told], which, alike):
            yield Reason("carried-forward", {"metric": metric, "n": carried, "people": len(nights.subjects)})
        elif repeated := _repeated(nights.subject[told], nights.condition[told], which):
            yield Reason("repeated-values", {"metric": metric, "n": repeated, "people": len(nights.subjects)})


def _told(values: Floats, ends: tuple[float, float]) -> Mask:
    """Which values tell of themselves that they are there too often."""
    known: Mask = np.isfinite(values) & ~np.isin(values, ends)
    multiples = known & (values % FACTORS == 0)
    found, counts = np.unique(values[known], return_counts=True)
    if not found.size:
        return known
    others = known & (values != found[counts.argmax()])
    rounded = (multiples & others).sum() > OF_THEMSELVES * others.sum()
    told: Mask = known & ~multiples if rounded else known
    return told


def _coded(found: Floats, counts: Ints) -> int | None:
    """Which of the values is a code for none, by far more often there than those near it; None where none is."""
    for i in np.flatnonzero(np.isin(found, CODES) & (found >= 99)).tolist():
        near = (abs(found - found[i]) <= 0.15 * found[i]) & (np.arange(found.size) != i)
        expected = max(1.0, float(counts[near].mean()) if near.any() else 0.0)
        if counts[i] >= FILLED and stats.poisson.sf(int(counts[i]) - 1, expected) < BY_CODE:
            return int(i)
    return None


def _carried(subject: Ints, condition: Ints, value: Ints, alike: float) -> int:
    """How many people have one value under two conditions; 0 where chance, with three times its share, has it so."""
    same, chance = 0, 0.0
    order = np.argsort(subject, kind="stable")
    for own in np.split(order, np.flatnonzero(np.diff(subject[order])) + 1):
        under = [set(value[own[condition[own] == c]].tolist()) for c in np.unique(condition[own])]
        pairs = [(a, b) for i, a in enumerate(under) for b in under[i + 1 :]]
        same += any(a & b for a, b in pairs)
        chance += min(1.0, 3 * alike * sum(len(a) * len(b) for a, b in pairs))
    return same if same >= 3 and stats.poisson.sf(same - 1, chance) < CARRIED else 0


def _repeated(subject: Ints, condition: Ints, value: Ints) -> int:
    """How many people have one value twice under a condition; 0 where chance, with three times its share, has it so."""
    people = np.bincount(subject)
    total, own = np.bincount(value), np.unique(subject * (value.max() + 1) + value, return_counts=True)[1]
    others = float(value.size**2 - (people**2).sum())
    alike = float((total**2).sum() - (own**2).sum()) / others if others else 1.0  # nights of other people
    cell, cell_of, nights = np.unique(
        subject * (condition.max() + 1) + condition, return_inverse=True, return_counts=True
    )
    which, n = np.unique(cell_of * (value.max() + 1) + value, return_counts=True)
    person = cell // (condition.max() + 1)
    same = np.unique(person[which[n > 1] // (value.max() + 1)]).size
    pairs = np.bincount(person, nights * (nights - 1) / 2)
    chance = float(np.minimum(1.0, 3 * alike * pairs).sum())
    return same if same >= 3 and stats.poisson.sf(same - 1, chance) < CARRIED else 0
