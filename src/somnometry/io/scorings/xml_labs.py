"""Further scorings in XML: Wonambi and the table that it exports, OpenXDF, RemLogic."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from xml.etree.ElementTree import Element

from ...core.scorer import Scorer
from ...core.stage import Stage
from ..annotations import stage_of_text
from .clocks import DAY, moment_of, seconds_of_clock
from .codings import stages_of_cells
from .content import Content
from .scored import Ask, Scored, epoch_of_bouts
from .tables import read_span_table
from .xml_files import number_of, parsed_xml

__all__ = [
    "is_remlogic_xml", "is_wonambi_table", "read_openxdf", "read_remlogic_xml", "read_wonambi", "read_wonambi_table",
]  # fmt: skip


# ------------------------------------------------------------------------------------------------------------ Wonambi
def read_wonambi(content: Content, ask: Ask) -> list[Scored]:
    """Read the annotations of Wonambi: epochs and events of each rater, in seconds from the start of the recording."""
    root = parsed_xml(content)
    raters = [rater for rater in root.iterfind("rater") if rater.find("stages/epoch") is not None]
    if not raters:
        raise content.error("no rater has scored an epoch")
    began = moment_of(root.findtext("dataset/start_time") or "")
    marks = [
        (number_of(content, one.findtext("marker_start"), "a marker"), one.findtext("marker_name") or "")
        for one in root.iterfind("dataset/markers/marker")
    ]
    out = []
    for rater in _chosen(content, raters, ask):
        onset, end, words, stages = [], [], [], []
        for one in rater.iterfind("stages/epoch"):
            onset.append(number_of(content, one.findtext("epoch_start"), "the start of an epoch"))
            end.append(number_of(content, one.findtext("epoch_end"), "the end of an epoch"))
            words.append((one.findtext("stage") or "").strip())
        stages = [*stages_of_cells(words, ask, source=content.name)]
        duration = [b - a for a, b in zip(onset, end, strict=True)]
        epoch = ask.epoch or epoch_of_bouts(onset, duration, stages, duration[0] or 30.0)
        events: list[tuple[float, float, str]] = [(at, 0.0, name) for at, name in marks]
        for kind in rater.iterfind("events/event_type"):
            events += [
                (a, number_of(content, one.findtext("event_end"), "the end of an event") - a, kind.get("type", ""))
                for one in kind.iterfind("event")
                for a in [number_of(content, one.findtext("event_start"), "the start of an event")]
            ]
        for one in rater.iterfind("bookmarks/bookmark"):
            at = number_of(content, one.findtext("bookmark_start"), "a bookmark")
            events.append((at, 0.0, one.findtext("bookmark_name") or ""))
        every: list[Stage | None] = [*stages, *[None] * len(events)]
        name = rater.get("name", "")
        out.append(
            Scored(
                onset + [event[0] for event in events], duration + [event[1] for event in events],
                words + [event[2] for event in events], every, epoch, began, Scorer(name), name=name,
            )
        )  # fmt: skip
    return out


def is_wonambi_table(content: Content) -> bool:
    """Whether it is a table of epochs that Wonambi exported."""
    return content.lines[0].startswith("Wonambi v") and "stage" in content.text[:400].casefold()


def read_wonambi_table(content: Content, ask: Ask) -> list[Scored]:
    """Read the epochs that Wonambi exported: seconds of starts and ends, and the clock of each, of no date."""
    table = Content(content.name, "\n".join(content.lines[1:]))
    clocks = [seconds_of_clock(row[0]) for row in table.rows(",")[1:2]]
    return [replace(one, clock=None if clock is None else (clock - one.onset[0]) % DAY)
            for one in read_span_table(table, ask) for clock in clocks]  # fmt: skip


def _chosen(content: Content, raters: list[Element], ask: Ask) -> list[Element]:
    if ask.scorer is None:
        return raters
    names = [rater.get("name", "") for rater in raters]
    if ask.scorer not in names:
        raise content.error(f"there is no scorer {ask.scorer!r}", f"it is one of {', '.join(names)}", key="scorer")
    return [raters[names.index(ask.scorer)]]


# ------------------------------------------------------------------------------------------------------------ OpenXDF
#: Digits of OpenXDF as Polysmith writes them are Rechtschaffen and Kales's.
OPENXDF: dict[int | str, Stage] = {
    "W": Stage.W, "1": Stage.N1, "2": Stage.N2, "3": Stage.N3, "4": Stage.N3, "R": Stage.R, "U": Stage.UNSCORED,
    "M": Stage.UNSCORED, "?": Stage.UNSCORED, "": Stage.UNSCORED,
}  # fmt: skip


def read_openxdf(content: Content, ask: Ask) -> list[Scored]:
    """Read the stages of OpenXDF: one for each epoch by its number from 1, of each scorer; events are not read."""
    root = parsed_xml(content)
    length = root.findtext("EpochLength")
    epoch = ask.epoch or (30.0 if length is None else number_of(content, length, "EpochLength"))
    began = moment_of((root.findtext(".//Sessions/Session/StartTime") or "")[:26].rstrip("Z"))
    out = []
    for scorer in root.iterfind("ScoringResults/Scorers/Scorer"):
        marks = [
            (number_of(content, one.findtext("EpochNumber"), "EpochNumber"), (one.findtext("Stage") or "").strip())
            for one in scorer.iterfind("SleepStages/SleepStage")
        ]
        if not marks:
            continue
        told = ask if ask.coding is not None else Ask(OPENXDF)
        stages = stages_of_cells([word for _, word in marks], told, source=content.name)
        onset = [(number - 1) * epoch for number, _ in marks]
        name = " ".join(filter(None, ((scorer.findtext(key) or "").strip() for key in ("FirstName", "LastName"))))
        out.append(
            Scored(
                onset, [epoch] * len(onset), [s.label for s in stages], stages, epoch, began, Scorer(name), name=name
            )
        )
    if not out:
        raise content.error("no scorer in it has given a SleepStage", "export the scoring with its stages")
    if ask.scorer is not None and ask.scorer not in [one.name for one in out]:
        names = ", ".join(one.name for one in out)
        raise content.error(f"there is no scorer {ask.scorer!r}", f"it is one of {names}", key="scorer")
    return out


# ----------------------------------------------------------------------------------------------------------- RemLogic
def is_remlogic_xml(content: Content) -> bool:
    """Whether it is an XML of RemLogic: events of a type, each with the moments of its start and stop."""
    return all(f"<{name}" in content.text for name in ("Events", "Event", "Type", "StartTime", "StopTime")) and (
        content.text.lstrip("\ufeff \n\t").startswith("<")
    )


def read_remlogic_xml(content: Content, ask: Ask) -> list[Scored]:
    """Read the events of RemLogic out of XML: stages are events of a type, with dates."""
    root = parsed_xml(content)
    found = [one for one in root.iterfind(".//Events/Event") if one.findtext("StartTime")]
    texts = [(one.findtext("Type") or "").strip() for one in found]
    spans = [tuple(_moment(content, one.findtext(key)) for key in ("StartTime", "StopTime")) for one in found]
    stages = [stage_of_text(text) for text in texts]
    staged = [span[0] for span, stage in zip(spans, stages, strict=True) if stage is not None]
    if not staged:
        raise content.error("no event is a sleep stage", "export the stages with the events")
    content.one_clock(moment for span in spans for moment in span)
    zero = min(staged)
    onset = [(a - zero).total_seconds() for a, _ in spans]
    duration = [(b - a).total_seconds() for a, b in spans]
    return [Scored(onset, duration, texts, stages, ask.epoch or epoch_of_bouts(onset, duration, stages), zero)]


def _moment(content: Content, text: str | None) -> datetime:
    whole, _, fraction = (text or "").strip().partition(".")
    moment = moment_of(whole)
    if moment is None:
        raise content.error("an event has a time that is no moment", "export the scoring again")
    return moment + timedelta(seconds=float(f"0.{fraction}")) if fraction.isdigit() else moment
