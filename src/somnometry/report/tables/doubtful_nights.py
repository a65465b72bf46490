"""Nights that deserve a human look, ranked by points, and the rule that gives them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ...catalogue import CATALOGUE
from ..pages.night_facts import NightFacts
from ..words.numbers import number
from .results import HEADLINE

__all__ = ["RULE", "Doubt", "doubtful_nights"]

#: Points of each thing that casts doubt on a night.
FAILED, UNSCORED, UNSURE, LIGHTS, OUTLIER, FINDING = 10, 3, 2, 1, 1, 1
#: Per cent of the time in bed that may be unscored, of epochs that must be clear, and robust SDs from the median.
MOST_UNSCORED, LEAST_SURE, FARTHEST = 20.0, 60.0, 3.5
#: Nights from which on it is told whether one is unlike the others.
ENOUGH = 10
RULE = (
    f"Points: {FAILED} for a night that failed; {UNSCORED} where more than {MOST_UNSCORED:g} % of the time in bed is "
    f"not scored; {UNSURE} where the stager was clear of less than {LEAST_SURE:g} % of the epochs; {LIGHTS} where "
    f"lights-off or lights-on is unknown; {FINDING} for each finding that is a warning or refused something; "
    f"{OUTLIER} for each headline metric more than {FARTHEST:g} robust standard deviations (1.4826 times the median "
    f"absolute deviation) from the median of all nights, where there are {ENOUGH} or more. "
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


def doubtful_nights(nights: Sequence[NightFacts], sure: Sequence[float]) -> list[Doubt]:
    """Give the nights with any point, those with most first.

    Parameters
    ----------
    nights : sequence of NightFacts
    sure : sequence of float
        Per cent of each night's epochs of which the stager was clear; NaN where nobody knows.
    """
    unlike = _unlike(nights)
    doubts = []
    for i, (night, clear) in enumerate(zip(nights, sure, strict=True)):
        points, why = 0, list[str]()
        if not night.is_measured:
            points, why = FAILED, [f"failed{': ' + night.failure if night.failure else ''}"]
        unscored = 100 * night.number("unscored_minutes") / (night.number("trt") or math.nan)
        if unscored > MOST_UNSCORED:
            points, why = points + UNSCORED, [*why, f"{number(unscored)} % of the time in bed not scored"]
        if clear < LEAST_SURE:
            points, why = points + UNSURE, [*why, f"stager clear of {number(clear)} % of the epochs"]
        lights = ("lights_off_seconds", "lights_on_seconds")
        if night.is_measured and any(name in night.row and math.isnan(night.number(name)) for name in lights):
            points, why = points + LIGHTS, [*why, "lights unknown"]
        for finding in night.grave():
            points, why = points + FINDING, [*why, f"{finding.severity}: {finding.code}"]
        for key in unlike[i]:
            metric = CATALOGUE[key]
            value = f"{number(night.number(key))} {'' if metric.unit == 'count' else metric.unit}".strip()
            points, why = points + OUTLIER, [*why, f"{metric.label} of {value} is unlike the others"]
        if points:
            doubts.append(Doubt(night.name, points, tuple(why)))
    return sorted(doubts, key=lambda doubt: (-doubt.points, doubt.name))


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
