"""Files in, one row per night out: read, stage, summarise, write; a night that fails is a row that says why."""

from __future__ import annotations

import csv
import hashlib
import math
import os
import platform
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NoReturn

from .core.architecture import Architecture
from .core.errors import RecordingError, SomnometryError
from .core.finding import Finding
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
#: Between the findings, and between the warnings, of one cell.
SEPARATOR = " | "
#: Columns of ``nights.csv`` that hold text; all others hold numbers.
TEXT = ("recording", "file", "source_id", "status", "error", "start", "eeg", "eog", "emg", "findings", "model",
        "warnings", "versions")  # fmt: skip
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
    micro : bool
        Whether to measure spindles, slow waves, eye movements and spectra too, which takes longer than staging.
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
    micro: bool = False
    figures: bool = True
    threads: int = 1

    def __post_init__(self) -> None:
        if self.lights not in ("markers", "recording"):
            raise RecordingError(f"lights are taken from 'markers' or 'recording', not from {self.lights!r}")


def find_recordings(paths: Iterable[str | os.PathLike[str]]) -> list[Path]:
    """List the recordings that files and folders hold: files as given, folders searched for EDF and BDF at any depth.

    Raises
    ------
    RecordingError
        If a path does not exist, or a folder holds no EDF or BDF file.
    """
    return [file for file, _ in _found(paths)]


def _found(paths: Iterable[str | os.PathLike[str]]) -> list[tuple[Path, Path]]:
    """Give recordings, each with its path below the file or folder that was named; each file once."""
    found: dict[Path, tuple[Path, Path]] = {}
    for path in map(Path, paths):
        if path.is_dir():
            inside = sorted(_below(path))
            if not inside:
                raise RecordingError(f"{path}: no EDF or BDF file in this folder or below it; name another folder")
            for file in inside:
                found.setdefault(file.resolve(), (file, file.relative_to(path)))
        elif path.exists():
            found.setdefault(path.resolve(), (path, Path(path.name)))
        else:
            raise RecordingError(f"{path}: there is no such file or folder")
    return list(found.values())


def _below(folder: Path) -> Iterator[Path]:
    """Give the EDF and BDF files of a folder at any depth, hidden ones left out."""

    def refuse(error: OSError) -> NoReturn:
        raise RecordingError(f"{error.filename}: cannot be searched ({error.strerror}); check its permissions")

    for parent, folders, files in os.walk(folder, onerror=refuse):
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in files:
            if Path(name).suffix.lower() in SUFFIXES and not name.startswith("."):
                yield Path(parent) / name


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
    found = _found(paths)
    settings = settings or Settings()
    folder = Path(out)
    table = folder / "nights.csv"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        kept = _read_rows(table)
    except OSError as error:
        raise RecordingError(f"{folder}: cannot be written to ({error.strerror}); choose another --out") from None
    rows: list[Row] = []
    for (file, below), name in zip(found, _names(found, kept), strict=True):
        row = _measure_night(file, name, folder, settings) | {"file": _plain(below.as_posix())}
        rows.append(row)
        kept[name] = row
        _write_rows(table, list(kept.values()), last=len(rows) == len(found))
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

    text = dict.fromkeys(TEXT, str)
    return pd.read_csv(path, dtype=text, keep_default_na=False, na_values=[""], encoding="utf-8-sig")


# ----------------------------------------------------------------------------------------------------------- one night
def _measure_night(file: Path, name: str, folder: Path, settings: Settings) -> Row:
    """Measure one night; whatever goes wrong is in its row."""
    row: Row = {"recording": name, "file": "", "source_id": _source_id(file), "status": "failed", "error": ""}
    try:
        recording = read_recording(file, eeg=settings.eeg, eog=settings.eog, emg=settings.emg, both_eyes=settings.micro)
        row |= _of_recording(recording)
        hypnogram = _stage(recording, settings)
        row |= _of_hypnogram(hypnogram, row)
        _write_night(hypnogram, name, folder, settings.figures)
        row |= _of_measures(_measures(recording, hypnogram, settings))
        row["status"] = "ok"
    except SomnometryError as error:
        row["error"] = str(error)
    except Exception as error:  # a batch records what it did not foresee, and goes on
        row["error"] = f"{file.name}: unforeseen {type(error).__name__}: {error}; please report it"
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
        "findings": SEPARATOR.join(map(str, recording.findings)),
    }


def _of_hypnogram(hypnogram: Hypnogram, row: Row) -> Row:
    """What was staged; a channel that staging left out, because it was flat all night, leaves the row too."""
    used = hypnogram.scorer.split()[1].split("+")
    dropped = [role for role in ("eog", "emg") if row[role] and role not in used]
    said = [
        str(Finding("flat-channel", "refused", row[role], f"flat all night; {role.upper()} left out"))
        for role in dropped
    ]
    return dict.fromkeys(dropped, "") | {
        "findings": SEPARATOR.join(filter(None, [row["findings"], *said])),
        "model": hypnogram.scorer,
        "lights_off_seconds": hypnogram.lights_off,
        "lights_on_seconds": hypnogram.lights_on,
    }


def _measures(recording: Recording, hypnogram: Hypnogram, settings: Settings) -> list[Architecture]:
    measures = [architecture(hypnogram, max_unscored=settings.max_unscored)]
    if settings.micro:
        from .micro.measure import microstructure

        measures.append(microstructure(recording, hypnogram))
    return measures


def _of_measures(measures: list[Architecture]) -> Row:
    values = {key: value for measured in measures for key, value in measured.items()}
    return {"warnings": SEPARATOR.join(said for measured in measures for said in measured.warnings), **values}


@lru_cache(maxsize=1)
def _versions() -> Row:
    packages = ("somnometry", "yasa", "mne", "numpy", "scipy", "numba")
    return {"versions": ", ".join(f"{p} {version(p)}" for p in packages) + f", python {platform.python_version()}"}


# ----------------------------------------------------------------------------------------------------------- the table
def _plain(text: str) -> str:
    """Text that any file can hold: what is no character of its file system's encoding is written as an escape."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def _source_id(file: Path) -> str:
    """Which file a row comes from, without saying where it lies: folders may be named after people."""
    return hashlib.sha256(os.fsencode(file.resolve())).hexdigest()[:12]


def _names(found: list[tuple[Path, Path]], kept: dict[str, Row]) -> list[str]:
    """A name for each recording that no other has, in this call or in the table; a recording keeps the one it had."""
    before = {row.get("source_id"): name for name, row in kept.items()}
    taken = {name.casefold(): row.get("source_id") for name, row in kept.items()}
    groups: dict[str, list[tuple[Path, Path]]] = {}
    for file, below in found:
        groups.setdefault(below.stem.casefold(), []).append((file, below))
    names = []
    for file, below in found:
        source = _source_id(file)
        choices = [
            _file_name(name(file, below)) for name in LONGER_NAMES if _tells_apart(name, groups[below.stem.casefold()])
        ]
        choices = [before[source]] if source in before else choices
        choices.append(f"{_file_name(below.stem)}_{source}")
        name = next(choice for choice in choices if taken.get(choice.casefold(), source) == source)
        taken[name.casefold()] = source
        names.append(name)
    return names


#: Ever longer names of a recording, from its file and its path below the folder that was named.
LONGER_NAMES: tuple[Callable[[Path, Path], str], ...] = (
    lambda _, below: below.stem,
    lambda _, below: "_".join(below.with_suffix("").parts),
    lambda file, below: "_".join((file.resolve().parent.name, below.stem)),
    lambda _, below: "_".join((*below.with_suffix("").parts, below.suffix[1:].lower())),
    lambda file, below: "_".join((file.resolve().parent.name, below.stem, below.suffix[1:].lower())),
)


def _tells_apart(name: Callable[[Path, Path], str], group: list[tuple[Path, Path]]) -> bool:
    return len({name(file, below).casefold() for file, below in group}) == len(group)


def _file_name(text: str) -> str:
    """Letters, digits, points, hyphens and underscores only, and not too many."""
    return re.sub(r"[^\w.-]+", "_", _plain(text)).strip("._")[:100] or "recording"


def _read_rows(table: Path) -> dict[str, Row]:
    """Rows already in a table, by recording."""
    if not table.exists():
        return {}
    try:
        with table.open(newline="", encoding="utf-8-sig") as file:
            reader = csv.DictReader(file)
            rows, columns = list(reader), reader.fieldnames or []
    except UnicodeDecodeError:
        rows, columns = [], []
    if not {"recording", "status"} <= set(columns):
        raise RecordingError(
            f"{table}: this nights.csv is not ours (no column 'recording' in UTF-8); choose another --out"
        )
    return {row["recording"]: {key: row[key] or "" for key in columns} for row in rows}


def _write_rows(table: Path, rows: list[Row], *, last: bool) -> None:
    """Write all rows; a column that a row lacks is an empty cell, and so is NaN.

    A table that another program holds open is tried again after the next night; after the last it is an error.
    """
    columns = list(dict.fromkeys(key for row in sorted(rows, key=len, reverse=True) for key in row))
    try:
        with replacing(table) as temporary, temporary.open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, columns, restval="")
            writer.writeheader()
            writer.writerows({key: _cell(value) for key, value in row.items()} for row in rows)
    except OSError as error:
        if last:
            raise RecordingError(
                f"{table}: cannot be written ({error.strerror}); close it in other programs and measure again"
            ) from None


def _cell(value: Any) -> Any:
    """A number to six digits, nothing for NaN; text that a spreadsheet would run as a formula gets a blank in front."""
    if isinstance(value, float):
        return "" if math.isnan(value) else round(value, 6)
    if isinstance(value, str):
        return f" {value}" if value.startswith(("=", "+", "@")) else _plain(value)
    return value
