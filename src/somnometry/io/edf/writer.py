"""A recording, its stages and its events as one EDF+ file."""

from __future__ import annotations

import errno
import math
import os
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from ...core.errors import HypnogramError, RecordingError
from ...core.events import Events
from ...core.hypnogram import Hypnogram
from ...core.recording import Recording, Signal
from ...core.stage import Stage
from ..files import replacing
from ..own_mark import edf_codes
from .layout import BEFORE_SAMPLES, FIXED, SAMPLE_BYTES

__all__ = ["LOST", "write_edf", "write_edf_annotations"]

#: Digital value of a sample that was not recorded: the lower rail, which no measured sample reaches.
LOST = -32768
#: Digital ends of EDF and BDF.
NARROW, WIDE = (LOST, 32767), (-(2**23), 2**23 - 1)
#: Units that a range around a signal is wide at least, and the largest that both its ends can be.
NARROWEST, LARGEST = 819, 9_999_999.0
#: Units per bit; the ends of each range fit the eight characters of the header exactly.
STEPS = (*(0.0125 * 2**k for k in range(8)), *(2.0**k for k in range(2, 9)))
RECORD_SECONDS = (1, 2, 4, 5, 10, 20, 30, 60)
#: Years that two digits of a header mean (clipping date of the EDF specification).
YEARS = range(1985, 2085)
LABEL = 16  # characters of a label in an EDF header


def write_edf(
    recording: Recording,
    path: str | os.PathLike[str],
    hypnogram: Hypnogram | None = None,
    events: Events | None = None,
) -> None:
    """Write a recording as EDF+, with lights, stages and events as annotations.

    Parameters
    ----------
    recording : Recording
        Signals keep their names, units and sampling rates. Each is quantised to 16 bits; its step is the
        finest of `STEPS` whose range holds the signal (-409.6 to 409.5875, -819.2 to 819.175, ...), or finer where
        a signal lies so far from zero that a range around it is half as wide.
    path : str or path-like
        The file appears under this name only when it is complete. One that ends in .bdf is BDF+, of 24 bits.
    hypnogram : Hypnogram, optional
        Five levels, beginning with the recording; one annotation per epoch: ``Sleep stage W``, ``N1``, ``N2``, ``N3``,
        ``R`` or ``?``. Its lights are written where the recording's are unknown.
    events : Events, optional
        Written as they are.

    Raises
    ------
    RecordingError
        Where there is no signal, a label is longer than 16 characters or not ASCII, a value is infinite, or no data
        record of at most 60 s holds whole samples of every signal, or it began in no year from 1985 to 2084.
    HypnogramError
        For a hypnogram that has not five levels, or starts at another time than the recording.

    Notes
    -----
    A NaN is written as the lower rail (the digital and physical minimum), as a headband writes a lost contact;
    measured samples never take this value. Signals that end early are filled with it. Every stretch in
    ``recording.gaps`` is also annotated ``Gap``. No personal data is written: all fields of the patient are ``X``.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> recording = Recording({"EEG C4-M1": Signal(np.zeros(3000), 100.0)}, lights_off=10.0)
    >>> file = pathlib.Path(tempfile.mkdtemp()) / "night.edf"
    >>> write_edf(recording, file, Hypnogram([0]))
    >>> b"Lights off" in file.read_bytes(), b"Sleep stage W" in file.read_bytes()
    (True, True)
    """
    import edfio

    if not recording.signals:
        raise RecordingError("there is no signal to write", place=str(recording.source or "recording"))
    record = _record_seconds(recording)
    n_records = math.ceil(round(recording.duration / record, 9))
    wide = os.fspath(path).lower().endswith(".bdf")
    kind: Any = edfio.BdfSignal if wide else edfio.EdfSignal
    signals = []
    for name, signal in recording.signals.items():
        digital, physical = _quantise(name, signal, round(n_records * record * signal.rate), WIDE if wide else NARROW)
        signals.append(
            kind.from_digital(
                digital,
                signal.rate,
                label=_checked_label(name),
                physical_dimension=signal.unit,
                physical_range=physical,
                digital_range=WIDE if wide else NARROW,
            )
        )
    marked = _annotations(recording, hypnogram, events)
    _write(path, signals, marked, recording.start, record, hypnogram)


def write_edf_annotations(hypnogram: Hypnogram, path: str | os.PathLike[str], events: Events | None = None) -> None:
    """Write a hypnogram as an EDF+ file of annotations alone, which viewers open over the recording.

    Parameters
    ----------
    hypnogram : Hypnogram
        Five levels, beginning where the recording does; one annotation per epoch (``Sleep stage W``, ``N1``, ``N2``,
        ``N3``, ``R`` or ``?``), and its lights.
    path : path-like
        The file appears under this name only when it is complete.
    events : Events, optional
        Written as they are.

    Raises
    ------
    HypnogramError
        For a hypnogram that has not five levels, or began in no year from 1985 to 2084.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> file = pathlib.Path(tempfile.mkdtemp()) / "night.edf"
    >>> write_edf_annotations(Hypnogram([0, 2]), file)
    >>> file.read_bytes().count(b"Sleep stage")
    2
    """
    nothing = Recording({}, start=hypnogram.start)
    _write(path, [], _annotations(nothing, hypnogram, events), hypnogram.start, None, hypnogram)


def _write(
    path: str | os.PathLike[str],
    signals: Sequence[Any],
    marked: Iterable[tuple[float, float | None, str]],
    start: datetime | None,
    record: int | None,
    hypnogram: Hypnogram | None,
) -> None:
    """Write signals and what is marked, in the order of time; without a record's length edfio finds one."""
    import edfio

    if start is not None and start.year not in YEARS:
        kind = RecordingError if signals else HypnogramError
        what = f"it began in {start.year}, and the header of EDF holds {YEARS[0]} to {YEARS[-1]}"
        raise kind(what, place=Path(path).name, key="start", remedy="correct its start, or leave it out")
    technician, equipment, stages = edf_codes(hypnogram)
    by_time = sorted(marked, key=lambda row: row[0])
    edf = (edfio.Bdf if os.fspath(path).lower().endswith(".bdf") else edfio.Edf)(
        signals,
        recording=edfio.Recording(
            startdate=None if start is None else start.date(),
            investigator_technician_code=technician,
            equipment_code=equipment,
            additional=[stages],
        ),
        starttime=None if start is None else start.time(),
        data_record_duration=record,
        annotations=[edfio.EdfAnnotation(onset, duration, text) for onset, duration, text in by_time],
    )
    with replacing(path) as temporary:
        _to_disk(edf, temporary)


def _to_disk(edf: Any, path: Path) -> None:
    """Write a file; an error of a disk that is full says so, where the library says how many numbers it wrote.

    NumPy loses the last part of up to a block of the disk without a word, so that the size is held to the header's.
    """
    try:
        edf.write(path)
    except OSError as error:
        if error.errno is not None:
            raise
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), os.fspath(path)) from None
    if path.stat().st_size != _size_told(path):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), os.fspath(path))


def _size_told(path: Path) -> int:
    """Bytes that a file has by its own header, of which nothing is lost."""
    with path.open("rb") as file:
        fixed = file.read(FIXED)
        n_signals = int(fixed[252:256])
        file.seek(FIXED + BEFORE_SAMPLES * n_signals)
        samples = sum(int(file.read(8)) for _ in range(n_signals))
    width = SAMPLE_BYTES["EDF" if fixed.startswith(b"0") else "BDF"]
    return int(fixed[184:192]) + int(fixed[236:244]) * samples * width


def _record_seconds(recording: Recording) -> int:
    """Give the shortest data record that holds whole samples of every signal."""
    rates = [signal.rate for signal in recording.signals.values()]
    for seconds in RECORD_SECONDS:
        if all(math.isclose(seconds * rate, round(seconds * rate), abs_tol=1e-9) for rate in rates):
            return seconds
    listed = ", ".join(f"{rate:g}" for rate in sorted(set(rates)))
    raise RecordingError(
        f"no data record of 60 s or less holds whole samples at {listed} Hz", remedy="resample to whole hertz"
    )


def _checked_label(name: str) -> str:
    if not (name.isascii() and name.isprintable() and 0 < len(name) <= LABEL):
        raise RecordingError(f"{name!r} cannot be an EDF label: give it 1 to {LABEL} printable ASCII characters")
    return name


def _quantise(
    name: str, signal: Signal, n_samples: int, digital_range: tuple[int, int]
) -> tuple[npt.NDArray[np.signedinteger[Any]], tuple[float, float]]:
    """Give digital values, `n_samples` of them, and the ends of their range in the unit."""
    known = np.isfinite(signal.samples)
    if np.isinf(signal.samples).any():
        i = int(np.argmax(np.isinf(signal.samples)))
        raise RecordingError(
            f"{name!r} is infinite at {i / signal.rate:g} s", remedy="write NaN where nothing was recorded"
        )
    samples = signal.samples[known].astype(np.float64)
    lost, most = digital_range
    low, high = _range(samples, name, signal.unit)
    step = (high - low) / (most - lost)
    digital: npt.NDArray[np.signedinteger[Any]] = np.full(
        n_samples, lost, np.int16 if digital_range == NARROW else np.int32
    )
    digital[: known.size][known] = np.rint((samples - low) / step) + lost
    return digital, (low, high)


def _range(samples: npt.NDArray[np.float64], name: str, unit: str) -> tuple[float, float]:
    """Give the ends of a range whose lower end no sample takes: around zero, or around a signal far from it."""
    least, most = (float(samples.min()), float(samples.max())) if samples.size else (0.0, 0.0)
    largest = max(-least, most)
    step = next((step for step in STEPS if largest <= 32767 * step), None)
    around = math.floor(least) - 1.0
    width = max(math.ceil(most - around), NARROWEST)
    if step is not None and 2 * width > 65535 * step:
        return round(LOST * step, 4), round(32767 * step, 4)
    if width > 65535 * STEPS[-1] or max(abs(around), abs(around + width)) > LARGEST:
        raise RecordingError(
            f"{name!r} reaches {largest:g} {unit}, too large for an EDF header", remedy="change the unit"
        )
    return around, around + width


def _annotations(
    recording: Recording, hypnogram: Hypnogram | None, events: Events | None
) -> Iterator[tuple[float, float | None, str]]:
    """Onset and duration in seconds, and text, of everything that is annotated."""
    lights = [recording.lights_off, recording.lights_on]
    if hypnogram is not None:
        _check_start(recording, hypnogram)
        if hypnogram.levels != 5:
            raise HypnogramError(
                "EDF+ stages are W, N1, N2, N3, R", remedy=f"this hypnogram has {hypnogram.levels} levels"
            )
        for i, stage in enumerate(hypnogram.stages.tolist()):
            yield i * hypnogram.epoch, hypnogram.epoch, f"Sleep stage {Stage(stage).label}"
        scored = (hypnogram.lights_off, hypnogram.lights_on)
        lights = [other if light is None else light for light, other in zip(lights, scored, strict=True)]
    for light, text in zip(lights, ("Lights off", "Lights on"), strict=True):
        if light is not None and not math.isnan(light):
            yield light, None, text
    for first, end in recording.gaps:
        yield first, round(end - first, 6), "Gap"
    if events is not None:
        yield from zip(events.onset.tolist(), events.duration.tolist(), events.kind, strict=True)


def _check_start(recording: Recording, hypnogram: Hypnogram) -> None:
    if None not in (recording.start, hypnogram.start) and recording.start != hypnogram.start:
        raise HypnogramError(
            f"the hypnogram starts at {hypnogram.start}, the recording at {recording.start}",
            remedy="cut one to fit the other",
        )
