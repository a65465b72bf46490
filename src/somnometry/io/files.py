"""Files that are whole or not there, and files that are files: pipes and devices are never waited for."""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import stat
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from io import BufferedReader
from pathlib import Path
from typing import IO

__all__ = ["PART", "FileStamp", "all_or_none", "open_file", "read_whole", "replacing", "settled", "stamp_of", "sweep",
           "what_helps", "write_whole"]  # fmt: skip

#: How the name of a folder begins in which a file is written before it has its own name.
PART = ".part-"
A_DAY = 86_400.0
#: What the system says where nothing more goes.
NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}

#: Which file it is, and as it was when: inode, bytes, and nanoseconds of its last change, as whoever wrote says it was
#: (a program may set that back) and as the system saw it.
FileStamp = tuple[int, int, int, int]
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
    try:
        with tempfile.TemporaryDirectory(prefix=PART, dir=path.parent, ignore_cleanup_errors=True) as folder:
            temporary = Path(folder) / f"part{path.suffix}"
            yield temporary
            with temporary.open("rb+") as file:
                os.fsync(file.fileno())
            temporary.replace(path)
    except OSError as error:
        if not _is_of_part(error):
            raise
        raise OSError(error.errno or errno.EIO, error.strerror or str(error), os.fspath(path)) from error
    _sync_folder(path.parent)


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


@contextmanager
def all_or_none(files: Iterable[Path]) -> Iterator[None]:
    """Take away files, none of which was there before, where one of them cannot be written, so that all can be again.

    Examples
    --------
    >>> folder = Path(tempfile.mkdtemp())
    >>> with contextlib.suppress(OSError), all_or_none([folder / "a.txt", folder / "b.txt"]):
    ...     write_whole(folder / "a.txt", "")
    ...     raise OSError(errno.ENOSPC, "No space left on device")
    >>> list(folder.iterdir())
    []
    """
    try:
        yield
    except BaseException:
        for file in files:
            with contextlib.suppress(OSError):
                file.unlink(missing_ok=True)
        raise


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
    with open_file(path) as file:
        before = stamp_of(file)
        content = file.read(limit + 1)
        if stamp_of(file) != before and os.fstat(file.fileno()).st_nlink:  # what was replaced is whole as it was
            raise OSError(errno.EBUSY, "changed while it was read", os.fspath(path))
    if len(content) > limit:
        raise OSError(errno.EFBIG, f"larger than {limit} bytes", os.fspath(path))
    return content
