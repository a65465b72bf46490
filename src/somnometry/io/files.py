"""Files that are whole or not there, and files that are files: pipes and devices are never waited for."""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import stat
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from contextvars import ContextVar
from io import BufferedReader
from pathlib import Path
from typing import IO

__all__ = ["PART", "FileStamp", "open_file", "open_unchanged", "read_whole", "replacing", "settled", "stamp_of",
           "sweep", "together", "what_helps", "write_whole"]  # fmt: skip

#: How the name of a folder begins in which a file is written before it has its own name.
PART = ".part-"
#: What the file that is replaced is called there meanwhile.
FORMER = "former"
A_DAY = 86_400.0
#: What the system says where nothing more goes.
NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}

#: Which file it is, and as it was when: inode, bytes, and nanoseconds of its last change, as whoever wrote says it was
#: (a program may set that back) and as the system saw it.
FileStamp = tuple[int, int, int, int]
#: Files that are on the disk and wait for their names, and the folders in which they wait.
Waiting = tuple[ExitStack, dict[Path, Path]]
WAITING: ContextVar[Waiting | None] = ContextVar("waiting", default=None)
#: Nanoseconds after which a file that changes again has another time of its last change, on every system.
SETTLED = 2_000_000_000


@contextmanager
def replacing(path: str | os.PathLike[str]) -> Iterator[Path]:
    """Give a temporary name on the disk of `path`; what is written there becomes `path`, unless writing fails.

    It is on the disk before it has the name, so that a power cut leaves the old file or the new one.

    Examples
    --------
    >>> folder = Path(tempfile.mkdtemp())
    >>> with replacing(folder / "a.txt") as temporary:
    ...     _ = temporary.write_text("whole")
    >>> [file.name for file in folder.iterdir()]
    ['a.txt']
    """
    path = Path(path)
    if _is_device(path):  # it would be lost, for everybody
        raise OSError(errno.EINVAL, "a device and not a file", os.fspath(path))
    with together() as (folders, waiting), _said_of(path):
        if path.is_dir():
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), os.fspath(path))
        folder = folders.enter_context(
            tempfile.TemporaryDirectory(prefix=PART, dir=path.parent, ignore_cleanup_errors=True)
        )
        temporary = Path(folder) / f"part{path.suffix}"
        yield temporary
        with temporary.open("rb+") as file:
            os.fsync(file.fileno())
        waiting[path] = temporary


@contextmanager
def together() -> Iterator[Waiting]:
    """Give files their names when all that are written in the block are on the disk; where one cannot be, none.

    What stood under the names before stays until then, so that no two files of one answer are of two runs.

    Examples
    --------
    >>> folder = Path(tempfile.mkdtemp())
    >>> with contextlib.suppress(OSError), together():
    ...     write_whole(folder / "a.txt", "")
    ...     raise OSError(errno.ENOSPC, "No space left on device")
    >>> list(folder.iterdir())
    []
    """
    if (outer := WAITING.get()) is not None:
        yield outer
        return
    with ExitStack() as folders:
        waiting: dict[Path, Path] = {}
        token = WAITING.set((folders, waiting))
        try:
            yield folders, waiting
        finally:
            WAITING.reset(token)
        _name(waiting)
        for place in dict.fromkeys(path.parent for path in waiting):
            _sync_folder(place)


def _name(waiting: dict[Path, Path]) -> None:
    """Give files their names; where one cannot have its own, those before it are again what they were."""
    were: dict[Path, bool] = {}
    try:
        for path, temporary in waiting.items():
            was = path.exists()
            if was and len(waiting) > 1:
                with contextlib.suppress(OSError):  # of a disk that knows no second names
                    os.link(path, temporary.with_name(FORMER))
            with _said_of(path):
                temporary.replace(path)
            were[path] = was
    except BaseException:
        for path, was in were.items():
            with contextlib.suppress(OSError):
                waiting[path].with_name(FORMER).replace(path) if was else path.unlink()
        raise


@contextmanager
def _said_of(path: Path) -> Iterator[None]:
    """Say an error of the file that has no name yet of the name that it is to have."""
    try:
        yield
    except OSError as error:
        if not _is_of_part(error):
            raise
        raise OSError(error.errno or errno.EIO, error.strerror or str(error), os.fspath(path)) from error


def write_whole(path: str | os.PathLike[str], text: str) -> None:
    r"""Write a text in UTF-8 whole or not at all; bytes of names that are no UTF-8 as ``\udcff``, as JSON writes them.

    Examples
    --------
    >>> file = Path(tempfile.mkdtemp()) / "a.json"
    >>> write_whole(file, os.fsdecode(b'"n\xff"'))
    >>> file.read_bytes()
    b'"n\\udcff"'
    """
    with replacing(path) as temporary:
        temporary.write_bytes(text.encode("utf-8", "backslashreplace"))


def _is_of_part(error: OSError) -> bool:
    """Whether an error is of a file that is being written, whose name nobody knows, or names none, as a full disk."""
    name = error.filename
    return name is None or (isinstance(name, str | bytes) and PART in os.fsdecode(name))


def _is_device(path: Path) -> bool:
    try:
        mode = path.lstat().st_mode
    except OSError:
        return False
    return stat.S_ISCHR(mode) or stat.S_ISBLK(mode)


def what_helps(error: OSError) -> str:
    """What to do before writing is tried again: about a disk, a table that another program holds, or permissions.

    Examples
    --------
    >>> what_helps(OSError(errno.ENOSPC, "No space left on device"))
    'make room'
    """
    if error.errno in NO_ROOM:
        return "make room"
    return "close it in other programs, or allow it to be written"


def sweep(folder: str | os.PathLike[str], depth: int = 1) -> int:
    """Take away what `replacing` left in a folder, and so many levels below, when the power went; give how many.

    What is younger than a day may be another process's, and stays.
    """
    left = [entry for level in range(depth + 1) for entry in Path(folder).glob(f"{'*/' * level}{PART}*")]
    old = [entry for entry in left if entry.is_dir() and time.time() - entry.lstat().st_mtime > A_DAY]
    for entry in old:
        shutil.rmtree(entry, ignore_errors=True)
    return len(old)


def _sync_folder(folder: Path) -> None:
    """Put the names of a folder on the disk, where the system can."""
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def open_file(path: str | os.PathLike[str]) -> BufferedReader:
    """Open a regular file to read bytes.

    Raises
    ------
    OSError
        If it cannot be opened, or is no regular file: a pipe or a device would be waited for, perhaps for ever.
    """
    handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    try:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise OSError(errno.EINVAL, "not a regular file", os.fspath(path))
        return os.fdopen(handle, "rb")
    except BaseException:
        os.close(handle)
        raise


def stamp_of(file: IO[bytes]) -> FileStamp:
    """Say of an open file which it is and as it was when: another stamp later is another file, or one that changed."""
    about = os.fstat(file.fileno())
    return about.st_ino, about.st_size, about.st_mtime_ns, about.st_ctime_ns


def settled(path: str | os.PathLike[str]) -> tuple[int, ...] | None:
    """Say which file it is and as it was when; None where it is so new that a change might leave no trace.

    While this is the same, so is the content, and what was read of it need not be read again.
    """
    about = Path(path).stat()
    last = max(about.st_mtime_ns, about.st_ctime_ns)
    if not stat.S_ISREG(about.st_mode) or not 0 <= last <= time.time_ns() - SETTLED:
        return None
    return about.st_dev, about.st_ino, about.st_size, about.st_mtime_ns, about.st_ctime_ns


@contextmanager
def open_unchanged(path: str | os.PathLike[str]) -> Iterator[BufferedReader]:
    """Open a regular file to read bytes as `open_file` does; at the end of the block it is what it was.

    Raises
    ------
    OSError
        If it cannot be opened, or changed meanwhile.

    Examples
    --------
    >>> file = Path(tempfile.mkdtemp()) / "a.txt"
    >>> write_whole(file, "whole")
    >>> with open_unchanged(file) as reader:
    ...     reader.read()
    b'whole'
    """
    with open_file(path) as file:
        before = stamp_of(file)
        yield file
        if stamp_of(file) != before and os.fstat(file.fileno()).st_nlink:  # what was replaced is whole as it was
            raise OSError(errno.EBUSY, "changed while it was read", os.fspath(path))


def read_whole(path: str | os.PathLike[str], limit: int) -> bytes:
    """Read a regular file of at most `limit` bytes.

    Raises
    ------
    OSError
        If it cannot be opened as `open_file` does, cannot be read, is larger, or changes meanwhile.

    Examples
    --------
    >>> file = Path(tempfile.mkdtemp()) / "a.txt"
    >>> _ = file.write_text("whole")
    >>> read_whole(file, limit=100)
    b'whole'
    """
    with open_unchanged(path) as file:
        content = file.read(limit + 1)
    if len(content) > limit:
        raise OSError(errno.EFBIG, f"larger than {limit} bytes", os.fspath(path))
    return content
