"""One channel measured for staging: filtered, cut into epochs, described by YASA's features before any averaging."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from ..core.recording import Role, Signal
from ..kernels.filtering import RATE, to_100_hz_bandpassed
from ..kernels.missing import Bridged, missing_samples, runs
from ..kernels.spectrum import band_powers, median_welch
from ..kernels.timedomain import TIME_DOMAIN, spreads, time_domain

__all__ = [
    "EPOCH", "FLAT", "SAMPLES", "CutChannel", "MeasuredChannel", "cut_epochs", "described", "measure_channel",
    "one_behind_the_other",
]  # fmt: skip

Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]
#: Stretches in seconds in which nothing was recorded.
Gaps = tuple[tuple[float, float], ...]

#: Seconds.
EPOCH = 30.0
SAMPLES = int(EPOCH * RATE)
#: Standard deviation, in microvolts after filtering, under which an epoch holds nothing but round-off.
FLAT = 0.01
#: Microvolts that no amplifier gives, and whose squares single precision still holds.
LARGEST = 1e15
#: Seconds that a live amplifier never spends on one and the same value.
STUCK = 5.0
#: Features in microvolts, and in microvolts squared; all others are the same at any amplitude.
LINEAR, SQUARED = ("std", "iqr"), ("abspow",)


@dataclass(frozen=True, slots=True, eq=False)
class MeasuredChannel:
    """Features of every epoch of one channel, and which epochs can be measured.

    Parameters
    ----------
    role : {"eeg", "eog", "emg"}
    columns : mapping of str to array, shape (n_epochs,)
        By the name of the feature with the role in front. Epochs that cannot be measured hold no meaning.
    usable : array of bool, shape (n_epochs,)
        Nothing missing, nothing flat.
    """

    role: Role
    columns: dict[str, Floats]
    usable: Mask

    @property
    def spread(self) -> Floats:
        """Standard deviation in microvolts after filtering, shape (n_epochs,)."""
        return self.columns[f"{self.role}_std"]

    def scaled(self, factor: float) -> MeasuredChannel:
        """Give the features that samples of `factor` times the amplitude have.

        Filters and features are linear, squared, or blind to amplitude, so that the signal need not be filtered anew.
        """
        columns = dict(self.columns)
        for names, power in ((LINEAR, 1), (SQUARED, 2)):
            for name in names:
                columns[f"{self.role}_{name}"] = columns[f"{self.role}_{name}"] * factor**power
        return replace(self, columns=columns)


def measure_channel(role: Role, signal: Signal, n_epochs: int, gaps: Gaps) -> MeasuredChannel:
    """Bridge what is missing, bring to 100 Hz, band-pass, cut into epochs and describe each.

    Parameters
    ----------
    role : {"eeg", "eog", "emg"}
    signal : Signal
    n_epochs : int
        How many whole epochs to cut.
    gaps : tuple of (float, float)
        Start and end in seconds of stretches in which nothing was recorded, besides NaN and stuck values.
    """
    return described(role, cut_epochs(signal, n_epochs, gaps))


@dataclass(frozen=True, slots=True, eq=False)
class CutChannel:
    """Epochs of one channel at 100 Hz, band-passed, and what is known of them before they are described.

    Parameters
    ----------
    epochs : array of float, shape (n_epochs, 3000)
    usable : array of bool, shape (n_epochs,)
    """

    epochs: npt.NDArray[np.floating]
    usable: Mask

    def parts(self, n: int) -> list[CutChannel]:
        """Split into `n` runs of epochs of nearly one length."""
        halves = zip(np.array_split(self.epochs, n), np.array_split(self.usable, n), strict=True)
        return [CutChannel(epochs, usable) for epochs, usable in halves]


def cut_epochs(signal: Signal, n_epochs: int, gaps: Gaps) -> CutChannel:
    """Bridge, filter and cut; parameters as in `measure_channel`."""
    samples, centre, whole = _bridged(signal, n_epochs, gaps)
    with np.errstate(over="ignore", invalid="ignore"):  # values that no amplifier gives may overflow; see below
        filtered = to_100_hz_bandpassed(samples, signal.rate, centre)
        epochs = filtered[: n_epochs * SAMPLES].reshape(n_epochs, SAMPLES)
    spread = spreads(epochs)
    measurable = spread <= LARGEST
    epochs[~measurable] = 0
    return CutChannel(epochs, whole & measurable & (spread >= FLAT))


def described(role: Role, cut: CutChannel) -> MeasuredChannel:
    """Describe each epoch; of a channel without one that can be measured there is nothing to say."""
    return MeasuredChannel(role, _described(role, cut.epochs) if cut.usable.any() else {}, cut.usable)


def one_behind_the_other(parts: Sequence[MeasuredChannel]) -> MeasuredChannel:
    """Put runs of epochs of one channel together; a run without an epoch that can be measured holds no meaning."""
    usable = np.concatenate([part.usable for part in parts])
    names = next((list(part.columns) for part in parts if part.columns), [])
    columns = {
        name: np.concatenate([part.columns.get(name, np.full(part.usable.size, np.nan)) for part in parts])
        for name in names
    }
    return MeasuredChannel(parts[0].role, columns, usable)


def _bridged(signal: Signal, n_epochs: int, gaps: Gaps) -> tuple[npt.NDArray[np.floating] | Bridged, float, Mask]:
    """Samples with straight lines across what is missing, their median, and which epochs miss nothing.

    At 100 Hz nothing is resampled and the features follow YASA's to 1e-5, which takes double precision.
    """
    samples: npt.NDArray[np.floating] | Bridged = signal.samples
    whole = np.ones(n_epochs, np.bool_)
    lost = runs(_missing(signal, gaps))
    if lost.size:
        for first, last in (lost - (0, 1)) / (signal.rate * EPOCH):
            whole[int(first) : int(last) + 1] = False
        if (lost[:, 1] - lost[:, 0]).sum() == samples.size:
            return np.zeros(samples.size, np.float32), 0.0, whole
        samples = Bridged(signal.samples, lost)
    centre = float(np.median(samples[:: max(samples.size // 10_000, 1)]))
    return samples[:].astype(np.float64) if signal.rate == RATE else samples, centre, whole


def _missing(signal: Signal, gaps: Gaps) -> Mask:
    """Which samples hold no measurement, shape (n_samples,); empty where every sample does."""
    missing = missing_samples(signal.samples, int(STUCK * signal.rate))
    if gaps and not missing.size:
        missing = np.zeros(signal.samples.size, np.bool_)
    for start, stop in gaps:
        missing[max(round(start * signal.rate), 0) : max(round(stop * signal.rate), 0)] = True
    return missing


def _described(role: Role, epochs: npt.NDArray[np.floating]) -> dict[str, Floats]:
    """Features of one channel before averaging, by name."""
    features = dict(zip(TIME_DOMAIN, time_domain(epochs).T, strict=True))
    with np.errstate(invalid="ignore", divide="ignore"):  # a flat epoch has no power to share out; it is set aside
        relative, absolute = band_powers(median_welch(epochs))
        if role != "emg":
            features |= relative
        if role == "eeg":
            delta = relative["sdelta"] + relative["fdelta"]
            features["dt"] = delta / relative["theta"]
            features["ds"] = delta / relative["sigma"]
            features["db"] = delta / relative["beta"]
            features["at"] = relative["alpha"] / relative["theta"]
    features["abspow"] = absolute
    return {f"{role}_{name}": values for name, values in features.items()}
