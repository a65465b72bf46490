"""The bytes of some signals out of the data records of an EDF or BDF file, and of no others."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from io import BufferedReader
from pathlib import Path

import numpy as np
import numpy.typing as npt

from ...core.errors import RecordingError
from ..files import open_file, stamp_of
from .layout import EdfLayout

__all__ = ["RecordBytes"]

#: Bytes: smaller records are read whole and many at a time, as far as a processor's cache holds these; of larger ones
#: only the parts.
SMALL_RECORD, BLOCK = 1 << 16, 3 << 18


class RecordBytes:
    """Reads parts of records.

    Parameters
    ----------
    path : Path
    layout : EdfLayout
    """

    def __init__(self, path: Path, layout: EdfLayout) -> None:
        self._path, self._layout = path, layout
        self._file: BufferedReader | None = None

    @property
    def whole_records(self) -> bool:
        """Whether records are so small that they are read whole, whatever is wanted of them."""
        return self._layout.record_bytes <= SMALL_RECORD

    @contextmanager
    def opened(self) -> Iterator[BufferedReader]:
        """Keep the file open meanwhile, so that what is read in many parts is opened once."""
        if self._file is not None:
            yield self._file
            return
        try:
            with open_file(self._path) as self._file:
                yield self._file
        except OSError as error:
            raise RecordingError(
                f"cannot be read ({error.strerror})", place=self._path.name, remedy="check the disk"
            ) from None
        finally:
            self._file = None

    def fill(self, first: int, offsets: Sequence[int], out: Sequence[npt.NDArray[np.uint8]]) -> None:
        """Read columns of a run of records.

        Parameters
        ----------
        first : int
            The first record.
        offsets : sequence of int
            Where in a record each column begins, in bytes.
        out : sequence of array of uint8, shape (n_records, n_bytes)
            One array per column, contiguous.

        Raises
        ------
        RecordingError
            If the file cannot be opened any more, has become shorter, or is not as it was when its header was read.
        """
        with self.opened() as file:
            self._read_columns(file, first, offsets, out)
            now = stamp_of(file)
        if now != self._layout.stamp:
            raise RecordingError(
                "the file has changed since its header was read", place=self._path.name,
                remedy="read it again when nothing writes to it any more",
            )  # fmt: skip

    def _read_columns(
        self, file: BufferedReader, first: int, offsets: Sequence[int], out: Sequence[npt.NDArray[np.uint8]]
    ) -> None:
        size, n = self._layout.record_bytes, len(out[0])
        if not self.whole_records:
            for i in range(n):
                for offset, column in zip(offsets, out, strict=True):
                    self._read(file, (first + i) * size + offset, column[i])
            return
        step = max(BLOCK // size, 1)
        block = np.empty((min(step, n), size), np.uint8)
        for a in range(0, n, step):
            rows = block[: min(step, n - a)]
            self._read(file, (first + a) * size, rows)
            for offset, column in zip(offsets, out, strict=True):
                column[a : a + len(rows)] = rows[:, offset : offset + column.shape[1]]

    def _read(self, file: BufferedReader, start: int, out: npt.NDArray[np.uint8]) -> None:
        file.seek(self._layout.data_start + start)
        if file.readinto(out.reshape(-1).data) < out.size:
            raise RecordingError(
                "the file has become shorter while it was read", place=self._path.name, remedy="copy it again"
            )
