"""What a table of nights cannot be: values that no night has, other units, codes for nothing, copies, twin names."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from hashlib import sha256
from typing import NoReturn

import numpy as np

from ...catalogue import CATALOGUE, metric_of, reads_as
from ...core.errors import ClaimError
from ...core.study import Study
from ...metrics.table import METRICS
from ..stager_validation import VALIDATION
from .estimand import Estimand
from .study_nights import HUMAN_COLUMN, Floats, StudyNights, cell_place

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
#: People whose fewer numbers are the same are copies where chance would make any such pair less often than this.
CHANCE = 0.01
#: Columns that say which night a row is and how it was made; one that is called so but for case or blanks is meant.
ROLES = ("subject", "condition", "period", "night", "sequence", "status", "staging", "scorer", "model", "device",
         "family", "derivations", "undosed", "rescue", "technical_truncation")  # fmt: skip


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
    _require_plain_names(nights.columns)
    for metric in dict.fromkeys(metrics):
        for column in (metric, f"{metric}_time", f"{metric}{HUMAN_COLUMN}"):
            if column in nights.columns and metric in CATALOGUE:
                _require_possible(nights, metric, column)
        for column in (f"{metric}_low", f"{metric}_high"):
            if column in nights.columns and metric in CATALOGUE:
                _require_within(nights, metric, column)
        if metric in METRICS and METRICS[metric].censoring is not None:
            _require_told_events(nights, metric)
    _require_no_copies(nights)


def _require_plain_names(columns: Iterable[str]) -> None:
    """Refuse a column that says what a night is under a name that would not be looked at."""
    known = set(columns)
    for column in known:
        plain = "_".join(column.casefold().split())
        if plain in ROLES and column not in ROLES and plain not in known:
            raise ClaimError(
                f"the column {column!r} would not be looked at; is {plain!r} meant?",
                place="the table of nights",
                remedy=f"call it {plain!r}, or otherwise",
                key=column,
            )


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
def _require_within(nights: StudyNights, metric: str, column: str) -> Floats:
    """Refuse values that no night can have; give them all."""
    values = nights.numbers(column)
    low, high = CATALOGUE[metric].possible_range
    if (beyond := (values < low) | (values > high)).any():
        _refuse(nights, metric, column, values, beyond)
    return values


def _require_possible(nights: StudyNights, metric: str, column: str) -> None:
    values = _require_within(nights, metric, column)
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
    if (other := _in_two_units(metric, values)).any():
        first = int(np.flatnonzero(other)[0])
        raise ClaimError(
            f"{int(other.sum())} of {int(np.isfinite(values).sum())} {_range(values[other])} are likely in another "
            f"unit than the other {_range(values[~other])}",
            place=cell_place(nights.row[first], column),
            remedy=f"give every {column} in {_unit_of(metric)}",
            key=column,
        )
    if is_latency and column == metric and f"{metric}_event" not in nights.columns:
        _require_real_zeros(nights, metric, values)


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


def _in_two_units(metric: str, values: Floats) -> np.ndarray:
    """Which values are likely in another unit than the others: far below all of them, and among them once converted.

    Only of metrics that no night has near 0, and not of one or two nights: those may have been bad ones.
    """
    none = np.zeros(values.shape, bool)
    for factor in OTHER_UNITS.get(CATALOGUE[metric].unit, {}).values():
        if factor > 1 or not np.isfinite(values).any():
            continue
        others = values[values > 0.4 / factor]
        least = float(np.quantile(others, 0.05)) if others.size >= FEW else 0.0
        usual = float(np.median(others)) if others.size >= FEW else math.inf
        if least < 0.3 * usual:
            continue
        converted = values / factor
        fit: np.ndarray = (values > 0) & (values < least / 8) & (converted >= 0.7 * least)
        fit &= converted <= 1.3 * float(others.max())
        if fit.sum() >= 3 and fit.sum() >= 0.9 * (values < 0.3 * usual).sum():
            return fit
    return none


def _require_real_zeros(nights: StudyNights, metric: str, values: Floats) -> None:
    """Refuse several zeros far from all other values of a latency from sleep onset: they stand for none."""
    none, others = values == 0, values[np.isfinite(values) & (values != 0)]
    if Estimand(metric).is_from_lights_off or none.sum() < 3 or not others.size or np.quantile(others, 0.02) < 15:
        return
    raise ClaimError(
        f"{int(none.sum())} values are 0, and the other {_range(others)}: 0 likely stands for none",
        place=cell_place(nights.row[int(np.flatnonzero(none)[0])], metric),
        remedy=f"leave the cells empty, and give {metric}_time and {metric}_event, so that these nights count",
        key=metric,
    )


def _require_told_events(nights: StudyNights, metric: str) -> None:
    """Refuse a latency of which it is not told whether its event came."""
    column = f"{metric}_event"
    if column not in nights.columns or f"{metric}_time" not in nights.columns:
        return
    event, time = nights.numbers(column), nights.numbers(f"{metric}_time")
    untold = np.isfinite(time) & ~np.isin(event, (0, 1))
    if untold.any():
        first = int(np.flatnonzero(untold)[0])
        said = "is empty" if np.isnan(event[first]) else f"is {event[first]:g}, and neither 0 nor 1"
        raise ClaimError(
            f"the cell {said}, and {metric}_time is not empty: it is not told whether the event came",
            place=cell_place(nights.row[first], column),
            remedy="write 1 where it came, and 0 where the night ended first",
            key=column,
        )


# -------------------------------------------------------------------------------------------------------------- copies
def _require_no_copies(nights: StudyNights) -> None:
    """Refuse a night, or a person, that stands in the table twice under different names."""
    columns = [name for name in nights.columns if metric_of(name) in CATALOGUE and "__" not in name]
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
    alike = sum((n / len(table)) ** 2 for n in Counter(hash(row.tobytes()) for row in table).values())
    for s in range(len(nights.subjects)):
        own = np.sort(table[nights.subject == s], axis=0)
        distinct = np.unique(own[np.isfinite(own) & (own != 0)]).size
        if distinct < ALIKE_IN_PERSON and not _is_rare_by_chance(distinct, alike, len(nights.subjects)):
            continue
        if (first := people.setdefault(sha256(own.tobytes()).digest(), s)) != s:
            raise ClaimError(
                f"subjects {nights.subjects[first]!r} and {nights.subjects[s]!r} have the same numbers in all of their "
                "nights: one is a copy of the other",
                place="the table of nights",
                remedy="leave the copy out",
                key="subject",
            )


def _is_rare_by_chance(distinct: int, alike: float, n: int) -> bool:
    """Whether any two of n people would seldom share so many numbers, two nights being alike with that probability."""
    return distinct >= 3 and math.comb(n, 2) * math.factorial(distinct) * alike**distinct < CHANCE
