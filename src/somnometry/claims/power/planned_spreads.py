"""Spreads that a study is planned with: of human scorings, with the error of a device, and effects on latencies."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

import numpy as np
from scipy.optimize import brentq

from ...calibration.calibration import Calibration
from ...core.errors import ClaimError, SimulationError
from ...core.study import Device
from ...simulate.log_normal import log_sds, restricted_mean_of
from ...simulate.spreads import RESPONSE, SPREADS, Spread
from ..stager_slopes import StagerSlopes
from ..stager_validation import VALIDATION

__all__ = [
    "PLANNING", "SpreadGiven", "latency_effect", "mean_to_horizon", "of_one_person", "planned_spread", "shown_part",
    "with_error",
]  # fmt: skip

#: A spread, or some of its numbers.
SpreadGiven = Spread | Mapping[str, Any]

FIGURES = "planning figures: SD between people {0}, from night to night {1}; mean of Bitbrain Open Access Sleep"
# fmt: off
#: Key in `METRICS` -> its spread where studies are planned. What is not here is as in `SPREADS`. The SDs of single
#: nights of different people (TST 60 min, WASO 42 min, REM 6.3 %) hold both parts: between = sqrt(SD^2 - within^2).
PLANNING: Mapping[str, Spread] = MappingProxyType({
    "tst": replace(SPREADS["tst"], between=42.8, within=42.0, source=FIGURES.format("43 min", "42 min (38 to 48)")),
    "waso": replace(SPREADS["waso"], between=29.4, within=30.0, source=FIGURES.format("29 min", "30 min")),
    "rem_percent": replace(SPREADS["rem_percent"], between=4.4, within=4.5, source=FIGURES.format("4.4 %", "4.5 %")),
})
# fmt: on


def planned_spread(metric: str, own: Mapping[str, SpreadGiven] = MappingProxyType({})) -> Spread | None:
    """Spread of a metric: the user's own, or that of `PLANNING` or `SPREADS` with some numbers replaced.

    Parameters
    ----------
    metric : str
    own : mapping of str to Spread, or to mapping of str to number

    Returns
    -------
    Spread or None
        None where nothing is known of the metric.

    Raises
    ------
    ClaimError
        Where numbers are to be replaced in a spread that is not known, or are none of a spread's.

    Examples
    --------
    >>> planned_spread("tst").within, planned_spread("tst", {"tst": {"within": 38.0}}).within, planned_spread("pain")
    (42.0, 38.0, None)
    """
    given = own.get(metric, {})
    if isinstance(given, Spread):
        return given
    known = PLANNING.get(metric) or SPREADS.get(metric)
    remedy = "give mean, between and within, and kind where it is a 'count' or 'latency'"
    try:
        if known is not None:
            return replace(known, **given)
        return Spread(**given) if given else None
    except SimulationError as error:
        what, key = error.what, f"spreads.{metric}.{error.key}"
    except TypeError as error:
        what, key = str(error), f"spreads.{metric}"
    raise ClaimError(f"spread of {metric!r}: {what}", remedy=remedy, key=key)


def with_error(metric: str, spread: Spread, device: Device | None, calibration: Calibration | None = None) -> Spread:
    """Spread of a metric as a device's algorithm measures it: the error adds to both SDs.

    Of the variance of the error, `Agreement.recurrence` recurs in every night of a person and does not average out
    over nights, though it cancels between the conditions of a crossover; the rest is drawn anew each night. The error
    is taken to be independent of the truth, so that no effect is shrunk, and a bias to be the same in all nights.

    Parameters
    ----------
    metric : str
    spread : Spread
        Of human scorings.
    device : {"psg", "headband"}, optional
        None for the spread itself; so it is for metrics without validation.
    calibration : Calibration, optional
        Of the stager itself, whose errors count before those of the device's.

    Examples
    --------
    >>> seen = with_error("tst", Spread(390.0, 40.0, 40.0), "headband")  # SD of error 20.8 min, .21 of it recurs
    >>> round(seen.between, 1), round(seen.within, 1)
    (41.1, 44.1)
    """
    if calibration is not None and metric in calibration:
        own = calibration[metric]
        if not math.isnan(own.sigma_person + own.sigma_within):
            return replace(
                spread,
                between=math.hypot(spread.between, own.sigma_person),
                within=math.hypot(spread.within, own.sigma_within),
                source=f"{spread.source}; with the error of {calibration.stager}",
            )
    known = VALIDATION[device].get(metric) if device is not None else None
    if known is None:
        return spread
    return replace(
        spread,
        between=math.hypot(spread.between, known.sd * math.sqrt(known.recurrence)),
        within=math.hypot(spread.within, known.sd * math.sqrt(1 - known.recurrence)),
        source=f"{spread.source}; with the error of an algorithm on {device}",
    )


def of_one_person(spread: Spread) -> Spread:
    """Spread of a latency of one person whose own mean is the usual one.

    An effect on it is so many minutes of that person: of people whose means differ, most would have another than the
    one that a study is planned for, since what changes a latency changes a long one by more. The SD of the logarithm
    stays. Of other metrics effects are the same whatever the mean, and the spread stays as it is.

    Examples
    --------
    >>> one = of_one_person(Spread(30.0, 40.0, 20.0, "latency"))
    >>> one.between, one.within
    (0.0, 12.0)
    """
    if spread.kind != "latency":
        return spread
    return replace(spread, between=0.0, within=spread.mean * spread.within / math.hypot(spread.mean, spread.between))


def shown_part(effect: float, metric: str, kind: str, calibration: Calibration) -> float:
    """Give what a calibrated stager shows of an effect that people would score, at the least: a ratio for counts.

    Parameters
    ----------
    effect : float
        Difference of means, or ratio of a count's rates.
    metric : str
        One that is not calibrated is taken to be shown whole.
    kind : str
        "count" where the effect is a ratio.
    calibration : Calibration
    """
    slopes = StagerSlopes(True, calibration)
    if not slopes.calibrates(metric):
        return effect
    slope = slopes.of(metric, "ratio" if kind == "count" else "difference")
    part = 1.0 if slope is None or not slope.has_size else min(slope.low, 1.0)
    return float(effect**part) if kind == "count" else effect * part


def mean_to_horizon(spread: Spread, horizon: float, response: float = RESPONSE, change: float = 0.0) -> float:
    """Mean of min(T, horizon) of a latency T whose mean changes by `change`, in minutes."""
    between, within = log_sds(spread)
    sd = math.hypot(between, within, within * response / math.sqrt(2))
    return float(restricted_mean_of(np.array(spread.mean + change), sd, horizon))


def latency_effect(effect: float, spread: Spread, horizon: float, response: float = RESPONSE) -> float:
    """Change of the mean of a latency, in minutes, that changes the mean of min(T, horizon) by `effect`.

    Parameters
    ----------
    effect : float
        Minutes; below 0 for a fall.
    spread : Spread
    horizon : float
        Minutes to which the latency is watched.
    response : float
        SD of people's own effects, in night-to-night SDs.

    Raises
    ------
    ClaimError
        Where no latency can change by so much.

    Examples
    --------
    >>> round(latency_effect(-20.0, Spread(43.1, 25.7, 22.6, "latency"), 120.0), 2)
    -21.54
    """
    now = mean_to_horizon(spread, horizon, response)
    if not 0 < now + effect < horizon:
        raise ClaimError(
            f"a latency with a mean of {now:.3g} min up to {horizon:g} min cannot change by {effect:g} min"
        )

    def short(change: float) -> float:
        return mean_to_horizon(spread, horizon, response, change) - now - effect

    high = 1.0 + max(effect, 0.0)
    while short(high) < 0:
        high *= 2
    return float(brentq(short, -spread.mean * (1 - 1e-9), high))
