"""Where samples come from: an EDF or BDF file, or an mne Raw; in microvolts, in pieces, channel by channel.

mne forces one rate on all channels of a Raw, by FFT over the whole night. So it is shown the channels of one rate at a
time, only those that are wanted, some of the night at a time.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, runtime_checkable

import numpy as np
import numpy.typing as npt

from ...core.errors import RecordingError
from ...core.finding import Finding
from ..channels.labels import parse_label
from ..edf.header import EdfChannel, EdfHeader, read_edf_header
from ..edf.records import read_times
from ..edf.units import MICROVOLTS, infer_microvolts, plain_unit
from ..edf.view import MNE_VOLTS, EdfView, Pieces
from ..finding_codes import finding_of
from .shares import shares

if TYPE_CHECKING:
    import mne

Samples = npt.NDArray[np.float32]

__all__ = ["Channel", "EdfSource", "MneSource", "Samples", "Source", "WindowSource", "read_windows"]

#: How many seconds of a channel are looked at to infer its unit, and of how many channels at a time.
SECONDS_LOOKED_AT, MOST_AT_ONCE = 20, 64
NAMES_OF_UNITS = {1.0: "microvolts", 1e3: "millivolts", 1e6: "volts"}
#: A unit of volts whose prefix was lost in a conversion: "?V".
LOST_PREFIX = re.compile(r"[^\w\s]+\s*[vV]")
#: Volts: no amplifier of a body's voltages has a range as wide, so the unit is another.
IMPOSSIBLE = 10.0


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
    #: Time of the clock at the first sample, where the day is unknown.
    clock: time | None
    #: Seconds between which nothing was recorded.
    gaps: tuple[tuple[float, float], ...]

    def read(self, channels: Sequence[Channel], start: float = 0.0, stop: float = math.inf) -> list[Samples]:
        """Samples between two times in seconds, in microvolts, one array per channel."""

    def annotations(self) -> tuple[list[float], list[str]]:
        """Onsets in seconds from the first sample, and texts."""

    def findings(self) -> tuple[Finding, ...]:
        """What was noticed so far."""


@runtime_checkable
class WindowSource(Protocol):
    """A source that reads several windows faster at once than one after another."""

    def read_windows(self, channels: Sequence[Channel], windows: Sequence[tuple[float, float]]) -> list[list[Samples]]:
        """Samples of windows, start and stop in seconds: a list as `Source.read` gives, per window."""


def read_windows(
    source: Source, channels: Sequence[Channel], windows: Sequence[tuple[float, float]]
) -> list[list[Samples]]:
    """Samples of several windows, start and stop in seconds: a list as `Source.read` gives, per window."""
    if isinstance(source, WindowSource):
        return source.read_windows(channels, windows)
    return [source.read(channels, start, stop) for start, stop in windows]


# ----------------------------------------------------------------------------------------------------------------- EDF
@dataclass(frozen=True, slots=True)
class _Unit:
    """A channel's unit as mne is shown it, and microvolts in one of it; None where it is not one of voltage."""

    shown: str = ""
    microvolts: float | None = None

    @property
    def from_mne(self) -> float:
        """From what mne takes for volts to microvolts, or to the channel's own unit."""
        return (self.microvolts or 1.0) / MNE_VOLTS.get(self.shown, 1.0)

    @classmethod
    def of(cls, microvolts: float | None) -> _Unit:
        """The unit of so many microvolts."""
        return cls({1.0: "uV", 1e3: "mV"}.get(microvolts or 0.0, ""), microvolts)


def _impossible(channel: EdfChannel) -> bool:
    """Whether the unit is volts, and the range wider than that of any amplifier."""
    widest = max(map(abs, channel.physical or (0.0,)))
    return MICROVOLTS.get(plain_unit(channel.unit)) == 1e6 and widest > IMPOSSIBLE


def _unit_of(channel: EdfChannel) -> _Unit:
    return _Unit.of(MICROVOLTS.get(plain_unit(channel.unit)))


def _by_rate(channels: Sequence[EdfChannel], most: int) -> Iterator[list[EdfChannel]]:
    """Groups of channels of one rate, of at most so many."""
    groups: dict[int, list[EdfChannel]] = {}
    for channel in channels:
        groups.setdefault(channel.fields.samples, []).append(channel)
    for group in groups.values():
        yield from (group[i : i + most] for i in range(0, len(group), most))


class EdfSource:
    """An EDF, EDF+ or BDF file, whose header and annotations we read ourselves, and whose samples mne reads.

    Parameters
    ----------
    path : Path
    header : EdfHeader, optional
        Where it has been read.
    threads : int
        How many to read samples with.

    Raises
    ------
    RecordingError
        If the file is not a recording that can be read.
    """

    def __init__(self, path: Path, header: EdfHeader | None = None, threads: int = 1) -> None:
        header = read_edf_header(path) if header is None else header
        self.path, self.name, self._threads = path, path.name, threads
        for finding in header.findings:
            if finding.code == "no-records" and header.channels:
                raise RecordingError(f"no record to read: {finding.what}", place=self.name, remedy=finding.remedy)
        self.times = read_times(path, header)
        self.header = header = header.lasting(self.times.record_seconds)
        self.duration, self.gaps = self.times.duration, self.times.gaps
        self.start, self.clock = self.times.start(header), self.times.clock(header)
        self._described = {channel.index: channel for channel in header.channels if channel.usable}
        self._units = {index: _unit_of(channel) for index, channel in self._described.items()}
        silent = [channel for channel in self._described.values() if self._must_infer(channel)]
        inferred = self._inferred(silent)
        self._units |= {index: _Unit.of(microvolts) for index, microvolts in inferred.items()}
        self.channels = tuple(self._channel(channel, inferred) for channel in self._described.values())

    # ---------------------------------------------------------------------------------------------------------- units
    def _must_infer(self, channel: EdfChannel) -> bool:
        """Whether the unit is blank, of volts with a prefix that was lost, or no voltage of an EEG, EOG or EMG."""
        if self._units[channel.index].microvolts is not None:
            return _impossible(channel) and parse_label(channel.label).kind != "other"
        silent = not channel.unit or LOST_PREFIX.fullmatch(channel.unit) is not None
        return silent or parse_label(channel.label).kind != "other"

    def _inferred(self, silent: list[EdfChannel]) -> dict[int, float]:
        """Microvolts in one unit of channels whose header does not tell, by seconds spread over the night."""
        starts = np.linspace(0.0, max(self.duration - 1.0, 0.0), SECONDS_LOOKED_AT)
        seconds = [(float(start), float(start) + 1.0) for start in starts]
        inferred = {}
        for group in _by_rate(silent, MOST_AT_ONCE):
            windows = self._read_group([channel.index for channel in group], seconds)
            for i, channel in enumerate(group):
                known = [window[i][np.isfinite(window[i])].astype(np.float64) for window in windows]
                spreads = np.array([row.std() if row.size > 1 else 0.0 for row in known])
                inferred[channel.index] = infer_microvolts(spreads, max(map(abs, channel.physical or (0.0,))))
        return inferred

    def _channel(self, channel: EdfChannel, inferred: dict[int, float]) -> Channel:
        label = channel.label or (f"channel {channel.index + 1}" if len(self._described) > 1 else "")
        finding = None
        if channel.index in inferred:
            what = f"the unit is {channel.unit!r}" if channel.unit else "no unit"
            taken = f"{what}; taken for {NAMES_OF_UNITS[inferred[channel.index]]}"
            impossible = _impossible(channel)
            finding = finding_of(
                "unit-impossible" if impossible else "unit-unknown" if channel.unit else "unit-blank", label, taken
            )
        microvolts = self._units[channel.index].microvolts
        ends = [end * (microvolts or 1.0) for end in channel.physical or ()]
        limits = (min(ends), max(ends))
        return Channel(channel.index, label, channel.rate, limits, microvolts is not None, finding, channel.unit)

    # -------------------------------------------------------------------------------------------------------- samples
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
        wanted = [self._described[index] for index in dict.fromkeys(channel.index for channel in channels)]
        rows: list[dict[int, Samples]] = [{} for _ in windows]
        for described in _by_rate(wanted, max(len(wanted), 1)):
            group = [channel.index for channel in described]
            for row, samples in zip(rows, self._read_group(group, windows), strict=True):
                row |= zip(group, samples, strict=True)
        return [[row[channel.index] for channel in channels] for row in rows]

    def _read_group(self, group: list[int], windows: Sequence[tuple[float, float]]) -> list[list[Samples]]:
        """Samples of channels of one rate: an array per channel, per window."""
        from ...kernels.rescaling import rescale  # not above: nights are listed without a compiler

        described = [self._described[index] for index in group]
        rate, per_record = described[0].rate, described[0].fields.samples
        placed = self._placed(rate, per_record)
        end = placed[-1][0] + placed[-1][2]
        out: list[list[Samples]] = []
        stretches: list[tuple[int, int]] = []
        targets: list[tuple[int, int]] = []
        for start, stop in windows:
            first, last = round(start * rate), min(round(min(stop, self.duration) * rate), end)
            out.append([np.empty(max(last - first, 0), np.float32) for _ in group])  # each by itself, to be let go of
            filled = first
            for at, sample, count in placed:
                a, b = max(first, at), min(last, at + count)
                if a < b:
                    stretches.append((sample + a - at, sample + b - at))
                    targets.append((len(out) - 1, at - sample - first))
                    for row in out[-1]:
                        row[filled - first : a - first] = np.nan
                    filled = b
            for row in out[-1]:
                row[filled - first :] = np.nan
        scales = [self._units[index].from_mne for index in group]

        def take(pieces: Pieces, targets: Sequence[tuple[int, int]]) -> None:
            for which, sample, values in pieces:
                window, shift = targets[which]
                part = slice(sample + shift, sample + shift + values.shape[1])
                for row, of_channel, scale in zip(out[window], values, scales, strict=True):
                    rescale(of_channel, scale, row[part])

        shown = [self._units[index].shown for index in group]
        views = [
            (EdfView(self.path, self.header, described, shown).read([a for a, _ in share]), [b for _, b in share])
            for share in shares(list(zip(stretches, targets, strict=True)), self._threads, per_record)
        ]
        if len(views) < 2:
            for pieces, of_share in views:
                take(pieces, of_share)
        else:
            with ThreadPoolExecutor(len(views)) as pool:
                list(pool.map(take, *zip(*views, strict=True)))
        for row in chain.from_iterable(out):
            row.flags.writeable = False
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
    marks = raw.annotations
    before = float(raw.first_time) if marks.orig_time is not None else 0.0
    return [float(onset) - before for onset in marks.onset], [str(text) for text in marks.description]


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
        self.clock: time | None = None
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
