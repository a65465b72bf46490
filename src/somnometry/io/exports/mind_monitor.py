"""The CSV that the app Mind Monitor writes of a Muse headband.

One row per sample, stamped by the phone's local clock when it arrived, with band powers, the raw EEG in microvolts
around 800, motion, contact, and rows of "Elements", which mark and are often a comma short. Described at
https://mind-monitor.com/Technical_Manual.php and by public files.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import numpy as np
import numpy.typing as npt

from ...core.errors import RecordingError
from ...core.events import Events
from ...core.finding import Finding
from ...core.recording import Recording, Signal
from ..files import open_unchanged
from ..finding_codes import finding_of
from .exported import Exported
from .long_lines import lines_at_once, next_line
from .sample_clock import BRIDGED, nominal_rate, on_grid, place_rows, single, without_clock_changes

__all__ = ["is_mind_monitor", "read_mind_monitor"]

#: Seconds of a clock, and the zone behind them.
ZONE = r"(:\d{2}(?:[.,]\d+)?)\s*(?:[Zz]|[+-]\d{2}(?::?\d{2})?)$"

#: Hertz at which Muse headbands measure: those since 2016, and the first.
RATES = (256.0, 220.0)
#: The sensors of the EEG, and the inputs that some headbands have besides.
EEG = ("RAW_TP9", "RAW_AF7", "RAW_AF8", "RAW_TP10")
INPUT = re.compile(r"(Right_|Left_)?AUX(_?\w+)?|AUX\d", re.IGNORECASE)
#: Words of the rows that tell of the link; what follows names the headband.
EVENT = re.compile(r"/muse/event/(\w+)")
#: How a row that marks begins to do so.
MARK = re.compile(r"/(?:muse/(?:elements|event)/)?([A-Za-z]\w*(?:/[\w.-]+)*)")
HOW_TO_RECORD = "in the app's settings choose the recording interval 'Constant' and all data, or export the night again"


def is_mind_monitor(head: bytes) -> bool:
    """Whether a file begins as this app begins it."""
    columns = _columns(head.split(b"\n")[0])
    return columns[:1] == ["TimeStamp"] and any(name.startswith(("RAW_", "Delta_")) for name in columns)


def read_mind_monitor(path: Path) -> Exported:
    """Read the raw EEG of a night.

    Raises
    ------
    RecordingError
        If it holds no raw EEG, not every sample of it, or stamps that are none.
    """
    rows = _AppRows(path.name)
    with open_unchanged(path) as file:
        rows.look_at(_columns(next_line(file, path.name)))
        for lines in lines_at_once(file, path.name):
            rows.add(lines)
    return rows.night()


def _columns(line: bytes) -> list[str]:
    text = line.decode("utf-8-sig", "replace")
    return [name.strip().strip('"') for name in text.strip().split(",")]


@dataclass(slots=True)
class _AppRows:
    """The rows of a file while it is read."""

    name: str
    signals: list[str] = field(default_factory=list)
    columns: list[str] = field(default_factory=list)
    times: list[npt.NDArray[np.float64]] = field(default_factory=list)
    values: list[npt.NDArray[np.float32]] = field(default_factory=list)
    worn: list[npt.NDArray[np.float32]] = field(default_factory=list)
    marks: list[tuple[int, float, str]] = field(default_factory=list)
    n_rows: int = 0

    def look_at(self, columns: list[str]) -> None:
        """Find the columns that are wanted."""
        if not set(EEG) <= set(columns):
            what = "holds band powers, but no raw EEG" if columns else "is empty"
            raise RecordingError(f"this file of Mind Monitor {what}", place=self.name, remedy=HOW_TO_RECORD)
        if "TimeStamp" not in columns:
            what = "this file of Mind Monitor has no column TimeStamp"
            raise RecordingError(what, place=self.name, remedy="export it again", key="TimeStamp")
        self.columns = columns
        self.signals = [name for name in columns if name in EEG or INPUT.fullmatch(name)]

    def add(self, lines: list[bytes]) -> None:
        """Take in some lines: rows of samples, and rows that mark, wherever those have their text."""
        if lines and not lines[-1].endswith(b"\n") and lines[-1].count(b",") < len(self.columns) - 2:
            del lines[-1]  # the file ends within it
        plain: list[bytes] = []
        for line in lines:
            if b"/" in line:
                self._mark(line.decode("utf-8", "replace"), self.n_rows + len(plain))
                line = line[: line.index(b"/")]
            if not line.startswith((b"TimeStamp", b"\xef\xbb\xbf")):
                plain.append(line if line.endswith(b"\n") else line + b"\n")
        if plain:
            self._samples(plain)

    def _mark(self, line: str, row: int) -> None:
        match = MARK.search(line, line.index("/"))
        if match is not None:
            text = match.group(1).replace("_", " ").replace("/", " ")
            self.marks.append((row, float(_seconds([line.split(",")[0]])[0]), text))

    def _samples(self, lines: list[bytes]) -> None:
        import pandas as pd

        wanted = ["TimeStamp", *self.signals, *(["HeadBandOn"] if "HeadBandOn" in self.columns else [])]
        at = [self.columns.index(name) for name in wanted]
        try:
            table = pd.read_csv(
                BytesIO(b"".join(lines)), header=None, names=range(len(self.columns)), usecols=at, index_col=False,
                dtype={i: str if i == at[0] else np.float64 for i in at}, on_bad_lines="skip",
            )  # fmt: skip
        except ValueError:
            raise RecordingError(
                f"rows {self.n_rows + 2} and after hold something other than numbers", place=self.name,
                remedy="a spreadsheet may have saved the file; take the app's own",
            ) from None  # fmt: skip
        self.n_rows += len(table)
        times = _seconds(table[at[0]].to_list())
        if np.isnan(times).all():
            raise RecordingError(
                "the column TimeStamp holds no date and time, such as 2024-05-01 23:10:04.512", place=self.name,
                remedy="a spreadsheet may have saved the file; take the app's own",
            )  # fmt: skip
        self.times.append(times)
        self.values.append(single(table[at[1 : 1 + len(self.signals)]].to_numpy(np.float64)))
        worn = (
            single(table[at[-1]].to_numpy(np.float64))
            if "HeadBandOn" in self.columns
            else np.ones(len(table), np.float32)
        )
        self.worn.append(worn)

    def night(self) -> Exported:
        """Put the rows where they belong."""
        times = np.concatenate([*self.times, np.empty(0)])
        values = np.concatenate([*self.values, np.empty((0, len(self.signals)), np.float32)])
        worn = np.concatenate([*self.worn, np.empty(0, np.float32)])
        sampled = np.isfinite(times) & np.isfinite(values[:, [self.signals.index(name) for name in EEG]]).any(axis=1)
        row_of = np.cumsum(sampled)
        times, values, worn = times[sampled], values[sampled], worn[sampled]
        if times.size < 2:
            raise RecordingError("this file of Mind Monitor holds no sample", place=self.name, remedy=HOW_TO_RECORD)
        first = datetime.fromtimestamp(times[0], UTC).replace(tzinfo=None)
        times, shift, changes = without_clock_changes(times, self.name)
        twice = np.append(False, (np.diff(times) == 0) & (values[1:] == values[:-1]).all(axis=1))
        kept = ~twice
        rate = nominal_rate(times[kept], RATES)
        if rate is None:
            per_second = times.size / max(float(np.ptp(times)), 1.0)
            raise RecordingError(
                f"about {per_second:.3g} rows a second, where a Muse measures 256: not every sample was recorded",
                place=self.name, remedy=HOW_TO_RECORD,
            )  # fmt: skip
        places = place_rows(times[kept], rate)
        grid = on_grid(values[kept], places, rate, self.name)
        signals = {
            name: Signal(row, rate)
            for name, row in zip(self.signals, grid.samples, strict=True)
            if name in EEG or np.nanmax(np.abs(row), initial=0.0) > 0.0
        }
        findings = self._findings(int(twice.sum()), changes, grid.bridged / rate, grid.gaps)
        recording = Recording(signals, start=first, gaps=grid.gaps, findings=findings, source=self.name)
        marks = sorted([*self._marked(times, shift, row_of), *_contact(worn[kept], places / rate)])
        onset, text = zip(*marks, strict=True) if marks else ((), ())
        markers = Events(np.array(onset), np.zeros(len(onset)), tuple(text))
        return Exported(recording, markers, tuple(c for c in self.columns[1:] if c not in signals and c != "Elements"))

    def _marked(
        self, times: npt.NDArray[np.float64], shift: npt.NDArray[np.float64], row_of: npt.NDArray[np.int64]
    ) -> Iterator[tuple[float, str]]:
        """Give what rows mark, by the clock as it went at first."""
        for row, time, text in self.marks:
            before = int(row_of[min(row, row_of.size) - 1]) if row else 0
            at = time - float(shift[min(before, times.size - 1)]) - float(times[0])
            if np.isfinite(at):
                yield max(at, 0.0), text

    def _findings(
        self, twice: int, changes: list[float], bridged: float, gaps: tuple[tuple[float, float], ...]
    ) -> tuple[Finding, ...]:
        findings = []
        if twice:
            findings.append(finding_of("rows-twice", self.name, f"{twice} rows repeat the one in front, stamp and all"))
        findings += [
            finding_of("clock-set", self.name, f"the clock was set {'on' if change > 0 else 'back'} by an hour")
            for change in changes
        ]
        if bridged:
            what = f"{bridged:.3g} s in all were lost in pieces of less than {BRIDGED:g} s"
            findings.append(finding_of("rows-lost", self.name, what))
        if gaps:
            seconds = sum(end - start for start, end in gaps)
            findings.append(finding_of("gaps", self.name, f"{len(gaps)} of {seconds / 60:.3g} min in all"))
        return tuple(findings)


def _contact(worn: npt.NDArray[np.float32], at: npt.NDArray[np.float64]) -> Iterator[tuple[float, str]]:
    """Give when the headband left the head, and when it came back."""
    on = worn > 0
    for i in np.flatnonzero(np.diff(on.astype(np.int8), prepend=1)):
        yield float(at[i]), "Headband on" if on[i] else "Headband off"


def _seconds(stamps: list[str]) -> npt.NDArray[np.float64]:
    """Seconds of the local clock, whatever zone stands behind it; NaN where a stamp is none."""
    import pandas as pd

    local = pd.Series(stamps, dtype=str).str.replace(ZONE, r"\1", regex=True)
    read = pd.to_datetime(local, format="ISO8601", errors="coerce", utc=True).dt.tz_localize(None)
    seconds = read.to_numpy("datetime64[us]").astype(np.float64) / 1e6
    return np.where(read.isna().to_numpy(), np.nan, seconds)
