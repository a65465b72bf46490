"""`Night`, `LeftOut` and `Nights`: what lies in a folder of recordings; and a night as a source of samples."""

from __future__ import annotations

import math
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time
from itertools import zip_longest
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any, Literal

from ...core.errors import RecordingError
from ...core.shown_text import shown_text
from ..edf.header import EdfHeader
from ..sources.joined import CutSource, JoinedSource
from ..sources.source import EdfSource, Source
from .recordings_csv import Details

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["LOST", "LeftOut", "Night", "Nights", "channel_names", "lost_night", "open_night", "part_of"]

#: Key of the error of a night that the table says was lost.
LOST = "lost"


@dataclass(frozen=True, slots=True)
class Night:
    """One night as it lies on the disk.

    Parameters
    ----------
    files : tuple of Path
        More than one where the night lies in parts, or has one file per channel.
    place : PurePath
        Where it lies below the folder that was searched, without suffix; a night is named by it.
    layout : {"file", "parts", "channels", "lost"}
        "lost" where there is no recording, and its file is the table that says so.
    details : Details
        What the table or the file's name says of it.
    scorings : tuple of Path
        Files that score it, by their names.
    which : str
        Which night or scorer of its file it is, where a file of scorings holds several.
    """

    files: tuple[Path, ...]
    place: PurePath
    layout: Literal["file", "parts", "channels", "lost"] = "file"
    details: Details = field(default_factory=Details)
    scorings: tuple[Path, ...] = ()
    which: str = ""

    @property
    def name(self) -> str:
        """What findings and errors call it: its files, or its folder where there is one file per channel."""
        if self.layout == "lost":
            return self.place.name
        if self.layout == "channels":
            return self.files[0].resolve().parent.name
        names = [file.name for file in self.files]
        if len({*names}) < len(names):  # folders of one file per channel
            names = list(dict.fromkeys(file.resolve().parent.name for file in self.files))
        return " | ".join(names)

    @property
    def path(self) -> str:
        """Where its files lie below the folder that was searched."""
        if self.layout in ("channels", "lost"):
            return self.place.as_posix()
        first = self.files[0].parent
        inside = self.place.name == first.name and any(file.name == self.files[0].name for file in self.files[1:])
        folder = self.place if inside else self.place.parent
        paths = (folder / os.path.relpath(file.parent, first) / file.name for file in self.files)
        return " | ".join(PurePath(os.path.normpath(path)).as_posix() for path in paths)

    def described(self, ours: Mapping[str, Any]) -> dict[str, Any]:
        """Give what is known of the night beside columns of ours, none of which a column of the user's replaces.

        The number of the night in its period is called "night_of_period" where ours holds "night"; a column of the
        user's own that is called as one of ours, "own_" and its name.

        Examples
        --------
        >>> details = Details(night=2, more={"layout": "A4"})
        >>> Night((Path("a.edf"),), PurePath("a"), details=details).described({"night": "a.edf", "layout": "file"})
        {'night': 'a.edf', 'layout': 'file', 'night_of_period': 2, 'own_layout': 'A4'}
        """
        cells = self.details.cells()
        if "night" in ours and self.details.night is not None:
            cells = {"night_of_period" if name == "night" else name: cell for name, cell in cells.items()}
        described = dict(ours)
        for name, cell in cells.items():
            free = name
            while free in described or (free != name and free in cells):
                free = f"own_{free}"
            described[free] = cell
        return described

    def __repr__(self) -> str:
        known = "".join(f", {name}={value!r}" for name, value in self.details.cells().items())
        return f"Night({self.path!r}{known})"


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A file that is no night, and why.

    Parameters
    ----------
    file : PurePath
        Below the folder that was searched.
    code : {"broken", "duplicate", "not-listed", "orphan-scoring", "results", "other"}
    reason : str
    path : Path
        The file itself.
    """

    file: PurePath
    code: str
    reason: str
    path: Path


@dataclass(frozen=True, slots=True)
class Nights:
    """The nights of some files and folders, and what was left out of them.

    Parameters
    ----------
    nights : tuple of Night
    left_out : tuple of LeftOut
    table : str
        Name of the table that was followed; empty where there was none.
    """

    nights: tuple[Night, ...]
    left_out: tuple[LeftOut, ...] = ()
    table: str = ""

    def to_frame(self) -> pd.DataFrame:
        """Give the nights as a DataFrame: where each lies, its layout, its scorings, and what is known of it."""
        import pandas as pd

        rows = [
            night.described(
                {
                    "night": night.path,
                    "layout": night.layout,
                    "scoring": " | ".join(file.name for file in night.scorings),
                }
            )
            for night in self.nights
        ]
        return pd.DataFrame(rows, columns=None if rows else ["night", "layout", "scoring"])

    def __repr__(self) -> str:
        after = f", as {shown_text(self.table, keep='')} lists them" if self.table else ""
        return f"Nights({len(self.nights)} nights{after}, {len(self.left_out)} files left out)"


def open_night(night: Night, headers: Sequence[EdfHeader] = (), threads: int = 1) -> Source:
    """A night as one source of samples, whether it lies in one file, in several, or in a part of one.

    Parameters
    ----------
    night : Night
    headers : sequence of EdfHeader, optional
        Of its files, where they have been read.
    threads : int
        How many to read samples with.

    Raises
    ------
    RecordingError
        Where a file cannot be read, the files or the part of one do not make a night, or it was lost.
    """
    if night.layout == "lost":
        raise lost_night(night)
    sources = [EdfSource(file, header, threads) for file, header in zip_longest(night.files, headers)]
    if night.layout == "file":
        source: Source = sources[0]
    elif night.layout == "parts":
        source = JoinedSource(night.name, sources)
    else:
        labels = channel_names([(source.channels[0].label, source.path.stem) for source in sources])
        source = JoinedSource(night.name, sources, labels)
    return source if (part := _part(night.details, source)) is None else CutSource(source, *part)


def lost_night(night: Night) -> RecordingError:
    """Say of a night without a recording why there is none, as the table of recordings does."""
    if night.details.lost:
        return RecordingError(f"lost, the table says: {night.details.lost}", place=night.name, key=LOST)
    what = "no recording begins on this evening"
    return RecordingError(
        what, place=night.name, remedy="say in the column 'lost' why, or name its file", key="no-recording"
    )


def channel_names(files: list[tuple[str, str]]) -> list[str]:
    """Name the channel of each file of one channel: its label, or the file's name where it has none.

    Examples
    --------
    >>> channel_names([("EEG L", "EEG L"), ("", "EEG R")])
    ['EEG L', 'EEG R']
    """
    return [label or stem for label, stem in files]


def _part(details: Details, source: Source) -> tuple[float, float] | None:
    """Give the seconds at which the night begins and ends in its source; None where it is all of it."""
    if details.start is None and details.stop is None:
        return None
    try:
        return part_of(details, source.start or source.clock)
    except RecordingError as error:
        raise RecordingError(
            f"'start' and 'stop': {error.what}", place=source.name, remedy=error.remedy, key="start"
        ) from None


def part_of(details: Details, began: datetime | time | None) -> tuple[float, float]:
    """Give the seconds at which the night begins and ends in a file that began so.

    Raises
    ------
    RecordingError
        Where they are times of the clock, and the file's is unknown.
    """
    start = 0.0 if details.start is None else details.start.seconds_after(began)
    return start, math.inf if details.stop is None else details.stop.seconds_after(began, start)
