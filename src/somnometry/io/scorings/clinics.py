"""Text of the programs of sleep laboratories: DOMINO, Noxturnal, Polyman, RemLogic."""

from __future__ import annotations

import re
from datetime import datetime

from ...core.stage import Stage
from ..annotations import stage_of_text
from .clocks import day_first, later, midnight_of, moment_of, seconds_of_clock, unwrapped
from .codings import stages_of_cells
from .content import Content
from .scored import Ask, Scored, epoch_of_bouts

__all__ = [
    "is_domino", "is_noxturnal", "is_polyman", "is_remlogic", "read_domino", "read_noxturnal", "read_polyman",
    "read_remlogic",
]  # fmt: skip

DOMINO_ROW = re.compile(r"(\d{1,2}:\d{2}:\d{2}(?:[,.]\d+)?(?:\s*[AaPp][Mm])?);\s*(.*)")
DOMINO_RATE = re.compile(r"Rate:\s*(\d+(?:[.,]\d+)?)\s*s\b", re.IGNORECASE)
DOMINO_START = re.compile(r"(?:Start Time|Startzeit):\s*(.+)", re.IGNORECASE)
HEADING = 1000  # characters in which the line of headings names the time
REMLOGIC_TIME = re.compile(r"(?:time|heure|zeit|hora)\s*\[hh:mm:ss", re.IGNORECASE)


# ------------------------------------------------------------------------------------------------------------- DOMINO
def is_domino(content: Content) -> bool:
    """Whether it is a DOMINO stage profile: a head that lists what can occur, then a clock, a semicolon and a word."""
    head = content.lines[:10]
    rows = [found[2].strip() for line in content.lines if (found := DOMINO_ROW.fullmatch(line.strip()))]
    stages = sum(stage_of_text(word) is not None for word in rows)
    return any(line.startswith("Signal ID:") for line in head) and 2 * stages > len(rows)


def read_domino(content: Content, ask: Ask) -> list[Scored]:
    """Read a sleep profile of SOMNOmedics DOMINO."""
    rows = [found for line in content.lines if (found := DOMINO_ROW.fullmatch(line.strip()))]
    if not rows:
        raise content.error("no line is a clock time, a semicolon and a stage", "export the sleep profile as text")
    clocks = unwrapped([_clock(content, row[1]) for row in rows])
    words = [row[2].strip() for row in rows]
    rate = DOMINO_RATE.search(content.text)
    epoch = float(rate[1].replace(",", ".")) if rate else 30.0
    begins = DOMINO_START.search(content.text)
    start = moment_of(begins[1], days_first=day_first([begins[1]])) if begins else None
    start = None if start is None else later(midnight_of(start), clocks[0])
    stages = stages_of_cells(words, ask, source=content.name)
    onset = [clock - clocks[0] for clock in clocks]
    return [Scored(onset, [epoch] * len(onset), words, stages, epoch, start, clock=clocks[0])]


def _clock(content: Content, text: str) -> float:
    clock = seconds_of_clock(text)
    if clock is None:
        raise content.error("what stands in the place of a clock time is none")
    return clock


# ---------------------------------------------------------------------------------------------------------- Noxturnal
def is_noxturnal(content: Content) -> bool:
    """Whether it is an event list of Noxturnal: units in brackets in the second row, or the English names."""
    rows = content.rows(",", most=3)
    if len(rows) < 2 or len(rows[0]) < 4:
        return False
    return rows[1][:2] == ["[]", "[]"] or rows[0][:3] == ["Start Time", "End Time", "Event"]


def read_noxturnal(content: Content, ask: Ask) -> list[Scored]:
    """Read an event list of Noxturnal in any language whose words for stages are known."""
    rows = [row for row in content.rows(",")[1:] if len(row) >= 3 and row[0] != "[]"]
    days_first = day_first([row[0] for row in rows])
    times = [[moment_of(cell, days_first=days_first) for cell in row[:2]] for row in rows]
    stages = [stage_of_text(row[2]) for row in rows]
    scored = [
        start for (start, end), stage in zip(times, stages, strict=True)
        if stage is not None and start is not None and end is not None
    ]  # fmt: skip
    if not scored:
        raise content.error("no event is a sleep stage", "export the stages with the events")
    lost = sum(stage is not None for stage in stages) - len(scored)
    if lost:
        raise content.error(f"{lost} stages have no start or end that can be read", "export the events again")
    content.one_clock(moment for pair in times for moment in pair if moment is not None)
    zero = min(scored)
    kept = [
        ((a - zero).total_seconds(), (b - a).total_seconds(), row[2], stage)
        for (a, b), row, stage in zip(times, rows, stages, strict=True) if a is not None and b is not None
    ]  # fmt: skip
    onset, duration, texts, known = zip(*kept, strict=True)
    epoch = ask.epoch or epoch_of_bouts(onset, duration, known)
    return [Scored(onset, duration, texts, known, epoch, zero)]


# ------------------------------------------------------------------------------------------------------------ Polyman
def is_polyman(content: Content) -> bool:
    """Whether it is an annotation list of Polyman, as HMC and others publish."""
    return re.sub(r"\s", "", content.lines[0]).casefold().startswith("date,time,recordingonset,duration,annotation")


def read_polyman(content: Content, ask: Ask) -> list[Scored]:
    """Read an annotation list of Polyman: seconds from the start of the recording."""
    rows = [row for row in content.rows(",")[1:] if len(row) >= 5]
    try:
        onset = [float(row[2]) for row in rows]
        duration = [float(row[3] or 0) for row in rows]
    except ValueError:
        raise content.error("an onset or duration is no number", "export the scoring again") from None
    texts = [row[4] for row in rows]
    first = moment_of(f"{rows[0][0]} {rows[0][1]}") if rows else None
    start = None if first is None else later(first, -onset[0])
    stages = [stage_of_text(text) for text in texts]
    return [Scored(onset, duration, texts, stages, ask.epoch or epoch_of_bouts(onset, duration, stages), start)]


# ----------------------------------------------------------------------------------------------------------- RemLogic
def is_remlogic(content: Content, *, dreem: bool = False) -> bool:
    """Whether it is an event export of RemLogic, as the CAP database has them; or Dreem's, which says so above."""
    at = _remlogic_head(content)
    return at is not None and (not dreem or "dreem" in "\n".join(content.lines[:at]).casefold())


def _remlogic_head(content: Content) -> int | None:
    heads = enumerate(content.lines[:200])
    return next((i for i, line in heads if _names_time(line) and re.search(r"[\t;,]", line)), None)


def _names_time(text: str) -> bool:
    return REMLOGIC_TIME.search(text[:HEADING]) is not None


def read_remlogic(content: Content, ask: Ask) -> list[Scored]:
    """Read an event export of RemLogic: the stage of an epoch stands in its column, where there is one."""
    at = _remlogic_head(content)
    if at is None:
        raise content.error("no line names the columns, one of them 'Time [hh:mm:ss]'")
    head, *rows = content.rows(max("\t;,", key=content.lines[at].count), at)
    names = [name.casefold() for name in head]
    when = next((i for i, name in enumerate(names) if _names_time(name)), None)
    what = next(
        (i for i, name in enumerate(names) if name.startswith(("event", "événement", "evénement", "ereignis"))), None
    )
    lasts = next((i for i, name in enumerate(names) if name.startswith(("duration", "durée", "dauer"))), None)
    stage = next((i for i, name in enumerate(names) if name.startswith(("sleep stage", "stade"))), None)
    if when is None or what is None or lasts is None:
        raise content.error(f"the columns are {', '.join(head)}", "export events with their duration")
    rows = [row for row in rows if len(row) > max(when, what, lasts, stage or 0)]
    moments = [moment for row in rows if (moment := moment_of(row[when])) is not None]
    dated = next((moment for row in content.lines[:at] if (moment := _recorded(row)) is not None), None)
    if moments and len(moments) == len(rows):  # as Wonambi writes them
        content.one_clock(moments)
        dated = min(moments).replace(hour=0, minute=0, second=0, microsecond=0)
        clocks = [(moment - dated).total_seconds() for moment in moments]
    else:
        clocks = unwrapped([_clock(content, row[when]) for row in rows])
    stages = [stage_of_text(row[what]) for row in rows]
    cells = [None if stage is None else stage_of_text(row[stage]) for row in rows]
    if any(cell is not None for cell in cells):  # what the event says counts only where no column says it
        stages = [
            None if event is None else Stage.UNSCORED if cell is None else cell
            for event, cell in zip(stages, cells, strict=True)
        ]
    zero = next((clock for clock, found in zip(clocks, stages, strict=True) if found is not None), 0.0)
    onset = [clock - zero for clock in clocks]
    try:
        duration = [float(row[lasts].replace(",", ".") or 0) for row in rows]
    except ValueError:
        raise content.error("a duration is no number", "export the scoring again") from None
    start = None if dated is None else later(midnight_of(dated), zero)
    epoch = ask.epoch or epoch_of_bouts(onset, duration, stages)
    return [Scored(onset, duration, [row[what] for row in rows], stages, epoch, start, clock=zero)]


def _recorded(line: str) -> datetime | None:
    label, _, date = line.partition(":")
    if not label.casefold().startswith("recording date"):
        return None
    return moment_of(f"{date.strip()} 00:00:00")
