"""Exports of wearables: Zeo."""

from __future__ import annotations

from ...core.scorer import Scorer
from .clocks import day_first, moment_of
from .codings import stages_of_cells
from .content import Content
from .scored import Ask, Scored, epochs_in_row

__all__ = ["is_zeo", "read_zeo"]

ZEO_COLUMNS = {"Sleep Date", "Start of Night", "Detailed Sleep Graph"}


def is_zeo(content: Content) -> bool:
    """Whether it is an export of the Zeo, one night a row."""
    return set(content.lines[0].split(",")) >= ZEO_COLUMNS


def read_zeo(content: Content, ask: Ask) -> list[Scored]:
    """Read every night of a Zeo: wake, REM, light and deep, each 30 s; light is never N2."""
    head, *rows = content.rows(",")
    nights = [dict(zip(head, row, strict=False)) for row in rows]
    days_first = day_first([night["Sleep Date"] for night in nights], otherwise=False)
    out = []
    for night in nights:
        cells = night.get("Detailed Sleep Graph", "").split()
        if cells:
            stages = stages_of_cells(cells, ask, coding="zeo", source=content.name)
            start = moment_of(night["Start of Night"], days_first=days_first)
            scorer = Scorer("Zeo", "classifier")
            out.append(
                epochs_in_row(stages, epoch=30.0, start=start, scorer=scorer, levels=4, name=night["Sleep Date"])
            )
    return out
