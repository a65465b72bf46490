"""The first sheet of an Excel workbook as comma-separated text; what would unpack to far more is refused."""

from __future__ import annotations

import csv
import io
import zipfile
from datetime import date, datetime, time

from ...core.errors import HypnogramError

__all__ = ["workbook_text"]

#: Bytes that a workbook may unpack to; a night of events is a hundredth of it.
LARGEST = 128 * 2**20


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
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError):
        raise HypnogramError(
            "neither an EDF or BDF file nor text, but a damaged archive", place=name, remedy="download it again"
        ) from None
    if not any(entry.filename.startswith("xl/") for entry in entries):
        raise HypnogramError(
            "neither an EDF or BDF file nor text, but an archive", place=name, remedy="unpack it, and name a file of it"
        )
    if sum(entry.file_size for entry in entries) > LARGEST:
        raise HypnogramError("a workbook that unpacks to more than a scoring can be", place=name)
    try:
        from python_calamine import CalamineError, CalamineWorkbook
    except ImportError:
        raise HypnogramError(
            "an Excel workbook, and python-calamine, which reads them, is not installed", place=name,
            remedy="pip install 'somnometry[excel]', or save the sheet as CSV",
        ) from None  # fmt: skip
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        sheets = (book.get_sheet_by_name(sheet).to_python() for sheet in book.sheet_names)
        rows = next((rows for rows in sheets if rows), [])
    except (CalamineError, OSError, ValueError):
        raise HypnogramError("a damaged workbook", place=name, remedy="export it again") from None
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows([[_cell(cell) for cell in row] for row in rows])
    return out.getvalue()


def _cell(value: object) -> str:
    """Text of a cell; whole numbers without a point, moments as ISO 8601."""
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
