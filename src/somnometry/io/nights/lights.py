"""Lights-off and lights-on, and where they came from: the user's table, the file's markers, else the scoring.

What the user says goes before what the file marks, and that before what only the scoring marks. That the whole record
is the time in bed is nobody's mark: it is declared, of a hypnogram, by `declared_lights`.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta

import numpy as np

from ...core.errors import RecordingError
from ...core.events import Scoring
from ...core.finding import Finding
from ...core.hypnogram import Hypnogram
from ...core.recording import LightsSource, Recording, Signal
from ..annotations import is_lights_off, is_lights_on, lights_from_annotations
from ..finding_codes import finding_of
from ..lights_words import LightsText, read_lights_text
from ..sources.source import Source
from ..summer_time import clock_changes
from .recordings_csv import Details

__all__ = [
    "LightsTimes",
    "declared_lights",
    "lit_scoring",
    "marked_lights",
    "with_given_lights",
    "with_lights_of_scoring",
]

#: Seconds by which lights may lie outside the recording, for people note them to the minute.
NOTED = 300.0
#: Seconds by which the clock time in a marker's text may differ from that of its onset, and more without seconds.
TOLD, TOLD_TO_THE_MINUTE = 60.0, 120.0
#: Findings of one kind before they are only counted.
NAMED = 3


@dataclass(frozen=True, slots=True)
class LightsTimes:
    """Lights-off and lights-on.

    Parameters
    ----------
    off, on : float, optional
        Seconds from the first sample; None where unknown.
    source : {"unknown", "marker", "table", "scoring"}
    findings : tuple of Finding
        What is odd about them.
    """

    off: float | None = None
    on: float | None = None
    source: LightsSource = "unknown"
    findings: tuple[Finding, ...] = ()


def marked_lights(source: Source) -> LightsTimes:
    """Lights-off and lights-on as the file's annotations mark them, and what is odd about the marks."""
    onsets, texts = source.annotations()
    odd = tuple(_of_texts(onsets, texts, source.start, source.clock))
    taken = _marked(onsets, texts, source.duration)
    return replace(taken, findings=(*taken.findings, *odd))


def _of_texts(
    onsets: Sequence[float], texts: Sequence[str], start: datetime | None, clock: time | None
) -> Iterator[Finding]:
    """What is odd about the texts of marks: those that nearly are one, and clock times that contradict the onset."""
    read = [(onset, said) for onset, text in zip(onsets, texts, strict=True) if (said := read_lights_text(text)).says]
    began = datetime.combine(datetime(2000, 1, 1), clock) if start is None and clock is not None else start
    nearly = [f"{onset:g} s" for onset, said in read if said.says == "nearly"]
    if nearly:
        more = f" and {len(nearly) - NAMED} more" if len(nearly) > NAMED else ""
        what = f"at {', '.join(nearly[:NAMED])}{more} a text speaks of the light in words that are no marker of it"
        yield finding_of("lights-nearly", "annotations", what)
    for onset, said in read:
        if said.says == "nearly" or began is None or not said.clock:
            continue
        at = began + timedelta(seconds=onset)
        if not _agree(said, at.hour * 3600 + at.minute * 60 + at.second):
            told = "{:02d}:{:02d}:{:02d}".format(*_clock_of(said.clock[0]))
            what = f"lights {said.says} at {onset:g} s, which is {at:%H:%M:%S}, but its text says {told}"
            yield finding_of("lights-clock", "annotations", what)


def _agree(said: LightsText, at: int) -> bool:
    """Whether one of the clock times that a text may mean is that of its onset, whichever day it is."""
    tolerated = TOLD_TO_THE_MINUTE if said.to_the_minute else TOLD
    return any(min((at - told) % 86400, (told - at) % 86400) <= tolerated for told in said.clock)


def _clock_of(seconds: int) -> tuple[int, int, int]:
    return seconds // 3600, seconds // 60 % 60, seconds % 60


def _marked(onsets: Sequence[float], texts: Sequence[str], duration: float) -> LightsTimes:
    """Lights as the texts mark them, whatever their clock times say."""
    marks = sorted(
        (onset, is_lights_off(text))
        for onset, text in zip(onsets, texts, strict=True)
        if is_lights_off(text) or is_lights_on(text)
    )
    off, on = lights_from_annotations(onsets, texts)
    marked = "lights " + ", ".join(f"{'off' if is_off else 'on'} at {onset:g} s" for onset, is_off in marks)
    if [is_off for _, is_off in marks] not in ([], [True], [False], [True, False]):
        if on is None:
            return _odd("lights-ambiguous", marked, "lights left unknown")
        taken = f"took {'the start' if off is None else f'{off:g} s'} to {on:g} s"
        return _odd("lights-ambiguous", marked, f"{taken}; check the markers", off, on)
    if off is not None and off >= duration:
        what = f"{marked}, but the record ends at {duration:g} s"
        return _odd("lights-outside", what, "lights left unknown")
    return LightsTimes(off, on, "unknown" if off is None and on is None else "marker")


def _odd(code: str, what: str, remedy: str, off: float | None = None, on: float | None = None) -> LightsTimes:
    finding = Finding(code, "warning", "annotations", what, remedy)
    return LightsTimes(off, on, "unknown" if off is None and on is None else "marker", (finding,))


def with_given_lights(recording: Recording, details: Details) -> Recording:
    """The recording with the lights that the user gave, in seconds, in place of those that the file marks.

    Raises
    ------
    RecordingError
        Where a light lies more than five minutes outside the recording, or they contradict each other.
    """
    if details.lights_off is None and details.lights_on is None:
        return recording
    off, on = recording.lights_off, recording.lights_on
    began = recording.start or recording.clock
    try:
        if details.lights_off is not None:
            off = details.lights_off.seconds_after(began, -NOTED)
        if details.lights_on is not None:
            on = details.lights_on.seconds_after(began, -NOTED if off is None else off)
    except RecordingError as error:
        what = f"'lights_off' and 'lights_on': {error.what}"
        raise RecordingError(what, place=recording.source, remedy=error.remedy, key="lights_off") from None
    both = ", ".join(
        f"{name} {'unknown' if light is None else f'{light:g} s'}" for name, light in (("off", off), ("on", on))
    )
    for name, light in (("lights_off", off), ("lights_on", on)):
        if light is not None and not -NOTED <= light <= recording.duration + NOTED:
            raise RecordingError(
                f"lights {both}, in a recording of {recording.duration:g} s", place=recording.source, key=name,
                remedy="mend 'lights_off' and 'lights_on' in the table of recordings",
            )  # fmt: skip
    if off is not None and on is not None and off >= on:
        raise RecordingError(
            f"lights {both}, the wrong way round", place=recording.source, remedy="mend the table of recordings",
            key="lights_off",
        )  # fmt: skip
    off, on = (None if light is None else min(max(light, 0.0), recording.duration) for light in (off, on))
    given = [
        finding_of("lights-given", "recording", f"lights {both}"),
        *_over_a_change(recording.start, details, off, on),
    ]
    findings = (*recording.findings, *given)
    return recording.replace(lights_off=off, lights_on=on, lights_source="table", findings=findings)


def _over_a_change(start: datetime | None, details: Details, off: float | None, on: float | None) -> Iterator[Finding]:
    """Say of lights by the clock that clocks are changed between the start of the recording and them."""
    if start is None:
        return
    began = start.replace(tzinfo=None)
    for name, given, light in (("lights_off", details.lights_off, off), ("lights_on", details.lights_on, on)):
        if given is None or light is None or isinstance(given.value, float):
            continue
        if changes := clock_changes(began, began + timedelta(seconds=light)):
            way = " or ".join("forward" if by > 0 else "back" for by in changes)
            what = (
                f"some places put their clocks {way} by an hour between {began:%Y-%m-%d %H:%M} and {name}, {given.text}"
            )
            remedy = (
                "counted as if yours had not been; where it was, give the light as a span from the start, such as 7.5 h"
            )
            yield finding_of("clock-may-be-set", "recording", what, remedy)


def with_lights_of_scoring(recording: Recording, scoring: Hypnogram) -> Recording:
    """The recording with each light that it does not know and its scoring marks, in seconds.

    Parameters
    ----------
    recording : Recording
    scoring : Hypnogram
        On the epochs of the recording, as `scoring_on_recording` gives it.
    """
    off, on = (
        light if light is not None or math.isnan(marked) else marked
        for light, marked in (
            (recording.lights_off, float(scoring.lights_off)),  # type: ignore[arg-type]
            (recording.lights_on, float(scoring.lights_on)),  # type: ignore[arg-type]
        )
    )
    if (off, on) == (recording.lights_off, recording.lights_on):
        return recording
    if off is not None and on is not None and off >= on:
        what = f"lights off {off:g} s, on {on:g} s, where one is the recording's and one the scoring's"
        odd = finding_of("lights-ambiguous", "recording", what, "that of the scoring was not taken")
        return recording.replace(findings=(*recording.findings, odd))
    told = [f"{name} {'unknown' if light is None else f'{light:g} s'}" for name, light in (("off", off), ("on", on))]
    taken = finding_of("lights-of-scoring", "recording", f"lights {', '.join(told)}")
    source = "scoring" if recording.lights_source == "unknown" else recording.lights_source
    return recording.replace(lights_off=off, lights_on=on, lights_source=source, findings=(*recording.findings, taken))


def lit_scoring(scoring: Scoring, details: Details) -> Hypnogram:
    """The hypnogram of a scoring that is measured by itself, with the lights that the user gave in seconds.

    Raises
    ------
    RecordingError
        As `with_given_lights` does.
    """
    hypnogram = scoring.hypnogram
    start = hypnogram.start and hypnogram.start.replace(tzinfo=None)
    if start is None and scoring.clock is not None:
        start = datetime(2000, 1, 1) + timedelta(seconds=scoring.clock)
    off, on = (
        None if math.isnan(light) else light
        for light in (float(hypnogram.lights_off), float(hypnogram.lights_on))  # type: ignore[arg-type]
    )
    lying = Recording(
        {"stages": Signal(np.zeros(hypnogram.n_epochs, np.float32), 1 / hypnogram.epoch)},
        start=start,
        lights_off=off,
        lights_on=on,
    )
    lit = with_given_lights(lying, details)
    if lit is lying:
        return hypnogram
    off, on = (math.nan if light is None else light for light in (lit.lights_off, lit.lights_on))
    return hypnogram.replace(lights_off=off, lights_on=on, findings=(*hypnogram.findings, *lit.findings))


def declared_lights(hypnogram: Hypnogram, details: Details, margin: float | None = None) -> Hypnogram:
    """Declare the whole record, or sleep with a margin in seconds, to be the lights window; the user's lights stay."""
    given = {"lights_off": details.lights_off, "lights_on": details.lights_on}
    declared = hypnogram.whole() if margin is None else hypnogram.around_sleep(margin)
    return declared.replace(**{name: getattr(hypnogram, name) for name, light in given.items() if light})
