"""`convert_signals`: what an app or a board wrote, as one sound EDF+."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np

from ...core.errors import RecordingError
from ..edf.writer import write_edf
from .exported import Exported
from .read import read_export

__all__ = ["convert_signals"]

SUFFIXES = (".edf", ".bdf")
#: Microvolts of one of the 65536 steps of EDF that an EEG bears with room to spare.
COARSEST = 0.5


def convert_signals(path: str | os.PathLike[str], out: str | os.PathLike[str]) -> Exported:
    """Write what an app or a board recorded as EDF+, with its clock, its markers, its gaps and its units.

    Parameters
    ----------
    path : path-like
        A file of one of the `FORMATS`; an EDF or BDF file, or a folder of one per channel, to be written anew.
    out : path-like
        The file to write; one that ends in .bdf is BDF+, of 24 bits.

    Returns
    -------
    Exported
        What was read and written; its recording's findings say what was mended.

    Raises
    ------
    RecordingError
        If the file is missing, is of no format that is read or not as its format says, or `out` is neither EDF nor BDF,
        or the file itself.

    Examples
    --------
    >>> convert_signals("mindMonitor_2024-05-01--22-30-00.csv", "night.edf").recording  # doctest: +SKIP
    Recording('mindMonitor_2024-05-01--22-30-00.csv', 28800.0 s, 1 finding)
    """
    source, target = Path(path), Path(out)
    if not source.exists():
        raise RecordingError("there is no such file or folder", place=str(source))
    if target.suffix.lower() not in SUFFIXES:
        raise RecordingError(
            f"signals are written as EDF or BDF, not as {target.suffix or 'a file without a suffix'!r}",
            place=target.name, remedy="let its name end in .edf or .bdf",
        )  # fmt: skip
    if target.exists() and source.resolve() == target.resolve():
        raise RecordingError("a file cannot be written over itself", place=target.name, remedy="choose another --out")
    exported = read_export(source)
    if target.suffix.lower() == ".edf":
        _refuse_coarse_steps(exported)
    write_edf(exported.recording, target, events=exported.markers)
    return exported


def _refuse_coarse_steps(exported: Exported) -> None:
    """Refuse EDF for voltages that wander farther than its steps are fine."""
    for name, signal in exported.recording.signals.items():
        known = signal.samples[np.isfinite(signal.samples)]
        step = float(np.ptp(known)) / 65535 if known.size and signal.unit == "uV" else 0.0
        if step > COARSEST:
            raise RecordingError(
                f"{name!r} spans {np.ptp(known):.4g} uV, so that one step of EDF's 16 bits would be {step:.2g} uV",
                place=exported.recording.source, remedy="let --out end in .bdf, which has 24 bits",
            )  # fmt: skip
