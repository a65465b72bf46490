"""Where samples come from: an EDF or BDF file, or an mne Raw; in microvolts, in pieces, channel by channel.

mne forces one rate on all channels of a Raw, by FFT over the whole night. So a file is opened once per sampling rate,
each time with only the channels of that rate that are wanted, and read ten minutes at a time.
"""

from __future__ import annotations

import math
import re
import threading
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
import numpy.typing as npt

from ..core.errors import RecordingError
from ..core.finding import Finding, Severity
from .edf_header import EdfChannel, read_edf_header

if TYPE_CHECKING:
    import mne

Samples = npt.NDArray[np.float32]

__all__ = ["Channel", "EdfSource", "MneSource", "Samples", "Source"]

#: Python's warning filters belong to the whole process.
ONE_AT_A_TIME = threading.Lock()
#: Seconds that are read at a time.
PIECE = 600.0


@dataclass(frozen=True, slots=True)
class Channel:
    """One channel of a source.

    Parameters
    ----------
    index : int
        Position in the source.
    label : str
    rate : float
        Hertz.
    limits : (float, float)
        Smallest and largest value that the recorder can write, in microvolts; infinite where unknown.
    voltage : bool
        Whether the unit is one of voltage. Only then are samples microvolts.
    finding : Finding, optional
        What a user of this channel must know.
    unit : str
        As written, without surrounding blanks.
    """

    index: int
    label: str
    rate: float
    limits: tuple[float, float]
    voltage: bool = True
    finding: Finding | None = None
    unit: str = ""


class Source(Protocol):
    """What `read_recording` and `from_mne` need of a night."""

    name: str
    channels: tuple[Channel, ...]
    duration: float
    start: datetime | None
    #: Seconds between which nothing was recorded.
    gaps: tuple[tuple[float, float], ...]

    def read(self, channels: Sequence[Channel], start: float = 0.0, stop: float = math.inf) -> list[Samples]:
        """Samples between two times in seconds, in microvolts, one array per channel."""

    def annotations(self) -> tuple[list[float], list[str]]:
        """Onsets in seconds from the first sample, and texts."""

    def findings(self) -> tuple[Finding, ...]:
        """What was noticed so far."""


# --------------------------------------------------------------------------------------------------------------- units
#: Unit texts, normalised by `_plain_unit`, in microvolts.
MICROVOLTS = {"nv": 1e-3, "uv": 1.0, "microv": 1.0, "microvolt": 1.0, "microvolts": 1.0, "mv": 1e3, "v": 1e6}
#: What mne multiplies a channel by, by the exact text of its unit; it takes every other text for volts.
MNE_FACTOR = {"uV": 1e-6, "\u03bcV": 1e-6, "\u00b5V": 1e-6, "\x83\xcaV": 1e-6, "mV": 1e-3}
#: A blank unit whose physical range is wider than this many units cannot be volts.
WIDEST_IN_VOLTS = 1.0


def _plain_unit(text: str) -> str:
    """Lower case, every encoding of the micro sign as u."""
    return re.sub("\u00c2\u00b5|\u00ce\u00bc|\u00b5|\u03bc|\x83\xca", "u", text).strip(" \0").lower()


def _microvolts_per_unit(channel: EdfChannel) -> float | None:
    """Microvolts in one unit of a channel; None where the unit is not one of voltage. A blank unit is inferred."""
    if channel.unit.strip(" \0"):
        return MICROVOLTS.get(_plain_unit(channel.unit))
    return 1e6 if max(map(abs, channel.physical)) <= WIDEST_IN_VOLTS else 1.0


# ----------------------------------------------------------------------------------------------------------------- EDF
class EdfSource:
    """An EDF, EDF+ or BDF file, read by mne.

    Parameters
    ----------
    path : Path

    Raises
    ------
    RecordingError
        If the file is not a recording that can be read.
    """

    def __init__(self, path: Path) -> None:
        header = read_edf_header(path)
        self.path, self.name = path, path.name
        self.start, self.duration = header.start, header.duration
        self.gaps: tuple[tuple[float, float], ...] = ()
        self._suffix = f".{header.family.lower()}"
        self._findings: list[Finding] = []
        self._cropped = False
        #: From what mne takes for volts to microvolts, by channel.
        self._scale: dict[int, float] = {}
        self._mne_labels = {channel.index: channel.mne_label for channel in header.channels}
        self._opened: dict[tuple[int, ...], tuple[mne.io.BaseRaw, list[int]]] = {}
        self.channels = tuple(self._channel(channel) for channel in header.channels)
        if header.channels and header.n_records == 0:
            raise RecordingError(f"{self.name}: the header is sound but no record follows it; copy the file again")
        if header.start is None:
            self._note(
                "start-unknown", "warning", "recording", "the start date or time cannot be understood",
                "times count from the first sample",
            )  # fmt: skip
        if header.discontinuous:
            self._note(
                "discontinuous", "warning", "recording", "the file declares itself discontinuous; mne closes its gaps",
                "export it as continuous EDF+C",
            )  # fmt: skip

    def _channel(self, channel: EdfChannel) -> Channel:
        per_unit = _microvolts_per_unit(channel)
        self._scale[channel.index] = (per_unit or 1.0) / MNE_FACTOR.get(channel.mne_unit, 1.0)
        low, high = channel.physical
        inferred = None
        if not channel.unit.strip(" \0"):
            unit = "volts" if per_unit == 1e6 else "microvolts"
            what = f"no unit; by its range of {low:g} to {high:g} it was taken for {unit}"
            remedy = "write the unit into the header if this is wrong"
            inferred = Finding("unit-blank", "repaired", channel.label, what, remedy)
        limits = (min(low, high) * (per_unit or 1.0), max(low, high) * (per_unit or 1.0))
        return Channel(channel.index, channel.label, channel.rate, limits, per_unit is not None, inferred, channel.unit)

    def _note(self, code: str, severity: Severity, where: str, what: str, remedy: str = "") -> None:
        self._findings.append(Finding(code, severity, where, what, remedy))

    def findings(self) -> tuple[Finding, ...]:
        """What was noticed while reading so far."""
        return tuple(dict.fromkeys(self._findings))

    def read(self, channels: Sequence[Channel], start: float = 0.0, stop: float = math.inf) -> list[Samples]:
        """Samples between two times in seconds, in microvolts, float32, one array per channel."""
        samples: dict[int, Samples] = {}
        for rate in sorted({channel.rate for channel in channels}):
            group = list({channel.index: channel for channel in channels if channel.rate == rate}.values())
            samples |= self._read_group(group, start, stop)
        return [samples[channel.index] for channel in channels]

    def _read_group(self, group: list[Channel], start: float, stop: float) -> dict[int, Samples]:
        """Read channels of one rate through one lazy Raw, some minutes at a time."""
        with self._mne() as mne:
            key = tuple(channel.index for channel in group)
            if key not in self._opened:
                self._opened[key] = self._open(mne, group)
            raw, rows = self._opened[key]
            rate = group[0].rate
            first, last = round(start * rate), min(round(min(stop, self.duration) * rate), raw.n_times)
            scale = np.array([[self._scale[channel.index]] for channel in group])
            out = np.empty((len(group), max(last - first, 0)), np.float32)
            step = round(PIECE * rate)
            for a in range(first, last, step):
                b = min(a + step, last)
                out[:, a - first : b - first] = raw[rows, a:b][0] * scale
        out.flags.writeable = False
        return {channel.index: row for channel, row in zip(group, out, strict=True)}

    def _open(self, mne: Any, group: list[Channel]) -> tuple[mne.io.BaseRaw, list[int]]:
        """Open only the channels of a group; mne selects by label, so channels that share one come along."""
        labels = {self._mne_labels[channel.index] for channel in group}
        opened = [channel.index for channel in self.channels if self._mne_labels[channel.index] in labels]
        rows = [opened.index(channel.index) for channel in group]
        try:
            raw = self._raw(mne, sorted(labels), "utf8")
        except UnicodeDecodeError:
            raw = self._raw(mne, sorted(labels), "latin1")
        except Exception as error:  # mne wraps the decoding error into one that names its own option
            if "encoding" not in str(error):
                raise
            raw = self._raw(mne, sorted(labels), "latin1")
        if not math.isclose(raw.info["sfreq"], group[0].rate, rel_tol=1e-5):
            raise RecordingError(
                f"{self.name}: several channels are called {group[0].label!r} and are sampled at different rates; mne "
                "cannot keep them apart, so rename one or name another channel"
            )
        return raw, rows

    def _raw(self, mne: Any, labels: list[str], encoding: str) -> mne.io.BaseRaw:
        """Open channels by their labels, reading nothing of them yet."""
        read = mne.io.read_raw_bdf if self._suffix == ".bdf" else mne.io.read_raw_edf
        options = {"include": labels, "stim_channel": False, "encoding": encoding, "verbose": "WARNING"}
        if self.path.suffix.lower() == self._suffix:
            return read(self.path, **options)
        with self.path.open("rb") as file:  # mne goes by the suffix of a path, but takes an open file of any name
            return read(file, preload=True, **options)

    def annotations(self) -> tuple[list[float], list[str]]:
        """Onsets in seconds from the first sample, and texts, as the channels read so far brought them along.

        mne drops from a Raw what lies beyond its samples; then the file is searched for all of them.
        """
        if self._cropped and self.path.suffix == self._suffix:
            with self._mne() as mne:
                found = mne.read_annotations(self.path)
            return [float(onset) for onset in found.onset], [str(text) for text in found.description]
        for raw, _ in self._opened.values():
            return _annotations(raw)
        return [], []

    @contextmanager
    def _mne(self) -> Iterator[Any]:
        """Give mne; its warnings become findings, its errors name the file but not what a header field may hold."""
        import mne

        with ONE_AT_A_TIME, warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            try:
                yield mne
            except RecordingError:
                raise
            except Exception as error:
                raise RecordingError(
                    f"{self.name}: mne cannot read it ({type(error).__name__}); export the night again as EDF+C"
                ) from error
        for warning in caught:
            text = " ".join(str(warning.message).replace(str(self.path), self.name).split())
            if text.startswith("Omitted "):
                self._cropped = True
            else:
                self._note("reader", "warning", "recording", f"mne says: {text}")


# ----------------------------------------------------------------------------------------------------------------- mne
def _annotations(raw: mne.io.BaseRaw) -> tuple[list[float], list[str]]:
    """Onsets in seconds from the first sample, and texts."""
    found = raw.annotations
    before = float(raw.first_time) if found.orig_time is not None else 0.0
    return [float(onset) - before for onset in found.onset], [str(text) for text in found.description]


class MneSource:
    """An mne Raw whose channels are in volts, as mne keeps them.

    Parameters
    ----------
    raw : mne.io.BaseRaw
    """

    def __init__(self, raw: mne.io.BaseRaw) -> None:
        self._raw = raw
        files = [Path(str(file)).name for file in raw.filenames if file]
        self.name = files[0] if files else "raw"
        rate = float(raw.info["sfreq"])
        self.channels = tuple(Channel(i, label, rate, (-math.inf, math.inf)) for i, label in enumerate(raw.ch_names))
        self.duration = raw.n_times / rate
        self.gaps: tuple[tuple[float, float], ...] = ()
        began = raw.info["meas_date"]
        self.start = None if began is None else began.replace(tzinfo=None) + timedelta(seconds=float(raw.first_time))

    def read(self, channels: Sequence[Channel], start: float = 0.0, stop: float = math.inf) -> list[Samples]:
        """Samples between two times in seconds, in microvolts, float32, one array per channel."""
        rate = self._raw.info["sfreq"]
        first, last = round(start * rate), min(round(min(stop, self.duration) * rate), self._raw.n_times)
        volts = self._raw[[channel.index for channel in channels], first:last][0]
        return [np.asarray(row * 1e6, np.float32) for row in volts]

    def annotations(self) -> tuple[list[float], list[str]]:
        """Onsets in seconds from the first sample, and texts."""
        return _annotations(self._raw)

    def findings(self) -> tuple[Finding, ...]:
        """Nothing: what mne noticed, it has said already."""
        return ()
