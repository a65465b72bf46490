"""`Night`, `LeftOut` and `Nights`: what lies in a folder of recordings; and a night as a source of samples."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Literal

from ...core.errors import RecordingError
from ...core.hypnogram import Hypnogram
from ...core.recording import Recording
from ..finding_codes import finding_of
from ..sources.joined import CutSource, JoinedSource
from ..sources.source import EdfSource, Source
from .recordings_csv import Details

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["LeftOut", "Night", "Nights", "channel_names", "open_night", "with_given_lights", "with_lights_of_scoring"]

#: Seconds by which lights may lie outside the recording, for people note them to the minute.
NOTED = 300.0


@dataclass(frozen=True, slots=True)
class Night:
    """One night as it lies on the disk.

    Parameters
    ----------
    files : tuple of Path
        More than one where the night lies in parts, or has one file per channel.
    place : PurePath
        Where it lies below the folder that was searched, without suffix; a night is named by it.
    layout : {"file", "parts", "channels"}
    details : Details
        What the table or the file's name says of it.
    scorings : tuple of Path
        Files that score it, by their names.
    """

    files: tuple[Path, ...]
    place: PurePath
    layout: Literal["file", "parts", "channels"] = "file"
    details: Details = field(default_factory=Details)
    scorings: tuple[Path, ...] = ()

    @property
    def name(self) -> str:
        """What findings and errors call it: its files, or its folder where there is one file per channel."""
        if self.layout == "channels":
            return self.files[0].resolve().parent.name
        return " | ".join(file.name for file in self.files)

    @property
    def path(self) -> str:
        """Where its files lie below the folder that was searched."""
        if self.layout == "channels":
            return self.place.as_posix()
        return " | ".join((self.place.parent / file.name).as_posix() for file in self.files)

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
            {
                "night": night.path,
                "layout": night.layout,
                "scoring": " | ".join(file.name for file in night.scorings),
                **night.details.cells(),
            }
            for night in self.nights
        ]
        return pd.DataFrame(rows, columns=None if rows else ["night", "layout", "scoring"])

    def __repr__(self) -> str:
        after = f", as {self.table} lists them" if self.table else ""
        return f"Nights({len(self.nights)} nights{after}, {len(self.left_out)} files left out)"


def open_night(night: Night) -> Source:
    """A night as one source of samples, whether it lies in one file, in several, or in a part of one.

    Raises
    ------
    RecordingError
        Where a file cannot be read, or the files or the part of one do not make a night.
    """
    sources = [EdfSource(file) for file in night.files]
    if night.layout == "file":
        source: Source = sources[0]
    elif night.layout == "parts":
        source = JoinedSource(night.name, sources)
    else:
        labels = channel_names([(source.channels[0].label, source.path.stem) for source in sources])
        source = JoinedSource(night.name, sources, labels)
    return source if (part := _part(night.details, source)) is None else CutSource(source, *part)


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
        start = 0.0 if details.start is None else details.start.seconds_after(source.start)
        stop = math.inf if details.stop is None else details.stop.seconds_after(source.start, start)
    except RecordingError as error:
        raise RecordingError(f"{source.name}: 'start' and 'stop': {error}") from None
    return start, stop


def with_given_lights(recording: Recording, details: Details) -> Recording:
    """The recording with the lights that the user gave, in seconds, in place of those that the file marks.

    Raises
    ------
    RecordingError
        Where a light lies more than five minutes outside the recording, or they contradict each other.
    """
    if details.lights_off is None and details.lights_on is None:
        return recording
    off, on = recording.lights_off, recording.lights_on
    try:
        if details.lights_off is not None:
            off = details.lights_off.seconds_after(recording.start, -NOTED)
        if details.lights_on is not None:
            on = details.lights_on.seconds_after(recording.start, -NOTED if off is None else off)
    except RecordingError as error:
        raise RecordingError(f"{recording.source}: 'lights_off' and 'lights_on': {error}") from None
    said = ", ".join(
        f"{name} {'unknown' if light is None else f'{light:g} s'}" for name, light in (("off", off), ("on", on))
    )
    for light in (off, on):
        if light is not None and not -NOTED <= light <= recording.duration + NOTED:
            raise RecordingError(
                f"{recording.source}: lights {said}, in a recording of {recording.duration:g} s; mend 'lights_off' and "
                "'lights_on' in the table of recordings"
            )
    if off is not None and on is not None and off >= on:
        raise RecordingError(f"{recording.source}: lights {said}, the wrong way round; mend the table of recordings")
    off, on = (None if light is None else min(max(light, 0.0), recording.duration) for light in (off, on))
    given = finding_of("lights-given", "recording", f"lights {said}")
    return recording.replace(lights_off=off, lights_on=on, findings=(*recording.findings, given))


def with_lights_of_scoring(recording: Recording, scoring: Hypnogram) -> Recording:
    """The recording with the lights of its scoring, in seconds, where it knows none and the clocks allow it."""
    if recording.lights_off is not None or recording.lights_on is not None or not scoring.lights_known:
        return recording
    if recording.start is None or scoring.start is None:
        return recording
    shift = (scoring.start - recording.start).total_seconds()
    off, on = float(scoring.lights_off or 0.0) + shift, float(scoring.lights_on or 0.0) + shift
    if not 0 <= off < on <= recording.duration + NOTED:
        return recording
    taken = finding_of("lights-of-scoring", "recording", f"lights off {off:g} s, on {on:g} s")
    return recording.replace(
        lights_off=off, lights_on=min(on, recording.duration), findings=(*recording.findings, taken)
    )
