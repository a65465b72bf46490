"""The staging features of YASA 0.8.1, computed by our kernels: same names, same order, same numbers.

Vallat, R. & Walker, M. P. (2021). An open-source, high-performance tool for automated sleep staging. eLife 10, e70092.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from ..core.errors import StagingError
from ..core.features import Features
from ..core.processors import helpful_threads
from ..core.recording import Recording, Role, Signal
from ..kernels.filtering import RATE
from ..kernels.rolling import rolling_mean
from .channels import (
    EPOCH,
    FLAT,
    SAMPLES,
    Gaps,
    MeasuredChannel,
    cut_epochs,
    described,
    measure_channel,
    one_behind_the_other,
)
from .dropouts import off_head, repeated_packets

__all__ = ["MeasuredNight", "extract_features", "measure_night"]

#: Hertz; YASA's classifiers need the band up to 40 Hz or so.
SLOWEST_EEG = 80.0

#: Weights of the centred 7.5-min average and of the average over the past 2 min.
AVERAGES = {
    "c7min": (np.r_[np.arange(1, 9), np.arange(7, 0, -1)] / 8.0, 7),
    "p2min": (np.ones(4), 3),
}


@dataclass(frozen=True, slots=True, eq=False)
class MeasuredNight:
    """The channels of one night measured for staging; those that are flat all night are left out.

    Parameters
    ----------
    n_epochs : int
    eeg : mapping of str to MeasuredChannel
        EEG derivations by name, the montage's own first.
    flat : tuple of str
        EEG derivations that were left out.
    others : tuple of MeasuredChannel
        EOG and chin EMG.
    off_head : array of bool, shape (n_epochs,)
        Epochs in which nobody wore the electrodes.
    metadata : mapping of str to float
        Age and sex, or nothing.
    """

    n_epochs: int
    eeg: Mapping[str, MeasuredChannel]
    flat: tuple[str, ...]
    others: tuple[MeasuredChannel, ...]
    off_head: npt.NDArray[np.bool_]
    metadata: Mapping[str, float]

    @property
    def worn(self) -> npt.NDArray[np.bool_]:
        """Epochs in which any EEG was recorded on the head, shape (n_epochs,)."""
        usable = [channel.usable for channel in self.eeg.values()]
        return np.any(usable, axis=0) & ~self.off_head  # type: ignore[no-any-return]

    def scaled(self, factors: Mapping[str, float], to_eog: float) -> MeasuredNight:
        """Give the night that EEG, by name, and EOG of these times the amplitude make; the EMG stays as it is."""
        return replace(
            self,
            eeg={name: channel.scaled(factors[name]) for name, channel in self.eeg.items()},
            others=tuple(c.scaled(to_eog) if c.role == "eog" else c for c in self.others),
        )

    def features(self, eeg: str) -> Features:
        """Staging features with one of the EEG derivations; see `extract_features`."""
        channels = (self.eeg[eeg], *self.others)
        usable = np.logical_and.reduce([channel.usable for channel in channels]) & ~self.off_head
        columns = {name: values for channel in channels for name, values in channel.columns.items()}
        names = list(columns)
        plain = np.column_stack([columns[name] for name in names])
        plain[~usable] = np.nan
        table = dict(zip(names, plain.T, strict=True))
        for suffix, (weights, before) in AVERAGES.items():
            averaged = _robust_scaled(rolling_mean(plain, weights, before), usable)
            table |= {f"{name}_{suffix}_norm": column for name, column in zip(names, averaged.T, strict=True)}
        onset = np.arange(self.n_epochs) * EPOCH
        table["time_hour"] = onset / 3600
        table["time_norm"] = onset / onset[-1] if self.n_epochs > 1 else onset
        table |= {name: np.full(self.n_epochs, value) for name, value in self.metadata.items()}
        order = sorted(table)
        values = np.column_stack([table[name] for name in order]).astype(np.float32)
        values[~usable] = np.nan
        return Features(values, tuple(order))


def extract_features(
    recording: Recording, *, age: float | None = None, male: bool | None = None, threads: int | None = None
) -> Features:
    """Staging features, one row per 30-s epoch; powers in squared microvolts or as shares, times in hours.

    An epoch that touches a gap, NaN or more than 5 s of one value, or is flat (filtered SD under 0.01 uV) on any used
    channel, or lies off the head, is a row of NaN and enters no average. EOG or EMG that is flat all night is left out
    with its columns.

    Parameters
    ----------
    recording : Recording
        Its montage names the EEG and, where there are, the EOG and the chin EMG.
    age : float, optional
        Years, between 0 and 120, used as whole years; give both age and sex or neither.
    male : bool, optional
    threads : int, optional
        How many to measure with; None takes two where this process may use as many processors.

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
    night = measure_night(recording, age=age, male=male, threads=threads)
    return night.features(next(iter(night.eeg)))


def measure_night(
    recording: Recording,
    *,
    further_eeg: tuple[str, ...] = (),
    age: float | None = None,
    male: bool | None = None,
    threads: int | None = None,
) -> MeasuredNight:
    """Measure every channel of the montage, and further EEG derivations; parameters as in `extract_features`.

    Raises
    ------
    StagingError
        As `extract_features`; with further derivations only if all of them are flat or missing all night.
    """
    metadata = _metadata(age, male, _place(recording))
    signals = {role: recording.signals[name] for role, name in recording.montage.roles.items()}
    n_epochs = _count_epochs(recording, signals)
    eeg_names = tuple(dict.fromkeys((recording.montage.roles["eeg"], *further_eeg)))
    to_measure: list[tuple[Role, Signal]] = [("eeg", recording.signals[name]) for name in eeg_names]
    to_measure += [(role, signal) for role, signal in signals.items() if role != "eeg"]
    gaps = recording.gaps + repeated_packets([signal for _, signal in to_measure], n_epochs * EPOCH)
    measured = _measured(to_measure, n_epochs, gaps, helpful_threads(threads))
    by_name = dict(zip(eeg_names, measured, strict=False))
    eeg = {name: channel for name, channel in by_name.items() if channel.usable.any()}
    if not eeg:
        raise StagingError(
            f"EEG {' and '.join(map(repr, eeg_names))} is flat or missing in every epoch (filtered SD under {FLAT} uV)",
            place=_place(recording), remedy="name another channel with --eeg", key="eeg",
        )  # fmt: skip
    others = tuple(channel for channel in measured[len(eeg_names) :] if channel.usable.any())
    heads = [*eeg.values(), *(channel for channel in others if channel.role == "eog")]
    flat = tuple(name for name in eeg_names if name not in eeg)
    return MeasuredNight(n_epochs, eeg, flat, others, off_head(heads, recording.gaps), metadata)


def _measured(
    to_measure: Sequence[tuple[Role, Signal]], n_epochs: int, gaps: Gaps, threads: int
) -> list[MeasuredChannel]:
    """Measure channels; while one is described in parts, others are filtered."""
    if threads == 1:
        return [measure_channel(role, signal, n_epochs, gaps) for role, signal in to_measure]
    measured = []
    with ThreadPoolExecutor(threads) as pool:
        for first in range(0, len(to_measure), threads + 1):  # so many channels at 100 Hz are held at once
            group = to_measure[first : first + threads + 1]
            cut = [pool.submit(cut_epochs, signal, n_epochs, gaps) for _, signal in group]
            parts = [
                [pool.submit(described, role, part) for part in waiting.result().parts(threads)]
                for (role, _), waiting in zip(group, cut, strict=True)
            ]
            measured += [one_behind_the_other([part.result() for part in of_channel]) for of_channel in parts]
    return measured


def _metadata(age: float | None, male: bool | None, place: str) -> dict[str, float]:
    if age is None and male is None:
        return {}
    if age is None or male is None:
        raise StagingError(
            "the classifiers know age and sex together", place=place, remedy="give both or neither",
            key="age" if age is None else "male",
        )  # fmt: skip
    if not 0 < age < 120:
        raise StagingError(f"age must be between 0 and 120 years, not {age!r}", place=place, key="age")
    if male not in (True, False):
        raise StagingError(f"male must be True or False, not {male!r}", place=place, key="male")
    return {"age": float(int(age)), "male": float(male)}


def _place(recording: Recording) -> str:
    """What errors call a recording."""
    return recording.source or "recording"


def _count_epochs(recording: Recording, signals: dict[Role, Signal]) -> int:
    """Whole epochs that all used signals cover."""
    if "eeg" not in signals:
        signal_names = ", ".join(map(repr, recording.signals)) or "none"
        raise StagingError(
            "no EEG in the montage", place=_place(recording), key="eeg",
            remedy=f"name one with --eeg or Montage(eeg=...). Signals: {signal_names}",
        )  # fmt: skip
    if signals["eeg"].rate <= SLOWEST_EEG:
        raise StagingError(
            f"EEG {recording.montage.eeg!r} is sampled at {signals['eeg'].rate:g} Hz", place=_place(recording),
            remedy=f"staging needs more than {SLOWEST_EEG:g} Hz", key="eeg",
        )  # fmt: skip
    n_epochs = min(round(s.samples.size * RATE / s.rate) for s in signals.values()) // SAMPLES
    if n_epochs < 1:
        shortest = min(s.duration for s in signals.values())
        what = f"{shortest:g} s of signal is less than one epoch of {EPOCH:g} s"
        raise StagingError(what, place=_place(recording))
    return n_epochs


def _robust_scaled(values: npt.NDArray[np.float64], usable: npt.NDArray[np.bool_]) -> npt.NDArray[np.float64]:
    """Deviation from the median over usable epochs, in units of the 5-95 % range; a range of zero counts as one."""
    low, middle, high = np.percentile(values[usable], [5, 50, 95], axis=0)
    spread = high - low
    spread[spread < 10 * np.finfo(np.float64).eps] = 1.0
    return (values - middle) / spread  # type: ignore[no-any-return]
