"""Scorings in JSON: YASA, ScoringHero, Dreem."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from ...core.scorer import Scorer
from ...core.stage import Stage
from .codings import stages_of_cells
from .content import Content
from .scored import Ask, Scored, epochs_in_row

__all__ = [
    "is_number_list", "is_scoringhero", "is_yasa_json", "read_dreem", "read_scoringhero", "read_yasa_json",
    "seconds_of_freq",
]  # fmt: skip

FREQ = re.compile(r"(\d{0,9}(?:\.\d{1,9})?)\s{0,3}(us|ms|s|sec|min|T)?")
SECONDS = {"us": 1e-6, "ms": 1e-3, "s": 1.0, "sec": 1.0, "min": 60.0, "T": 60.0, None: 1.0}


def seconds_of_freq(text: str) -> float | None:
    """Seconds of a frequency as pandas writes it.

    Examples
    --------
    >>> seconds_of_freq("30s"), seconds_of_freq("min"), seconds_of_freq("often")
    (30.0, 60.0, None)
    """
    found = FREQ.fullmatch(text)
    return None if found is None or not text else float(found[1] or 1) * SECONDS[found[2]]


def is_yasa_json(content: Content) -> bool:
    """Whether it is what YASA's `Hypnogram.to_dict` gives."""
    found = content.json
    return isinstance(found, dict) and {"values", "n_stages", "freq"} <= found.keys()


def read_yasa_json(content: Content, ask: Ask) -> list[Scored]:
    """Read the JSON of YASA: words, epoch length, start, scorer."""
    found = content.json
    if not isinstance(found, dict) or not isinstance(found.get("values"), list):
        raise content.error("it holds no list 'values'")
    epoch = seconds_of_freq(str(found.get("freq", "")))
    if epoch is None:
        raise content.error("freq is no length of time", "export the scoring again", key="freq")
    words = ["" if word is None else str(word) for word in found["values"]]
    levels = found.get("n_stages")
    told: dict[str, Any] = {"coding": {"SLEEP": Stage.SLEEP}} if levels == 2 and ask.coding is None else {}
    stages = stages_of_cells(words, Ask(**told) if told else ask, source=content.name)
    try:
        start = datetime.fromisoformat(found["start"]) if found.get("start") else None
    except (TypeError, ValueError):
        raise content.error("start is no moment", "export the scoring again", key="start") from None
    scorer = Scorer(str(found.get("scorer") or ""))
    return [
        epochs_in_row(
            stages, epoch=epoch, start=start, scorer=scorer, levels=levels if levels in (2, 3, 4, 5) else None
        )
    ]


def is_scoringhero(content: Content) -> bool:
    """Whether it is a list of stages and a list of annotations, as ScoringHero writes."""
    found = content.json
    return (
        isinstance(found, list) and bool(found) and isinstance(found[0], list) and bool(found[0])
        and isinstance(found[0][0], dict) and {"epoch", "stage", "digit"} <= found[0][0].keys()
    )  # fmt: skip


def read_scoringhero(content: Content, ask: Ask) -> list[Scored]:
    """Read the JSON of ScoringHero; epochs that nobody scored are null."""
    rows = content.json[0] if isinstance(content.json, list) and content.json else ()
    try:
        onset = [float(row["start"]) for row in rows]
        duration = [float(row["end"]) - float(row["start"]) for row in rows]
        words = ["" if row["stage"] is None else str(row["stage"]) for row in rows]
    except (AttributeError, KeyError, TypeError, ValueError, OverflowError):
        raise content.error("an epoch lacks its start, end or stage") from None
    if not any(words):
        raise content.error("nothing is scored: every stage is null", "score the night, then save it again")
    stages = stages_of_cells(words, ask, source=content.name)
    return [Scored(onset, duration, words, stages, ask.epoch or duration[0])]


def is_number_list(content: Content) -> bool:
    """Whether it is a JSON list of numbers, whose meaning it does not say."""
    found = content.json
    return isinstance(found, list) and bool(found) and all(isinstance(cell, int | float) for cell in found)


def read_dreem(content: Content, ask: Ask) -> list[Scored]:
    """Read a list of integers of the Dreem Open Datasets."""
    found = content.json
    if not isinstance(found, list) or not found:
        raise content.error("it is no list of stages")
    epoch = ask.epoch or 30.0
    cells = [str(cell) for cell in found]
    return [
        epochs_in_row(stages_of_cells(cells, ask, coding="dod_dreem", epoch=epoch, source=content.name), epoch=epoch)
    ]
