"""Fragmentation: changes of stage per hour of sleep. None is counted across an unscored epoch."""

from __future__ import annotations

from ..core.stage import NREM, SLEEP, Stage
from .continuity import awakenings
from .stage_matrix import PerNight, StageMatrix, ratio

__all__ = ["sfi_shift", "sfi_wake", "sfi_wake_n1", "stage_shift_index", "transitions_3state"]

WAKE, N1, REM = (Stage.W,), (Stage.N1,), (Stage.R,)


def sfi_wake(nights: StageMatrix) -> PerNight:
    """Sleep fragmentation index, 1/h: every change from sleep to W, the final one too (YASA). NaN without sleep."""
    return ratio(nights.changes(SLEEP, WAKE), nights.hours_of_sleep)


def sfi_shift(nights: StageMatrix) -> PerNight:
    """Sleep fragmentation index, 1/h: awakenings and stage shifts (Haba-Rubio 2004). NaN without sleep."""
    return ratio(awakenings(nights) + nights.changes(SLEEP, SLEEP), nights.hours_of_sleep)


def sfi_wake_n1(nights: StageMatrix) -> PerNight:
    """Sleep fragmentation index, 1/h: changes from sleep to W or to N1 (Morrell 2000, Luna). NaN without sleep or N1.

    A change from W to N1 does not fragment sleep and is not counted.
    """
    return ratio(nights.changes(SLEEP, WAKE) + nights.changes(SLEEP, N1), nights.hours_of_sleep)


def stage_shift_index(nights: StageMatrix) -> PerNight:
    """Stage shifts, 1/h: changes from one sleep stage to another. NaN without sleep."""
    return ratio(nights.changes(SLEEP, SLEEP), nights.hours_of_sleep)


def transitions_3state(nights: StageMatrix) -> PerNight:
    """Changes between wake, NREM and REM within the sleep period, 1/h (Laffan 2010). NaN without sleep."""
    between_sleep = nights.changes(NREM, REM) + nights.changes(REM, NREM)
    return ratio(awakenings(nights) + nights.returns_to_sleep.count() + between_sleep, nights.hours_of_sleep)
