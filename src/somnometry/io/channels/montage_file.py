"""A user's montage file: what no program can know about recordings, such as where a headband's inputs sat.

TOML, one table per kind of file:

    [[montage]]
    files = "*.edf"                # names that it is for; all where it is not said
    family = "openbci"             # a recorder or cohort of `somnometry channels`; recognised by labels if not said
    eeg = "EXG Channel 0"          # as --eeg ("all" too), --eog and --emg; "none" does without, "A,B" is A minus B
    upside_down = false            # whether EEG and EOG were recorded so; by default what the family does
    [montage.labels]
    "EXG Channel 0" = "C4-M1"      # the electrodes of a label; "chin", "other"
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, NoReturn

from ...core.errors import MontageError
from ...core.recording import Role
from .choose import Choice, Told
from .families import FAMILIES, read_meaning
from .labels import Label, normalised

__all__ = ["MontageFile", "parse_choice", "read_montage_file", "told_of"]

ROLES: tuple[Role, ...] = ("eeg", "eog", "emg")
TEXTS = ("files", "family", *ROLES)
KEYS = (*TEXTS, "upside_down", "labels")


@dataclass(frozen=True, slots=True)
class MontageFile:
    """What a user says about recordings.

    Parameters
    ----------
    name : str
        Of the file, without its folder.
    entries : tuple of (str, Told)
        Pattern of file names and what is said of them; the first that fits is followed.
    """

    name: str
    entries: tuple[tuple[str, Told], ...]

    def told(self, recording: str) -> Told | None:
        """Give what is said of a recording, by the name of its file; None where nothing is."""
        name = recording.lower()
        return next((told for pattern, told in self.entries if fnmatchcase(name, pattern.lower())), None)


def told_of(montage: MontageFile | str | os.PathLike[str] | None, recording: str) -> Told | None:
    """Give what a montage file, or its path, says of a recording, by the name of its file.

    Examples
    --------
    >>> told_of(None, "night.edf") is None
    True
    """
    if montage is None:
        return None
    file = montage if isinstance(montage, MontageFile) else read_montage_file(montage)
    return file.told(recording)


def parse_choice(text: str) -> Choice:
    """Read what was written for a channel: "auto", "all", "none", a label, or two labels "A,B" for A minus B.

    Examples
    --------
    >>> parse_choice("none"), parse_choice("C4, A1"), parse_choice("C4-M1")
    (None, ('C4', 'A1'), 'C4-M1')
    """
    first, comma, second = map(str.strip, text.partition(","))
    if comma:
        return first, second
    return None if first.lower() == "none" else first


def read_montage_file(path: str | os.PathLike[str]) -> MontageFile:
    """Read a montage file.

    Parameters
    ----------
    path : path-like
        TOML.

    Raises
    ------
    MontageError
        If it cannot be read or understood, with the line.

    Examples
    --------
    >>> read_montage_file("montage.toml").told("night.edf")  # doctest: +SKIP
    Told(labels={'EXG-CHANNEL-0': Label(kind='eeg', ...)}, family=None, roles={})
    """
    path = Path(path)
    try:
        text = path.read_text("utf-8-sig")
        table = tomllib.loads(text)
    except OSError as error:
        raise MontageError(
            "the montage file cannot be read", place=path.name, remedy="check its name and rights"
        ) from error
    except UnicodeDecodeError as error:
        raise MontageError("the montage file is not UTF-8", place=path.name, remedy="save it as UTF-8") from error
    except tomllib.TOMLDecodeError as error:
        raise MontageError(
            str(error), place=path.name, remedy="mend the line, or compare it with the help of --montage"
        ) from error
    return _MontageReader(path.name, text).read(table)


class _MontageReader:
    """Reads the tables of one file; its errors name the line."""

    def __init__(self, name: str, text: str) -> None:
        self.name, self.lines = name, text.splitlines()
        #: Line at which the entry being read begins, from 0.
        self.begins = 0

    def read(self, table: Mapping[str, Any]) -> MontageFile:
        """Read all entries."""
        if unknown := set(table) - {"montage"}:
            self._wrong(sorted(unknown)[0], "is no part of a montage file; write [[montage]]")
        entries = table.get("montage")
        if not isinstance(entries, list) or not entries:
            raise MontageError(
                "holds no [[montage]]", place=self.name, remedy="write one for the recordings that need it"
            )
        headings = [i for i, line in enumerate(self.lines) if line.replace(" ", "").startswith("[[montage]]")]
        found = []
        for i, entry in enumerate(entries):
            self.begins = headings[i] if i < len(headings) else 0
            found.append(self._entry(entry))
        return MontageFile(self.name, tuple(found))

    def _entry(self, entry: Mapping[str, Any]) -> tuple[str, Told]:
        for key in entry:
            if key not in KEYS:
                self._wrong(key, f"is none of {', '.join(KEYS)}")
        texts = {key: entry[key] for key in TEXTS if key in entry}
        for key, value in texts.items():
            if not isinstance(value, str) or not value:
                self._wrong(key, "must be text in quotes")
        family = texts.get("family")
        if family is not None and family not in FAMILIES:
            self._wrong("family", f"{family!r} is none of {', '.join(FAMILIES)}")
        upside_down = entry.get("upside_down")
        if not isinstance(upside_down, bool | None):
            self._wrong("upside_down", "must be true or false")
        labels = entry.get("labels", {})
        if not isinstance(labels, dict):
            self._wrong("labels", "must be a table: [montage.labels]")
        meanings: dict[str, Label] = {}
        for label, text in labels.items():
            if normalised(label) in meanings:
                self._wrong(label, "names a label that is already explained; case, blanks and separators do not count")
            meanings[normalised(label)] = self._meaning(label, text)
        roles = {role: parse_choice(texts[role]) for role in ROLES if role in texts}
        told = Told(meanings, None if family is None else FAMILIES[family], roles, upside_down)
        return texts.get("files", "*"), told

    def _meaning(self, label: str, text: Any) -> Label:
        try:
            return read_meaning(text if isinstance(text, str) else repr(text))
        except ValueError as error:
            self._wrong(label, str(error))

    def _wrong(self, key: str, what: str) -> NoReturn:
        """Say what is wrong with a key, and in which line it is."""
        after = range(self.begins, len(self.lines))
        line = next((i for i in after if self.lines[i].strip().lstrip("[\"' ").startswith(key)), self.begins)
        raise MontageError(f"line {line + 1}: {key}: {what}", place=self.name)
