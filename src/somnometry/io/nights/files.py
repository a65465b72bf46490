"""The files of a folder of recordings: found, their headers read, copies told apart, nights put together."""

from __future__ import annotations

import hashlib
import os
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from pathlib import Path, PurePath
from typing import NoReturn

from ...core.errors import RecordingError
from ...core.processors import usable_processors
from ..edf.header import EdfHeader, read_edf_header
from ..files import open_file
from ..scorings.stage_signal import is_stage_signal
from ..summer_time import is_changed_somewhere
from .night import LeftOut, Night, channel_names

__all__ = ["SUFFIXES", "FoundFile", "channels_night", "copies", "group", "place_of_parts", "search", "with_header"]

SUFFIXES = (".edf", ".bdf", ".rec")
#: What `measure` writes into a folder, by which such a folder is known.
RESULTS = ("nights.csv", ("left_out.csv", "hypnograms", "scorings", "figures", "records", "bids", "report"))
#: What says of a name that it is one part of a night: "n1_part2", "n1-pt2", "sub-1_split-02_eeg", "n1[002]".
PART = re.compile(r"[\s._-]+(?:part|pt|split|segment|teil|partie)[\s._-]*\d+|\s*\[\d{3}\]$", re.IGNORECASE)
#: Bytes in the middle of a file, and at its end, that tell most files of one size apart.
GLIMPSE = 65536
#: Seconds by which a part may begin before the one in front has ended, by which clocks drift, and of an hour.
OVERLAP, DRIFT, HOUR = 2.0, 60.0, 3600.0
#: Seconds within which the files of one recorder end.
ENDS_TOGETHER = 60.0
#: Seconds between parts that are still one night.
LONGEST_PAUSE = 4 * 3600.0


@dataclass(frozen=True, slots=True)
class FoundFile:
    """A file of a folder, where it lies in it, and what its header says.

    Parameters
    ----------
    file : Path
    below : PurePath
        Below the folder that was searched.
    named : bool
        Whether the user named it, rather than a folder that holds it.
    header : EdfHeader or None
    error : str
        Why there is no header, for a file that should have one.
    """

    file: Path
    below: PurePath
    named: bool = False
    header: EdfHeader | None = None
    error: str = ""

    @property
    def is_scoring(self) -> bool:
        """Whether it is an EDF of annotations only, or of a signal of stages."""
        return self.header is not None and (not self.header.channels or is_stage_signal(self.header))


def search(paths: Iterable[Path]) -> tuple[list[FoundFile], list[LeftOut]]:
    """List the files of files and folders, each once, hidden ones and the results of `measure` left out.

    Raises
    ------
    RecordingError
        If a path does not exist, or a folder cannot be searched.
    """
    files: dict[Path, FoundFile] = {}
    left_out: list[LeftOut] = []
    for path in paths:
        if path.is_dir():
            for file in sorted(_below(path, left_out)):
                below = file.relative_to(path)
                if why := _no_file(file):
                    left_out.append(LeftOut(below, "broken", why, file))
                else:
                    files.setdefault(file.resolve(), FoundFile(file, below))
        elif path.exists() and (why := _no_file(path)):
            raise RecordingError(why, place=str(path), remedy="name a file or a folder")
        elif path.exists():
            files[path.resolve()] = FoundFile(path, PurePath(path.name), named=True)
        else:
            raise RecordingError("there is no such file or folder", place=str(path))
    return list(files.values()), left_out


def _no_file(path: Path) -> str:
    """Say why an entry of a folder cannot be opened as a file; nothing of a file, or of a link that leads nowhere."""
    try:
        path.resolve()
    except (OSError, RuntimeError):
        return "a link that leads back to itself"
    return "neither a file nor a folder" if path.exists() and not path.is_file() else ""


def _below(folder: Path, left_out: list[LeftOut]) -> Iterator[Path]:
    """Give the files of a folder at any depth."""

    def refuse(error: OSError) -> NoReturn:
        raise RecordingError(
            f"cannot be searched ({error.strerror})", place=str(error.filename), remedy="check its permissions"
        )

    table, others = RESULTS
    for parent, folders, files in os.walk(folder, onerror=refuse):
        results = {table, *others} if table in files and _is_ours(Path(parent, table)) else set()
        if results:
            what = "nights, hypnograms and figures of an earlier run"
            left_out.append(LeftOut(Path(parent, table).relative_to(folder), "results", what, Path(parent, table)))
        folders[:] = sorted(name for name in folders if not name.startswith(".") and name not in results)
        yield from (Path(parent, name) for name in files if not name.startswith(".") and name not in results)


def _is_ours(table: Path) -> bool:
    if not table.is_file():
        return False
    with open_file(table) as file:
        return file.read(64).removeprefix(b"\xef\xbb\xbf").startswith((b"recording,", b'"recording",'))


def with_header(each: FoundFile) -> FoundFile:
    """Read a recording's header, or say why that is impossible."""
    try:
        header = read_edf_header(each.file)
    except RecordingError as error:
        return FoundFile(each.file, each.below, each.named, None, str(error.beside(each.file.name)))
    no_samples = bool(header.channels) and header.n_records == 0
    why = "the header is sound but no record follows it; copy the file again" if no_samples else ""
    return FoundFile(each.file, each.below, each.named, header, why)


# -------------------------------------------------------------------------------------------------------------- copies
def copies(files: Sequence[FoundFile]) -> dict[Path, FoundFile]:
    """Give each file whose bytes are those of one earlier in the row, with that file; broken files are no copies."""
    alike: dict[tuple[int, bytes], list[FoundFile]] = {}
    for each in files:
        if each.header is not None:
            size = each.file.stat().st_size
            alike.setdefault((size, _glimpse(each.file, size)), []).append(each)
    copied: dict[Path, FoundFile] = {}
    doubtful = [same for same in alike.values() if len(same) > 1]
    with ThreadPoolExecutor(usable_processors()) as pool:
        digests = [list(pool.map(_digest, [each.file for each in same])) for same in doubtful]
    for same, of_same in zip(doubtful, digests, strict=True):
        originals: dict[bytes, FoundFile] = {}
        for each, digest in zip(same, of_same, strict=True):
            original = originals.setdefault(digest, each)
            if original is not each:
                copied[each.file] = original
    return copied


def _glimpse(file: Path, size: int) -> bytes:
    """Middle and end of a file: nights of one recorder often have one size and one header, but never the same sleep."""
    digest = hashlib.sha256()
    with open_file(file) as opened:
        for at in (size // 2, max(size - GLIMPSE, 0)):
            opened.seek(at)
            digest.update(opened.read(GLIMPSE))
    return digest.digest()


def _digest(file: Path) -> bytes:
    with open_file(file) as opened:
        return hashlib.file_digest(opened, "sha256").digest()


# -------------------------------------------------------------------------------------------------------------- nights
def group(files: Sequence[FoundFile]) -> list[Night]:
    """Put files together to nights: folders with one file per channel, parts of one night, and all others alone."""
    nights: list[Night] = []
    for folder in dict.fromkeys(each.file.parent for each in files):
        inside = [each for each in files if each.file.parent == folder]
        channels = _per_channel(inside)
        if channels:
            nights.append(channels_night(channels))
        alone = [each for each in inside if each not in channels]
        for parts in _in_parts(alone):
            nights.append(Night(tuple(part.file for part in parts), place_of_parts(parts[0]), "parts"))
            alone = [each for each in alone if each not in parts]
        nights += [Night((each.file,), each.below.with_name(each.below.stem)) for each in alone]
    place_of = {each.file: i for i, each in enumerate(files)}
    return sorted(nights, key=lambda night: min(place_of[file] for file in night.files))


def place_of_parts(first: FoundFile) -> PurePath:
    """Where a night in parts lies: its first file, without what numbers the part."""
    return first.below.with_name(PART.sub("", first.below.stem) or first.below.stem)


def channels_night(files: Sequence[FoundFile]) -> Night:
    """The night of a folder with one file per channel."""
    below = files[0].below.parent
    place = below if below.name else PurePath(files[0].file.resolve().parent.name)
    return Night(tuple(each.file for each in files), place, "channels")


def _per_channel(files: Sequence[FoundFile]) -> list[FoundFile]:
    """Give the files of a folder that are the channels of one recorder: one each, of one time, no two of one name."""
    single = [(each, each.header) for each in files if each.header is not None and len(each.header.channels) == 1]
    if not single:
        return []
    ((start, _),) = Counter(header.start for _, header in single).most_common(1)
    begun = [(each, header.duration) for each, header in single if header.start == start]
    together = [each for each, duration in begun if abs(duration - begun[0][1]) <= ENDS_TOGETHER]
    names = channel_names([(_label(each), each.file.stem) for each in together])
    return together if len(together) > 1 and len(set(map(str.casefold, names))) == len(names) else []


def _label(each: FoundFile) -> str:
    return each.header.channels[0].label if each.header is not None else ""


def _in_parts(files: Sequence[FoundFile]) -> list[list[FoundFile]]:
    """Give the parts of each night whose names number them and whose clocks agree with that."""
    numbered: dict[str, list[FoundFile]] = {}
    for each in files:
        if PART.search(each.below.stem):
            numbered.setdefault(PART.sub("", each.below.stem).casefold(), []).append(each)
    nights = []
    for parts in numbered.values():
        spans = [(start, header.duration, each) for each in parts
                 if (header := each.header) is not None and (start := header.start) is not None]  # fmt: skip
        by_number = sorted(spans, key=lambda span: _number_of_part(span[2]))
        for ordered in (by_number, sorted(spans, key=lambda span: span[0])):
            if 1 < len(ordered) == len(parts) and _follow_each_other([(start, length) for start, length, _ in ordered]):
                nights.append([each for _, _, each in ordered])
                break
    return nights


def _number_of_part(each: FoundFile) -> int:
    found = PART.search(each.below.stem)
    return int("".join(filter(str.isdigit, found.group()))) if found else 0


def _follow_each_other(spans: Sequence[tuple[datetime, float]]) -> bool:
    """Whether each begins after the one in front has ended, and not long after; or after clocks were put back."""
    for (first, length), (start, _) in pairwise(spans):
        pause = (start - first).total_seconds() - length
        is_back = -HOUR <= pause < -DRIFT and is_changed_somewhere(first, start, -HOUR)
        if not (is_back or -OVERLAP <= pause <= LONGEST_PAUSE):
            return False
    return True
