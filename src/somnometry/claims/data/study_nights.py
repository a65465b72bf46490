"""`StudyNights`: the table of a study's nights, checked and laid out for analysis."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from ...catalogue import CATALOGUE, metric_of
from ...core.errors import ClaimError
from ...core.faults import Faults
from ...core.reason import Reason
from ...core.study import Study
from ...core.table_source import said_of, source_of
from ...core.verdict import Exclusion
from .alike_names import alike_names, require_no_twins
from .as_drawn import AsDrawn, as_drawn
from .label_order import by_size, in_time
from .lost_nights import lost_nights
from .night_ordinals import LARGEST, ordinals_of_nights, text_of, texts_of
from .nights_table import cell_place, columns_of
from .numbers_as_text import written_as
from .sequences import require_one_order, sequences_of

__all__ = ["DESIGN_COLUMNS", "HUMAN_COLUMN", "LostNight", "StudyNights", "cell_place", "text_of"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.intp]
#: Columns that say which night a row is; the others hold what was measured or noted.
DESIGN_COLUMNS = ("subject", "condition", "period", "night", "sequence")
#: Behind the name of a metric: what people scored of the same night, whom a program scored too.
HUMAN_COLUMN = "_human"
#: Words for 1 and 0 in columns of them.
FLAGS = {"true": 1, "yes": 1, "false": 0, "no": 0}
#: How R and spreadsheets write that there is no number.
NOT_AVAILABLE = ("na", "n/a", "#n/a")
#: Columns of 0 and 1 whose nights leave the analysis where the study declares "while-on-treatment".
INTERCURRENT = ("undosed", "rescue")


@dataclass(frozen=True, slots=True)
class LostNight:
    """A night that left before any claim was looked at, as its row names it.

    Parameters
    ----------
    subject, condition : str
    period, night : str
        Empty where the table has no such column.
    """

    subject: str
    condition: str
    period: str = ""
    night: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class StudyNights:
    """The nights of a study: who, under what, when, and what was measured.

    Parameters
    ----------
    subject, condition : array of int, shape (n_nights,)
        Codes into `subjects` and `conditions`.
    period : array of int, shape (n_nights,)
        Ordinal of the period from 0; all -1 where the table has no such column.
    night : array of int, shape (n_nights,)
        Ordinal of the night among those of its subject and period, from 0.
    subjects, conditions, periods : tuple of str
    sequences : tuple of str
        Of each subject, as the table says; empty where it does not.
    row : array of int, shape (n_nights,)
        Row of the table, from 1.
    columns : mapping of str to array
        Every column of the table, cut to these nights.
    exclusions : tuple of Exclusion
        Nights that left before any claim was looked at.
    warnings : tuple of Reason
    lost : tuple of LostNight
        Every night that left so.
    source : str
        File of the table, as its errors say it; empty where nobody noted one.
    """

    subject: Ints
    condition: Ints
    period: Ints
    night: Ints
    subjects: tuple[str, ...]
    conditions: tuple[str, ...]
    periods: tuple[str, ...]
    sequences: tuple[str, ...]
    row: Ints
    columns: Mapping[str, npt.NDArray[Any]]
    exclusions: tuple[Exclusion, ...] = ()
    warnings: tuple[Reason, ...] = ()
    lost: tuple[LostNight, ...] = ()
    source: str = ""

    @classmethod
    def of(cls, nights: Any, study: Study) -> StudyNights:
        """Check a table of nights against itself, and leave out what the study declared that it would.

        Parameters
        ----------
        nights : DataFrame, mapping of columns, or rows
            With the columns ``subject`` and ``condition``; ``period`` and ``night`` where there are several. Rows whose
            ``status`` is not "ok" are counted and left out.
        study : Study

        Raises
        ------
        ClaimError
            Where a column is missing, a night stands twice, a subject has two sequences or two conditions in one
            period, a cell that should be a number is none, or one person's nights are not those that were drawn.
        """
        with said_of(source_of(nights)):
            return cls._of(columns_of(nights), study, source_of(nights))

    @classmethod
    def _of(cls, columns: dict[str, npt.NDArray[Any]], study: Study, source: str) -> StudyNights:
        for name in ("subject", "condition"):
            if name not in columns:
                remedy = "add it, or give recordings.csv to `measure`"
                raise ClaimError(f"the table of nights has no column {name!r}", remedy=remedy, key=name)
        row = np.arange(1, len(columns["subject"]) + 1)
        drawn = as_drawn(columns, study)
        columns = dict(drawn.columns)
        exclusions: list[Exclusion] = []
        keep = np.ones(row.size, bool)
        for reason, left in _left_out(columns, row, study, drawn):
            fresh = left & keep
            keep &= ~left
            if fresh.any():
                gone = set(columns["subject"][fresh]) - set(columns["subject"][keep])
                exclusions.append(Exclusion(reason, int(fresh.sum()), len(gone)))
        ordinals = ordinals_of_nights(columns)[keep]
        lost = tuple(
            LostNight(**{name: text_of(columns[name][i]) for name in DESIGN_COLUMNS[:4] if name in columns})
            for i in np.flatnonzero(~keep & ~drawn.beside)
        )
        columns = {name: values if keep.all() else values[keep] for name, values in columns.items()}
        row = row[keep]
        faults = Faults()
        codes: dict[str, tuple[tuple[str, ...], Ints]] = {"period": ((), np.full(row.size, -1))}
        for name in ("subject", "condition", "period"):
            with faults.gathered():
                if name in columns:
                    codes[name] = _codes(columns[name], name, row)
        for name in ("night", *dict.fromkeys(part.metric for claim in study.claims for part in claim.components)):
            with faults.gathered():
                if name in columns:
                    _numbers(columns[name], name, row)
        faults.raise_all()
        (subjects, subject), (conditions, condition), (periods, period) = (
            codes[name] for name in ("subject", "condition", "period")
        )
        night, warnings = _nights_in_period(columns, ordinals, subject, condition, period, row)
        _check_duplicates(subject, condition, period, night, row, subjects)
        sequences = sequences_of(columns, subject, subjects, row)
        if study.design == "crossover" or any(claim.design == "crossover" for claim in study.claims):
            require_one_order(sequences, subject, period, condition, conditions, row)
        alike = alike_names(subjects, "subject") + alike_names(conditions, "condition")
        return cls(subject, condition, period, night, subjects, conditions, periods, sequences, row, columns,
                   tuple(exclusions), drawn.warnings + warnings + alike, lost, source)  # fmt: skip

    def __len__(self) -> int:
        return self.row.size

    def numbers(self, name: str) -> Floats:
        """Give a column as numbers, NaN where a cell is empty; a cell that is no number is an error."""
        with said_of(self.source):
            return _numbers(self.columns[name], name, self.row)

    def flags(self, name: str) -> npt.NDArray[np.bool_]:
        """Give a column of 0 and 1, empty cells 0; all False where there is no such column."""
        if name not in self.columns:
            return np.zeros(len(self), bool)
        with said_of(self.source):
            return _flags(self.columns[name], name, self.row)


def _left_out(
    columns: Mapping[str, npt.NDArray[Any]], row: Ints, study: Study, drawn: AsDrawn
) -> Iterable[tuple[Reason, npt.NDArray[np.bool_]]]:
    """Give the nights that leave, by reason."""
    yield Reason("not-drawn"), drawn.beside
    if "status" in columns:
        yield from lost_nights(columns)
    for name in study.exclude:
        if _is_measured(name):
            raise ClaimError(
                f"nights cannot be excluded by {name!r}, which they measured",
                place="study",
                remedy="only by what was noted of them without looking at sleep, such as a technical failure",
                key="study.exclude",
            )
        if name not in columns:
            what = f"nights are to be excluded by {name!r}, but the table has no such column"
            raise ClaimError(what, place="study", key="study.exclude")
        yield Reason("excluded-as-declared", {"column": name}), _flags(columns[name], name, row)
    if study.intercurrent == "while-on-treatment":
        yield Reason("not-as-drawn"), drawn.otherwise
        for name in INTERCURRENT:
            if name in columns:
                yield Reason("not-on-treatment", {"column": name}), _flags(columns[name], name, row)


def _is_measured(column: str) -> bool:
    """Whether a column is a metric: "<metric>", "<metric>_time", "<metric>_event", or one of them with "__<part>"."""
    return metric_of(column) in CATALOGUE


def _codes(values: npt.NDArray[Any], name: str, row: Ints) -> tuple[tuple[str, ...], Ints]:
    """Give the sorted labels of a column, numbers by size, and each cell's place among them."""
    if values.dtype.kind in "iu":
        numbers, codes = np.unique(values, return_inverse=True)
        return tuple(map(str, numbers)), codes
    texts = np.array(texts_of(values), object)
    faults = Faults()
    remedy = f"every night needs its {name}"
    for number in row[texts == ""].tolist():
        faults.found.append(ClaimError("the cell is empty", place=cell_place(number, name), remedy=remedy, key=name))
    faults.raise_all()
    labels = in_time(set(texts)) if name == "period" else sorted(set(texts), key=by_size)
    require_no_twins(labels, name)
    place = {label: i for i, label in enumerate(labels)}
    return tuple(labels), np.array([place[text] for text in texts], np.intp)


def _numbers(values: npt.NDArray[Any], name: str, row: Ints) -> Floats:
    out = values.astype(np.float64) if values.dtype.kind in "iufb" else np.array([_number(cell) for cell in values])
    faults = Faults()
    for i in np.flatnonzero(np.abs(out) > LARGEST).tolist():
        what, remedy = f"{text_of(values[i])!r} is not a number", written_as(text_of(values[i]))
        faults.found.append(ClaimError(what, place=cell_place(row[i], name), remedy=remedy, key=name))
    faults.raise_all()
    return out


def _number(cell: Any) -> float:
    """Give a cell as a number, NaN where it is empty or "NA", as R writes it; infinite where it is none."""
    text = text_of(cell)
    if not text or text.casefold() in NOT_AVAILABLE:
        return math.nan
    try:
        return math.inf if "_" in text else float(text)  # 4_12.5 is a slip, though Python reads it
    except ValueError:
        return math.inf


def _flags(values: npt.NDArray[Any], name: str, row: Ints) -> npt.NDArray[np.bool_]:
    if values.dtype.kind not in "iufb":
        values = np.array([FLAGS.get(str(cell).strip().lower(), cell) for cell in values], object)
    numbers = _numbers(values, name, row)
    bad = ~(np.isnan(numbers) | (numbers == 0) | (numbers == 1))
    faults = Faults()
    for i in np.flatnonzero(bad).tolist():
        what = f"{numbers[i]:g} is neither 0 nor 1"
        faults.found.append(ClaimError(what, place=cell_place(row[i], name), key=name))
    faults.raise_all()
    flags: npt.NDArray[np.bool_] = numbers == 1
    return flags


def _nights_in_period(
    columns: Mapping[str, npt.NDArray[Any]], ordinals: Ints, subject: Ints, condition: Ints, period: Ints, row: Ints
) -> tuple[Ints, tuple[Reason, ...]]:
    """Give the ordinal of each night in its period, and a warning where the order of the table had to serve."""
    if "night" in columns:
        number = _numbers(columns["night"], "night", row)
        if (bad := np.isnan(number) | (number != np.floor(number))).any():
            raise ClaimError(
                "every night needs its number, a whole one", place=cell_place(row[bad][0], "night"), key="night"
            )
        return ordinals, ()
    place = np.where(period < 0, condition, period)
    night = np.zeros(row.size, np.intp)
    seen: dict[tuple[int, int], int] = {}
    for i, key in enumerate(zip(subject.tolist(), place.tolist(), strict=True)):
        night[i] = seen.get(key, 0)
        seen[key] = int(night[i]) + 1
    if night.any():
        return night, (Reason("no-night-column"),)
    return night, ()


def _check_duplicates(
    subject: Ints, condition: Ints, period: Ints, night: Ints, row: Ints, subjects: tuple[str, ...]
) -> None:
    place = np.where(period < 0, condition, period)
    seen: dict[tuple[int, int, int], int] = {}
    given: dict[tuple[int, int], int] = {}
    for i, (s, p, n) in enumerate(zip(subject.tolist(), place.tolist(), night.tolist(), strict=True)):
        if (first := seen.setdefault((s, p, n), i)) != i:
            raise ClaimError(
                f"subject {subjects[s]!r} has the same night twice (same period, same number)",
                place=f"rows {row[first]} and {row[i]}",
                remedy="leave one out or mend 'period' and 'night'",
                key="night",
            )
        if condition[(first := given.setdefault((s, p), i))] != condition[i]:
            raise ClaimError(
                f"subject {subjects[s]!r} has two conditions in one period",
                place=f"rows {row[first]} and {row[i]}",
                remedy="mend 'condition' or 'period'",
                key="condition",
            )
