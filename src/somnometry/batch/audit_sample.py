"""An audit of a study: draw whom people are to score, give them blinded recordings, take back what they scored.

The draw is of whole subjects within their sequences (or arms), by a seed, and is kept in the study's folder
(``audit/sample.csv``), which says which blinded name is which night: it stays away from the scorer, and is never drawn
again. What people scored becomes ``audit/values.csv``, whose columns `read_nights` puts beside those of the program.
"""

from __future__ import annotations

import math
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ..claims.data.study_nights import HUMAN_COLUMN
from ..claims.designs.audited_effect import LEAST_AUDITED
from ..core.errors import ClaimError, HypnogramError, RecordingError
from ..core.hypnogram import Hypnogram
from ..io.csv_tables import csv_text, write_csv
from ..io.edf.writer import write_edf
from ..io.hypnograms import read_hypnogram
from ..io.nights.find import find_nights
from ..io.recordings import read_recording
from ..metrics.architecture import architecture
from ..metrics.table import METRICS
from .nights_csv import AUDITED, csv_rows, is_file_name, read_table, source_id
from .records import require_rows

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["AuditedNight", "audited_values", "draw_audit", "export_audit", "take_audit"]

#: Below the folder of a study: the draw.
SAMPLE = Path("audit", "sample.csv")
COLUMNS = ("blinded", "recording", "subject", "sequence", "seed")
#: How many nights were drawn in all, in every row, so that rows that are lost are missed.
COUNT = "drawn"
SEED = re.compile(r"[0-9]{1,20}")
#: What no scorer shall tell the order of the nights by.
NO_DAY = datetime(2000, 1, 1)


@dataclass(frozen=True, slots=True)
class AuditedNight:
    """A night that people are to score.

    Parameters
    ----------
    blinded : str
        What the scorer's file is called.
    recording, subject, sequence : str
        Of the row in ``nights.csv``; the sequence is the conditions in the order of the periods.
    seed : int
        Of the draw.
    """

    blinded: str
    recording: str
    subject: str
    sequence: str
    seed: int


def draw_audit(derivatives: str | os.PathLike[str], n: int, *, seed: int = 0) -> tuple[AuditedNight, ...]:
    """Draw subjects whose nights people are to score, or give those that were drawn before.

    Parameters
    ----------
    derivatives : path-like
        Folder of `measure`, whose ``nights.csv`` has subjects and conditions.
    n : int
        Subjects, at least 8, shared out to the sequences by their sizes, one at least to each.
    seed : int

    Returns
    -------
    tuple of AuditedNight
        All nights with status "ok" of the subjects, in the order of their blinded names, which is by lot.

    Raises
    ------
    ClaimError
        If there are fewer subjects, other numbers were drawn before, or a night that was drawn is no more among those
        of the study.
    """
    folder = Path(derivatives)
    nights = _nights(folder)
    if (folder / SAMPLE).exists():
        drawn = _read_sample(folder)
        _require_drawn(drawn, nights, folder)
        subjects = len({night.subject for night in drawn})
        if (subjects, drawn[0].seed) != (n, seed):
            raise ClaimError(
                f"{subjects} subjects were drawn with seed {drawn[0].seed}, and a study is drawn once",
                place=str(folder / SAMPLE), key="n", remedy=f"give --n {subjects} --seed {drawn[0].seed}",
            )  # fmt: skip
        return drawn
    groups = _sequences(nights)
    if n < LEAST_AUDITED or n > sum(map(len, groups.values())) or n < len(groups):
        there = f"{sum(map(len, groups.values()))} subjects in {len(groups)} sequences"
        raise ClaimError(f"an audit takes {LEAST_AUDITED} to all subjects, not {n} of {there}", key="n")
    rng = np.random.default_rng(seed)
    chosen: dict[str, str] = {}
    for sequence, size in _shares({name: len(people) for name, people in groups.items()}, n).items():
        chosen |= {str(who): sequence for who in rng.choice(sorted(groups[sequence]), size, replace=False)}
    rows = nights[nights["subject"].isin(list(chosen))]
    digits = len(str(len(rows)))
    drawn = tuple(
        AuditedNight(f"night-{i:0{digits}d}", str(recording), str(subject), chosen[str(subject)], seed)
        for i, (recording, subject) in enumerate(
            (rows["recording"].iloc[k], rows["subject"].iloc[k]) for k in rng.permutation(len(rows))
        )
    )
    (folder / SAMPLE).parent.mkdir(exist_ok=True)
    rows_of = [{name: getattr(night, name) for name in COLUMNS} | {COUNT: len(drawn)} for night in drawn]
    write_csv(folder / SAMPLE, rows_of)
    return drawn


def export_audit(
    derivatives: str | os.PathLike[str],
    recordings: Sequence[str | os.PathLike[str]],
    out: str | os.PathLike[str],
    *,
    table: str | os.PathLike[str] | None = None,
) -> list[Path]:
    """Write the nights that were drawn as EDF+ under blinded names, for the scorer.

    The files hold the EEG that could be read, both eyes and the chin, the clock, and lights where they are known: no
    day, no name, no annotation besides, and nothing of the arm.

    Parameters
    ----------
    derivatives : path-like
    recordings : sequence of path-like
        What was given to `measure`.
    out : path-like
        Folder for the scorer.
    table : path-like, optional
        The table of recordings that was given to `measure`.

    Raises
    ------
    RecordingError
        If a night that was drawn is not among the recordings.
    ClaimError
        If one is not among the nights of the study, or nobody was drawn.
    """
    folder, target = Path(derivatives), Path(out)
    drawn, nights = _read_sample(folder), _nights(folder)
    _require_drawn(drawn, nights, folder)
    if "source_id" not in nights:
        what, remedy = "nights.csv does not say which files its nights are of", "give the folder of `measure`"
        raise ClaimError(what, place=str(folder), key="source_id", remedy=remedy)
    sources = dict(zip(nights["recording"].astype(str), nights["source_id"].astype(str), strict=True))
    found = {source_id(night): night for night in find_nights(recordings, table).nights}
    target.mkdir(parents=True, exist_ok=True)
    written = []
    for one in drawn:
        night = found.get(sources.get(one.recording, ""))
        if night is None:
            raise RecordingError(
                "this night was drawn, and its recording is not there", place=one.recording, key="recordings",
                remedy="give the folders that were given to `measure`",
            )  # fmt: skip
        recording = read_recording(night, eeg="all", both_eyes=True)
        start = None if recording.start is None else datetime.combine(NO_DAY.date(), recording.start.time())
        written.append(target / f"{one.blinded}.edf")
        write_edf(recording.replace(start=start), written[-1])
    return written


def take_audit(
    derivatives: str | os.PathLike[str], scorings: str | os.PathLike[str], *, max_unscored: float = 0.20
) -> Path:
    """Measure what people scored of the nights that were drawn, in the lights of the program's own hypnograms.

    Parameters
    ----------
    derivatives : path-like
    scorings : path-like
        Folder with one scoring of each night, called as its blinded recording, of any format that is read.
    max_unscored : float
        As for `architecture`.

    Returns
    -------
    Path
        ``audit/values.csv``: a row for each night, a column ``<metric>_human`` for each metric.

    Raises
    ------
    RecordingError
        If a night has no scoring, or several.
    HypnogramError
        If a scoring cannot be read, or has not the epochs of its night.
    """
    folder = Path(derivatives)
    rows: list[dict[str, Any]] = []
    for one in _read_sample(folder):
        files = sorted(file for file in Path(scorings).iterdir() if file.name.split(".")[0] == one.blinded)
        if len(files) != 1:
            what = f"{len(files) or 'no'} scorings are called {one.blinded}"
            raise RecordingError(what, place=str(scorings), remedy="give one of each night that was drawn")
        auto = read_hypnogram(folder / "hypnograms" / f"{one.recording}.csv")
        measured = architecture(_lit(read_hypnogram(files[0]), auto, files[0].name), max_unscored=max_unscored)
        values = {f"{key}{HUMAN_COLUMN}": measured[key] for key in METRICS}
        rows.append({"recording": one.recording} | {k: v for k, v in values.items() if math.isfinite(v)})
    columns = ["recording", *(f"{key}{HUMAN_COLUMN}" for key in METRICS)]
    write_csv(folder / AUDITED, rows, [name for name in columns if any(name in row for row in rows)])
    return folder / AUDITED


def _lit(human: Hypnogram, auto: Hypnogram, place: str) -> Hypnogram:
    """A person's scoring in the program's lights; both begin with the recording."""
    if abs(human.duration - auto.duration) > max(2 * human.epoch, 2 * auto.epoch):
        raise HypnogramError(
            f"{human.duration / 60:.4g} min are scored of a night of {auto.duration / 60:.4g} min", place=place,
            remedy="score the whole recording, also where nobody wore it, as unscored",
        )  # fmt: skip
    off, on = (math.nan if light is None else light for light in (auto.lights_off, auto.lights_on))
    return human.replace(lights_off=off, lights_on=min(on, human.duration))


def _nights(folder: Path) -> pd.DataFrame:
    try:
        nights = read_table(folder / "nights.csv")
    except FileNotFoundError:
        what, remedy = "there is no nights.csv", "give the folder of `measure`"
        raise ClaimError(what, place=str(folder), remedy=remedy) from None
    except (OSError, ValueError) as error:
        what = f"cannot be read as a table of nights ({type(error).__name__}: {error})"
        raise ClaimError(what, place=str(folder / "nights.csv"), remedy="measure again, which writes it anew") from None
    for name in ("recording", "subject", "condition"):
        if name not in nights:
            what, remedy = f"nights.csv has no column {name!r}", "give recordings.csv to `measure`"
            raise ClaimError(what, place=str(folder), remedy=remedy, key=name)
    require_rows(folder, nights["recording"])
    nights = nights.assign(subject=nights["subject"].astype(str))
    return nights[(nights["status"] == "ok") & nights["condition"].notna()] if "status" in nights else nights


def _sequences(nights: pd.DataFrame) -> dict[str, list[str]]:
    """Subjects of each sequence: the conditions of a subject in the order of periods, without what repeats."""
    order = [name for name in ("period", "night") if name in nights]
    groups: dict[str, list[str]] = {}
    for subject, rows in nights.groupby("subject", sort=True):
        conditions = [str(c) for c in (rows.sort_values(order) if order else rows)["condition"]]
        name = "-".join(c for i, c in enumerate(conditions) if i == 0 or c != conditions[i - 1])
        groups.setdefault(name, []).append(str(subject))
    return groups


def _shares(sizes: dict[str, int], n: int) -> dict[str, int]:
    """How many of each group: by its size, the largest remainders first, one at least.

    Examples
    --------
    >>> _shares({"AB": 20, "BA": 20}, 9), _shares({"AB": 30, "BA": 9, "A": 1}, 8)
    ({'AB': 5, 'BA': 4}, {'AB': 6, 'BA': 1, 'A': 1})
    """
    shares = dict.fromkeys(sizes, 1)
    while sum(shares.values()) < n:
        total = sum(sizes.values())
        free = [name for name in sizes if shares[name] < sizes[name]]
        shares[max(free, key=lambda name: n * sizes[name] / total - shares[name])] += 1
    return shares


def _read_sample(folder: Path) -> tuple[AuditedNight, ...]:
    if not (folder / SAMPLE).exists():
        what, remedy = "nobody was drawn for an audit", "draw with `somnometry audit-sample FOLDER --n 8`"
        raise ClaimError(what, place=str(folder), remedy=remedy)
    columns, rows = csv_rows(folder / SAMPLE)
    remedy = "put it back as it was written"
    if not {*COLUMNS} <= {*columns} or not rows:
        raise ClaimError("this is no draw of an audit", place=str(folder / SAMPLE), remedy=remedy)
    drawn = []
    for line, row in rows:
        cells = {name: csv_text(row[name] or "") for name in COLUMNS}
        if not (is_file_name(cells["blinded"]) and is_file_name(cells["recording"]) and SEED.fullmatch(cells["seed"])):
            what, place = "this is no night of a draw", f"{folder / SAMPLE}, line {line}"
            raise ClaimError(what, place=place, remedy=remedy)
        blinded, recording, subject, sequence, seed = cells.values()
        drawn.append(AuditedNight(blinded, recording, subject, sequence, int(seed)))
    if COUNT in columns and {row[COUNT] for _, row in rows} != {str(len(rows))}:  # older draws have no count
        what = f"{rows[0][1][COUNT]} nights were drawn, and {len(rows)} are in the table"
        raise ClaimError(what, place=str(folder / SAMPLE), remedy=remedy)
    return tuple(drawn)


def _require_drawn(drawn: Sequence[AuditedNight], nights: pd.DataFrame, folder: Path) -> None:
    """Refuse a draw whose nights are no more those of the study: another table lies there now."""
    whose = dict(zip(nights["recording"].astype(str), nights["subject"], strict=True))
    lost = [night for night in drawn if whose.get(night.recording) != night.subject]
    if lost:
        who = f"{lost[0].recording} of {lost[0].subject}"
        raise ClaimError(
            f"{len(lost)} nights that were drawn are not among those of the study, such as {who}",
            place=str(folder / "nights.csv"), key="recording",
            remedy=f"measure them again; where this is another study, move {SAMPLE.parent} away, and draw anew",
        )  # fmt: skip


def audited_values(folder: Path) -> pd.DataFrame:
    """Read what people scored of the nights of an audit, a row for each, by the name of its recording.

    Parameters
    ----------
    folder : Path
        Of `measure`, where `take_audit` wrote the table.

    Raises
    ------
    ClaimError
        If it is no such table, names a night twice, or lacks nights that were drawn.
    """
    place, remedy = str(folder / AUDITED), "take the scorings back again, with `somnometry audit-sample --scorings`"
    try:
        values = read_table(folder / AUDITED).set_index("recording").astype(np.float64)
    except (KeyError, ValueError, OSError) as error:
        what = f"cannot be read as values of an audit ({type(error).__name__})"
        raise ClaimError(what, place=place, remedy=remedy) from None
    drawn = [night.recording for night in _read_sample(folder)] if (folder / SAMPLE).exists() else []
    lost = sorted({*drawn} - {*values.index})
    if lost or values.index.has_duplicates:
        what = f"{len(lost)} nights are lost, such as {lost[0]}" if lost else "a night is there twice"
        raise ClaimError(what, place=place, key="recording", remedy=remedy)
    return values
