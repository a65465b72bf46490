"""Scorings as tables and bare columns: BIDS, YASA, U-Sleep, GSSC, Visbrain, and one stage a line."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import datetime
from itertools import pairwise

from ...core.plain import plain_word
from ...core.scorer import Scorer
from ...core.stage import Stage
from ..annotations import stage_of_text
from .clocks import moment_of
from .codings import NO_STAGE, as_integers, stages_of_cells
from .content import Content
from .scored import Ask, Scored, epochs_in_row

__all__ = [
    "is_bids", "is_gssc", "is_usleep", "is_visbrain", "is_word_list", "is_word_table", "read_bids", "read_column",
    "read_gssc", "read_usleep", "read_visbrain", "read_word_table",
]  # fmt: skip

STAGE_COLUMN = re.compile(r"stage|hypno|majority|consensus|scor", re.IGNORECASE)
USLEEP = re.compile(r"EPOCH=(\d+(?:\.\d+)?)", re.IGNORECASE)


def _stage_share(cells: Sequence[str]) -> float:
    """Share of cells that name a stage by a word."""
    return sum(stage_of_text(cell) is not None for cell in cells) / max(len(cells), 1)


def _one_of(content: Content, columns: dict[str, list[str]], ask: Ask) -> tuple[str, list[str]]:
    """Give the column that the user asked for, or the only one."""
    if ask.scorer is not None:
        for name, cells in columns.items():
            if ask.scorer.casefold() in (name.casefold(), name.casefold().removeprefix("stage_")):
                return name, cells
        raise content.error(f"there is no scorer {ask.scorer!r}", f"it is one of {', '.join(columns)}", key="scorer")
    if len(columns) > 1:
        raise content.error(
            f"{len(columns)} columns hold stages: {', '.join(columns)}", "name one as the scorer", key="scorer"
        )
    if not columns:
        raise content.error("no column holds stages")
    return next(iter(columns.items()))


# --------------------------------------------------------------------------------------------------------------- BIDS
def is_bids(content: Content) -> bool:
    """Whether its columns begin with onset and duration, tabs between."""
    return content.lines[0].split("\t")[:2] == ["onset", "duration"]


def read_bids(content: Content, ask: Ask) -> list[Scored]:
    """Read a table of BIDS events; integers need a coding, for its sidecar need not say what they mean."""
    head, *rows = content.rows("\t")
    rows = [row for row in rows if len(row) == len(head)]
    columns = {name: [row[i] for row in rows] for i, name in enumerate(head)}
    try:
        onset = [float(cell) for cell in columns["onset"]]
        duration = [0.0 if plain_word(cell) in NO_STAGE else float(cell) for cell in columns["duration"]]
    except ValueError as error:
        raise content.error(f"an onset or duration is no number ({error})") from None
    others = {name: cells for name, cells in columns.items() if name not in ("onset", "duration")}
    found = {
        name: cells for name, cells in others.items()
        if (as_integers(cells) and STAGE_COLUMN.search(name)) or any(stage_of_text(cell) is not None for cell in cells)
    }  # fmt: skip
    name, cells = _one_of(content, found, ask)
    epoch = ask.epoch or next((length for length in duration if length > 0), 30.0)
    scorer = Scorer(name if name in found and STAGE_COLUMN.search(name) else "")
    if as_integers(cells) is None and ask.coding is None:
        stages: list[Stage | None] = [stage_of_text(cell) for cell in cells]
        return [Scored(onset, duration, cells, stages, ask.epoch or 30.0, None, scorer)]
    known = stages_of_cells(cells, ask, epoch=epoch, source=f"{content.name}, column {name}")
    return [Scored(onset, duration, cells, known, epoch, None, scorer)]


# --------------------------------------------------------------------------------------------------- tables with words
def is_word_table(content: Content) -> bool:
    """Whether a column of a comma-separated table is stages in words, as YASA's `to_csv` writes."""
    rows = content.rows(",", most=2000)
    if len(rows) < 2 or not 2 <= len(rows[0]) <= 12:
        return False
    return any(_stage_share(cells) > 0.5 for cells in _columns(rows).values())


def _columns(rows: list[list[str]]) -> dict[str, list[str]]:
    head, *body = rows
    return {name: [row[i] for row in body if len(row) == len(head)] for i, name in enumerate(head)}


def read_word_table(content: Content, ask: Ask) -> list[Scored]:
    """Read a table with a column of stages and perhaps one of time, whose steps are the epochs."""
    columns = _columns(content.rows(","))
    found = {name: cells for name, cells in columns.items() if _stage_share(cells) > 0.5}
    name, cells = _one_of(content, found, ask)
    stages = stages_of_cells(cells, ask, source=f"{content.name}, column {name}")
    start, epoch = _start_and_step(content, next(iter(columns.values())))
    scorer = Scorer("" if STAGE_COLUMN.search(name) else name)
    return [epochs_in_row(stages, epoch=ask.epoch or epoch or 30.0, start=start, scorer=scorer)]


def _start_and_step(content: Content, cells: Sequence[str]) -> tuple[datetime | None, float | None]:
    times = [moment_of(cell) for cell in cells]
    moments = [moment for moment in times if moment is not None]
    if len(moments) != len(cells) or len(cells) < 2:
        return None, None
    steps = {(b - a).total_seconds() for a, b in pairwise(moments)}
    if len(steps) > 1:
        raise content.error(f"its epochs are {', '.join(f'{step:g}' for step in sorted(steps)[:4])} s apart")
    return moments[0], steps.pop()


# ----------------------------------------------------------------------------------------------------------- programs
def is_usleep(content: Content) -> bool:
    """Whether it begins with the length of its epochs, as U-Sleep writes."""
    return USLEEP.fullmatch(content.filled[0]) is not None if content.filled else False


def read_usleep(content: Content, ask: Ask) -> list[Scored]:
    """Read a hypnogram of U-Sleep."""
    found = USLEEP.fullmatch(content.filled[0])
    epoch = float(found[1]) if found else 30.0
    words = [line for line in content.filled if "=" not in line]
    stages = stages_of_cells(words, ask, coding="psg_utils_ids", epoch=epoch, source=content.name)
    return [epochs_in_row(stages, epoch=ask.epoch or epoch, scorer=Scorer("U-Sleep", "classifier"))]


def is_gssc(content: Content) -> bool:
    """Whether it is a table of GSSC."""
    return content.lines[0].startswith("Hypnogram of ") and content.text.find("Epoch,Time,Stage,Prob. W") > 0


def read_gssc(content: Content, ask: Ask) -> list[Scored]:
    """Read a table of GSSC: the stage is the third column."""
    rows = [row for row in content.rows(",", 2) if len(row) >= 3]
    coding = "aasm5_gssc_usleep_yasa_dod"
    stages = stages_of_cells([row[2] for row in rows], ask, coding=coding, source=content.name)
    return [epochs_in_row(stages, epoch=ask.epoch or 30.0, scorer=Scorer("GSSC", "classifier"))]


def _visbrain_rows(content: Content) -> list[tuple[str, float]] | None:
    rows = []
    for line in content.filled:
        if line.startswith("*"):
            continue
        word, _, end = line.partition("\t")
        try:
            rows.append((word.strip(), float(end)))
        except ValueError:
            return None
    ends = [end for _, end in rows]
    return rows if rows and ends == sorted(ends) else None


def is_visbrain(content: Content) -> bool:
    """Whether each line is a stage in words and the second at which it ends."""
    rows = _visbrain_rows(content)
    return (
        rows is not None
        and _stage_share([word for word, _ in rows]) > 0.5
        and all(stage_of_text(w) is not None or plain_word(w) in NO_STAGE for w, _ in rows)
    )


def read_visbrain(content: Content, ask: Ask) -> list[Scored]:
    """Read a hypnogram of Visbrain: each stage lasts from the end of the one before to its own."""
    rows = _visbrain_rows(content)
    if rows is None:
        raise content.error("its lines are not stages and the seconds at which they end")
    words, ends = [word for word, _ in rows], [end for _, end in rows]
    onset = [0.0, *ends[:-1]]
    stages = stages_of_cells(words, ask, source=content.name)
    return [Scored(onset, [b - a for a, b in zip(onset, ends, strict=True)], words, stages, ask.epoch or 30.0)]


# -------------------------------------------------------------------------------------------------- one stage a line
def is_word_list(content: Content) -> bool:
    """Whether each line is a stage in words; the first may be a title."""
    words = content.filled[1:] or content.filled
    return any(stage_of_text(word) is not None for word in words) and all(
        stage_of_text(word) is not None or plain_word(word) in NO_STAGE for word in words
    )


def read_column(coding: str | None, epoch: float) -> Callable[[Content, Ask], list[Scored]]:
    """Give the reader of one word or integer a line, or of the first of several columns."""

    def read(content: Content, ask: Ask) -> list[Scored]:
        cells = [re.split(r"[\s,;]+", line)[0] for line in content.filled if not line.startswith("[")]
        titled = len(cells) > 1 and as_integers(cells[:1]) is None and stage_of_text(cells[0]) is None
        if titled and plain_word(cells[0]) not in NO_STAGE:
            cells = cells[1:]
        length = ask.epoch or epoch
        return [
            epochs_in_row(stages_of_cells(cells, ask, coding=coding, epoch=length, source=content.name), epoch=length)
        ]

    return read
