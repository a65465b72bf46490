"""`spectrogram`: multitaper spectra of a night's EEG, epoch by epoch, for pictures."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt
from scipy import fft

from ..core.arrays import frozen_array
from ..core.equality import EqualByFields
from ..core.errors import RecordingError
from ..core.recording import Recording

__all__ = ["HIGHEST", "Spectrogram", "spectrogram"]

#: Hertz of the first and the last bin, and between bins that are kept.
LOWEST, HIGHEST, STEP = 0.5, 30.0, 0.4
#: Seconds of one window; with these tapers its spectrum is that of a band of 1 Hz.
WINDOW, TIME_BANDWIDTH, TAPERS = 5.0, 2.5, 4


@dataclass(frozen=True, slots=True, eq=False)
class Spectrogram(EqualByFields):
    """Power spectral density over time, in decibels over 1 uV^2/Hz.

    Parameters
    ----------
    power : array of float32, shape (n_epochs, n_frequencies)
        NaN where nothing was recorded. Read-only.
    frequencies : array of float64, shape (n_frequencies,)
        Hertz, evenly apart. Read-only.
    epoch : float
        Seconds of one row.
    channel : str
        Derivation.
    """

    power: npt.NDArray[np.float32]
    frequencies: npt.NDArray[np.float64]
    epoch: float = 30.0
    channel: str = ""

    def __post_init__(self) -> None:
        put = object.__setattr__
        put(self, "power", frozen_array(self.power, np.float32))
        put(self, "frequencies", frozen_array(self.frequencies, np.float64))

    @property
    def duration(self) -> float:
        """Seconds from the first row to the end of the last."""
        return len(self.power) * self.epoch


def spectrogram(recording: Recording, *, channel: str | None = None, epoch: float = 30.0) -> Spectrogram:
    """Give the multitaper power spectral density of one channel, from 0.5 to 30 Hz, in decibels over 1 uV^2/Hz.

    Parameters
    ----------
    recording : Recording
    channel : str, optional
        Name of a signal; the EEG that staging looks at if None.
    epoch : float
        Seconds of one row, at least 5.

    Returns
    -------
    Spectrogram
        Rows in which nothing was recorded for five seconds on end, nowhere in the row, are NaN.

    Raises
    ------
    RecordingError
        Where there is no such signal, or it is sampled too slowly.

    Notes
    -----
    Thomson 1982, Proc IEEE 70:1055; for sleep, Prerau et al. 2017, Physiology 32:60. Windows of 5 s, four tapers of
    time-bandwidth 2.5 (a resolution of 1 Hz), averaged over the row.

    Examples
    --------
    >>> from somnometry.simulate.simulated_night import simulate_night
    >>> recording, _ = simulate_night(3, hours=1, rate=100)
    >>> spectrogram(recording).power.shape
    (120, 74)
    """
    name = recording.montage.eeg if channel is None else channel
    if name is None or name not in recording.signals:
        known = ", ".join(recording.signals) or "none"
        raise RecordingError(f"there is no signal {name!r}", place=recording.source, remedy=f"it has {known}")
    signal = recording.signals[name]
    if signal.rate < 2 * HIGHEST:
        what = f"sampled at {signal.rate:g} Hz; a spectrogram to {HIGHEST:g} Hz needs {2 * HIGHEST:g} Hz"
        raise RecordingError(what, place=name)
    if epoch < WINDOW:
        raise RecordingError(f"a row of {epoch:g} s is less than a window of {WINDOW:g} s", key="epoch")
    tapers, frequencies, bins = _tapers(signal.rate)
    length = tapers.shape[1]
    n_rows = int(signal.samples.size / signal.rate // epoch)
    per_row = int(epoch // WINDOW)
    power = np.full((n_rows, frequencies.size), np.nan, dtype=np.float32)
    for row in range(n_rows):
        begins = np.rint((row * epoch + WINDOW * np.arange(per_row)) * signal.rate).astype(int)
        windows = np.stack([signal.samples[begin : begin + length] for begin in begins.tolist()])
        windows = windows[~np.isnan(windows).any(axis=1)]
        if len(windows):
            windows = windows - windows.mean(axis=1, keepdims=True)
            spectra = np.abs(fft.rfft(windows[:, None, :] * tapers, axis=-1)[..., : bins.stop]) ** 2
            density = 2.0 / signal.rate * spectra.mean(axis=(0, 1), dtype=np.float64)[bins]
            paired = density.reshape(-1, 2).mean(axis=1)
            with np.errstate(divide="ignore"):
                power[row] = np.where(paired > 0, 10 * np.log10(paired), np.nan)
    return Spectrogram(power, frequencies, float(epoch), name)


@lru_cache(maxsize=4)
def _tapers(rate: float) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float64], slice]:
    """Tapers of unit energy, the frequencies that are kept, and the pairs of bins that make them."""
    from scipy.signal.windows import dpss  # the half second that scipy.signal takes is that of pictures alone

    length = round(WINDOW * rate)
    first = round((LOWEST - STEP / 4) * length / rate)
    n = 2 * int((HIGHEST - LOWEST) / STEP + 1)
    bins = slice(first, first + n)
    frequencies = np.arange(first, first + n) * rate / length
    return dpss(length, TIME_BANDWIDTH, TAPERS).astype(np.float32), frequencies.reshape(-1, 2).mean(axis=1), bins
