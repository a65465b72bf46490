"""`architecture` and `architecture_table`: the metrics of one night, and of many."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol, cast

import numpy as np
import numpy.typing as npt

from ..core.architecture import Architecture
from ..core.errors import HypnogramError
from ..core.hypnogram import Hypnogram
from ..core.scorer import Scorer
from .cautions import cautions
from .metric import Metric
from .one_night import OneNight
from .requirements import REQUIREMENTS
from .stage_matrix import PerNight, StageMatrix, either
from .table import METRICS

__all__ = ["Intervals", "architecture", "architecture_table", "measured_table", "unscored_refusals"]


class Intervals(Protocol):
    """What knows the error of a stager, as a `Calibration` does."""

    def intervals(self, values: Mapping[str, float], scorer: Scorer) -> dict[str, tuple[float, float]]:
        """Give the interval of what people would have found, by key; refuse another stager."""

    def unseen(self, values: Mapping[str, float]) -> tuple[str, ...]:
        """Give the keys of values beyond those that the error is known of."""


def architecture(
    hypnogram: Hypnogram, *, max_unscored: float = 0.20, calibration: Intervals | None = None
) -> Architecture:
    """Measure the sleep architecture of a night; minutes, per cent, counts and rates, as `METRICS` says of each key.

    Parameters
    ----------
    hypnogram : Hypnogram
        Only epochs between lights-off and lights-on count. Where a light is unknown, metrics that need it are NaN and
        the others take the record as far as it goes.
    max_unscored : float
        The largest share of the lights window that may be unscored.
    calibration : Calibration, optional
        Of the night's own stager. Each metric that it knows gets ``<key>_low`` and ``<key>_high``, the 90 % interval of
        what people would have found in the night; the metric itself stays as the stager has it, and may lie outside.

    Returns
    -------
    Architecture
        The metrics, and ``<key>_time`` (minutes) and ``<key>_event`` (1 observed, 0 right-censored) of each latency;
        both are NaN in a night that has no moment to count from, and so was never at risk. ``reasons`` says of every
        NaN why; ``warnings`` says what to know before using the numbers.

    Raises
    ------
    HypnogramError
        Where more of the lights window is unscored than `max_unscored`.
    CalibrationError
        Where the calibration is of another stager.

    Examples
    --------
    >>> from somnometry.core.hypnogram import Hypnogram
    >>> night = architecture(Hypnogram([0, 0, 1, 2, 2, 3, 3, 0, 2, 0]))
    >>> night["tst"], night["sol"], night["waso"], night["se"]
    (3.0, 1.0, 1.0, 60.0)
    >>> night["rem_latency"], night.reasons["rem_latency"]
    (nan, 'no REM was scored')
    >>> night["rem_latency_time"], night["rem_latency_event"]
    (3.5, 0.0)
    """
    night = OneNight.of(hypnogram)
    if (refusal := _refusal(night.n_unscored, night.n_in_bed, max_unscored)) is not None:
        raise refusal
    values, reasons = _measure_one(night)
    warnings = cautions(hypnogram, values)
    if calibration is not None:
        warnings += _unseen(calibration.unseen(values))
        for key, ends in calibration.intervals(values, hypnogram.scorer).items():
            for side, end in zip(("low", "high"), ends, strict=True):
                values[f"{key}_{side}"] = end
                if math.isnan(end):
                    reasons[f"{key}_{side}"] = reasons[key]
    return Architecture(values, reasons, warnings)


def _unseen(keys: tuple[str, ...]) -> tuple[str, ...]:
    if not keys:
        return ()
    return (f"beyond all nights of the calibration: {', '.join(METRICS[key].label for key in keys)}",)


def architecture_table(
    stages: npt.ArrayLike,
    *,
    epoch: float = 30.0,
    lights_off: npt.ArrayLike | None = None,
    lights_on: npt.ArrayLike | None = None,
    n_epochs: npt.ArrayLike | None = None,
    levels: int = 5,
) -> dict[str, npt.NDArray[np.float64]]:
    """Measure the sleep architecture of many nights; units as in `METRICS`.

    Parameters
    ----------
    stages : array of int, shape (n_nights, n_epochs)
        Values of `Stage`. A night shorter than the array is padded at its end with any stage; `n_epochs` says where
        it ends.
    epoch : float
        Length of an epoch in seconds, the same for all nights: metrics of runs and transitions do not compare across
        epoch lengths.
    lights_off, lights_on : float or array, shape (n_nights,), optional
        Seconds from the start of the first epoch. None takes the whole night; NaN says that the light is unknown.
    n_epochs : int or array, shape (n_nights,), optional
        Number of epochs of each night; None where all are as long as the array. What lies beyond, as what lies
        outside the lights, is not unscored time: it is no part of the night.
    levels : {5, 4, 3, 2}
        How many stages the scorer tells apart.

    Returns
    -------
    dict of str to array, shape (n_nights,)
        NaN where a metric is undefined. For each latency also ``<key>_time`` and ``<key>_event``, which are NaN
        together. Nights are measured however much of them is unscored; ``unscored_minutes`` tells.

    Raises
    ------
    HypnogramError
        Where a stage does not belong to the levels, the lights of a night are reversed or infinite, or its `n_epochs`
        is no whole number from 0 to the width of the array.

    Examples
    --------
    >>> table = architecture_table([[0, 2, 2, 4, 0], [0, 0, 0, 0, 0]])
    >>> table["tst"], table["rem_latency"]
    (array([1.5, 0. ]), array([ 1., nan]))
    """
    nights = StageMatrix.cut(
        stages, epoch=epoch, lights_off=lights_off, lights_on=lights_on, n_epochs=n_epochs, levels=levels
    )
    return measured_table(nights)


def measured_table(nights: StageMatrix) -> dict[str, npt.NDArray[np.float64]]:
    """Give every metric of nights that are cut to their lights, as `architecture_table` does."""
    return dict(zip((column.key for column in COLUMNS), _measure(nights), strict=True))


@dataclass(frozen=True, slots=True)
class Column:
    """One number that comes out: a metric, or one half of a latency's censored pair."""

    key: str
    requires: tuple[str, ...]
    function: Callable[[StageMatrix], PerNight]


def _columns(metric: Metric) -> Iterator[Column]:
    yield Column(metric.key, metric.requires, metric.function)
    censoring = metric.censoring
    if censoring is not None:
        came, watched = REQUIREMENTS[censoring.event].met, censoring.watched
        at_risk = tuple(name for name in metric.requires if name != censoring.event)
        yield Column(
            f"{metric.key}_time",
            at_risk,
            lambda nights: either(came(nights), metric.function(nights), watched(nights)),
        )
        yield Column(f"{metric.key}_event", at_risk, lambda nights: either(came(nights), 1, 0))


COLUMNS = tuple(column for metric in METRICS.values() for column in _columns(metric))


def _rows_by_requirement() -> dict[str, npt.NDArray[np.intp]]:
    rows: dict[str, list[int]] = {}
    for i, column in enumerate(COLUMNS):
        for name in column.requires:
            rows.setdefault(name, []).append(i)
    return {name: np.array(these) for name, these in rows.items()}


#: Name of a requirement -> where the columns stand that have it.
ROWS_THAT_REQUIRE = _rows_by_requirement()


def _measure(nights: StageMatrix) -> npt.NDArray[np.float64]:
    """Give a row of each of `COLUMNS`, shape (n_columns, n_nights)."""
    met = {name: requirement.met(nights) for name, requirement in REQUIREMENTS.items()}
    rows = np.empty((len(COLUMNS), len(nights)))
    for row, column in zip(rows, COLUMNS, strict=True):
        row[:] = column.function(nights)
    for name, requiring in ROWS_THAT_REQUIRE.items():
        if not met[name].all():
            undefined = np.flatnonzero(~np.broadcast_to(met[name], len(nights)))
            rows[requiring[:, None], undefined] = np.nan
    return rows


def _measure_one(night: OneNight) -> tuple[dict[str, float], dict[str, str]]:
    """Give the values of one night by the keys of `COLUMNS`, and the reason of every NaN."""
    nights = cast(StageMatrix, night)  # metrics are arithmetic, which is the same of numbers as of arrays
    unmet = {name: reason for name, each in REQUIREMENTS.items() if (reason := each.unmet(nights)) is not None}
    values: dict[str, float] = {}
    reasons: dict[str, str] = {}
    for column in COLUMNS:
        if unmet and (lacking := next((name for name in column.requires if name in unmet), None)) is not None:
            values[column.key], reasons[column.key] = math.nan, unmet[lacking]
        else:
            values[column.key] = float(column.function(nights))
    return values, reasons


def unscored_refusals(nights: StageMatrix, max_unscored: float) -> list[HypnogramError | None]:
    """Give the error of each night of which too much is unscored, and None for each of the others."""
    return [
        _refusal(n_unscored, n_in_bed, max_unscored)
        for n_unscored, n_in_bed in zip(nights.n_unscored.tolist(), nights.n_in_bed.tolist(), strict=True)
    ]


def _refusal(n_unscored: int, n_in_bed: int, max_unscored: float) -> HypnogramError | None:
    if n_unscored > max_unscored * n_in_bed:
        return HypnogramError(
            f"{n_unscored / n_in_bed:.0%} of the night ({n_unscored} of {n_in_bed} epochs between the lights) is "
            f"unscored, more than {max_unscored:.0%}",
            remedy="to measure what is scored all the same, pass max_unscored=1",
        )
    return None
