"""`Nights`: many hypnograms side by side, cut to their lights windows, and what several metrics ask of them."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from typing import Any

import numpy as np
import numpy.typing as npt

from ..core.errors import HypnogramError
from ..core.stage import STAGES_OF_LEVEL, Stage
from .runs import Runs, find_runs

__all__ = ["Counts", "Nights", "PerNight", "epochs_lasting", "ratio"]

Mask = npt.NDArray[np.bool_]
Counts = npt.NDArray[np.int64]
PerNight = npt.NDArray[np.float64] | npt.NDArray[np.int64]
"""One number for each night, shape (n_nights,)."""

#: What stands in `Nights.stages` for an epoch outside the lights window. Unlike `Stage.UNSCORED` it is not time in bed.
OUTSIDE = -2

N_CODES = len(Stage) + 1  # every stage, and OUTSIDE


@dataclass(frozen=True, eq=False)
class Nights:
    """Stages of many nights inside their lights windows; built by `Nights.cut`.

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
    ) -> Nights:
        """Cut each night to its lights window; `architecture_table` says what the parameters mean."""
        given = np.asarray(stages)
        _check_stages(given, epoch, levels)
        n_nights, width = given.shape
        length = _per_night(width if n_epochs is None else n_epochs, n_nights, "n_epochs")
        off = _per_night(0.0 if lights_off is None else lights_off, n_nights, "lights_off")
        on = _per_night(length * epoch if lights_on is None else lights_on, n_nights, "lights_on")
        reversed_lights = (off >= on) & (length > 0)
        if reversed_lights.any():
            i = int(np.argmax(reversed_lights))
            raise HypnogramError(
                f"night {i}: lights-off ({off[i]:g} s) must come before lights-on ({on[i]:g} s); both are seconds "
                "from the start of the first epoch"
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

    def __len__(self) -> int:
        return len(self.stages)

    def minutes(self, n_epochs: PerNight) -> npt.NDArray[np.float64]:
        """Turn a number of epochs into minutes."""
        return n_epochs * self.epoch / 60

    # ------------------------------------------------------------------------------------------------- how many
    @cached_property
    def counts(self) -> Counts:
        """Epochs of each stage, shape (n_nights, 9): indexed by `Stage`, so that `Stage.UNSCORED` is the last."""
        codes = self._coded(self.stages)
        by_code = np.bincount(codes.ravel(), minlength=len(self) * N_CODES).reshape(len(self), N_CODES)
        return np.roll(by_code[:, 1:], -1, axis=1)

    @cached_property
    def transitions(self) -> Counts:
        """How often one scored epoch directly follows another, by stage: shape (n_nights, 8 before, 8 after).

        Never across an unscored epoch or a light.
        """
        before, after = self.stages[:, :-1], self.stages[:, 1:]
        codes = self._coded(before) * N_CODES + (after - OUTSIDE)
        by_code = np.bincount(codes.ravel(), minlength=len(self) * N_CODES**2)
        first_scored = Stage.W - OUTSIDE
        return by_code.reshape(len(self), N_CODES, N_CODES)[:, first_scored:, first_scored:]

    def changes(self, before: Iterable[Stage], after: Iterable[Stage]) -> Counts:
        """How often a stage of `before` is directly followed by a different one of `after`."""
        total = np.zeros(len(self), np.int64)
        for one, other in product(before, after):
            if one != other:
                total += self.transitions[:, one, other]
        return total

    def _coded(self, stages: npt.NDArray[np.int8]) -> Counts:
        """Give each pair of night and stage its own number, as `numpy.bincount` needs it."""
        return (stages - OUTSIDE) + N_CODES * np.arange(len(self))[:, None]

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

    @property
    def hours_of_sleep(self) -> npt.NDArray[np.float64]:
        """TST in hours, what indices per hour of sleep are divided by."""
        return self.minutes(self.n_sleep) / 60

    # ------------------------------------------------------------------------------------------------- where
    def first(self, mask: Mask) -> Counts:
        """First epoch of each night at which `mask` holds; the number of columns where it never does."""
        width = mask.shape[1]
        if width == 0:
            return np.zeros(len(self), np.int64)
        first: Counts = np.where(mask.any(axis=1), mask.argmax(axis=1), width)
        return first

    @cached_property
    def first_of(self) -> Mapping[Stage, Counts]:
        """First epoch of N1, N2, N3 and R; meaningless in a night without it."""
        return {stage: self.first(self.stages == stage) for stage in (Stage.N1, Stage.N2, Stage.N3, Stage.R)}

    @cached_property
    def sleep(self) -> Mask:
        """Whether an epoch is sleep."""
        return self.stages > Stage.W

    @cached_property
    def onset(self) -> Counts:
        """First sleep epoch; meaningless in a night without sleep."""
        return self.first(self.sleep)

    @cached_property
    def last_sleep(self) -> Counts:
        """Last sleep epoch; meaningless in a night without sleep."""
        from_the_end = self.first(self.sleep[:, ::-1])
        last: Counts = self.sleep.shape[1] - 1 - from_the_end
        return last

    @cached_property
    def sleep_runs(self) -> Runs:
        """Runs of sleep, of whatever stage."""
        return find_runs(self.sleep)

    @cached_property
    def rem_runs(self) -> Runs:
        """Runs of R."""
        return find_runs(self.stages == Stage.R)

    @cached_property
    def wake_runs(self) -> Runs:
        """Runs of W."""
        return find_runs(self.stages == Stage.W)

    @cached_property
    def unscored_runs(self) -> Runs:
        """Runs of unscored epochs."""
        return find_runs(self.stages == Stage.UNSCORED)

    def within_sleep_period(self, runs: Runs) -> Runs:
        """Those runs of wake or unscored epochs that lie between the first and the last sleep epoch."""
        return runs.where((runs.start > self.onset[runs.night]) & (runs.start < self.last_sleep[runs.night]))

    @cached_property
    def awakening_bouts(self) -> Runs:
        """Runs of W inside the sleep period that directly follow sleep; the final awakening is not among them."""
        bouts = self.within_sleep_period(self.wake_runs)
        return bouts.where(self.stages[bouts.night, bouts.start - 1] > Stage.W)

    @cached_property
    def returns_to_sleep(self) -> Runs:
        """Runs of W inside the sleep period that sleep directly follows; sleep onset is not among them."""
        bouts = self.within_sleep_period(self.wake_runs)
        return bouts.where(self.stages[bouts.night, bouts.start + bouts.length] > Stage.W)


def epochs_lasting(seconds: float, epoch: float) -> int:
    """Give the least number of epochs that last `seconds`.

    Examples
    --------
    >>> epochs_lasting(600, 30.0), epochs_lasting(120, 50.0)
    (20, 3)
    """
    return math.ceil(seconds / epoch - 1e-9)


def ratio(part: PerNight, whole: PerNight) -> npt.NDArray[np.float64]:
    """Divide night by night; NaN where `whole` is 0."""
    quotient = np.full(len(whole), np.nan)
    np.divide(part, whole, out=quotient, where=whole > 0)
    return quotient


def _per_night(value: npt.ArrayLike, n_nights: int, name: str) -> npt.NDArray[np.float64]:
    given = np.asarray(value, dtype=np.float64)
    if given.shape not in ((), (n_nights,)):
        raise HypnogramError(f"{name} must be one number, or one for each of the {n_nights} nights, not {given.shape}")
    return np.broadcast_to(given, (n_nights,))


def _check_stages(given: npt.NDArray[Any], epoch: float, levels: int) -> None:
    if levels not in STAGES_OF_LEVEL:
        raise HypnogramError(f"a hypnogram has 5, 4, 3 or 2 levels, not {levels!r}")
    if not (math.isfinite(epoch) and epoch > 0):
        raise HypnogramError(f"an epoch must last a positive number of seconds, not {epoch!r}")
    if given.ndim != 2 or not (given.size == 0 or np.issubdtype(given.dtype, np.number)):
        raise HypnogramError(f"stages are one row of numbers per night, not {given.dtype} of shape {given.shape}")
    allowed = (Stage.UNSCORED, *STAGES_OF_LEVEL[levels])
    wrong = ~np.isin(given, allowed)
    if wrong.any():
        night, i = np.argwhere(wrong)[0]
        names = ", ".join(f"{stage.label}={stage.value}" for stage in allowed)
        raise HypnogramError(
            f"night {night}, epoch {i} has stage {given[night, i]}; with {levels} levels a stage is one of {names}"
        )
