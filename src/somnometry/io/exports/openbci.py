"""The text files that OpenBCI's GUI writes of a Cyton, Daisy or Ganglion.

Lines that begin with "%" say how many channels and how fast; then one row per sample: a counter that begins again after
some 256 samples, the inputs in microvolts, with the offset of their electrodes, motion, stamps of the computer. Older
files have no names of columns, only a clock, and in some languages commas for decimal points. Described at
https://docs.openbci.com/Software/OpenBCISoftware/GUIDocs and in the GUI's sources (DataWriterODF).
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

import numpy as np
import numpy.typing as npt

from ...core.errors import RecordingError
from ...core.events import Events
from ...core.finding import Finding
from ...core.recording import Recording, Signal
from ..edf.start import half_a_day_off, named_moment
from ..files import open_unchanged
from ..finding_codes import finding_of
from .exported import Exported
from .long_lines import lines_at_once, next_line
from .sample_clock import BRIDGED, on_grid, place_rows, single, without_clock_changes

__all__ = ["is_openbci", "read_openbci"]

#: Inputs of the boards, where a header does not say how many there are: Ganglion, Cyton, Cyton with Daisy.
BOARDS = (4, 8, 16)
#: Microvolts at the end of the amplifier's range, by gain; an input there is not connected, or its electrode is off.
ENDS = tuple(4.5e6 / gain for gain in (24, 12, 8, 6, 4, 2, 1))
#: Share of rows that must follow each other for the counter to tell which were lost.
CLEAN = 0.95
DAY, HALF_A_DAY = 86400.0, 43200.0
CLOCK = re.compile(rb"\d{1,2}:\d{2}:\d{2}(\.\d+)?")
#: The same where a cell ends with it; no number of digits makes the search slow.
LAST_CLOCK = r"(?<!\d)(\d{1,2}:\d{2}:\d{2}(?:\.\d{1,9})?)\d*$"
DECIMAL_COMMA = re.compile(rb"(?<=\d),(?=\d)")

Floats = npt.NDArray[np.float64]


def is_openbci(head: bytes) -> bool:
    """Whether a file begins as the GUI begins it."""
    return re.match(rb"(\xef\xbb\xbf)?%\s*(OpenBCI|OBCI)", head) is not None


def read_openbci(path: Path) -> Exported:
    """Read the inputs of a night, under the names that the GUI gives them.

    Raises
    ------
    RecordingError
        If the header does not tell channels and rate, or rows are not as it says.
    """
    rows = _BoardRows(path.name)
    with open_unchanged(path) as file:
        rows.look_at(file)
        for lines in lines_at_once(file, path.name):
            rows.add(lines)
    return rows.night()


@dataclass(slots=True)
class _BoardRows:
    """The rows of a file while it is read."""

    name: str
    rate: float = 0.0
    signals: dict[str, int] = field(default_factory=dict)
    columns: list[str] = field(default_factory=list)
    #: Columns of the stamp in seconds or milliseconds since 1970, of the clock, of the markers; -1 where there is none.
    epoch: int = -1
    clock: int = -1
    marker: int = -1
    decimal_comma: bool = False
    first: list[bytes] = field(default_factory=list)
    tables: list[npt.NDArray[np.float64]] = field(default_factory=list)
    clocks: list[Floats] = field(default_factory=list)
    first_clock: str = ""

    def look_at(self, file: BinaryIO) -> None:
        """Read the lines in front of the rows, and the first row."""
        said: dict[str, str] = {}
        line = next_line(file, self.name)
        while line and not re.match(rb"\s*[-\d]", line):
            text = line.decode("utf-8-sig", "replace").strip()
            if text.startswith("%"):
                key, _, value = text.lstrip("% ").partition("=")
                said[key.strip().lower()] = value.strip()
            elif text.lower().startswith("sample index"):
                self.columns = [name.strip() for name in text.split(",")]
            line = next_line(file, self.name)
        rate = re.match(r"\d+(?:\.\d*)?|\.\d+", said.get("sample rate", "").replace(",", "."))
        if rate is None or not 0 < float(rate.group()) < 1e5:
            raise RecordingError("this file of OpenBCI does not tell its sample rate", place=self.name)
        self.rate = float(rate.group())
        if not line:
            raise RecordingError("this file of OpenBCI holds no sample", place=self.name)
        self.decimal_comma = b", " in line and DECIMAL_COMMA.search(line) is not None
        self.first = [line]
        cells = [cell.strip() for cell in self._plain(line).split(b",")]
        if not self.columns:
            self.columns = _unnamed(cells, said.get("number of channels", ""), self.name)
        self.signals = {name: i for i, name in enumerate(self.columns) if re.match(r"(EXG|EEG) ", name)}
        if not self.signals:
            raise RecordingError("this file of OpenBCI names no channel 'EXG Channel 0'", place=self.name)
        places = {name: i for i, name in enumerate(self.columns)}
        self.epoch = places.get("Timestamp", -1)
        self.clock = places.get("Timestamp (Formatted)", -1)
        self.marker = places.get("Marker Channel", -1)

    def _plain(self, block: bytes) -> bytes:
        return DECIMAL_COMMA.sub(b".", block) if self.decimal_comma else block

    def add(self, lines: list[bytes]) -> None:
        """Take in some rows."""
        import pandas as pd

        lines, self.first = [*self.first, *lines], []
        if not lines[-1].endswith(b"\n") and lines[-1].count(b",") < lines[0].count(b","):
            del lines[-1]  # the file ends within it
        numbers = [0, *self.signals.values(), *(i for i in (self.epoch, self.marker) if i >= 0)]
        wanted = [*numbers, *([self.clock] if self.clock >= 0 else [])]
        try:
            table = pd.read_csv(
                BytesIO(self._plain(b"".join(lines))), header=None, names=range(len(self.columns)), usecols=wanted,
                index_col=False, skipinitialspace=True, comment="%", on_bad_lines="skip",
                dtype={i: np.float64 if i in numbers else str for i in wanted},
            )  # fmt: skip
        except ValueError:
            raise RecordingError(
                "rows hold something other than numbers", place=self.name, remedy="take the file of the GUI itself"
            ) from None
        self.tables.append(table[numbers].to_numpy(np.float64))
        if self.clock >= 0:
            clocks = table[self.clock]
            if not self.first_clock:
                self.first_clock = str(clocks.iloc[0])
            if self.epoch < 0:
                seconds = pd.to_timedelta(clocks.str.extract(LAST_CLOCK)[0], errors="coerce")
                self.clocks.append(np.asarray(seconds.dt.total_seconds(), np.float64))

    def night(self) -> Exported:
        """Put the rows where they belong."""
        table = (
            np.concatenate([*self.tables, np.empty((0, self.tables[0].shape[1]))]) if self.tables else np.empty((0, 1))
        )
        known = np.asarray(np.isfinite(table).all(axis=1))
        table = table[known]
        n = len(self.signals)
        if len(table) < 2:
            raise RecordingError("this file of OpenBCI holds no sample", place=self.name)
        counter, values = table[:, 0], table[:, 1 : 1 + n]
        times, changes = self._times(table, known, n)
        twice = np.append(
            False, (np.diff(times) == 0) & (np.diff(counter) == 0) & (values[1:] == values[:-1]).all(axis=1)
        )
        kept = ~twice
        counted, wrap = _counted(counter[kept])
        places = place_rows(times[kept], self.rate, counted, wrap)
        sampled = single(values[kept])
        ends = np.logical_or.reduce([np.abs(np.abs(values[kept]) - end) < 0.1 for end in ENDS])
        sampled[ends] = np.nan
        grid = on_grid(sampled, places, self.rate, self.name)
        signals = {
            name: Signal(row, self.rate)
            for name, row in zip(self.signals, grid.samples, strict=True)
            if np.isfinite(row).any()
        }
        if not signals:
            raise RecordingError("every input stands at the end of its range all the time", place=self.name)
        gaps = _lost(places, self.rate)
        start, odd = self._start(table, n)
        findings = [*odd, *self._findings(int(twice.sum()), changes, ends.mean(axis=0), counted is None, places, gaps)]
        marks = np.flatnonzero(table[kept][:, -1] != 0) if self.marker >= 0 else np.empty(0, int)
        texts = tuple(f"Marker {table[kept][i, -1]:g}" for i in marks)
        markers = Events(places[marks] / self.rate, np.zeros(marks.size), texts)
        left_out = dict.fromkeys(name for name in self.columns[1:] if name not in signals)
        recording = Recording(signals, start=start, gaps=gaps, findings=tuple(findings), source=self.name)
        return Exported(recording, markers, tuple(left_out))

    def _times(self, table: Floats, known: npt.NDArray[np.bool_], n: int) -> tuple[Floats, list[float]]:
        """Seconds at which the rows arrived, of whatever stamps there are."""
        if self.epoch >= 0:
            stamps = table[:, 1 + n]
            return (stamps / 1000 if stamps[0] > 1e11 else stamps), []
        if not self.clocks:
            counted, _ = _counted(table[:, 0])
            return (np.arange(len(table)) if counted is None else counted) / self.rate, []
        times = np.concatenate(self.clocks)[known]
        times = np.where(np.isnan(times), np.maximum.accumulate(np.nan_to_num(times)), times)
        back = np.diff(times, prepend=times[0])
        rounds = np.where(np.abs(back + DAY) < 60, DAY, np.where(np.abs(back + HALF_A_DAY) < 60, HALF_A_DAY, 0.0))
        even, _, changes = without_clock_changes(times + np.cumsum(rounds), self.name)
        return even, changes

    def _start(self, table: Floats, n: int) -> tuple[datetime | None, list[Finding]]:
        """The local clock at the first sample, and what is odd about it."""
        start = None
        named = named_moment(self.name)
        if (said := re.search(r"(\d+):(\d+):(\d+(?:\.\d+)?)$", self.first_clock)) is not None:
            seconds = timedelta(hours=int(said[1]), minutes=int(said[2]), seconds=float(said[3]))
            day = re.match(r"\d{4}-\d\d-\d\d", self.first_clock)
            if day is not None:
                start = datetime.fromisoformat(day.group()) + seconds
            elif named is not None:
                start = datetime(named.year, named.month, named.day) + seconds
            elif self.epoch >= 0:
                start = self._utc(table, n).replace(hour=0, minute=0, second=0, microsecond=0) + seconds
        elif self.epoch >= 0:
            what = "stamps of UTC only"
            return self._utc(table, n), [finding_of("clock-utc", self.name, what)]
        if start is None or (other := half_a_day_off(start.time(), self.name)) is None:
            return start, []
        what = f"{start:%H:%M:%S}, where the file is named after {other:%H:%M:%S}; the name was followed"
        start += timedelta(hours=12 if start.hour < 12 else -12)
        return start, [finding_of("start-half-day", self.name, what)]

    def _utc(self, table: Floats, n: int) -> datetime:
        stamp = table[0, 1 + n]
        return datetime.fromtimestamp(stamp / 1000 if stamp > 1e11 else stamp, UTC).replace(tzinfo=None)

    def _findings(
        self, twice: int, changes: list[float], at_end: Floats, uncounted: bool, places: npt.NDArray[np.int64],
        gaps: tuple[tuple[float, float], ...],
    ) -> list[Finding]:  # fmt: skip
        findings = []
        if twice:
            findings.append(finding_of("rows-twice", self.name, f"{twice} rows repeat the one in front, stamp and all"))
        findings += [finding_of("clock-set", self.name, "the clock was set by an hour") for _ in changes]
        if uncounted:
            findings.append(finding_of("counter-unclear", self.name, "its numbers do not follow each other"))
        for name, share in zip(self.signals, at_end.tolist(), strict=True):
            if share:
                findings.append(finding_of("saturated", name, f"{share:.1%} of the samples"))
        lost = int(places[-1]) + 1 - places.size
        seconds = sum(end - start for start, end in gaps)
        if lost > round(seconds * self.rate):
            what = f"{lost / self.rate - seconds:.3g} s in all were lost in pieces of less than {BRIDGED:g} s"
            findings.append(finding_of("rows-lost", self.name, what))
        if gaps:
            findings.append(finding_of("gaps", self.name, f"{len(gaps)} of {seconds / 60:.3g} min in all"))
        return findings


def _unnamed(cells: list[bytes], said: str, name: str) -> list[str]:
    """Names for the columns of an older file: a counter, the inputs, three of motion, and stamps."""
    behind: list[str] = []
    while cells and (CLOCK.fullmatch(cells[-1]) or _is_epoch(cells[-1])):
        behind.insert(0, "Timestamp" if _is_epoch(cells.pop()) else "Timestamp (Formatted)")
    n = int(said) if said.isdigit() else next((n for n in BOARDS if len(cells) - 1 - n in (3, 6, 0)), 0)
    if not 0 < n < len(cells):
        raise RecordingError(
            f"this file of OpenBCI has {len(cells)} columns, and does not tell how many are channels", place=name,
            remedy="write '%Number of channels = 8' into its header, with your number",
        )  # fmt: skip
    motion = [f"Accel Channel {i}" for i in range(len(cells) - 1 - n)]
    return ["Sample Index", *(f"EXG Channel {i}" for i in range(n)), *motion, *behind]


def _is_epoch(cell: bytes) -> bool:
    """Whether a number is the time since 1970, in seconds or milliseconds."""
    try:
        return float(cell) > 1e9
    except ValueError:
        return False


def _counted(counter: Floats) -> tuple[npt.NDArray[np.int64] | None, int]:
    """Place of each row by the counter, and after how many samples it begins again; None where it does not count."""
    steps = np.diff(counter)
    rising = Counter(steps[steps > 0].tolist()).most_common(1)
    if not rising:
        return None, 0
    step = rising[0][0]
    wrap = counter.max() + step
    if step < 1 or step != round(step):
        return None, 0
    if wrap >= counter.size * step:  # it never began again
        wrap = step * 2.0**31
    ahead = steps % wrap
    if (ahead == step).mean() < CLEAN or (ahead % step).any():
        return None, 0
    return np.concatenate([[0], np.cumsum(((steps - step) % wrap) / step + 1)]).astype(np.int64), int(wrap / step)


def _lost(places: npt.NDArray[np.int64], rate: float) -> tuple[tuple[float, float], ...]:
    """Seconds between which rows are missing for as long as is not bridged."""
    ahead = np.diff(places)
    at = np.flatnonzero(ahead - 1 >= BRIDGED * rate)
    return tuple((float((places[i] + 1) / rate), float(places[i + 1] / rate)) for i in at)
