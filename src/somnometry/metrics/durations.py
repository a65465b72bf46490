"""Durations: how long the night was, how long was slept, and in which stage. Minutes and per cent."""

from __future__ import annotations

from ..core.stage import Stage
from .runs import remembered
from .stage_matrix import PerNight, StageMatrix, ratio

__all__ = [
    "se",
    "se_scored",
    "sme",
    "spt",
    "stage_minutes",
    "stage_percent",
    "trt",
    "tst",
    "twt",
    "unscored_minutes",
]


@remembered
def trt(nights: StageMatrix) -> PerNight:
    """TRT, minutes: from lights-off to lights-on (AASM). NaN where a light is unknown."""
    return nights.minutes(nights.n_in_bed)


@remembered
def tst(nights: StageMatrix) -> PerNight:
    """TST, minutes: epochs of any sleep stage (AASM). Never NaN; 0 without sleep."""
    return nights.minutes(nights.n_sleep)


def twt(nights: StageMatrix) -> PerNight:
    """TWT, minutes: W epochs from lights-off to lights-on (Luna). NaN where a light is unknown."""
    return nights.minutes(nights.n_wake)


def unscored_minutes(nights: StageMatrix) -> PerNight:
    """Unscored time, minutes: epochs of the lights window that are neither sleep nor wake. Never NaN."""
    return nights.minutes(nights.n_unscored)


def se(nights: StageMatrix) -> PerNight:
    """SE, per cent: TST of TRT (AASM). 0 without sleep; NaN where a light is unknown or the window is empty."""
    return 100 * ratio(nights.n_sleep, nights.n_in_bed)


def se_scored(nights: StageMatrix) -> PerNight:
    """SE of the scored time, per cent: TST of TRT less unscored time. NaN as `se`, and where nothing is scored."""
    return 100 * ratio(nights.n_sleep, nights.n_in_bed - nights.n_unscored)


@remembered
def spt(nights: StageMatrix) -> PerNight:
    """SPT, minutes: from the first to the end of the last sleep epoch (YASA, Luna). Never NaN; 0 without sleep."""
    n_epochs = nights.last_sleep + 1 - nights.onset
    return nights.minutes(n_epochs * (nights.n_sleep > 0))


def sme(nights: StageMatrix) -> PerNight:
    """SME, per cent: TST of SPT (YASA, Luna). NaN without sleep."""
    return 100 * ratio(tst(nights), spt(nights))


def stage_minutes(nights: StageMatrix, *, stages: tuple[Stage, ...]) -> PerNight:
    """Minutes of some stages together (AASM). NaN where the scorer does not tell them apart."""
    return nights.minutes(nights.counts_of(stages))


def stage_percent(nights: StageMatrix, *, stages: tuple[Stage, ...]) -> PerNight:
    """Share of some stages together, per cent of TST (AASM). NaN as `stage_minutes`, and without sleep."""
    return 100 * ratio(nights.counts_of(stages), nights.n_sleep)
