"""Files in, one row per night out: read, stage, summarise, write; a night that fails is a row that says why."""

from __future__ import annotations

import csv
import math
import os
import platform
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from .core.architecture import Architecture
from .core.errors import RecordingError, SomnometryError
from .core.hypnogram import Hypnogram
from .core.recording import Recording
from .io.files import replacing
from .io.hypnograms import write_hypnogram
from .io.montage import Choice
from .io.recordings import read_recording
from .metrics.measure import architecture

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Settings", "find_recordings", "measure", "read_nights"]

SUFFIXES = (".edf", ".bdf")
#: A row of ``nights.csv``.
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Settings:
    """How every night of a batch is measured.

    Parameters
    ----------
    eeg, eog, emg : "auto", None, str or (str, str)
        As in `read_recording`.
    age : float, optional
        Years; of every recording, so for one person's nights.
    male : bool, optional
    lights : {"markers", "recording"}
        Whether lights-off and lights-on are what the file's annotations mark, or the ends of the recording.
    max_unscored : float
        The largest share of the lights window that may be unscored.
    figures : bool
        Whether to draw each night.
    threads : int
        How many channels to work on at the same time.
    """

    eeg: Choice = "auto"
    eog: Choice = "auto"
    emg: Choice = "auto"
    age: float | None = None
    male: bool | None = None
    lights: Literal["markers", "recording"] = "markers"
    max_unscored: float = 0.20
    figures: bool = True
    threads: int = 1


def find_recordings(paths: Iterable[str | os.PathLike[str]]) -> list[Path]:
    """List the recordings that files and folders hold: files as given, folders searched for EDF and BDF at any depth.

    Raises
    ------
    RecordingError
        If a path does not exist, or a folder holds no EDF or BDF file.
    """
    found: list[Path] = []
    for path in map(Path, paths):
        if path.is_dir():
            inside = sorted(p for p in path.rglob("*") if p.suffix.lower() in SUFFIXES and p.is_file())
            if not inside:
                raise RecordingError(f"{path}: no EDF or BDF file in this folder or below it; name another folder")
            found += inside
        elif path.exists():
            found.append(path)
        else:
            raise RecordingError(f"{path}: there is no such file or folder")
    return list(dict.fromkeys(found))


def measure(
    paths: Sequence[str | os.PathLike[str]],
    out: str | os.PathLike[str],
    settings: Settings | None = None,
    *,
    progress: Callable[[Row], None] | None = None,
) -> list[Row]:
    """Stage and summarise recordings; one row per night in ``nights.csv``, a hypnogram and a picture each.

    A night that cannot be measured is a row with ``status`` "failed" and its error; the others go on. The table is
    rewritten after every night, so that an interruption loses nothing, and rows of recordings measured into the same
    folder before are kept.

    Parameters
    ----------
    paths : sequence of path-like
        Files, or folders that are searched at any depth.
    out : path-like
        Folder for ``nights.csv``, ``hypnograms/`` and ``figures/``; made if it is not there.
    settings : Settings, optional
    progress : callable, optional
        Called with the row of each night as it is done.

    Returns
    -------
    list of dict
        The rows of this call, in the order of the files.

    Raises
    ------
    RecordingError
        If a path does not exist or a folder holds no recording.
    """
    files = find_recordings(paths)
    settings = settings or Settings()
    folder = Path(out)
    folder.mkdir(parents=True, exist_ok=True)
    table = folder / "nights.csv"
    kept = _read_rows(table)
    rows: list[Row] = []
    for file, name in zip(files, _names(files), strict=True):
        row = _measure_night(file, name, folder, settings)
        rows.append(row)
        kept[name] = row
        _write_rows(table, list(kept.values()))
        if progress is not None:
            progress(row)
    return rows


def read_nights(path: str | os.PathLike[str]) -> pd.DataFrame:
    """Read a ``nights.csv`` into a DataFrame, one row per night; empty cells are NaN.

    Examples
    --------
    >>> read_nights("derivatives/nights.csv")["rem_percent"].mean()  # doctest: +SKIP
    21.4
    """
    import pandas as pd

    return pd.read_csv(path, dtype={"recording": str, "file": str})


# ----------------------------------------------------------------------------------------------------------- one night
def _measure_night(file: Path, name: str, folder: Path, settings: Settings) -> Row:
    """Measure one night; whatever goes wrong is in its row."""
    row: Row = {"recording": name, "file": file.name, "status": "failed", "error": ""}
    try:
        recording = read_recording(file, eeg=settings.eeg, eog=settings.eog, emg=settings.emg)
        row |= _of_recording(recording)
        hypnogram = _stage(recording, settings)
        row |= _of_hypnogram(hypnogram)
        _write_night(hypnogram, name, folder, settings.figures)
        row |= _of_architecture(architecture(hypnogram, max_unscored=settings.max_unscored))
        row["status"] = "ok"
    except SomnometryError as error:
        row["error"] = str(error)
    except Exception as error:  # a batch records what it did not foresee, and goes on
        row["error"] = f"unforeseen {type(error).__name__}: {error}"
    return row | _versions()


def _stage(recording: Recording, settings: Settings) -> Hypnogram:
    from .staging.stage import stage

    hypnogram = stage(recording, age=settings.age, male=settings.male, threads=settings.threads)
    return hypnogram.whole() if settings.lights == "recording" else hypnogram


def _write_night(hypnogram: Hypnogram, name: str, folder: Path, figures: bool) -> None:
    (folder / "hypnograms").mkdir(exist_ok=True)
    write_hypnogram(hypnogram, folder / "hypnograms" / f"{name}.csv")
    if figures:
        from .report.night import save_night

        (folder / "figures").mkdir(exist_ok=True)
        save_night(hypnogram, folder / "figures" / f"{name}.png", title=name)


def _of_recording(recording: Recording) -> Row:
    montage = recording.montage
    return {
        "start": recording.start.isoformat(sep=" ") if recording.start else "",
        "recorded_minutes": recording.duration / 60,
        "eeg": montage.eeg or "",
        "eog": montage.eog or "",
        "emg": montage.emg or "",
        "findings": "; ".join(map(str, recording.findings)),
    }


def _of_hypnogram(hypnogram: Hypnogram) -> Row:
    return {
        "model": hypnogram.scorer,
        "lights_off_seconds": hypnogram.lights_off,
        "lights_on_seconds": hypnogram.lights_on,
    }


def _of_architecture(night: Architecture) -> Row:
    return {"warnings": "; ".join(night.warnings), **night}


@lru_cache(maxsize=1)
def _versions() -> Row:
    packages = ("somnometry", "yasa", "mne", "numpy", "scipy", "numba")
    return {"versions": ", ".join(f"{p} {version(p)}" for p in packages) + f", python {platform.python_version()}"}


# ----------------------------------------------------------------------------------------------------------- the table
def _names(files: list[Path]) -> list[str]:
    """A name for each recording: its stem, with as much of its suffix and folders as tells it from the others."""
    names = [file.stem for file in files]
    longer: list[Callable[[Path], str]] = [
        lambda file: f"{file.stem}_{file.suffix[1:].lower()}",
        lambda file: "_".join([*file.parent.parts[-1:], file.stem, file.suffix[1:].lower()]),
        lambda file: "_".join(part.strip("/\\:") for part in file.absolute().with_suffix("").parts).strip("_"),
    ]
    for name in longer:
        counts = Counter(names)
        names = [name(file) if counts[old] > 1 else old for file, old in zip(files, names, strict=True)]
    return names


def _read_rows(table: Path) -> dict[str, Row]:
    """Rows already in a table, by recording."""
    if not table.exists():
        return {}
    with table.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    if rows and "recording" not in rows[0]:
        raise RecordingError(
            f"{table}: this nights.csv has no column 'recording', so it is not ours; choose another --out"
        )
    return {row["recording"]: dict(row) for row in rows}


def _write_rows(table: Path, rows: list[Row]) -> None:
    """Write all rows; a column that a row lacks is an empty cell, and so is NaN."""
    columns = list(dict.fromkeys(key for row in sorted(rows, key=len, reverse=True) for key in row))
    with replacing(table) as temporary, temporary.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, columns, restval="")
        writer.writeheader()
        writer.writerows({key: _cell(value) for key, value in row.items()} for row in rows)


def _cell(value: Any) -> Any:
    if isinstance(value, float):
        return "" if math.isnan(value) else round(value, 6)
    return value
