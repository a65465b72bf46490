"""What mne is shown of an EDF or BDF file: a sound header in front of the untouched samples of the wanted channels.

mne meets neither a damaged field nor the patient, and no one ever holds more than the channels that are wanted. It is
shown one file, which holds the wanted stretches only and is gathered piece by piece while mne reads it.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from io import SEEK_CUR, SEEK_END, SEEK_SET, RawIOBase
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from ...core.errors import RecordingError
from .columns import RecordBytes
from .fields import digital_text, number_text
from .header import EdfChannel, EdfHeader

if TYPE_CHECKING:
    import mne

__all__ = ["MNE_VOLTS", "EdfView", "Pieces"]

#: Volts in one of a unit, as mne multiplies; it takes everything else for volts.
MNE_VOLTS = {"uV": 1e-6, "mV": 1e-3}
#: Bytes that mne reads at a time, so that what it makes of them stays in a processor's cache: some six minutes of three
#: channels.
SHOWN = 1 << 19
#: Version, patient, recording, date and time of no one and never.
NOBODY = f"{'X X X X':80}{'Startdate X X X X':80}01.01.0100.00.00".encode()

#: First sample, and the one after the last, counted over all records as if there were no gap.
Stretch = tuple[int, int]
#: Which stretch, the first sample of a piece of it, and samples in what mne takes for volts, a row per channel.
Pieces = Iterator[tuple[int, int, npt.NDArray[np.float64]]]


class EdfView:
    """Samples of channels of one rate, through mne.

    Parameters
    ----------
    path : Path
    header : EdfHeader
    channels : sequence of EdfChannel
        Of one number of samples per record.
    units : sequence of str
        What to tell mne of each channel's unit.
    """

    def __init__(self, path: Path, header: EdfHeader, channels: Sequence[EdfChannel], units: Sequence[str]) -> None:
        self._name, self._family = path.name, header.family
        self._bytes = RecordBytes(path, header.layout)
        self._fields = [channel.fields for channel in channels]
        self._units = units
        self._width = header.layout.sample_bytes
        self._per_record = channels[0].fields.samples

    def read(self, stretches: Sequence[Stretch]) -> Pieces:
        """Samples in what mne takes for volts; mne opens the file now, and reads when asked for a piece.

        Parameters
        ----------
        stretches : sequence of (int, int)

        Yields
        ------
        which : int
            Position in `stretches`.
        first : int
            The first sample of the piece.
        samples : array of float64, shape (n_channels, n_samples)
        """
        joined = _Joined(stretches)
        if not joined.size:
            return iter(())
        at_once = max(SHOWN // (self._width * len(self._fields)), 1)
        if at_once > self._per_record:
            at_once -= at_once % self._per_record
        at_once = min(at_once, joined.size)
        return self._pieces(self._opened(joined, at_once), joined, at_once)

    def _pieces(self, raw: mne.io.BaseRaw, joined: _Joined, at_once: int) -> Pieces:
        """Have mne read so many samples at a time."""
        with self._bytes.opened():
            for start in range(0, joined.size, at_once):
                stop = min(start + at_once, joined.size)
                with self._blaming_mne():
                    samples = raw.get_data(start=start, stop=stop)
                at = 0
                for which, first, last in joined.between(start, stop):
                    yield which, first, samples[:, at : at + last - first]
                    at += last - first

    def _opened(self, joined: _Joined, n: int) -> mne.io.BaseRaw:
        """Let mne open the stretches as a file of records of `n` samples per channel.

        The class is used that `mne.io.read_raw_edf` makes, since that function insists on reading an open file whole.
        """
        from mne.io.edf.edf import RawBDF, RawEDF

        n_records = -(-joined.size // n)
        file = _GatheredFile(
            self._header(n_records, n),
            n_records,
            n * self._width * len(self._fields),
            lambda record: self._record(joined.between(record * n, (record + 1) * n), n),
        )
        with self._blaming_mne():
            return (RawBDF if self._family == "BDF" else RawEDF)(file, stim_channel=False, verbose="ERROR")

    @contextmanager
    def _blaming_mne(self) -> Iterator[None]:
        """Say that it is mne that cannot read the file, unless we could not."""
        try:
            yield
        except RecordingError:
            raise
        except Exception as error:
            raise RecordingError(
                f"mne cannot read it ({type(error).__name__})",
                place=str(self._name),
                remedy="export the night again as EDF+C",
            ) from error

    def _record(self, pieces: Iterator[tuple[int, int, int]], n: int) -> memoryview:
        """Gather a record of `n` samples per channel; zeros follow the last piece of all."""
        rows = np.empty((len(self._fields), n, self._width), np.uint8)
        at = 0
        for _, first, last in pieces:
            while first < last:
                until = self._until(first, last)
                self._fill(first, until, rows[:, at : at + until - first])
                at, first = at + until - first, until
        rows[:, at:] = 0
        return rows.reshape(-1).data

    def _until(self, first: int, last: int) -> int:
        """How far to read at once: to the end; of large records, whole ones or no more than is wanted of one."""
        if self._bytes.whole_records:
            return last
        skipped = first % self._per_record
        if skipped or last - first < self._per_record:
            return min(last, first - skipped + self._per_record)
        return last - (last - first) % self._per_record

    def _fill(self, first: int, last: int, rows: npt.NDArray[np.uint8]) -> None:
        """Read samples, shape (n_channels, n_samples, width); they lie in one large record or in many small ones."""
        per, width = self._per_record, self._width
        record, skipped = divmod(first, per)
        n_records = -(-last // per) - record
        offsets = [fields.offset for fields in self._fields]
        if not skipped and last == (record + n_records) * per:
            self._bytes.fill(record, offsets, [row.reshape(n_records, -1) for row in rows])
        elif n_records == 1:
            self._bytes.fill(record, [at + skipped * width for at in offsets], [row.reshape(1, -1) for row in rows])
        else:
            whole = np.empty((len(rows), n_records * per, width), np.uint8)
            self._bytes.fill(record, offsets, [row.reshape(n_records, -1) for row in whole])
            rows[:] = whole[:, skipped : skipped + last - first]

    def _header(self, n_records: int, n: int) -> bytes:
        """Write a header of which nothing is odd; the numbers of the ranges are those of the file."""
        many = len(self._fields)
        version = b"\xffBIOSEMI" if self._family == "BDF" else b"0       "
        columns = [
            [f"{i:<16}" for i in range(many)],
            [" " * 80] * many,
            [f"{unit:<8}" for unit in self._units],
            [f"{number_text(fields.physical_min):<8}" for fields in self._fields],
            [f"{number_text(fields.physical_max):<8}" for fields in self._fields],
            [f"{digital_text(fields.digital_min):<8}" for fields in self._fields],
            [f"{digital_text(fields.digital_max):<8}" for fields in self._fields],
            [" " * 80] * many,
            [f"{n:<8}"] * many,
            [" " * 32] * many,
        ]
        table = "".join(text for column in columns for text in column)
        fixed = f"{256 * (many + 1):<8}{'':44}{n_records:<8}{1:<8}{many:<4}"
        return version + NOBODY + (fixed + table).encode()


class _Joined:
    """Stretches of samples one behind the other.

    Parameters
    ----------
    stretches : sequence of (int, int)
    """

    def __init__(self, stretches: Sequence[Stretch]) -> None:
        self._stretches = stretches
        self._ends = np.cumsum([max(stop - start, 0) for start, stop in stretches], dtype=np.intp).tolist()
        self.size: int = self._ends[-1] if stretches else 0

    def between(self, start: int, stop: int) -> Iterator[tuple[int, int, int]]:
        """Stretches that lie between two samples of the whole: which, its first sample there and the one after."""
        for which in range(bisect_right(self._ends, start), len(self._stretches)):
            first, last = self._stretches[which]
            shift = last - self._ends[which]
            if first - shift >= stop:
                return
            if first < last:
                yield which, max(first, start + shift), min(last, stop + shift)


class _GatheredFile(RawIOBase):
    """A file of which only the header exists; its records are gathered when they are read.

    Parameters
    ----------
    header : bytes
    n_records, record_bytes : int
    gather : callable
        From the number of a record to its bytes.
    """

    def __init__(self, header: bytes, n_records: int, record_bytes: int, gather: Callable[[int], memoryview]) -> None:
        self._header, self._gather = header, gather
        self._n_records, self._record_bytes = n_records, record_bytes
        self._at = 0

    def seekable(self) -> bool:
        """Any byte may be read next."""
        return True

    def seek(self, offset: int, whence: int = SEEK_SET) -> int:
        """Go to a byte, counted from the start, from here or from the end."""
        size = len(self._header) + self._n_records * self._record_bytes
        self._at = offset + {SEEK_SET: 0, SEEK_CUR: self._at, SEEK_END: size}[whence]
        return self._at

    def read(self, size: int = -1) -> bytes | memoryview:
        """Read bytes of the header, or of the records behind it; one record as it was gathered, without a copy."""
        behind = self._at - len(self._header)
        content: bytes | memoryview
        if behind < 0:
            content = self._header[self._at : self._at + size]
        else:
            first, skipped = divmod(behind, self._record_bytes)
            last = min(-(-(behind + size) // self._record_bytes), self._n_records)
            if last - first == 1:
                content = self._gather(first)[skipped : skipped + size]
            else:
                content = b"".join(map(self._gather, range(first, last)))[skipped : skipped + size]
        self._at += len(content)
        return content
