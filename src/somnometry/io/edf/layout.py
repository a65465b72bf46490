"""Where the parts of an EDF or BDF file lie: the table of signals, the data records, and how many there really are."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Literal

from ...core.errors import RecordingError
from ...core.finding import Finding
from ..files import FileStamp, open_file, stamp_of
from ..finding_codes import finding_of
from .fields import dated_otherwise, parse_integer, parse_number, parse_text, simplest
from .start import read_start

__all__ = ["LONGEST_RECORD", "SAMPLE_BYTES", "SHORTEST_RECORD", "EdfLayout", "Family", "SignalFields", "read_layout"]

FIXED, PER_SIGNAL = 256, 256
Family = Literal["EDF", "BDF"]
Plus = Literal["", "C", "D"]
#: Bytes per sample.
SAMPLE_BYTES: dict[Family, int] = {"EDF": 2, "BDF": 3}
#: What a file declares itself to be.
PLUS: dict[bytes, Plus] = {b"EDF+C": "C", b"BDF+C": "C", b"EDF+D": "D", b"BDF+D": "D"}
#: Fields of the table of signals, and their widths in bytes.
WIDTHS = {"label": 16, "transducer": 80, "unit": 8, "physical_min": 8, "physical_max": 8, "digital_min": 8,
          "digital_max": 8, "prefilter": 80, "samples": 8, "reserved": 32}  # fmt: skip
#: Bytes per signal in front of the column that counts samples.
BEFORE_SAMPLES = 216
#: How EDF+ says that the day is unknown, and that nothing is: both its date and its time are then no one's.
UNDATED, NO_DATE, NO_TIME, BLANK = b"Startdate X ", b"01.01.85", b"00.00.00", b" " * 8
#: Fields that say what a signal is.
DESCRIBING = ("label", "unit", "physical_min", "physical_max", "digital_min", "digital_max")
#: More signals than any recorder has: such a number is damage beyond repair, not a slip.
MOST_SIGNALS = 4096
#: Seconds: no recorder writes shorter or longer records.
SHORTEST_RECORD, LONGEST_RECORD = 1e-6, 1e7


@dataclass(frozen=True, slots=True)
class SignalFields:
    """One signal's fields in the header, as bytes, and where its samples lie in a record.

    Parameters
    ----------
    label, unit, physical_min, physical_max, digital_min, digital_max : bytes
    samples : int
        Per record.
    offset : int
        Bytes from the start of a record.
    """

    label: bytes
    unit: bytes
    physical_min: bytes
    physical_max: bytes
    digital_min: bytes
    digital_max: bytes
    samples: int
    offset: int

    @property
    def annotates(self) -> bool:
        """Whether it holds annotations instead of samples."""
        return re.match(rb"\s*(EDF|BDF)[ _]?Annotation", self.label, re.IGNORECASE) is not None


@dataclass(frozen=True, slots=True)
class EdfLayout:
    """Where everything lies in a file.

    Parameters
    ----------
    family : {"EDF", "BDF"}
    plus : {"", "C", "D"}
        Whether the file declares itself EDF+ or BDF+, continuous or discontinuous.
    data_start : int
        Bytes before the first record.
    record_bytes : int
    n_records : int
        Whole records that the file holds, whatever the header claims.
    record_seconds : float or None
        None where the header does not say.
    date, time : bytes
        Fields of the start.
    dated_otherwise : bool
        Whether the recording field names another date. Of that field and the patient's, nothing is looked
        at but this and our own mark.
    signals : tuple of SignalFields
    findings : tuple of Finding
    stamp : tuple of int
        Which file it was, and as it was when; samples are read from no other.
    """

    family: Family
    plus: Plus
    data_start: int
    record_bytes: int
    n_records: int
    record_seconds: float | None
    date: bytes
    time: bytes
    dated_otherwise: bool
    signals: tuple[SignalFields, ...]
    findings: tuple[Finding, ...]
    stamp: FileStamp

    @property
    def sample_bytes(self) -> int:
        """Bytes per sample."""
        return SAMPLE_BYTES[self.family]

    def __repr__(self) -> str:
        return f"EdfLayout({self.family}{'+' if self.plus else ''}{self.plus}, {self.n_records} records)"


def read_layout(path: Path) -> EdfLayout:
    """Read where the parts of a file lie.

    Raises
    ------
    RecordingError
        If the file is missing, empty, not an EDF or BDF file, or so damaged that its records cannot be found.
    """
    if path.is_dir():
        raise RecordingError("this is a folder", place=path.resolve().name, remedy="give an EDF or BDF file")
    try:
        with open_file(path) as file:
            return _LayoutReader(file, path).layout()
    except FileNotFoundError:
        raise RecordingError(f"there is no such file in {path.parent.name or 'this folder'}", place=path.name) from None
    except OSError as error:
        raise RecordingError(
            f"cannot be opened ({error.strerror})", place=path.name, remedy="check its permissions"
        ) from None


class _LayoutReader:
    """One file while its header is read; each method settles one question and notes what was odd."""

    def __init__(self, file: BinaryIO, path: Path) -> None:
        self.file, self.path, self.name = file, path, path.name
        self.stamp = stamp_of(file)
        _, self.size, *_ = self.stamp
        self.findings: list[Finding] = []
        self.suffix = path.suffix

    def note(self, code: str, where: str, what: str) -> None:
        self.findings.append(finding_of(code, where, what))

    def layout(self) -> EdfLayout:
        fixed = self._fixed()
        reserved = fixed[192:236].strip(b" \0").upper()
        n_signals = self._n_signals(fixed)
        table = self._table(n_signals)
        family = self._family(fixed, reserved, table)
        described = (field for name in (*DESCRIBING, "samples") for field in table[name])
        if any(b"\0" in field for field in (fixed[:8], fixed[168:192], fixed[236:256], *described)):
            self.note("nul-padding", "header", "NUL bytes in its fields")
        if any(b"," in field for field in (fixed[184:192], fixed[236:244], fixed[252:256], *table["samples"])):
            self.note("decimal-comma", "header", "whole numbers written with a comma")
        samples = self._samples(table["samples"])
        claimed = parse_integer(fixed[236:244])
        length = self._header_length(fixed, n_signals, samples, SAMPLE_BYTES[family], claimed)
        known = self._inferred(samples, table["label"], SAMPLE_BYTES[family], claimed, length)
        record_bytes = sum(known) * SAMPLE_BYTES[family]
        signals = self._signals(table, known, SAMPLE_BYTES[family])
        seconds = self._record_seconds(fixed[244:252], signals)
        n_records = self._n_records(claimed, length, record_bytes, seconds)
        date, hour = fixed[168:176], fixed[176:184]
        if fixed[88:168].startswith(UNDATED) and date == NO_DATE:
            date, hour = BLANK, BLANK if hour == NO_TIME else hour
        start = read_start(date, hour).when
        conflict = start is not None and dated_otherwise(fixed[88:168], start)
        return EdfLayout(
            family, PLUS.get(reserved[:5], ""), length, record_bytes, n_records, seconds,
            date, hour, conflict, signals, tuple(self.findings), self.stamp,
        )  # fmt: skip

    # ------------------------------------------------------------------------------------------------- fixed fields
    def _fixed(self) -> bytes:
        """Read the first 256 bytes, which any EDF or BDF file has."""
        if self.size == 0:
            raise RecordingError("the file is empty", place=self.name, remedy="copy it again from the recorder")
        fixed = self.file.read(FIXED)
        version = fixed[:8].strip(b" \0")
        sound = version == b"0" or fixed[:8] == b"\xffBIOSEMI"
        signals, length = parse_integer(fixed[252:256]), parse_integer(fixed[184:192])
        if not sound and (signals is None or signals < 1 or length != FIXED + PER_SIGNAL * signals):
            raise self._no_edf()
        if len(fixed) < FIXED:
            raise RecordingError(
                f"the header ends after {len(fixed)} bytes of {FIXED}", place=self.name, remedy="copy it again"
            )
        if not sound:
            self.note("version-field", "version", "the first eight bytes are not '0' followed by blanks")
        return fixed

    def _no_edf(self) -> RecordingError:
        """Say what the file is instead, and how it becomes one, where that is known."""
        from ..exports.formats import known_otherwise

        known = known_otherwise(self.path)
        what = "not an EDF or BDF file: it does not begin with the version '0' of one"
        if known is None:
            return RecordingError(what, place=self.name, remedy="export the night as EDF")
        return RecordingError(f"not an EDF or BDF file but {known[0]}", place=self.name, remedy=known[1])

    def _n_signals(self, fixed: bytes) -> int:
        """Count the signals, by the length of the header where their number is unreadable or cannot be theirs."""
        n, length = parse_integer(fixed[252:256]), parse_integer(fixed[184:192])
        other = length // PER_SIGNAL - 1 if length is not None and length % PER_SIGNAL == 0 else 0
        doubtful = n is None or (1 <= n <= MOST_SIGNALS and n != other and not self._describes(n))
        if doubtful and self._describes(other):
            what = "unreadable" if n is None else f"{n}, which the table of signals is not"
            self.note("signal-count", "number of signals", f"{what}; by the length of the header there are {other}")
            n = other
        if n is None or n < 1:
            what = "no number of signals" if n is None else f"{n} signals"
            raise RecordingError(
                f"the header claims {what}", place=self.name, remedy="it is damaged, so export the night again"
            )
        if FIXED + PER_SIGNAL * n > self.size:
            raise RecordingError(
                f"the header claims {n} signals, but the file ends before they are described",
                place=self.name,
                remedy="copy it again",
            )
        return n

    def _describes(self, n: int) -> bool:
        """Whether the table of signals makes sense for a number of them: it says how many samples each has."""
        if not 1 <= n <= self.size // PER_SIGNAL - 1:
            return False
        at, width = FIXED + n * BEFORE_SAMPLES, WIDTHS["samples"]
        self.file.seek(at)
        column = self.file.read(n * width)
        self.file.seek(FIXED)
        return None not in self._samples([column[i * width : (i + 1) * width] for i in range(n)])

    def _table(self, n_signals: int) -> dict[str, list[bytes]]:
        """Cut the table of signals into its fields."""
        table = self.file.read(n_signals * PER_SIGNAL)
        fields: dict[str, list[bytes]] = {}
        at = 0
        for name, width in WIDTHS.items():
            fields[name] = [table[at + i * width : at + (i + 1) * width] for i in range(n_signals)]
            at += width * n_signals
        return fields

    def _family(self, fixed: bytes, reserved: bytes, table: dict[str, list[bytes]]) -> Family:
        """Tell samples of two bytes from samples of three, by the content; the name only makes a finding."""
        hinted = reserved.startswith((b"BDF", b"24BIT")) or any(
            label.startswith(b"BDF Annotations") for label in table["label"])  # fmt: skip
        declared = b"BIOSEM" in fixed[:9].upper() or (hinted and fixed[:8].strip(b" \0") != b"0")
        stated: Family = "BDF" if declared else "EDF"
        wide = any((parse_number(most) or 0) > 2**15 for most in table["digital_max"])
        hinted = hinted or wide or self.suffix.lower() == ".bdf"
        sized = self._by_size(fixed, table)  # which can fit by chance
        family = sized if sized is not None and (sized == "BDF") == hinted else stated
        if family != stated:
            self.note("version-field", "version", f"it is that of {stated}, but the size of the file that of {family}")
        if self.suffix != f".{family.lower()}":
            self.note("file-suffix", "file name", f"ends in {self.suffix or 'nothing'!r}, but holds {family}")
        return family

    def _by_size(self, fixed: bytes, table: dict[str, list[bytes]]) -> Family | None:
        """The one family whose records end where the file does; None where none or both do."""
        samples, claimed = self._samples(table["samples"]), parse_integer(fixed[236:244])
        data = {family: _data_bytes(samples, width, claimed) for family, width in SAMPLE_BYTES.items()}
        start = FIXED + PER_SIGNAL * len(samples)
        fitting = [family for family, size in data.items() if size and start + size == self.size]
        return fitting[0] if len(fitting) == 1 else None

    # ------------------------------------------------------------------------------------------------------ records
    def _samples(self, fields: list[bytes]) -> list[int | None]:
        """Samples of each signal per record; None where the field holds no count."""
        return [n if (n := parse_integer(field)) is not None and n >= 0 else None for field in fields]

    def _header_length(
        self, fixed: bytes, n_signals: int, samples: list[int | None], width: int, claimed: int | None
    ) -> int:
        """Bytes before the first record: by the number of signals, unless only the written length fits the file."""
        by_count, written = FIXED + PER_SIGNAL * n_signals, parse_integer(fixed[184:192])
        if written == by_count:
            return by_count
        what = "unreadable" if written is None else f"written as {written} bytes"
        if written is not None and by_count < written <= self.size:
            data = _data_bytes(samples, width, claimed)
            if self._blank(by_count, written) or (data and written + data == self.size):
                self.note("header-length", "header length", f"{what}, more than {n_signals} signals need; it fits")
                return written
        self.note("header-length", "header length", f"{what}; {n_signals} signals need {by_count}")
        return by_count

    def _blank(self, first: int, last: int) -> bool:
        """Whether a stretch of the file holds blanks alone, no more than a header could."""
        self.file.seek(first)
        return last - first <= PER_SIGNAL * MOST_SIGNALS and not self.file.read(last - first).strip(b" ")

    def _inferred(
        self, samples: list[int | None], labels: list[bytes], width: int, claimed: int | None, length: int
    ) -> list[int]:
        """Fill in one unreadable number of samples, where the size of the file leaves only one possibility."""
        known = [n if n is not None else 0 for n in samples]
        unknown = [i for i, n in enumerate(samples) if n is None]
        if not unknown:
            return known
        label = parse_text(labels[unknown[0]])
        per_record, rest = divmod(self.size - length, claimed * width) if claimed and claimed > 0 else (0, 1)
        missing = per_record - sum(known)
        if len(unknown) > 1 or rest or missing < 1:
            raise RecordingError(
                f"the header does not say how many samples of {label!r} a record holds, so the records cannot be found",
                place=self.name,
                remedy="export the night again",
            )
        self.note("samples-inferred", label, f"unreadable; the size of the file leaves {missing}")
        known[unknown[0]] = missing
        return known

    def _signals(self, table: dict[str, list[bytes]], samples: list[int], width: int) -> tuple[SignalFields, ...]:
        signals, offset = [], 0
        for i, n in enumerate(samples):
            label, unit, low, high, least, most = (table[name][i] for name in DESCRIBING)
            signals.append(SignalFields(label, unit, low, high, least, most, n, offset))
            offset += n * width
        return tuple(signals)

    def _record_seconds(self, field: bytes, signals: tuple[SignalFields, ...]) -> float | None:
        """Duration of a record; a file of annotations alone needs none."""
        seconds = parse_number(field)
        if seconds is not None and b"," in field:
            self.note("decimal-comma", "record duration", "written with a comma")
        if seconds is not None and SHORTEST_RECORD <= seconds <= LONGEST_RECORD:
            if seconds != int(seconds):
                self.note("record-fraction", "record duration", f"{seconds:g} s")
            return simplest(seconds)
        if any(s.samples > 0 and not s.annotates for s in signals):
            what = "blank" if not field.strip(b" \0") else "unreadable" if seconds is None else f"{seconds:g} s"
            self.note("record-duration", "record duration", what)
        return None

    def _n_records(self, claimed: int | None, length: int, record_bytes: int, seconds: float | None) -> int:
        """Whole records that the file holds, and what is odd about their number."""
        if record_bytes == 0:
            self.note("no-records", "recording", "no signal has a sample")
            return 0
        held, rest = divmod(max(self.size - length, 0), record_bytes)
        where = "number of records"
        if held == 0:
            self.note("no-records", "recording", f"the file ends after {rest} bytes of the first record of "
                      f"{record_bytes}" if rest else "the file ends with its header")  # fmt: skip
            return 0
        if claimed is None or claimed < 1:
            what = "unreadable" if claimed is None else str(claimed)
            self.note("record-count", where, f"{what}; by its size the file holds {held}")
            if rest:
                self.note("truncated", "recording", f"the last record has {rest} of {record_bytes} bytes")
        elif claimed > held:
            lost = f"{claimed - held} records" if seconds is None else f"{(claimed - held) * seconds:g} s"
            self.note("truncated", "recording", f"{held} of {claimed} records are whole; {lost} lost")
        elif claimed < held or rest:
            extra = self.size - length - claimed * record_bytes
            what = f"bytes after the last of {claimed} records: {extra}; whole records among them: {held - claimed}"
            self.note("trailing-bytes", "recording", what)
        return held


def _data_bytes(samples: list[int | None], width: int, n_records: int | None) -> int | None:
    """Bytes of so many records of so many samples; None where either is not known."""
    if n_records is None or n_records < 1 or None in samples:
        return None
    return n_records * width * sum(n for n in samples if n is not None)
