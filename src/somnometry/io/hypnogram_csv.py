"""Our own table of a hypnogram: written, and read back exactly."""

from __future__ import annotations

import json
import math
import os
from datetime import datetime
from pathlib import Path

import numpy as np

from ..core.errors import HypnogramError
from ..core.hypnogram import Hypnogram
from ..core.scorer import Scorer
from ..core.shown_text import json_text
from ..core.stage import STAGES_OF_LEVEL, Stage
from .files import read_whole, replacing

__all__ = ["LARGEST", "MAGIC", "MOST_LINES", "read_csv", "write_csv"]

MAGIC = "# somnometry hypnogram: "
VERSION = "1"
KEYS = ("epoch_seconds", "start", "lights_off_seconds", "lights_on_seconds", "scorer", "levels")
COLUMNS = ["onset", "duration", "stage"]
PROBABILITIES = [f"p_{stage.label}" for stage in STAGES_OF_LEVEL[5]]
#: Further line of the head where more is known of the scorer than a name.
SCORER_FIELDS = "scorer_fields"
#: Further line of the head that says how many rows follow, of which a table that was cut has fewer; 0.2.0 wrote none.
EPOCHS = "epochs"
UNKNOWN = "unknown"
#: Bytes and lines: a month of seconds, without probabilities.
LARGEST, MOST_LINES = 1 << 27, 2_700_000
STAGE_OF_LABEL = {stage.label: stage for stage in Stage}


# ---------------------------------------------------------------------------------------------------------- writing
def write_csv(hypnogram: Hypnogram, path: str | os.PathLike[str]) -> None:
    """Write stages, probabilities, epoch length (seconds), start, lights (seconds), scorer and levels as CSV.

    `read_csv` gives back exactly the same hypnogram.

    Parameters
    ----------
    hypnogram : Hypnogram
        What to write.
    path : path-like

    Raises
    ------
    HypnogramError
        Where the file would have more than 128 MB, which is more than `read_hypnogram` reads.

    Notes
    -----
    UTF-8 text: lines of ``# key: value``, the last of which says how many epochs follow, then the columns ``onset`` and
    ``duration`` in seconds and ``stage`` as a label, ``?`` where the epoch is unscored; with probabilities also
    ``p_W``, ``p_N1``, ``p_N2``, ``p_N3`` and ``p_R``, empty where they are NaN. A scorer of whom more is known than a
    name has a line ``# scorer_fields: `` of JSON besides. ``pandas.read_csv(path, comment="#")`` reads the table.

    Examples
    --------
    >>> folder = getfixture("tmp_path")
    >>> write_csv(Hypnogram([0, 1, -1], scorer="A"), folder / "night.csv")
    >>> print((folder / "night.csv").read_text())
    # somnometry hypnogram: 1
    # epoch_seconds: 30.0
    # start: unknown
    # lights_off_seconds: 0.0
    # lights_on_seconds: 90.0
    # scorer: "A"
    # levels: 5
    # epochs: 3
    onset,duration,stage
    0.0,30.0,W
    30.0,30.0,N1
    60.0,30.0,?
    <BLANKLINE>
    """
    lights = [
        UNKNOWN if light is None or math.isnan(light) else repr(light)
        for light in (hypnogram.lights_off, hypnogram.lights_on)
    ]
    start = UNKNOWN if hypnogram.start is None else hypnogram.start.isoformat()
    scorer = hypnogram.scorer
    head: dict[str, object] = dict(
        zip(KEYS, (repr(hypnogram.epoch), start, *lights, json_text(str(scorer)), hypnogram.levels), strict=True)
    )
    if scorer != Scorer(str(scorer)):
        head[SCORER_FIELDS] = json_text(scorer.to_dict())
    head[EPOCHS] = hypnogram.n_epochs
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
    content = ("\n".join(lines) + "\n").encode("utf-8", "backslashreplace")
    if len(content) > LARGEST:
        what = f"{hypnogram.n_epochs:,} epochs are more than a file of {LARGEST >> 20} MB holds"
        raise HypnogramError(what, place=Path(path).name, remedy="write it in parts, or without probabilities")
    with replacing(path) as temporary:
        temporary.write_bytes(content)


# ---------------------------------------------------------------------------------------------------------- reading
def _lines(name: str, text: str) -> list[str]:
    if text.count("\n") + text.count("\r") > 2 * MOST_LINES:  # each of them may be ended by two characters
        raise HypnogramError(f"more than {MOST_LINES:,} lines are no night", place=name, remedy="copy it again")
    return text.replace("\r\n", "\n").replace("\r", "\n").rstrip("\n").split("\n")


def read_csv(path: Path, epoch: float | None, *, probabilities: bool = True) -> Hypnogram:
    """Read what `write_csv` wrote; `epoch`, if it is given, must be that of the file.

    Without `probabilities` their cells are counted and not read.
    """
    try:
        lines = _lines(path.name, read_whole(path, LARGEST).decode("utf-8-sig"))
    except OSError as error:
        raise HypnogramError(f"cannot be read ({error.strerror})", place=path.name) from None
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
        levels, told = int(head["levels"]), int(head.get(EPOCHS, "0"))
    except (ValueError, OverflowError, RecursionError, HypnogramError) as error:
        raise HypnogramError(
            f"start, scorer, levels or epochs cannot be understood: {error}", place=path.name
        ) from None
    stages, by_stage = _read_rows(path.name, lines, n_head, seconds, probabilities)
    if len(stages) < told:
        raise HypnogramError(
            f"it was cut: {len(stages):,} of {told:,} epochs are there", place=path.name,
            remedy="copy it again; who took epochs away on purpose changes the line '# epochs:'",
        )  # fmt: skip
    try:
        return Hypnogram(
            stages,
            epoch=seconds,
            probabilities=by_stage,
            start=start,
            lights_off=value("lights_off_seconds"),
            lights_on=value("lights_on_seconds"),
            scorer=scorer,
            levels=levels,
        )
    except HypnogramError as error:
        raise HypnogramError(error.what, place=path.name, remedy=error.remedy, key=error.key) from None


def _read_rows(
    name: str, lines: list[str], n_head: int, epoch: float, with_probabilities: bool
) -> tuple[np.ndarray[tuple[int], np.dtype[np.int8]], np.ndarray[tuple[int, int], np.dtype[np.float64]] | None]:
    columns = lines[n_head].split(",") if n_head < len(lines) else []
    if columns not in (COLUMNS, COLUMNS + PROBABILITIES):
        raise HypnogramError(
            f"the columns are {','.join(columns)!r}",
            place=f"{name}, line {n_head + 1}",
            remedy=f"they must be {','.join(COLUMNS)!r}, and may go on with {','.join(PROBABILITIES)!r}",
        )
    rows, width = lines[n_head + 1 :], len(columns)
    if not (math.isfinite(epoch) and epoch > 0):
        raise HypnogramError(f"epoch_seconds is {epoch:g}", place=name, key="epoch", remedy="give seconds")
    if (counts := [row.count(",") + 1 for row in rows]) != [width] * len(rows):
        i = next(i for i, count in enumerate(counts) if count != width)
        what = f"{counts[i]} cells in {width} columns"
        raise HypnogramError(what, place=f"{name}, line {n_head + 2 + i}", remedy="restore the row")
    cells = ",\n,".join(rows).split(",") if rows else []  # all at once, with a mark between any two rows
    onset, duration, labels, *rest = (cells[i :: width + 1] for i in range(width))
    try:
        stages = np.array([STAGE_OF_LABEL[label] for label in labels], dtype=np.int8)
        with np.errstate(over="ignore", invalid="ignore"):
            late = _numbers(onset) - np.arange(len(rows)) * epoch
            longer = _numbers(list(set(duration))) - epoch
        if not (np.abs(late) < 1e-6 * epoch).all() or not (np.abs(longer) < 1e-6 * epoch).all():
            raise ValueError("not the epochs that are due")
        wanted = rest if with_probabilities else []
        probabilities = np.column_stack([_numbers(column) for column in wanted]) if wanted else None
    except (ValueError, KeyError):
        for i, row in enumerate(rows):
            _check_row(row, i, epoch, where=f"{name}, line {n_head + 2 + i}")
        raise
    return stages, probabilities


def _numbers(cells: list[str]) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Give the numbers in some cells, NaN where one is empty."""
    return np.array(list(map(float, cells if "" not in cells else [cell or "nan" for cell in cells])), np.float64)


def _check_row(row: str, i: int, epoch: float, *, where: str) -> None:
    """Refuse a row that is not that of epoch `i`."""
    cells = row.split(",")
    if cells[2] not in STAGE_OF_LABEL:
        raise HypnogramError(
            f"the stage is {cells[2]!r}", place=where, remedy=f"it must be one of {', '.join(STAGE_OF_LABEL)}"
        )
    try:
        onset, duration, *_ = (float(cell) if cell else math.nan for cell in cells[:2] + cells[3:])
    except ValueError as error:
        raise HypnogramError(str(error), place=where, remedy="give a number, or nothing for a NaN") from None
    if not (abs(onset - i * epoch) < 1e-6 * epoch and abs(duration - epoch) < 1e-6 * epoch):
        raise HypnogramError(
            f"an epoch of {duration:g} s at {onset:g} s where one of {epoch:g} s at {i * epoch:g} s is due",
            place=where,
            remedy="keep every epoch, with the stage '?' where it is unscored",
        )
