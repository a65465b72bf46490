"""Onsets, durations, sizes and frequencies of the graphoelements of a night, drawn from its stages."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ..core.hypnogram import Hypnogram

__all__ = ["Sleeper", "Train", "draw_microstructure"]

Array = npt.NDArray[np.float64]
W, N1, N2, N3, R = range(5)


@dataclass(frozen=True, slots=True)
class Sleeper:
    """Traits in which sleepers differ, besides the hypnogram.

    Parameters
    ----------
    alpha, spindle : float
        Hz.
    size : float
        Factor of every EEG amplitude.
    rhythm : float
        Factor of alpha power; one sleeper in ten hardly has any.
    density : float
        Spindles per minute of N2.
    slow : float
        Median size of slow waves, microvolts peak to peak.
    """

    alpha: float
    spindle: float
    size: float
    rhythm: float
    density: float
    slow: float

    @classmethod
    def draw(cls, rng: np.random.Generator, age: float) -> Sleeper:
        """Draw a sleeper of an age.

        With age slow waves shrink (Carrier et al. 2001, Psychophysiology 38:232) and spindles become rarer (Crowley et
        al. 2002, Clin Neurophysiol 113:1615); 8 and 10 % per decade are round numbers of ours.
        """
        decades = (age - 30) / 10
        little = rng.random() < 0.1
        return cls(
            alpha=float(np.clip(rng.normal(10.0 - 0.1 * decades, 0.6), 8.2, 12)),
            spindle=float(np.clip(rng.normal(13.3, 0.35), 12.2, 14.5)),
            size=float(np.exp(rng.normal(0, 0.08))),
            rhythm=float(np.exp(rng.normal(0, 0.3))) * (0.35 if little else 1.0),
            density=float(np.clip(2.6 * 0.9**decades * np.exp(rng.normal(0, 0.2)), 1.1, 4.8)),
            slow=float(np.clip(118 * 0.92**decades * np.exp(rng.normal(0, 0.06)), 90, 150)),
        )


@dataclass(frozen=True, slots=True)
class Train:
    """Events of one kind: onset and duration in seconds, signed size in microvolts, frequency in hertz."""

    kind: str
    onset: Array
    duration: Array
    size: Array
    frequency: Array

    def __len__(self) -> int:
        return int(self.onset.size)


def draw_microstructure(
    rng: np.random.Generator, hypnogram: Hypnogram, sleeper: Sleeper, eyes_closed: npt.NDArray[np.bool_]
) -> dict[str, Train]:
    """Draw the events of a night.

    Parameters
    ----------
    rng : Generator
    hypnogram : Hypnogram
    sleeper : Sleeper
    eyes_closed : array of bool, shape (n_epochs,)
        In wake; blinks and saccades come with open eyes.

    Returns
    -------
    dict of str to Train
        ``"spindle"``, ``"k-complex"``, ``"slow wave"``, ``"vertex wave"``, ``"sawtooth"``, ``"rapid eye movement"``,
        ``"slow eye movement"``, ``"blink"``, ``"saccade"``.
    """
    stages, epoch = hypnogram.stages, hypnogram.epoch
    depth = _depth(stages)
    trains: dict[str, Train] = {}

    def put(kind: str, onset: Array, duration: Array, size: Array, frequency: Array | float = 0.0) -> None:
        trains[kind] = Train(kind, onset, duration, size, np.broadcast_to(np.asarray(frequency, float), onset.shape))

    def poisson(per_minute: npt.NDArray[np.float64], gap: float, margin: float) -> Array:
        return _poisson(rng, per_minute * epoch / 60, epoch, gap, margin)

    def uniform(low: float, high: float, like: Array) -> Array:
        return rng.uniform(low, high, like.size)

    def log_normal(median: float, sd: float, like: Array) -> Array:
        return median * np.exp(sd * rng.standard_normal(like.size))

    # Slow waves: runs in N3 for more than a fifth of the epoch, single ones in N2.
    share = np.select([stages == N3, stages == N2], [rng.beta(8, 5, stages.size), 0.10 * depth**2], 0.0)
    onset, duration = _runs(rng, share, epoch)
    deep = (stages == N3)[(onset // epoch).astype(int)]
    size = np.clip(log_normal(sleeper.slow, 0.25, onset) * np.where(deep, 1.0, 0.8), 78, 320)
    put("slow wave", onset, duration, size)

    onset = poisson(np.select([stages == N2, stages == N3], [1.3 - 0.4 * depth, 0.0], 0.0), 4.0, 1.5)
    onset = _apart(onset, 1.1, trains["slow wave"], 0.3)
    put("k-complex", onset, uniform(0.9, 1.3, onset), np.clip(log_normal(135, 0.2, onset), 90, 260))

    onset = poisson(np.select([stages == N2, stages == N3], [sleeper.density, 0.35 * sleeper.density], 0.0), 2.6, 1.2)
    frequency = np.clip(rng.normal(sleeper.spindle, 0.4, onset.size), 11.3, 15.5)
    put("spindle", onset, np.clip(rng.normal(1.0, 0.22, onset.size), 0.6, 1.8), log_normal(21, 0.2, onset), frequency)

    onset = poisson(np.where(stages == N1, 2.0, 0.0), 2.0, 0.5)
    put("vertex wave", onset, uniform(0.22, 0.38, onset), log_normal(48, 0.25, onset))

    onset = poisson(np.where(stages == R, 0.9, 0.0), 8.0, 5.0)
    put("sawtooth", onset, uniform(1.8, 4.5, onset), log_normal(28, 0.2, onset), uniform(2.4, 3.6, onset))

    # Rapid eye movements come in bursts; phasic REM grows over the period.
    phasic = np.where(stages == R, 8.0 * np.exp(0.5 * _slow(rng, stages.size, 6)), 0.0)
    onset = poisson(phasic, 1.1, 1.0)
    sign = rng.choice([-1.0, 1.0], onset.size)
    put("rapid eye movement", onset, uniform(0.55, 0.9, onset), sign * np.clip(log_normal(78, 0.3, onset), 55, 220))

    onset = poisson(np.select([stages == N1, (stages == W) & eyes_closed], [7.0, 1.2], 0.0), 2.2, 2.0)
    put(
        "slow eye movement",
        onset,
        uniform(2.0, 4.5, onset),
        rng.choice([-1.0, 1.0], onset.size) * log_normal(50, 0.3, onset),
    )

    opened = (stages == W) & ~eyes_closed
    onset = poisson(np.where(opened, 14.0, np.where(stages == W, 1.2, 0.0)), 0.6, 0.3)
    put("blink", onset, uniform(0.25, 0.42, onset), log_normal(130, 0.25, onset))

    onset = poisson(np.where(opened, 22.0, np.where(stages == W, 1.5, 0.0)), 0.5, 0.3)
    put("saccade", onset, uniform(0.4, 1.1, onset), rng.choice([-1.0, 1.0], onset.size) * log_normal(70, 0.45, onset))
    return trains


def _depth(stages: npt.NDArray[np.int8]) -> Array:
    """Nearness of slow-wave sleep, 0 to 1: how much N3 lies within two minutes."""
    window = np.bartlett(11)[1:-1]
    share = np.convolve(stages == N3, window / window.sum())[window.size // 2 :][: stages.size]
    return np.asarray(np.clip(share, 0, 1), float)


def _slow(rng: np.random.Generator, n: int, span: int) -> Array:
    """Unit-variance noise that changes over about `span` steps."""
    window = np.hanning(2 * span + 3)[1:-1]
    noise = rng.standard_normal(n + window.size - 1)
    return np.asarray(np.convolve(noise, window / np.sqrt(np.sum(window**2)), "valid"), float)


def _poisson(rng: np.random.Generator, expected: Array, epoch: float, gap: float, margin: float) -> Array:
    """Onsets, `expected` many in each epoch, at least `gap` seconds apart and `margin` from the epoch's end."""
    counts = rng.poisson(expected)
    where = np.repeat(np.arange(expected.size), counts)
    onset = np.sort(where * epoch + rng.uniform(0.1, epoch - margin, where.size))
    kept, last = [], -np.inf
    for t in onset.tolist():
        if t - last >= gap:
            kept.append(t)
            last = t
    return np.array(kept)


def _runs(rng: np.random.Generator, share: Array, epoch: float) -> tuple[Array, Array]:
    """Slow waves, one after another, that fill about `share` of each epoch; onset and duration."""
    period = 1.15
    slots = int(epoch / period)
    filled = rng.random((share.size, slots)) < share[:, None]
    duration = rng.uniform(0.8, 1.15, filled.shape)
    onset = np.arange(share.size)[:, None] * epoch + np.arange(slots) * period + rng.uniform(0, period - duration)
    return onset[filled], duration[filled]


def _apart(onset: Array, duration: float, others: Train, room: float) -> Array:
    """Onsets that do not fall into other events."""
    if not len(others):
        return onset
    end = others.onset + others.duration + room
    i = np.searchsorted(others.onset, onset, side="right") - 1
    clear_before = (i < 0) | (onset >= end[np.maximum(i, 0)])
    following = np.minimum(i + 1, len(others) - 1)
    clear_after = (i + 1 >= len(others)) | (onset + duration + room <= others.onset[following])
    return onset[clear_before & clear_after]
