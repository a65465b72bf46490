"""The header of an EDF, EDF+ or BDF file: what the channels are, when they began, and what is odd about it.

Only what describes signals and time is kept. Of the patient and recording fields nothing is, and nothing is told.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, time
from pathlib import Path

from ...core.finding import Finding
from ..finding_codes import finding_of
from .fields import digital_text, parse_number, parse_text
from .layout import SAMPLE_BYTES, EdfLayout, Family, SignalFields, read_layout
from .start import Start, half_a_day_off, read_start
from .units import MICROVOLTS, plain_unit

__all__ = ["EdfChannel", "EdfHeader", "read_edf_header"]

#: Labels that a finding names before it only counts.
NAMED = 3
#: Hertz: twice what the finest microphone beside a bed gives. Ten seconds of more would fill the memory.
FASTEST = 100_000.0
#: Units of voltage that need no repair, as the EDF specification and mne spell them.
STANDARD_UNITS = ("nV", "uV", "mV", "V")


@dataclass(frozen=True, slots=True)
class EdfChannel:
    """One channel as the header describes it.

    Parameters
    ----------
    index : int
        Position in the file, from 0.
    label : str
        As written, without surrounding blanks and NUL bytes.
    rate : float
        Hertz; 0 where it has no samples.
    unit : str
        As written.
    physical, digital : (float, float) or None
        The two ends of the range, in `unit` and in bits, in the order of the header; None where unreadable or equal.
    fields : SignalFields
        The fields that these were read from.
    """

    index: int
    label: str
    rate: float
    unit: str
    physical: tuple[float, float] | None
    digital: tuple[float, float] | None
    fields: SignalFields

    @property
    def usable(self) -> bool:
        """Whether it has samples, no more of them than sound has, and a range to scale them by."""
        return 0 < self.rate <= FASTEST and self.physical is not None and self.digital is not None


@dataclass(frozen=True, slots=True)
class EdfHeader:
    """What a file says of itself.

    Parameters
    ----------
    family : {"EDF", "BDF"}
    discontinuous : bool
        Whether the file declares itself EDF+D or BDF+D.
    start : datetime or None
        Of the header, in whole seconds; None where date or time cannot be understood.
    record_seconds : float
        1 where the header does not say.
    n_records : int
        Whole records that the file holds, whatever the header claims.
    channels : tuple of EdfChannel
        Without annotation channels; those that cannot be used are among them.
    layout : EdfLayout
        Where everything lies.
    findings : tuple of Finding
        Everything odd about the header; its signals and annotations are another matter.
    clock : time or None
        Of the start, where its day is unknown.
    """

    family: Family
    discontinuous: bool
    start: datetime | None
    record_seconds: float
    n_records: int
    channels: tuple[EdfChannel, ...]
    layout: EdfLayout
    findings: tuple[Finding, ...]
    clock: time | None = None

    @property
    def duration(self) -> float:
        """Seconds of signal, without gaps."""
        return self.n_records * self.record_seconds

    def lasting(self, seconds: float) -> EdfHeader:
        """The header with another duration of records, and the rates that follow from it."""
        channels = tuple(replace(channel, rate=channel.fields.samples / seconds) for channel in self.channels)
        return replace(self, record_seconds=seconds, channels=channels)


def read_edf_header(path: Path) -> EdfHeader:
    """Read the header of an EDF, EDF+ or BDF file.

    Whatever can be described does not raise: a file without a whole record, or whose every channel is unusable, has a
    header whose `findings` say so with severity "refused".

    Raises
    ------
    RecordingError
        If the file is missing, a folder, empty, cannot be opened, is no EDF or BDF file, ends within its header, or has
        a header in which the records cannot be found: no number of signals, or no number of samples.
    """
    layout = read_layout(path)
    start = read_start(layout.date, layout.time)
    seconds = 1.0 if layout.record_seconds is None else layout.record_seconds
    channels = tuple(_channel(i, fields, seconds) for i, fields in enumerate(layout.signals) if not fields.annotates)
    findings = (*layout.findings, *_of_start(layout, start, path.name), *_of_channels(channels, layout.family))
    annotates = any(fields.annotates for fields in layout.signals)
    if annotates and not layout.plus:
        findings = (*findings, finding_of("annotations-in-plain-edf", "recording", "an annotation channel"))
    return EdfHeader(
        layout.family,
        layout.plus == "D",
        start.when,
        seconds,
        layout.n_records,
        channels,
        layout,
        _merged(findings),
        None if start.when is not None else start.clock,
    )


def _channel(index: int, fields: SignalFields, record_seconds: float) -> EdfChannel:
    return EdfChannel(
        index,
        parse_text(fields.label),
        fields.samples / record_seconds,
        parse_text(fields.unit),
        _range(fields.physical_min, fields.physical_max),
        _range(digital_text(fields.digital_min).encode(), digital_text(fields.digital_max).encode()),
        fields,
    )


def _range(first: bytes, last: bytes) -> tuple[float, float] | None:
    low, high = parse_number(first), parse_number(last)
    return None if low is None or high is None or low == high else (low, high)


# ------------------------------------------------------------------------------------------------------------ findings
def _of_start(layout: EdfLayout, start: Start, name: str) -> Iterator[Finding]:
    """What is odd about date and time of the start."""
    for code, what in start.odd:
        known = code == "start-unknown" and start.clock is not None
        yield finding_of(code, "start", what, "times of the clock can be used, dates cannot" if known else "")
    if layout.dated_otherwise:
        yield finding_of("start-conflict", "start", "the recording field names another date")
    if start.clock is not None and (named := half_a_day_off(start.clock, name)) is not None:
        what = f"{start.clock:%H:%M:%S}, where the file is named after {named:%H:%M:%S}"
        yield finding_of("start-half-day", "start", what)


def _of_channels(channels: tuple[EdfChannel, ...], family: Family) -> Iterator[Finding]:
    """What is odd about each channel's fields."""
    times = Counter(channel.label for channel in channels)
    for channel in channels:
        fields, where = channel.fields, channel.label or f"channel {channel.index + 1}"
        if not channel.label:
            yield finding_of("label-blank", where, "no label")
        elif times[channel.label] > 1:
            yield finding_of("label-duplicate", where, "several channels are called so")
        if not fields.label.isascii():
            yield finding_of("header-encoding", where, "its label is not ASCII")
        if fields.samples == 0:
            yield finding_of("samples-per-record", where, "no samples")
        elif channel.rate > FASTEST:
            yield finding_of("samples-per-record", where, f"{fields.samples:,}, which are {channel.rate:g} Hz")
        ranges = [fields.physical_min, fields.physical_max, fields.digital_min, fields.digital_max]
        if any(b"," in field for field in ranges):
            yield finding_of("decimal-comma", where, "its range is written with a comma")
        if any(b"e" in field.lower() for field in ranges if parse_number(field) is not None):
            yield finding_of("number-exponent", where, "its range is written with an exponent")
        yield from _of_range(channel, where, family)
        unit = channel.unit
        if fields.unit.strip(b" \0").decode("latin-1") not in STANDARD_UNITS and plain_unit(unit) in MICROVOLTS:
            yield finding_of("unit-spelling", where, f"{unit!r}; {MICROVOLTS[plain_unit(unit)]:g} uV")


def _of_range(channel: EdfChannel, where: str, family: Family) -> Iterator[Finding]:
    bits = 8 * SAMPLE_BYTES[family]
    for name, ends in (("physical", channel.physical), ("digital", channel.digital)):
        if ends is None:
            yield finding_of("range-empty", where, f"the ends of its {name} range are equal or unreadable")
        elif ends[0] > ends[1]:
            yield finding_of("range-reversed", where, f"{name} range from {ends[0]:g} to {ends[1]:g}")
    if channel.digital is not None and max(map(abs, channel.digital)) > 2 ** (bits - 1):
        low, high = channel.digital
        yield finding_of("range-doubtful", where, f"digital range from {low:g} to {high:g} in {bits} bits")


def _merged(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """One finding for channels that share what was found; a whole night of one recorder has one habit."""
    groups: dict[tuple[str, str], list[Finding]] = {}
    for finding in findings:
        groups.setdefault((finding.code, finding.what), []).append(finding)
    return tuple(replace(group[0], where=_named([finding.where for finding in group])) for group in groups.values())


def _named(places: list[str]) -> str:
    places = list(dict.fromkeys(places))
    more = len(places) - NAMED
    return ", ".join(places) if more <= 0 else f"{', '.join(places[:NAMED])} and {more} more"
