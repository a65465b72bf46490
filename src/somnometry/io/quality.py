"""How sound a channel looks, from short windows spread over the night."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from .sources import Channel, Source

__all__ = ["Quality", "probe"]

#: Seconds.
WINDOW = 10.0
#: A recording of 25 minutes or less is looked at whole.
MOST_WINDOWS = 150
#: Microvolts: standard deviation, each second about its own mean.
FLAT, WILD = 0.1, 250.0
#: Share of samples at the end of the recorder's range.
RAILING = 0.01


@dataclass(frozen=True, slots=True, eq=False)
class Quality:
    """Shares of the windows in which a channel is flat or missing, at the end of its range, or wild; what it held.

    Parameters
    ----------
    flat, railing, wild : float
        Between 0 and 1.
    windows : array of float32, shape (n_windows, n_samples)
        Microvolts.
    """

    flat: float
    railing: float
    wild: float
    windows: npt.NDArray[np.float32]

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
        said = [f"{what} in {share:.0%} of the windows looked at" for what, share in parts.items() if share > 0]
        return ", ".join(said) or "sound wherever looked at"


def probe(source: Source, channels: Sequence[Channel]) -> dict[int, Quality]:
    """Judge channels by ten-second windows spread evenly over the night, by channel index.

    Examples
    --------
    >>> import mne
    >>> raw = mne.io.RawArray(np.zeros((1, 3000)), mne.create_info(["C4"], 100, "eeg"), verbose="ERROR")
    >>> from somnometry.io.sources import MneSource
    >>> source = MneSource(raw)
    >>> str(probe(source, source.channels)[0])
    'flat in 100% of the windows looked at'
    """
    length = min(WINDOW, source.duration)
    n = max(min(MOST_WINDOWS, int(source.duration // length)), 1) if length > 0 else 0
    starts = np.linspace(0, source.duration - length, n)
    pieces = [source.read(channels, float(start), float(start + length)) for start in starts]
    return {channel.index: _judge(channel, [piece[i] for piece in pieces]) for i, channel in enumerate(channels) if n}


def _judge(channel: Channel, pieces: list[npt.NDArray[np.float32]]) -> Quality:
    samples = min(piece.size for piece in pieces)
    windows = np.stack([piece[:samples] for piece in pieces])
    missing = np.logical_not(np.isfinite(windows).all(axis=1))
    windows = np.where(missing[:, None], np.float32(0), windows)
    second = max(math.floor(channel.rate), 2)
    whole = windows[:, : max(samples // second, 1) * second]
    seconds = whole.reshape(windows.shape[0], -1, min(second, whole.shape[1]))
    about_mean = seconds - seconds.mean(axis=2, keepdims=True)
    spread = np.sqrt(np.mean(about_mean.astype(np.float64) ** 2, axis=(1, 2)))
    low, high = channel.limits
    step = (high - low) / 2**15 if math.isfinite(high - low) else 0.0
    at_end = ((windows <= low + step) | (windows >= high - step)).mean(axis=1) > RAILING
    flat = spread < FLAT
    wild = (spread > WILD) & ~at_end
    return Quality(float(flat.mean()), float((at_end & ~flat).mean()), float(wild.mean()), windows)
