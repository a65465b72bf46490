"""Exports of wearables as tables and XML: Zeo, Withings, Oura, Apple Health."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from itertools import accumulate

from ...core.scorer import Scorer
from ...core.stage import Stage
from .clocks import day_first, moment_of
from .codings import stages_of_cells
from .content import Content
from .scored import Ask, Scored, epochs_in_row
from .sleeps import DeviceSleep, Span, by_gaps, by_schema, named_sleeps
from .tables import columns_of, delimiter_of

__all__ = [
    "is_apple", "is_oura_table", "is_withings", "is_zeo", "oura_sleeps", "read_apple", "read_oura_table",
    "read_withings", "read_zeo",
]  # fmt: skip

MOST_NIGHTS = 10_000
ZEO_COLUMNS = {"Sleep Date", "Start of Night", "Detailed Sleep Graph"}
#: Withings' states; 4 and 5 are sleep of which it says no more.
WITHINGS = {"0": Stage.W, "1": Stage.LIGHT, "2": Stage.N3, "3": Stage.R, "4": Stage.SLEEP, "5": Stage.SLEEP}
OURA: Mapping[int | str, Stage] = {"1": Stage.N3, "2": Stage.LIGHT, "3": Stage.R, "4": Stage.W}
#: Oura's columns of phases and the seconds of a digit, the finest first.
OURA_PHASES = {"sleep_phase_30_sec": 30.0, "sleep_phase_5_min": 300.0, "hypnogram_5min": 300.0}
#: Apple's values, the older spellings too; core sleep is light sleep, and time in bed is no stage.
APPLE = {
    "Awake": Stage.W, "AsleepCore": Stage.LIGHT, "AsleepDeep": Stage.N3, "AsleepREM": Stage.R, "Asleep": Stage.SLEEP,
    "AsleepUnspecified": Stage.SLEEP, "InBed": None,
    "0": None, "1": Stage.SLEEP, "2": Stage.W, "3": Stage.LIGHT, "4": Stage.N3, "5": Stage.R,
}  # fmt: skip
APPLE_MARK = "HKCategoryTypeIdentifierSleepAnalysis"
#: A tag of Apple's, and what it says; neither goes back over what it has seen.
RECORD, ATTRIBUTE = re.compile(r"<Record\b[^<>]*+>"), re.compile(r'\b(\w{1,100})="([^"]*+)"')


# ---------------------------------------------------------------------------------------------------------------- Zeo
def is_zeo(content: Content) -> bool:
    """Whether it is an export of the Zeo, one night a row."""
    return set(content.lines[0][:10_000].split(",")) >= ZEO_COLUMNS


@by_schema
def read_zeo(content: Content, ask: Ask) -> list[Scored]:
    """Read every night of a Zeo: wake, REM, light and deep, each 30 s; light is never N2."""
    columns = content.columns(content.rows(","), *sorted(ZEO_COLUMNS))
    nights = [dict(zip(columns, cells, strict=True)) for cells in zip(*columns.values(), strict=True)]
    if len(nights) > MOST_NIGHTS:
        raise content.error(f"{len(nights):,} nights are more than anybody wore it", "export fewer")
    days_first = day_first(columns["Sleep Date"], otherwise=False)
    out = []
    for night in nights:
        cells = night["Detailed Sleep Graph"].split()
        if cells:
            stages = stages_of_cells(cells, ask, coding="zeo", source=content.name)
            start = moment_of(night["Start of Night"], days_first=days_first)
            scorer = Scorer("Zeo", "classifier")
            out.append(
                epochs_in_row(stages, epoch=30.0, start=start, scorer=scorer, levels=4, name=night["Sleep Date"])
            )
    return out


# ----------------------------------------------------------------------------------------------------------- Withings
def is_withings(content: Content) -> bool:
    """Whether rows are a moment and lists of durations and of states, as Withings exports; other lists are not."""
    rows = content.rows(",", most=200)
    if len(rows) < 2 or [cell.casefold() for cell in rows[0]] != ["start", "duration", "value"]:
        return False
    values = {cell for row in rows[1:] if len(row) == 3 for cell in re.findall(r"-?[\d.]+", row[2])}
    return (
        all(row[1].startswith("[") for row in rows[1:] if len(row) == 3) and len(values) > 1 and values <= {*"012345"}
    )


@by_schema
def read_withings(content: Content, ask: Ask) -> list[Scored]:
    """Read the states of sleep of Withings; rows that follow each other within an hour are one sleep."""
    spans: list[Span] = []
    for row in content.rows(",")[1:]:
        start = moment_of(row[0]) if len(row) == 3 else None
        try:
            durations, values = json.loads(row[1]), json.loads(row[2])
            ends = [timedelta(seconds=float(end)) for end in accumulate(durations)]
            stages = [WITHINGS[str(value)] for value in values]
        except (ValueError, KeyError, TypeError, IndexError, OverflowError, RecursionError):
            raise content.error("a row is no moment, durations and states", "export it again") from None
        if start is None or len(ends) != len(stages):
            raise content.error("a row has not as many durations as states, or no moment", "export it again")
        begins = [timedelta(0), *ends[:-1]]
        spans += [(start + a, start + b, stage) for a, b, stage in zip(begins, ends, stages, strict=True)]
    return named_sleeps(by_gaps(_comparable(spans)), device="Withings", epoch=ask.epoch or 60.0)


def _comparable(spans: list[Span]) -> list[Span]:
    """Give moments of which some lack their time zone as those of the clock on the wall."""
    if len({moment.tzinfo is None for span in spans for moment in span[:2]}) < 2:
        return spans
    return [(a.replace(tzinfo=None), b.replace(tzinfo=None), stage) for a, b, stage in spans]


# --------------------------------------------------------------------------------------------------------------- Oura
def _oura_sleep(content: Content, fields: dict[str, str]) -> tuple[DeviceSleep, float] | None:
    """One sleep out of the fields of Oura, and the seconds of an epoch; None where it has no phases."""
    phases = next(((name, digits) for name in OURA_PHASES if (digits := fields.get(name) or "").strip()), None)
    if phases is None or fields.get("type") == "deleted":
        return None
    name, digits = phases
    start = moment_of(fields.get("bedtime_start") or "")
    if start is None:
        raise content.error("a bedtime_start is no moment", "export it again")
    epoch = OURA_PHASES[name]
    stages = stages_of_cells([*digits.strip()], Ask(coding=OURA), source=content.name)
    step = timedelta(seconds=epoch)
    spans = [(start + i * step, start + (i + 1) * step, stage) for i, stage in enumerate(stages)]
    kind = fields.get("type") or {"1": "long_sleep", "0": "sleep"}.get(fields.get("is_longest") or "", "")
    day = fields.get("day") or fields.get("summary_date") or ""
    if kind == "long_sleep":
        return DeviceSleep(spans, "night", day), epoch
    return DeviceSleep(spans, "rest" if kind == "rest" else "nap" if kind else "", day), epoch


def oura_sleeps(content: Content, entries: Iterable[dict[str, str]], ask: Ask) -> list[Scored]:
    """Every sleep of Oura's that has phases, out of their fields; one that was deleted is left out."""
    found = [sleep for fields in entries if (sleep := _oura_sleep(content, fields)) is not None]
    if not found:
        raise content.error("no sleep in it has phases")
    out = []
    for epoch in sorted({epoch for _, epoch in found}):
        out += named_sleeps([sleep for sleep, e in found if e == epoch], device="Oura", epoch=ask.epoch or epoch)
    return out


def is_oura_table(content: Content) -> bool:
    """Whether it is a table of Oura with phases."""
    head = {cell.strip().casefold() for cell in content.head.split(delimiter_of(content))}
    return "bedtime_start" in head and bool(head & OURA_PHASES.keys())


@by_schema
def read_oura_table(content: Content, ask: Ask) -> list[Scored]:
    """Read every sleep of a table of Oura."""
    columns = columns_of(content.rows(delimiter_of(content)))
    names = [name.casefold() for name in columns]
    rows = [dict(zip(names, cells, strict=True)) for cells in zip(*columns.values(), strict=True)]
    return oura_sleeps(content, rows, ask)


# ------------------------------------------------------------------------------------------------------- Apple Health
def is_apple(content: Content) -> bool:
    """Whether it is an export of Apple Health."""
    return content.text.lstrip().startswith("<HealthData")


@by_schema
def read_apple(content: Content, ask: Ask) -> list[Scored]:
    """Read every sleep of an export of Apple Health, each source by itself; core sleep is light sleep, never N2."""
    if not content.text.rstrip().endswith("</HealthData>"):
        raise content.error("the export is cut short: its last element is not closed", "export it again")
    by_source: dict[str, list[Span]] = {}
    for tag in (tag for tag in RECORD.findall(content.text) if f'"{APPLE_MARK}"' in tag):
        fields = {name: html.unescape(value) for name, value in ATTRIBUTE.findall(tag)}
        value = fields.get("value", "").removeprefix("HKCategoryValueSleepAnalysis")
        if value not in APPLE:
            raise content.error("a record of sleep has a value that Apple does not list", "export it again")
        stage = APPLE[value]
        if stage is not None:
            begin, end = (_apple_moment(content, fields.get(key, "")) for key in ("startDate", "endDate"))
            by_source.setdefault(fields.get("sourceName", "").replace("\xa0", " "), []).append((begin, end, stage))
    if not by_source:
        raise content.error("no record in it is a stage of sleep", "export the data of a device that stages sleep")
    sleeps = [sleep for source, spans in by_source.items() for sleep in by_gaps(spans, source=source)]
    return named_sleeps(sleeps, device="Apple Health", epoch=ask.epoch or 30.0)


def _apple_moment(content: Content, text: str) -> datetime:
    try:
        return datetime.strptime(text, "%Y-%m-%d %H:%M:%S %z")
    except ValueError:
        moment = moment_of(text)
        if moment is None or moment.tzinfo is None:
            raise content.error(
                "a record of sleep has a time that is no moment with a zone", "export it again"
            ) from None
        return moment
