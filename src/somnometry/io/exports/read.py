"""`read_export`: what an app or a board wrote, or an EDF to be written anew, read by what it holds."""

from __future__ import annotations

from pathlib import Path

from ...core.errors import RecordingError
from .edf_files import read_edf_files
from .exported import Exported
from .formats import FORMATS, format_of, unread_format

__all__ = ["read_export"]

#: What is read already, and can be written anew.
READ = (".edf", ".bdf", ".rec")


def read_export(path: Path) -> Exported:
    """Read a file by what it holds.

    Raises
    ------
    RecordingError
        If no format is recognised, or the file is not as its format says.
    """
    if path.is_dir() or path.suffix.lower() in READ:
        return read_edf_files(path)
    known = format_of(path)
    if known is not None:
        try:
            return known.read(path)
        except OSError as error:
            raise RecordingError(
                f"cannot be read ({error.strerror or error})",
                place=path.name,
                remedy="copy it again, and check the disk",
            ) from None
    if (unread := unread_format(path)) is not None:
        raise RecordingError(f"this is {unread.name}, which is not read", place=path.name, remedy=unread.remedy)
    listed = "; ".join(each.name for each in FORMATS)
    raise RecordingError(
        "this is no export that is read",
        place=path.name,
        remedy=f"those that are: {listed}; EDF, also one file per channel in a folder (ZMax)",
    )
