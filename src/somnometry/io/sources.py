"""Where samples come from: an EDF or BDF file, or an mne Raw; in microvolts, in pieces, channel by channel.

mne forces one rate on all channels of a Raw, by FFT over the whole night. So it is shown the channels of one rate at a
time, only those that are wanted, some of the night at a time.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np
import numpy.typing as npt

from ..core.errors import RecordingError
from ..core.finding import Finding
from .edf_header import EdfChannel, read_edf_header
from .edf_records import read_times
from .edf_units import MICROVOLTS, infer_microvolts, plain_unit
from .edf_view import MNE_VOLTS, EdfView
from .finding_codes import found
from .labels import parse_label

if TYPE_CHECKING:
    import mne

Samples = npt.NDArray[np.float32]

__all__ = ["Channel", "EdfSource", "MneSource", "Samples", "Source", "read_windows"]

#: How many seconds of a channel are looked at to infer its unit.
SECONDS_LOOKED_AT = 20
NAMES_OF_UNITS = {1.0: "microvolts", 1e3: "millivolts", 1e6: "volts"}


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


def read_windows(
    source: Source, channels: Sequence[Channel], windows: Sequence[tuple[float, float]]
) -> list[list[Samples]]:
    """Samples of several windows, start and stop in seconds: a list as `Source.read` gives, per window."""
    if isinstance(source, EdfSource):
        return source.read_windows(channels, windows)
    return [source.read(channels, start, stop) for start, stop in windows]


# ----------------------------------------------------------------------------------------------------------------- EDF
@dataclass(frozen=True, slots=True)
class _Unit:
    """What mne is told of a channel's unit, and microvolts in one of it; None where it is not one of voltage."""

    told: str = ""
    microvolts: float | None = None

    @property
    def from_mne(self) -> float:
        """From what mne takes for volts to microvolts, or to the channel's own unit."""
        return (self.microvolts or 1.0) / MNE_VOLTS.get(self.told, 1.0)


def _unit_of(microvolts: float) -> _Unit:
    return _Unit({1.0: "uV", 1e3: "mV"}.get(microvolts, ""), microvolts)


class EdfSource:
    """An EDF, EDF+ or BDF file, whose header and annotations we read ourselves, and whose samples mne reads.

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
        self.path, self.name, self.header = path, path.name, header
        for finding in header.findings:
            if finding.code == "no-records" and header.channels:
                raise RecordingError(f"{self.name}: no record to read: {finding.what}; {finding.remedy}")
        self.times = read_times(path, header)
        self.duration, self.gaps = self.times.duration, self.times.gaps
        self.start = self.times.start(header)
        self._described = {channel.index: channel for channel in header.channels if channel.usable}
        self._units: dict[int, _Unit] = {}
        self.channels = tuple(self._channel(channel) for channel in self._described.values())

    def _channel(self, channel: EdfChannel) -> Channel:
        """Settle the unit of a channel: by its text; where that is blank, or no voltage in an EEG, by its amplitude."""
        label = channel.label or (f"channel {channel.index + 1}" if len(self._described) > 1 else "")
        microvolts, inferred = MICROVOLTS.get(plain_unit(channel.unit)), None
        self._units[channel.index] = _Unit()
        if microvolts is None and (not channel.unit or parse_label(label).kind != "other"):
            microvolts = infer_microvolts(self._spreads(channel), max(map(abs, channel.physical or (0.0,))))
            what = f"the unit is {channel.unit!r}" if channel.unit else "no unit"
            taken = f"{what}; taken for {NAMES_OF_UNITS[microvolts]}"
            inferred = found("unit-unknown" if channel.unit else "unit-blank", label, taken)
        if microvolts is not None:
            self._units[channel.index] = _unit_of(microvolts)
        ends = [end * (microvolts or 1.0) for end in channel.physical or ()]
        return Channel(
            channel.index, label, channel.rate, (min(ends), max(ends)), microvolts is not None, inferred, channel.unit
        )

    def _spreads(self, channel: EdfChannel) -> npt.NDArray[np.float64]:
        """Standard deviation of a channel in its own unit, in seconds spread over the night."""
        starts = np.linspace(0.0, max(self.duration - 1.0, 0.0), SECONDS_LOOKED_AT)
        seconds = self._read_group([channel.index], [(float(start), float(start) + 1.0) for start in starts])
        known = [row[np.isfinite(row)].astype(np.float64) for (row,) in seconds]
        return np.array([row.std() if row.size > 1 else 0.0 for row in known])

    def findings(self) -> tuple[Finding, ...]:
        """What is odd about the header and the annotations; channels hold what concerns only their users."""
        return (*self.header.findings, *self.times.findings)

    def annotations(self) -> tuple[list[float], list[str]]:
        """Onsets in seconds from the first sample, and texts."""
        return [mark.onset for mark in self.times.annotations], [mark.text for mark in self.times.annotations]

    def read(self, channels: Sequence[Channel], start: float = 0.0, stop: float = math.inf) -> list[Samples]:
        """Samples between two times in seconds, in microvolts, float32, one array per channel; NaN in gaps."""
        return self.read_windows(channels, [(start, stop)])[0]

    def read_windows(self, channels: Sequence[Channel], windows: Sequence[tuple[float, float]]) -> list[list[Samples]]:
        """Samples of several windows, start and stop in seconds, at once: a list as `read` gives, per window."""
        groups: dict[int, list[int]] = {}
        for index in dict.fromkeys(channel.index for channel in channels):
            groups.setdefault(self._described[index].fields.samples, []).append(index)
        rows: list[dict[int, Samples]] = [{} for _ in windows]
        for group in groups.values():
            for row, samples in zip(rows, self._read_group(group, windows), strict=True):
                row |= zip(group, samples, strict=True)
        return [[row[channel.index] for channel in channels] for row in rows]

    def _read_group(self, group: list[int], windows: Sequence[tuple[float, float]]) -> list[Samples]:
        """Samples of channels of one rate, shape (n_channels, n_samples) per window."""
        described = [self._described[index] for index in group]
        rate, per_record = described[0].rate, described[0].fields.samples
        placed = self._placed(rate, per_record)
        end = placed[-1][0] + placed[-1][2]
        out: list[Samples] = []
        stretches: list[tuple[int, int]] = []
        targets: list[tuple[int, int]] = []
        for start, stop in windows:
            first, last = round(start * rate), min(round(min(stop, self.duration) * rate), end)
            out.append(np.full((len(group), max(last - first, 0)), np.nan, np.float32))
            for at, sample, count in placed:
                a, b = max(first, at), min(last, at + count)
                if a < b:
                    stretches.append((sample + a - at, sample + b - at))
                    targets.append((len(out) - 1, at - sample - first))
        view = EdfView(self.path, self.header, described, [self._units[index].told for index in group])
        scale = np.array([[self._units[index].from_mne] for index in group])
        for which, sample, values in view.read(stretches):
            window, shift = targets[which]
            out[window][:, sample + shift : sample + shift + values.shape[1]] = values * scale
        for samples in out:
            samples.flags.writeable = False
        return out

    def _placed(self, rate: float, per_record: int) -> list[tuple[int, int, int]]:
        """Runs of records as samples: position in time, position in the file, and number."""
        placed: list[tuple[int, int, int]] = []
        for run in self.times.runs:
            at = round(run.start * rate)
            if placed:
                at = max(at, placed[-1][0] + placed[-1][2])
            placed.append((at, run.first * per_record, (run.last - run.first) * per_record))
        return placed


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
