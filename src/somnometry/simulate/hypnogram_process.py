"""A night's hypnogram: a semi-Markov process inside alternating NREM and REM periods."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from ..core.errors import SimulationError
from ..core.hypnogram import Hypnogram
from ..simulate import boas_table as fitted

__all__ = ["TARGETS", "simulate_hypnogram"]

EPOCH = 30.0
W, N1, N2, N3, R = range(5)
#: What `stage_targets` may ask for: N1, N2, N3 and R in per cent of TST, W in per cent of the sleep period.
TARGETS = ("W", "N1", "N2", "N3", "R")
ROUNDS = 24  # attempts at meeting `stage_targets`
FINAL_WAKE_SHARE = 0.1  # of the night, at most; a sleep latency takes at most a quarter


@dataclass(slots=True)
class _Tendency:
    """Difference of one night from the mean night: shifts of log odds (N3, N1) and of log lengths (the others)."""

    deep: float = 0.0
    sleep: float = 0.0
    wake: float = 0.0
    drowsy: float = 0.0
    rem: float = 0.0
    bout3: float = 0.0


def simulate_hypnogram(
    seed: int,
    *,
    hours: float = 8.0,
    age: float = 30.0,
    stage_targets: Mapping[str, float] | None = None,
    start: datetime | None = None,
    lights_off: float | None = None,
    lights_on: float | None = None,
    sleep_latency: float | None = None,
) -> Hypnogram:
    """Simulate the stages of one night in epochs of 30 s.

    NREM and REM periods alternate; their lengths, the lengths of bouts and the steps between stages inside them, the
    share of N3 by cycle, and how nights differ by age and otherwise are fitted to 64 nights scored by human consensus
    (`boas_table`).

    Parameters
    ----------
    seed : int
        Same seed and arguments, same night.
    hours : float
        Length of the record in hours; at least half an hour.
    age : float
        In years; older sleepers have less N3 and longer awakenings.
    stage_targets : mapping of str to float, optional
        Wanted share of N1, N2, N3 or R in per cent of TST, of W in per cent of the sleep period. Met as nearly as a
        process of bouts can; a stage that is not named keeps its own share.
    start : datetime, optional
        Clock time of the first epoch.
    lights_off, lights_on : float, optional
        Seconds from the start; by default 5 min after it and 2 min before the end of the record.
    sleep_latency : float, optional
        Seconds from lights-off to sleep, in whole epochs; by default drawn.

    Returns
    -------
    Hypnogram
        With both lights known and wake outside them.

    Raises
    ------
    SimulationError
        For less than half an hour, an age outside 18 to 90 years, lights out of order, a sleep latency that leaves no
        sleep, or an impossible target.

    Examples
    --------
    >>> night = simulate_hypnogram(1, hours=8)
    >>> night.n_epochs, night.lights_off, bool((night.stages == simulate_hypnogram(1, hours=8).stages).all())
    (960, 300.0, True)
    """
    if not hours >= 0.5:
        raise SimulationError(f"a night lasts at least 0.5 h, not {hours!r}", key="hours")
    if not 18 <= age <= 90:
        raise SimulationError(f"the fitted sleepers are 18 to 90 years old, not {age!r}", key="age")
    n = round(hours * 3600 / EPOCH)
    off = min(300.0, 0.05 * n * EPOCH) if lights_off is None else float(lights_off)
    on = n * EPOCH - min(120.0, 0.02 * n * EPOCH) if lights_on is None else float(lights_on)
    if not 0 <= off < on <= n * EPOCH:
        raise SimulationError(
            f"lights-off ({off:g} s) must precede lights-on ({on:g} s) inside {n * EPOCH:g} s", key="lights_off"
        )
    targets = _checked_targets(stage_targets or {})
    bed = (math.ceil(off / EPOCH), int(on // EPOCH))
    latency = None if sleep_latency is None else round(sleep_latency / EPOCH)
    if latency is not None and not 0 <= latency < bed[1] - bed[0]:
        raise SimulationError(
            f"a sleep latency of {sleep_latency:g} s leaves no sleep in {on - off:g} s between the lights",
            key="sleep_latency",
        )

    rng = np.random.default_rng([seed, 1])
    sleeper = _Tendency(
        **{
            name: mean + slope * (age - 30) + sd * rng.standard_normal()
            for name, (mean, slope, sd) in fitted.PERSON.items()
        }
    )
    stages = _night(np.random.default_rng([seed, 2]), n, bed, sleeper, latency)
    if targets:
        stages = _towards(targets, stages, seed, bed, sleeper, latency)
    return Hypnogram(stages, EPOCH, start=start, lights_off=off, lights_on=on, scorer="simulated")


def _checked_targets(targets: Mapping[str, float]) -> dict[str, float]:
    for stage, percent in targets.items():
        if stage not in TARGETS or not 0 <= percent < 100:
            raise SimulationError(
                f"stage_targets holds {stage!r}: {percent!r}",
                remedy=f"name any of {', '.join(TARGETS)} with 0 to <100",
                key=f"stage_targets.{stage}",
            )
    asleep = [percent for stage, percent in targets.items() if stage != "W"]
    if sum(asleep) > 100 or (len(asleep) == 4 and not math.isclose(sum(asleep), 100)):
        raise SimulationError(
            f"the targets of N1, N2, N3 and R add up to {sum(asleep):g} % of TST", key="stage_targets"
        )
    wanted = dict(targets)
    if len(asleep) == 3 and "N2" in wanted:  # three of four leave the fourth no choice
        (rest,) = {"N1", "N3", "R"} - wanted.keys()
        wanted[rest] = 100 - sum(asleep)
    return wanted


def _shares(stages: np.ndarray) -> dict[str, float]:
    """Per cent of TST in N1, N2, N3 and R, and per cent of the sleep period in W."""
    asleep = np.flatnonzero(stages > 0)
    if not asleep.size:
        return dict.fromkeys(TARGETS, math.nan)
    period = stages[asleep[0] : asleep[-1] + 1]
    percent = {TARGETS[s]: 100 * float(np.mean(stages[asleep] == s)) for s in (N1, N2, N3, R)}
    return {"W": 100 * float(np.mean(period == W)), **percent}


def _towards(
    targets: dict[str, float],
    stages: np.ndarray,
    seed: int,
    bed: tuple[int, int],
    sleeper: _Tendency,
    latency: int | None,
) -> np.ndarray:
    """Nudge the sleeper, and draw anew, until the shares of the night lie near the targets; keep the nearest night."""

    def distance(night: np.ndarray) -> float:
        got = _shares(night)
        return sum(abs(got[stage] - percent) for stage, percent in targets.items())

    best = stages
    for attempt in range(ROUNDS):
        got = _shares(stages)
        push = {
            stage: float(np.clip(math.log((percent + 0.3) / (got[stage] + 0.3)), -1.5, 1.5))
            for stage, percent in targets.items()
        }
        if "N2" in push:  # more N2 is less of what has no target of its own
            for other in {"N1", "N3", "R"} - targets.keys():
                push[other] = -2 * push["N2"]
        sleeper.wake += 0.5 * push.get("W", 0.0)
        sleeper.sleep -= 0.3 * push.get("W", 0.0)
        sleeper.drowsy += 0.6 * push.get("N1", 0.0)
        sleeper.deep += 0.5 * push.get("N3", 0.0)
        sleeper.bout3 += 0.3 * push.get("N3", 0.0)
        sleeper.rem += 0.6 * push.get("R", 0.0)
        stages = _night(np.random.default_rng([seed, 2, attempt]), stages.size, bed, sleeper, latency)
        if distance(stages) < distance(best):
            best = stages
    return best


def _night(
    rng: np.random.Generator, n: int, bed: tuple[int, int], sleeper: _Tendency, latency: int | None
) -> np.ndarray:
    """Stages of `n` epochs: wake, then NREM and REM periods from sleep onset to the final awakening, then wake."""
    stages = np.zeros(n, np.int8)
    inside = bed[1] - bed[0]
    onset = max(bed[0] + 2, min(_length(rng, *fitted.LATENCY), bed[0] + inside // 4))
    if latency is not None:
        onset = bed[0] + latency
        inside -= latency
    rising = bed[1] - min(_length(rng, *fitted.FINAL_WAKE) - 1, int(FINAL_WAKE_SHARE * inside))
    position, before, in_rem, ordinal = onset, -2, 0, 0
    while position < rising:
        k = min(ordinal, len(fitted.NREM) - 1)
        if in_rem:
            mean, sd = fitted.REM[k]
            length = _length(rng, mean + sleeper.rem, sd)
        else:
            mean, sd = fitted.NREM[k]
            length = max(_length(rng, mean - 0.25 * sleeper.rem, sd), 20)
        length = min(length, rising - position)
        before = _period(rng, stages[position : position + length], in_rem, k, before, sleeper)
        position += length
        ordinal += in_rem
        in_rem = 1 - in_rem
    return stages


def _period(
    rng: np.random.Generator, stages: np.ndarray, in_rem: int, ordinal: int, before: int, sleeper: _Tendency
) -> int:
    """Fill one NREM or REM period with bouts; give its last stage."""
    if in_rem:
        stage = R
    elif before == R:
        stage = _draw(rng, np.array(fitted.AFTER_REM, float))
    else:
        stage = N1
    position = 0
    while True:
        length = _length(rng, *_bout(in_rem, before, stage, sleeper))
        stages[position : position + length] = stage
        position += length
        if position >= stages.size:
            break
        third = min(3 * position // stages.size, 2)
        weights = _weights(in_rem, before, stage, fitted.DEEP[ordinal][third], sleeper)
        before, stage = stage, _draw(rng, weights)
    if not in_rem and stage == N3 and stages.size > 40:
        stages[-8:] = N2  # slow-wave sleep lightens before REM
    return int(stages[-1])


def _bout(in_rem: int, before: int, stage: int, sleeper: _Tendency) -> tuple[float, float]:
    """Mean and SD of the log length of a bout."""
    key = (in_rem, before, stage)
    mean, sd = fitted.BOUTS.get(key) or next(v for k, v in fitted.BOUTS.items() if (k[0], k[2]) == (in_rem, stage))
    shift = {W: sleeper.wake, N1: 0.4 * sleeper.drowsy, N3: sleeper.bout3}.get(stage, sleeper.sleep)
    return mean + shift, sd


def _weights(in_rem: int, before: int, stage: int, deep: float, sleeper: _Tendency) -> np.ndarray:
    """Weights of the next stage W, N1, N2, N3, R."""
    key = (in_rem, before, stage)
    counts = fitted.STEPS.get(key) or next(v for k, v in fitted.STEPS.items() if (k[0], k[2]) == (in_rem, stage))
    weights = np.array(counts, float)
    if stage == N2 and not in_rem:
        weights[N3] *= deep * math.exp(sleeper.deep) * (0.5 if before == N3 else 1.0)
    weights[N1] *= math.exp(sleeper.drowsy)
    return weights


def _length(rng: np.random.Generator, mean: float, sd: float) -> int:
    return max(1, round(math.exp(min(mean + sd * float(rng.standard_normal()), 9.0))))


def _draw(rng: np.random.Generator, weights: np.ndarray) -> int:
    return int(np.searchsorted(np.cumsum(weights), rng.random() * weights.sum(), side="right"))
