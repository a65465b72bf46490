"""The first sheet of an Excel workbook as comma-separated text; what would unpack to far more is refused."""

from __future__ import annotations

import csv
import io
import re
import zipfile
import zlib
from datetime import date, datetime, time

from ...core.errors import HypnogramError

__all__ = ["workbook_text"]

#: Bytes that a workbook may unpack to; a night of events is a hundredth of it.
LARGEST = 32 * 2**20
#: And what its archive may say that it does, with its pictures.
MOST_SAID = 128 * 2**20
#: Parts of a workbook, and cells of the rectangle from the first to the last: who reads them makes room for each.
MOST_PARTS, MOST_CELLS = 1000, 2_000_000
CELL = re.compile(rb'\br\s*=\s*["\']([A-Za-z]*)(\d+)["\']')


def workbook_text(name: str, data: bytes) -> str:
    """Give the first sheet that holds anything.

    Parameters
    ----------
    name : str
        Of the file, for errors.
    data : bytes

    Raises
    ------
    HypnogramError
        Where it is no workbook, or too large, or the library that reads them is missing.
    """
    parts = _unpacked(name, data)
    if max(map(_cells, parts.values()), default=0) > MOST_CELLS:
        raise HypnogramError(f"a workbook of more than {MOST_CELLS:,} cells", place=name, remedy="export fewer")
    try:
        from python_calamine import CalamineError, CalamineWorkbook
    except ImportError:
        raise HypnogramError(
            "an Excel workbook, and python-calamine, which reads them, is not installed", place=name,
            remedy="pip install 'somnometry[excel]', or save the sheet as CSV",
        ) from None  # fmt: skip
    try:
        book = CalamineWorkbook.from_filelike(_packed(parts))
        sheets = (book.get_sheet_by_name(sheet).to_python() for sheet in book.sheet_names)
        rows = next((rows for rows in sheets if rows), [])
    except (CalamineError, OSError, ValueError, OverflowError, TypeError):
        raise HypnogramError("a damaged workbook", place=name, remedy="export it again") from None
    except BaseException as error:  # a panic of the library is none of Python's errors
        if type(error).__name__ != "PanicException":
            raise
        raise HypnogramError("a damaged workbook", place=name, remedy="export it again") from None
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows([[_cell(cell) for cell in row] for row in rows])
    return out.getvalue()


def _unpacked(name: str, data: bytes) -> dict[str, bytes]:
    """Give the parts of a workbook, each as long as it is and not as its archive says; pictures are left out."""
    parts: dict[str, bytes] = {}
    left = LARGEST
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
            if not any(entry.filename.startswith("xl/") for entry in entries):
                raise HypnogramError(
                    "neither an EDF or BDF file nor text, but an archive", place=name,
                    remedy="unpack it, and name a file of it",
                )  # fmt: skip
            if len(entries) > MOST_PARTS or sum(entry.file_size for entry in entries) > MOST_SAID:
                raise HypnogramError("a workbook that unpacks to more than a scoring can be", place=name)
            for entry in entries:
                if entry.filename.lower().endswith((".xml", ".rels")):
                    with archive.open(entry) as part:
                        parts[entry.filename] = part.read(left + 1)
                    left -= len(parts[entry.filename])
                if left < 0:
                    raise HypnogramError("a workbook that unpacks to more than a scoring can be", place=name)
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        LookupError,
        NotImplementedError,
        OSError,
        RuntimeError,
        ValueError,
    ):
        raise HypnogramError(
            "neither an EDF or BDF file nor text, but a damaged archive", place=name, remedy="download it again"
        ) from None
    return parts


def _cells(part: bytes) -> int:
    """How many cells the rectangle has that holds all cells of a sheet."""
    rows = columns = 1
    for letters, digits in CELL.findall(part):
        rows = max(rows, int(digits) if len(digits) < 9 else MOST_CELLS + 1)
        columns = max(columns, _column(letters))
    return rows * columns


def _column(letters: bytes) -> int:
    """Number of a column: A is 1, Z is 26, AA is 27."""
    number = 0
    for letter in letters.upper()[:7]:
        number = 26 * number + letter - 64
    return number


def _packed(parts: dict[str, bytes]) -> io.BytesIO:
    """Parts as an archive that unpacks to no more than they are."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for part, content in parts.items():
            archive.writestr(part, content)
    out.seek(0)
    return out


def _cell(value: object) -> str:
    """Text of a cell; whole numbers without a point, moments as ISO 8601."""
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return str(value)
