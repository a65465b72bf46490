"""JSON of wearables: Fitbit, Oura, Garmin, Withings."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta, timezone
from itertools import pairwise
from typing import Any

from ...core.stage import Stage
from .clocks import DAY, moment_of
from .content import Content
from .scored import Ask, Scored
from .sleeps import DeviceSleep, Span, by_gaps, by_schema, named_sleeps
from .wearables import OURA_PHASES, WITHINGS, oura_sleeps

__all__ = [
    "is_fitbit", "is_garmin", "is_oura_json", "is_withings_json", "read_fitbit", "read_garmin", "read_oura_json",
    "read_withings_json",
]  # fmt: skip

FITBIT = {
    "wake": Stage.W, "light": Stage.LIGHT, "deep": Stage.N3, "rem": Stage.R,
    "awake": Stage.W, "restless": Stage.W, "asleep": Stage.SLEEP, "unknown": Stage.UNSCORED,
}  # fmt: skip
FITBIT_MINUTES = {"1": Stage.SLEEP, "2": Stage.W, "3": Stage.W}
GARMIN = {0: Stage.N3, 1: Stage.LIGHT, 2: Stage.R, 3: Stage.W}
GARMIN_MAP = {
    "deep": Stage.N3, "light": Stage.LIGHT, "rem": Stage.R, "awake": Stage.W, "unmeasurable": Stage.UNSCORED,
}  # fmt: skip

#: By which clocks are changed.
HOUR = timedelta(hours=1)
#: What comes of values of another kind than the schema promises.
ODD = (AttributeError, KeyError, TypeError, ValueError, OverflowError, OSError)


def _entries(content: Content, *keys: str) -> list[Mapping[str, Any]]:
    """Give the objects of the file: of a list, of the list under one of the keys, or the one that it is."""
    found = content.json
    for key in keys:
        if isinstance(found, dict) and isinstance(found.get(key), list):
            found = found[key]
    every = found if isinstance(found, list) else [found]
    return [one for one in every if isinstance(one, dict)]


def _moment(content: Content, text: object) -> datetime:
    moment = moment_of(text) if isinstance(text, str) else None
    if moment is None:
        raise content.error("what stands in the place of a moment is none", "export it again")
    return moment


# ------------------------------------------------------------------------------------------------------------- Fitbit
def is_fitbit(content: Content) -> bool:
    """Whether it holds sleep logs of Fitbit."""
    return any({"logId", "startTime"} <= one.keys() for one in _entries(content, "sleep"))


@by_schema
def read_fitbit(content: Content, ask: Ask) -> list[Scored]:
    """Read every sleep log of Fitbit; short wakes count before what they lie in, restless is wake, clocks are local."""
    staged: list[DeviceSleep] = []
    classic: list[DeviceSleep] = []
    for log in _entries(content, "sleep"):
        levels = log.get("levels")
        spans = [*_fitbit_spans(content, levels if isinstance(levels, dict) else {}), *_fitbit_minutes(content, log)]
        if spans:
            main = log.get("mainSleep", log.get("isMainSleep"))
            kind = "" if main is None else "night" if main else "nap"
            sleep = DeviceSleep(spans, kind, str(log.get("dateOfSleep") or ""))  # type: ignore[arg-type]
            (staged if sleep.levels == 4 else classic).append(sleep)
    if not staged and not classic:
        raise content.error("no sleep log in it has levels", "export the logs with their levels")
    out = named_sleeps(staged, device="Fitbit", epoch=ask.epoch or 30.0)
    return out + named_sleeps(classic, device="Fitbit", epoch=ask.epoch or 60.0)


def _fitbit_spans(content: Content, levels: Mapping[str, Any]) -> Iterator[Span]:
    """Give the levels of a log, and the short wakes over them.

    Levels follow each other without a gap; where the next begins an hour off, the local clock was changed that night.
    """
    data, short = ([_fitbit_span(content, row) for row in levels.get(key) or ()] for key in ("data", "shortData"))
    for i, ((_, end, _), (begin, _, _)) in enumerate(pairwise(data), 1):
        if abs(begin - end) == HOUR:
            data[i:] = [_moved(span, end - begin) for span in data[i:]]
            short = [*_short_moved(short, begin, end)]
            break
    yield from data
    yield from short


def _fitbit_span(content: Content, row: Any) -> Span:
    try:
        begin, stage = _moment(content, row["dateTime"]), FITBIT[row["level"]]
        return begin, begin + timedelta(seconds=float(row["seconds"])), stage
    except ODD:
        raise content.error("a level is none of Fitbit's", "export it again") from None


def _short_moved(short: Iterable[Span], after: datetime, before: datetime) -> Iterator[Span]:
    """Give short wakes by the clock of before its change: those from the change on are told by the one after it."""
    changed, last = False, datetime.min
    for span in short:
        changed = changed or span[0] >= max(after, before) or span[0].replace(tzinfo=None) < last
        last = span[0].replace(tzinfo=None)
        yield _moved(span, before - after) if changed else span


def _moved(span: Span, by: timedelta) -> Span:
    return span[0] + by, span[1] + by, span[2]


def _fitbit_minutes(content: Content, log: Mapping[str, Any]) -> Iterator[Span]:
    rows = log.get("minuteData") or ()
    begin = _moment(content, log.get("startTime")).replace(second=0, microsecond=0) if rows else datetime.min
    for i, row in enumerate(rows):
        stage = FITBIT_MINUTES.get(str(row.get("value")) if isinstance(row, dict) else "")
        if stage is None:
            raise content.error("a minute is none of Fitbit's", "export it again")
        yield begin + timedelta(minutes=i), begin + timedelta(minutes=i + 1), stage


# --------------------------------------------------------------------------------------------------------------- Oura
def is_oura_json(content: Content) -> bool:
    """Whether it holds sleeps of Oura with their phases."""
    entries = _entries(content, "data", "sleep")
    return any("bedtime_start" in one and bool(OURA_PHASES.keys() & one.keys()) for one in entries)


@by_schema
def read_oura_json(content: Content, ask: Ask) -> list[Scored]:
    """Read every sleep of Oura."""
    texts = [
        {key: str(value) for key, value in one.items() if isinstance(value, str | int) and not isinstance(value, bool)}
        for one in _entries(content, "data", "sleep")
    ]
    return oura_sleeps(content, texts, ask)


# ------------------------------------------------------------------------------------------------------------- Garmin
def _plain(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {key.replace("_", "").casefold(): value for key, value in fields.items()}


def _garmin_entries(content: Content) -> list[dict[str, Any]]:
    return [_plain(one) for one in _entries(content, "sleeps", "individualStats")]


def is_garmin(content: Content) -> bool:
    """Whether it holds sleeps of Garmin: levels by their times, or totals only."""
    marks = {"sleeplevels", "sleeplevelsmap", "dailysleepdto", "sleepstarttimestampgmt"}
    return any(marks & one.keys() for one in _garmin_entries(content))


@by_schema
def read_garmin(content: Content, ask: Ask) -> list[Scored]:
    """Read every sleep of Garmin with its levels, in the time zone of the night."""
    sleeps = []
    for one in _garmin_entries(content):
        about = _plain(one["dailysleepdto"]) if isinstance(one.get("dailysleepdto"), dict) else one
        zone = timezone(timedelta(seconds=_garmin_offset(about)))
        try:
            spans = [*_garmin_levels(content, one, zone), *_garmin_map(one, zone)]
        except ODD:
            raise content.error("a level of sleep lacks its start, end or stage") from None
        if spans:
            sleeps.append(DeviceSleep(spans, day=str(about.get("calendardate") or "")))
    if not sleeps:
        raise content.error("its sleeps are totals, and no levels by their times", "export the levels of sleep")
    return named_sleeps(sleeps, device="Garmin", epoch=ask.epoch or 60.0)


def _garmin_offset(about: Mapping[str, Any]) -> float:
    """Seconds that the clock on the wall is ahead of GMT, less than a day."""
    if isinstance(offset := about.get("starttimeoffsetinseconds"), int | float) and abs(offset) < DAY:
        return float(offset)
    local, gmt = about.get("sleepstarttimestamplocal"), about.get("sleepstarttimestampgmt")
    if isinstance(local, int | float) and isinstance(gmt, int | float):
        ahead = local - gmt
        return float(round(ahead / 1000 / 60) * 60) if abs(ahead) < 1000 * DAY else 0.0
    a, b = (moment_of(text) if isinstance(text, str) else None for text in (local, gmt))
    ahead = 0.0 if a is None or b is None else (a.replace(tzinfo=None) - b.replace(tzinfo=None)).total_seconds()
    return ahead if abs(ahead) < DAY else 0.0


def _garmin_levels(content: Content, one: Mapping[str, Any], zone: timezone) -> Iterator[Span]:
    for row in one.get("sleeplevels") or ():
        fields = _plain(row)
        begin, end = (
            _moment(content, re.sub(r"\.\d$", "", str(fields[key]))).replace(tzinfo=UTC).astimezone(zone)
            for key in ("startgmt", "endgmt")
        )
        yield begin, end, GARMIN[fields["activitylevel"]]


def _garmin_map(one: Mapping[str, Any], zone: timezone) -> Iterator[Span]:
    for level, rows in (one.get("sleeplevelsmap") or {}).items():
        for row in rows:
            fields = _plain(row)
            begin, end = (
                datetime.fromtimestamp(float(fields[key]), zone) for key in ("starttimeinseconds", "endtimeinseconds")
            )
            yield begin, end, GARMIN_MAP[level.casefold()]


# ----------------------------------------------------------------------------------------------------------- Withings
def _withings_series(content: Content) -> list[Mapping[str, Any]]:
    found = content.json
    body = found.get("body", found) if isinstance(found, dict) else {}
    series = body.get("series") if isinstance(body, dict) else None
    return [one for one in series if isinstance(one, dict)] if isinstance(series, list) else []


def is_withings_json(content: Content) -> bool:
    """Whether it is an answer of Withings with a series of states."""
    series = _withings_series(content)
    return bool(series) and {"startdate", "enddate", "state"} <= series[0].keys()


@by_schema
def read_withings_json(content: Content, ask: Ask) -> list[Scored]:
    """Read states of sleep of Withings; seconds of Unix are kept as moments of UTC."""
    try:
        spans = [
            (
                datetime.fromtimestamp(one["startdate"], UTC), datetime.fromtimestamp(one["enddate"], UTC),
                WITHINGS[str(one["state"])],
            )
            for one in _withings_series(content)
        ]  # fmt: skip
    except ODD:
        raise content.error("a state of sleep lacks its start, end or a state that Withings lists") from None
    return named_sleeps(by_gaps(spans), device="Withings", epoch=ask.epoch or 60.0)
