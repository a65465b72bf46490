"""How the command line leaves where it was called wrongly: what is wrong on stderr, and code 2."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NoReturn, TextIO

import typer

from ..core.errors import SomnometryError
from ..io.files import PART, what_helps
from .say import say

__all__ = ["leave_on_errors", "leave_where_nothing_is_written", "wrong_use"]

#: What the system says of a disk or a folder that takes nothing.
CANNOT_WRITE = {errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES, errno.EPERM, errno.EIO, errno.EFBIG}
#: What it says of a name that is that of something else, or of nothing that there can be.
CANNOT_USE = {errno.EEXIST, errno.ENOTDIR, errno.EISDIR, errno.ENXIO, errno.EINVAL, errno.ELOOP, errno.ENAMETOOLONG}


def wrong_use(what: str, *, place: str = "", remedy: str = "") -> NoReturn:
    """Print what is wrong, where and what to do, as errors do, and leave with code 2."""
    _leave(SomnometryError(what, place=place, remedy=remedy))


@contextmanager
def leave_on_errors(out: Path | None = None) -> Iterator[None]:
    """Print an error raised on purpose, and any of writing to `out`, and leave with code 2."""
    try:
        yield
    except SomnometryError as error:
        _leave(error)
    except OSError as error:
        if out is None or error.errno == errno.EPIPE:  # who read what is printed has what they wanted
            raise
        if not _is_of(error, out):
            _cannot(error, os.fsdecode(error.filename))
        if error.errno in CANNOT_WRITE:
            name = os.fsdecode(error.filename) if isinstance(error.filename, str | bytes) else str(out)
            _cannot(error, str(out) if PART in name else name, ", or choose another --out")
        wrong_use(f"cannot be written to ({error.strerror or error})", place=str(out), remedy="choose another --out")


@contextmanager
def leave_where_nothing_is_written() -> Iterator[None]:
    """Say in one line, and leave with code 2, what is wrong with what a command is given, or cannot be written.

    So it is of words that are no text: where the locale knows ASCII alone, "é" comes as bytes that no file can hold.
    """
    try:
        try:
            yield
        finally:
            for stream in (sys.stdout, sys.stderr):
                if stream is not None:
                    stream.flush()
    except SomnometryError as error:
        say(f"somnometry: {error}", err=True)
        sys.exit(2)
    except UnicodeEncodeError as error:
        what = f"{error.object[error.start : error.end]!r} is no text"
        remedy = "give it in UTF-8, in a locale that knows it, such as LC_ALL=C.UTF-8"
        say(f"somnometry: {SomnometryError(what, remedy=remedy)}", err=True)
        sys.exit(2)
    except OSError as error:
        if error.filename is None:
            _to_nowhere(sys.stdout)  # what is left in it is not tried again when Python ends
        if error.errno == errno.EPIPE:  # who read it has what they wanted
            sys.exit(1)
        if error.errno not in CANNOT_WRITE and (error.errno not in CANNOT_USE or error.filename is None):
            raise
        place = "what is printed" if error.filename is None else os.fsdecode(error.filename)
        what = f"cannot be {'written' if error.errno in CANNOT_WRITE else 'used'} ({error.strerror})"
        remedy = f"{what_helps(error)}, and run it again" if error.errno in CANNOT_WRITE else "give another"
        with suppress(OSError):
            say(f"somnometry: {SomnometryError(what, place=place, remedy=remedy)}", err=True)
        sys.exit(2)


def _cannot(error: OSError, place: str, otherwise: str = ", and run it again") -> NoReturn:
    """Say of a file that the system cannot write or use, and what helps."""
    writes = error.errno in CANNOT_WRITE
    what = f"cannot be {'written' if writes else 'used'} ({error.strerror or error})"
    wrong_use(what, place=place, remedy=f"{what_helps(error)}{otherwise}" if writes else "give another")


def _is_of(error: OSError, out: Path) -> bool:
    """Whether the system's error is of a file that is written, in a folder that is, or names none."""
    if not isinstance(error.filename, str | bytes):
        return True
    place, out = Path(os.fsdecode(error.filename)).absolute(), out.absolute()
    being_written = any(part.startswith(PART) for part in place.parts)
    return being_written or place.is_relative_to(out) or out.is_relative_to(place)


def _to_nowhere(stream: TextIO | None) -> None:
    with suppress(OSError, ValueError, AttributeError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())  # type: ignore[union-attr]
        os.close(nowhere)


def _leave(error: SomnometryError) -> NoReturn:
    say(f"somnometry: {error}", err=True)
    raise typer.Exit(2)
