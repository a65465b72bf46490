"""A folder of derivatives: names that stay, one batch at a time per night, and the table put together from records."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from ..core.errors import RecordingError
from ..io.files import sweep, what_helps
from ..io.nights.night import LeftOut, Night
from .nights_csv import Row, is_cut, night_names, read_rows, source_id, write_left_out, write_rows
from .outputs import write_dataset_description, write_nights_json
from .records import Input, Record, read_records, record_file, write_record

__all__ = ["Derivatives", "lock_of", "not_written"]

#: Where batches that share the folder agree; hidden, and of no use to anybody else.
LOCKS = ".locks"
#: The table is put together again when it costs less than this share of the time that has passed.
SHARE = 0.05


@contextmanager
def lock_of(folder: Path, name: str, *, wait: bool = True) -> Iterator[bool]:
    """Hold a lock of the folder against every other process, on this machine or over a shared file system.

    The operating system takes it back when the process ends, however it ends.

    Parameters
    ----------
    folder : Path
        The folder of derivatives.
    name : str
        What is locked.
    wait : bool
        Whether to wait for it.

    Yields
    ------
    bool
        Whether it is held; always, where it is waited for.
    """
    locks = folder / LOCKS
    locks.mkdir(exist_ok=True)
    lock = FileLock(locks / f"{name}.lock", thread_local=False)
    try:
        lock.acquire(timeout=-1 if wait else 0)
    except Timeout:
        yield False
        return
    try:
        yield True
    finally:
        lock.release()


class Derivatives:
    """The folder that a batch writes, opened.

    Parameters
    ----------
    folder : Path
        Made if it is not there.
    read_only : bool
        Whether nothing is to be written, and no folder made.

    Raises
    ------
    RecordingError
        Where the folder cannot be written to, or holds a ``nights.csv`` that is not ours.
    """

    def __init__(self, folder: Path, *, read_only: bool = False) -> None:
        self.folder, self.read_only = folder, read_only
        self.table = folder / "nights.csv"
        self._cost = 0.0
        self._written = -float("inf")
        if read_only:
            return
        try:
            folder.mkdir(parents=True, exist_ok=True)
            with lock_of(folder, "nights"):
                sweep(folder)
                self._adopt_older_rows()
        except OSError as error:
            raise cannot_write(folder, error) from None

    def _adopt_older_rows(self) -> None:
        """Give rows of a table that has no records, as 0.1.0 wrote it, records of their own, so that none is lost."""
        rows = read_rows(self.table, cut=True)
        bare = {name: row for name, row in rows.items() if not record_file(self.folder, name).exists()}
        gone = bool(bare) or next(read_records(self.folder), None) is None
        if gone and self.table.exists() and is_cut(self.table):  # else it is put together anew of records
            raise RecordingError(
                "rows of it are lost, and the records of which it was put together are not there",
                place=str(self.table), remedy="put either back; or delete it, and measure all nights again",
            )  # fmt: skip
        for name, row in bare.items():
            failure = "" if row["status"] == "ok" else "unknown"
            write_record(self.folder, Record(name, row, failure=failure))

    def named(
        self, nights: Sequence[Night], *, keep: bool = True, pseudonyms: bool = False
    ) -> tuple[list[str], dict[str, Record]]:
        """Give each night a name that no other night has, in this batch or in any before or beside it.

        Parameters
        ----------
        nights : sequence of Night
        keep : bool
            Whether a night whose files have moved keeps the name it had; it is known by its content.
        pseudonyms : bool
            Whether a name is a digest of where the files lie, and not made of theirs.

        Returns
        -------
        (list of str, dict of str to Record)
            The names, in the order of the nights, and the records that there are of them.
        """
        with nullcontext() if self.read_only else lock_of(self.folder, "nights"):
            records = {record.night: record for record in read_records(self.folder)}
            rows = {name: record.cells() for name, record in records.items()}
            if keep:
                rows |= self._moved(nights, records)
            names = night_names(nights, rows, pseudonyms=pseudonyms)
            for night, name in zip(nights, names, strict=True):
                if name not in records and not self.read_only:  # taken, so that a batch beside this one finds another
                    cells = {"recording": name, "source_id": source_id(night), "status": "waiting"}
                    write_record(self.folder, Record(name, cells, failure="not-measured-yet", passing=True))
            return names, {name: records[name] for name in names if name in records}

    def _moved(self, nights: Sequence[Night], records: dict[str, Record]) -> dict[str, Row]:
        """Give the rows of nights whose files lie elsewhere than when they were measured, under their new place."""
        known = {record.row.get("source_id") for record in records.values()}
        by_size: dict[int, list[Record]] = {}
        bare: list[Record] = []  # of rows whose records were lost
        for record in records.values():
            if record.input is not None:
                by_size.setdefault(record.input.size, []).append(record)
            elif record.row.get("content_id"):
                bare.append(record)
        here = {source_id(night) for night in nights}
        moved: dict[str, Row] = {}
        for night in nights:
            source = source_id(night)
            if source in known:
                continue
            try:
                size = sum(file.stat().st_size for file in night.files)
                candidates = [r for r in (*by_size.get(size, ()), *bare) if r.row.get("source_id") not in here]
                given = Input.of(source, night.files) if candidates else None
            except OSError:
                continue
            for record in candidates:
                if given is not None and _content_of(record) in (given.sha256, given.content_id):
                    moved[record.night] = Row({**record.row, "source_id": source})
                    here.add(str(record.row.get("source_id")))
                    break
        return moved

    def write_left_out(self, left_out: Sequence[LeftOut], *, pseudonyms: bool = False) -> None:
        """Write which files are no nights, and why; without their names, where those are not to be written."""
        if self.read_only:
            return
        try:
            write_left_out(self.folder / "left_out.csv", [] if pseudonyms else left_out)
        except OSError as error:
            raise cannot_write(self.folder, error) from None

    def assemble(self, *, last: bool = True) -> None:
        """Put ``nights.csv`` together from the records.

        Parameters
        ----------
        last : bool
            Whether this is the end of a batch. Before, the table is written only where that takes a small share of the
            time that has passed, so that it costs the same per night in a folder of any size.

        Raises
        ------
        RecordingError
            At the end, where the table cannot be written.
        """
        begun = time.monotonic()
        if not last and begun - self._written < self._cost / SHARE:
            return
        with lock_of(self.folder, "nights"):
            rows = list(self.rows())
            if rows:
                write_rows(self.table, rows, last=last, ended=True)
            if last:
                self._describe(rows)
        self._written = time.monotonic()
        self._cost = self._written - begun

    def _describe(self, rows: Sequence[Row]) -> None:
        """Write what the columns mean and what the folder is."""
        try:
            write_nights_json(self.folder, dict.fromkeys(column for row in rows for column in row))
            write_dataset_description(self.folder)
        except OSError as error:
            raise cannot_write(self.folder, error) from None

    def rows(self) -> Iterable[Row]:
        """Give the row of every night that was measured or failed, in the order of names."""
        for record in read_records(self.folder):
            if record.row.get("status") != "waiting":
                yield record.cells()


def _content_of(record: Record) -> Any:
    """Digest of what was measured, as its record or, where that was lost, its row holds it."""
    return record.row.get("content_id") if record.input is None else record.input.sha256


def not_written(folder: Path, error: OSError) -> RecordingError:
    """What to say of a night whose output could not be written: which file, what the system says, and what to do."""
    what = error.strerror or type(error).__name__
    if isinstance(error.filename, str | bytes):
        file = Path(os.fsdecode(error.filename))
        if file.is_relative_to(folder):
            what = f"{file.relative_to(folder).as_posix()} cannot be written ({what})"
    return RecordingError(what, remedy=f"{what_helps(error)}, and measure again")


def cannot_write(folder: Path, error: OSError) -> RecordingError:
    """What to say where a folder cannot be written to: what the system says, and what to do."""
    what = f"cannot be written to ({error.strerror or type(error).__name__})"
    return RecordingError(what, place=str(folder), remedy="choose another --out")
