"""The HDF5 files of Dreem: nights of its headband, and those of the Dreem Open Datasets.

Both may describe their signals in the attribute "description", a list of JSON with name, path, rate and domain. Without
it, those of the data sets lie in signals/eeg, signals/eog and signals/emg under their derivations; the headband's lie
in eeg1 to eeg7, or channel1 to channel4 before July 2021, as "raw" and filtered, without a word of their electrodes.
The attribute "start_time" counts seconds since 1970. Described by dreem-learning-open and by public loaders.
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from ...core.bounded_json import bounded_json
from ...core.errors import RecordingError
from ...core.recording import Recording, Signal
from ..edf.units import MICROVOLTS, infer_microvolts, plain_unit
from ..finding_codes import finding_of
from .exported import Exported
from .labels import edf_labels

__all__ = ["is_hdf5", "read_dreem"]

#: Hertz, where a file does not say.
RATE = 250.0
#: Samples of all signals: a night of twelve hours of twenty signals. A few kilobytes can say that there are many more.
MOST_SAMPLES = 250_000_000
#: Samples in any unit, counts of 32 bits and nanovolts among them.
LARGEST = 1e12
#: Reads all that a file holds, as another process does before it is read here. Where the system counts what a process
#: computes, that ends it, so that it does not matter how busy a machine is: after the import it may take the seconds
#: that it is given and, for samples, what deflate can have packed into the file at most (1032 times its size).
TRIAL = """
import os, signal, sys, h5py
path, seconds, most = sys.argv[1], float(sys.argv[2]), int(sys.argv[3])
packed = 1032 * os.path.getsize(path)
def may_take(seconds):
    if hasattr(signal, "setitimer"):
        signal.setitimer(signal.ITIMER_PROF, signal.getitimer(signal.ITIMER_PROF)[0] + seconds)
def look(name, one):
    global packed
    dict(one.attrs)
    if isinstance(one, h5py.Dataset) and one.size <= most:
        read = min(one.nbytes, packed)
        packed -= read
        may_take(read / 60e6)
        one[()]
if hasattr(signal, "SIGPROF"):
    signal.signal(signal.SIGPROF, signal.SIG_DFL)
may_take(seconds)
with h5py.File(path, "r") as file:
    dict(file.attrs)
    file.visititems(look)
"""
#: Seconds of computing, to which bytes add theirs; and by the clock, for disks that do not answer.
COMPUTING, BYTES_A_SECOND, BY_THE_CLOCK = 0.8, 10_000_000, 60.0
#: Groups of the headband's electrodes, and of the data sets' signals.
HEADBAND = re.compile(r"(eeg|channel)\d+")
#: The first of these that a headband's group holds is taken.
KINDS = ("raw", "filtered", "visualization")
DOMAINS = ("eeg", "eog", "emg", "ecg")


@dataclass(frozen=True, slots=True)
class _Described:
    """A signal of a file: its name, where it lies, its rate in hertz and its unit."""

    name: str
    path: str
    rate: float
    unit: str


def is_hdf5(head: bytes) -> bool:
    """Whether a file is HDF5."""
    return head.startswith(b"\x89HDF\r\n\x1a\n")


def read_dreem(path: Path) -> Exported:
    """Read the EEG, EOG, EMG and ECG of a night.

    Raises
    ------
    RecordingError
        If h5py is not installed, or the file holds no signals as Dreem lays them out.
    """
    try:
        import h5py
    except ImportError:
        raise RecordingError(
            "HDF5 is read by h5py, which is not installed", place=path.name,
            remedy="pip install 'somnometry[hdf5]'",
        ) from None  # fmt: skip
    _require_an_end(path)
    try:
        with h5py.File(path, "r") as file:
            return _night(file, path.name)
    except (OSError, KeyError, RuntimeError, TypeError, ValueError) as error:  # as h5py raises them
        raise RecordingError(
            f"this HDF5 file cannot be read ({type(error).__name__})", place=path.name, remedy="copy it again"
        ) from None


def _require_an_end(path: Path) -> None:
    """Refuse a damaged file over which the library of HDF5 runs in circles or falls: it is tried in another process."""
    seconds = path.stat().st_size / BYTES_A_SECOND
    given = [os.fspath(path), str(COMPUTING + seconds), str(MOST_SAMPLES)]
    try:
        done = subprocess.run(
            [sys.executable, "-I", "-c", TRIAL, *given], timeout=BY_THE_CLOCK + 10 * seconds, check=False,
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        endless = True
    else:
        if done.returncode >= 0:  # an error that Python raises is raised here too
            return
        endless = done.returncode == -getattr(signal, "SIGPROF", 0)
    what = "reading it comes to no end" if endless else "a process that read it ended"
    raise RecordingError(f"this HDF5 file is damaged: {what}", place=path.name, remedy="copy it again")


def _night(file: Any, name: str) -> Exported:
    described = [one for one in _described(file) if one.path in file and getattr(file[one.path], "ndim", 0) == 1]
    described = [one for one in described if file[one.path].size and 0 < one.rate < 1e5]
    if not described:
        raise RecordingError(
            "this HDF5 file holds no signals as Dreem lays them out", place=name,
            remedy="write its channels as EDF, with edfio",
        )  # fmt: skip
    if (n_samples := sum(int(file[one.path].size) for one in described)) > MOST_SAMPLES:
        raise RecordingError(
            f"its signals have {n_samples:,} samples, more than any night", place=name, remedy="export one night"
        )
    signals, findings = {}, []
    for one, label in zip(described, edf_labels([one.name for one in described]), strict=True):
        samples = np.asarray(file[one.path][()], np.float64)
        if (largest := float(np.nanmax(np.abs(samples), initial=0.0))) > LARGEST:
            raise RecordingError(
                f"{label!r} holds {largest:.3g}, which is no voltage in any unit", place=name, remedy="copy it again"
            )
        microvolts = MICROVOLTS.get(plain_unit(one.unit))
        if microvolts is None:
            n = max(round(one.rate), 2)
            seconds = samples[: samples.size // n * n].reshape(-1, n) if samples.size >= n else samples[None]
            spreads = np.nan_to_num(seconds).std(axis=1)
            microvolts = infer_microvolts(spreads, largest)
            findings.append(finding_of("unit-blank", label, f"no unit of voltage; one is taken for {microvolts:g} uV"))
        signals[label] = Signal((samples * microvolts).astype(np.float32), one.rate)
    start = None
    stamp = float(np.ravel(file.attrs["start_time"])[0]) if _is_number(file.attrs.get("start_time")) else 0.0
    if stamp > 0:
        start = datetime.fromtimestamp(stamp / 1000 if stamp > 1e11 else stamp, UTC).replace(tzinfo=None)
        findings.append(finding_of("clock-utc", name, "'start_time' counts seconds of UTC"))
    used = {one.path.split("/")[0] for one in described}
    recording = Recording(signals, start=start, findings=tuple(findings), source=name)
    return Exported(recording, left_out=tuple(key for key in _names(file) if key not in used))


def _is_number(value: Any) -> bool:
    return value is not None and np.asarray(value).dtype.kind in "iuf" and np.asarray(value).size == 1


def _described(file: Any) -> Iterator[_Described]:
    """What a file says of its signals, or what their places do."""
    text = file.attrs.get("description", b"")
    try:
        rows = bounded_json(text if isinstance(text, bytes) else str(text))
    except ValueError:
        rows = []
    found = False
    for row in rows if isinstance(rows, list) else ():
        if isinstance(row, dict) and str(row.get("domain", "")).lower() in DOMAINS and "path" in row:
            found = True
            name = str(row.get("name") or row["path"]).split("/")[-1]
            yield _Described(name, str(row["path"]), _number(row.get("fs")), str(row.get("unit", "")))
    if found:
        return
    for domain in DOMAINS:
        group = file.get(f"signals/{domain}")
        for name in _names(group) if group is not None and hasattr(group, "keys") else ():
            yield _of_place(file, name, f"signals/{domain}/{name}")
    for name in sorted(key for key in _names(file) if HEADBAND.fullmatch(key)):
        kind = next((kind for kind in KINDS if f"{name}/{kind}" in file), None)
        if kind is not None:
            yield _of_place(file, name, f"{name}/{kind}")


def _names(group: Any) -> list[str]:
    """Names in a group; one that is not UTF-8 is bytes to h5py, and none of Dreem's."""
    return [name for name in group if isinstance(name, str)]


def _of_place(file: Any, name: str, path: str) -> _Described:
    """A signal by where it lies; rate and unit stand at itself or at its group."""
    attributes = {**file[path.rpartition("/")[0]].attrs, **file[path].attrs}
    unit = attributes.get("unit", "")
    return _Described(
        name, path, _number(attributes.get("fs")), unit.decode("latin-1") if isinstance(unit, bytes) else str(unit)
    )


def _number(value: Any) -> float:
    return float(np.ravel(value)[0]) if _is_number(value) else RATE
