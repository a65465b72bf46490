"""The staging features of YASA 0.8.1, computed by our kernels: same names, same order, same numbers.

Vallat, R. & Walker, M. P. (2021). An open-source, high-performance tool for automated sleep staging. eLife 10, e70092.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from ..core.errors import StagingError
from ..core.features import Features
from ..core.recording import Recording, Role, Signal
from ..kernels.filtering import RATE, to_100_hz_bandpassed
from ..kernels.missing import missing_samples
from ..kernels.rolling import rolling_mean
from ..kernels.spectrum import band_powers, median_welch
from ..kernels.timedomain import TIME_DOMAIN, time_domain

__all__ = ["EPOCH", "extract_features"]

#: Stretches in seconds in which nothing was recorded.
Gaps = tuple[tuple[float, float], ...]

#: Seconds.
EPOCH = 30.0
SAMPLES = int(EPOCH * RATE)
#: Standard deviation, in microvolts after filtering, under which an epoch holds nothing but round-off.
FLAT = 0.01
#: Seconds that a live amplifier never spends on one and the same value.
STUCK = 5.0
#: Hertz; YASA's classifiers need the band up to 40 Hz or so.
SLOWEST_EEG = 80.0

#: Weights of the centred 7.5-min average and of the average over the past 2 min.
AVERAGES = {
    "c7min": (np.r_[np.arange(1, 9), np.arange(7, 0, -1)] / 8.0, 7),
    "p2min": (np.ones(4), 3),
}


@dataclass(frozen=True, slots=True, eq=False)
class _Channel:
    """Filtered epochs of one role, and which of them can be measured."""

    role: Role
    epochs: npt.NDArray[Any]
    usable: npt.NDArray[np.bool_]


def extract_features(
    recording: Recording, *, age: float | None = None, male: bool | None = None, threads: int = 1
) -> Features:
    """Staging features, one row per 30-s epoch; powers in squared microvolts or as shares, times in hours.

    An epoch that touches a gap, NaN or more than 5 s of one value, or is flat (filtered SD under 0.01 uV) on any used
    channel, is a row of NaN and enters no average. EOG or EMG that is flat all night is left out with its columns.

    Parameters
    ----------
    recording : Recording
        Its montage names the EEG and, where there are, the EOG and the chin EMG.
    age : float, optional
        Years, between 0 and 120, used as whole years; give both age and sex or neither.
    male : bool, optional
    threads : int
        How many channels to measure at the same time.

    Raises
    ------
    StagingError
        Without EEG, with an EEG at or below 80 Hz or flat all night, with less than one epoch, or with half of the
        metadata.

    Examples
    --------
    >>> from somnometry import Montage, Recording, Signal
    >>> noise = np.random.default_rng(0).normal(0, 20, 60 * 100)
    >>> extract_features(Recording({"C4-M1": Signal(noise, 100)}, Montage("C4-M1")))
    Features(2 epochs x 65)
    """
    extra = _metadata(age, male, recording.source)
    signals = {role: recording.signals[name] for role, name in recording.montage.roles.items()}
    n_epochs = _count_epochs(recording, signals)
    with ThreadPoolExecutor(max_workers=max(threads, 1)) as pool:
        gaps = recording.gaps
        prepared = list(pool.map(lambda item: _prepare(item[0], item[1], n_epochs, gaps), signals.items()))
        channels = [channel for channel in prepared if channel.usable.any()]
        if not channels or channels[0].role != "eeg":
            raise StagingError(
                f"{_source(recording)}: EEG {recording.montage.eeg!r} is flat or missing in every epoch (filtered SD "
                f"under {FLAT} uV); name another channel with --eeg"
            )
        usable = np.logical_and.reduce([channel.usable for channel in channels])
        measured = list(pool.map(_measure, channels))
    columns = {name: values for part in measured for name, values in part.items()}
    names = list(columns)
    plain = np.column_stack([columns[name] for name in names])
    plain[~usable] = np.nan
    table = dict(zip(names, plain.T, strict=True))
    for suffix, (weights, before) in AVERAGES.items():
        averaged = _robust_scaled(rolling_mean(plain, weights, before), usable)
        table |= {f"{name}_{suffix}_norm": column for name, column in zip(names, averaged.T, strict=True)}
    onset = np.arange(n_epochs) * EPOCH
    table["time_hour"] = onset / 3600
    table["time_norm"] = onset / onset[-1] if n_epochs > 1 else onset
    table |= {name: np.full(n_epochs, value) for name, value in extra.items()}
    order = sorted(table)
    values = np.column_stack([table[name] for name in order]).astype(np.float32)
    values[~usable] = np.nan
    return Features(values, tuple(order))


def _metadata(age: float | None, male: bool | None, source: str) -> dict[str, float]:
    if age is None and male is None:
        return {}
    if age is None or male is None:
        raise StagingError(f"{source or 'recording'}: the classifiers know age and sex together; give both or neither")
    if not 0 < age < 120:
        raise StagingError(f"{source or 'recording'}: age must be between 0 and 120 years, not {age!r}")
    if male not in (True, False):
        raise StagingError(f"{source or 'recording'}: male must be True or False, not {male!r}")
    return {"age": float(int(age)), "male": float(male)}


def _source(recording: Recording) -> str:
    return recording.source or "recording"


def _count_epochs(recording: Recording, signals: dict[Role, Signal]) -> int:
    """Whole epochs that all used signals cover."""
    if "eeg" not in signals:
        raise StagingError(
            f"{_source(recording)}: no EEG in the montage; name one with --eeg or Montage(eeg=...). Signals: "
            f"{', '.join(map(repr, recording.signals)) or 'none'}"
        )
    if signals["eeg"].rate <= SLOWEST_EEG:
        raise StagingError(
            f"{_source(recording)}: EEG {recording.montage.eeg!r} is sampled at {signals['eeg'].rate:g} Hz; staging "
            f"needs more than {SLOWEST_EEG:g} Hz"
        )
    n_epochs = min(round(s.samples.size * RATE / s.rate) for s in signals.values()) // SAMPLES
    if n_epochs < 1:
        shortest = min(s.duration for s in signals.values())
        raise StagingError(f"{_source(recording)}: {shortest:g} s of signal is less than one epoch of {EPOCH:g} s")
    return n_epochs


def _prepare(role: Role, signal: Signal, n_epochs: int, gaps: Gaps) -> _Channel:
    """Bridge what is missing, bring to 100 Hz, band-pass, cut into epochs and see which can be measured."""
    samples, whole = _bridged(signal, n_epochs, gaps)
    with np.errstate(over="ignore", invalid="ignore"):  # values that no amplifier gives may overflow; see below
        filtered = to_100_hz_bandpassed(samples, signal.rate)
        epochs = filtered[: n_epochs * SAMPLES].reshape(n_epochs, SAMPLES)
        spread = epochs.std(axis=1)
    measurable = np.isfinite(spread)
    epochs[~measurable] = 0
    return _Channel(role, epochs, whole & measurable & (spread >= FLAT))


def _bridged(signal: Signal, n_epochs: int, gaps: Gaps) -> tuple[npt.NDArray[Any], npt.NDArray[np.bool_]]:
    """Samples about their median with straight lines across what is missing, and which epochs miss nothing.

    At 100 Hz nothing is resampled and the features follow YASA's to 1e-5, which takes double precision.
    """
    samples, whole = signal.samples, np.ones(n_epochs, np.bool_)
    missing = missing_samples(samples, int(STUCK * signal.rate))
    for start, stop in gaps:
        missing[max(round(start * signal.rate), 0) : max(round(stop * signal.rate), 0)] = True
    if missing.any():
        touched = (np.flatnonzero(missing) / (signal.rate * EPOCH)).astype(np.intp)
        whole[touched[touched < n_epochs]] = False
        if missing.all():
            return np.zeros(samples.size, np.float32), whole
        known = np.flatnonzero(~missing)
        samples = np.interp(np.arange(samples.size), known, samples[known]).astype(np.float32)
    centred = samples - np.median(samples[:: max(samples.size // 10_000, 1)])
    return centred.astype(np.float64) if signal.rate == RATE else centred, whole


def _measure(channel: _Channel) -> dict[str, npt.NDArray[np.float64]]:
    """Features of one channel before averaging, by name."""
    role, epochs = channel.role, channel.epochs
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


def _robust_scaled(values: npt.NDArray[np.float64], usable: npt.NDArray[np.bool_]) -> npt.NDArray[np.float64]:
    """Deviation from the median over usable epochs, in units of the 5-95 % range; a range of zero counts as one."""
    low, middle, high = np.percentile(values[usable], [5, 50, 95], axis=0)
    spread = high - low
    spread[spread < 10 * np.finfo(np.float64).eps] = 1.0
    return (values - middle) / spread  # type: ignore[no-any-return]
