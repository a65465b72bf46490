"""`find_nights`: which nights files and folders hold, and why every other file in them is none."""

from __future__ import annotations

import difflib
import os
import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path, PurePath

from ...core.errors import RecordingError
from ..exports.formats import format_of, known_otherwise
from .evenings import begun_by_headers, is_nap, nights_by_evening
from .files import SUFFIXES, FoundFile, channels_night, copies, group, place_of_parts, search, with_header
from .night import LeftOut, Night, Nights, part_of
from .own_results import is_own_result
from .participants_tsv import of_participant
from .recordings_csv import TABLE, Details, TableRow, read_recordings_table
from .scorings import details_of_name, looks_like_scoring, named_as_scoring, pair_scorings

__all__ = ["find_nights", "night_at", "with_lost_nights"]

#: Why a result of our own is no scoring: it would agree with us without a word.
OURS = "what this package wrote of its own staging, and no scoring by anybody else"
#: What says of a file or folder that it is a copy.
COPY = re.compile(r"cop(?:y|ies)|kopie|backup|\(\d+\)", re.IGNORECASE)


def find_nights(
    paths: str | os.PathLike[str] | Sequence[str | os.PathLike[str]],
    recordings: str | os.PathLike[str] | None = None,
) -> Nights:
    """List the nights that files and folders hold, each with its scorings and what is known of it.

    Parameters
    ----------
    paths : path-like or sequence of path-like
        Files are nights, whatever they are; folders are searched at any depth for EDF, BDF and .rec files.
    recordings : path-like, optional
        A table of recordings, by default ``recordings.csv`` in the folder of `paths`. It is then the list of nights,
        and what it does not list is left out.

    Returns
    -------
    Nights
        A night is a file; or parts of one night, told by their names ("part 2") and clocks, or listed in one cell of
        the table ("a.edf | b.edf"); or a part of a file, as ``start`` and ``stop`` of the table say; or a folder with
        one file per channel. Files of the same bytes are one night.

    Raises
    ------
    RecordingError
        If a path does not exist, a folder holds no recording, or the table contradicts itself or the files.

    Examples
    --------
    >>> for night in find_nights("study").nights:  # doctest: +SKIP
    ...     print(night.name, night.details.subject, [file.name for file in night.scorings])
    """
    given = [Path(path) for path in ([paths] if isinstance(paths, str | os.PathLike) else paths)]
    files, left_out = search(given)
    table = _table(given, recordings)
    possible = [with_header(each) for each in files if each.named or each.file.suffix.lower() in SUFFIXES]
    if not possible:
        known = next((known_otherwise(each.file) for each in files if format_of(each.file) is not None), None)
        what = "no EDF or BDF file in this folder or below it"
        raise RecordingError(
            what if known is None else f"{what}, but {known[0]}", place=str(given[0]),
            remedy="name another folder" if known is None else known[1],
        )  # fmt: skip
    nights, copied = _by_themselves(possible) if table is None else _as_listed(table, possible)
    taken = {file for night in nights for file in night.files}
    of_table = None if table is None else table.resolve()
    rest = [each for each in files if each.file not in taken and each.file.resolve() != of_table]
    read = {each.file: each for each in possible}
    ours = {each.file for each in rest if is_own_result(each.file)}
    signals = {each.file for each in rest if each.header is None and format_of(each.file) is not None}
    scorings = [
        each.file
        for each in rest
        if each.file not in ours | signals and (each.file not in read or read[each.file].is_scoring)
    ]
    pairs = pair_scorings(nights, scorings)
    scored = [
        replace(night, scorings=tuple(file for file in scorings if i in pairs.get(file, ())))
        for i, night in enumerate(nights)
    ]
    for each in rest:
        if each.file in ours:
            left_out.append(LeftOut(each.below, "results", OURS, each.file))
        elif each.file not in pairs:
            left_out.append(LeftOut(each.below, *_why_not(read.get(each.file, each), copied, table), each.file))
    return Nights(tuple(scored), tuple(sorted(left_out, key=lambda entry: entry.file)), table.name if table else "")


def night_at(path: str | os.PathLike[str]) -> Night:
    """The night of a file, or of a folder that holds one: one file per channel, or parts.

    Raises
    ------
    RecordingError
        Where the folder holds no night, or several.
    """
    place = Path(path)
    if not place.is_dir():
        return Night((place,), PurePath(place.stem))
    nights = find_nights(place).nights
    if len(nights) != 1:
        raise RecordingError(
            f"this folder holds {len(nights)} nights",
            place=place.resolve().name,
            remedy="read one of those that find_nights lists",
        )
    return nights[0]


def with_lost_nights(nights: Nights) -> Nights:
    """Count damaged recordings among the nights: what a folder cannot give back was a night of somebody.

    They are the .edf and .bdf files that were left out as broken, but those that are scorings by their names, and
    those beside the sound channels of one night. Opening such a night raises what is wrong with it.
    """
    in_channels = {night.files[0].parent for night in nights.nights if night.layout == "channels"}
    lost = [
        entry
        for entry in nights.left_out
        if entry.code == "broken" and entry.path.suffix.lower() in (".edf", ".bdf") and entry.path.is_file()
        if not named_as_scoring(entry.path) and entry.path.parent not in in_channels
    ]
    found = [
        _with_details(Night((entry.path,), entry.file.with_name(entry.file.stem)), details_of_name(entry.path.stem))
        for entry in lost
    ]
    left_out = tuple(entry for entry in nights.left_out if entry not in lost)
    return replace(nights, nights=(*nights.nights, *found), left_out=left_out)


def _by_themselves(possible: Sequence[FoundFile]) -> tuple[list[Night], dict[Path, FoundFile]]:
    """Give the nights that files make by themselves, and the files that are copies, each with its original."""
    copied = _copies(possible, ())
    files = [each for each in possible if not each.is_scoring and (each.named or not each.error)]
    nights = group([each for each in files if each.file not in copied])
    return [_with_details(night, details_of_name(night.files[0].stem)) for night in nights], copied


def _with_details(night: Night, details: Details) -> Night:
    """The night with what its name tells, and a BIDS data set of its participant."""
    return replace(night, details=details.over(of_participant(night.files[0], details.subject)))


def _as_listed(table: Path, possible: Sequence[FoundFile]) -> tuple[list[Night], dict[Path, FoundFile]]:
    """Give the nights that a table lists, and the files that are copies; no two nights may be of the same bytes."""
    rows = read_recordings_table(table)
    nights = _listed([row for row in rows if row.paths], table, possible)
    files = [file for night in nights for file in night.files]
    copied = _copies(possible, files)
    for file in files:
        if file in copied:
            raise RecordingError(
                f"{file.name!r} and {copied[file].below.as_posix()!r} hold the same bytes and are one night",
                place=table.name,
                remedy="delete the row whose file is the copy",
            )
    unnamed = [each for each in possible if each.file not in {*files} and not each.is_scoring and not each.error]
    others = group([each for each in unnamed if each.file not in copied])
    headers = {each.file: each.header for each in unnamed if each.header is not None}
    begun = [begun_by_headers(night, [headers[file] for file in night.files if file in headers]) for night in others]
    return nights + nights_by_evening(rows, begun, table), copied


def _copies(possible: Sequence[FoundFile], wanted: Sequence[Path]) -> dict[Path, FoundFile]:
    """Give the recordings that are copies; the original is what is wanted or named, or looks least like a copy."""

    def rank(each: FoundFile) -> tuple[bool, bool, bool, int, int, PurePath]:
        says_so = COPY.search(str(each.below)) is not None
        return each.file not in first, not each.named, says_so, len(each.below.parts), len(each.below.name), each.below

    first = set(wanted)
    return copies(sorted((each for each in possible if not each.is_scoring), key=rank))


def _why_not(each: FoundFile, copied: dict[Path, FoundFile], table: Path | None) -> tuple[str, str]:
    """Say why a file is neither a night nor the scoring of one."""
    if each.error and table is not None and not each.named:  # what nobody asked for breaks nothing
        return "not-listed", f"not listed in {table.name}, and it could not be read: {each.error}"
    if each.error:
        return "broken", each.error
    if each.header is None and format_of(each.file) is not None and (known := known_otherwise(each.file)) is not None:
        return "other", f"{known[0]}, which is converted first: {known[1]}"
    if (original := copied.get(each.file)) is not None:
        return "duplicate", f"the same bytes as {original.below.as_posix()}"
    if each.is_scoring or (each.header is None and looks_like_scoring(each.file)):
        return "orphan-scoring", "a scoring without its recording: no one night bears its name"
    if each.header is not None and table is not None and is_nap(each.header.start, each.header.duration):
        return "not-listed", f"not listed in {table.name}, and a nap by its clock; name it in 'path' if it is a night"
    if each.header is not None:
        return "not-listed", f"not listed in {table.name if table else TABLE}; add a row to measure it"
    if each.file.name == TABLE:
        return "other", "a table that was not followed; name it with --recordings, or search its own folder"
    return "other", f"neither a recording ({', '.join(SUFFIXES)}) nor the scoring of one"


# ----------------------------------------------------------------------------------------------------------- the table
def _table(given: Sequence[Path], recordings: str | os.PathLike[str] | None) -> Path | None:
    """Give the table that was named, or that lies in the folder that was."""
    if recordings is not None:
        return Path(recordings)
    inside = [path / TABLE for path in given if path.is_dir() and (path / TABLE).is_file()]
    if len(inside) > 1:
        raise RecordingError(
            f"several folders have a {TABLE}", remedy="name one with --recordings, its paths leading to all files"
        )
    return inside[0] if inside else None


def _listed(rows: Sequence[TableRow], table: Path, possible: Sequence[FoundFile]) -> list[Night]:
    """Give the nights that a table lists; two that are parts of one file are numbered."""
    nights = []
    for row in rows:
        files = [_find(text, row, table, possible) for text in row.paths]
        of_name = details_of_name(files[0][0].file.stem)
        if len(files) > 1:
            parts = tuple(each.file for of_path in files for each in of_path)
            place = channels_night(files[0]).place if len(files[0]) > 1 else place_of_parts(files[0][0])
            night = Night(parts, place, "parts")
        elif len(files[0]) > 1:
            night = channels_night(files[0])
        else:
            (only,) = files[0]
            night = Night((only.file,), only.below.with_name(only.below.stem))
        nights.append(_with_details(night, row.details.over(of_name)))
    _refuse_the_same_twice(rows, nights, table, possible)
    cut = [night.files for night in nights]
    numbers = [cut[:i].count(files) + 1 for i, files in enumerate(cut)]
    return [
        replace(night, place=night.place.with_name(f"{night.place.name}_{number}"))
        if cut.count(night.files) > 1
        else night
        for night, number in zip(nights, numbers, strict=True)
    ]


def _refuse_the_same_twice(
    rows: Sequence[TableRow], nights: Sequence[Night], table: Path, possible: Sequence[FoundFile]
) -> None:
    """Refuse a file that is in two nights, however its path is written, unless each is a part of it of its own."""
    rows_of: dict[Path, list[tuple[int, tuple[str, str]]]] = {}
    for row, night in zip(rows, nights, strict=True):
        start, stop = ("" if moment is None else moment.text for moment in (night.details.start, night.details.stop))
        for file in night.files:
            before = rows_of.setdefault(file.resolve(), [])
            for number, part in before:
                if number == row.number or part == (start, stop) or not any(part) or not (start or stop):
                    raise RecordingError(
                        f"{file.name!r} is listed twice",
                        place=f"{table.name}, rows {number} and {row.number}",
                        remedy="delete one, or say in 'start' and 'stop' which part of the file each is",
                        key="path",
                    )
            before.append((row.number, (start, stop)))
    _refuse_overlaps(rows, nights, table, possible)


def _refuse_overlaps(
    rows: Sequence[TableRow], nights: Sequence[Night], table: Path, possible: Sequence[FoundFile]
) -> None:
    """Refuse two nights that would hold the same minutes of one file."""
    headers = {each.file.resolve(): each.header for each in possible}
    spans: dict[Path, list[tuple[float, float, int]]] = {}
    for row, night in zip(rows, nights, strict=True):
        header = headers.get(night.files[0].resolve())
        if len(night.files) == 1 and header is not None and (night.details.start or night.details.stop):
            try:
                first, last = part_of(night.details, header.start or header.clock)
            except RecordingError:
                continue  # which is said when the night is opened
            spans.setdefault(night.files[0].resolve(), []).append((first, last, row.number))
    for file, parts in spans.items():
        for (_, end, one), (start, _, other) in pairwise(sorted(parts)):
            if start < end and one != other:
                raise RecordingError(
                    f"two parts of {file.name!r} overlap", place=f"{table.name}, rows {one} and {other}",
                    remedy="let one stop where the other starts", key="start",
                )  # fmt: skip


def _find(text: str, row: TableRow, table: Path, possible: Sequence[FoundFile]) -> list[FoundFile]:
    """Give the file of a path in the table, or the files of a folder with one per channel."""
    target, is_file = _place(table.parent / text)
    if exact := [each for each in possible if each.file.resolve() == target]:
        return exact
    if is_file:
        return [with_header(FoundFile(target, PurePath(target.name)))]
    parts = PurePath(text.casefold()).parts
    for place in (_below, _below_without_suffix):
        if same := [each for each in possible if place(each)[-len(parts) :] == parts]:
            return _only([each for each in same if place(each) == parts] or same, text, row, table)
    in_folder = [
        each for each in possible if _below(each)[:-1][-len(parts) :] == parts or each.file.resolve().parent == target
    ]
    if in_folder:
        folders = {each.file.parent for each in in_folder}
        if len(folders) == 1 and (channels := [night for night in group(in_folder) if night.layout == "channels"]):
            return [each for each in in_folder if each.file in channels[0].files]
        raise _wrong_path(f"{text!r} is a folder, but not of one file per channel", "name its files", row, table)
    known = {each.below.name: each for each in possible}
    near = difflib.get_close_matches(PurePath(text).name, known, 1)
    meant = f"is {known[near[0]].below.as_posix()!r} meant?" if near else "write it as it lies below the folder"
    raise _wrong_path(f"there is no recording {text!r}", meant, row, table)


def _place(path: Path) -> tuple[Path, bool]:
    """Where a path leads, and whether to a file; what no file can be called leads to none."""
    try:
        return path.resolve(), path.is_file()
    except (OSError, ValueError):
        return path, False


def _below(each: FoundFile) -> tuple[str, ...]:
    return PurePath(each.below.as_posix().casefold()).parts


def _below_without_suffix(each: FoundFile) -> tuple[str, ...]:
    return PurePath(each.below.with_name(each.below.stem).as_posix().casefold()).parts


def _only(same: list[FoundFile], text: str, row: TableRow, table: Path) -> list[FoundFile]:
    if len(same) > 1:
        listed = ", ".join(repr(each.below.as_posix()) for each in same[:4])
        raise _wrong_path(f"{text!r} may be {listed}", "write the path with its folders", row, table)
    return same


def _wrong_path(what: str, remedy: str, row: TableRow, table: Path) -> RecordingError:
    return RecordingError(what, place=f"{table.name}, row {row.number}, column 'path'", remedy=remedy, key="path")
