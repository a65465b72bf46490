"""Latencies, minutes, and how long a night was watched for an event that did not come.

A latency is NaN where its event did not come; beside it, `architecture` gives ``<key>_time`` and ``<key>_event``, the
right-censored pair that survival analysis needs. The ``watched_`` functions give the time of those nights.
"""

from __future__ import annotations

from ..core.stage import Stage
from .durations import spt, trt, tst
from .runs import Runs, remembered
from .stage_matrix import PerNight, StageMatrix, either, epochs_lasting

__all__ = [
    "lps",
    "persistent_sleep",
    "rem_latency_5min",
    "rem_latency_asleep",
    "sol",
    "sol_5min",
    "stage_latency",
    "stage_latency_lights_off",
    "starts_asleep",
    "sustained_rem",
    "watched_asleep",
    "watched_from_lights_off",
    "watched_from_onset",
    "watched_in_bed",
]


def persistent_sleep(nights: StageMatrix, seconds: float) -> Runs:
    """Runs of sleep that last at least `seconds`."""
    return nights.sleep_runs.lasting(epochs_lasting(seconds, nights.epoch))


def sustained_rem(nights: StageMatrix) -> Runs:
    """Runs of R that last at least 5 minutes."""
    return nights.rem_runs.lasting(epochs_lasting(300, nights.epoch))


# ----------------------------------------------------------------------------------------------------- sleep onset
@remembered
def sol(nights: StageMatrix) -> PerNight:
    """SOL, minutes: from lights-off to the first sleep epoch (AASM). NaN without sleep or lights-off."""
    return nights.minutes(nights.onset - nights.begin)


def sol_5min(nights: StageMatrix) -> PerNight:
    """SOL to persistent sleep, minutes: to the first 5 min of unbroken sleep (YASA). NaN without, or lights-off."""
    return nights.minutes(persistent_sleep(nights, 300).first() - nights.begin)


def lps(nights: StageMatrix) -> PerNight:
    """LPS, minutes: to the first 10 min of unbroken sleep (Luna, drug trials). NaN without, or lights-off."""
    return nights.minutes(persistent_sleep(nights, 600).first() - nights.begin)


def starts_asleep(nights: StageMatrix) -> PerNight:
    """Whether the first epoch after lights-off is sleep, 0 or 1: SOL is then left-censored. NaN without lights-off."""
    return either((nights.n_sleep > 0) & (nights.onset == nights.begin), 1, 0)


# ----------------------------------------------------------------------------------------------------- stages
def stage_latency(nights: StageMatrix, *, stage: Stage) -> PerNight:
    """Latency of a stage, minutes: from sleep onset to its first epoch (AASM). NaN where it does not come."""
    return nights.minutes(nights.first_of[stage] - nights.onset)


def stage_latency_lights_off(nights: StageMatrix, *, stage: Stage) -> PerNight:
    """Latency of a stage, minutes: from lights-off to its first epoch (YASA). NaN without, or lights-off."""
    return nights.minutes(nights.first_of[stage] - nights.begin)


def rem_latency_asleep(nights: StageMatrix) -> PerNight:
    """REM latency asleep, minutes: sleep between sleep onset and the first R (Luna). NaN without R."""
    return nights.minutes(nights.asleep_before_rem)


def rem_latency_5min(nights: StageMatrix) -> PerNight:
    """Latency of sustained REM, minutes: from sleep onset to the first run of R of 5 min. NaN without such a run."""
    return nights.minutes(sustained_rem(nights).first() - nights.onset)


# ----------------------------------------------------------------------------------------------------- censoring
def watched_in_bed(nights: StageMatrix) -> PerNight:
    """Time from lights-off to lights-on, or to the end of the record, minutes: where SOL is censored."""
    return trt(nights)


def watched_from_onset(nights: StageMatrix) -> PerNight:
    """Time from sleep onset to the end of the last sleep epoch, minutes: where REM latency is censored."""
    return spt(nights)


def watched_from_lights_off(nights: StageMatrix) -> PerNight:
    """Time from lights-off to the end of the last sleep epoch, minutes; to lights-on in a night without sleep."""
    return either(nights.n_sleep > 0, sol(nights) + spt(nights), trt(nights))


def watched_asleep(nights: StageMatrix) -> PerNight:
    """Sleep watched, minutes: where a latency that leaves wake out is censored."""
    return tst(nights)
