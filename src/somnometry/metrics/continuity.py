"""Continuity: wake after sleep onset, awakenings, and the longest sleep."""

from __future__ import annotations

import math

import numpy as np

from ..core.stage import Stage
from .runs import remembered
from .stage_matrix import PerNight, StageMatrix, epochs_lasting, ratio

__all__ = [
    "awakenings",
    "awakenings_bridged",
    "awakenings_lasting",
    "awakenings_per_hour",
    "fwt",
    "longest_sleep",
    "truncated",
    "waso",
    "waso_spt",
]


def waso(nights: StageMatrix) -> PerNight:
    """WASO, minutes: W from sleep onset to lights-on (AASM, NSRR). NaN without sleep or lights-on."""
    return waso_spt(nights) + fwt(nights)


@remembered
def waso_spt(nights: StageMatrix) -> PerNight:
    """WASO within the sleep period, minutes: W between the first and last sleep (YASA, Luna). NaN without sleep."""
    return nights.minutes(nights.wake_bouts.total())


@remembered
def fwt(nights: StageMatrix) -> PerNight:
    """FWT, minutes: W from the last sleep epoch to lights-on (Luna). NaN without sleep or lights-on."""
    wake = nights.wake_runs
    return nights.minutes(wake.where(wake.start > nights.last_sleep[wake.night]).total())


def awakenings(nights: StageMatrix) -> PerNight:
    """Awakenings, count: W directly after sleep, the final one excluded. NaN without sleep."""
    return nights.awakening_bouts.count()


def awakenings_per_hour(nights: StageMatrix) -> PerNight:
    """Awakenings per hour of TST, the final one excluded. NaN without sleep."""
    return ratio(awakenings(nights), nights.hours_of_sleep)


def awakenings_lasting(nights: StageMatrix, *, seconds: float) -> PerNight:
    """Awakenings whose wake bout lasts at least `seconds`, count. NaN without sleep."""
    return nights.awakening_bouts.lasting(epochs_lasting(seconds, nights.epoch)).count()


def awakenings_bridged(nights: StageMatrix) -> PerNight:
    """Awakenings, count, with those that unscored epochs of at most 2 min part from the sleep before. NaN likewise."""
    gaps = nights.within_sleep_period(nights.unscored_runs)
    before = nights.stages[gaps.night, gaps.start - 1]
    after = nights.stages[gaps.night, gaps.start + gaps.length]
    short = gaps.length <= math.floor(120 / nights.epoch + 1e-9)
    return awakenings(nights) + gaps.where(short & (before > Stage.W) & (after == Stage.W)).count()


def longest_sleep(nights: StageMatrix) -> PerNight:
    """Longest run of unbroken sleep, minutes. NaN without sleep."""
    return nights.minutes(nights.sleep_runs.longest())


def truncated(nights: StageMatrix) -> PerNight:
    """Whether sleep is followed by no wake, 0 or 1: TST, REM minutes and the last run are then lower bounds."""
    return np.where((nights.n_sleep > 0) & (fwt(nights) == 0), 1, 0)
