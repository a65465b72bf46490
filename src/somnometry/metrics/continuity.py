"""Continuity: wake after sleep onset, awakenings, and the longest sleep."""

from __future__ import annotations

from .runs import remembered
from .stage_matrix import PerNight, StageMatrix, either, epochs_lasting, ratio

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
    return nights.minutes(nights.wake_after_sleep.total())


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
    return awakenings(nights) + nights.bridged_awakenings


def longest_sleep(nights: StageMatrix) -> PerNight:
    """Longest run of unbroken sleep, minutes. NaN without sleep."""
    return nights.minutes(nights.sleep_runs.longest())


def truncated(nights: StageMatrix) -> PerNight:
    """Whether sleep is followed by no wake, 0 or 1: TST, REM minutes and the last run are then lower bounds."""
    return either((nights.n_sleep > 0) & (nights.wake_after_sleep.count() == 0), 1, 0)
