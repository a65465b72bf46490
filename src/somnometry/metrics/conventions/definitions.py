"""Numbers that only a peer, or only a drug trial, defines as it does: plain functions of `StageMatrix`."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from ...core.stage import NREM, SLEEP, Stage
from ..continuity import fwt, waso_spt
from ..durations import trt, tst
from ..latencies import persistent_sleep, sol
from ..luna import luna_cycles
from ..runs import Runs
from ..stage_matrix import Counts, PerNight, StageMatrix, epochs_lasting, ratio

__all__ = [
    "bout_count",
    "bout_mean",
    "bout_median",
    "bout_minutes",
    "bout_most",
    "ends_asleep",
    "final_wake",
    "luna_cycle_count",
    "luna_cycle_minutes",
    "luna_fwt",
    "luna_lps",
    "luna_post",
    "luna_pre",
    "luna_rem_nrem_rate",
    "luna_sleep_midpoint",
    "luna_spt",
    "luna_spt_persistent",
    "luna_starts_asleep",
    "luna_three_state_rate",
    "luna_tst_persistent",
    "minutes_outside",
    "minutes_recorded",
    "sri_sol",
    "trial_lps",
    "trial_lps_event",
    "trial_naw",
    "trial_waso",
    "trial_wtas",
    "trial_wtds",
    "wonambi_consolidated",
    "wonambi_fragmentation",
    "wonambi_morning_wake",
    "wonambi_switch",
    "wonambi_tsp",
    "wonambi_waso_total",
]

MINUTE, TEN_MINUTES = 60.0, 600.0
WAKE, REM = (Stage.W,), (Stage.R,)
SLEEP_BEYOND_N1 = (Stage.N2, Stage.N3, Stage.R)


# ----------------------------------------------------------------------------------------------------- trial
def trial_lps(nights: StageMatrix) -> PerNight:
    """LPS, minutes: to the first 10 min of unbroken sleep; TRT where there is none, as trials impute it."""
    runs = persistent_sleep(nights, TEN_MINUTES)
    return np.where(runs.count() > 0, nights.minutes(runs.first() - nights.begin), trt(nights))


def trial_lps_event(nights: StageMatrix) -> PerNight:
    """Whether persistent sleep came, 0 or 1: where it is 0, LPS is censored."""
    return np.where(persistent_sleep(nights, TEN_MINUTES).count() > 0, 1, 0)


def _wake_after_persistent_sleep(nights: StageMatrix) -> Runs:
    onset = persistent_sleep(nights, TEN_MINUTES).first()
    wake = nights.wake_runs
    return wake.where((onset[wake.night] >= 0) & (wake.start >= onset[wake.night]))


def trial_waso(nights: StageMatrix) -> PerNight:
    """WASO, minutes: W from the onset of persistent sleep to lights-on."""
    return nights.minutes(_wake_after_persistent_sleep(nights).total())


def trial_wtds(nights: StageMatrix) -> PerNight:
    """WTDS, minutes: wake time during sleep, W from the onset of persistent sleep to the last sleep epoch."""
    wake = _wake_after_persistent_sleep(nights)
    return nights.minutes(wake.where(wake.start < nights.last_sleep[wake.night]).total())


def trial_wtas(nights: StageMatrix) -> PerNight:
    """WTAS, minutes: wake time after sleep, W from the last sleep epoch to lights-on."""
    return fwt(nights)


def trial_naw(nights: StageMatrix) -> PerNight:
    """NAW, count: bouts of at least 1 min of W from persistent sleep to lights-on, with N2, N3 or R between them.

    Bouts that only N1 or unscored epochs part are one awakening; the final one counts.
    """
    bouts = _wake_after_persistent_sleep(nights).lasting(epochs_lasting(MINUTE, nights.epoch))
    parting = np.zeros((len(nights), nights.stages.shape[1] + 1), np.int64)
    parting[:, 1:] = np.cumsum(np.isin(nights.stages, SLEEP_BEYOND_N1), axis=1)
    before = parting[bouts.night, bouts.start]
    behind = parting[bouts.night, bouts.start + bouts.length]
    follows = np.zeros(bouts.night.size, np.bool_)  # the bout before it in the same night, with nothing to part them
    follows[1:] = (bouts.night[1:] == bouts.night[:-1]) & (before[1:] == behind[:-1])
    return bouts.where(~follows).count()


# ----------------------------------------------------------------------------------------------------- Luna
def final_wake(nights: StageMatrix) -> Counts:
    """First epoch of the final run of W; the end of the lights window where that does not end in W."""
    after_the_last = nights.runs_of((Stage.UNSCORED, *SLEEP)).last() + 1
    return np.where(after_the_last > 0, after_the_last, nights.begin)


def minutes_recorded(nights: StageMatrix) -> PerNight:
    """TRT as Luna 1.7.0 prints it, minutes: the whole file."""
    return nights.minutes(np.full(len(nights), nights.stages.shape[1]))


def minutes_outside(nights: StageMatrix) -> PerNight:
    """LOT, minutes: what lies outside the lights window."""
    return minutes_recorded(nights) - trt(nights)


def luna_fwt(nights: StageMatrix) -> PerNight:
    """FWT, minutes: the final run of W."""
    return nights.minutes(nights.end - final_wake(nights))


def luna_spt(nights: StageMatrix) -> PerNight:
    """SPT, minutes: from sleep onset to the final run of W, unscored epochs before that included."""
    return nights.minutes(final_wake(nights) - nights.onset)


def luna_pre(nights: StageMatrix) -> PerNight:
    """PRE, minutes: from the start of the file to sleep onset."""
    return nights.minutes(nights.onset)


def luna_post(nights: StageMatrix) -> PerNight:
    """POST, minutes: from the final run of W to the end of the file."""
    return nights.minutes(nights.stages.shape[1] - final_wake(nights))


def luna_sleep_midpoint(nights: StageMatrix) -> PerNight:
    """E3, minutes: half-way between sleep onset and the final run of W, from the start of the file."""
    return nights.minutes(nights.onset + final_wake(nights)) / 2


def luna_starts_asleep(nights: StageMatrix) -> PerNight:
    """SINS, 0 or 1: whether the first epoch of the file is sleep."""
    return np.where((nights.stages[:, :1] > Stage.W).any(axis=1), 1, 0)


def ends_asleep(nights: StageMatrix) -> PerNight:
    """EINS, 0 or 1: whether the last epoch of the file is sleep."""
    return np.where((nights.stages[:, -1:] > Stage.W).any(axis=1), 1, 0)


def _luna_persistent(nights: StageMatrix) -> Runs:
    """Runs of sleep of 10 min; Luna rounds down where 10 min are no whole number of epochs."""
    return nights.sleep_runs.lasting(math.floor(TEN_MINUTES / nights.epoch + 1e-9))


def luna_lps(nights: StageMatrix) -> PerNight:
    """SOL_PER, minutes: from lights-off to the first 10 min of unbroken sleep."""
    return nights.minutes(_luna_persistent(nights).first() - nights.begin)


def luna_spt_persistent(nights: StageMatrix) -> PerNight:
    """SPT_PER, minutes: from the onset of persistent sleep to the final run of W."""
    return nights.minutes(final_wake(nights) - _luna_persistent(nights).first())


def luna_tst_persistent(nights: StageMatrix) -> PerNight:
    """TST_PER, minutes: sleep in runs of more than 10 min.

    A run of 10 min exactly gives an SOL_PER but no TST_PER, for Luna marks an epoch persistent by the 10 min before it.
    """
    return nights.minutes(nights.sleep_runs.lasting(math.floor(TEN_MINUTES / nights.epoch + 1e-9) + 1).total())


def luna_three_state_rate(nights: StageMatrix) -> PerNight:
    """TI_S3, 1/min: changes between W, NREM and R, onset and final awakening included, per minute of Luna's SPT."""
    changes = (
        nights.changes(WAKE, NREM)
        + nights.changes(NREM, WAKE)
        + nights.changes(WAKE, REM)
        + nights.changes(REM, WAKE)
        + nights.changes(NREM, REM)
        + nights.changes(REM, NREM)
    )
    return ratio(changes, luna_spt(nights))


def luna_rem_nrem_rate(nights: StageMatrix) -> PerNight:
    """TI_RNR, 1/min: changes between NREM and R per minute of TST."""
    return ratio(nights.changes(NREM, REM) + nights.changes(REM, NREM), tst(nights))


def _luna_cycles(nights: StageMatrix) -> list[list[tuple[int, int]]]:
    return [
        luna_cycles(stages[begin:end], nights.epoch)
        for stages, begin, end in zip(nights.stages, nights.begin, nights.end, strict=True)
    ]


def luna_cycle_count(nights: StageMatrix) -> PerNight:
    """NREMC, count."""
    return np.array([len(cycles) for cycles in _luna_cycles(nights)], np.int64)


def luna_cycle_minutes(nights: StageMatrix) -> PerNight:
    """NREMC_MINS, minutes: mean duration of a cycle; 0 without cycles."""
    lengths = ([end - begin for begin, end in cycles] for cycles in _luna_cycles(nights))
    return nights.minutes(np.array([np.mean(length) if length else 0.0 for length in lengths], np.float64))


# ----------------------------------------------------------------------------------------------------- bouts (Luna)
def _of_each(runs: Runs, summary: Callable[[npt.NDArray[np.int64]], float]) -> npt.NDArray[np.float64]:
    lengths = (runs.length[runs.night == night] for night in range(runs.n_nights))
    return np.array([summary(length) if length.size else 0.0 for length in lengths], np.float64)


def bout_count(nights: StageMatrix, *, runs: Callable[[StageMatrix], Runs]) -> PerNight:
    """BOUT_N, count."""
    return runs(nights).count()


def bout_mean(nights: StageMatrix, *, runs: Callable[[StageMatrix], Runs]) -> PerNight:
    """BOUT_MN, minutes; 0 without bouts."""
    return nights.minutes(_of_each(runs(nights), lambda length: float(np.mean(length))))


def bout_median(nights: StageMatrix, *, runs: Callable[[StageMatrix], Runs]) -> PerNight:
    """BOUT_MD, minutes; 0 without bouts."""
    return nights.minutes(_of_each(runs(nights), lambda length: float(np.median(length))))


def bout_most(nights: StageMatrix, *, runs: Callable[[StageMatrix], Runs]) -> PerNight:
    """BOUT_MX, minutes; 0 without bouts."""
    return nights.minutes(runs(nights).longest())


def bout_minutes(nights: StageMatrix, *, runs: Callable[[StageMatrix], Runs], seconds: float) -> PerNight:
    """BOUT_05, BOUT_10, minutes: time in bouts of at least `seconds`."""
    return nights.minutes(runs(nights).lasting(epochs_lasting(seconds, nights.epoch)).total())


# ----------------------------------------------------------------------------------------------------- Wonambi
def wonambi_tsp(nights: StageMatrix) -> PerNight:
    """TSP, minutes: WASO and sleep together, so that unscored epochs are no part of it."""
    return waso_spt(nights) + tst(nights)


def wonambi_morning_wake(nights: StageMatrix) -> PerNight:
    """Wmor, minutes: from the start of the last sleep epoch to lights-on, as Wonambi 7.17 computes it."""
    return nights.minutes(nights.end - nights.last_sleep)


def wonambi_waso_total(nights: StageMatrix) -> PerNight:
    """WASOT, minutes: WASO and Wmor."""
    return waso_spt(nights) + wonambi_morning_wake(nights)


def _scored(nights: StageMatrix) -> list[npt.NDArray[np.int8]]:
    return [stages[stages >= Stage.W] for stages in nights.stages]


def wonambi_switch(nights: StageMatrix) -> PerNight:
    """Switch, count: changes of stage, wake included, across unscored epochs too."""
    return np.array([np.count_nonzero(np.diff(stages)) for stages in _scored(nights)], np.int64)


def wonambi_fragmentation(nights: StageMatrix) -> PerNight:
    """Sleep fragmentation, count: changes to a lighter stage, where N2 and R are as deep, and N3 to R is none."""
    depth = np.array([0, 1, 2, 3, 2, 0, 0, 0])  # of the coarser levels nothing is said
    n_lighter = []
    for stages in _scored(nights):
        n3_to_rem = (stages[:-1] == Stage.N3) & (stages[1:] == Stage.R)
        n_lighter.append(np.count_nonzero((np.diff(depth[stages]) < 0) & ~n3_to_rem))
    return np.array(n_lighter, np.int64)


def wonambi_consolidated(nights: StageMatrix, *, stages: tuple[Stage, ...], seconds: float) -> PerNight:
    """SLCNREM5 and the like, minutes: from lights-off to the first run of `stages` that lasts `seconds`; or NaN."""
    runs = nights.runs_of(stages).lasting(epochs_lasting(seconds, nights.epoch))
    return np.where(runs.count() > 0, nights.minutes(runs.first() - nights.begin), np.nan)


# ----------------------------------------------------------------------------------------------------- SRI pipeline
def sri_sol(nights: StageMatrix) -> PerNight:
    """SOL, minutes: W before the first sleep; all of the night where there is none."""
    return np.where(nights.n_sleep > 0, sol(nights), trt(nights))
