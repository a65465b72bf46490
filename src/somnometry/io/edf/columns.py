"""The bytes of some signals out of the data records of an EDF or BDF file, and of no others."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO

import numpy as np
import numpy.typing as npt

from ...core.errors import RecordingError
from .layout import EdfLayout

__all__ = ["Columns", "RecordBytes"]

#: Offset in a record, and bytes.
Columns = Sequence[tuple[int, int]]
#: Bytes: smaller records are read whole and many at a time, as far as these go together; of larger ones only the parts.
SMALL_RECORD, BLOCK = 1 << 16, 1 << 22


class RecordBytes:
    """Reads parts of records.

    Parameters
    ----------
    path : Path
    layout : EdfLayout
    """

    def __init__(self, path: Path, layout: EdfLayout) -> None:
        self._path, self._layout = path, layout

    def read(self, runs: Sequence[tuple[int, int]], columns: Columns) -> npt.NDArray[np.uint8]:
        """Bytes of columns in runs of records, shape (n_records, n_bytes).

        Parameters
        ----------
        runs : sequence of (int, int)
            First record and the one after the last.
        columns : sequence of (int, int)
            Offset in a record and number of bytes.

        Raises
        ------
        RecordingError
            If the file cannot be opened any more, or has become shorter.
        """
        out = np.empty((sum(last - first for first, last in runs), sum(n for _, n in columns)), np.uint8)
        try:
            with self._path.open("rb", buffering=SMALL_RECORD) as file:
                at = 0
                for first, last in runs:
                    self._read_run(file, first, out[at : at + last - first], columns)
                    at += last - first
        except OSError as error:
            raise RecordingError(
                f"cannot be read ({error.strerror})", place=self._path.name, remedy="check the disk"
            ) from None
        return out

    def _read_run(self, file: BinaryIO, first: int, out: npt.NDArray[np.uint8], columns: Columns) -> None:
        size, start = self._layout.record_bytes, self._layout.data_start
        if size <= SMALL_RECORD:
            step = max(BLOCK // size, 1)
            for a in range(0, len(out), step):
                n = min(step, len(out) - a)
                block = self._bytes(file, start + (first + a) * size, n * size).reshape(n, size)
                at = 0
                for offset, length in columns:
                    out[a : a + n, at : at + length] = block[:, offset : offset + length]
                    at += length
            return
        for i, row in enumerate(out):
            at = 0
            for offset, length in columns:
                row[at : at + length] = self._bytes(file, start + (first + i) * size + offset, length)
                at += length

    def _bytes(self, file: BinaryIO, start: int, n: int) -> npt.NDArray[np.uint8]:
        file.seek(start)
        content = file.read(n)
        if len(content) < n:
            raise RecordingError(
                "the file has become shorter while it was read", place=self._path.name, remedy="copy it again"
            )
        return np.frombuffer(content, np.uint8)
