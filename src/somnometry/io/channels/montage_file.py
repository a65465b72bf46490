"""A user's montage file: what no program can know about recordings, such as where a headband's inputs sat.

TOML, one table per kind of file:

    [[montage]]
    files = "*.edf"                # names that it is for; all by default
    family = "openbci"             # a recorder or cohort of `somnometry channels`; by default recognised by labels
    eeg = "EXG Channel 0"          # as --eeg ("all" too), --eog and --emg; "none" does without, "A,B" is A minus B
    upside_down = false            # whether EEG and EOG were recorded so; by default what the family does
    [montage.labels]
    "EXG Channel 0" = "C4-M1"      # the electrodes of a label; "chin", "other"
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from ...core.errors import MontageError
from ...core.faults import Faults
from ...core.recording import Role
from ...core.toml_keys import KeyPath, key_of, line_of, lines_of_keys
from ..toml_files import toml_of
from .choose import Choice, MontageEntry
from .families import FAMILIES, read_meaning
from .labels import Label, normalised

if TYPE_CHECKING:
    from .montage_schema import MontageTable

__all__ = ["MontageFile", "entry_for", "parse_choice", "read_montage_file"]


@dataclass(frozen=True, slots=True)
class MontageFile:
    """What a user says about recordings.

    Parameters
    ----------
    name : str
        Of the file, without its folder.
    entries : tuple of (str, MontageEntry)
        Pattern of file names, and the entry for them; the first that fits is followed.
    """

    name: str
    entries: tuple[tuple[str, MontageEntry], ...]

    def told(self, recording: str) -> MontageEntry | None:
        """Give the entry for a recording, by the name of its file; None where there is none."""
        name = recording.lower()
        return next((entry for pattern, entry in self.entries if fnmatchcase(name, pattern.lower())), None)


def entry_for(montage: MontageFile | str | os.PathLike[str] | None, recording: str) -> MontageEntry | None:
    """Give the entry of a montage file, or of its path, for a recording, by the name of its file.

    Examples
    --------
    >>> entry_for(None, "night.edf") is None
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
        If it cannot be read or understood, with the line and the key (such as ``montage[0].eeg``).

    Examples
    --------
    >>> read_montage_file("montage.toml").told("night.edf")  # doctest: +SKIP
    MontageEntry(labels={'EXG-CHANNEL-0': Label(kind='eeg', ...)}, family=None, roles={})
    """
    path = Path(path)
    text, table = toml_of(path, MontageError, "a montage file", "compare it with docs/channels.md")
    return _MontageReader(path.name, text).read(table)


class _MontageReader:
    """A montage file on its way to what it says; knows the line of every key."""

    def __init__(self, name: str, text: str) -> None:
        self.name, self.lines = name, lines_of_keys(text)

    def read(self, data: Mapping[str, Any]) -> MontageFile:
        """Read all entries."""
        from pydantic import ValidationError

        from .montage_schema import MontageTables, errors_of

        faults = Faults()
        try:
            tables = MontageTables.model_validate(data).montage
        except ValidationError as error:
            for wrong in errors_of(error):
                with faults.gathered():
                    self.fail(*wrong)
            faults.raise_all()
            raise
        entries = [(table.files, self._entry(table, i, faults)) for i, table in enumerate(tables)]
        faults.raise_all()
        return MontageFile(self.name, tuple(entries))

    def _entry(self, table: MontageTable, nth: int, faults: Faults) -> MontageEntry:
        family = None if table.family is None else FAMILIES.get(table.family)
        if table.family is not None and family is None:
            what = f"{table.family!r} is no family"
            with faults.gathered():
                self.fail(("montage", nth, "family"), what, f"there are {', '.join(FAMILIES)}")
        labels: dict[str, Label] = {}
        for label, meaning in table.labels.items():
            path = ("montage", nth, "labels", label)
            with faults.gathered():
                if normalised(label) in labels:
                    self.fail(path, f"{label!r} is explained already", "case, blanks and separators do not count")
                try:
                    labels[normalised(label)] = read_meaning(meaning if isinstance(meaning, str) else repr(meaning))
                except MontageError as error:
                    self.fail(path, error.what, error.remedy)
        texts: dict[Role, str | None] = {"eeg": table.eeg, "eog": table.eog, "emg": table.emg}
        roles = {role: parse_choice(text) for role, text in texts.items() if text is not None}
        return MontageEntry(labels, family, roles, table.upside_down)

    def fail(self, path: KeyPath, what: str, remedy: str = "") -> NoReturn:
        """Refuse what stands at a path, with the line of it, or of what it would stand in."""
        line = line_of(path, self.lines)
        place = f"{self.name}, line {line}" if line else self.name
        raise MontageError(what, place=place, remedy=remedy, key=key_of(path)) from None
