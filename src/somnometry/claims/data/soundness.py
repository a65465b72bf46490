"""What a table of nights cannot be: values that no night has, other units, counts that are none, rows of no person."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import NoReturn

import numpy as np

from ...catalogue import CATALOGUE, reads_as
from ...core.errors import ClaimError
from ...core.faults import Faults
from ...core.study import Study, Unit
from ...core.table_source import said_of
from ...metrics.table import METRICS
from ..stager_validation import VALIDATION
from .columns_together import require_agreement
from .copies import require_no_copies
from .declared_units import UNIT_WORDS, unit_fault
from .likely_units import CLOCKS, FEW, in_two_units, likely_unit
from .stand_ins import CODES, require_no_stand_ins, when_none
from .study_nights import HUMAN_COLUMN, Floats, StudyNights, cell_place

__all__ = ["require_known_names", "require_sound"]

NOTHING: Mapping[str, Unit] = MappingProxyType({})
#: Rows of a spreadsheet that are no person's.
NO_PEOPLE = frozenset({"mean", "means", "average", "avg", "median", "sd", "std", "stdev", "sem", "total", "totals",
                       "grandtotal", "sum", "overall", "mean(sd)", "mean+-sd", "mean±sd", "difference"})  # fmt: skip
#: Rates per hour whose counts have a column of their own; so many times what is usual they are likely the counts.
COUNTED = {"awakenings_per_hour": "awakenings"}
#: Columns that say which night a row is and how it was made; one that is called so but for case or blanks is meant.
ROLES = ("subject", "condition", "period", "night", "sequence", "status", "staging", "scorer", "model", "device",
         "family", "derivations", "undosed", "rescue", "technical_truncation")  # fmt: skip


def require_sound(nights: StudyNights, metrics: Iterable[str], units: Mapping[str, Unit] = NOTHING) -> None:
    """Refuse a table with values of the metrics that cannot be, or with copies of nights or people.

    Parameters
    ----------
    nights : StudyNights
    metrics : iterable of str
        Those of which verdicts print numbers; other columns are not looked at for their values.
    units : mapping of str to str, optional
        Metric -> its unit, where the study declares that the column is in it whatever it looks like.

    Raises
    ------
    ClaimError
        With the row, the likely unit of the column, and the remedy; one for each column that is at fault.
    """
    faults = Faults()
    with said_of(nights.source):
        with faults.gathered():
            _require_plain_names(nights.columns)
        with faults.gathered():
            _require_people(nights)
        judged = [metric for metric in dict.fromkeys(metrics) if metric in CATALOGUE]
        for metric in judged:
            for column in (metric, f"{metric}_time", f"{metric}{HUMAN_COLUMN}"):
                if column in nights.columns:
                    with faults.gathered():
                        _require_possible(nights, metric, column, declared=metric in units)
            for column in (f"{metric}_low", f"{metric}_high"):
                if column in nights.columns:
                    with faults.gathered():
                        _require_within(nights, metric, column)
            if metric in METRICS and METRICS[metric].censoring is not None:
                with faults.gathered():
                    _require_told_events(nights, metric)
        if any(CATALOGUE[metric].unit == "min" and metric in nights.columns for metric in judged):
            for column in CLOCKS:
                if column in nights.columns:
                    with faults.gathered():
                        _require_one_unit(nights, column, column, declared=column in units)
                        _require_own_unit(nights, column, column, declared=column in units)
        faults.raise_all()
        require_agreement(nights, judged)
        require_no_copies(nights)


def _require_people(nights: StudyNights) -> None:
    """Refuse rows whose subject is no person, but what a spreadsheet computes of all."""
    for name in nights.subjects:
        if "".join(name.split()).casefold().strip(".:") in NO_PEOPLE:
            raise ClaimError(
                f"the subject {name!r} is likely no person, but a row that was computed from the others",
                place="the table of nights",
                remedy="leave such rows out, or name the subject otherwise",
                key="subject",
            )


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
    for name, unit in study.units.items():
        if fault := unit_fault(name, unit):
            raise ClaimError(fault[0], place="study", remedy=fault[1], key=f"study.units.{name}")


# -------------------------------------------------------------------------------------------------------------- values
def _require_within(nights: StudyNights, metric: str, column: str) -> Floats:
    """Refuse values that no night can have; give them all."""
    values = nights.numbers(column)
    low, high = CATALOGUE[metric].possible_range
    if (beyond := (values < low) | (values > high)).any():
        _refuse(nights, metric, column, values, beyond)
    return values


def _require_possible(nights: StudyNights, metric: str, column: str, *, declared: bool) -> None:
    _require_one_unit(nights, metric, column, declared=declared)
    values = _require_within(nights, metric, column)
    require_no_stand_ins(nights, metric, column, values)
    _require_own_unit(nights, metric, column, declared=declared)
    _require_counts(nights, metric, column, values)


def _require_one_unit(nights: StudyNights, metric: str, column: str, *, declared: bool) -> None:
    """Refuse a column a part of which is likely in another unit; that some sleep twice as long may be declared."""
    values = nights.numbers(column)
    other, unit = in_two_units(metric, values, (nights.condition, nights.subject))
    long = unit.startswith("in epochs")
    if other.any() and not (declared and long):
        first = int(np.flatnonzero(other)[0])
        raise ClaimError(
            f"{int(other.sum())} of {int(np.isfinite(values).sum())} {_range(values[other])} are likely in another "
            f"unit than the other {_range(values[~other])}: {unit}",
            place=cell_place(nights.row[first], column),
            remedy=f"give every {column} in {_unit_of(metric)}{_or_declare(metric) if long else ''}",
            key=column,
        )


def _require_own_unit(nights: StudyNights, metric: str, column: str, *, declared: bool) -> None:
    """Refuse a column that is likely in another unit, unless its own is declared."""
    values = nights.numbers(column)
    if not declared and (unit := likely_unit(metric, values)):
        raise ClaimError(
            f"the column {column!r} holds {_range(values)}, which no nights have in "
            f"{_unit_of(metric)}: it is likely {unit}",
            place="the table of nights",
            remedy=f"give {column} in {_unit_of(metric)}{_or_declare(metric)}",
            key=column,
        )


def _require_counts(nights: StudyNights, metric: str, column: str, values: Floats) -> None:
    """Refuse counts of a night that are no whole numbers, and rates that are counts."""
    known = values[np.isfinite(values)]
    whole = known == np.round(known)
    if CATALOGUE[metric].unit in ("count", "0/1") and not whole.all():
        first = int(np.flatnonzero(np.isfinite(values) & (values != np.round(values)))[0])
        rate = " or means over nights" if CATALOGUE[metric].unit == "0/1" else ", rates per hour, or means over nights"
        raise ClaimError(
            f"{values[first]:g} is no count of a night ({int((~whole).sum())} of {known.size} values are no whole "
            f"numbers): they are likely shares{rate}",
            place=cell_place(nights.row[first], column),
            remedy="give the counts of each night, in a row of its own; what is per hour goes under the name of a rate",
            key=column,
        )
    count = COUNTED.get(metric, "")
    usual = VALIDATION["psg"][metric].human if count else math.inf
    if count and known.size > FEW and whole.all() and np.unique(known).size > 2 and np.median(known) > 3 * usual:
        raise ClaimError(
            f"the column {column!r} holds {_range(known)}, all whole: they are likely counts of the night",
            place="the table of nights",
            remedy=f"call it {count!r}, or divide by the hours of sleep",
            key=column,
        )


def _refuse(nights: StudyNights, metric: str, column: str, values: Floats, bad: np.ndarray) -> NoReturn:
    """Refuse the first value that cannot be, and say what is likely wrong with it."""
    first = int(np.flatnonzero(bad)[0])
    value = values[first]
    low, high = CATALOGUE[metric].possible_range
    remedy = "mend the cell, or leave it empty if nothing was measured"
    if value in CODES or (value < 0 and np.unique(values[bad]).size == 1):
        remedy = f"if {value:g} stands for none, {when_none(metric)}"
    elif unit := likely_unit(metric, values) or likely_unit(metric, np.where(bad, values, np.nan)):
        remedy = f"such values are likely {unit}: give {column} in {_unit_of(metric)}"
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
    return UNIT_WORDS[CATALOGUE[metric].unit]


def _or_declare(metric: str) -> str:
    """Say how a study declares that a column is in its own unit, whatever it looks like."""
    return f'; if it is, declare that in [study]: units = {{ {metric} = "{_unit_of(metric)}" }}'


def _range(values: Floats) -> str:
    return f"values from {np.nanmin(values):g} to {np.nanmax(values):g}"


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
