"""The annotation channels of EDF+ and BDF+: when each record began, and what was annotated when."""

from __future__ import annotations

import math
import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from itertools import pairwise
from pathlib import Path

import numpy as np
import numpy.typing as npt

from ...core.finding import Finding
from ..finding_codes import finding_of
from .columns import RecordBytes
from .header import EdfHeader
from .layout import LONGEST_RECORD, SHORTEST_RECORD
from .odd_annotations import in_milliseconds, utf16_as_utf8
from .start import shifted

__all__ = ["EdfAnnotation", "EdfTimes", "Run", "read_times"]

#: Onset, duration where there is one, and texts, each ended by a byte 20 (EDF+ specification, section 2.2.2).
#: Recorders leave out the sign, or put blanks around a number.
NUMBER = rb"(?:\d+(?:[.,]\d*)?|[.,]\d+)"
#: Digits before the point, and behind it, of an onset that is read together with those of other records.
MOST_DIGITS = 8
TAL = re.compile(rb" *([+-]?" + NUMBER + rb") *(?:\x15 *(" + NUMBER + rb"|) *)?\x14(.*)", re.DOTALL)
#: Bytes of the annotations of one record that are looked at, and of the records that are looked at together.
MOST_BYTES = BATCH = 1 << 22
#: Seconds: a smaller step between records is how their onsets were rounded.
TOLERANCE = 0.01
#: Seconds and samples that all gaps of a file may have together; what leaps farther is closed up, and said.
LONGEST_GAPS, MOST_MISSING = 172_800.0, 2e7
#: Seconds: a start is moved no farther, since onsets that count from midnight, or wrap there, say nothing of it.
FARTHEST_START = 43_200.0
#: No night has more annotations; the rest is counted as damaged.
MOST_ANNOTATIONS = 200_000
#: Seconds: onsets beyond ten years of the start are damaged.
LATEST = 3.2e8


@dataclass(frozen=True, slots=True)
class EdfAnnotation:
    """One annotation: onset in seconds from the start of the header, duration in seconds or NaN, and text."""

    onset: float
    duration: float
    text: str


@dataclass(frozen=True, slots=True)
class Run:
    """Records without a gap between them.

    Parameters
    ----------
    first, last : int
        The first record, and the one after the last.
    start : float
        Seconds from the first sample of the file.
    """

    first: int
    last: int
    start: float


@dataclass(frozen=True, slots=True)
class EdfTimes:
    """When the records of a file lie, and what was annotated.

    Parameters
    ----------
    first : float
        Seconds from the start that the header tells to the first sample; a fraction of a second as a rule.
    runs : tuple of Run
    record_seconds : float
        Of the header; where that is silent, the usual step from one record to the next.
    annotations : tuple of EdfAnnotation
        Onsets in seconds from the first sample.
    findings : tuple of Finding
    """

    first: float
    runs: tuple[Run, ...]
    record_seconds: float
    annotations: tuple[EdfAnnotation, ...] = ()
    findings: tuple[Finding, ...] = ()

    @property
    def duration(self) -> float:
        """Seconds from the first sample to the end of the last record, gaps included."""
        last = self.runs[-1]
        return last.start + (last.last - last.first) * self.record_seconds

    def start(self, header: EdfHeader) -> datetime | None:
        """Clock time of the first sample; None where the header does not say."""
        try:
            return None if header.start is None else header.start + timedelta(seconds=self.first)
        except OverflowError:
            return None

    def clock(self, header: EdfHeader) -> time | None:
        """Clock time of the first sample where the day is unknown; None where the clock is too, or the day is not."""
        return shifted(header.clock, self.first)

    @property
    def gaps(self) -> tuple[tuple[float, float], ...]:
        """Stretches in seconds in which nothing was recorded."""
        ends = [run.start + (run.last - run.first) * self.record_seconds for run in self.runs]
        return tuple((end, after.start) for end, after in zip(ends, self.runs[1:], strict=False))


def read_times(path: Path, header: EdfHeader) -> EdfTimes:
    """Read the annotation channels of a file.

    A record follows the one in front unless its time-keeping annotation puts it later, and the records behind agree.

    Raises
    ------
    RecordingError
        If the file cannot be read any more.
    """
    signals = [fields for fields in header.layout.signals if fields.annotates and fields.samples > 0]
    whole = (Run(0, header.n_records, 0.0),)
    if not signals or header.n_records == 0:
        return EdfTimes(0.0, whole, header.record_seconds)
    width = header.layout.sample_bytes
    columns = [(fields.offset, min(fields.samples * width, MOST_BYTES // len(signals))) for fields in signals]
    reader = _AnnotationReader(header)
    per_batch = max(BATCH // sum(n for _, n in columns), 1)
    source = RecordBytes(path, header.layout)
    for record in range(0, header.n_records, per_batch):
        n = min(per_batch, header.n_records - record)
        parts = [np.empty((n, width), np.uint8) for _, width in columns]
        source.fill(record, [offset for offset, _ in columns], parts)
        rows = np.hstack(parts)
        silent, onsets = _time_only(rows)
        reader.onsets[record : record + n][silent] = onsets
        talking = np.flatnonzero(~silent)
        contents = rows[talking].view(f"S{rows.shape[1]}").ravel().tolist()  # without zeros at their ends
        for i, content in zip((record + talking).tolist(), contents, strict=True):
            reader.record(i, content, [n for _, n in columns])
    return reader.times()


def _time_only(rows: npt.NDArray[np.uint8]) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.float64]]:
    """Find the records that say when they began and no more, as nearly all do, and when that was.

    Each holds a plus, digits with or without a point, two bytes of 20, and zeros.

    Parameters
    ----------
    rows : array of uint8, shape (n_records, n_bytes)

    Returns
    -------
    which : array of bool, shape (n_records,)
    onsets : array of float64, shape (which.sum(),)
    """
    head = rows[:, : 2 * MOST_DIGITS + 4]
    end = (head == ord("\x14")).argmax(axis=1)  # 0 where there is none
    column = np.arange(head.shape[1])
    inside = (column > 0) & (column < end[:, None])
    point = (head == ord(".")) & inside
    digit = (head >= ord("0")) & (head <= ord("9")) & inside
    known = (head[:, 0] == ord("+")) & ((digit | point) == inside).all(axis=1) & (end + 1 < head.shape[1])
    known &= np.take_along_axis(head, np.minimum(end + 1, head.shape[1] - 1)[:, None], axis=1)[:, 0] == ord("\x14")
    known &= np.count_nonzero(rows, axis=1) == end + 2
    points = point.sum(axis=1)
    before = np.where(points > 0, point.argmax(axis=1), end) - 1
    behind = end - 2 - before
    known &= (points <= 1) & (before >= 1) & (before <= MOST_DIGITS)
    known &= np.where(points > 0, (behind >= 1) & (behind <= MOST_DIGITS), True)
    texts = np.where(inside, head, 0)[known][:, 1:].copy()
    if not texts.size:
        return known, np.empty(0)
    return known, texts.view(f"S{texts.shape[1]}").ravel().astype(np.float64)


class _AnnotationReader:
    """The annotation channels of one file while they are read, record by record."""

    def __init__(self, header: EdfHeader) -> None:
        self.header = header
        self.onsets = np.full(header.n_records, math.nan)
        self.annotations: list[EdfAnnotation] = []
        self.damaged = self.recoded = 0

    def record(self, index: int, content: bytes, widths: Sequence[int]) -> None:
        """Take in the annotation channels of one record."""
        at = 0
        for width in widths:
            piece, recoded = utf16_as_utf8(content[at : at + width])
            self.recoded += recoded
            for tal in piece.strip(b"\0").split(b"\0"):
                if tal.strip(b" "):
                    self._tal(index, tal)
            at += width

    def _tal(self, index: int, tal: bytes) -> None:
        parts = TAL.fullmatch(tal)
        onset = math.nan if parts is None else _seconds(parts[1])
        if parts is None or abs(onset) > LATEST or len(self.annotations) >= MOST_ANNOTATIONS:
            self.damaged += 1
            return
        duration = _seconds(parts[2]) if parts[2] else math.nan
        texts = parts[3].removesuffix(b"\x14").split(b"\x14")
        if not texts[0] and math.isnan(self.onsets[index]):
            self.onsets[index] = onset
        self.annotations += [EdfAnnotation(onset, duration, self._decoded(text)) for text in texts if text]

    def _decoded(self, text: bytes) -> str:
        try:
            return text.decode("utf-8")
        except UnicodeDecodeError:
            self.recoded += 1
            return text.decode("latin-1")

    def times(self) -> EdfTimes:
        """Put the records at their times, and the annotations with them."""
        header, inferred = self.header, []
        if header.layout.record_seconds is None and (step := _usual_step(self.onsets)) is not None:
            header = header.lasting(step)
            what = f"the header is silent, records begin every {step:g} s"
            inferred = [finding_of("record-duration", "annotations", what, "the rates follow from it")]
        placed = _Placed(self.onsets, header)
        annotations = tuple(EdfAnnotation(a.onset - placed.first, a.duration, a.text) for a in self.annotations)
        followed = placed.first if abs(placed.first) <= FARTHEST_START else 0.0
        times = EdfTimes(followed, placed.runs, header.record_seconds, annotations)
        shortened = any(finding.code == "truncated" for finding in header.layout.findings)
        if not shortened and in_milliseconds([a.onset for a in annotations], times.duration):
            annotations = tuple(EdfAnnotation(a.onset / 1000, a.duration / 1000, a.text) for a in annotations)
            times = replace(times, annotations=annotations)
            what = f"up to {annotations[-1].onset * 1000:g} in a recording of {times.duration:g} s"
            inferred = [*inferred, finding_of("annotations-milliseconds", "annotations", what)]
        outside = sum(not -TOLERANCE <= a.onset <= times.duration + TOLERANCE for a in annotations)
        counted = (
            ("annotations-encoding", self.recoded, "texts that are not UTF-8"),
            ("annotations-damaged", self.damaged, "entries that are no annotations"),
            ("annotations-outside", outside, "annotations before the first sample or after the last"),
        )
        of_texts = [finding_of(code, "annotations", f"{what}: {n}") for code, n, what in counted if n]
        return replace(times, findings=(*inferred, *placed.findings(times), *of_texts))


def _seconds(text: bytes) -> float:
    return float(text.replace(b",", b"."))


def _usual_step(onsets: npt.NDArray[np.float64]) -> float | None:
    """Seconds from one record to the next, where at least three say when they began."""
    known = np.flatnonzero(np.isfinite(onsets))
    if known.size < 3:
        return None
    step = float(np.median(np.diff(onsets[known]) / np.diff(known)).round(6))
    return step if SHORTEST_RECORD <= step <= LONGEST_RECORD else None


class _Placed:
    """Records in time: each follows the one in front, but for gaps that its own time and those behind it agree on.

    The slack of a record is its onset less the durations of all records in front of it. It grows at gaps and never
    shrinks, so the longest series of records whose slack never shrinks is what can be believed.
    """

    def __init__(self, onsets: npt.NDArray[np.float64], header: EdfHeader) -> None:
        self.header, self.n = header, onsets.size
        seconds = header.record_seconds
        tolerance = TOLERANCE if header.discontinuous else max(0.5, seconds)
        known = np.flatnonzero(np.isfinite(onsets))
        self.missing = self.n - known.size
        slack = onsets[known] - known * seconds
        steps = np.diff(slack)
        steps[np.abs(steps) < tolerance] = 0.0
        steady = np.r_[0.0, np.cumsum(steps)].round(6)[: known.size]
        believed = _never_shrinking(steady)
        if 2 * len(believed) < known.size:
            believed = believed[:0]
        self.disbelieved = known.size - len(believed)
        self.first = float(slack[believed[0]]) if len(believed) else 0.0
        longest = min(LONGEST_GAPS, MOST_MISSING / max((c.rate for c in header.channels if c.rate), default=1.0))
        runs, total = [Run(0, self.n, 0.0)], 0.0
        self.closed: list[float] = []
        for before, i in pairwise(believed.tolist()):
            gap = float(steady[i] - steady[before])
            if gap == 0.0:
                continue
            if total + gap > longest:
                self.closed.append(gap)
                continue
            total += gap
            record = int(known[i])
            runs[-1] = replace(runs[-1], last=record)
            runs.append(Run(record, self.n, record * seconds + total))
        self.runs = tuple(runs)

    def findings(self, times: EdfTimes) -> list[Finding]:
        """What is odd about the times of the records."""
        out = []
        if self.header.discontinuous:
            out.append(finding_of("discontinuous", "recording", "it declares itself discontinuous"))
        if gaps := times.gaps:
            total = sum(end - start for start, end in gaps)
            what = f"{len(gaps)} of {total:g} s in all, the first at {gaps[0][0]:g} s, the last at {gaps[-1][0]:g} s"
            out.append(finding_of("gaps", "recording", what))
        if self.closed:
            what = f"{len(self.closed)} of {sum(self.closed) / 3600:.3g} h in all"
            out.append(finding_of("gaps-closed", "recording", what))
        if abs(self.first) >= 1:
            where = "the start was moved so" if times.first else "too far to be followed"
            what = f"they put the first record {self.first:g} s after the start of the header; {where}"
            out.append(finding_of("start-conflict", "annotations", what, "check the clock time of the start"))
        if self.missing and self.header.layout.plus:
            what = f"{self.missing} of {self.n} records do not tell when they began"
            out.append(finding_of("timekeeping-missing", "annotations", what))
        if self.disbelieved:
            what = f"{self.disbelieved} of {self.n} records tell a time that those around them contradict"
            out.append(finding_of("records-overlap", "annotations", what))
        return out


def _never_shrinking(values: npt.NDArray[np.float64]) -> npt.NDArray[np.intp]:
    """Positions of a longest series of values that never shrinks (patience sorting)."""
    if values.size == 0 or (np.diff(values) >= 0).all():
        return np.arange(values.size)
    tops: list[float] = []
    holders: list[int] = []
    before = np.full(values.size, -1)
    for i, value in enumerate(values.tolist()):
        pile = bisect_right(tops, value)
        before[i] = holders[pile - 1] if pile else -1
        if pile == len(tops):
            tops.append(value)
            holders.append(i)
        else:
            tops[pile], holders[pile] = value, i
    chain, i = [], holders[-1]
    while i >= 0:
        chain.append(i)
        i = int(before[i])
    return np.array(chain[::-1], np.intp)
