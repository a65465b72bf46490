"""The table of what apps and boards write that is no EDF: how each is known, what reads it, and what is not read."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from ..files import open_file
from .dreem import is_hdf5, read_dreem
from .exported import Exported
from .mind_monitor import is_mind_monitor, read_mind_monitor
from .openbci import is_openbci, read_openbci

__all__ = [
    "FORMATS",
    "UNREAD",
    "ExportFormat",
    "UnreadFormat",
    "format_of",
    "known_otherwise",
    "unread_format",
]

#: Bytes at the beginning of a file by which it is known.
HEAD = 16384


@dataclass(frozen=True, slots=True)
class ExportFormat:
    """What an app or a board writes, and what reads it.

    Parameters
    ----------
    id, name : str
    suffixes : tuple of str
        That its files have; others are not looked into.
    recognises : callable
        Tells by the first bytes of a file whether it is one.
    read : callable
    """

    id: str
    name: str
    suffixes: tuple[str, ...]
    recognises: Callable[[bytes], bool]
    read: Callable[[Path], Exported]


@dataclass(frozen=True, slots=True)
class UnreadFormat:
    """A format that is known and not read, and what to do with it.

    Parameters
    ----------
    name : str
    suffixes : tuple of str
    remedy : str
    begins : pattern of bytes, optional
        How its files begin, where the suffix does not tell.
    """

    name: str
    suffixes: tuple[str, ...]
    remedy: str
    begins: re.Pattern[bytes] | None = None


#: In the order in which they are tried.
FORMATS: tuple[ExportFormat, ...] = (
    ExportFormat("mind-monitor", "CSV of Mind Monitor (Muse)", (".csv",), is_mind_monitor, read_mind_monitor),
    ExportFormat("openbci", "text of OpenBCI's GUI", (".txt", ".csv"), is_openbci, read_openbci),
    ExportFormat("dreem", "HDF5 of Dreem", (".h5", ".hdf5"), is_hdf5, read_dreem),
)
UNREAD: tuple[UnreadFormat, ...] = (
    UnreadFormat("the memory card of a ZMax (.hyp)", (".hyp",), "export it as EDF with Hypnodyne's HDConvert"),
    UnreadFormat("a .muse file", (".muse",), "record CSV with Mind Monitor, or export CSV with MuseLab"),
    UnreadFormat(
        "a recording of Lab Streaming Layer", (".xdf", ".xdfz"), "write it as EDF with mne (pyxdf reads it)"
    ),
    UnreadFormat("BrainVision", (".vhdr", ".vmrk", ".eeg"), "write it as EDF with mne.io.read_raw_brainvision"),
    UnreadFormat("EEGLAB", (".set", ".fdt"), "write it as EDF with mne.io.read_raw_eeglab, or EEGLAB's own export"),
    UnreadFormat("mne's FIF", (".fif",), "read it with mne, and give the Raw to from_mne"),
    UnreadFormat("MATLAB", (".mat",), "write its channels as EDF, with edfio or EEGLAB"),
    UnreadFormat("Neurodata Without Borders", (".nwb",), "write its series as EDF with edfio"),
    UnreadFormat("Compumedics Profusion", (".rml", ".sdy", ".stage"), "export the study as EDF from Profusion"),
    UnreadFormat("Noxturnal", (".ndf", ".ndb"), "export the recording as EDF from Noxturnal"),
    UnreadFormat("Micromed", (".trc",), "export it as EDF from Micromed's own program"),
    UnreadFormat("Nihon Kohden", (".21e", ".pnt"), "export it as EDF from Nihon Kohden's own program"),
    UnreadFormat("Neuroscan", (".cnt",), "write it as EDF with mne.io.read_raw_cnt"),
    UnreadFormat("an archive", (".zip", ".gz", ".7z", ".rar", ".tar"), "unpack it, and convert what is inside"),
    UnreadFormat("a spreadsheet", (".xlsx", ".xls", ".ods"), "take the file that the app wrote itself"),
    UnreadFormat(
        "the CSV of muse-lsl or BlueMuse", (".csv",), "record with Mind Monitor, or write it as EDF with mne and edfio",
        re.compile(rb"\xef?\xbb?\xbf?\"?timestamps?\"?\s*,\s*(\"?(TP9|AF7|AF8|TP10|Right AUX)\"?,?)+"),
    ),
    UnreadFormat(
        "the CSV of an Emotiv headset", (".csv",), "export it as EDF from EmotivPRO",
        re.compile(rb"(?s)\xef?\xbb?\xbf?(title:|[^\n]*EEG\.Counter)"),
    ),
)  # fmt: skip


def format_of(path: Path) -> ExportFormat | None:
    """Tell which format a file has that can be converted; None where it has none of them, or cannot be opened."""
    suffix = path.suffix.lower()
    possible = [each for each in FORMATS if suffix in each.suffixes]
    if not possible:
        return None
    head = _head(path)
    return next((each for each in possible if each.recognises(head)), None)


def unread_format(path: Path) -> UnreadFormat | None:
    """Tell which format a file has that is known and not read; None where it has none of them."""
    suffix = path.suffix.lower()
    possible = [each for each in UNREAD if suffix in each.suffixes]
    if all(each.begins is None for each in possible):
        return possible[0] if possible else None
    head = _head(path)
    return next((each for each in possible if each.begins is None or each.begins.match(head)), None)


def known_otherwise(path: Path) -> tuple[str, str] | None:
    """Say what a file is that is no EDF, and what to do with it; None where it is nothing that we know.

    Examples
    --------
    >>> known_otherwise(Path("night.xdf"))
    ('a recording of Lab Streaming Layer', 'write it as EDF with mne (pyxdf reads it)')
    """
    if (known := format_of(path)) is not None:
        return known.name, f"somnometry convert {shlex.quote(path.name)} --out {shlex.quote(path.stem)}.edf"
    unread = unread_format(path)
    return None if unread is None else (unread.name, unread.remedy)


def _head(path: Path) -> bytes:
    """The first bytes of a file; none where it cannot be opened."""
    try:
        with open_file(path) as file:
            return file.read(HEAD)
    except OSError:
        return b""
