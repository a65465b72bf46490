"""`StageMatrix`: many hypnograms side by side, cut to their lights windows, and what several metrics ask of them."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import product
from typing import Any, cast

import numpy as np
import numpy.typing as npt

from ..core.errors import HypnogramError
from ..core.hypnogram import Hypnogram
from ..core.stage import NREM, SLEEP, STAGES_OF_LEVEL, Stage
from .feinberg import Periods, completed_cycles, feinberg_periods, together
from .runs import Runs, epochs_lasting, find_bouts

__all__ = [
    "Counts",
    "PerNight",
    "StageMatrix",
    "either",
    "epochs_lasting",
    "longest_bridge",
    "places_of_changes",
    "places_of_pairs",
    "ratio",
]

Mask = npt.NDArray[np.bool_]
Counts = npt.NDArray[np.int64]
PerNight = npt.NDArray[np.float64] | npt.NDArray[np.int64]
"""One number for each night, shape (n_nights,)."""

#: What stands in `StageMatrix.stages` for an epoch outside the lights window. Unlike `Stage.UNSCORED` it is not time in
#: bed.
OUTSIDE = -2

N_CODES = len(Stage) + 1  # every stage, and OUTSIDE
N_SCORED = len(Stage) - 1  # every stage but UNSCORED


@dataclass(frozen=True, eq=False)
class StageMatrix:
    """Stages of many nights inside their lights windows; built by `StageMatrix.cut`.

    Parameters
    ----------
    stages : array of int8, shape (n_nights, n_epochs)
        Values of `Stage`; `OUTSIDE` where an epoch lies outside the lights window.
    epoch : float
        Length of an epoch in seconds.
    levels : {5, 4, 3, 2}
        How many stages the scorer tells apart.
    begin, end : array of int, shape (n_nights,)
        The lights window is the epochs ``begin`` to ``end - 1``.
    lights_off_known, lights_on_known : array of bool, shape (n_nights,)
        An unknown light bounds nothing: the window then begins, or ends, with the record.
    """

    stages: npt.NDArray[np.int8]
    epoch: float
    levels: int
    begin: Counts
    end: Counts
    lights_off_known: Mask
    lights_on_known: Mask

    @classmethod
    def cut(
        cls,
        stages: npt.ArrayLike,
        *,
        epoch: float,
        lights_off: npt.ArrayLike | None,
        lights_on: npt.ArrayLike | None,
        n_epochs: npt.ArrayLike | None,
        levels: int,
    ) -> StageMatrix:
        """Cut each night to its lights window; `architecture_table` says what the parameters mean."""
        given = np.asarray(stages)
        _check_stages(given, epoch, levels)
        n_nights, width = given.shape
        length = _lengths(width if n_epochs is None else n_epochs, n_nights, width)
        off = _per_night(0.0 if lights_off is None else lights_off, n_nights, "lights_off")
        on = _per_night(length * epoch if lights_on is None else lights_on, n_nights, "lights_on")
        _refuse_infinite(off, "lights-off")
        _refuse_infinite(on, "lights-on")
        reversed_lights = (off >= on) & (length > 0)
        if reversed_lights.any():
            i = int(np.argmax(reversed_lights))
            raise HypnogramError(
                f"lights-off ({off[i]:g} s) must come before lights-on ({on[i]:g} s)",
                place=f"night {i}",
                remedy="both are seconds from the start of the first epoch",
            )
        midpoint = np.arange(width) * epoch + epoch / 2
        begin = np.where(np.isnan(off), 0, np.searchsorted(midpoint, off))
        end = np.where(np.isnan(on), width, np.searchsorted(midpoint, on))
        end = np.maximum(np.minimum(end, length), begin).astype(np.int64)
        inside = given.astype(np.int8)
        if begin.any() or (end < width).any():
            column = np.arange(width)
            inside[(column < begin[:, None]) | (column >= end[:, None])] = OUTSIDE
        return cls(inside, float(epoch), levels, begin, end, ~np.isnan(off), ~np.isnan(on))

    @classmethod
    def of(cls, hypnogram: Hypnogram) -> StageMatrix:
        """Cut one hypnogram to its lights window."""
        return cls.cut(
            hypnogram.stages[None, :],
            epoch=hypnogram.epoch,
            lights_off=hypnogram.lights_off,
            lights_on=hypnogram.lights_on,
            n_epochs=None,
            levels=hypnogram.levels,
        )

    @classmethod
    def of_many(cls, hypnograms: Sequence[Hypnogram]) -> StageMatrix:
        """Cut hypnograms of one epoch length and of the same levels, each to its own lights window."""
        lengths = [hypnogram.n_epochs for hypnogram in hypnograms]
        stages = np.full((len(lengths), max(lengths, default=0)), Stage.UNSCORED, np.int8)
        for row, hypnogram in zip(stages, hypnograms, strict=True):
            row[: hypnogram.n_epochs] = hypnogram.stages
        return cls.cut(
            stages,
            epoch=hypnograms[0].epoch,
            lights_off=np.array([hypnogram.lights_off for hypnogram in hypnograms], np.float64),
            lights_on=np.array([hypnogram.lights_on for hypnogram in hypnograms], np.float64),
            n_epochs=np.array(lengths),
            levels=hypnograms[0].levels,
        )

    def __len__(self) -> int:
        return len(self.stages)

    def minutes(self, n_epochs: PerNight) -> npt.NDArray[np.float64]:
        """Turn a number of epochs into minutes."""
        return n_epochs * self.epoch / 60

    def per_night(self, values: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """Give an array of one number for each night as it is."""
        return values

    # ------------------------------------------------------------------------------------------------- runs
    @cached_property
    def bouts(self) -> tuple[npt.NDArray[np.int8], Runs]:
        """Runs of one stage inside the lights window: the stage of each, and the runs."""
        stage, bouts = find_bouts(self.stages)
        inside = stage != OUTSIDE
        return (stage, bouts) if inside.all() else (stage[inside], bouts.where(inside))

    def runs_of(self, stages: Collection[Stage]) -> Runs:
        """Runs of epochs that have any of some stages."""
        key = tuple(stages)
        if key not in self._runs_by_stages:
            stage, bouts = self.bouts
            chosen = np.zeros(N_CODES, bool)
            chosen[[one - OUTSIDE for one in key]] = True
            self._runs_by_stages[key] = bouts.where(chosen[stage - OUTSIDE]).joined()
        return self._runs_by_stages[key]

    @cached_property
    def _runs_by_stages(self) -> dict[tuple[Stage, ...], Runs]:
        """Runs that `runs_of` gave before."""
        return {}

    @cached_property
    def sleep_runs(self) -> Runs:
        """Runs of sleep, of whatever stage."""
        return self.runs_of(SLEEP)

    @cached_property
    def nrem_runs(self) -> Runs:
        """Runs of sleep that is known not to be R."""
        return self.runs_of(NREM)

    @cached_property
    def rem_runs(self) -> Runs:
        """Runs of R."""
        return self.runs_of((Stage.R,))

    @cached_property
    def wake_runs(self) -> Runs:
        """Runs of W."""
        return self.runs_of((Stage.W,))

    @cached_property
    def unscored_runs(self) -> Runs:
        """Runs of unscored epochs."""
        return self.runs_of((Stage.UNSCORED,))

    def within_sleep_period(self, runs: Runs) -> Runs:
        """Those runs of wake or unscored epochs that lie between the first and the last sleep epoch."""
        return runs.where((runs.start > self.onset[runs.night]) & (runs.start < self.last_sleep[runs.night]))

    @cached_property
    def wake_bouts(self) -> Runs:
        """Runs of W inside the sleep period."""
        return self.within_sleep_period(self.wake_runs)

    @cached_property
    def awakening_bouts(self) -> Runs:
        """Runs of W inside the sleep period that directly follow sleep; the final awakening is not among them."""
        bouts = self.wake_bouts
        return bouts.where(self.stages[bouts.night, bouts.start - 1] > Stage.W)

    @cached_property
    def returns_to_sleep(self) -> Runs:
        """Runs of W inside the sleep period that sleep directly follows; sleep onset is not among them."""
        bouts = self.wake_bouts
        return bouts.where(self.stages[bouts.night, bouts.end] > Stage.W)

    @cached_property
    def wake_after_sleep(self) -> Runs:
        """Runs of W after the last sleep epoch."""
        wake = self.wake_runs
        return wake.where(wake.start > self.last_sleep[wake.night])

    @property
    def bridged_awakenings(self) -> Counts:
        """How often at most 2 min of unscored epochs part sleep from W, within the sleep period."""
        gaps = self.within_sleep_period(self.unscored_runs)
        short = gaps.length <= longest_bridge(self.epoch)
        before, after = self.stages[gaps.night, gaps.start - 1], self.stages[gaps.night, gaps.end]
        return gaps.where(short & (before > Stage.W) & (after == Stage.W)).count()

    # ------------------------------------------------------------------------------------------------- cycles
    @cached_property
    def feinberg_periods(self) -> Periods:
        """NREM and REM periods by the rule of Feinberg and Floyd."""
        return feinberg_periods(
            nrem=self.nrem_runs,
            rem=self.rem_runs,
            n3=self.runs_of((Stage.N3,)),
            sleep=self.sleep_runs,
            epoch=self.epoch,
        )

    @cached_property
    def completed_cycles(self) -> Runs:
        """Cycles by the same rule, up to the last that holds a REM period."""
        return completed_cycles(self.feinberg_periods)

    @property
    def epochs_of_rem_periods(self) -> Counts:
        """Epochs of the REM periods, whatever their stage."""
        periods = self.feinberg_periods
        return self._tallied(periods.night, (periods.end - periods.start) * periods.is_rem, ())

    @cached_property
    def rem_in_periods(self) -> Counts:
        """Epochs of R inside REM periods."""
        periods = self.feinberg_periods
        within = self.rem_runs.epochs_between(periods.night, periods.start, periods.end) * periods.is_rem
        return self._tallied(periods.night, within, ())

    @property
    def rem_interruptions(self) -> Counts:
        """Runs of R that a scored epoch follows, and later R of the same REM period."""
        rem = self.rem_runs
        (breaks,) = together(self.feinberg_periods, rem).nonzero()
        followed = self.stages[rem.night[breaks], rem.end[breaks]] > Stage.UNSCORED
        return self._tallied(rem.night[breaks[followed]], None, ())

    # ------------------------------------------------------------------------------------------------- how many
    @cached_property
    def counts(self) -> Counts:
        """Epochs of each stage, shape (n_nights, 9): indexed by `Stage`, so that `Stage.UNSCORED` is the last."""
        stage, bouts = self.bouts
        column = np.where(stage < 0, len(Stage) - 1, stage)
        return self._tallied(bouts.night * len(Stage) + column, bouts.length, (len(Stage),))

    @cached_property
    def transitions(self) -> Counts:
        """How often one scored epoch directly follows another, by stage: shape (n_nights, 8 before, 8 after).

        Never across an unscored epoch or a light.
        """
        stage, bouts = self.bouts
        scored = stage > Stage.UNSCORED
        follows = (bouts.night[1:] == bouts.night[:-1]) & scored[1:] & scored[:-1]
        place = (bouts.night * N_SCORED + stage) * N_SCORED
        changes = self._tallied((place[:-1] + stage[1:])[follows], None, (N_SCORED, N_SCORED))
        stays = (bouts.night * N_SCORED + stage)[scored]
        every = np.arange(N_SCORED)
        changes[:, every, every] = self._tallied(stays, (bouts.length - 1)[scored], (N_SCORED,))
        return changes

    @cached_property
    def transitions_asleep(self) -> Counts:
        """`transitions` within the sleep period: from the first sleep epoch to the last."""
        within = self.transitions.copy()
        within[:, Stage.W, Stage.W] = (self.wake_bouts.total() - self.wake_bouts.count()) * (self.n_sleep > 0)
        fenced = np.full((len(self), self.stages.shape[1] + 2), OUTSIDE, np.int8)
        fenced[:, 1:-1] = self.stages
        rows = np.flatnonzero(self.n_sleep > 0)
        onset, last = self.onset[rows] + 1, self.last_sleep[rows] + 1
        woken_before = rows[fenced[rows, onset - 1] == Stage.W]
        within[woken_before, Stage.W, self.stages[woken_before, self.onset[woken_before]]] -= 1
        woken_after = rows[fenced[rows, last + 1] == Stage.W]
        within[woken_after, self.stages[woken_after, self.last_sleep[woken_after]], Stage.W] -= 1
        return within

    @cached_property
    def counts_asleep(self) -> Counts:
        """`counts` of the scored stages within the sleep period, shape (n_nights, 8)."""
        within = self.counts[:, :N_SCORED].copy()
        within[:, Stage.W] = self.wake_bouts.total()
        return within

    def counts_of(self, stages: tuple[Stage, ...]) -> Counts:
        """Epochs that have any of some stages."""
        if len(stages) == 1:
            return self.counts[:, stages[0]]
        total: Counts = self.counts[:, [int(stage) for stage in stages]].sum(axis=1)
        return total

    def _tallied(self, place: Counts, weight: Counts | None, shape: tuple[int, ...]) -> Counts:
        """Count by night and by place in an array of `shape`; or sum weights."""
        n_places = math.prod(shape)
        total = np.bincount(place, weights=weight, minlength=len(self) * n_places)
        return total.astype(np.int64).reshape(len(self), *shape)

    def changes(self, before: Iterable[Stage], after: Iterable[Stage]) -> Counts:
        """How often a stage of `before` is directly followed by a different one of `after`."""
        pairs = self.transitions.reshape(len(self), N_SCORED * N_SCORED)
        total: Counts = pairs[:, places_of_changes(tuple(before), tuple(after))].sum(axis=1)
        return total

    def pairs_asleep(self, before: Iterable[Stage], after: Iterable[Stage]) -> Counts:
        """How often a stage of `before` is directly followed by one of `after`, within the sleep period."""
        pairs = self.transitions_asleep.reshape(len(self), N_SCORED * N_SCORED)
        total: Counts = pairs[:, places_of_pairs(tuple(before), tuple(after))].sum(axis=1)
        return total

    @property
    def n_in_bed(self) -> Counts:
        """Epochs of the lights window."""
        return self.end - self.begin

    @property
    def n_unscored(self) -> Counts:
        """Unscored epochs of the lights window."""
        return self.counts[:, Stage.UNSCORED]

    @property
    def n_wake(self) -> Counts:
        """Wake epochs of the lights window."""
        return self.counts[:, Stage.W]

    @cached_property
    def n_sleep(self) -> Counts:
        """Epochs of any sleep stage."""
        return self.n_in_bed - self.n_unscored - self.n_wake

    @cached_property
    def hours_of_sleep(self) -> npt.NDArray[np.float64]:
        """TST in hours, what indices per hour of sleep are divided by."""
        return self.minutes(self.n_sleep) / 60

    # ------------------------------------------------------------------------------------------------- where
    @cached_property
    def first_of(self) -> Mapping[Stage, Counts]:
        """First epoch of N1, N2, N3 and R; meaningless in a night without it."""
        return {stage: self.runs_of((stage,)).first() for stage in (Stage.N1, Stage.N2, Stage.N3, Stage.R)}

    @cached_property
    def onset(self) -> Counts:
        """First sleep epoch; -1 in a night without sleep."""
        return self.sleep_runs.first()

    @cached_property
    def last_sleep(self) -> Counts:
        """Last sleep epoch; -1 in a night without sleep."""
        return self.sleep_runs.last()

    @property
    def asleep_before_rem(self) -> Counts:
        """Epochs of sleep between sleep onset and the first R; meaningless in a night without R."""
        return self.sleep_runs.epochs_between(np.arange(len(self)), self.onset, self.first_of[Stage.R])


@cache
def places_of_pairs(before: tuple[Stage, ...], after: tuple[Stage, ...]) -> list[int]:
    """Where a flattened matrix of transitions has the pairs of two stages."""
    return [one * N_SCORED + other for one, other in product(before, after)]


@cache
def places_of_changes(before: tuple[Stage, ...], after: tuple[Stage, ...]) -> list[int]:
    """Where a flattened matrix of transitions has the pairs of two different stages."""
    return [one * N_SCORED + other for one, other in product(before, after) if one != other]


def longest_bridge(epoch: float) -> int:
    """How many unscored epochs may part an awakening from the sleep before, so that it is bridged: 2 min of them."""
    return math.floor(120 / epoch + 1e-9)


def either(condition: Mask, one: PerNight | int, other: PerNight | int) -> PerNight:
    """Take one number for the nights of which a condition holds, and another for the rest."""
    if isinstance(condition, np.ndarray):
        return np.where(condition, one, other)
    return cast(PerNight, one if condition else other)  # of one night


def ratio(part: PerNight, whole: PerNight) -> npt.NDArray[np.float64]:
    """Divide night by night; NaN where `whole` is 0."""
    if not isinstance(whole, np.ndarray):  # of one night
        return part / whole if whole > 0 else math.nan
    some = whole > 0
    if some.all():
        return part / whole
    quotient = np.full(len(whole), np.nan)
    np.divide(part, whole, out=quotient, where=some)
    return quotient


def _per_night(value: npt.ArrayLike, n_nights: int, name: str) -> npt.NDArray[np.float64]:
    given = np.asarray(value, dtype=np.float64)
    if given.shape not in ((), (n_nights,)):
        raise HypnogramError(f"{name} must be one number, or one for each of the {n_nights} nights, not {given.shape}")
    return np.broadcast_to(given, (n_nights,))


def _lengths(value: npt.ArrayLike, n_nights: int, width: int) -> npt.NDArray[np.float64]:
    given = np.asarray(value)
    length = _per_night(given, n_nights, "n_epochs")
    whole = (length >= 0) & (length <= width) & (length == np.floor(length)) & (given.dtype != np.bool_)
    if not whole.all():
        i = int(np.argmin(whole))
        value_of_night = np.broadcast_to(given, (n_nights,))[i]
        raise HypnogramError(
            f"n_epochs must be a whole number from 0 to {width}, not {value_of_night}", place=f"night {i}"
        )
    return length


def _refuse_infinite(light: npt.NDArray[np.float64], name: str) -> None:
    if np.isinf(light).any():
        i = int(np.argmax(np.isinf(light)))
        raise HypnogramError(f"{name} must be a moment or NaN, for unknown, not {light[i]:g}", place=f"night {i}")


def _check_stages(given: npt.NDArray[Any], epoch: float, levels: int) -> None:
    if levels not in STAGES_OF_LEVEL:
        raise HypnogramError(f"a hypnogram has 5, 4, 3 or 2 levels, not {levels!r}")
    if not (math.isfinite(epoch) and epoch > 0):
        raise HypnogramError(f"an epoch must last a positive number of seconds, not {epoch!r}")
    if given.ndim != 2 or not (given.size == 0 or np.issubdtype(given.dtype, np.number)):
        raise HypnogramError(f"stages are one row of numbers per night, not {given.dtype} of shape {given.shape}")
    allowed = (Stage.UNSCORED, *STAGES_OF_LEVEL[levels])
    unbroken = levels == 5 and given.size > 0 and np.issubdtype(given.dtype, np.integer)  # every code from -1 to 4
    if unbroken and given.min() >= min(allowed) and given.max() <= max(allowed):
        return
    wrong = ~np.isin(given, allowed)
    if wrong.any():
        night, i = np.argwhere(wrong)[0]
        names = ", ".join(f"{stage.label}={stage.value}" for stage in allowed)
        raise HypnogramError(
            f"night {night}, epoch {i} has stage {given[night, i]}",
            remedy=f"with {levels} levels a stage is one of {names}",
        )
