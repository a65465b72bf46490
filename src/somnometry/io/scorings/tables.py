"""Tables with a column of stages: onset and duration (BIDS, EDFbrowser), start and end, or epochs in a row."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise
from math import nan

from ...core.errors import HypnogramError
from ...core.plain import plain_word
from ...core.scorer import Scorer
from ...core.stage import Stage
from ..annotations import stage_of_text
from .clock_change import ClockChange, clock_change
from .clock_spans import on_one_clock
from .clocks import day_first, midnight_of, moment_of, seconds_of_clock, unwrapped
from .codings import as_integers, says_no_stage, stages_of_cells
from .content import Content
from .scored import Ask, Scored, epoch_of_bouts, epochs_in_row

__all__ = [
    "columns_of", "delimiter_of", "is_events", "is_span_table", "is_word_table", "one_of", "read_events",
    "read_span_table", "read_word_table", "stage_share",
]  # fmt: skip

STAGE_COLUMN = re.compile(r"stage|hypno|majority|consensus|scor", re.IGNORECASE)
OF_INTEGERS = re.compile(
    r"(?:^|[_\W])(?:sleep)?_?stages?(?:$|[_\W])|hypno|^majority$|^consensus$|staging", re.IGNORECASE
)
#: Columns that number epochs or give the moment of each, in plain words.
COUNTS = frozenset({"epoch", "epochs", "epochnumber", "epochindex", "index", "", "number", "no", "#", "unnamed:0"})
STARTS = frozenset({"start", "starttime", "begin", "from", "onset", "startsec", "starts", "start(s)", "clockstarttime"})
ENDS = frozenset({"end", "endtime", "stop", "to", "offset", "endsec", "ends", "end(s)", "stoptime"})
SECONDS = re.compile(
    r"(?:epoch)?(?:time|onset|start|begin|elapsed)?(?:\(?(?:s|sec|secs|second|seconds)\)?|time|onset|start)"
)
NUMBER = re.compile(r"[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?")
#: Rows that are enough to know a table by.
ENOUGH = 2000


def stage_share(cells: Sequence[str]) -> float:
    """Share of cells that name a stage by a word."""
    counts = Counter(cells)
    return sum(count for cell, count in counts.items() if stage_of_text(cell) is not None) / max(len(cells), 1)


def delimiter_of(content: Content) -> str:
    """What parts the cells of the first row: a tab, a semicolon or a comma."""
    first = content.filled[0] if content.filled else ""
    return max("\t;,", key=first.count)


def columns_of(rows: list[list[str]]) -> dict[str, list[str]]:
    """Columns of a table by their names; those of one name are numbered, as "S1 (2)".

    A first row that is like all the others names nothing; its columns are numbered. Cells that a row lacks are empty.

    Examples
    --------
    >>> columns_of([["epoch", "stage"], ["0", "W"], ["1"]])
    {'epoch': ['0', '1'], 'stage': ['W', '']}
    >>> columns_of([["0", "W"], ["1", "N1"]])
    {'epoch': ['0', '1'], '2': ['W', 'N1']}
    """
    head, *body = rows
    names = [f"{name} ({head[:i].count(name) + 1})" if name in head[:i] else name for i, name in enumerate(head)]
    if _names_nothing(head, body):
        body = rows
        names = [str(i + 1) for i in range(len(head))]
        if all(NUMBER.fullmatch(row[0]) for row in rows):
            steps = [float(b[0]) - float(a[0]) for a, b in pairwise(rows)]
            names[0] = "epoch" if min(map(abs, steps)) <= 1 else "seconds"
    n = len(names)
    whole = [row + [""] * (n - len(row)) for row in body]
    return {name: [row[i] for row in whole] for i, name in enumerate(names)}


def _names_nothing(head: list[str], body: list[list[str]]) -> bool:
    """Whether each cell of the first row is of the kind of those below: a number, a time, a stage."""
    stages = [i for i, cell in enumerate(head) if stage_of_text(cell) is not None]
    if not stages or not body:
        return False
    for i, cell in enumerate(head):
        below = [row[i] for row in body if len(row) > i]
        if i in stages:
            rk = {"S1", "S2", "S3", "S4"}  # names of scorers in YASA, where the stages below are called N1, N2, N3
            if stage_share(below) <= 0.5 or (cell in rk and not rk & {*below}):
                return False
        elif not below or _kind(cell) != _kind(below[0]):
            return False
    return True


def _kind(cell: str) -> str:
    if NUMBER.fullmatch(cell):
        return "number"
    return "time" if moment_of(cell) is not None or seconds_of_clock(cell) is not None else "text"


def _table(content: Content, most: int | None = None) -> dict[str, list[str]]:
    lines = [line for line in content.lines if line.strip() and not line.startswith("#")]
    rows = Content(content.name, "\n".join(lines[:most])).rows(delimiter_of(content))
    return columns_of(rows) if len(rows) > 1 and 2 <= len(rows[0]) <= 200 else {}


def one_of(content: Content, columns: dict[str, list[str]], ask: Ask) -> tuple[str, list[str]]:
    """Give the column that the user asked for, or the only one.

    Raises
    ------
    HypnogramError
        Where there are several and none was named, none at all, or none of the name.
    """
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


def _numbers(content: Content, cells: Sequence[str], what: str) -> list[float]:
    try:
        return [0.0 if says_no_stage(cell) else float(cell.replace(",", ".")) for cell in cells]
    except ValueError:
        raise content.error(f"{what} is no number", "export the scoring again") from None


# ------------------------------------------------------------------------------------------------------ onset, duration
def _events(content: Content, most: int | None = None) -> dict[str, list[str]] | None:
    columns = _table(content, most)
    folded = {name.casefold(): cells for name, cells in columns.items()}
    return folded if {"onset", "duration"} <= folded.keys() else None


def is_events(content: Content) -> bool:
    """Whether two of its columns are called onset and duration, as in BIDS and in EDFbrowser."""
    return _events(content, 3) is not None


def read_events(content: Content, ask: Ask) -> list[Scored]:
    """Read a table of events; integers need a coding, for its sidecar need not say what they mean."""
    columns = _events(content)
    if columns is None:
        raise content.error("no columns are called onset and duration")
    onset, start, clock = _onsets(content, columns["onset"])
    duration = _numbers(content, columns["duration"], "a duration")
    others = {name: cells for name, cells in columns.items() if name not in ("onset", "duration")}
    found = {
        name: cells for name, cells in others.items()
        if (as_integers(cells) and STAGE_COLUMN.search(name)) or any(stage_of_text(cell) is not None for cell in cells)
    }  # fmt: skip
    name, cells = one_of(content, found, ask)
    scorer = Scorer(name if STAGE_COLUMN.search(name) and name != "stage" else "")
    levels = _levels(content, name)
    stages: list[Stage | None]
    if ask.coding is None and levels is not None:
        stages = [*stages_of_cells(cells, Ask(levels), source=f"{content.name}, column {name}")]
    elif as_integers(cells) is None and ask.coding is None:
        missing = Stage.UNSCORED if STAGE_COLUMN.search(name) else None  # elsewhere the cell of an event
        stages = [missing if plain_word(cell) == "n/a" else stage_of_text(cell) for cell in cells]
    else:
        length = next((length for length in duration if length > 0), 30.0)
        stages = [*stages_of_cells(cells, ask, epoch=length, source=f"{content.name}, column {name}")]
    epoch = ask.epoch or epoch_of_bouts(onset, duration, stages)
    scored = on_one_clock(Scored(onset, duration, cells, stages, epoch, start, scorer, clock=clock), ask.epoch)
    return [scored if start or clock is not None else _with_sidecar(scored, content)]


def _with_sidecar(scored: Scored, content: Content) -> Scored:
    """Add the start, the lights and the scorer that the sidecar of a table tells, where this package wrote it."""
    told = content.hypnogram
    if not told:
        return scored
    try:
        start = None if told.get("StartTime") is None else _local(told["StartTime"])
        off, on = (
            nan if told.get(key) is None else float(told[key]) for key in ("LightsOffSeconds", "LightsOnSeconds")
        )
        scorer = Scorer.from_dict(told["Scorer"]) if told.get("Scorer") else scored.scorer
        n_epochs = int(told.get("Epochs", 0))
    except (TypeError, ValueError, OverflowError, AttributeError, HypnogramError) as error:
        raise content.error(f"its sidecar does not say start, lights and scorer as it should: {error}") from None
    if len(scored.stages) < n_epochs:
        what = f"it was cut: {len(scored.stages):,} of the {n_epochs:,} epochs that its sidecar tells of are there"
        raise content.error(what, "copy it again; who took epochs away on purpose changes Epochs in the sidecar")
    return replace(scored, start=start, lights_off=off, lights_on=on, scorer=scorer)


def _local(moment: str) -> datetime:
    return datetime.fromisoformat(moment).replace(tzinfo=None)


def _levels(content: Content, name: str) -> dict[int | str, Stage] | None:
    """Give the stages that the sidecar says the values of a column are; None where it says it not of all of them."""
    told = content.levels.get(name.casefold(), {})
    stages = {code: stage_of_text(meaning) for code, meaning in told.items()}
    stages |= {code: Stage.UNSCORED for code, meaning in told.items() if says_no_stage(meaning)}
    known: dict[int | str, Stage] = {code: stage for code, stage in stages.items() if stage is not None}
    return known if len(known) == len(told) > 0 else None


def _onsets(content: Content, cells: Sequence[str]) -> tuple[list[float], datetime | None, float | None]:
    """Seconds, as they stand or from moments and clocks; with the start, or the clock of a day that is not told."""
    points = [cell.replace(",", ".") for cell in cells]
    if all(NUMBER.fullmatch(cell) for cell in points):
        return list(map(float, points)), None, None
    days_first = day_first(cells)
    moments = [moment for cell in cells if (moment := moment_of(cell, days_first=days_first)) is not None]
    if moments and len(moments) == len(cells):
        content.one_clock(moments)
        zero = min(moments)
        return [(moment - zero).total_seconds() for moment in moments], zero, None
    clocks = [clock for cell in cells if (clock := seconds_of_clock(cell)) is not None]
    if clocks and len(clocks) == len(cells):
        passed = unwrapped(clocks)
        return [clock - passed[0] for clock in passed], None, passed[0]
    raise content.error("an onset is neither seconds nor a clock time like the others", "export the scoring again")


# ---------------------------------------------------------------------------------------------------------- start, end
def _span_columns(content: Content, most: int | None = None) -> tuple[dict[str, list[str]], str, str] | None:
    columns = _table(content, most)
    start = [name for name in columns if plain_word(name) in STARTS]
    end = [name for name in columns if plain_word(name) in ENDS or plain_word(name) in ("duration", "duration(s)")]
    held = [name for name, cells in columns.items() if stage_share(cells) > 0.5]
    return (columns, start[-1], end[0]) if start and end and held else None


def is_span_table(content: Content) -> bool:
    """Whether it has columns of starts, of ends or durations, and of stages in words."""
    return _span_columns(content, ENOUGH) is not None


def read_span_table(content: Content, ask: Ask) -> list[Scored]:
    """Read a table whose rows say when a stage begins, and when it ends or how long it lasts."""
    found = _span_columns(content)
    if found is None:
        raise content.error("it has no columns of starts, ends and stages")
    columns, first, last = found
    onset, start, clock = _onsets(content, columns[first])
    if plain_word(last) in ENDS:
        if start is None and clock is None:
            ends = _numbers(content, columns[last], "an end")
        else:
            ends, ended, at = _onsets(content, columns[last])
            shift = (ended - start).total_seconds() if ended and start else ((at or 0.0) - (clock or 0.0)) % 86400
            ends = [end + shift for end in ends]
        duration = [b - a for a, b in zip(onset, ends, strict=True)]
    else:
        duration = _numbers(content, columns[last], "a duration")
    held = {name: cells for name, cells in columns.items() if stage_share(cells) > 0.5}
    name, cells = one_of(content, held, ask)
    stages = stages_of_cells(cells, ask, source=f"{content.name}, column {name}")
    scorer = Scorer("" if STAGE_COLUMN.search(name) else name)
    epoch = ask.epoch or epoch_of_bouts(onset, duration, stages)
    return [on_one_clock(Scored(onset, duration, cells, stages, epoch, start, scorer, clock=clock), ask.epoch)]


# ----------------------------------------------------------------------------------------------------- epochs in a row
def _stage_columns(columns: dict[str, list[str]]) -> dict[str, list[str]]:
    """Columns of words of stages; where there is none, those of integers that are called after stages."""
    words = {name: cells for name, cells in columns.items() if stage_share(cells) > 0.5}
    return words or {
        name: cells for name, cells in columns.items()
        if OF_INTEGERS.search(name) and (numbers := as_integers(cells)) is not None
        and all(number is None or -5 <= number <= 20 for number in numbers)
    }  # fmt: skip


def is_word_table(content: Content) -> bool:
    """Whether a column of a table is stages in words, as YASA's `to_csv` writes, or integers called after stages."""
    return bool(_stage_columns(_table(content, ENOUGH)))


def read_word_table(content: Content, ask: Ask) -> list[Scored]:
    """Read a table of epochs in a row, with a column of stages and perhaps one of times, whose steps are the epochs."""
    columns = _table(content)
    found = _stage_columns(columns)
    name, cells = one_of(content, found, ask)
    levels = _levels(content, name) if ask.coding is None else None
    stages = stages_of_cells(cells, ask if levels is None else Ask(levels), source=f"{content.name}, column {name}")
    start: datetime | None = None
    clock: float | None = None
    step: float | None = None
    changed: ClockChange | None = None
    for other, values in columns.items():
        if other in found or step is not None or not values:
            continue
        start, clock, step, changed = _steps(content, other, values)
    scorer = Scorer("" if STAGE_COLUMN.search(name) else name)
    read = epochs_in_row(stages, epoch=ask.epoch or step or 30.0, start=start, scorer=scorer, clock=clock)
    return [read if changed is None else replace(read, changed=changed)]


def _steps(
    content: Content, name: str, cells: Sequence[str]
) -> tuple[datetime | None, float | None, float | None, ClockChange | None]:
    """Start, clock, step and change of the clock that a column gives, if it is one of times or numbers of epochs."""
    counts = plain_word(name) in COUNTS
    if all(NUMBER.fullmatch(cell) for cell in cells):
        if not counts and not SECONDS.fullmatch(plain_word(name)):
            return None, None, None, None
        times, start, clock = [float(cell) for cell in cells], None, None
    elif counts or not all(moment_of(cell) or seconds_of_clock(cell) is not None for cell in cells):
        return None, None, None, None
    else:
        times, start, clock = _onsets(content, cells)
    if start is not None and start.tzinfo is None:
        start += timedelta(seconds=times[0])  # of epochs in a row, also where the clock falls below the first
        times = [time - times[0] for time in times]
        midnight = midnight_of(start)
        changed = clock_change([(start - midnight).total_seconds() + time for time in times], midnight)
    else:
        changed = None if clock is None else clock_change([clock + time for time in times])
    if changed is not None:
        return start, clock, changed.step, changed
    steps = {round(b - a, 6) for a, b in pairwise(times)}
    if len(steps) > 1 or min(steps, default=1.0) <= 0:
        apart = ", ".join(f"{step:g}" for step in sorted(steps)[:4])
        unit = "" if counts else " s"
        raise content.error(
            f"its epochs are {apart}{unit} apart by column {name!r}: some are missing, or of several nights",
            "give each night whole, or the onset and duration of each row",
        )
    step = steps.pop() if steps else None
    if counts:
        if step not in (None, 1.0):
            raise content.error(f"its epochs are numbered in steps of {step:g}")
        return None, None, None, None
    return start, clock, step, None
