"""Nights that deserve a human look, ranked by points, and the rule that gives them."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ...catalogue import CATALOGUE
from ..pages.night_facts import NightFacts
from ..words.failure_words import failure_words
from ..words.metric_groups import value_words
from ..words.numbers import number
from .results import HEADLINE

__all__ = ["RULE", "Doubt", "Doubts", "doubtful_nights"]

#: Points of each thing that casts doubt on a night.
FAILED, UNSCORED, UNSURE, LIGHTS, OUTLIER, FINDING = 10, 3, 2, 1, 1, 1
#: Per cent of the time in bed that may be unscored, of epochs that must be clear, and robust SDs from the median.
MOST_UNSCORED, LEAST_SURE, FARTHEST = 20.0, 60.0, 3.5
#: Nights from which on it is told whether one is unlike the others.
ENOUGH = 10
#: Measured nights from which on it is told what most of them share.
SEVERAL = 4
RULE = (
    f"Points: {FAILED} for a night that failed; {UNSCORED} where more than {MOST_UNSCORED:g} % of the time in bed is "
    f"not scored; {UNSURE} where the stager was clear of less than {LEAST_SURE:g} % of the epochs; {LIGHTS} where "
    f"lights-off or lights-on is unknown; {FINDING} for each finding that is a warning or refused something; "
    f"{OUTLIER} for each headline metric more than {FARTHEST:g} robust standard deviations (1.4826 times the median "
    f"absolute deviation) from the median of all nights, where there are {ENOUGH} or more. "
    f"What more than half of the measured nights have, where there are {SEVERAL} or more, is said once above the table "
    "and gives no points: it tells nights from each other no more. A failure always does. "
    "Nights of equal points stand in order of name."
)


@dataclass(frozen=True, slots=True)
class Doubt:
    """Why a night deserves a look.

    Parameters
    ----------
    name : str
    points : int
    why : tuple of str
    """

    name: str
    points: int
    why: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Doubts:
    """What casts doubt on the nights of a study.

    Parameters
    ----------
    nights : tuple of Doubt
        Those with any point, most points first.
    shared : tuple of (str, int)
        What most nights have, and how many of those that were measured; it gives no points.
    n_measured : int
    """

    nights: tuple[Doubt, ...]
    shared: tuple[tuple[str, int], ...]
    n_measured: int


@dataclass(frozen=True, slots=True)
class _Mark:
    """One thing that casts doubt on a night: what it is of any night, its points, and its words for this one."""

    what: str
    points: int
    why: str


def doubtful_nights(nights: Sequence[NightFacts], sure: Sequence[float]) -> Doubts:
    """Give the nights with any point, those with most first, and what most nights share.

    Parameters
    ----------
    nights : sequence of NightFacts
    sure : sequence of float
        Per cent of each night's epochs of which the stager was clear; NaN where nobody knows.
    """
    unlike = _unlike(nights)
    marks = [_marks(*one) for one in zip(nights, sure, unlike, strict=True)]
    measured = [of for night, of in zip(nights, marks, strict=True) if night.is_measured]
    given = Counter(what for of in measured for what in {mark.what for mark in of})
    many = len(measured) >= SEVERAL
    shared = {what: n for what, n in given.most_common() if many and 2 * n > len(measured)}
    doubts = []
    for night, of in zip(nights, marks, strict=True):
        own = [mark for mark in of if mark.what not in shared]
        if own:
            doubts.append(Doubt(night.name, sum(mark.points for mark in own), tuple(mark.why for mark in own)))
    ranked = sorted(doubts, key=lambda doubt: (-doubt.points, doubt.name))
    return Doubts(tuple(ranked), tuple(shared.items()), len(measured))


def _marks(night: NightFacts, clear: float, unlike: Sequence[str]) -> list[_Mark]:
    """Give what casts doubt on one night."""
    marks = []
    if not night.is_measured:
        marks.append(_Mark("failed", FAILED, f"failed{': ' + failure_words(night.failure) if night.failure else ''}"))
    unscored = 100 * night.number("unscored_minutes") / (night.number("trt") or math.nan)
    if unscored > MOST_UNSCORED:
        what = f"more than {MOST_UNSCORED:g} % of the time in bed not scored"
        marks.append(_Mark(what, UNSCORED, f"{number(unscored)} % of the time in bed not scored"))
    if clear < LEAST_SURE:
        what = f"stager clear of less than {LEAST_SURE:g} % of the epochs"
        marks.append(_Mark(what, UNSURE, f"stager clear of {number(clear)} % of the epochs"))
    lights = ("lights_off_seconds", "lights_on_seconds")
    if night.is_measured and any(name in night.row and math.isnan(night.number(name)) for name in lights):
        marks.append(_Mark("lights unknown", LIGHTS, "lights unknown"))
    for finding in night.grave():
        said = f"{finding.severity}: {finding.code}"
        marks.append(_Mark(said, FINDING, said))
    for key in unlike:
        metric = CATALOGUE[key]
        value = f"{value_words(key, night.number(key))} {'' if metric.unit == 'count' else metric.unit}".strip()
        marks.append(
            _Mark(f"{metric.label} unlike the others", OUTLIER, f"{metric.label} of {value} is unlike the others")
        )
    return marks


def _unlike(nights: Sequence[NightFacts]) -> list[list[str]]:
    """Give, of each night, the headline metrics that lie far from those of the others."""
    found: list[list[str]] = [[] for _ in nights]
    for key in HEADLINE:
        values = np.array([night.number(key) for night in nights], dtype=np.float64)
        known = values[~np.isnan(values)]
        if known.size < ENOUGH:
            continue
        middle = float(np.median(known))
        spread = 1.4826 * float(np.median(np.abs(known - middle)))
        if spread > 0:
            for i in np.flatnonzero(np.abs(values - middle) > FARTHEST * spread).tolist():
                found[i].append(key)
    return found
