"""Files in, one row per night out: read, stage, summarise, write; a night that fails is a row that says why."""

from __future__ import annotations

import os
import platform
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import Any, Literal

from ..core.architecture import Architecture
from ..core.errors import RecordingError, SomnometryError
from ..core.finding import Finding
from ..core.hypnogram import Hypnogram
from ..core.recording import Recording
from ..io.channels.choose import Choice
from ..io.channels.montage_file import MontageFile
from ..io.hypnograms import write_hypnogram
from ..io.nights.find import find_nights
from ..io.nights.lights import whole_record, with_lights_of_scoring
from ..io.nights.night import Night, Nights
from ..io.nights.scorings import read_scoring_of
from ..io.recordings import read_recording
from ..metrics.architecture import architecture
from ..metrics.table import METRICS
from ..micro.table import MICROSTRUCTURE
from .nights_csv import (
    SEPARATOR,
    TEXT,
    Row,
    night_names,
    plain_text,
    read_rows,
    source_id,
    write_left_out,
    write_rows,
)

__all__ = ["Settings", "measure"]


#: Columns that a table of recordings cannot add, since they are measured.
MEASURED = {*TEXT, *METRICS, *MICROSTRUCTURE, "recorded_minutes", "lights_off_seconds", "lights_on_seconds"}


@dataclass(frozen=True, slots=True)
class Settings:
    """How every night of a batch is measured.

    Parameters
    ----------
    eeg, eog, emg : "auto", None, str or (str, str)
        As in `read_recording`. With the EEG "all", every sound derivation votes on the stages.
    montage : MontageFile, optional
        As in `read_recording`.
    calibrate : {"auto", "on", "off"}
        As in `stage`.
    age : float, optional
        Years; of every recording whose age the table of recordings does not give, so for one person's nights.
    male : bool, optional
    lights : {"markers", "recording"}
        Whether lights-off and lights-on are what the file's annotations or else its scoring mark, or the ends of the
        recording. Those that the table of recordings gives are kept.
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
    montage: MontageFile | None = None
    calibrate: Literal["auto", "on", "off"] = "auto"
    age: float | None = None
    male: bool | None = None
    lights: Literal["markers", "recording"] = "markers"
    max_unscored: float = 0.20
    micro: bool = False
    figures: bool = True
    threads: int = 1

    def __post_init__(self) -> None:
        if self.lights not in ("markers", "recording"):
            what = f"lights are taken from 'markers' or 'recording', not from {self.lights!r}"
            raise RecordingError(what, key="lights")


def measure(
    paths: Sequence[str | os.PathLike[str]] | Nights,
    out: str | os.PathLike[str],
    settings: Settings | None = None,
    *,
    recordings: str | os.PathLike[str] | None = None,
    progress: Callable[[Row], None] | None = None,
) -> list[Row]:
    """Stage and summarise recordings; one row per night in ``nights.csv``, a hypnogram and a picture each.

    A night that cannot be measured is a row with ``status`` "failed" and its error; the others go on. The table is
    rewritten after every night, so that an interruption loses nothing, and rows of recordings measured into the same
    folder before are kept.

    Parameters
    ----------
    paths : sequence of path-like, or Nights
        Files, or folders that are searched at any depth; or what `find_nights` found.
    out : path-like
        Folder for ``nights.csv``, ``left_out.csv`` (files that are no night, and why), ``hypnograms/``, ``figures/``,
        and ``scorings/`` (the scoring that came with a night, in our CSV); made if it is not there.
    settings : Settings, optional
    recordings : path-like, optional
        A table that lists the nights and what is known of them, as for `find_nights`. Its subject, session, condition,
        period, night, age, sex and columns of the user's own go into ``nights.csv``.
    progress : callable, optional
        Called with the row of each night as it is done.

    Returns
    -------
    list of dict
        The rows of this call, in the order of the nights.

    Raises
    ------
    RecordingError
        If a path does not exist, a folder holds no recording, or the table of recordings contradicts them.
    """
    nights = paths if isinstance(paths, Nights) else find_nights(paths, recordings)
    if not nights.nights:
        what = f"none of {len(nights.left_out)} files is a night"
        raise RecordingError(what, remedy="`somnometry inspect` says why")
    for night in nights.nights:
        if clash := MEASURED & set(night.details.more):
            raise RecordingError(
                f"column {min(clash)!r} is one that is measured", place=str(nights.table), remedy="rename it",
                key=min(clash),
            )  # fmt: skip
    settings = settings or Settings()
    folder = Path(out)
    table = folder / "nights.csv"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        kept = read_rows(table)
        write_left_out(folder / "left_out.csv", nights.left_out)
    except OSError as error:
        what = f"cannot be written to ({error.strerror})"
        raise RecordingError(what, place=str(folder), remedy="choose another --out") from None
    rows: list[Row] = []
    for night, name in zip(nights.nights, night_names(nights.nights, kept), strict=True):
        row = _measure_night(night, name, folder, settings)
        rows.append(row)
        kept[name] = row
        write_rows(table, list(kept.values()), last=len(rows) == len(nights.nights))
        if progress is not None:
            progress(row)
    return rows


# ----------------------------------------------------------------------------------------------------------- one night
def _measure_night(night: Night, name: str, folder: Path, settings: Settings) -> Row:
    """Measure one night; whatever goes wrong is in its row."""
    cells: dict[str, Any] = {
        "recording": name, "file": plain_text(night.path), "source_id": source_id(night), "status": "failed",
        "error": "", **night.details.cells(),
    }  # fmt: skip
    findings: tuple[Finding, ...] = ()
    try:
        recording = read_recording(
            night,
            eeg=settings.eeg,
            eog=settings.eog,
            emg=settings.emg,
            montage=settings.montage,
            both_eyes=settings.micro,
        )
        if night.scorings:
            cells["scoring"] = SEPARATOR.join(plain_text(file.name) for file in night.scorings)
            recording = _with_scoring(recording, night, folder / "scorings" / f"{name}.csv")
        findings = recording.findings
        cells |= _of_recording(recording)
        hypnogram = _stage(recording, night, settings)
        unused = [role for role in ("eog", "emg") if cells[role] and role not in hypnogram.scorer.inputs]
        findings = (*findings, *(_flat(cells[role], role) for role in unused), *hypnogram.findings)
        cells |= dict.fromkeys(unused, "") | _of_hypnogram(hypnogram)
        cells["findings"] = SEPARATOR.join(map(str, findings))
        _write_night(hypnogram, name, folder, settings.figures)
        cells |= _of_measures(_measures(recording, hypnogram, settings))
        cells["status"] = "ok"
    except SomnometryError as error:
        cells["error"] = str(error)
    except Exception as error:  # a batch records what it did not foresee, and goes on
        what = f"unforeseen {type(error).__name__}: {error}"
        cells["error"] = str(SomnometryError(what, place=night.name, remedy="please report it"))
    return Row(cells | _versions(), findings)


def _with_scoring(recording: Recording, night: Night, file: Path) -> Recording:
    """Write the night's scoring beside its hypnogram; give the recording the lights that only the scorer marked."""
    scoring, findings = read_scoring_of(night)
    recording = recording.replace(findings=(*recording.findings, *findings))
    if scoring is None:
        return recording
    file.parent.mkdir(exist_ok=True)
    write_hypnogram(scoring, file)
    return with_lights_of_scoring(recording, scoring)


def _stage(recording: Recording, night: Night, settings: Settings) -> Hypnogram:
    from ..staging.stage import stage

    age = settings.age if night.details.age is None else night.details.age
    male = settings.male if night.details.male is None else night.details.male
    if age is None or male is None:  # the classifiers know both or neither
        age = male = None
    eeg: Literal["chosen", "all"] = "all" if settings.eeg == "all" or recording.montage.more_eeg else "chosen"
    hypnogram = stage(recording, eeg=eeg, calibrate=settings.calibrate, age=age, male=male, threads=settings.threads)
    if settings.lights == "markers":
        return hypnogram
    return whole_record(hypnogram, night.details)


def _write_night(hypnogram: Hypnogram, name: str, folder: Path, figures: bool) -> None:
    (folder / "hypnograms").mkdir(exist_ok=True)
    write_hypnogram(hypnogram, folder / "hypnograms" / f"{name}.csv")
    if figures:
        from ..report.figures.night_figure import save_night

        (folder / "figures").mkdir(exist_ok=True)
        save_night(hypnogram, folder / "figures" / f"{name}.png", title=name)


def _of_recording(recording: Recording) -> dict[str, Any]:
    montage = recording.montage
    return {
        "start": recording.start.isoformat(sep=" ") if recording.start else "",
        "recorded_minutes": recording.duration / 60,
        "eeg": montage.eeg or "",
        "eog": montage.eog or "",
        "emg": montage.emg or "",
        "findings": SEPARATOR.join(map(str, recording.findings)),
    }


def _flat(channel: str, role: str) -> Finding:
    """Finding of a channel that staging left out."""
    return Finding("flat-channel", "refused", channel, f"flat all night; {role.upper()} left out")


def _of_hypnogram(hypnogram: Hypnogram) -> dict[str, Any]:
    return {
        "model": str(hypnogram.scorer),
        "lights_off_seconds": hypnogram.lights_off,
        "lights_on_seconds": hypnogram.lights_on,
    }


def _measures(recording: Recording, hypnogram: Hypnogram, settings: Settings) -> list[Architecture]:
    measures = [architecture(hypnogram, max_unscored=settings.max_unscored)]
    if settings.micro:
        from ..micro.measure import microstructure

        measures.append(microstructure(recording, hypnogram))
    return measures


def _of_measures(measures: list[Architecture]) -> dict[str, Any]:
    values = {key: value for measured in measures for key, value in measured.items()}
    return {"warnings": SEPARATOR.join(warning for measured in measures for warning in measured.warnings), **values}


@lru_cache(maxsize=1)
def _versions() -> dict[str, str]:
    packages = ("somnometry", "yasa", "mne", "numpy", "scipy", "numba")
    return {"versions": ", ".join(f"{p} {version(p)}" for p in packages) + f", python {platform.python_version()}"}
