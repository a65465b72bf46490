"""Scorings in XML: Compumedics Profusion, NSRR, Sleepware RML; entities and document types are refused."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from itertools import pairwise
from xml.etree import ElementTree

from ...core.stage import Stage
from ..annotations import stage_of_text
from .clocks import DAY, later, moment_of, seconds_of_clock
from .codings import stages_of_cells
from .content import MOST, Content
from .scored import Ask, Scored, epoch_of_bouts

__all__ = ["is_rooted", "number_of", "parsed_xml", "read_nsrr", "read_profusion", "read_rml"]

#: What may stand before the outermost element, each taken whole or not at all, so that none is tried in two ways.
ROOT = re.compile(
    r"(?>\s+|<\?.*?\?>|<!--.*?-->|<!DOCTYPE\s+\w+\s*\[[^\]]*\]>|<!DOCTYPE[^>\[]*>)*+<(?:\w{1,99}:)?(\w{1,99})",
    re.DOTALL,
)
RML_STAGES = {
    "NotScored": Stage.UNSCORED, "Wake": Stage.W, "NonREM1": Stage.N1, "NonREM2": Stage.N2, "NonREM3": Stage.N3,
    "NonREM4": Stage.N3, "REM": Stage.R,
}  # fmt: skip


def is_rooted(name: str) -> Callable[[Content], bool]:
    """Give a function that tells whether the outermost element of a file has this name.

    Examples
    --------
    >>> is_rooted("PSGAnnotation")(Content("a.xml", "<?xml version='1.0'?><PSGAnnotation/>"))
    True
    """

    def recognise(content: Content) -> bool:
        found = ROOT.match(content.text)
        return found is not None and found[1] == name

    return recognise


def parsed_xml(content: Content) -> ElementTree.Element:
    """Give the outermost element, its names without namespaces; nothing that a file defines is ever expanded.

    Raises
    ------
    HypnogramError
        Where it is no XML, is cut short, or defines a document type or entities.
    """
    if re.search(r"<!(?:DOCTYPE|ENTITY)", content.text, re.IGNORECASE):
        raise content.error(
            "its XML has a document type or entities, which no scoring needs", "export it again, or remove them"
        )
    if content.text.count("<") > MOST:
        raise content.error(f"more than {MOST // 2:,} elements are no scoring", "export the stages alone")
    try:
        root = ElementTree.fromstring(content.text)
    except ElementTree.ParseError as error:
        line, _ = error.position
        raise content.error(f"the XML is damaged or cut short at line {line}", "export the scoring again") from None
    except ValueError as error:  # a character that no XML may hold
        raise content.error("the XML is damaged", "export the scoring again") from error
    for element in root.iter():
        element.tag = element.tag.rpartition("}")[2]
    return root


def number_of(content: Content, text: str | None, what: str) -> float:
    """Number in the text of an element; `what` is what errors call it."""
    try:
        return float((text or "").strip())
    except ValueError:
        raise content.error(f"{what} is no number", "export the scoring again") from None


def _events(content: Content, elements: list[ElementTree.Element], name: str) -> list[tuple[float, float, str]]:
    return [
        (
            number_of(content, one.findtext("Start"), "the start of an event"),
            number_of(content, one.findtext("Duration") or "0", "the duration of an event"),
            (one.findtext(name) or "").strip(),
        )
        for one in elements
    ]


def read_profusion(content: Content, ask: Ask) -> list[Scored]:
    """Read a Profusion XML: one integer for each epoch from the start of the recording, without a clock."""
    root = parsed_xml(content)
    cells = [(stage.text or "").strip() for stage in root.iterfind("SleepStages/SleepStage")]
    if not cells:
        raise content.error("no SleepStage is in it", "export the scoring with its stages")
    length = root.findtext("EpochLength")
    epoch = ask.epoch or (30.0 if length is None else number_of(content, length, "EpochLength"))
    stages = stages_of_cells(cells, ask, coding="profusion_nsrr", epoch=epoch, source=content.name)
    events = _events(content, root.findall("ScoredEvents/ScoredEvent"), "Name")
    n = len(stages)
    return [
        Scored(
            [i * epoch for i in range(n)] + [event[0] for event in events],
            [epoch] * n + [event[1] for event in events],
            cells + [event[2] for event in events],
            [*stages, *[None] * len(events)],
            epoch,
        )
    ]


def read_nsrr(content: Content, ask: Ask) -> list[Scored]:
    """Read an NSRR XML: bouts in seconds from the start; its clock has no date."""
    root = parsed_xml(content)
    events = root.findall("ScoredEvents/ScoredEvent")
    found = _events(content, events, "EventConcept")
    kinds = [(one.findtext("EventType") or "").partition("|")[0] for one in events]
    stages = [
        stage_of_text(text) if kind == "Stages" else None for kind, (_, _, text) in zip(kinds, found, strict=True)
    ]
    if unknown := sum(kind == "Stages" and stage is None for kind, stage in zip(kinds, stages, strict=True)):
        raise content.error(f"{unknown} events are said to be stages and name none that is known")
    length = (root.findtext("EpochLength") or "").strip()
    onset, duration, texts = [a for a, _, _ in found], [b for _, b, _ in found], [c for _, _, c in found]
    epoch = ask.epoch or (
        number_of(content, length, "EpochLength") if length else epoch_of_bouts(onset, duration, stages)
    )
    clocks = [(at, one.findtext("ClockTime")) for (at, _, _), one in zip(found, events, strict=True)]
    start, clock = _nsrr_start(next(((at, text) for at, text in clocks if text), (0.0, "")))
    kept = [i for i, text in enumerate(texts) if text != "Recording Start Time"]
    return [
        Scored(
            [onset[i] for i in kept], [duration[i] for i in kept], [texts[i] for i in kept],
            [stages[i] for i in kept], epoch, start, clock=clock,
        )
    ]  # fmt: skip


def _nsrr_start(clock: tuple[float, str]) -> tuple[datetime | None, float | None]:
    """Give the start of a recording by a date and a clock such as "01.01.1985 22.00.00"; zeros are no date."""
    at, text = clock
    *date, time = text.split() or [""]
    seconds = seconds_of_clock(time)
    if seconds is None:
        return None, None
    moment = moment_of(f"{' '.join(date)} {time}") if re.search(r"[1-9]", " ".join(date)) else None
    return (None, (seconds - at) % DAY) if moment is None else (later(moment, -at), None)


def read_rml(content: Content, ask: Ask) -> list[Scored]:
    """Read a Sleepware or Sleep View RML: the user's staging before the machine's, each stage until the next."""
    root = parsed_xml(content)
    staging = root.find(".//UserStaging")
    person = staging is not None and staging.find(".//Stage") is not None
    if not person:
        staging = root.find(".//MachineStaging")
    marks = [] if staging is None else staging.findall(".//Stage")
    if not marks:
        raise content.error("neither UserStaging nor MachineStaging holds a Stage")
    timed = [(number_of(content, mark.get("Start"), "the start of a stage"), mark.get("Type", "")) for mark in marks]
    timed.sort(key=lambda mark: mark[0])
    starts, words = [start for start, _ in timed], [word for _, word in timed]
    if unknown := sum(word not in RML_STAGES for word in words):
        raise content.error(f"{unknown} of {len(words)} stages have a name that is not known")
    sessions = root.findall(".//Session")
    lasts = sum(number_of(content, session.findtext("Duration"), "the duration of a session") for session in sessions)
    end = max(lasts, starts[-1] + (ask.epoch or 30.0))
    onset = list(starts)
    duration = [b - a for a, b in pairwise([*starts, end])]
    stages: list[Stage | None] = [RML_STAGES[word] for word in words]
    for event in root.iterfind(".//Event"):
        onset.append(number_of(content, event.get("Start"), "the start of an event"))
        duration.append(number_of(content, event.get("Duration") or "0", "the duration of an event"))
        words.append(event.get("Type", ""))
        stages.append(None)
    start = moment_of(root.findtext(".//RecordingStart") or "")
    return [Scored(onset, duration, words, stages, ask.epoch or 30.0, start)]
