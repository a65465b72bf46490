"""A scoring on the epochs of its recording: laid there by the clock, epoch by midpoint; what does not fit is said."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import numpy.typing as npt

from ...core.events import Events, Scoring
from ...core.finding import Finding
from ...core.hypnogram import Hypnogram
from ...core.recording import Recording
from ...core.stage import Stage
from ..finding_codes import finding_of
from ..scorings.clocks import DAY, clock_of

__all__ = ["scoring_on_recording"]

#: Seconds by which scored epochs and lights may lie outside the recording before its clock counts as another.
STRAY = 300.0
#: Seconds within which a shift is one of whole hours, or of whole days.
WHOLE, HOUR = 2.0, 3600.0
#: Date of what has none: a header of EDF cannot hold an earlier one.
NO_START = datetime(1985, 1, 1)
NO_DATE = NO_START.date()


@dataclass(frozen=True, slots=True)
class _Shift:
    """Seconds from the recording's start to the scoring's, and whether clocks tell it."""

    seconds: float
    by_clock: bool
    findings: tuple[Finding, ...] = ()


def scoring_on_recording(
    scoring: Scoring, recording: Recording, source: str, *, part: bool = False
) -> tuple[Scoring | None, tuple[Finding, ...]]:
    """Give a scoring on the epochs that begin with a recording, and what was shifted, cut or dropped for it.

    A scoring with a date lies where its clock says, one with a bare clock on the day on which most of it lies within
    the recording, and one without either begins with the recording. An epoch of the recording has the stage that is
    scored at its midpoint, and none where nothing is.

    Parameters
    ----------
    scoring : Scoring
    recording : Recording
    source : str
        What findings call the scoring.
    part : bool
        Whether the recording is a part of what was scored, so that most of the scoring may lie outside.

    Returns
    -------
    scoring : Scoring or None
        With the recording's start; None where it is of another time, or fits by neither clock nor count.
    findings : tuple of Finding

    Examples
    --------
    >>> from somnometry.core.recording import Signal
    >>> recording = Recording({"C4": Signal(np.zeros(240), 1.0)}, start=datetime(2024, 5, 1, 22, 0))
    >>> scored = Scoring(Hypnogram([0, 1, 2, 2], start=datetime(2024, 5, 1, 22, 0, 42)))
    >>> placed, findings = scoring_on_recording(scored, recording, "n1.txt")
    >>> placed.hypnogram.stages.tolist(), [finding.code for finding in findings]
    ([-1, 0, 1, 2, 2, -1, -1, -1], ['scoring-shifted'])
    """
    hypnogram = scoring.hypnogram
    shift = _shift_of(scoring, recording, source)
    said = [*shift.findings]
    if not (shift.by_clock or scoring.timed or part) and _misfit(hypnogram, recording):
        what = (
            f"{hypnogram.n_epochs} epochs of {hypnogram.epoch:g} s without a time are {hypnogram.duration:g} s, "
            f"the recording has {recording.duration:g} s"
        )
        return None, (*said, finding_of("scoring-count", source, what))
    at = _source_epochs(hypnogram, recording, shift.seconds)
    inside = at >= 0
    lost = _scored(hypnogram.stages) - _scored(hypnogram.stages[at[inside]])
    outside = lost * hypnogram.epoch
    where = f"it begins {abs(shift.seconds):g} s {'after' if shift.seconds >= 0 else 'before'} the recording"
    contradicts = outside > STRAY and abs(shift.seconds) > STRAY
    if lost and not part and (contradicts or not _scored(hypnogram.stages[at[inside]])):
        what = f"{where}, and {outside / 60:g} min of scored epochs lie outside it"
        return None, (*said, finding_of("scoring-elsewhere", source, what))
    said += _of_shift(shift, hypnogram.epoch, where, source)
    if lost:
        said.append(finding_of("scoring-cut", source, f"{lost} scored epochs lie outside the recording"))
    lights, dropped = _lights(hypnogram, recording, shift.seconds, source)
    placed = hypnogram.replace(
        stages=np.where(inside, hypnogram.stages[at], Stage.UNSCORED) if hypnogram.n_epochs else inside.astype(np.int8),
        probabilities=_probabilities(hypnogram, at),
        start=recording.start or hypnogram.start,
        lights_off=lights[0],
        lights_on=lights[1],
    )
    events = Events(scoring.events.onset + shift.seconds, scoring.events.duration, scoring.events.kind)
    return Scoring(placed, events), (*said, *dropped)


# ----------------------------------------------------------------------------------------------------------- the clocks
def _shift_of(scoring: Scoring, recording: Recording, source: str) -> _Shift:
    """Tell how far the scoring begins after the recording: by dates, by the clock, else with it."""
    start, clock = scoring.hypnogram.start, scoring.clock
    if start == NO_START:
        start = None
    if recording.start is None or (start is None and clock is None):
        one_sided = recording.start is not None or start is not None or clock is not None
        what = "the recording has no clock" if recording.start is None else "it has no clock"
        told = one_sided and not (scoring.timed and recording.start is not None)
        return _Shift(0.0, False, (finding_of("scoring-undated", source, what),) if told else ())
    if start is not None:
        local = start.replace(tzinfo=None)
        if NO_DATE not in (local.date(), recording.start.date()) or local.date() == recording.start.date():
            return _Shift((local - recording.start).total_seconds(), True)
        clock = _seconds_of_day(local)
    assert clock is not None
    days = (clock - _seconds_of_day(recording.start)) % DAY
    end = scoring.hypnogram.duration

    def within(seconds: float) -> float:
        return min(recording.duration, seconds + end) - max(0.0, seconds)

    best = max(days, days - DAY, key=within)
    what = f"its clock says {clock_of(clock % DAY)}, so it begins {best:g} s from the recording's start"
    return _Shift(best, True, (finding_of("scoring-day", source, what),))


def _seconds_of_day(moment: datetime) -> float:
    return moment.hour * 3600 + moment.minute * 60 + moment.second + moment.microsecond / 1e6


def _misfit(hypnogram: Hypnogram, recording: Recording) -> bool:
    """Whether epochs without a time are not as many as the recording has, but for one that it did not end."""
    return abs(hypnogram.duration - recording.duration) > max(hypnogram.epoch, 30.0)


def _of_shift(shift: _Shift, epoch: float, where: str, source: str) -> list[Finding]:
    """Say a shift, and more urgently one of whole hours, such as summer time makes."""
    if abs(shift.seconds) < 1e-3:
        return []
    hours = round(shift.seconds / HOUR)
    if hours and abs(shift.seconds - hours * HOUR) <= WHOLE:
        return [finding_of("scoring-hours", source, where)]
    askew = abs(shift.seconds / epoch - round(shift.seconds / epoch)) * epoch
    more = "" if askew < 1e-3 else f"; its epochs lie {askew:g} s beside those of the recording"
    return [finding_of("scoring-shifted", source, where + more)]


# ----------------------------------------------------------------------------------------------------------- the epochs
def _source_epochs(hypnogram: Hypnogram, recording: Recording, shift: float) -> npt.NDArray[np.int64]:
    """Which scored epoch holds the midpoint of each epoch of the recording; -1 where none does."""
    n_epochs = math.floor(recording.duration / hypnogram.epoch + 1e-9)
    midpoint = (np.arange(n_epochs) + 0.5) * hypnogram.epoch - shift
    at = np.floor(np.round(midpoint / hypnogram.epoch, 9)).astype(np.int64)
    return np.where((at >= 0) & (at < hypnogram.n_epochs), at, -1)


def _scored(stages: npt.NDArray[np.int8]) -> int:
    return int(np.count_nonzero(stages != Stage.UNSCORED))


def _probabilities(hypnogram: Hypnogram, at: npt.NDArray[np.int64]) -> npt.NDArray[np.float64] | None:
    if hypnogram.probabilities is None or not hypnogram.n_epochs:
        return None
    return np.where((at >= 0)[:, None], hypnogram.probabilities[at], np.nan)


def _lights(
    hypnogram: Hypnogram, recording: Recording, shift: float, source: str
) -> tuple[tuple[float, float], list[Finding]]:
    """Lights on the recording's time, NaN where unknown; those far outside it are dropped, those nearby its ends."""
    kept, dropped = [], []
    for name, light in (("off", hypnogram.lights_off), ("on", hypnogram.lights_on)):
        at = float(light) + shift  # type: ignore[arg-type]
        if not math.isnan(at) and not -STRAY <= at <= recording.duration + STRAY:
            what = f"it marks lights {name} at {at:g} s of a recording of {recording.duration:g} s"
            dropped.append(finding_of("scoring-lights", source, what))
            at = math.nan
        kept.append(at if math.isnan(at) else min(max(at, 0.0), recording.duration))
    if kept[0] >= kept[1]:  # both beyond the same end
        dropped.append(finding_of("scoring-lights", source, "it marks both lights beyond one end of the recording"))
        kept = [math.nan, math.nan]
    return (kept[0], kept[1]), dropped
