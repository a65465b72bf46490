"""What a study is planned with: spreads, the error of a device, and how many nights and subjects they ask for."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

import numpy as np
from scipy.optimize import brentq

from ...catalogue import CATALOGUE
from ...core.errors import ClaimError
from ...core.study import Device, Study
from ...simulate.log_normal import log_sds, restricted_mean_of
from ...simulate.spreads import RESPONSE, SPREADS, Spread
from ..sample_size import MAX_SUBJECTS, WANTED, p_supported
from ..stager_validation import MIN_ICC, VALIDATION

__all__ = [
    "PLANNING", "NightsNeeded", "SpreadGiven", "latency_effect", "nights_needed", "planned_spread", "smallest_effects",
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
RELIABILITY = 0.8


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
    try:
        if known is not None:
            return replace(known, **given)
        return Spread(**given) if given else None
    except (TypeError, ValueError) as error:
        raise ClaimError(
            f"spread of {metric!r}: {error}; give mean, between and within, and kind where it is a 'count' or 'latency'"
        ) from None


def with_error(metric: str, spread: Spread, device: Device | None) -> Spread:
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

    Examples
    --------
    >>> seen = with_error("tst", Spread(390.0, 40.0, 40.0), "headband")  # SD of error 20.8 min, .21 of it recurs
    >>> round(seen.between, 1), round(seen.within, 1)
    (41.1, 44.1)
    """
    known = VALIDATION[device].get(metric) if device is not None else None
    if known is None:
        return spread
    return replace(
        spread,
        between=math.hypot(spread.between, known.sd * math.sqrt(known.recurrence)),
        within=math.hypot(spread.within, known.sd * math.sqrt(1 - known.recurrence)),
        source=f"{spread.source}; with the error of an algorithm on {device}",
    )


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
    between, within = log_sds(spread)
    sd = math.hypot(between, within, within * response / math.sqrt(2))
    now = float(restricted_mean_of(np.array(spread.mean), sd, horizon))
    if not 0 < now + effect < horizon:
        raise ClaimError(
            f"a latency with a mean of {now:.3g} min up to {horizon:g} min cannot change by {effect:g} min"
        )

    def short(change: float) -> float:
        return float(restricted_mean_of(np.array(spread.mean + change), sd, horizon)) - now - effect

    high = 1.0 + max(effect, 0.0)
    while short(high) < 0:
        high *= 2
    return float(brentq(short, -spread.mean * (1 - 1e-9), high))


@dataclass(frozen=True, slots=True)
class NightsNeeded:
    """How many nights, and how many subjects, a metric asks for when it is measured in one way.

    Parameters
    ----------
    metric, label, unit : str
    device : {"psg", "headband"} or None
        None for human scorers, whose own disagreement is part of the spread.
    between, within, error : float
        SDs between people, from night to night, and of the device's error, in the metric's unit; `error` is 0 for
        human scorers, and NaN where it is not known.
    smallest_effect : float
        In the metric's unit; of a count a ratio.
    reliability : float
        Of one night of a person, 0 to 1: the share of the variance that is between people.
    nights : int or None
        From which the mean of a person's nights has a reliability of 0.8; None where no number does, because what the
        device errs in all nights of a person is too much.
    subjects : mapping of int to int or None
        Nights per period -> subjects of a 2x2 crossover with power 0.8 for the smallest effect, before adjustment for
        the number of claims; None above 20,000, and where `note` says why.
    note : str
    """

    metric: str
    label: str
    unit: str
    device: Device | None
    between: float
    within: float
    error: float
    smallest_effect: float
    reliability: float
    nights: int | None
    subjects: Mapping[int, int | None]
    note: str = ""


def nights_needed(
    effects: Mapping[str, float],
    *,
    devices: Sequence[Device | None] = (None, "psg", "headband"),
    nights: Sequence[int] = (1, 2, 4, 7, 14),
    spreads: Mapping[str, SpreadGiven] | None = None,
    response: float = RESPONSE,
    alpha: float = 0.05,
) -> tuple[NightsNeeded, ...]:
    """Nights per person and subjects per study that metrics ask for, by metric and device; from formulas.

    Parameters
    ----------
    effects : mapping of str to float
        Metric -> smallest effect of interest: in its unit; of a count a ratio.
    devices : sequence of {None, "psg", "headband"}
    nights : sequence of int
        Per period, for which subjects are counted.
    spreads : mapping, optional
        In the place of `PLANNING` and `SPREADS`, as in `simulate_study`.
    response : float
        SD of people's own effects, in night-to-night SDs.
    alpha : float

    Returns
    -------
    tuple of NightsNeeded
        Metrics of which no spread is known are left out.

    Notes
    -----
    Reliability of the mean of k nights is B^2 / (B^2 + P^2 + (W^2 + N^2) / k), with B and W the SDs between people and
    from night to night, P and N the parts of the device's error that recur and do not (`with_error`). The variance of a
    subject's difference in a crossover is (0.4 W)^2 + 2 (W^2 + N^2) / k: P cancels. Counts are reckoned on the
    logarithms that are analysed, to first order, and latencies as if they were normal; `power` simulates both.

    Examples
    --------
    >>> human, band = nights_needed({"tst": 15.0}, devices=(None, "headband"), nights=(1, 4))
    >>> human.nights, dict(human.subjects), dict(band.subjects)
    (4, {1: 136, 4: 44}, {1: 160, 4: 50})
    """
    rows = []
    for metric, effect in effects.items():
        spread = planned_spread(metric, spreads or {})
        if spread is None:
            continue
        for device in devices:
            rows.append(_row(metric, effect, spread, device, nights, response, alpha))
    return tuple(rows)


def smallest_effects(study: Study) -> dict[str, float]:
    """Metric -> smallest effect of the study's claims of superiority, in the order of the claims; the smallest of each.

    Of a metric whose effects are ratios, the one that is nearest to 1.
    """
    found: dict[str, float] = {}
    for claim in study.claims:
        if claim.kind != "superiority" or claim.not_testable or claim.smallest_effect is None:
            continue
        known = CATALOGUE.get(claim.metric)
        size: Callable[[float], float] = (lambda d: abs(math.log(d))) if known and known.unit == "count" else abs
        if claim.metric not in found or size(claim.smallest_effect) < size(found[claim.metric]):
            found[claim.metric] = claim.smallest_effect
    return found


# ------------------------------------------------------------------------------------------------------------- helpers
def _row(
    metric: str, effect: float, spread: Spread, device: Device | None, nights: Sequence[int], response: float,
    alpha: float,
) -> NightsNeeded:  # fmt: skip
    definition = CATALOGUE.get(metric)
    seen = with_error(metric, spread, device)
    known = VALIDATION[device].get(metric) if device is not None else None
    note = "" if device is None or known is not None else "how this device errs is not known"
    error = 0.0 if device is None else known.sd if known else math.nan
    if device == "headband" and known is not None and known.icc < MIN_ICC:
        note = f"not measurable by this device (ICC {known.icc:.2f})"
    subjects: dict[int, int | None] = dict.fromkeys(nights)
    if not note:
        night, own = _variances(spread, seen, response)
        margin = abs(math.log(effect)) if spread.kind == "count" else effect
        subjects = {k: _subjects(margin, own + 2 * night / k, alpha) for k in nights}
    between, mean_of_all = spread.between**2, seen.between**2
    spare = between / RELIABILITY - mean_of_all
    return NightsNeeded(
        metric, definition.label if definition else metric, definition.unit if definition else "", device,
        spread.between, spread.within, error, effect,
        reliability=math.nan if math.isnan(error) else between / (mean_of_all + seen.within**2),
        nights=None if math.isnan(error) or spare <= 0 else max(math.ceil(seen.within**2 / spare), 1),
        subjects=MappingProxyType(subjects), note=note,
    )  # fmt: skip


def _variances(spread: Spread, seen: Spread, response: float) -> tuple[float, float]:
    """Variance of a night around its person's mean, and of people's own effects, on the scale that is analysed."""
    if spread.kind != "count":
        return seen.within**2, (response * spread.within) ** 2
    # Of a count: what the log-normal rates vary, and Poisson's part, largest in those who have few.
    rates = max((spread.within**2 - spread.mean) / (spread.mean**2 + spread.between**2), 0.0)
    observed = max((seen.within**2 - seen.mean) / (seen.mean**2 + seen.between**2), 0.0)
    poisson = math.exp(log_sds(seen)[0] ** 2) / seen.mean
    return observed + poisson, response**2 * math.log1p(rates)


def _subjects(margin: float, variance: float, alpha: float) -> int | None:
    """Smallest even number of subjects whose 2x2 crossover has the power wanted."""

    def suffices(pairs: int) -> bool:
        n = 2 * pairs
        return p_supported(margin, math.sqrt(variance / n), n - 2, margin, alpha) >= WANTED

    low, high = 1, 2
    while not suffices(high):
        if high >= MAX_SUBJECTS // 2:
            return None
        low, high = high, min(2 * high, MAX_SUBJECTS // 2)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if suffices(middle) else (middle, high)
    return 2 * high
