"""`recordings.csv`: what the user says of recordings that their files do not, checked cell by cell."""

from __future__ import annotations

import csv
import difflib
import io
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Any

from ...core.errors import RecordingError
from ...core.faults import Faults
from ..csv_tables import separator_of
from ..files import read_whole
from .clock_times import Moment

__all__ = ["COLUMNS", "NIGHT_COLUMNS", "SCORING_COLUMNS", "TABLE", "Details", "TableRow", "read_recordings_table"]

#: The table, where it lies in the folder that is searched.
TABLE = "recordings.csv"

#: Columns that go on into ``nights.csv``.
NIGHT_COLUMNS = ("subject", "session", "condition", "period", "night", "evening", "age", "sex")
#: What a cell of the column ``lost`` holds of a night that was not.
NOT_LOST = ("", "0", "no", "false", "0.0", "nan", "-")
#: Bytes of a table; a row for each night of a hundred years has a tenth of it.
LARGEST = 1 << 24
#: Rows and columns that no study has.
MOST_ROWS, MOST_COLUMNS = 100_000, 1000
#: Columns that say how the scoring of a night is read.
SCORING_COLUMNS = ("format", "coding", "epoch", "scorer")
COLUMNS = ("path", *NIGHT_COLUMNS, "lights_off", "lights_on", "start", "stop", *SCORING_COLUMNS)


@dataclass(frozen=True, slots=True)
class Details:
    """What is known of a night besides its recording; None where it is not known.

    Parameters
    ----------
    subject, session, condition, period : str, optional
        Whose night it is, and where it belongs in a study.
    night : int, optional
        Which night of the period.
    evening : date, optional
        On which it begins, by the clock of noon to noon.
    age : float, optional
        Years.
    male : bool, optional
    lights_off, lights_on : Moment, optional
    start, stop : Moment, optional
        Which part of the file is this night.
    format, coding, scorer : str, optional
    epoch : float, optional
        How its scoring is read, as for `read_scoring`.
    more : mapping of str to str
        Cells of the user's own columns.
    """

    subject: str | None = None
    session: str | None = None
    condition: str | None = None
    period: str | None = None
    night: int | None = None
    evening: date | None = None
    age: float | None = None
    male: bool | None = None
    lights_off: Moment | None = None
    lights_on: Moment | None = None
    start: Moment | None = None
    stop: Moment | None = None
    format: str | None = None
    coding: str | None = None
    epoch: float | None = None
    scorer: str | None = None
    more: Mapping[str, str] = field(default_factory=dict, hash=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "more", MappingProxyType(dict(self.more)))

    def __reduce__(self) -> tuple[Any, ...]:
        known = {entry.name: getattr(self, entry.name) for entry in fields(self)}
        return _details, (known | {"more": dict(self.more)},)

    def cells(self) -> dict[str, Any]:
        """What goes into the night's row of ``nights.csv``: only what is known.

        Examples
        --------
        >>> Details(subject="P07", night=2, male=True).cells()
        {'subject': 'P07', 'night': 2, 'sex': 'male'}
        """
        known: dict[str, Any] = {name: getattr(self, name) for name in NIGHT_COLUMNS if name != "sex"}
        known["evening"] = None if self.evening is None else self.evening.isoformat()
        known["sex"] = None if self.male is None else "male" if self.male else "female"
        return {name: value for name, value in known.items() if value is not None} | dict(self.more)

    @property
    def lost(self) -> str:
        """Why there is no recording of it, as a column ``lost`` of the user's says; empty where it does not."""
        why = self.more.get("lost", "").strip()
        return "" if why.casefold() in NOT_LOST else why

    def over(self, other: Details) -> Details:
        """What is known here, and for the rest what the other knows.

        Examples
        --------
        >>> Details(condition="active").over(Details(subject="01", condition="placebo")).cells()
        {'subject': '01', 'condition': 'active'}
        """
        names = [entry.name for entry in fields(self) if entry.name != "more"]
        mine = {name: getattr(self, name) for name in names if getattr(self, name) is not None}
        theirs = {name: getattr(other, name) for name in names}
        return Details(**(theirs | mine), more={**other.more, **self.more})


def _details(known: dict[str, Any]) -> Details:
    return Details(**known)


@dataclass(frozen=True, slots=True)
class TableRow:
    """One row: the number it has in a spreadsheet, the paths as written, and the rest."""

    number: int
    paths: tuple[str, ...]
    details: Details


def read_recordings_table(path: Path) -> tuple[TableRow, ...]:
    """Read a table of recordings, parted by commas, semicolons or tabs.

    Parameters
    ----------
    path : Path
        UTF-8. The column ``path`` is needed, or in its place ``evening``; `COLUMNS` are known; others are kept as they
        are.

    Raises
    ------
    RecordingError
        Naming row, column, value and remedy; of all that is wrong at once.
    """
    lines, header = _cells(path)
    faults = Faults()
    names = _names(header, path, faults)
    rows = []
    for number, cells in lines:
        with faults.gathered():
            if len(cells) > len(names):
                raise RecordingError(
                    f"{len(cells)} cells under {len(names)} columns",
                    place=f"{path.name}, row {number}",
                    remedy="quote a cell that holds the separator",
                )
            row = {name: cell.strip() for name, cell in zip(names, cells, strict=False)}
            rows.append(_row(row, number, path))
    if not lines:
        raise RecordingError("no row below the header", place=path.name, remedy="list at least one recording")
    _find_the_same_twice(rows, path, faults)
    faults.raise_all()
    return tuple(rows)


def _cells(path: Path) -> tuple[list[tuple[int, list[str]]], list[str]]:
    """Give the rows that are not empty, with their numbers, and the header."""
    try:
        text = read_whole(path, LARGEST).decode("utf-8-sig")
    except FileNotFoundError:
        raise RecordingError("there is no such table", place=path.name, remedy="check --recordings") from None
    except UnicodeDecodeError as error:
        raise RecordingError(
            f"byte {error.start} is not UTF-8", place=path.name, remedy="save the table as CSV in UTF-8"
        ) from None
    except OSError as error:
        raise RecordingError(
            f"cannot be opened ({error.strerror})", place=path.name, remedy="check its permissions"
        ) from None
    first = text.partition("\n")[0]
    separator = separator_of(first)
    try:
        reader = csv.reader(io.StringIO(text), delimiter=separator, strict=True)
        filled = [(reader.line_num, cells) for cells in reader if any(cell.strip() for cell in cells)]
    except csv.Error as error:
        raise RecordingError(
            f"not a table that can be read ({error})", place=path.name, remedy="save it as CSV again"
        ) from None
    if not filled:
        raise RecordingError("the table is empty", place=path.name, remedy=f"its header is {','.join(COLUMNS)}")
    for what, n, most in (("rows", len(filled), MOST_ROWS), ("columns", len(filled[0][1]), MOST_COLUMNS)):
        if n > most:
            raise RecordingError(f"more than {most:,} {what}", place=path.name, remedy="list the nights of one study")
    return filled[1:], filled[0][1]


def _names(header: list[str], path: Path, faults: Faults) -> list[str]:
    """Give the columns' names, and refuse what is probably a slip of the pen."""
    names = ["_".join(name.strip().lower().split()) for name in header]
    if not {"path", "evening"} & {*names}:
        what = f"no column 'path' among {', '.join(map(repr, names))}"
        raise RecordingError(what, place=path.name, remedy="add one", key="path")
    for i, (name, written) in enumerate(zip(names, header, strict=True)):
        with faults.gathered():
            if name and names[: i + 1].count(name) == 2:
                what = f"two columns are called {written!r}"
                raise RecordingError(what, place=path.name, remedy="rename one", key=written)
            if name not in COLUMNS and (near := difflib.get_close_matches(name, COLUMNS, 1, 0.8)):
                what = f"column {written!r}: is {near[0]!r} meant?"
                raise RecordingError(what, place=path.name, remedy="rename the column", key=written)
    return names


def _row(row: Mapping[str, str], number: int, path: Path) -> TableRow:
    from pydantic import ValidationError

    from .recordings_schema import RecordingRow, errors_of

    try:
        known = RecordingRow.model_validate({name: cell for name, cell in row.items() if name in COLUMNS and cell})
    except ValidationError as error:
        faults = Faults()
        for column, what, remedy in errors_of(error):
            place = f"{path.name}, row {number}, column {column!r}"
            faults.found.append(RecordingError(what, place=place, remedy=remedy, key=column))
        if not (row.get("path") or row.get("evening")):
            faults.found.append(_no_path(path, number))
        faults.raise_all()
        raise
    if not known.path and known.evening is None:
        raise _no_path(path, number)
    cells = {name: cell for name, cell in known if name not in ("path", "sex")}
    male = None if known.sex is None else known.sex == "male"
    more = {name: cell for name, cell in row.items() if name and name not in COLUMNS}
    return TableRow(number, known.path, Details(**cells, male=male, more=more))


def _no_path(path: Path, number: int) -> RecordingError:
    place = f"{path.name}, row {number}, column 'path'"
    remedy = "name a file or folder, or the date of its evening in 'evening'"
    return RecordingError("the cell is empty", place=place, remedy=remedy, key="path")


def _find_the_same_twice(rows: list[TableRow], path: Path, faults: Faults) -> None:
    """Find rows that repeat another's file and part of it, or another's night of the study."""
    of_file: dict[Any, int] = {}
    of_study: dict[Any, int] = {}
    for row in rows:
        with faults.gathered():
            _refuse_repeated(row, of_file, of_study, path)


def _refuse_repeated(row: TableRow, of_file: dict[Any, int], of_study: dict[Any, int], path: Path) -> None:
    details = row.details
    cut = [moment and moment.text for moment in (details.start, details.stop)]
    if row.paths and (first := of_file.setdefault((row.paths, *cut, details.scorer), row.number)) != row.number:
        raise RecordingError(
            f"{' | '.join(row.paths)!r} is listed twice",
            place=f"{path.name}, rows {first} and {row.number}",
            remedy="delete one, or say in 'start' and 'stop' which part of the file each is",
            key="path",
        )
    if details.subject is None or details.night is None:
        return
    key = (details.subject, details.session, details.condition, details.period, details.night)
    if (first := of_study.setdefault(key, row.number)) != row.number:
        raise RecordingError(
            f"both are night {details.night} of subject {details.subject!r}, with the same session, condition and "
            "period",
            place=f"{path.name}, rows {first} and {row.number}",
            remedy="number them apart, or name parts of one night in one cell: 'first.edf | second.edf'",
            key="night",
        )
