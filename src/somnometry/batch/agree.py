"""Two folders of hypnograms in, their agreement out: files paired by name, tables and figures written."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal, get_args

from ..core.errors import HypnogramError, SomnometryError
from ..core.hypnogram import Hypnogram
from ..core.shown_text import shown_text
from ..core.stage import Stage
from ..io.csv_tables import write_csv
from ..io.files import together
from ..io.hypnograms import read_stages, says_itself
from ..io.nights.reading import Reading
from ..io.nights.recordings_csv import TABLE, read_recordings_table
from ..io.nights.scorings import SUFFIXES as SCORING_SUFFIXES
from ..io.nights.scorings import night_key
from ..metrics.agreement.epochs import EpochAgreement, epoch_agreement
from ..metrics.agreement.metrics import MetricAgreement, check_keys, metric_agreement
from ..metrics.agreement.pairing import align_scorings, check_choice, check_levels, same_throughout
from ..metrics.table import METRICS
from .nights_csv import csv_rows

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["FolderAgreement", "agree", "paired_scorings"]

SUFFIXES = (".csv", ".edf", ".bdf", ".rec")
#: Ends of the names of what a batch writes beside a hypnogram: the same stages once more.
BESIDE = ("_events", "_hypnodensity", "_stages")
#: Those of other programs, read where a night has none of the first.
OTHER_SUFFIXES = tuple(suffix for suffix in SCORING_SUFFIXES if suffix not in SUFFIXES)

Lights = Literal["markers", "recording"]

#: Names of the tables that are written.
TABLES = ("agreement_epochs", "agreement_summary", "confusion", "agreement_metrics", "agreement_values")


@dataclass(frozen=True, slots=True)
class FolderAgreement:
    """How two folders of scorings agree; `epochs` and `metrics` are None where no pair could be compared.

    Parameters
    ----------
    epochs : EpochAgreement or None
    metrics : MetricAgreement or None
    problems : tuple of str
        One for every file that has no counterpart, cannot be read or aligned, and every night left out.
    """

    epochs: EpochAgreement | None
    metrics: MetricAgreement | None
    problems: tuple[str, ...]


def agree(
    ref: str | os.PathLike[str],
    obs: str | os.PathLike[str],
    out: str | os.PathLike[str],
    *,
    keys: Iterable[str] | None = None,
    subjects: str | os.PathLike[str] | None = None,
    levels: int | None = None,
    lights: Lights = "markers",
    format: str | None = None,  # noqa: A002
    coding: str | Mapping[int | str, Stage] | None = None,
    epoch: float | None = None,
    scorer: str | None = None,
    max_unscored: float = 0.20,
    n_boot: int = 2000,
    seed: int = 0,
    figures: bool = True,
) -> FolderAgreement:
    """Compare two folders of hypnograms and write what they agree in; scores are fractions, metrics have their units.

    Parameters
    ----------
    ref, obs : path-like
        Folders of scorings, searched at any depth. Files pair by their name without suffix, and where that finds no
        counterpart, by the part of it that names the night ("n1_scoring", "n1-profusion"); our CSV and EDF+ are read
        before files of other programs. The tables in `out` are no scorings.
    out : path-like
        Folder for ``agreement_epochs.csv`` (a row per night), ``agreement_summary.csv`` (a row per score, with
        intervals), ``confusion.csv`` (a row per stage of the reference), ``agreement_metrics.csv`` (a row per metric),
        ``agreement_values.csv`` (a row per metric and night) and ``figures/``; made if it is not there.
    keys : iterable of str, optional
        Keys of `METRICS`, as for `metric_agreement`.
    subjects : path-like, optional
        CSV with the columns ``night`` (name of the file without suffix) and ``subject``, for people with several
        nights; or the ``nights.csv`` of a batch. Every row names both, and a night has one subject.
    levels : {5, 4, 3, 2}, optional
        How many stages to tell apart; by default what the coarsest scorer does.
    lights : {"markers", "recording"}
        Whether lights are what the files mark, or the ends of the epochs that both cover.
    format, coding, epoch, scorer
        How scorings are read that do not say it themselves, as for `read_scoring`; a ``recordings.csv`` in a folder
        goes before, row by row.
    max_unscored : float
        As for `metric_agreement`.
    n_boot, seed : int
        Of the bootstrap.
    figures : bool
        Whether to draw.

    Returns
    -------
    FolderAgreement
        With the problems; a file that cannot be read or aligned does not stop the others. Nor does one with epochs of
        another length than most nights have (the first night's, if no length is the commonest).

    Raises
    ------
    HypnogramError
        Where a folder or the table of subjects is not there or of no use, no names pair, a key is unknown or none is
        given, or an option is none of its choices.

    Examples
    --------
    >>> from somnometry.io.hypnograms import write_hypnogram
    >>> folder = getfixture("tmp_path")
    >>> for name, stages in {"human": [0, 1, 2, 2, 4], "device": [0, 2, 2, 2, 4]}.items():
    ...     (folder / name).mkdir()
    ...     write_hypnogram(Hypnogram(stages, scorer=name), folder / name / "night1.csv")
    >>> agreement = agree(folder / "human", folder / "device", folder / "out", figures=False)
    >>> agreement.epochs.summary["accuracy"].pooled.value, agreement.problems
    (0.8, ())
    """
    keys = None if keys is None else check_keys(keys)
    reference, observed, people, problems = paired_scorings(
        ref, obs, out, subjects=subjects, levels=levels, lights=lights,
        reading=Reading(format, coding, epoch, scorer),
    )  # fmt: skip
    if not reference:
        return FolderAgreement(None, None, tuple(problems))
    epochs = epoch_agreement(reference, observed, subjects=people, n_boot=n_boot, seed=seed)
    metrics = metric_agreement(
        reference, observed, keys, subjects=people, max_unscored=max_unscored, n_boot=n_boot, seed=seed
    )
    problems += [f"{name}: left out of the metrics: {why}" for name, why in metrics.excluded.items()]
    _write(Path(out), epochs, metrics, figures)
    return FolderAgreement(epochs, metrics, tuple(problems))


def paired_scorings(
    ref: str | os.PathLike[str],
    obs: str | os.PathLike[str],
    out: str | os.PathLike[str],
    *,
    subjects: str | os.PathLike[str] | None = None,
    levels: int | None = None,
    lights: Lights = "markers",
    reading: Reading | None = None,
) -> tuple[dict[str, Hypnogram], dict[str, Hypnogram], dict[str, str] | None, list[str]]:
    """Read two folders of scorings of the same nights: both by night, whose night each is, and what was wrong.

    Parameters
    ----------
    ref, obs, out, subjects, levels, lights
        As for `agree`.
    reading : Reading, optional
        How files that do not say it themselves are read.
    """
    reading = reading or Reading()
    check_choice("lights", lights, get_args(Lights))
    check_levels(levels)
    ours, theirs = _paired_names(_hypnogram_files(Path(ref), Path(out)), _hypnogram_files(Path(obs), Path(out)))
    told = [_readings(Path(folder), reading) for folder in (ref, obs)]
    whose = None if subjects is None else _read_subjects(Path(subjects))
    problems = _unpaired(Path(ref), ours, Path(obs), theirs)
    reference: dict[str, Hypnogram] = {}
    observed: dict[str, Hypnogram] = {}
    for name in sorted(ours.keys() & theirs.keys()):
        try:
            if whose is not None and name not in whose:
                raise HypnogramError(f"{subjects} does not say whose night it is", place=name, remedy="add a row")
            files = _the_one(name, ours[name]), _the_one(name, theirs[name])
            both = [
                _stages(file, table.get(night_key(file.stem), reading)) for file, table in zip(files, told, strict=True)
            ]
            pair = align_scorings(*both, levels=levels, name=name)
            by_program = any(one.scorer.kind == "classifier" for one in both)
            if by_program and (same := same_throughout(*pair)):
                problems.append(f"{name}: all {same} epochs are alike, as no two scorers have them: one is a copy")
            reference[name], observed[name] = (h.whole() for h in pair) if lights == "recording" else pair
        except (SomnometryError, OSError) as error:
            problems.append(str(error))
    problems += _leave_out_other_epochs(reference, observed)
    people = None if whose is None else {name: whose[name] for name in reference}
    return reference, observed, people, problems


# --------------------------------------------------------------------------------------------------------------- files
def _hypnogram_files(folder: Path, out: Path) -> dict[str, list[Path]]:
    """Give the files that may be hypnograms by their name without suffix; what an earlier run wrote is none."""
    if not folder.is_dir():
        raise HypnogramError("there is no such folder", place=str(folder))
    written = {os.path.realpath(out / f"{name}.csv") for name in TABLES}
    files: dict[str, list[Path]] = {}
    for path in sorted(folder.rglob("*")):
        readable = path.suffix.lower() in SUFFIXES + OTHER_SUFFIXES and path.is_file() and not path.name.startswith(".")
        if readable and os.path.realpath(path) not in written and path.name != TABLE:
            files.setdefault(shown_text(path.stem, keep=""), []).append(path)
    if not files:
        what = f"no file of a scoring ({', '.join(SUFFIXES + OTHER_SUFFIXES)}) in this folder or below it"
        raise HypnogramError(what, place=str(folder), remedy="name another folder")
    beside = {f"{name}{end}" for name in files for end in BESIDE}
    files = {name: paths for name, paths in files.items() if name not in beside}
    first = {name: [path for path in paths if path.suffix.lower() in SUFFIXES] for name, paths in files.items()}
    return {name: first[name] or paths for name, paths in files.items()}


def _paired_names(
    ours: dict[str, list[Path]], theirs: dict[str, list[Path]]
) -> tuple[dict[str, list[Path]], dict[str, list[Path]]]:
    """Call by the name of their night the files that alone in each folder bear it, and whose names are unlike."""
    by_night = []
    for mine, others in ((ours, theirs), (theirs, ours)):
        alone: dict[str, list[str]] = {}
        for name in mine.keys() - others.keys():
            alone.setdefault(night_key(name), []).append(name)
        by_night.append({key: names[0] for key, names in alone.items() if len(names) == 1})
    both = by_night[0].keys() & by_night[1].keys()
    renamed = [{names[key]: min(by_night[0][key], by_night[1][key], key=len) for key in both} for names in by_night]
    new_ours, new_theirs = renamed
    return (
        {new_ours.get(name, name): files for name, files in ours.items()},
        {new_theirs.get(name, name): files for name, files in theirs.items()},
    )


def _readings(folder: Path, reading: Reading) -> dict[str, Reading]:
    """How the scorings of each night of a folder are read, where its table says so."""
    table = folder / TABLE
    if not table.is_file():
        return {}
    rows = read_recordings_table(table)
    return {night_key(Path(path).stem): Reading.told(row.details, reading) for row in rows for path in row.paths}


def _stages(file: Path, reading: Reading) -> Hypnogram:
    """Stages of a scoring, without probabilities, which take most of the time of reading ours."""
    if says_itself(file) == "csv":
        return read_stages(file)
    return reading.read(file).hypnogram.replace(probabilities=None)


def _unpaired(ref: Path, ours: dict[str, list[Path]], obs: Path, theirs: dict[str, list[Path]]) -> list[str]:
    if not ours.keys() & theirs.keys():
        raise HypnogramError(
            f"no file of {ref} has the name of one of {obs} ({min(ours)} against {min(theirs)}, for instance)",
            remedy="name the two scorings of a night alike, but for the suffix",
        )
    alone = [(ours[name][0], obs) for name in ours.keys() - theirs.keys()]
    alone += [(theirs[name][0], ref) for name in theirs.keys() - ours.keys()]
    return [f"{path}: no file of that name in {other}" for path, other in sorted(alone)]


def _the_one(name: str, files: list[Path]) -> Path:
    if len(files) > 1:
        what = f"{' and '.join(map(str, files))} have the same name"
        raise HypnogramError(what, place=name, remedy="keep one of them")
    return files[0]


def _leave_out_other_epochs(reference: dict[str, Hypnogram], observed: dict[str, Hypnogram]) -> list[str]:
    """Keep the nights of the commonest epoch length, in which alone metrics compare; say why the others go."""
    lengths = {name: hypnogram.epoch for name, hypnogram in reference.items()}
    problems = []
    for usual, _ in Counter(lengths.values()).most_common(1):
        for name, length in lengths.items():
            if length != usual:
                del reference[name], observed[name]
                problems.append(
                    f"{name}: epochs of {length:g} s, but of {usual:g} s on most nights, and in these runs and changes "
                    "of stage do not compare; compare it apart"
                )
    return problems


def _read_subjects(path: Path) -> dict[str, str]:
    """Whose night each is; every row must be whole, and no two may contradict each other.

    In our own ``nights.csv`` a night is named by its recording, and ``night`` is its number.
    """
    if not path.is_file():
        raise HypnogramError("there is no such file", place=str(path), key="subjects")
    columns, rows = csv_rows(path)
    named = "recording" if "recording" in columns else "night"
    if not rows or not {named, "subject"} <= set(columns):
        what = "a table of subjects has the columns 'night' and 'subject', parted by commas"
        raise HypnogramError(what, place=str(path), key="subjects")
    whose: dict[str, str] = {}
    for line, row in rows:
        place = f"{path}, line {line}"
        if None in row or None in row.values():
            what = "not as many cells as there are columns"
            raise HypnogramError(what, place=place, remedy="complete the row")
        night, subject = row[named].strip(), row["subject"].strip()
        if not night or not subject:
            what = "a row names a night and its subject"
            raise HypnogramError(what, place=place, remedy="fill in both", key="subject" if night else named)
        if whose.setdefault(night, subject) != subject:
            what = f"night {night} is {subject}'s here and {whose[night]}'s above"
            raise HypnogramError(what, place=place, remedy="keep one of them", key="subject")
    return whose


def _write(folder: Path, epochs: EpochAgreement, metrics: MetricAgreement, figures: bool) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    tables: tuple[pd.DataFrame, ...] = (
        epochs.to_frame(),
        epochs.summary_frame(),
        epochs.confusion_frame(),
        metrics.to_frame(),
        metrics.values_frame(),
    )
    with together():
        _write_together(folder, tables, epochs, metrics, figures)


def _write_together(
    folder: Path, tables: Sequence[pd.DataFrame], epochs: EpochAgreement, metrics: MetricAgreement, figures: bool
) -> None:
    for name, table in zip(TABLES, tables, strict=True):
        rows = table.round(6).reset_index()
        write_csv(folder / f"{name}.csv", rows.to_dict("records"), [str(column) for column in rows.columns])
    if figures:
        from ..report.figures.agreement_figures import save_bland_altman, save_confusion

        (folder / "figures").mkdir(exist_ok=True)
        save_confusion(epochs, folder / "figures" / "confusion.png")
        for key, one in metrics.items():
            metric = METRICS[key]
            unit = "" if metric.unit == "count" else metric.unit
            path = folder / "figures" / f"bland_altman_{key}.png"
            save_bland_altman(one, path, label=metric.label, unit=unit, scorers=metrics.scorers)
