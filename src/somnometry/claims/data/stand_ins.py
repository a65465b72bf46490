"""Values that stand for none: codes such as 999, zeros of failed nights, the night's end for what never came."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from ...catalogue import CATALOGUE
from ...core.errors import ClaimError
from ...metrics.table import METRICS
from .estimand import Estimand
from .study_nights import Floats, StudyNights, cell_place

__all__ = ["CODES", "require_no_stand_ins", "when_none"]

Mask = npt.NDArray[np.bool_]

#: Numbers by which other programs and people say that there is none.
CODES = (77.0, 88.0, 99.0, 99.9, 99.99, 777.0, 888.0, 999.0, 999.9, 999.99, 7777.0, 8888.0, 9999.0, 99999.0)
#: Those that no latency is.
NO_LATENCY = (777.0, 888.0, 999.0)
#: Other values this near to a code, as a share of it, are of its kind.
NEAR = 0.03
#: Counts so many times as large as those of nine nights of ten are none, where so many nights are told.
BEYOND, SEVERAL = 50.0, 10
#: A night that was measured has more than nothing of these.
NEVER_NONE = ("tst", "spt", "se", "se_scored", "sme", "nrem_minutes", "nrem_percent", "n2_minutes", "n2_percent",
              "light_minutes", "light_percent")  # fmt: skip


def require_no_stand_ins(nights: StudyNights, metric: str, column: str, values: Floats) -> None:
    """Refuse values that stand for none, and are told by what the other nights have.

    Parameters
    ----------
    nights : StudyNights
    metric, column : str
    values : array of float, shape (n_nights,)

    Raises
    ------
    ClaimError
        With the first such cell, and what to write there.
    """
    _require_no_codes(nights, metric, column, values)
    _require_none_beyond(nights, metric, column, values)
    if metric == "trt" and (values == 0).any():
        _refuse(nights, metric, column, values == 0, "a night of no length is none: 0 likely stands for none")
    if metric in NEVER_NONE:
        zero, others = values == 0, values[values > 0]
        if zero.sum() >= 3 and others.size and np.quantile(others, 0.02) > 0.3 * np.median(others):
            what = f"{int(zero.sum())} values are 0, and the other {_range(others)}: 0 likely stands for none"
            _refuse(nights, metric, column, zero, what)
    if _is_latency(metric) and column == metric and f"{metric}_event" not in nights.columns:
        _require_real_zeros(nights, metric, values)
        _require_no_ends(nights, metric, values)


def when_none(metric: str) -> str:
    """Say what is to be written where a night has none."""
    events = f", and give the columns {metric}_time and {metric}_event, so that the night counts"
    return "leave the cell empty" + (events if _is_latency(metric) else "")


# ------------------------------------------------------------------------------------------------------------- helpers
def _is_latency(metric: str) -> bool:
    return metric in METRICS and METRICS[metric].censoring is not None


def _require_no_codes(nights: StudyNights, metric: str, column: str, values: Floats) -> None:
    """Refuse a code that stands alone: several times where no others are near, or once far above all others."""
    if CATALOGUE[metric].unit == "0/1":
        return
    for code in CODES:
        coded = values == code
        if not coded.any():
            continue
        others = values[np.isfinite(values) & ~coded]
        near = int((abs(others - code) <= NEAR * code).sum())
        largest = float(others.max()) if others.size else 0.0
        is_never = _is_latency(metric) and code in NO_LATENCY
        least = 3 if code < 99.5 else 2 if code < 1.5 * largest else 1
        is_far = code > 1.25 * largest and coded.sum() >= least
        is_many = code >= 99 and coded.sum() >= max(5, 3 * near)
        if is_never or (others.size and (is_far or is_many)):
            what = f"{code:g} in {int(coded.sum())} of {int(np.isfinite(values).sum())} nights likely stands for none"
            _refuse(nights, metric, column, coded, what)


def _require_none_beyond(nights: StudyNights, metric: str, column: str, values: Floats) -> None:
    """Refuse counts and rates far beyond all others, since nothing else bounds them."""
    known = np.sort(values[np.isfinite(values)])
    if CATALOGUE[metric].unit not in ("count", "1/h", "1/min") or known.size < SEVERAL:
        return
    most = float(known[int(0.9 * known.size)])  # up to a tenth may stand for none
    if (beyond := values > BEYOND * max(most, 3.0)).any():
        what = f"{values[beyond][0]:g} is more than {BEYOND:g} times what nine nights of ten have (at most {most:g})"
        _refuse(nights, metric, column, beyond, what)


def _require_real_zeros(nights: StudyNights, metric: str, values: Floats) -> None:
    """Refuse several zeros far from all other values of a latency from sleep onset: they stand for none."""
    none, others = values == 0, values[np.isfinite(values) & (values != 0)]
    if Estimand(metric).is_from_lights_off or none.sum() < 3 or not others.size or np.quantile(others, 0.02) < 15:
        return
    what = f"{int(none.sum())} values are 0, and the other {_range(others)}: 0 likely stands for none"
    _refuse(nights, metric, metric, none, what)


def _require_no_ends(nights: StudyNights, metric: str, values: Floats) -> None:
    """Refuse latencies that are the night's own length, or its end alike in several nights: the event never came."""
    # where sleep never came there is none of it that a latency from lights-off could be
    for whole in ("trt",) if Estimand(metric).is_from_lights_off else ("trt", "spt", "tst"):
        if whole in nights.columns:
            same = np.isfinite(values) & (values > 0) & (values == nights.numbers(whole))
            if same.sum() >= 2:
                what = f"{int(same.sum())} values are the night's {CATALOGUE[whole].label}: the event likely never came"
                _refuse(nights, metric, metric, same, what)
    last = values == np.nanmax(values, initial=0.0)
    others = values[np.isfinite(values) & ~last]
    if last.sum() >= 3 and np.unique(others).size >= 8:
        largest = float(values[last][0])
        near = int((others >= 0.8 * largest).sum())
        if largest > 0 and last.sum() >= 2 * near + 3:
            what = f"{int(last.sum())} values are {largest:g}, and no other comes near: it likely stands for none"
            _refuse(nights, metric, metric, last, what)


def _refuse(nights: StudyNights, metric: str, column: str, bad: Mask, what: str) -> None:
    first = int(np.flatnonzero(bad)[0])
    place = cell_place(nights.row[first], column)
    raise ClaimError(what, place=place, remedy=f"if none was measured, {when_none(metric)}", key=column)


def _range(values: Floats) -> str:
    return f"range from {np.nanmin(values):g} to {np.nanmax(values):g}"
