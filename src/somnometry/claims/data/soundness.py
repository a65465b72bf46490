"""What a table of nights cannot be: values that no night has, other units, codes for nothing, copies, twin names."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from hashlib import sha256
from typing import NoReturn

import numpy as np

from ...catalogue import CATALOGUE, metric_of, reads_as
from ...core.errors import ClaimError
from ...core.study import Study
from ...metrics.table import METRICS
from ..stager_validation import VALIDATION
from .study_nights import Floats, StudyNights, cell_place

__all__ = ["require_known_names", "require_sound"]

#: Numbers that stand for "none" in other programs, and that no latency is.
CODES = (777.0, 888.0, 999.0)
#: What people commonly have, in the metric's unit, beside the means of validation; from which another unit is told.
USUAL: Mapping[str, float] = {"trt": 470.0, "spt": 430.0, "twt": 80.0, "nrem_minutes": 300.0, "light_minutes": 280.0}
#: Unit -> other units in which it is commonly written -> how many of them one has.
OTHER_UNITS: Mapping[str, Mapping[str, float]] = {
    "min": {"hours": 1 / 60, "seconds": 60.0},
    "%": {"a fraction of 1": 1 / 100},
}
#: From so many nights on, values that are all too small by the factor of another unit are taken to be in it.
FEW = 4
#: Numbers that all but a copy share in one night, or in all nights of a person, are fewer than this.
ALIKE_IN_NIGHT, ALIKE_IN_PERSON = 5, 6


def require_sound(nights: StudyNights, metrics: Iterable[str]) -> None:
    """Refuse a table with values of the metrics that cannot be, or with copies of nights or people.

    Parameters
    ----------
    nights : StudyNights
    metrics : iterable of str
        Those that are judged; other columns of the table are not looked at for their values.

    Raises
    ------
    ClaimError
        With the row, the likely unit of the column, and the remedy.
    """
    for metric in dict.fromkeys(metrics):
        for column in (metric, f"{metric}_time"):
            if column in nights.columns and metric in CATALOGUE:
                _require_possible(nights, metric, column)
    _require_no_copies(nights)


def require_known_names(study: Study) -> None:
    """Refuse a bias of what is no metric, and no column of the study; and such a column that is called as a metric is.

    Raises
    ------
    ClaimError
    """
    for name in study.columns:
        if metric := reads_as(name):
            raise ClaimError(
                f"a column {name!r} of the study's own would be taken for {CATALOGUE[metric].label}, which has a "
                "definition of its own",
                place="study",
                remedy="call the column otherwise",
                key=f"study.columns.{name}",
            )
    for name in study.bias:
        if name not in CATALOGUE and name not in study.columns:
            raise ClaimError(
                f"a bias is declared of {name!r}, and no metric is called so",
                place="study",
                remedy="`somnometry metrics` lists them",
                key=f"study.bias.{name}",
            )


# -------------------------------------------------------------------------------------------------------------- values
def _require_possible(nights: StudyNights, metric: str, column: str) -> None:
    values = nights.numbers(column)
    low, high = CATALOGUE[metric].possible_range
    if ((values < low) | (values > high)).any():
        _refuse(nights, metric, column, values, (values < low) | (values > high))
    is_latency = metric in METRICS and METRICS[metric].censoring is not None
    if is_latency and (code := np.isin(values, CODES)).any():
        _refuse(nights, metric, column, values, code)
    if unit := _other_unit(metric, values):
        raise ClaimError(
            f"the column {column!r} holds {_range(values)}, which no nights have in "
            f"{_unit_of(metric)}: it is likely {unit}",
            place="the table of nights",
            remedy=f"give {column} in {_unit_of(metric)}",
            key=column,
        )


def _refuse(nights: StudyNights, metric: str, column: str, values: Floats, bad: np.ndarray) -> NoReturn:
    """Refuse the first value that cannot be, and say what is likely wrong with it."""
    first = int(np.flatnonzero(bad)[0])
    value = values[first]
    low, high = CATALOGUE[metric].possible_range
    remedy = "mend the cell, or leave it empty if nothing was measured"
    if unit := _other_unit(metric, values[values > 0]):
        remedy = f"the column is likely {unit}: give {column} in {_unit_of(metric)}"
    elif value < 0 or value in CODES:
        remedy = f"if {value:g} stands for none, leave the cell empty"
        if metric in METRICS and METRICS[metric].censoring is not None:
            remedy += f", and give the columns {metric}_time and {metric}_event, so that the night counts"
    unit = f" {CATALOGUE[metric].unit}" if CATALOGUE[metric].unit in ("min", "%") else ""
    raise ClaimError(
        f"{value:g}{unit} cannot be a night's {CATALOGUE[metric].label}, which lies {_between(low, high, unit)}"
        f" ({int(bad.sum())} of {int(np.isfinite(values).sum())} values are none)",
        place=cell_place(nights.row[first], column),
        remedy=remedy,
        key=column,
    )


def _between(low: float, high: float, unit: str) -> str:
    return f"between {low:g} and {high:g}{unit}" if math.isfinite(high) else f"at {low:g} or above"


def _unit_of(metric: str) -> str:
    return {"min": "minutes", "%": "percent"}[CATALOGUE[metric].unit]


def _range(values: Floats) -> str:
    return f"values from {np.nanmin(values):g} to {np.nanmax(values):g}"


def _other_unit(metric: str, values: Floats) -> str:
    """In which other unit values are likely written; empty where their own is as likely."""
    values = values[np.isfinite(values)]
    known = VALIDATION["psg"].get(metric)
    usual = USUAL.get(metric, known.human if known else math.nan)
    others = OTHER_UNITS.get(CATALOGUE[metric].unit)
    if others is None or values.size < FEW or not math.isfinite(usual):
        return ""
    upper = float(np.quantile(values, 0.9))
    for unit, factor in others.items():
        # as usual in the other unit, give or take a factor of 8, and far from usual in its own
        most = 24.0 if unit == "hours" else 1.0
        if factor < 1 and values.max() <= most and 0 < upper < usual * min(1 / 12, 12 * factor):
            return f"in {unit}" if unit != "a fraction of 1" else unit
        if factor > 1 and upper > CATALOGUE[metric].possible_range[1] and upper < usual * factor * 8:
            return f"in {unit}"
    return ""


# -------------------------------------------------------------------------------------------------------------- copies
def _require_no_copies(nights: StudyNights) -> None:
    """Refuse a night, or a person, that stands in the table twice under different names."""
    columns = [name for name in nights.columns if metric_of(name) in CATALOGUE]
    if not columns or not len(nights):
        return
    table = np.empty((len(nights), len(columns)))
    for i, name in enumerate(columns):
        table[:, i] = nights.numbers(name)
    seen: dict[bytes, int] = {}
    for i, row in enumerate(table):
        if np.unique(row[np.isfinite(row) & (row != 0)]).size < ALIKE_IN_NIGHT:
            continue
        if (first := seen.setdefault(sha256(row.tobytes()).digest(), i)) != i:
            raise ClaimError(
                f"two nights have the same {len(columns)} numbers: one is a copy of the other",
                place=f"rows {nights.row[first]} and {nights.row[i]}",
                remedy="leave the copy out",
                key="subject",
            )
    people: dict[bytes, int] = {}
    for s in range(len(nights.subjects)):
        own = np.sort(table[nights.subject == s], axis=0)
        if np.unique(own[np.isfinite(own) & (own != 0)]).size < ALIKE_IN_PERSON:
            continue
        if (first := people.setdefault(sha256(own.tobytes()).digest(), s)) != s:
            raise ClaimError(
                f"subjects {nights.subjects[first]!r} and {nights.subjects[s]!r} have the same numbers in all of their "
                "nights: one is a copy of the other",
                place="the table of nights",
                remedy="leave the copy out",
                key="subject",
            )
