"""How sound a channel looks, from short windows spread over the night."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from ...kernels.missing import long_runs
from ...kernels.windows import describe_windows
from ..sources.source import Channel, Source, read_windows

__all__ = ["Probe", "Quality", "judge", "of_derivation"]

Windows = npt.NDArray[np.float32]
#: One value or one yes-or-no per window.
PerWindow = npt.NDArray[np.float64]
Which = npt.NDArray[np.bool_]

#: Seconds.
WINDOW = 10.0
#: A recording of 25 minutes or less is looked at whole.
MOST_WINDOWS = 150
#: Windows of all channels together, so that a cap of 256 electrodes fits in memory; but so many of each at least.
MOST_IN_ALL, FEWEST_WINDOWS = 6000, 10
#: Windows by which a channel is seen to hold a signal, unless none of them is beyond doubt.
GLIMPSE = 5
#: Microvolts: standard deviation, each second about its own mean.
FLAT, WILD = 0.1, 250.0
#: Share of samples at the end of the recorder's range; seconds of one value there that are no passing by.
RAILING, STAYING = 0.01, 0.25


@dataclass(frozen=True, slots=True, eq=False)
class Quality:
    """Windows of a channel, and in which of them it is flat or missing, at the end of its range, or wild.

    Parameters
    ----------
    windows : array of float32, shape (n_windows, n_samples)
        Microvolts; 0 throughout a window that misses samples.
    rate : float
        Hertz.
    starts : array of float, shape (n_windows,)
        Seconds from the first sample.
    spread : array of float, shape (n_windows,)
        Microvolts: standard deviation, each second about its own mean.
    is_missing, is_flat, is_railing, is_wild : array of bool, shape (n_windows,)
        Missing windows are flat too; of flat, railing and wild a window is one at most.
    limits : (float, float)
        The ends of the recorder's range, in microvolts.
    """

    windows: Windows
    rate: float
    starts: PerWindow
    spread: PerWindow
    is_missing: Which
    is_flat: Which
    is_railing: Which
    is_wild: Which
    limits: tuple[float, float] = field(default=(-math.inf, math.inf))

    @property
    def flat(self) -> float:
        """Share of windows that are flat or missing."""
        return float(self.is_flat.mean())

    @property
    def railing(self) -> float:
        """Share of windows at the end of the range."""
        return float(self.is_railing.mean())

    @property
    def wild(self) -> float:
        """Share of windows larger than any brain."""
        return float(self.is_wild.mean())

    @property
    def sound(self) -> Which:
        """Which windows can be scored."""
        return ~(self.is_flat | self.is_railing | self.is_wild)

    @property
    def bad(self) -> float:
        """Share of windows that cannot be scored."""
        return min(self.flat + self.railing + self.wild, 1.0)

    @property
    def usable(self) -> bool:
        """Whether anything at all was recorded."""
        return self.bad < 1.0

    def __str__(self) -> str:
        parts = {"flat": self.flat, "at the end of its range": self.railing, "wildly noisy": self.wild}
        shares = [f"{what} in {share:.0%} of the windows looked at" for what, share in parts.items() if share > 0]
        return ", ".join(shares) or "sound wherever looked at"


class Probe:
    """Ten-second windows of a source's channels, spread evenly over what was recorded; each channel is read once.

    Parameters
    ----------
    source : Source

    Examples
    --------
    >>> import mne
    >>> raw = mne.io.RawArray(np.zeros((1, 3000)), mne.create_info(["C4"], 100, "eeg"), verbose="ERROR")
    >>> from somnometry.io.sources.source import MneSource
    >>> source = MneSource(raw)
    >>> str(Probe(source).quality(source.channels)[0])
    'flat in 100% of the windows looked at'
    """

    def __init__(self, source: Source) -> None:
        self.source = source
        self._quality: dict[int, Quality] = {}
        self._sound_somewhere: set[int] = set()

    def usable(self, channels: Sequence[Channel]) -> dict[int, bool]:
        """Whether anything at all was recorded, as `quality` says, by channel index; all windows are read in doubt."""
        known = self._quality.keys() | self._sound_somewhere
        unread = list({channel.index: channel for channel in channels if channel.index not in known}.values())
        starts, length = _spread(self.source)
        if starts.size and unread:
            few = starts[np.linspace(0, starts.size - 1, min(GLIMPSE, starts.size) + 2).astype(int)[1:-1]]
            pieces = read_windows(self.source, unread, [(float(start), float(start + length)) for start in few])
            for i, channel in enumerate(unread):
                if any(_sound_beyond_doubt(piece[i], channel) for piece in pieces):
                    self._sound_somewhere.add(channel.index)
        seen = self._sound_somewhere
        quality = self.quality([channel for channel in channels if channel.index not in seen])
        return {channel.index: channel.index in seen or quality[channel.index].usable for channel in channels}

    def quality(self, channels: Sequence[Channel]) -> dict[int, Quality]:
        """Judge channels by their windows, by channel index; nothing of a channel without a window."""
        unread = [channel for channel in channels if channel.index not in self._quality]
        starts, length = _spread(self.source)
        if starts.size and unread:
            windows = [(float(start), float(start + length)) for start in starts]
            pieces = read_windows(self.source, unread, windows)
            for i, channel in enumerate(unread):
                of_channel = [piece[i] for piece in pieces]
                self._quality[channel.index] = judge(of_channel, channel.rate, starts, channel.limits)
        return {channel.index: self._quality[channel.index] for channel in channels if channel.index in self._quality}


def _spread(source: Source) -> tuple[PerWindow, float]:
    """Starts of windows spread evenly over what was recorded, none of them in a gap, and their length, in seconds."""
    first = np.array([0.0, *(end for _, end in source.gaps)])
    lasting = np.array([*(start for start, _ in source.gaps), source.duration]) - first
    length = min(WINDOW, max(float(lasting.max()), 1.0), source.duration)
    if length <= 0:
        return np.empty(0), 0.0
    wide = lasting >= length
    if not wide.any():  # pieces of less than a second
        first, lasting, wide = np.zeros(1), np.array([source.duration]), np.ones(1, bool)
    first, lasting = first[wide], lasting[wide]
    before = np.cumsum(lasting) - lasting
    n = max(min(_most_windows(source), int(lasting.sum() // length)), 1)
    at = np.linspace(0, lasting.sum() - length, n)
    piece = np.searchsorted(before, at, "right") - 1
    return first[piece] + np.minimum(at - before[piece], lasting[piece] - length), length


def _most_windows(source: Source) -> int:
    return min(MOST_WINDOWS, max(MOST_IN_ALL // max(len(source.channels), 1), FEWEST_WINDOWS))


def of_derivation(plus: Quality, minus: Quality | None, sign: int) -> Quality:
    """Judge a channel, or the difference of two of one rate, as it is or turned over."""
    if minus is None and sign > 0:
        return plus
    windows = plus.windows * np.float32(sign)
    missing = plus.is_missing.copy()
    low, high = plus.limits
    limits = (low, high) if sign > 0 else (-high, -low)
    if minus is not None:
        windows -= minus.windows * np.float32(sign)
        missing |= minus.is_missing
        limits = (-math.inf, math.inf)
    windows[missing] = np.nan
    return judge(list(windows), plus.rate, plus.starts, limits)


def judge(
    pieces: Sequence[Windows], rate: float, starts: PerWindow, limits: tuple[float, float] = (-math.inf, math.inf)
) -> Quality:
    """Judge windows of one channel, each of at least a sample, in microvolts."""
    samples = min(piece.size for piece in pieces)
    windows = np.stack([piece[:samples] for piece in pieces])
    low, high = limits
    step = (high - low) / 2**15 if math.isfinite(high - low) else 0.0
    spread, held, smallest, largest = describe_windows(windows, _second(rate), low, high, step)
    missing = np.isnan(spread)
    windows[missing], spread[missing] = 0, 0
    passed = bool((smallest < low - step).any() or (largest > high + step).any())  # the range is a scale, not a wall
    at_end = _stays(windows, rate, (low, high), step) if passed else held > RAILING
    railing = at_end & ~missing
    flat = (spread < FLAT) & ~railing
    wild = (spread > WILD) & ~railing
    return Quality(windows, rate, starts, spread, missing, flat, railing, wild, limits)


def _sound_beyond_doubt(window: Windows, channel: Channel) -> bool:
    """Whether a window is sound whatever the others hold, by which `judge` tells how the range is to be taken."""
    low, high = channel.limits
    step = (high - low) / 2**15 if math.isfinite(high - low) else 0.0
    (spread,), (held,), *_ = describe_windows(window[np.newaxis].copy(), _second(channel.rate), low, high, step)
    if not 2 * FLAT <= spread <= WILD / 2 or held:  # NaN is no spread
        return False
    still = np.abs(np.diff(window)) <= step
    return not long_runs(still, _staying(channel.rate)).any()


def _second(rate: float) -> int:
    """Samples of a second, at least two."""
    return max(math.floor(rate), 2)


def _staying(rate: float) -> int:
    """Samples that stay at one value; fewer pass by."""
    return max(round(STAYING * rate), 2)


def _stays(windows: Windows, rate: float, limits: tuple[float, float], step: float) -> Which:
    """Which windows stay at an extreme of a channel that passes its declared range: at an end of that, or its own."""
    known = windows[np.isfinite(windows)]
    ends = {*limits, float(known.min()), float(known.max())}
    at_end = np.logical_or.reduce([np.abs(windows - np.float32(end)) <= step for end in ends])
    same = np.zeros(windows.shape, bool)
    same[:, 1:] = np.abs(np.diff(windows, axis=1)) <= step
    staying = long_runs((at_end & same).ravel(), _staying(rate)).reshape(windows.shape)
    which: Which = staying.mean(axis=1) > RAILING
    return which
