"""`nights_needed`: nights per person and subjects per study that metrics ask for, from formulas."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from ...catalogue import CATALOGUE
from ...core.equality import EqualByFields
from ...core.reason import Reason
from ...core.study import Device, Study
from ...simulate.log_normal import log_sds
from ...simulate.spreads import RESPONSE, Spread
from ..sample_size import MAX_SUBJECTS, WANTED, p_supported, smallest_n
from ..stager_validation import MIN_ICC, VALIDATION
from .planned_spreads import SpreadGiven, planned_spread, with_error

__all__ = ["NightsNeeded", "nights_needed", "smallest_effects"]

#: Of the mean of a person's nights.
RELIABILITY = 0.8


@dataclass(frozen=True, slots=True, eq=False)
class NightsNeeded(EqualByFields):
    """Nights and subjects that a metric asks for when it is measured in one way.

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
        the number of claims; None above 20,000, and where there is a `note`.
    note : Reason or None
        Why nothing can be planned with this device.
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
    note: Reason | None = None


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
    smallest: dict[str, float] = {}
    for claim in study.claims:
        if claim.kind != "superiority" or claim.not_testable or claim.smallest_effect is None:
            continue
        known = CATALOGUE.get(claim.metric)
        size: Callable[[float], float] = (lambda d: abs(math.log(d))) if known and known.unit == "count" else abs
        if claim.metric not in smallest or size(claim.smallest_effect) < size(smallest[claim.metric]):
            smallest[claim.metric] = claim.smallest_effect
    return smallest


# ------------------------------------------------------------------------------------------------------------- helpers
def _row(
    metric: str, effect: float, spread: Spread, device: Device | None, nights: Sequence[int], response: float,
    alpha: float,
) -> NightsNeeded:  # fmt: skip
    definition = CATALOGUE.get(metric)
    seen = with_error(metric, spread, device)
    known = VALIDATION[device].get(metric) if device is not None else None
    note = None if device is None or known is not None else Reason("unknown-device-error")
    error = 0.0 if device is None else known.sd if known else math.nan
    if device == "headband" and known is not None and known.icc < MIN_ICC:
        note = Reason("unmeasurable-on-device", {"icc": known.icc})
    subjects: dict[int, int | None] = dict.fromkeys(nights)
    if note is None:
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
    """Smallest even number of subjects whose 2x2 crossover has the power wanted; at least 4."""

    def suffices(pairs: int) -> bool:
        n = 2 * pairs
        return p_supported(margin, math.sqrt(variance / n), n - 2, margin, alpha) >= WANTED

    pairs = smallest_n(suffices, 1, MAX_SUBJECTS // 2)
    return None if pairs is None else 2 * pairs
