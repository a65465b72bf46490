"""What mne is shown of an EDF or BDF file: a sound header in front of the untouched samples of the wanted channels.

mne meets neither a damaged field nor the patient, and no one ever holds more than the channels that are wanted.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from ...core.errors import RecordingError
from .columns import RecordBytes
from .fields import digital_text, number_text
from .header import EdfChannel, EdfHeader

__all__ = ["MNE_VOLTS", "EdfView"]

#: Volts in one of a unit, as mne multiplies; it takes everything else for volts.
MNE_VOLTS = {"uV": 1e-6, "mV": 1e-3}
#: Bytes that are shown at a time: about half an hour of three channels. Of a larger record, parts are shown.
SHOWN = 1 << 21
#: Version, patient, recording, date and time of no one and never.
NOBODY = f"{'X X X X':80}{'Startdate X X X X':80}01.01.0100.00.00".encode()

#: First sample, and the one after the last, counted over all records as if there were no gap.
Stretch = tuple[int, int]


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

    def read(self, stretches: Sequence[Stretch]) -> Iterator[tuple[int, int, npt.NDArray[np.float64]]]:
        """Samples in what mne takes for volts.

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
        n = self._per_record
        record_bytes = n * self._width * len(self._fields)
        if record_bytes > SHOWN:
            yield from self._in_parts(stretches, max(SHOWN // (self._width * len(self._fields)), 1))
            return
        for batch in _batches(stretches, n, max(SHOWN // record_bytes, 1)):
            runs = [(first, last) for _, first, last in batch]
            columns = [(fields.offset, n * self._width) for fields in self._fields]
            samples = self._through_mne(self._bytes.read(runs, columns), n)
            at = 0
            for which, first, last in batch:
                start, stop = stretches[which]
                a, b = max(start, first * n), min(stop, last * n)
                yield which, a, samples[:, at + a - first * n : at + b - first * n]
                at += (last - first) * n

    def _in_parts(self, stretches: Sequence[Stretch], most: int) -> Iterator[tuple[int, int, npt.NDArray[np.float64]]]:
        """Show records that are too large to be shown whole."""
        n = self._per_record
        for which, (start, stop) in enumerate(stretches):
            a = start
            while a < stop:
                record, skipped = divmod(a, n)
                b = min(stop, a + most, (record + 1) * n)
                columns = [(fields.offset + skipped * self._width, (b - a) * self._width) for fields in self._fields]
                yield which, a, self._through_mne(self._bytes.read([(record, record + 1)], columns), b - a)
                a = b

    def _through_mne(self, records: npt.NDArray[np.uint8], n: int) -> npt.NDArray[np.float64]:
        """Let mne read records of `n` samples per channel."""
        import mne

        read: Any = mne.io.read_raw_bdf if self._family == "BDF" else mne.io.read_raw_edf
        shown = BytesIO(self._header(len(records), n) + records.tobytes())
        try:
            raw = read(shown, preload=True, stim_channel=False, verbose="ERROR")
            return raw.get_data()  # type: ignore[no-any-return]
        except Exception as error:
            raise RecordingError(
                f"mne cannot read it ({type(error).__name__})",
                place=str(self._name),
                remedy="export the night again as EDF+C",
            ) from error

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


def _batches(stretches: Sequence[Stretch], n: int, most: int) -> Iterator[list[tuple[int, int, int]]]:
    """Cut stretches of samples into runs of records, and collect these until there are `most` records."""
    batch: list[tuple[int, int, int]] = []
    room = most
    for which, (start, stop) in enumerate(stretches):
        first, last = start // n, -(-stop // n)
        while first < last and start < stop:
            end = min(last, first + room)
            batch.append((which, first, end))
            room -= end - first
            first = end
            if room == 0:
                yield batch
                batch, room = [], most
    if batch:
        yield batch
