"""`OneNight`: one hypnogram cut to its lights window, and what several metrics ask of it, as plain numbers.

A night is a hundred bouts. Calling NumPy on them takes longer than walking through them in Python, so that the metrics
of one night are arithmetic on plain numbers; those of many are the same arithmetic on the arrays of `StageMatrix`.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from ..core.hypnogram import Hypnogram
from ..core.stage import NREM, SLEEP, Stage
from .feinberg_night import NightPeriod, completed_night_cycles, night_periods
from .night_runs import NightRuns
from .stage_matrix import N_SCORED, Counts, longest_bridge, places_of_changes, places_of_pairs

__all__ = ["OneNight"]


@dataclass(frozen=True, eq=False)
class OneNight:
    """A night inside its lights window.

    Metrics take it in the place of a `StageMatrix`: it has what they ask of one, a number for an array of them.

    Parameters
    ----------
    stages : array of int8
        Values of `Stage` of the epochs of the lights window.
    begin : int
        Which epoch of the record is the first of the window.
    epoch : float
        Length of an epoch in seconds.
    levels : {5, 4, 3, 2}
        How many stages the scorer tells apart.
    lights_off_known, lights_on_known : bool
        An unknown light bounds nothing: the window then begins, or ends, with the record.
    """

    stages: npt.NDArray[np.int8]
    begin: int
    epoch: float
    levels: int
    lights_off_known: bool
    lights_on_known: bool

    @classmethod
    def of(cls, hypnogram: Hypnogram) -> OneNight:
        """Cut a hypnogram to its lights window."""
        stages, begin = hypnogram.stages, 0
        off, on = hypnogram.lights_off or 0.0, hypnogram.lights_on or 0.0
        if off > 0 or on < hypnogram.duration:
            in_bed = hypnogram.in_bed
            stages, begin = stages[in_bed], int(in_bed.argmax()) if in_bed.any() else 0
        return cls(stages, begin, hypnogram.epoch, hypnogram.levels, not math.isnan(off), not math.isnan(on))

    def minutes(self, n_epochs: float) -> float:
        """Turn a number of epochs into minutes."""
        return n_epochs * self.epoch / 60

    def per_night(self, values: npt.NDArray[np.float64]) -> float:
        """Give the only one of an array with one number for each night."""
        return float(values[0])

    # ------------------------------------------------------------------------------------------------- runs
    @cached_property
    def bouts(self) -> tuple[list[int], NightRuns]:
        """Runs of one stage: the stage of each, and the runs."""
        if len(self.stages) == 0:
            return [], NightRuns([], [])
        at = (self.stages[1:] != self.stages[:-1]).nonzero()[0] + 1
        starts = [0, *at.tolist()]
        lengths = [end - start for start, end in zip(starts, [*starts[1:], len(self.stages)], strict=True)]
        return self.stages[starts].tolist(), NightRuns([start + self.begin for start in starts], lengths)

    @cached_property
    def _runs(self) -> list[NightRuns]:
        """Runs of each stage: indexed by `Stage`, so that `Stage.UNSCORED` is the last."""
        found = [NightRuns([], []) for _ in Stage]
        stages, bouts = self.bouts
        for stage, start, length in zip(stages, bouts.start, bouts.length, strict=True):
            runs = found[stage]
            runs.start.append(start)
            runs.length.append(length)
        return found

    def runs_of(self, stages: tuple[Stage, ...]) -> NightRuns:
        """Runs of epochs that have any of some stages."""
        if len(stages) == 1:
            return self._runs[stages[0]]
        stage, bouts = self.bouts
        chosen = [one in stages for one in (*range(len(Stage) - 1), Stage.UNSCORED)]
        every = zip(stage, bouts.start, bouts.length, strict=True)
        return NightRuns.joined((start, length) for one, start, length in every if chosen[one])

    @cached_property
    def sleep_runs(self) -> NightRuns:
        """Runs of sleep, of whatever stage."""
        return self.runs_of(SLEEP)

    @cached_property
    def nrem_runs(self) -> NightRuns:
        """Runs of sleep that is known not to be R."""
        return self.runs_of(NREM)

    @property
    def rem_runs(self) -> NightRuns:
        """Runs of R."""
        return self._runs[Stage.R]

    @cached_property
    def wake_bouts(self) -> NightRuns:
        """Runs of W inside the sleep period."""
        return self._runs[Stage.W].between(self.onset, self.last_sleep)

    @cached_property
    def awakening_bouts(self) -> NightRuns:
        """Runs of W inside the sleep period that directly follow sleep; the final awakening is not among them."""
        return self.wake_bouts.kept([self._stage(start - 1) > Stage.W for start in self.wake_bouts.start])

    @cached_property
    def returns_to_sleep(self) -> NightRuns:
        """Runs of W inside the sleep period that sleep directly follows; sleep onset is not among them."""
        return self.wake_bouts.kept([self._stage(end) > Stage.W for end in self.wake_bouts.ends])

    @cached_property
    def wake_after_sleep(self) -> NightRuns:
        """Runs of W after the last sleep epoch."""
        wake = self._runs[Stage.W]
        return wake.kept([start > self.last_sleep for start in wake.start])

    @property
    def bridged_awakenings(self) -> int:
        """How often at most 2 min of unscored epochs part sleep from W, within the sleep period."""
        gaps = self._runs[Stage.UNSCORED].between(self.onset, self.last_sleep)
        return sum(
            length <= longest_bridge(self.epoch)
            and self._stage(start - 1) > Stage.W
            and self._stage(start + length) == Stage.W
            for start, length in zip(gaps.start, gaps.length, strict=True)
        )

    def _stage(self, epoch: int) -> int:
        return int(self.stages[epoch - self.begin])

    # ------------------------------------------------------------------------------------------------- cycles
    @cached_property
    def _periods(self) -> list[NightPeriod]:
        """NREM and REM periods by the rule of Feinberg and Floyd."""
        n3 = self._runs[Stage.N3]
        return night_periods(nrem=self.nrem_runs, rem=self.rem_runs, n3=n3, sleep=self.sleep_runs, epoch=self.epoch)

    @cached_property
    def completed_cycles(self) -> NightRuns:
        """Cycles by the same rule, up to the last that holds a REM period."""
        return completed_night_cycles(self._periods)

    @cached_property
    def _rem_periods(self) -> list[NightPeriod]:
        return [period for period in self._periods if period.is_rem]

    @property
    def epochs_of_rem_periods(self) -> int:
        """Epochs of the REM periods, whatever their stage."""
        return sum(period.end - period.start for period in self._rem_periods)

    @cached_property
    def rem_in_periods(self) -> int:
        """Epochs of R inside REM periods."""
        return sum(self.rem_runs.epochs_between(period.start, period.end) for period in self._rem_periods)

    @property
    def rem_interruptions(self) -> int:
        """Runs of R that a scored epoch follows, and later R of the same REM period."""
        return sum(
            period.start <= start and end < period.end and self._stage(end) > Stage.UNSCORED
            for period in self._rem_periods
            for start, end in zip(self.rem_runs.start, self.rem_runs.ends, strict=True)
        )

    # ------------------------------------------------------------------------------------------------- how many
    @cached_property
    def counts(self) -> list[int]:
        """Epochs of each stage: indexed by `Stage`, so that `Stage.UNSCORED` is the last."""
        return [runs.total() for runs in self._runs]

    @cached_property
    def _transitions(self) -> list[int]:
        """How often one scored epoch directly follows another, by stage: 8 before by 8 after, row by row."""
        pairs = [0] * (N_SCORED * N_SCORED)
        stages, bouts = self.bouts
        before = int(Stage.UNSCORED)
        for stage, length in zip(stages, bouts.length, strict=True):
            if stage >= 0:
                if before >= 0:
                    pairs[before * N_SCORED + stage] += 1
                pairs[stage * (N_SCORED + 1)] += length - 1
            before = stage
        return pairs

    @cached_property
    def _transitions_asleep(self) -> list[int]:
        """The same within the sleep period: from the first sleep epoch to the last."""
        pairs = self._transitions.copy()
        pairs[0] = self.wake_bouts.total() - self.wake_bouts.count()
        if self.n_sleep:
            first, last = self.onset - self.begin, self.last_sleep - self.begin
            if first > 0 and self.stages[first - 1] == Stage.W:
                pairs[int(self.stages[first])] -= 1
            if last + 1 < len(self.stages) and self.stages[last + 1] == Stage.W:
                pairs[int(self.stages[last]) * N_SCORED] -= 1
        return pairs

    @cached_property
    def transitions_asleep(self) -> Counts:
        """Transitions within the sleep period, shape (1, 8, 8)."""
        return np.array(self._transitions_asleep).reshape(1, N_SCORED, N_SCORED)

    @property
    def counts_asleep(self) -> Counts:
        """Epochs of the scored stages within the sleep period, shape (1, 8)."""
        return np.array([[self.wake_bouts.total(), *self.counts[1:N_SCORED]]])

    def counts_of(self, stages: Iterable[Stage]) -> int:
        """Epochs that have any of some stages."""
        return sum(self.counts[stage] for stage in stages)

    def changes(self, before: Iterable[Stage], after: Iterable[Stage]) -> int:
        """How often a stage of `before` is directly followed by a different one of `after`."""
        pairs = self._transitions
        return sum(pairs[place] for place in places_of_changes(tuple(before), tuple(after)))

    def pairs_asleep(self, before: Iterable[Stage], after: Iterable[Stage]) -> int:
        """How often a stage of `before` is directly followed by one of `after`, within the sleep period."""
        pairs = self._transitions_asleep
        return sum(pairs[place] for place in places_of_pairs(tuple(before), tuple(after)))

    @property
    def n_in_bed(self) -> int:
        """Epochs of the lights window."""
        return len(self.stages)

    @property
    def n_unscored(self) -> int:
        """Unscored epochs of the lights window."""
        return self.counts[Stage.UNSCORED]

    @property
    def n_wake(self) -> int:
        """Wake epochs of the lights window."""
        return self.counts[Stage.W]

    @cached_property
    def n_sleep(self) -> int:
        """Epochs of any sleep stage."""
        return self.n_in_bed - self.n_unscored - self.n_wake

    @cached_property
    def hours_of_sleep(self) -> float:
        """TST in hours, what indices per hour of sleep are divided by."""
        return self.minutes(self.n_sleep) / 60

    # ------------------------------------------------------------------------------------------------- where
    @cached_property
    def first_of(self) -> Mapping[Stage, int]:
        """First epoch of N1, N2, N3 and R; meaningless in a night without it."""
        return {stage: self._runs[stage].first() for stage in (Stage.N1, Stage.N2, Stage.N3, Stage.R)}

    @cached_property
    def onset(self) -> int:
        """First sleep epoch; -1 in a night without sleep."""
        return self.sleep_runs.first()

    @cached_property
    def last_sleep(self) -> int:
        """Last sleep epoch; -1 in a night without sleep."""
        return self.sleep_runs.last()

    @property
    def asleep_before_rem(self) -> int:
        """Epochs of sleep between sleep onset and the first R; meaningless in a night without R."""
        return self.sleep_runs.epochs_between(self.onset, self.first_of[Stage.R])
