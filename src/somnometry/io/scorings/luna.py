"""Luna's .annot: stages as classes or instances, times in five spellings, rows about the recording."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from ...core.stage import Stage
from ..annotations import stage_of_text
from .clocks import DAY, moment_of, seconds_of_clock
from .content import Content
from .scored import Ask, Scored, epoch_of_bouts

__all__ = ["is_luna", "read_luna"]

#: Columns by how many a row has: class, instance, start and stop.
COLUMNS = {3: (0, None, 1, 2), 4: (0, 1, 2, 3), 6: (0, 1, 3, 4)}
HEADS = (
    ["class", "instance", "channel", "start", "stop", "meta"], ["class", "instance", "start", "stop"],
    ["class", "start", "stop"],
)  # fmt: skip
#: Rows that say something of the recording, without a time of their own.
ABOUT = frozenset({"start_hms", "start_date", "duration_sec", "duration_hms", "epoch_sec"})
#: Classes whose instance is the stage.
OF_STAGES = frozenset({"sleepstage", "sleepstages", "stage", "stages", "hypnogram"})
EPOCH = re.compile(r"e:(\d{1,7})(?::(\d{1,7}(?:\.\d+)?))?(?::(\d{1,7}(?:\.\d+)?))?")
ELAPSED = re.compile(r"0\+(\d{1,5})[:.](\d{2})[:.](\d{2}(?:\.\d+)?)")
NUMBER = re.compile(r"[+]?\d+(?:\.\d*)?(?:[eE][-+]?\d+)?|[+]?\.\d+")
DAYS = re.compile(r"d(\d{1,4})-(.+)")
DATED = re.compile(r"(\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4})-(.+)")
MOST_COLUMNS = max(COLUMNS) + 1
MISSING = (".", "", "...")


@dataclass(frozen=True, slots=True)
class _Time:
    """A time of a row: seconds from the start of the recording, or a clock with or without a day."""

    elapsed: float | None = None
    clock: float | None = None
    day: int | None = None
    moment: datetime | None = None


def _time(text: str) -> _Time | None:
    if found := ELAPSED.fullmatch(text):
        return _Time(3600.0 * int(found[1]) + 60.0 * int(found[2]) + float(found[3]))
    if NUMBER.fullmatch(text):
        return _Time(float(text))
    if (found := DAYS.fullmatch(text)) and (clock := seconds_of_clock(found[2])) is not None:
        return _Time(clock=clock, day=int(found[1]) - 1)
    if (found := DATED.fullmatch(text)) and (moment := moment_of(f"{found[1]} {found[2]}")) is not None:
        return _Time(moment=moment)
    clock = seconds_of_clock(text)
    return None if clock is None else _Time(clock=clock)


def _rows(content: Content) -> list[list[str]] | None:
    """Give cells of the rows below the preamble and the names of columns, or None where they are not Luna's."""
    lines = [line.rstrip("\t ") for line in content.filled]
    split = [line.split("\t", MOST_COLUMNS) if "\t" in line else line.split(None, MOST_COLUMNS) for line in lines]
    rows = [[cell.strip() for cell in cells] for cells in split]
    if rows and [cell.casefold() for cell in rows[0]] in HEADS:
        width = len(rows[0])
        return [row + ["."] * (width - len(row)) if len(row) == width - 1 else row for row in rows[1:]]
    return rows


def _is_row(row: list[str]) -> bool:
    if len(row) not in COLUMNS:
        return False
    name, _, start, stop = COLUMNS[len(row)]
    if row[name] in ABOUT:
        return True
    begins = EPOCH.fullmatch(row[start]) or _time(row[start])
    ends = row[stop] in MISSING or EPOCH.fullmatch(row[stop]) or _time(row[stop].removeprefix("+"))
    return bool(begins and ends)


def is_luna(content: Content) -> bool:
    """Whether each row is a class, perhaps an instance and a channel, and two times of Luna's."""
    first = content.head.casefold().split()
    if first in HEADS:
        return True
    rows = _rows(content)
    return bool(rows) and all(map(_is_row, rows or [])) and any(_stage(row) is not None for row in rows or [])


def _stage(row: list[str]) -> Stage | None:
    name, instance, _, _ = COLUMNS[len(row)]
    if instance is not None and row[name].casefold().replace("_", "").replace(" ", "") in OF_STAGES:
        return stage_of_text(row[instance])
    return stage_of_text(row[name])


def read_luna(content: Content, ask: Ask) -> list[Scored]:
    """Read a .annot: old words and new, rows about the recording, stops of '...', '+seconds' and epochs."""
    rows = _rows(content) or []
    for i, row in enumerate(rows):
        if not _is_row(row):
            raise content.error(
                f"row {i + 1} is no class with two times",
                "rows have 3, 4 or 6 columns: class, instance, channel, start, stop, meta",
            )
    about = {row[0]: row[-1] for row in rows if row[0] in ABOUT}
    rows = [row for row in rows if row[0] not in ABOUT]
    grid = _grid(content, about, rows)
    onset: list[float] = []
    end: list[float | None] = []
    for row in rows:
        _, _, a, b = COLUMNS[len(row)]
        if found := EPOCH.fullmatch(row[a]):
            onset.append(_epoch(found)[0])
            end.append(_epoch(EPOCH.fullmatch(row[b]) or found)[1])
            continue
        onset.append(grid.since(row[a]))
        if row[b] in MISSING:
            end.append(None if row[b] == "..." else onset[-1])
        elif row[b].startswith("+"):
            lasts = _time(row[b][1:]) or _Time()
            end.append(onset[-1] + (lasts.elapsed or 0.0) + (lasts.clock or 0.0))
        else:
            end.append(grid.since(row[b], after=onset[-1]))
    stages = [_stage(row) for row in rows]
    epoch = ask.epoch or _seconds(about, "epoch_sec") or 30.0
    whole = _seconds(about, "duration_sec")
    for i, stop in enumerate(end):
        if stop is None:
            end[i] = onset[i + 1] if i + 1 < len(onset) else whole or onset[i] + epoch
        if end[i] < onset[i]:  # type: ignore[operator]
            raise content.error(f"row {i + 1} ends before it begins", "export the scoring again")
    duration = [(stop or 0.0) - begin for begin, stop in zip(onset, end, strict=True)]
    epoch = ask.epoch or _seconds(about, "epoch_sec") or epoch_of_bouts(onset, duration, stages)
    off, on = _lights(rows, onset, duration, stages)
    kept = [i for i in range(len(rows)) if not _is_lights(rows[i])]
    if not any(stages[i] is not None for i in kept):
        raise content.error("no class is a sleep stage", "write the stages with the annotations")
    return [
        Scored(
            [onset[i] for i in kept], [duration[i] for i in kept], [_text(rows[i]) for i in kept],
            [stages[i] for i in kept], epoch, grid.start, lights_off=off, lights_on=on, clock=grid.clock,
        )
    ]  # fmt: skip


def _text(row: list[str]) -> str:
    """What an annotation is called: its class, and its instance where the class is that of stages."""
    name, instance, _, _ = COLUMNS[len(row)]
    return row[name] if instance is None or _stage(row) is None or stage_of_text(row[name]) else row[instance]


@dataclass(frozen=True, slots=True)
class _Grid:
    """From where seconds count: a clock and perhaps a date, and the last second that a clock may mean."""

    clock: float | None = None
    start: datetime | None = None
    last: float = DAY

    def since(self, text: str, after: float | None = None) -> float:
        time = _time(text) or _Time()
        if time.elapsed is not None:
            return time.elapsed
        if time.moment is not None and self.start is not None:
            return (time.moment - self.start).total_seconds()
        seconds = (time.clock or 0.0) - (self.clock or 0.0)
        if time.day is not None:
            return seconds + DAY * time.day
        seconds %= DAY
        if after is not None:
            return seconds if seconds >= after else seconds + DAY
        return seconds if seconds <= self.last or seconds - self.last < DAY - seconds else seconds - DAY


def _grid(content: Content, about: dict[str, str], rows: list[list[str]]) -> _Grid:
    """Count from the recording's start where a row tells it, else from the first stage; dates are never guessed."""
    times = [time for row in rows if (time := _time(row[COLUMNS[len(row)][2]])) is not None]
    moments = [time.moment for time in times if time.moment is not None]
    clocks = sorted({time.clock for row, time in zip(rows, map(_begin, rows), strict=True)
                     if time.clock is not None and (_stage(row) is not None or _is_lights(row))})  # fmt: skip
    begins = seconds_of_clock(about.get("start_hms", ""))
    day = moment_of(f"{about.get('start_date', '')} 00:00:00")
    if begins is not None:
        if day is None and moments:
            first = min(moments)
            day = first.replace(hour=0, minute=0, second=0, microsecond=0)
            day -= timedelta(days=(first - day).total_seconds() < begins)
        return _Grid(begins, None if day is None else day + timedelta(seconds=begins))
    if not moments and not any(time.clock is not None for time in times):
        return _Grid()
    if any(time.elapsed is not None for time in times) or (moments and len(moments) < len(times)):
        raise content.error(
            "its times are seconds and clock times, and no row start_hms says when the recording began",
            "write the annotations again with hms, or in seconds",
        )
    if moments:
        return _Grid(start=min(moments))
    clocks = clocks or sorted({time.clock for time in times if time.clock is not None})
    gaps = [(b - a) % DAY or DAY for a, b in zip(clocks, clocks[1:] + clocks[:1], strict=True)]
    at = gaps.index(max(gaps))  # nothing is scored for longest before the night begins
    return _Grid(clocks[(at + 1) % len(clocks)], last=DAY - max(gaps))


def _begin(row: list[str]) -> _Time:
    return _time(row[COLUMNS[len(row)][2]]) or _Time()


def _seconds(about: dict[str, str], name: str) -> float | None:
    return float(about[name]) if NUMBER.fullmatch(about.get(name, "")) else None


def _epoch(found: re.Match[str]) -> tuple[float, float]:
    length = float(found[2] or 30)
    begins = (int(found[1]) - 1) * float(found[3] or length)
    return begins, begins + length


def _is_lights(row: list[str]) -> bool:
    return row[0] in ("L", "lights", "Lights")


def _lights(
    rows: list[list[str]], onset: list[float], duration: list[float], stages: list[Stage | None]
) -> tuple[float | None, float | None]:
    """Lights-off and lights-on by the class "L", the time with the light on: before the first stage, after the last."""
    spans = [(onset[i], onset[i] + duration[i]) for i, row in enumerate(rows) if _is_lights(row)]
    scored = [(onset[i], onset[i] + duration[i]) for i, stage in enumerate(stages)
              if stage is not None and stage is not Stage.UNSCORED and not _is_lights(rows[i])]  # fmt: skip
    if not spans or not scored:
        return None, None
    first, last = min(a for a, _ in scored), max(b for _, b in scored)
    before = [b for _, b in spans if b <= first]
    after = [a for a, _ in spans if a >= last]
    return max(before, default=None), min(after, default=None)
