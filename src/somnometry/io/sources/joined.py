"""Sources that lie in several files, or in a part of one, as if each were one file."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import pairwise

import numpy as np

from ...core.errors import RecordingError
from ...core.finding import Finding
from ..edf.start import shifted
from ..finding_codes import finding_of
from ..summer_time import clock_changes, is_changed_somewhere
from .source import Channel, Samples, Source, read_windows

__all__ = ["CutSource", "JoinedSource"]

#: Hours: what is further apart is no part of one night.
LONGEST_NIGHT = 24.0
#: Seconds by which clocks are changed, and by which that of a recorder may be off where the next file begins.
HOUR, DRIFT = 3600.0, 60.0


@dataclass(frozen=True, slots=True)
class Part:
    """A source, and the second of the night at which it begins."""

    source: Source
    onset: float

    @property
    def end(self) -> float:
        """Second of the night at which it ends."""
        return self.onset + self.source.duration


class JoinedSource:
    """Several files as one night, placed by their clock: parts one after another, or one file per channel.

    A channel is known by label and rate; where a file does not hold it, its samples are NaN.

    Parameters
    ----------
    name : str
        What findings and errors call the night.
    sources : sequence of Source
    labels : sequence of str, optional
        Labels of the channels, one per source, where each source holds one channel.

    Raises
    ------
    RecordingError
        If a start is unknown, parts overlap, or they do not lie within one night.
    """

    def __init__(self, name: str, sources: Sequence[Source], labels: Sequence[str] | None = None) -> None:
        self.name = name
        self.start, self._parts, changed = _on_one_clock(name, sources, together=labels is not None)
        clocks = {source.clock for source in sources}
        self.clock = clocks.pop() if self.start is None and len(clocks) == 1 else None
        self.duration = max(part.end for part in self._parts)
        named = {id(source): label for source, label in zip(sources, labels or (), strict=False)}
        self._held: list[dict[int, Channel]] = []
        places: dict[tuple[str, float, int], int] = {}
        listed: list[Channel] = []
        for i, part in enumerate(self._parts):
            occurrences: Counter[tuple[str, float]] = Counter()
            for channel in part.source.channels:
                label = named.get(id(part.source), channel.label)
                key = (label, channel.rate, occurrences[label, channel.rate])
                occurrences[label, channel.rate] += 1
                if key not in places:
                    places[key] = len(listed)
                    listed.append(replace(channel, index=len(listed), label=label))
                    self._held.append({})
                at = places[key]
                listed[at] = replace(listed[at], limits=_wider(listed[at].limits, channel.limits))
                self._held[at][i] = channel
        self.channels = tuple(listed)
        between = _between([(part.onset, part.end) for part in self._parts])
        inside = [(a + part.onset, b + part.onset) for part in self._parts for a, b in part.source.gaps]
        self.gaps = tuple(sorted([*between, *inside]))
        self._findings = (*_of_joining(self._parts, between, self.channels, self._held), *changed)

    def read(self, channels: Sequence[Channel], start: float = 0.0, stop: float = math.inf) -> list[Samples]:
        """Samples between two times in seconds, in microvolts, float32, one array per channel; NaN in between."""
        return self.read_windows(channels, [(start, stop)])[0]

    def read_windows(self, channels: Sequence[Channel], windows: Sequence[tuple[float, float]]) -> list[list[Samples]]:
        """Samples of several windows, start and stop in seconds, at once: a list as `read` gives, per window."""
        windows = [(start, min(stop, self.duration)) for start, stop in windows]
        rows = [[_unrecorded(channel, start, stop) for channel in channels] for start, stop in windows]
        for i, part in enumerate(self._parts):
            held = [(k, self._held[channel.index].get(i)) for k, channel in enumerate(channels)]
            wanted = [(k, channel) for k, channel in held if channel is not None]
            inside = [(max(a - part.onset, 0.0), min(b - part.onset, part.source.duration)) for a, b in windows]
            met = [w for w, (first, last) in enumerate(inside) if first < last]
            if not wanted or not met:
                continue
            read = read_windows(part.source, [channel for _, channel in wanted], [inside[w] for w in met])
            for w, of_window in zip(met, read, strict=True):
                for (k, channel), samples in zip(wanted, of_window, strict=True):
                    row, rate = rows[w][k], channel.rate
                    at = round((part.onset + inside[w][0]) * rate) - round(windows[w][0] * rate)
                    row[at : at + samples.size] = samples[: row.size - at]
        for row in (row for of_window in rows for row in of_window):
            row.flags.writeable = False
        return rows

    def annotations(self) -> tuple[list[float], list[str]]:
        """Onsets in seconds from the first sample of the night, and texts."""
        onsets: list[float] = []
        texts: list[str] = []
        for part in self._parts:
            of_part, texts_of_part = part.source.annotations()
            onsets += [onset + part.onset for onset in of_part]
            texts += texts_of_part
        return onsets, texts

    def findings(self) -> tuple[Finding, ...]:
        """What was noticed so far in any of the files, and how they were joined."""
        of_parts = [finding for part in self._parts for finding in part.source.findings()]
        return tuple(dict.fromkeys([*self._findings, *of_parts]))


def _unrecorded(channel: Channel, start: float, stop: float) -> Samples:
    return np.full(max(round(stop * channel.rate) - round(start * channel.rate), 0), np.nan, np.float32)


class CutSource:
    """A part of a source as if it were all of it.

    Parameters
    ----------
    source : Source
    start, stop : float
        Seconds from the source's first sample.

    Raises
    ------
    RecordingError
        If the part lies outside the source, or is none.
    """

    def __init__(self, source: Source, start: float, stop: float) -> None:
        if not 0 <= start < min(stop, source.duration):
            raise RecordingError(
                f"there is no part from {start:g} s to {stop:g} s in its {source.duration:g} s",
                place=source.name,
                remedy="mend 'start' and 'stop'",
            )
        self._source, self._first = source, start
        self.name, self.channels = source.name, source.channels
        self.duration = min(stop, source.duration) - start
        self.start = None if source.start is None else source.start + timedelta(seconds=start)
        self.clock = shifted(source.clock, start)
        inside = [(max(a - start, 0.0), min(b - start, self.duration)) for a, b in source.gaps]
        self.gaps = tuple((a, b) for a, b in inside if a < b)

    def read(self, channels: Sequence[Channel], start: float = 0.0, stop: float = math.inf) -> list[Samples]:
        """Samples between two times in seconds from the start of the part, in microvolts, float32."""
        return self._source.read(channels, self._first + start, self._first + min(stop, self.duration))

    def read_windows(self, channels: Sequence[Channel], windows: Sequence[tuple[float, float]]) -> list[list[Samples]]:
        """Samples of several windows, start and stop in seconds, at once: a list as `read` gives, per window."""
        moved = [(self._first + start, self._first + min(stop, self.duration)) for start, stop in windows]
        return read_windows(self._source, channels, moved)

    def annotations(self) -> tuple[list[float], list[str]]:
        """Onsets in seconds from the start of the part, and texts, of what was annotated in it."""
        marks = [(onset - self._first, text) for onset, text in zip(*self._source.annotations(), strict=True)]
        inside = [(onset, text) for onset, text in marks if 0 <= onset <= self.duration]
        return [onset for onset, _ in inside], [text for _, text in inside]

    def findings(self) -> tuple[Finding, ...]:
        """What was noticed in the whole source, and which part of it this is."""
        a, b = self._first / 3600, (self._first + self.duration) / 3600
        what = f"from {a:.4g} h to {b:.4g} h of {self._source.duration / 3600:.4g} h"
        return (finding_of("part-of-file", "recording", what), *self._source.findings())


# ------------------------------------------------------------------------------------------------------------- joining
def _on_one_clock(
    name: str, sources: Sequence[Source], *, together: bool
) -> tuple[datetime | None, list[Part], list[Finding]]:
    """Place sources on the clock of the earliest; channels of one recorder need no clock, for they begin together.

    A file that is told to come behind another, and begins before that by the clock, began after clocks were put back.
    """
    starts = [source.start for source in sources]
    if together and not any(starts):
        return None, [Part(source, 0.0) for source in sources], []
    known = [start for start in starts if start is not None]
    if len(known) < len(sources):
        unknown = next(source.name for source in sources if source.start is None)
        raise RecordingError(
            f"the start of {unknown} is unknown, so its place in the night is", place=name, remedy="mend its header"
        )
    known, changed = _through_changes(sources, known)
    first = min(known)
    placed = [(source, (start - first).total_seconds()) for source, start in zip(sources, known, strict=True)]
    parts = [Part(source, onset) for source, onset in sorted(placed, key=lambda pair: pair[1])]
    hours = max(part.end for part in parts) / 3600
    if hours > LONGEST_NIGHT:
        raise RecordingError(
            f"its files span {hours:.3g} h, more than one night", place=name, remedy="list them as nights of their own"
        )
    return first, parts, changed


def _through_changes(sources: Sequence[Source], starts: Sequence[datetime]) -> tuple[list[datetime], list[Finding]]:
    """Give the starts by the clock of the first file, and what a change of clocks did, or may have done, to them."""
    kept, findings = list[datetime](), list[Finding]()
    earlier: dict[tuple[tuple[str, float], ...], tuple[Source, datetime, timedelta]] = {}
    for source, start in zip(sources, starts, strict=True):
        channels = tuple((channel.label, channel.rate) for channel in source.channels)
        back = timedelta(0)
        if channels in earlier:
            before, first, back = earlier[channels]
            end = first + timedelta(seconds=before.duration)
            pause = (start - end).total_seconds()
            if -HOUR <= pause < -DRIFT and is_changed_somewhere(first, start, -HOUR):
                back += timedelta(seconds=HOUR)
                what = (
                    f"{source.name}, told behind {before.name}, begins before its end by the clock, which was put back"
                )
                findings.append(finding_of("clock-set", "recording", what))
            elif pause > 0 and not back and (changes := clock_changes(end, start)):
                way = " or ".join("forward" if by > 0 else "back" for by in changes)
                what = f"between {before.name} and {source.name} some places put their clocks {way} by an hour"
                findings.append(finding_of("clock-may-be-set", "recording", what))
        earlier[channels] = source, start, back
        kept.append(start + back)
    return kept, findings


def _between(spans: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """Give what no span covers between the first and the last; spans are sorted by their starts."""
    gaps, end = [], spans[0][1]
    for a, b in spans[1:]:
        if a > end + 1e-6:
            gaps.append((end, a))
        end = max(end, b)
    return gaps


def _wider(a: tuple[float, float], b: tuple[float, float]) -> tuple[float, float]:
    return min(a[0], b[0]), max(a[1], b[1])


def _of_joining(
    parts: list[Part], gaps: list[tuple[float, float]], channels: tuple[Channel, ...], held: list[dict[int, Channel]]
) -> tuple[Finding, ...]:
    """Say how files became one night, and what some of them lack."""
    names = ", ".join(part.source.name for part in parts)
    if len(channels) == len(parts) and all(len(of) == 1 for of in held):
        return (finding_of("file-per-channel", "recording", names),)
    findings = [finding_of("joined", "recording", f"{len(parts)} files: {names}")]
    if gaps:
        lengths = ", ".join(f"{(b - a) / 60:.3g} min at {a / 3600:.3g} h" for a, b in gaps)
        findings.append(finding_of("gaps", "recording", f"nothing was recorded between files: {lengths}"))
    for earlier, later in pairwise(parts):
        if (overlap := earlier.end - later.onset) > 1e-6:
            what = f"{later.source.name} begins {overlap:.3g} s before {earlier.source.name} ends"
            findings.append(finding_of("files-overlap", "recording", what))
    for channel, of in zip(channels, held, strict=True):
        if len(of) < len(parts):
            missing = ", ".join(part.source.name for i, part in enumerate(parts) if i not in of)
            findings.append(finding_of("channel-in-parts", channel.label, f"at {channel.rate:g} Hz not in {missing}"))
    return tuple(findings)
