"""In which other unit a column, or a part of it, is likely written: told by what nights have."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping

import numpy as np
import numpy.typing as npt

from ...catalogue import CATALOGUE
from ..stager_validation import VALIDATION

__all__ = ["CLOCKS", "FEW", "OTHER_UNITS", "in_two_units", "likely_unit"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.intp]
Mask = npt.NDArray[np.bool_]

#: What people commonly have, in the metric's unit, beside the means of validation; from which another unit is told.
USUAL: Mapping[str, float] = {
    "trt": 470.0, "spt": 430.0, "twt": 80.0, "nrem_minutes": 300.0, "light_minutes": 280.0,
    "rem_latency_asleep": 90.0, "n2_latency_lights_off": 30.0, "n3_latency_lights_off": 60.0, "light_percent": 70.0,
    "se_scored": 84.0,
}  # fmt: skip
#: Above these no group of people has its median night, also not long sleepers, children or patients.
HIGHEST: Mapping[str, float] = {
    "trt": 780.0, "tst": 620.0, "spt": 720.0, "twt": 420.0, "nrem_minutes": 520.0, "light_minutes": 480.0,
    "n1_minutes": 240.0, "n2_minutes": 440.0, "n3_minutes": 260.0, "rem_minutes": 300.0, "waso": 330.0,
    "waso_spt": 330.0, "sol": 240.0, "sol_5min": 240.0, "lps": 270.0, "fwt": 300.0,
    "rem_percent": 60.0, "n3_percent": 60.0, "n1_percent": 70.0,
}  # fmt: skip
#: Unit -> other units in which it is commonly written -> how many of them one has.
OTHER_UNITS: Mapping[str, Mapping[str, float]] = {
    "min": {"hours": 1 / 60, "days, as spreadsheets keep times": 1 / 1440, "epochs of 30 s": 2.0,
            "epochs of 20 s": 3.0, "seconds": 60.0, "milliseconds": 60000.0},
    "%": {"a fraction of 1": 1 / 100},
}  # fmt: skip
#: The most that a night has of units that are larger than its metric's own.
MOST: Mapping[str, float] = {"hours": 24.0, "days, as spreadsheets keep times": 1.0, "a fraction of 1": 1.0}
#: Durations of a whole night: if these are in another unit, so are likely all minutes of their table.
CLOCKS = ("trt", "spt", "tst")
#: Of these any number of nights have next to nothing.
NEAR_NOTHING = ("long_wake_minutes", "fwt", "n1_latency", "n2_latency")
#: Of these single nights have: a part of a column is told from them by digits that the others do not have.
SELDOM_NOTHING = (
    "waso",
    "waso_spt",
    "twt",
    "sol",
    "sol_5min",
    "lps",
    "n1_minutes",
    "n3_minutes",
    "n1_percent",
    "n3_percent",
)
#: From so many nights on, values that are all too small by the factor of another unit are taken to be in it.
FEW = 4
#: Minutes of nights have halves, and means of several nights any digits; epochs whose means they are have so many more.
HALVES = 1.3


def likely_unit(metric: str, values: Floats) -> str:
    """Give the other unit in which values of a metric likely are, as in "in hours"; empty where its own is as likely.

    Too small are values that are usual in the other unit, give or take a factor of 8, and far from usual in their own.
    Too large are those that no night has, and those whose middle is above what any group of people has: whole numbers
    of epochs, or any number that is usual in seconds or milliseconds.

    Parameters
    ----------
    metric : str
        A key of the catalogue.
    values : array of float
        NaN where there is none.

    Examples
    --------
    >>> likely_unit("tst", np.array([812.0, 766, 840, 801])), likely_unit("tst", np.array([0.28, 0.29, 0.31, 0.27]))
    ('in epochs of 30 s', 'in days, as spreadsheets keep times')
    """
    values = values[np.isfinite(values)]
    usual, others = _usual(metric), OTHER_UNITS.get(CATALOGUE[metric].unit)
    if others is None or metric in NEAR_NOTHING or values.size < FEW or (values < 0).any() or not (values > 0).any():
        return ""
    middle, upper = float(np.median(values[values > 0])), float(np.quantile(values, 0.9))
    sister = metric.replace("_percent", "_minutes")
    if sister != metric and middle > HIGHEST.get(metric, math.inf):
        return "in minutes"
    if not math.isfinite(usual):
        return ""
    fit: dict[str, float] = {}
    for unit, factor in others.items():
        away = abs(math.log(middle / (usual * factor)))
        small = factor < 1 and values.max() <= MOST[unit] and upper < usual * min(1 / 12, 12 * factor)
        if small or (factor > 1 and away < math.log(8) and _too_large(metric, values, middle, upper, unit)):
            fit[unit] = away
    best = min(fit, key=lambda unit: fit[unit], default="")
    return f"in {best}" if best and not best.startswith("a ") else best


def in_two_units(metric: str, values: Floats, groups: Iterable[Ints] = ()) -> tuple[Mask, str]:
    """Give which values are likely in another unit than the others, and in which; none where none are.

    They are far from all others, and among them once converted. Smaller ones are told only of metrics that no night
    has near 0, and not of one or two nights, which may have been bad ones. Epochs, which are but twice the minutes,
    are told where they fill groups, such as an arm or people, with whole numbers above what any group has.

    Parameters
    ----------
    metric : str
    values : array of float, shape (n_nights,)
    groups : iterable of array of int, shape (n_nights,)
        Codes by which a table may be put together, such as arms and people.
    """
    units = OTHER_UNITS.get(CATALOGUE[metric].unit, {})
    if np.isfinite(values).sum() > FEW:
        for unit, factor in units.items():
            smaller = factor < 1
            part = _smaller(metric, values, factor, MOST[unit]) if smaller else _larger(metric, values, factor, groups)
            if part.any():
                return part, f"in {unit}" if not unit.startswith("a ") else unit
    return np.zeros(values.shape, bool), ""


# ------------------------------------------------------------------------------------------------------------- helpers
def _usual(metric: str) -> float:
    known = VALIDATION["psg"].get(metric)
    return USUAL.get(metric, known.human if known else math.nan)


def _too_large(metric: str, values: Floats, middle: float, upper: float, unit: str) -> bool:
    """Whether values are more than nights have in minutes, and may be of a larger count of units."""
    if upper > CATALOGUE[metric].possible_range[1]:
        return not unit.startswith("epochs") or _are_whole(values)
    highest = HIGHEST.get(metric, math.inf)
    if unit.startswith("epochs"):
        return middle > highest * (1.0 if _are_whole(values) else HALVES)
    return middle > highest


def _are_whole(values: Floats) -> bool:
    return bool((values == np.round(values)).all())


def _smaller(metric: str, values: Floats, factor: float, most: float) -> Mask:
    none = np.zeros(values.shape, bool)
    if metric in NEAR_NOTHING:
        return none
    others = values[values > most]
    least = float(np.quantile(others, 0.05)) if others.size >= FEW else 0.0
    usual = float(np.median(others)) if others.size >= FEW else math.inf
    if least < 0.3 * usual:
        return none
    converted = values / factor
    fit: Mask = (values > 0) & (values < least / 8) & (converted >= 0.7 * least)
    fit &= converted <= 1.3 * float(others.max())
    if fit.sum() < max(3, 0.9 * (values < 0.3 * usual).sum()):
        return none
    return none if metric in SELDOM_NOTHING and (np.mod(values[fit], 0.5) == 0).mean() > 0.5 else fit


def _larger(metric: str, values: Floats, factor: float, groups: Iterable[Ints]) -> Mask:
    none = np.zeros(values.shape, bool)
    highest = min(HIGHEST.get(metric, math.inf), CATALOGUE[metric].possible_range[1])
    if factor >= 20:
        large: Mask = values > highest
        rest = values[np.isfinite(values) & ~large & (values > 0)]
        if large.sum() < 3 or rest.size < FEW or np.unique(values[large]).size < 3:
            return none
        ratio = float(np.median(values[large])) / float(np.median(rest))
        return large if abs(math.log(ratio / factor)) < math.log(2.5) else none
    for codes in groups:
        part = none.copy()
        for group in np.unique(codes):
            own = values[(codes == group) & np.isfinite(values)]
            if own.size >= 2 and np.median(own) > highest and _are_whole(own):
                part |= codes == group
        rest = values[~part & np.isfinite(values)]
        if part.any() and rest.size >= FEW:
            ratio = float(np.nanmedian(values[part])) / float(np.median(rest))
            if abs(math.log(ratio / factor)) < 0.15:
                return part
    return none
