"""Hypnograms to files and back: our own CSV, and the annotations of EDF+ and BDF+."""

from __future__ import annotations

import json
import math
import os
from datetime import datetime
from pathlib import Path

import numpy as np

from ..core.errors import HypnogramError, RecordingError
from ..core.events import Scoring
from ..core.hypnogram import Hypnogram
from ..core.scorer import Scorer
from ..core.stage import STAGES_OF_LEVEL, Stage
from .annotations import scoring_from_annotations
from .edf.header import read_edf_header
from .edf.records import MOST_ANNOTATIONS, read_times
from .files import open_file, replacing

__all__ = ["read_hypnogram", "read_scoring", "write_hypnogram"]

MAGIC = "# somnometry hypnogram: "
VERSION = "1"
KEYS = ("epoch_seconds", "start", "lights_off_seconds", "lights_on_seconds", "scorer", "levels")
COLUMNS = ["onset", "duration", "stage"]
PROBABILITIES = [f"p_{stage.label}" for stage in STAGES_OF_LEVEL[5]]
#: Further line of the head where more is known of the scorer than a name.
SCORER_FIELDS = "scorer_fields"
UNKNOWN = "unknown"
STAGE_OF_LABEL = {stage.label: stage for stage in Stage}


# ---------------------------------------------------------------------------------------------------------- writing
def write_hypnogram(hypnogram: Hypnogram, path: str | os.PathLike[str]) -> None:
    """Write stages, probabilities, epoch length (seconds), start, lights (seconds), scorer and levels as CSV.

    `read_hypnogram` gives back exactly the same hypnogram. A file of that name is replaced, and never left half
    written.

    Parameters
    ----------
    hypnogram : Hypnogram
        What to write.
    path : path-like
        Name of the file, by custom ending in ``.csv``.

    Notes
    -----
    UTF-8 text: lines of ``# key: value``, then the columns ``onset`` and ``duration`` in seconds and ``stage`` as a
    label, ``?`` where the epoch is unscored; with probabilities also ``p_W``, ``p_N1``, ``p_N2``, ``p_N3`` and
    ``p_R``, empty where they are NaN. A scorer of whom more is known than a name has a line ``# scorer_fields: `` of
    JSON besides. ``pandas.read_csv(path, comment="#")`` reads the table.

    Examples
    --------
    >>> folder = getfixture("tmp_path")
    >>> write_hypnogram(Hypnogram([0, 1, -1], scorer="A"), folder / "night.csv")
    >>> print((folder / "night.csv").read_text())
    # somnometry hypnogram: 1
    # epoch_seconds: 30.0
    # start: unknown
    # lights_off_seconds: 0.0
    # lights_on_seconds: 90.0
    # scorer: "A"
    # levels: 5
    onset,duration,stage
    0.0,30.0,W
    30.0,30.0,N1
    60.0,30.0,?
    """
    lights = [
        UNKNOWN if light is None or math.isnan(light) else repr(light)
        for light in (hypnogram.lights_off, hypnogram.lights_on)
    ]
    start = UNKNOWN if hypnogram.start is None else hypnogram.start.isoformat()
    scorer = hypnogram.scorer
    head: dict[str, object] = dict(
        zip(KEYS, (repr(hypnogram.epoch), start, *lights, _json(str(scorer)), hypnogram.levels), strict=True)
    )
    if scorer != Scorer(str(scorer)):
        head[SCORER_FIELDS] = _json(scorer.to_dict())
    rows = [
        [repr(onset), repr(hypnogram.epoch), Stage(stage).label]
        for onset, stage in zip(hypnogram.onsets.tolist(), hypnogram.stages.tolist(), strict=True)
    ]
    columns = COLUMNS
    if hypnogram.probabilities is not None:
        columns = COLUMNS + PROBABILITIES
        for row, probabilities in zip(rows, hypnogram.probabilities.tolist(), strict=True):
            row += ["" if math.isnan(p) else repr(p) for p in probabilities]
    lines = [MAGIC + VERSION, *(f"# {key}: {value}" for key, value in head.items())]
    lines += [",".join(row) for row in (columns, *rows)]
    with replacing(path) as temporary:
        temporary.write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


# ---------------------------------------------------------------------------------------------------------- reading
def read_hypnogram(path: str | os.PathLike[str], *, epoch: float | None = None) -> Hypnogram:
    """Stages of every epoch out of a scoring file, with the lights in seconds where the file marks them.

    Parameters
    ----------
    path : path-like
        A CSV of `write_hypnogram`, or an EDF+ or BDF+ file with annotated stages, whether it also holds signals or
        not. What a file is, its content tells, not its name.
    epoch : float, optional
        Length of an epoch in seconds where the file does not say it; 30 by default.

    Returns
    -------
    Hypnogram
        Out of EDF+, epochs run from the start of the file to the end of the last stage annotation, unscored where no
        stage was annotated. Lights are NaN (unknown) where they are not marked; see `Hypnogram.whole`.

    Raises
    ------
    HypnogramError
        Where the file is of another kind, damaged, holds no stages, or the epoch length does not fit it.

    See Also
    --------
    read_scoring : the other annotations, too.

    Examples
    --------
    >>> folder = getfixture("tmp_path")
    >>> write_hypnogram(Hypnogram([0, 2, 4]), folder / "night.csv")
    >>> read_hypnogram(folder / "night.csv")
    Hypnogram(3 epochs of 30 s, W 1, N1 0, N2 1, N3 0, R 1)
    """
    return read_scoring(path, epoch=epoch).hypnogram


def read_scoring(path: str | os.PathLike[str], *, epoch: float | None = None) -> Scoring:
    """Stages of every epoch, and every other annotation (seconds from the start), out of a scoring file.

    Parameters
    ----------
    path, epoch
        As for `read_hypnogram`.

    Returns
    -------
    Scoring
        Events keep the scorer's words; markers of lights are among them.

    Raises
    ------
    HypnogramError
        As `read_hypnogram` does.

    Examples
    --------
    >>> folder = getfixture("tmp_path")
    >>> write_hypnogram(Hypnogram([0, 2, 4]), folder / "night.csv")
    >>> read_scoring(folder / "night.csv").events
    Events(0)
    """
    path = Path(path)
    try:
        with open_file(path) as file:
            head = file.read(64)
    except FileNotFoundError:
        raise
    except OSError as error:
        raise HypnogramError(f"cannot be opened ({error.strerror})", place=path.name) from None
    if not head.strip():
        raise HypnogramError("the file is empty", place=path.name, remedy="export the scoring again")
    if head[:8].strip(b" \0") in (b"0", b"\xffBIOSEMI"):
        return _read_edf(path, 30.0 if epoch is None else epoch)
    if head.removeprefix(b"\xef\xbb\xbf").startswith(MAGIC.encode()):
        return Scoring(_read_csv(path, epoch))
    raise HypnogramError(
        f"neither an EDF or BDF file nor a hypnogram of this package, whose first line begins with {MAGIC.strip()!r}",
        place=path.name,
        remedy="export the scoring as EDF+, or build a Hypnogram from its stages",
    )


def _read_edf(path: Path, epoch: float) -> Scoring:
    try:
        header = read_edf_header(path)
        times = read_times(path, header)
    except RecordingError as error:
        raise HypnogramError(error.what, place=error.place, remedy=error.remedy, key=error.key) from None
    marks = times.annotations
    if len(marks) >= MOST_ANNOTATIONS:  # the rest was not read
        raise HypnogramError(
            f"it has {MOST_ANNOTATIONS:,} annotations or more, which no scoring has", place=path.name,
            remedy="export the stages without what else is annotated",
        )  # fmt: skip
    return scoring_from_annotations(
        [mark.onset for mark in marks],
        [0.0 if math.isnan(mark.duration) else mark.duration for mark in marks],
        [mark.text for mark in marks],
        epoch=epoch,
        start=times.start(header),
        source=path.name,
    )


def _read_csv(path: Path, epoch: float | None) -> Hypnogram:
    try:
        lines = path.read_text(encoding="utf-8-sig").rstrip("\n").split("\n")
    except UnicodeDecodeError as error:
        raise HypnogramError(
            f"byte {error.start} is not UTF-8", place=path.name, remedy="save the file as UTF-8"
        ) from None
    version = lines[0].removeprefix(MAGIC).strip()
    if version != VERSION:
        raise HypnogramError(
            f"format version {version!r}, but this package reads {VERSION!r}",
            place=f"{path.name}, line 1",
            remedy="update somnometry",
        )
    n_head = next((i for i, line in enumerate(lines) if not line.startswith("#")), len(lines))
    head = dict(line[1:].strip().partition(": ")[::2] for line in lines[1:n_head])
    missing = [key for key in KEYS if key not in head]
    if missing:
        raise HypnogramError(f"its head lacks {', '.join(missing)}", place=path.name, remedy="write the file again")

    def value(key: str) -> float:
        try:
            return math.nan if head[key] == UNKNOWN else float(head[key])
        except ValueError:
            raise HypnogramError(
                f"{key} is {head[key]!r}", place=path.name, remedy=f"give seconds, or {UNKNOWN!r}"
            ) from None

    seconds = value("epoch_seconds")
    if epoch is not None and epoch != seconds:
        raise HypnogramError(
            f"its epochs last {seconds:g} s, not {epoch:g} s", place=path.name, remedy="leave epoch out"
        )
    try:
        start = None if head["start"] == UNKNOWN else datetime.fromisoformat(head["start"])
        scorer = Scorer(str(json.loads(head["scorer"])))
        if SCORER_FIELDS in head:
            scorer = Scorer.from_dict(json.loads(head[SCORER_FIELDS]))
        levels = int(head["levels"])
    except (ValueError, HypnogramError) as error:
        raise HypnogramError(f"start, scorer or levels cannot be understood: {error}", place=path.name) from None
    stages, probabilities = _read_rows(path.name, lines, n_head, seconds)
    try:
        return Hypnogram(
            stages,
            epoch=seconds,
            probabilities=probabilities,
            start=start,
            lights_off=value("lights_off_seconds"),
            lights_on=value("lights_on_seconds"),
            scorer=scorer,
            levels=levels,
        )
    except HypnogramError as error:
        raise HypnogramError(error.what, place=path.name, remedy=error.remedy, key=error.key) from None


def _read_rows(
    name: str, lines: list[str], n_head: int, epoch: float
) -> tuple[np.ndarray[tuple[int], np.dtype[np.int8]], np.ndarray[tuple[int, int], np.dtype[np.float64]] | None]:
    columns = lines[n_head].split(",") if n_head < len(lines) else []
    if columns not in (COLUMNS, COLUMNS + PROBABILITIES):
        raise HypnogramError(
            f"the columns are {','.join(columns)!r}",
            place=f"{name}, line {n_head + 1}",
            remedy=f"they must be {','.join(COLUMNS)!r}, and may go on with {','.join(PROBABILITIES)!r}",
        )
    stages, probabilities = [], []
    for i, line in enumerate(lines[n_head + 1 :]):
        where, cells = f"{name}, line {n_head + 2 + i}", line.split(",")
        if len(cells) != len(columns):
            raise HypnogramError(f"{len(cells)} cells in {len(columns)} columns", place=where, remedy="restore the row")
        if cells[2] not in STAGE_OF_LABEL:
            raise HypnogramError(
                f"the stage is {cells[2]!r}", place=where, remedy=f"it must be one of {', '.join(STAGE_OF_LABEL)}"
            )
        try:
            onset, duration, *row = (float(cell) if cell else math.nan for cell in cells[:2] + cells[3:])
        except ValueError as error:
            raise HypnogramError(str(error), place=where, remedy="give a number, or nothing for a NaN") from None
        if not (abs(onset - i * epoch) < 1e-6 * epoch and abs(duration - epoch) < 1e-6 * epoch):
            raise HypnogramError(
                f"an epoch of {duration:g} s at {onset:g} s where one of {epoch:g} s at {i * epoch:g} s is due",
                place=where,
                remedy="keep every epoch, with the stage '?' where it is unscored",
            )
        stages.append(STAGE_OF_LABEL[cells[2]])
        probabilities.append(row)
    shaped = np.array(probabilities, dtype=np.float64).reshape(len(stages), len(columns) - len(COLUMNS))
    return np.array(stages, dtype=np.int8), shaped if shaped.shape[1] else None
