"""Scorings as bare columns: U-Sleep, GSSC, Visbrain, and one stage a line."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import pairwise

from ...core.scorer import Scorer
from ..annotations import stage_of_text
from .codings import as_integers, says_no_stage, stages_of_cells
from .content import Content
from .scored import Ask, Scored, epoch_of_bouts, epochs_in_row
from .tables import stage_share

__all__ = [
    "check_blank_lines", "first_cells", "is_gssc", "is_ids", "is_usleep", "is_visbrain", "is_word_list", "read_column",
    "read_gssc", "read_ids", "read_usleep", "read_visbrain",
]  # fmt: skip

USLEEP = re.compile(r"EPOCH=(\d+(?:\.\d+)?)", re.IGNORECASE)


# ----------------------------------------------------------------------------------------------------------- programs
def is_usleep(content: Content) -> bool:
    """Whether it begins with the length of its epochs, as U-Sleep writes."""
    return USLEEP.fullmatch(content.filled[0]) is not None if content.filled else False


def read_usleep(content: Content, ask: Ask) -> list[Scored]:
    """Read a hypnogram of U-Sleep."""
    found = USLEEP.fullmatch(content.filled[0]) if content.filled else None
    epoch = float(found[1]) if found else 30.0
    check_blank_lines(content)
    words = [line for line in content.filled if "=" not in line]
    stages = stages_of_cells(words, ask, coding="psg_utils_ids", epoch=epoch, source=content.name)
    return [epochs_in_row(stages, epoch=ask.epoch or epoch, scorer=Scorer("U-Sleep", "classifier"))]


def is_gssc(content: Content) -> bool:
    """Whether it is a table of GSSC."""
    return content.lines[0].startswith("Hypnogram of ") and content.text.find("Epoch,Time,Stage,Prob. W") > 0


def read_gssc(content: Content, ask: Ask) -> list[Scored]:
    """Read a table of GSSC: the stage is the third column."""
    rows = content.rows(",", 2)
    numbers = as_integers([row[0] for row in rows]) or []
    if any(len(row) < 3 for row in rows) or any(b != (a or 0) + 1 for a, b in pairwise(numbers)):
        raise content.error("its epochs are not numbered in a row, each with its stage", "write the table again")
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
        and stage_share([word for word, _ in rows]) > 0.5
        and all(stage_of_text(w) is not None or says_no_stage(w) for w, _ in rows)
    )


def read_visbrain(content: Content, ask: Ask) -> list[Scored]:
    """Read a hypnogram of Visbrain: each stage lasts from the end of the one before to its own."""
    rows = _visbrain_rows(content)
    if rows is None:
        raise content.error("its lines are not stages and the seconds at which they end")
    words, ends = [word for word, _ in rows], [end for _, end in rows]
    onset = [0.0, *ends[:-1]]
    stages = stages_of_cells(words, ask, source=content.name)
    duration = [b - a for a, b in zip(onset, ends, strict=True)]
    return [Scored(onset, duration, words, stages, ask.epoch or epoch_of_bouts(onset, duration, stages))]


# ------------------------------------------------------------------------------------------------ start, length, stage
IDS = re.compile(r"\s*(\d+(?:\.\d+)?)\s*,\s*(\d+(?:\.\d+)?)\s*,\s*([^,]+?)\s*")


def _ids_rows(content: Content) -> list[tuple[float, float, str]] | None:
    if not content.filled or IDS.fullmatch(content.filled[0]) is None:
        return None
    found = [IDS.fullmatch(line) for line in content.filled]
    rows = [(float(row[1]), float(row[2]), row[3]) for row in found if row is not None]
    return rows if rows and len(rows) == len(found) else None


def is_ids(content: Content) -> bool:
    """Whether each line is a start, a length and a stage in words, one after the other, as psg-utils keeps them."""
    rows = _ids_rows(content)
    in_row = rows is not None and all(abs(a + d - b) < 1e-3 for (a, d, _), (b, _, _) in pairwise(rows))
    return rows is not None and in_row and stage_share([word for _, _, word in rows]) > 0.5


def read_ids(content: Content, ask: Ask) -> list[Scored]:
    """Read starts, lengths and stages."""
    rows = _ids_rows(content)
    if rows is None:
        raise content.error("its lines are not starts, lengths and stages")
    onset, duration, words = [row[0] for row in rows], [row[1] for row in rows], [row[2] for row in rows]
    stages = stages_of_cells(words, ask, coding="psg_utils_ids", source=content.name)
    return [Scored(onset, duration, words, stages, ask.epoch or epoch_of_bouts(onset, duration, stages))]


# -------------------------------------------------------------------------------------------------- one stage a line
def is_word_list(content: Content) -> bool:
    """Whether each line is a stage in words; the first may be a title."""
    words = {*(content.filled[1:] or content.filled)}
    return any(stage_of_text(word) is not None for word in words) and all(
        stage_of_text(word) is not None or says_no_stage(word) for word in words
    )


def first_cells(content: Content) -> list[str]:
    """First cell of each line, or each cell of the only line; a title in brackets is left out."""
    split = [re.split(r"[\s,;]+", line.strip(" ,;\t")) for line in content.filled if not line.startswith("[")]
    return split[0] if len(split) == 1 else [cells[0] for cells in split]


def check_blank_lines(content: Content) -> None:
    """Refuse empty lines between those of epochs: nobody knows whether each is an epoch without a stage.

    Raises
    ------
    HypnogramError
        Where there are such lines, other than below a title or after every line.
    """
    lines = [line.strip() for line in content.lines if not line.lstrip().startswith("#")]
    begin = next((i for i, line in enumerate(lines) if line), 0)
    lines = lines[begin:]
    blank = [i for i, line in enumerate(lines) if not line]
    doubled = blank == list(range(1, len(lines), 2))
    if blank and blank != [1] and not doubled:  # below a title; every second one
        raise content.error(
            f"{len(blank)} empty lines lie among its epochs", "write ? for an epoch without a stage, or take them out"
        )


def read_column(coding: str | None, epoch: float) -> Callable[[Content, Ask], list[Scored]]:
    """Give the reader of one word or integer a line, or of the first of several columns."""

    def read(content: Content, ask: Ask) -> list[Scored]:
        check_blank_lines(content)
        cells = first_cells(content)
        titled = len(cells) > 1 and as_integers(cells[:1]) is None and stage_of_text(cells[0]) is None
        if titled and not says_no_stage(cells[0]):
            cells = cells[1:]
        length = ask.epoch or epoch
        return [
            epochs_in_row(stages_of_cells(cells, ask, coding=coding, epoch=length, source=content.name), epoch=length)
        ]

    return read
