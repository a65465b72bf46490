"""Dropouts: lost packets, stretches in which nobody wore the electrodes, and where a night ends off the head.

A sample that is missing is NaN, lies in one of the recording's gaps, belongs to more than 5 s of one value, or to more
than a second in which every used channel repeats one value, as a receiver does that fills lost packets; shorter losses
leave an epoch fit to be scored. An epoch that touches such a sample is unscored. So is one off the head: two minutes or
more in which every EEG and EOG is missing, under 1 uV or over 250 uV (SD after filtering), where the rest of the night
is neither.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from ..core.recording import Signal
from ..kernels.missing import long_runs, missing_samples, runs
from .channels import EPOCH, Gaps, Mask, MeasuredChannel

__all__ = ["end_of_wear", "off_head", "repeated_packets"]

#: Seconds that all channels may stand still together.
REPEATED = 1.0
#: Microvolts after filtering between which a head's EEG and EOG lie.
QUIETEST, LOUDEST = 1.0, 250.0
#: Seconds that such amplitudes must last before the electrodes count as taken off.
OFF_HEAD = 120.0
#: Seconds at the end of a night without an EEG that make it end where they begin.
ENDED = 300.0


def repeated_packets(signals: Sequence[Signal], until: float) -> tuple[tuple[float, float], ...]:
    """Start and end in seconds of the stretches in which every signal repeats one value; none with a single signal.

    Parameters
    ----------
    signals : sequence of Signal
    until : float
        Seconds. What begins later is left alone: recorders fill their last data record.

    Examples
    --------
    >>> ramp = np.arange(600.0)
    >>> ramp[100:300] = 100
    >>> repeated_packets([Signal(ramp, 100), Signal(-ramp, 100)], until=6.0)
    ((1.0, 3.0),)
    """
    if len(signals) < 2:
        return ()
    first, *others = sorted(signals, key=lambda signal: -signal.rate)
    longest = int(REPEATED * first.rate)
    if not _may_stand_still(first.samples, longest // 2):
        return ()
    still = missing_samples(first.samples, longest)
    stretches = [(float(start) / first.rate, float(stop) / first.rate) for start, stop in runs(still)]
    return tuple(
        (start, stop)
        for start, stop in stretches
        if start < until and all(_stands_still(signal, start, stop) for signal in others)
    )


def _may_stand_still(samples: npt.NDArray[np.float32], step: int) -> bool:
    """Whether two samples `step` apart on a grid of `step` are equal with all between; a run of twice that has such."""
    grid = samples[::step]
    equal = np.flatnonzero(grid[1:] == grid[:-1]) * step
    return any((samples[i : i + step] == samples[i]).all() for i in equal)


def _stands_still(signal: Signal, start: float, stop: float) -> bool:
    """Whether a signal repeats one value, or is missing, throughout a stretch."""
    here = signal.samples[int(np.ceil(start * signal.rate)) : int(stop * signal.rate)]
    return here.size < 2 or not (here != here[0]).any() or not np.isfinite(here).any()


def off_head(channels: Sequence[MeasuredChannel], gaps: Gaps) -> Mask:
    """Epochs in which nobody wore the electrodes, shape (n_epochs,).

    A gap in the recording, as between two files of a night, is no sign that nobody wore them. A night
    whose median epoch is out of range too has another unit or a gain of its own, and is left to be looked at.

    Parameters
    ----------
    channels : sequence of MeasuredChannel
        The EEG and the EOG.
    gaps : tuple of (float, float)
        Start and end in seconds of stretches that the file says were not recorded.
    """
    nobody = [
        ~channel.usable | (channel.spread < QUIETEST) | (channel.spread > LOUDEST)
        for channel in channels
        if QUIETEST <= float(np.median(channel.spread[channel.usable])) <= LOUDEST
    ]
    if not nobody:
        return np.zeros_like(channels[0].usable)
    off = long_runs(np.logical_and.reduce(nobody), round(OFF_HEAD / EPOCH))
    for start, stop in gaps:
        off[max(int(start // EPOCH), 0) : max(math.ceil(stop / EPOCH), 0)] = False
    return off


def end_of_wear(measured: Mask) -> int:
    """Number of epochs until the night really ends: all, unless its last five minutes or more hold no EEG.

    Parameters
    ----------
    measured : array of bool, shape (n_epochs,)
        Epochs in which any EEG was recorded on the head.

    Examples
    --------
    >>> end_of_wear(np.repeat([True, False], [20, 10])), end_of_wear(np.repeat([True, False], [20, 9]))
    (20, 29)
    """
    if not measured.any():
        return measured.size
    last = int(np.flatnonzero(measured)[-1]) + 1
    return last if (measured.size - last) * EPOCH >= ENDED else measured.size
