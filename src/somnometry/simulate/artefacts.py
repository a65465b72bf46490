"""Artefacts of a simulated night: movement, loose electrodes, dropouts, heart and mains."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.ndimage import gaussian_filter1d

from ..core.hypnogram import Hypnogram
from .montages import ChannelLayout
from .waveforms import heartbeat

__all__ = ["Artefacts", "draw_artefacts", "heart", "mains", "muscle_gain"]

Array = npt.NDArray[np.float32]
Spans = tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class Artefacts:
    """Stretches of a record that are disturbed: (onset, duration) in seconds.

    Parameters
    ----------
    movements : tuple of (float, float)
        Seen by all channels.
    loose : tuple of (str, float, float)
        An electrode that pops or sways: channel, onset, duration.
    lost : tuple of (str, float, float)
        Nothing recorded in one channel.
    lost_all : tuple of (float, float)
        Nothing recorded at all.
    """

    movements: Spans = ()
    loose: tuple[tuple[str, float, float], ...] = ()
    lost: tuple[tuple[str, float, float], ...] = ()
    lost_all: Spans = ()

    @property
    def gaps(self) -> Spans:
        """Start and end of the stretches in which nothing was recorded."""
        return tuple((onset, onset + duration) for onset, duration in self.lost_all)

    def apply(self, rng: np.random.Generator, signals: dict[str, Array], layout: ChannelLayout, rate: float) -> None:
        """Disturb the signals in place."""
        for onset, duration in self.movements:
            for channel in layout.channels:
                size = {"eeg": 80.0, "eog": 110.0, "emg": 15.0, "ecg": 250.0}[channel.role] * rng.lognormal(0, 0.4)
                here = _span(signals[channel.name], onset, duration, rate)
                here += _sway(rng, here.size, rate, 0.25, size)
        for name, onset, duration in self.loose:
            here = _span(signals[name], onset, duration, rate)
            here += _sway(rng, here.size, rate, 0.6, 60.0)
            for _ in range(max(1, round(duration / 8))):
                first = int(rng.integers(0, max(1, here.size - 1)))
                decay = np.exp(-np.arange(here.size - first) / (0.4 * rate))
                here[first:] += (rng.choice([-1, 1]) * rng.uniform(150, 400) * decay).astype(np.float32)
        for name, onset, duration in self.lost:
            _span(signals[name], onset, duration, rate)[:] = np.nan
        for onset, duration in self.lost_all:
            for x in signals.values():
                _span(x, onset, duration, rate)[:] = np.nan


def draw_artefacts(
    rng: np.random.Generator, hypnogram: Hypnogram, layout: ChannelLayout, artefact_rate: float
) -> Artefacts:
    """Draw movements and loose electrodes, `artefact_rate` per hour each, and a headband's dropouts.

    Awakenings come with movements besides.
    """
    hours, end = hypnogram.duration / 3600, hypnogram.duration
    names = [channel.name for channel in layout.channels if channel.role in ("eeg", "eog")]

    def spans(per_hour: float, low: float, high: float) -> list[tuple[float, float]]:
        count = int(rng.poisson(per_hour * hours))
        return [
            (round(t, 2), round(d, 2))
            for t, d in zip(rng.uniform(0, end - high, count), rng.uniform(low, high, count), strict=True)
        ]

    movements = spans(artefact_rate, 2, 8)
    woken = np.flatnonzero((hypnogram.stages[1:] == 0) & (hypnogram.stages[:-1] > 0)) + 1
    moved = woken[rng.random(woken.size) < min(1.0, 0.3 * artefact_rate)]
    movements += [
        (round(float(i * hypnogram.epoch + rng.uniform(0, 6)), 2), round(float(rng.uniform(3, 10)), 2)) for i in moved
    ]
    loose = tuple((str(rng.choice(names)), t, d) for t, d in spans(artefact_rate, 5, 30))
    lost: tuple[tuple[str, float, float], ...] = ()
    lost_all: Spans = ()
    if layout.drops:
        lost = tuple((str(rng.choice(names)), t, d) for t, d in spans(0.5 * artefact_rate, 5, 60))
        lost_all = tuple(_merged(spans(1.5 * artefact_rate, 0.5, 12)))
    return Artefacts(tuple(sorted(movements)), loose, lost, lost_all)


def muscle_gain(times: npt.NDArray[np.float64], artefacts: Artefacts) -> Array:
    """Factor of the muscle at each time: 2.5 in a movement."""
    gain = np.ones(times.size, np.float32)
    for onset, duration in artefacts.movements:
        gain[(times >= onset - 1) & (times < onset + duration + 1)] = 2.5
    return gain


def heart(rng: np.random.Generator, n: int, rate: float) -> Array:
    """An electrocardiogram of about 60 beats per minute, R wave 1 unit, with respiratory sinus arrhythmia."""
    beats = int(n / rate * 1.6) + 2
    interval = rng.normal(0.98, 0.08) * (1 + 0.04 * np.sin(np.arange(beats) * 1.6) + 0.02 * rng.standard_normal(beats))
    onset = np.cumsum(np.clip(interval, 0.65, 1.6))
    wave = heartbeat(rate)
    first = np.round(onset[onset < n / rate - 1] * rate).astype(int)
    trace = np.zeros(n, np.float32)
    trace[first[:, None] + np.arange(wave.size)] = wave
    return trace


def mains(rng: np.random.Generator, n: int, rate: float, frequency: float) -> Array:
    """Mains hum of about 1 unit whose strength changes over minutes; flat at and above the Nyquist frequency."""
    if frequency >= rate / 2:
        return np.zeros(n, np.float32)
    second = max(1, round(rate))
    seconds = n // second + 1
    knots = np.clip(1 + 0.4 * rng.standard_normal(seconds // 60 + 2), 0.1, None)
    strength = np.interp(np.arange(seconds), np.arange(knots.size) * 60, knots)
    turns = np.arange(seconds)[:, None] * (second / rate * frequency) % 1.0 + np.arange(second) * (frequency / rate)
    hum = strength[:, None].astype(np.float32) * np.sin((2 * np.pi * turns).astype(np.float32))
    return hum.ravel()[:n]


def _span(x: Array, onset: float, duration: float, rate: float) -> Array:
    return x[round(onset * rate) : round((onset + duration) * rate)]


def _sway(rng: np.random.Generator, n: int, rate: float, width: float, size: float) -> Array:
    """Slow sway of SD `size` under a taper."""
    if n < 4:
        return np.zeros(n, np.float32)
    x = gaussian_filter1d(rng.standard_normal(n), width * rate / 2)
    return (x / max(float(x.std()), 1e-12) * size * np.hanning(n)).astype(np.float32)


def _merged(spans: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """Join stretches that overlap."""
    joined: list[tuple[float, float]] = []
    for onset, duration in sorted(spans):
        if joined and onset <= sum(joined[-1]):
            joined[-1] = (joined[-1][0], max(sum(joined[-1]), onset + duration) - joined[-1][0])
        else:
            joined.append((onset, duration))
    return joined
