"""`nights.csv`: a name for every night, rows that outlive a run, cells that any program reads."""

from __future__ import annotations

import csv
import hashlib
import io
import os
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from ..core.errors import ClaimError, RecordingError
from ..core.finding import Finding
from ..core.shown_text import shown_text
from ..io.csv_tables import csv_text, separator_of, was_cut, write_csv
from ..io.files import open_file, open_unchanged, what_helps
from ..io.nights.night import LeftOut, Night

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "AUDITED",
    "SEPARATOR",
    "TEXT",
    "Row",
    "csv_rows",
    "is_cut",
    "is_file_name",
    "night_names",
    "read_rows",
    "read_table",
    "source_id",
    "write_left_out",
    "write_rows",
]

#: What people scored of an audit's nights, in the folder of the table.
AUDITED = Path("audit", "values.csv")
#: Between the findings, and between the warnings, of one cell.
SEPARATOR = " | "
#: Bytes at the end of a table in which its last row begins.
LAST = 1 << 16
#: Bytes of a table of 100,000 nights, and of the headings of ten times as many columns as we know.
LARGEST, WIDEST = 1 << 29, 1 << 18
#: Columns of ``nights.csv`` that hold text; all others hold numbers.
TEXT = ("recording", "file", "source_id", "status", "error", "subject", "session", "condition", "evening", "sex",
        "scoring", "start", "eeg", "eog", "emg", "device", "family", "derivations", "findings",
        "model", "warnings", "settings", "given_sex", "measured", "versions", "content_id")  # fmt: skip


class Row(dict[str, Any]):
    """The cells of one row of ``nights.csv``, by column.

    Parameters
    ----------
    cells : mapping of str to value
    findings : iterable of Finding
        Those that the cell ``findings`` prints; none of a row that was read from a file.
    """

    def __init__(self, cells: Mapping[str, Any] | Iterable[tuple[str, Any]] = (), findings: Iterable[Finding] = ()):
        super().__init__(cells)
        self.findings = tuple(findings)


def read_table(path: str | os.PathLike[str]) -> pd.DataFrame:
    """Read a table of nights as it is, one row per night; empty cells are NaN.

    Its cells are parted by commas, semicolons or tabs. Between semicolons, which spreadsheets write where the comma is
    that of decimals, "407,5" is a number.

    Raises
    ------
    RecordingError
        If two columns have one name, or a table that this package wrote was cut: in the middle of a row or between two.
    ClaimError
        If its text is not in UTF-8.
    OSError
        If it cannot be read, is no regular file, or changes meanwhile.
    ValueError
        If it is no table.
    """
    import pandas as pd

    text = dict.fromkeys(TEXT, str)
    try:
        with open_unchanged(path) as file:
            separator = _refuse_doubled_and_cut(file, Path(path))
            nights = pd.read_csv(file, sep=separator, decimal="," if separator == ";" else ".", dtype=text,
                                 keep_default_na=False, na_values=[""], encoding="utf-8-sig")  # fmt: skip
    except UnicodeDecodeError as error:
        raise ClaimError(
            f"cannot be read: its text is not in UTF-8 (byte 0x{error.object[error.start]:02x})", place=Path(path).name,
            remedy="save it anew as CSV in UTF-8, which spreadsheets offer as 'CSV UTF-8'",
        ) from None  # fmt: skip
    nights = nights.rename(columns={column: csv_text(column) for column in nights.columns if isinstance(column, str)})
    for column in nights.select_dtypes(exclude="number"):
        nights[column] = [csv_text(cell) if isinstance(cell, str) else cell for cell in nights[column]]
    return nights


def _refuse_doubled_and_cut(file: BinaryIO, path: Path) -> str:
    """Give a table's separator; refuse two columns of one name, and one of ours that does not end as we end them."""
    _require_size(file, path)
    header = file.readline().decode("utf-8-sig")
    columns = _cells_of(header, separator := separator_of(header))
    times = Counter(columns)
    for column in columns:
        if times[column] > 1:
            what = f"two columns are called {column!r}"
            raise RecordingError(what, place=path.name, remedy="keep one of them", key=column)
    file.seek(max(0, os.fstat(file.fileno()).st_size - LAST))
    line = file.read().rpartition(b"\n")[2].decode("utf-8", "replace")
    short = len(_cells_of(line, separator)) < len(columns)
    if line and ("source_id" in columns or short):  # others need not end their last line
        raise RecordingError(
            "the table ends in the middle of a row", place=path.name, remedy="copy it again, or measure again"
        )
    _require_end(file, path)
    return separator


def _require_size(file: BinaryIO, path: Path) -> None:
    """Refuse what would fill the memory: more bytes, or longer headings, than tables of nights have."""
    long = len(file.readline(WIDEST)) == WIDEST
    if long or os.fstat(file.fileno()).st_size > LARGEST:
        what = f"its headings have {WIDEST >> 10} KB or more" if long else f"it has more than {LARGEST >> 20} MB"
        raise RecordingError(f"no table of nights: {what}", place=path.name, remedy="leave columns or nights out")
    file.seek(0)


def is_cut(table: Path) -> bool:
    """Whether a table has lost its end mark."""
    with open_file(table) as file:
        return was_cut(file)


def _require_end(file: BinaryIO, path: Path) -> None:
    """Refuse a table with an end mark that was cut at the end of a row; leave it at its beginning."""
    if was_cut(file):
        raise RecordingError(
            "the last rows are missing: it begins as a table with an end mark, and has none", place=path.name,
            remedy="copy it again, or measure again; who took them away on purpose takes the first heading's quotes "
            "away too, or saves it with a spreadsheet",
        )  # fmt: skip


def _cells_of(line: str, separator: str) -> list[str]:
    """The cells of one line; none where it is not one, which who reads the table will say."""
    try:
        return next(csv.reader([line], delimiter=separator), [])
    except csv.Error:
        return []


# -------------------------------------------------------------------------------------------------------------- names
def source_id(night: Night) -> str:
    """Which files a row comes from, without saying where they lie: folders may be named after people."""
    places = [os.fsencode(file.resolve()) for file in night.files]
    part = {"start": night.details.start, "stop": night.details.stop}
    cut = [f"{name} {moment.text}".encode() for name, moment in part.items() if moment is not None]
    which = [f"which {night.which}".encode()] if night.which else []
    return hashlib.sha256(b"\0".join([*places, *cut, *which])).hexdigest()[:12]


def night_names(nights: Sequence[Night], kept: Mapping[str, Row], *, pseudonyms: bool = False) -> list[str]:
    """A name for each night that no other has, in this call or in the table; a night keeps the one it had."""
    before = {row.get("source_id"): name for name, row in kept.items()}
    taken = {name.casefold(): row.get("source_id") for name, row in kept.items()}
    groups: dict[str, list[Night]] = {}
    for night in nights:
        groups.setdefault(night.place.name.casefold(), []).append(night)
    names = []
    for night in nights:
        source = source_id(night)
        alike = groups[night.place.name.casefold()]
        choices = [_file_name(name(night)) for name in LONGER_NAMES if _tells_apart(name, alike)]
        choices = [f"night_{source}"] if pseudonyms else choices
        choices = [before[source]] if source in before else choices
        choices.append(f"night_{source}" if pseudonyms else f"{_file_name(night.place.name)}_{source}")
        name = next(choice for choice in choices if taken.get(choice.casefold(), source) == source)
        taken[name.casefold()] = source
        names.append(name)
    return names


def _suffix(night: Night) -> str:
    return night.files[0].suffix[1:].lower()


def _folder(night: Night) -> str:
    return night.files[0].resolve().parent.name


#: Ever longer names of a night, from where it lies below the folder that was named.
LONGER_NAMES: tuple[Callable[[Night], str], ...] = (
    lambda night: night.place.name,
    lambda night: "_".join(night.place.parts),
    lambda night: "_".join((_folder(night), night.place.name)),
    lambda night: "_".join((*night.place.parts, _suffix(night))),
    lambda night: "_".join((_folder(night), night.place.name, _suffix(night))),
)


def _tells_apart(name: Callable[[Night], str], nights: Sequence[Night]) -> bool:
    return len({name(night).casefold() for night in nights}) == len(nights)


def _file_name(text: str) -> str:
    """Letters, digits, points, hyphens and underscores only, and not too many."""
    return re.sub(r"[^\w.-]+", "_", shown_text(text)).strip("._").lstrip("-._")[:100] or "recording"


def is_file_name(name: str) -> bool:
    """Whether files may be called so: what a table or a record says must not lead out of the folder.

    Examples
    --------
    >>> is_file_name("n01_psg"), is_file_name("../n01"), is_file_name("a/b"), is_file_name("..")
    (True, False, False, False)
    """
    return re.fullmatch(r"[\w.-]+", name) is not None and name.strip(".") != ""


def csv_rows(table: Path, *, cut: bool = False) -> tuple[list[str], list[tuple[int, dict[str, Any]]]]:
    """Columns and numbered rows of a CSV in UTF-8; a row too short has None for cells, one too long None for a column.

    The number of a row is the line that it ends in.

    Raises
    ------
    RecordingError
        If it is no table in UTF-8, or has lost its end mark, unless what is left of it is wanted (`cut`).
    OSError
        If it cannot be read, is no regular file, or changes meanwhile.
    """
    with open_unchanged(table) as raw:
        _require_size(raw, table)
        if not cut:
            _require_end(raw, table)
        reader = csv.DictReader(io.TextIOWrapper(raw, newline="", encoding="utf-8-sig"))
        try:
            rows = [(reader.line_num, row) for row in reader]
            return list(reader.fieldnames or ()), rows
        except (UnicodeDecodeError, csv.Error) as error:
            why = "it is not in UTF-8" if isinstance(error, UnicodeDecodeError) else str(error)
            what, remedy = f"cannot be read as a table ({why})", "save it anew as CSV in UTF-8"
            raise RecordingError(what, place=str(table), remedy=remedy) from None


def read_rows(table: Path, *, cut: bool = False) -> dict[str, Row]:
    """Rows already in a table, by recording; a row that was cut off is none, and a table only where that is told."""
    if not table.exists():
        return {}
    columns, rows = csv_rows(table, cut=cut)
    if not columns:  # a batch that ended before its first night
        return {}
    if not {"recording", "status"} <= set(columns):
        what = "this nights.csv is not ours (no column 'recording' in UTF-8)"
        raise RecordingError(what, place=str(table), remedy="choose another --out", key="recording")
    read = [{csv_text(key): csv_text(row[key] or "") for key in columns} for _, row in rows if None not in row.values()]
    for row in read:
        if not is_file_name(row["recording"]):
            raise RecordingError(
                f"this nights.csv is not ours: {row['recording']!r} is no name of a night", place=str(table),
                remedy="choose another --out", key="recording",
            )  # fmt: skip
    return {row["recording"]: Row(row) for row in read}


def write_rows(table: Path, rows: Sequence[Mapping[str, Any]], *, last: bool, ended: bool = False) -> None:
    """Write all rows, and an end mark where it is asked for; a column that a row lacks is an empty cell, and so is NaN.

    A table that another program holds open is tried again after the next night; after the last it is an error.
    """
    columns = list(dict.fromkeys(key for row in sorted(rows, key=len, reverse=True) for key in row))
    try:
        write_csv(table, rows, columns, ended=ended)
    except OSError as error:
        if last:
            raise RecordingError(
                f"cannot be written ({error.strerror})", place=str(table),
                remedy=f"{what_helps(error)}, and measure again",
            ) from None  # fmt: skip


def write_left_out(table: Path, left_out: Sequence[LeftOut]) -> None:
    """Write what was left out and why; where nothing was, there is no such table."""
    if not left_out:
        table.unlink(missing_ok=True)
        return
    write_rows(
        table,
        [{"file": entry.file.as_posix(), "code": entry.code, "reason": entry.reason} for entry in left_out],
        last=True,
    )
