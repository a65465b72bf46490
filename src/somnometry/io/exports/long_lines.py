"""Lines of text files of gigabytes, many at a time, none longer than an app or a board writes."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import BinaryIO

from ...core.errors import RecordingError

__all__ = ["lines_at_once", "next_line"]

#: Bytes that are read at once, and bytes of a line: a row of samples has a thousandth of it.
AT_ONCE, LONGEST = 1 << 25, 1 << 20


def next_line(file: BinaryIO, name: str) -> bytes:
    """Give the next line with its end; nothing at the end of the file of that name.

    Raises
    ------
    RecordingError
        Where it has a megabyte or more.
    """
    line = file.readline(LONGEST)
    if len(line) == LONGEST:
        raise _too_long(name)
    return line


def lines_at_once(file: BinaryIO, name: str) -> Iterator[list[bytes]]:
    """Give all lines that are left, with their ends, some megabytes at a time.

    Raises
    ------
    RecordingError
        Where one has a megabyte or more.
    """
    while piece := file.read(AT_ONCE):
        lines = io.BytesIO(piece + next_line(file, name)).readlines()
        if max(map(len, lines)) >= LONGEST:
            raise _too_long(name)
        yield lines


def _too_long(name: str) -> RecordingError:
    return RecordingError("a line of a megabyte or more, which no row of samples has", place=name,
                          remedy="export the night again")  # fmt: skip
