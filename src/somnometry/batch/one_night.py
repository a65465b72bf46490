"""One night of a batch: read, staged, summarised, written; whatever goes wrong is in its record."""

from __future__ import annotations

import errno
import platform
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import Any, Literal

from ..core.architecture import Architecture
from ..core.errors import NotSleepError, SomnometryError
from ..core.events import Scoring
from ..core.finding import Finding
from ..core.hypnogram import Hypnogram
from ..core.recording import Recording
from ..core.shown_text import shown_text
from ..io.edf.writer import write_edf_annotations
from ..io.hypnograms import write_hypnogram
from ..io.nights.evenings import evening_findings
from ..io.nights.lights import declared_lights, lit_scoring, with_lights_of_scoring
from ..io.nights.night import Night, lost_night
from ..io.nights.reading import Reading
from ..io.nights.recordings_csv import SCORING_COLUMNS, Details
from ..io.nights.scoring_part import scoring_part
from ..io.nights.scorings import read_scoring_of
from ..io.recordings import read_recording
from .derivatives import lock_of, not_written
from .gate import NOT_SLEEP, pass_gate
from .measures import architecture_of, cells_of_measures, event_indices_of, found_by_scoring, measures_of
from .nights_csv import SEPARATOR, Row, source_id
from .outputs import write_events, write_hypnodensity
from .pseudonyms import without_names
from .records import Input, Record, read_record, sha256_of, write_record
from .settings import Settings, given_to, of_this_version, person_of

__all__ = ["Task", "failed", "measure_night", "night_row", "settings_of"]

Cells = dict[str, Any]
#: What the system says when it, and not the night, is at fault.
OF_THE_SYSTEM = {errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES, errno.EPERM, errno.EIO, errno.EMFILE,
                 errno.ENFILE, errno.ENOMEM, errno.ESTALE, errno.EFBIG}  # fmt: skip


def night_row(recording: Recording, settings: Settings | None = None) -> Row:
    """Give one recording's row of ``nights.csv``, without writing anything: metrics, channels, findings, versions.

    Parameters
    ----------
    recording : Recording
    settings : Settings, optional
        How to stage and measure it; those that choose channels have no say, since the recording has chosen them.

    Returns
    -------
    dict
        NaN where a metric is undefined.

    Raises
    ------
    SomnometryError
        Where the recording cannot be staged or measured.

    Examples
    --------
    >>> from somnometry import simulate_night
    >>> recording, truth = simulate_night(3, hours=1, rate=100)
    >>> row = night_row(recording, Settings(lights="recording"))
    >>> row["trt"], row["eeg"]
    (60.0, 'EEG C4-M1')
    """
    settings = settings or Settings()
    row = _of_recording(recording)
    hypnogram = _staged(recording, Details(), settings)
    findings = [*recording.findings, *_found_by_staging(hypnogram, row)]
    pass_gate(findings, settings, recording.source)
    row |= _of_hypnogram(hypnogram, row) | cells_of_measures(measures_of(recording, hypnogram, settings, findings))
    row |= {"findings": SEPARATOR.join(map(str, findings))} | given_to(settings, Details()) | _versions()
    return Row(row, findings)


@dataclass(frozen=True, slots=True)
class Task:
    """One night that is to be measured.

    Parameters
    ----------
    night : Night
    name : str
        Unique in the folder.
    folder : Path
        Where derivatives are written.
    settings : Settings
    """

    night: Night
    name: str
    folder: Path
    settings: Settings


def settings_of(night: Night, settings: Settings) -> dict[str, Any]:
    """Everything besides its samples that a night's numbers depend on, as JSON holds it."""
    details = night.details
    known = {
        "age": details.age,
        "male": details.male,
        **{name: getattr(details, name) for name in SCORING_COLUMNS},
        **{
            name: None if (moment := getattr(details, name)) is None else moment.text
            for name in ("lights_off", "lights_on", "start", "stop")
        },
        "scorings": sha256_of(night.scorings) if night.scorings else None,
    }
    return {**settings.chosen(), **of_this_version(), **{f"of_night_{k}": v for k, v in known.items() if v is not None}}


def measure_night(task: Task) -> Record | None:
    """Measure one night, write what comes of it, and its record last.

    Returns
    -------
    Record or None
        None where another process is measuring the night right now.
    """
    with lock_of(task.folder, f"night-{task.name}", wait=False) as held:
        if not held:
            return None
        before = read_record(task.folder, task.name)
        if task.night.layout == "lost":
            return _kept(task, before, failed(task, (why := lost_night(task.night)).key, why.what, why.remedy))
        try:
            given = Input.of(source_id(task.night), task.night.files, before.input if before else None)
            how = settings_of(task.night, task.settings)
        except OSError as error:
            return _kept(task, before, failed(task, "unreadable", f"cannot be read ({error.strerror})", passing=True))
        if before is not None and before.is_done(given, how, task.folder):
            return before
        return _kept(task, before, _measured(task, given, how))


def _kept(task: Task, before: Record | None, record: Record) -> Record:
    """Write a record, but never a passing failure over a good result."""
    record = without_names(record, task.night) if task.settings.pseudonymise else record
    good = before is not None and not before.failure
    if not (record.passing and good):
        write_record(task.folder, record)
    return record


def failed(task: Task, code: str, what: str, remedy: str = "", *, passing: bool = False) -> Record:
    """Give the record of a night that could not be measured.

    Parameters
    ----------
    task : Task
    code : str
        Of what went wrong.
    what, remedy : str
    passing : bool
        Whether the environment is at fault, and not the night.
    """
    error = str(SomnometryError(what, place=task.night.name, remedy=remedy))
    how = _how_and_when(task)
    return Record(task.name, {**_empty_cells(task), "error": error, **how}, failure=code, passing=passing)


def _empty_cells(task: Task) -> Cells:
    night = task.night
    return {"recording": task.name, "file": shown_text(night.path, keep=""), "source_id": source_id(night),
            "status": "failed", "error": "", **night.details.cells()}  # fmt: skip


def _measured(task: Task, given: Input, how: dict[str, Any]) -> Record:
    """Measure one night; whatever goes wrong is in its record."""
    night, row, outputs = task.night, _empty_cells(task), list[str]()
    findings, why, failure, passing = list[Finding](), dict[str, str](), "", False
    try:
        if task.settings.scored:
            whole = Reading.told(night.details, task.settings).read(night.files[0])
            scoring: Scoring | None = scoring_part(whole, night.details, night.files[0].name)
            assert scoring is not None
            hypnogram = _lit(lit_scoring(scoring, night.details), night.details, task.settings)
            row |= _of_scoring(hypnogram)
            findings += [*hypnogram.findings, *evening_findings(hypnogram.start, night.details.evening)]
            measures = [architecture_of(hypnogram, task.settings, findings)]
        else:
            recording, scoring = _read(task, row, outputs)
            findings += recording.findings
            why |= recording.montage.why
            row |= _of_recording(recording)
            hypnogram = _staged(recording, night.details, task.settings)
            findings += _found_by_staging(hypnogram, row)
            findings += found_by_scoring(hypnogram, scoring, str(row.get("scoring", "")))
            row |= _of_hypnogram(hypnogram, row)
            pass_gate(findings, task.settings, night.name)
            measures = measures_of(recording, hypnogram, task.settings, findings)
            _write_spectrogram(recording, hypnogram, task, outputs)
        _write_night(hypnogram, task, outputs, measures[0] if task.settings.calibration else None)
        row |= cells_of_measures([*measures, *event_indices_of(scoring)])
        row["status"] = "ok"
    except NotSleepError as error:
        row["error"], failure = str(error), NOT_SLEEP
    except SomnometryError as error:
        row["error"], failure = str(error), type(error).__name__
    except MemoryError:
        row["error"] = str(_of_system(task, "it needs more memory than there is", "measure fewer nights at a time"))
        failure, passing = "memory", True
    except OSError as error:
        passing = error.errno in OF_THE_SYSTEM
        row["error"], failure = str(not_written(task.folder, error).at(task.night.name)), "system"
    except Exception as error:  # a batch records what it did not foresee, and goes on
        what = f"unforeseen {type(error).__name__}: {error}"
        row["error"], failure = str(_of_system(task, what, "please report it")), "unforeseen"
    if "findings" in row:
        row["findings"] = SEPARATOR.join(map(str, findings))
    facts = (given, how, tuple(outputs), failure, passing, tuple(findings), why)
    return Record(task.name, row | _how_and_when(task) | {"content_id": given.content_id}, *facts)


def _of_system(task: Task, what: str, remedy: str) -> SomnometryError:
    return SomnometryError(what, place=task.night.name, remedy=remedy)


def _read(task: Task, row: Cells, outputs: list[str]) -> tuple[Recording, Scoring | None]:
    """Read a night with its scoring; the row says which files scored it."""
    night, settings = task.night, task.settings
    recording = read_recording(
        night, eeg=settings.eeg, eog=settings.eog, emg=settings.emg, montage=settings.montage,
        both_eyes=settings.micro, threads=settings.threads,
    )  # fmt: skip
    if not night.scorings:
        return recording, None
    row["scoring"] = SEPARATOR.join(shown_text(file.name, keep="") for file in night.scorings)
    scoring, findings = read_scoring_of(night, recording, Reading.told(night.details, settings))
    recording = recording.replace(findings=(*recording.findings, *findings))
    if scoring is None:
        return recording, None
    write_hypnogram(scoring.hypnogram, _output(task, outputs, "scorings", ".csv"))
    return with_lights_of_scoring(recording, scoring.hypnogram), scoring


def _how_and_when(task: Task) -> Cells:
    """What a night was measured with and when, so that a row by other settings is seen."""
    moment = datetime.now(UTC).isoformat(sep=" ", timespec="seconds").removesuffix("+00:00")
    return given_to(task.settings, task.night.details) | {"measured": moment} | _versions()


def _staged(recording: Recording, details: Details, settings: Settings) -> Hypnogram:
    from ..staging.stage import stage

    age, male = person_of(settings, details)
    eeg: Literal["chosen", "all"] = "all" if settings.eeg == "all" or recording.montage.more_eeg else "chosen"
    hypnogram = stage(recording, eeg=eeg, calibrate=settings.calibrate, age=age, male=male, threads=settings.threads)
    return _lit(hypnogram, details, settings)


def _lit(hypnogram: Hypnogram, details: Details, settings: Settings) -> Hypnogram:
    """Give the hypnogram with the lights that it has, or those of the whole record or of sleep, as was asked."""
    margin = 60 * settings.margin if settings.lights == "sleep" else None
    return hypnogram if settings.lights == "markers" else declared_lights(hypnogram, details, margin)


def _output(task: Task, outputs: list[str], kind: str, suffix: str) -> Path:
    """Name of one output of a night, which goes into its record."""
    (task.folder / kind).mkdir(exist_ok=True)
    outputs.append(f"{kind}/{task.name}{suffix}")
    return task.folder / outputs[-1]


def _write_night(hypnogram: Hypnogram, task: Task, outputs: list[str], told: Architecture | None) -> None:
    write_hypnogram(hypnogram, _output(task, outputs, "hypnograms", ".csv"))
    write_events(hypnogram, _output(task, outputs, "hypnograms", "_events.tsv"))
    outputs.append(f"hypnograms/{task.name}_events.json")
    if task.settings.hypnodensity and hypnogram.probabilities is not None:
        write_hypnodensity(hypnogram, _output(task, outputs, "hypnograms", "_hypnodensity.tsv"))
    if task.settings.edf_annotations and hypnogram.levels == 5:
        write_edf_annotations(hypnogram, _output(task, outputs, "hypnograms", "_stages.edf"))
    if task.settings.figures:
        from ..report.figures.night_figure import save_night

        save_night(hypnogram, _output(task, outputs, "figures", ".png"), title=task.name, metrics=told)


def _write_spectrogram(recording: Recording, hypnogram: Hypnogram, task: Task, outputs: list[str]) -> None:
    """Keep a small spectrogram, which the page of the night shows when the recording is elsewhere."""
    if not task.settings.figures:
        return
    from .spectrograms import spectrogram_of, write_spectrogram

    spectrum = spectrogram_of(recording, hypnogram.epoch)
    if spectrum is not None:
        write_spectrogram(spectrum, _output(task, outputs, "spectrograms", ".npz"))


def _of_recording(recording: Recording) -> Cells:
    montage = recording.montage
    return {
        "start": recording.start.isoformat(sep=" ") if recording.start else "",
        "recorded_minutes": recording.duration / 60,
        "eeg": montage.eeg or "",
        "eog": montage.eog or "",
        "emg": montage.emg or "",
        "device": montage.device,
        "family": montage.family,
        "findings": "",
    }


def _of_scoring(hypnogram: Hypnogram) -> Cells:
    return {
        "start": hypnogram.start.isoformat(sep=" ") if hypnogram.start else "",
        "recorded_minutes": hypnogram.duration / 60,
        "findings": "",
        "model": str(hypnogram.scorer),
        "lights_off_seconds": hypnogram.lights_off,
        "lights_on_seconds": hypnogram.lights_on,
    }


def _dropped(hypnogram: Hypnogram, row: Cells) -> list[str]:
    """Roles whose channel staging left out, because it was flat all night."""
    return [role for role in ("eog", "emg") if row[role] and role not in hypnogram.scorer.inputs]


def _found_by_staging(hypnogram: Hypnogram, row: Cells) -> list[Finding]:
    flat = [
        Finding("flat-channel", "refused", row[role], f"flat all night; {role.upper()} left out")
        for role in _dropped(hypnogram, row)
    ]
    return [*flat, *hypnogram.findings]


def _of_hypnogram(hypnogram: Hypnogram, row: Cells) -> Cells:
    """What was staged; a channel that staging left out leaves the row too."""
    return dict.fromkeys(_dropped(hypnogram, row), "") | {
        "derivations": SEPARATOR.join(hypnogram.scorer.votes or (row["eeg"],)),
        "model": str(hypnogram.scorer),
        "lights_off_seconds": hypnogram.lights_off,
        "lights_on_seconds": hypnogram.lights_on,
    }


@lru_cache(maxsize=1)
def _versions() -> Cells:
    packages = ("somnometry", "yasa", "mne", "numpy", "scipy", "numba")
    return {"versions": ", ".join(f"{p} {version(p)}" for p in packages) + f", python {platform.python_version()}"}
