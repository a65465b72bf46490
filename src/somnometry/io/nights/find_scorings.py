"""`find_scorings`: the scorings of files and folders as nights that are measured without staging."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path, PurePath

from ...core.errors import HypnogramError, RecordingError
from ...core.hypnogram import Hypnogram
from .evenings import Begun, nights_by_evening
from .files import FoundFile, search
from .night import LeftOut, Night, Nights
from .own_results import is_own_result
from .reading import Reading
from .recordings_csv import TABLE, TableRow, read_recordings_table
from .scorings import details_of_name, pair_scorings

__all__ = ["find_scorings"]


def find_scorings(
    paths: Sequence[str | os.PathLike[str]],
    recordings: str | os.PathLike[str] | None = None,
    reading: Reading | None = None,
) -> Nights:
    """List scorings as nights of their own: every file that can be read as one, by the folder it lies in.

    Parameters
    ----------
    paths : sequence of path-like
        Files, or folders that are searched at any depth.
    recordings : path-like, optional
        A table of recordings, by default ``recordings.csv`` in the folder of `paths`. A row belongs to the scoring of
        its path, or to those that score the recording of that name; what it does not list is left out.
    reading : Reading, optional
        How files are read that do not say it; a row of the table goes before it.

    Returns
    -------
    Nights
        A file of several nights gives as many. Files that hold no scoring are left out, with the reason.

    Raises
    ------
    RecordingError
        If a path does not exist, or the table lists no scoring that is there.
    """
    given = [Path(path) for path in paths]
    files, left_out = search(given)
    table = _table(given, recordings)
    listed_rows = () if table is None else read_recordings_table(table)
    rows = None if table is None else _rows_of([row for row in listed_rows if row.paths], table, files)
    by_evening = any(not row.paths for row in listed_rows)
    unnamed: list[Night] = []
    nights: list[Night] = []
    for each in files:
        if table is not None and each.file.resolve() == table.resolve():
            continue
        listed = [None] if rows is None else rows.get(each.file, [])
        if not listed and by_evening:
            found = _nights_of(each, None, reading or Reading(), several=False)
            if isinstance(found, LeftOut):
                left_out.append(found)
            else:
                unnamed += found
        elif not listed:
            why = f"not listed in {table.name if table else TABLE}; add a row to measure it"
            left_out.append(LeftOut(each.below, "not-listed", why, each.file))
        for row in listed:
            found = _nights_of(each, row, reading or Reading(), several=len(listed) > 1)
            if isinstance(found, LeftOut):
                left_out.append(found)
            else:
                nights += found
    if table is not None and by_evening:
        nights += nights_by_evening(listed_rows, _begun(unnamed, reading or Reading()), table)
        taken = {night.files[0] for night in nights}
        of_none = {night.files[0]: night for night in unnamed if night.files[0] not in taken}
        why = f"on none of the evenings of {table.name}"
        left_out += [LeftOut(night.place, "not-listed", why, file) for file, night in of_none.items()]
    if rows is not None and not nights:
        raise RecordingError(
            "none of its rows is of a scoring that can be read", place=str(table), key="path",
            remedy="write the path of the scoring, or of the recording that has its name",
        )  # fmt: skip
    return Nights(tuple(nights), tuple(sorted(left_out, key=lambda entry: entry.file)), table.name if table else "")


def _begun(nights: Sequence[Night], reading: Reading) -> list[Begun]:
    """Give scorings with when they begin; a file of many is read once."""
    read: dict[Path, dict[str, Hypnogram]] = {}
    begun = []
    for night in nights:
        file = night.files[0]
        if file not in read:
            read[file] = reading.read_all(file)
        only = next(iter(read[file].values())) if len(read[file]) == 1 else read[file].get(night.which)
        begun.append(Begun(night, None) if only is None else Begun(night, only.start, only.duration))
    return begun


def _table(given: Sequence[Path], recordings: str | os.PathLike[str] | None) -> Path | None:
    if recordings is not None:
        return Path(recordings)
    inside = [path / TABLE for path in given if path.is_dir() and (path / TABLE).is_file()]
    return inside[0] if len(inside) == 1 else None


def _rows_of(rows: Sequence[TableRow], table: Path, files: Sequence[FoundFile]) -> dict[Path, list[TableRow]]:
    """Give the rows of each file: those of its path, else the one of the recording that it scores."""
    by_path: dict[Path, list[TableRow]] = {}
    places = {each.file.resolve(): each.file for each in files}
    for row in rows:
        for text in row.paths:
            same = [each.file for each in files if _ends_in(each.below, text)]
            target = places.get(_resolved(table.parent / text)) or (same[0] if len(same) == 1 else None)
            if target is not None:
                by_path.setdefault(target, []).append(row)
    as_nights = [
        Night(tuple(table.parent / text for text in row.paths), PurePath(row.paths[0]).with_suffix("")) for row in rows
    ]
    rest = [each.file for each in files if each.file not in by_path]
    for file, which in pair_scorings(as_nights, rest, by_name_only=True).items():
        by_path.setdefault(file, [rows[i] for i in which])
    return by_path


def _resolved(path: Path) -> Path:
    try:
        return path.resolve()
    except (OSError, ValueError):  # what no file can be called
        return path


def _ends_in(below: PurePath, text: str) -> bool:
    tail = PurePath(text.casefold()).parts
    return PurePath(below.as_posix().casefold()).parts[-len(tail) :] == tail


def _nights_of(each: FoundFile, row: TableRow | None, reading: Reading, *, several: bool) -> list[Night] | LeftOut:
    """Give the nights that a file scores, with what the table or its name says of them."""
    if not each.file.is_file():
        return LeftOut(each.below, "other", "no scoring: not a regular file", each.file)
    if each.file.name.endswith(("_events.tsv", "_events.json")) and is_own_result(each.file):
        return LeftOut(each.below, "results", "a table of events that stands beside our hypnogram", each.file)
    of_name = details_of_name(each.file.stem)
    details = of_name if row is None else row.details.over(of_name)
    place = each.below.with_suffix("")
    try:
        found = Reading.told(details, reading).read_all(each.file)
    except (HypnogramError, OSError) as error:
        why = error.what if isinstance(error, HypnogramError) else error.strerror or type(error).__name__
        return LeftOut(each.below, "other", f"no scoring: {why}", each.file)
    if details.scorer in found:
        found = {details.scorer: found[details.scorer]}
    if len(found) == 1 and not (several and details.scorer):
        return [Night((each.file,), place, details=details)]
    names = [details.scorer] if len(found) == 1 and details.scorer else list(found)
    return [
        Night(
            (each.file,),
            place.with_name(f"{place.name}_{_word(name)}"),
            details=replace(details, scorer=name),
            which=name,
        )
        for name in names
    ]


def _word(name: str) -> str:
    return re.sub(r"[^\w.-]+", "-", name).strip("-") or "night"
