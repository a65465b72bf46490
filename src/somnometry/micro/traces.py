"""From a signal to what detectors can be given: 100 Hz, nothing missing, and which epochs are to be trusted."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

from ..core.recording import Signal

__all__ = ["RATE", "Grid", "Trace", "trace_of"]

#: Hertz at which the detectors run, whatever the recorder's rate: YASA's own advice, and a number of events that does
#: not depend on the recorder.
RATE = 100
#: Seconds that a live amplifier never spends on one and the same value.
STUCK = 5.0
#: YASA's word for a sample that is in no stage.
NO_STAGE = -2


@dataclass(frozen=True, slots=True)
class Grid:
    """Where the epochs of a hypnogram lie in a recording.

    Parameters
    ----------
    offset : float
        Seconds from the first sample to the first epoch.
    epoch : float
        Seconds.
    n_epochs : int
    """

    offset: float
    epoch: float
    n_epochs: int

    def edges(self, rate: float) -> npt.NDArray[np.int64]:
        """Sample at which each epoch begins, and that at which the last one ends, shape (n_epochs + 1,).

        Examples
        --------
        >>> Grid(0.5, 30.0, 2).edges(100)
        array([  50, 3050, 6050])
        """
        seconds = self.offset + np.arange(self.n_epochs + 1) * self.epoch
        return np.round(seconds * rate).astype(np.int64)

    def per_sample(self, stages: npt.NDArray[np.int8], n_samples: int) -> npt.NDArray[np.int64]:
        """Stage of every sample at 100 Hz, shape (n_samples,); -2 outside the epochs.

        Examples
        --------
        >>> Grid(0.01, 0.02, 2).per_sample(np.array([2, 3], np.int8), 6)
        array([-2,  2,  2,  3,  3, -2])
        """
        edges = self.edges(RATE).clip(0, n_samples)
        samples = np.full(n_samples, NO_STAGE, np.int64)
        samples[edges[0] : edges[-1]] = np.repeat(stages.astype(np.int64), np.diff(edges))
        return samples


@dataclass(frozen=True, eq=False)
class Trace:
    """One signal as the detectors see it.

    Parameters
    ----------
    samples : array of float64, shape (n_samples,)
        Microvolts at 100 Hz; straight lines across what is missing or wildly noisy.
    whole : array of bool, shape (n_epochs,)
        Epochs in which nothing is missing.
    calm : array of bool, shape (n_epochs,)
        Epochs that are neither flat nor, in any second, wildly noisy.
    """

    samples: npt.NDArray[np.float64]
    whole: npt.NDArray[np.bool_]
    calm: npt.NDArray[np.bool_]

    @property
    def usable(self) -> npt.NDArray[np.bool_]:
        """Epochs in which events are looked for, shape (n_epochs,)."""
        return self.whole & self.calm

    @cached_property
    def spread(self) -> float:
        """Standard deviation in microvolts without the outer tenth of the samples, by which YASA judges a channel."""
        from yasa.others import trimbothstd

        return float(trimbothstd(self.samples, cut=0.05))


def trace_of(signal: Signal, grid: Grid) -> Trace:
    """Bring a signal to 100 Hz, bridge what cannot be used, and say which epochs it touches.

    Missing are NaN, infinities and more than 5 s of one value; wildly noisy is a second whose SD is over 250 uV, with
    those beside it; flat is an epoch whose SD is under 0.1 uV.

    Parameters
    ----------
    signal : Signal
        In microvolts.
    grid : Grid

    Examples
    --------
    >>> noise = np.random.default_rng(0).normal(0, 20, 60 * 200).astype(np.float32)
    >>> noise[100] = np.nan
    >>> trace = trace_of(Signal(noise, 200), Grid(0.0, 30.0, 2))
    >>> trace.samples.size, trace.usable
    (6000, array([False,  True]))
    """
    from ..io.signals.windows import FLAT, WILD  # neither above: the catalogue is read without a compiler
    from ..kernels.missing import missing_samples

    missing = missing_samples(signal.samples, int(STUCK * signal.rate))
    edges = grid.edges(signal.rate)
    whole = (edges[:-1] >= 0) & (edges[1:] <= signal.samples.size)
    whole[_epochs_with(missing, edges)] = False
    samples = _at_rate(_bridged(signal.samples.astype(np.float64), missing), signal.rate)

    seconds = samples[: samples.size // RATE * RATE].reshape(-1, RATE)
    wild = np.zeros(samples.size, np.bool_)
    wild[: seconds.size] = np.repeat(_with_neighbours(seconds.std(axis=1) > WILD), RATE)
    edges = grid.edges(RATE).clip(0, samples.size)
    calm = np.array([samples[a:b].std() >= FLAT if b > a else False for a, b in pairwise(edges)], np.bool_)
    calm[_epochs_with(wild, edges)] = False
    return Trace(_bridged(samples, wild), whole, calm)


def _with_neighbours(flags: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """Flags, and those beside one: a burst does not end with the second."""
    padded = np.pad(flags, 1)
    return padded[:-2] | padded[1:-1] | padded[2:]


def _epochs_with(flags: npt.NDArray[np.bool_], edges: npt.NDArray[np.int64]) -> npt.NDArray[np.intp]:
    """Indices of the epochs between `edges` that hold a flag."""
    epochs = np.searchsorted(edges, np.flatnonzero(flags), side="right") - 1
    return np.unique(epochs[(epochs >= 0) & (epochs < edges.size - 1)])


def _bridged(samples: npt.NDArray[np.float64], gone: npt.NDArray[np.bool_]) -> npt.NDArray[np.float64]:
    """Straight lines across what is gone; zeros where everything is."""
    if not gone.any():
        return samples
    if gone.all():
        return np.zeros(samples.size)
    known = np.flatnonzero(~gone)
    return np.interp(np.arange(samples.size), known, samples[known])


def _at_rate(samples: npt.NDArray[np.float64], rate: float) -> npt.NDArray[np.float64]:
    """Samples at 100 Hz, by a polyphase filter; unchanged where that is their rate."""
    if rate == RATE or not samples.size:
        return samples
    from scipy.signal import resample_poly

    ratio = (RATE / Fraction(rate).limit_denominator(10_000)).limit_denominator(1000)
    middle = np.median(samples[:: max(samples.size // 10_000, 1)])  # beyond the ends the filter finds zeros
    resampled: npt.NDArray[Any] = resample_poly(samples - middle, ratio.numerator, ratio.denominator)
    return np.asarray(resampled, np.float64)
