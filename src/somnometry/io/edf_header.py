"""The header of an EDF, EDF+ or BDF file: what the channels are, before a sample is read.

Only what describes signals and time is kept; the patient and recording fields are never looked at.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from pathlib import Path
from typing import BinaryIO

from ..core.errors import RecordingError

__all__ = ["EdfChannel", "EdfHeader", "read_edf_header"]

FIXED, PER_CHANNEL = 256, 256
#: More channels than any recorder has; a larger number is a damaged header.
MOST_CHANNELS = 4096
#: Bytes per sample.
SAMPLE_BYTES = {"EDF": 2, "BDF": 3}
ANNOTATIONS = re.compile(r"^(EDF|BDF) Annotations", re.IGNORECASE)


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
        Hertz.
    unit : str
        As written.
    physical : (float, float)
        Physical minimum and maximum, in `unit`.
    mne_label, mne_unit : str
        Label and unit as mne takes them, which keeps NUL bytes.
    """

    index: int
    label: str
    rate: float
    unit: str
    physical: tuple[float, float]
    mne_label: str
    mne_unit: str


@dataclass(frozen=True, slots=True)
class EdfHeader:
    """What a file says of itself.

    Parameters
    ----------
    family : {"EDF", "BDF"}
    discontinuous : bool
        Whether the file declares itself EDF+D or BDF+D.
    start : datetime or None
        None where date or time cannot be understood.
    record_seconds : float
    n_records : int
        Whole records that the file holds, whatever the header claims.
    channels : tuple of EdfChannel
        Without annotation channels.
    """

    family: str
    discontinuous: bool
    start: datetime | None
    record_seconds: float
    n_records: int
    channels: tuple[EdfChannel, ...]

    @property
    def duration(self) -> float:
        """Seconds of signal."""
        return self.n_records * self.record_seconds


def read_edf_header(path: Path) -> EdfHeader:
    """Read the header of an EDF, EDF+ or BDF file.

    Raises
    ------
    RecordingError
        If the file is missing, empty, or not such a file.
    """
    if path.is_dir():
        raise RecordingError(f"{path.resolve().name}: this is a folder; give an EDF or BDF file")
    try:
        with path.open("rb") as file:
            return _parse(file, path.name, path.stat().st_size)
    except FileNotFoundError:
        raise RecordingError(f"{path.name}: there is no such file in {path.parent.name or 'this folder'}") from None
    except OSError as error:
        raise RecordingError(f"{path.name}: cannot be opened ({error.strerror}); check its permissions") from None


def _parse(file: BinaryIO, name: str, size: int) -> EdfHeader:
    if size == 0:
        raise RecordingError(f"{name}: the file is empty; copy it again from the recorder")
    fixed = file.read(FIXED)
    version = fixed[:8]
    if version == b"\xffBIOSEMI":
        family = "BDF"
    elif version.strip(b" \0") == b"0":
        family = "EDF"
    else:
        raise RecordingError(
            f"{name}: not an EDF or BDF file: it does not begin with the version '0' of one; export the night as EDF"
        )
    if len(fixed) < FIXED:
        raise RecordingError(f"{name}: the header ends after {len(fixed)} bytes of {FIXED}; copy the file again")
    text = fixed.decode("latin-1")
    header_bytes = _integer(text[184:192], name, "header length")
    record_seconds = _number(text[244:252], name, "record duration")
    n_channels = _integer(text[252:256], name, "number of signals")
    if not 0 < n_channels <= MOST_CHANNELS:
        raise RecordingError(f"{name}: the header claims {n_channels} signals; it is damaged")
    table = file.read(n_channels * PER_CHANNEL).decode("latin-1")
    if len(table) < n_channels * PER_CHANNEL:
        raise RecordingError(f"{name}: the header ends before its {n_channels} signals are described; copy it again")
    column = _columns(table, n_channels)
    samples = [
        _integer(field, name, f"samples per record of {label!r}")
        for field, label in zip(column(216, 8), column(0, 16), strict=True)
    ]
    record_seconds = _simplest(record_seconds) if record_seconds > 0 else 1.0  # 0 is read as 1, as mne does
    record_bytes = sum(samples) * SAMPLE_BYTES[family]
    n_records = max(size - header_bytes, 0) // record_bytes if record_bytes > 0 else 0
    channels = tuple(
        EdfChannel(
            index=i,
            label=label.strip(" \0"),
            rate=samples[i] / record_seconds,
            unit=unit.strip(" \0"),
            physical=(
                _number(low, name, f"physical minimum of {label!r}"),
                _number(high, name, f"physical maximum of {label!r}"),
            ),
            mne_label=label,
            mne_unit=unit,
        )
        for i, (label, unit, low, high) in enumerate(
            zip(column(0, 16), column(96, 8), column(104, 8), column(112, 8), strict=True)
        )
        if not ANNOTATIONS.match(label)
    )
    return EdfHeader(
        family=family,
        discontinuous=text[192:197] in ("EDF+D", "BDF+D"),
        start=_start(text[168:176], text[176:184]),
        record_seconds=record_seconds,
        n_records=n_records,
        channels=channels,
    )


def _columns(table: str, n: int) -> Callable[[int, int], list[str]]:
    """Give a function from a field's offset and width within one channel's 256 bytes to every channel's field."""

    def column(offset: int, width: int) -> list[str]:
        first = offset * n
        return [table[first + i * width : first + (i + 1) * width].strip(" \t\r\n\v\f") for i in range(n)]

    return column


def _number(text: str, name: str, what: str) -> float:
    try:
        value = float(text.strip(" \0").replace(",", "."))
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise RecordingError(f"{name}: the {what} is {text.strip()!r}, not a number; the header is damaged")
    return value


def _integer(text: str, name: str, what: str) -> int:
    return int(_number(text, name, what))


def _simplest(seconds: float) -> float:
    """The simple fraction that eight characters could not hold, where there is one: 0.333333 is a third."""
    simple = Fraction(seconds).limit_denominator(1000)
    return float(simple) if abs(simple - Fraction(seconds)) < 2e-6 * seconds else seconds


def _start(date: str, time: str) -> datetime | None:
    """Clock time at which the recording began; two-digit years as the EDF specification says (85-99 are 19xx)."""
    fields = re.findall(r"\d+", date) + re.findall(r"\d+", time)
    if len(fields) != 6:
        return None
    day, month, year, hour, minute, second = map(int, fields)
    try:
        return datetime(year + (1900 if year >= 85 else 2000), month, day, hour, minute, second)
    except ValueError:
        return None
