"""`SignalNight`: a recording and its hypnogram side by side, and what YASA finds in them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from ..core.hypnogram import Hypnogram
from ..core.recording import Signal
from ..core.stage import Stage
from ..io.channels.labels import Label
from .aperiodic import aperiodic_slope
from .stft_blocks import sparing_memory
from .traces import RATE, Grid, Trace, trace_of

__all__ = ["BANDS", "DetectedEvents", "SignalNight"]

#: Hertz. YASA's bands, without the gamma that 100 Hz and most recorders leave little of.
BANDS = {"delta": (0.5, 4.0), "theta": (4.0, 8.0), "alpha": (8.0, 12.0), "sigma": (12.0, 16.0), "beta": (16.0, 30.0)}
#: Of Welch's method. YASA's Hamming windows have side lobes that do not fall off, through which slow drifts leak into
#: every band and flatten a slope of -3 to -2.2; Hann's fall off.
WELCH = {"average": "median", "window": "hann"}
#: Keeps the warnings and errors of YASA's log, which says in words what we say in reasons, from the user.
SILENT = "CRITICAL"

N2_N3 = (Stage.N2, Stage.N3)


@dataclass(frozen=True, slots=True, eq=False)
class DetectedEvents:
    """Events that a detector found: their stages, and their properties by YASA's names, shape (n_events,) each."""

    stages: npt.NDArray[np.int64]
    properties: Mapping[str, npt.NDArray[np.float64]]

    def count(self, *stages: Stage) -> int:
        """Number of events in these stages."""
        return int(np.isin(self.stages, stages).sum())

    def mean(self, name: str) -> float:
        """Mean of a property; NaN without events."""
        return float(np.mean(self.properties[name])) if self.stages.size else float("nan")


@dataclass(frozen=True, eq=False)
class SignalNight:
    """The signals of a night with a stage for every epoch; traces and detections are made when first asked for.

    Parameters
    ----------
    hypnogram : Hypnogram
    grid : Grid
        Where its epochs lie in the signals.
    eeg : Signal or None
    eeg_name : str
    label : Label
        What the name of the EEG says.
    eogs : tuple of (Signal, Signal) or None
        Left and right eye.
    eogs_missing : str
        Why there is no pair of EOGs.
    min_minutes : float
        Of usable signal that a stage needs.
    any_reference : bool
        Whether amplitude criteria are applied to any derivation.
    """

    hypnogram: Hypnogram
    grid: Grid
    eeg: Signal | None
    eeg_name: str
    label: Label
    eogs: tuple[Signal, Signal] | None
    eogs_missing: str
    min_minutes: float
    any_reference: bool

    @cached_property
    def stages(self) -> npt.NDArray[np.int8]:
        """Stages of the epochs, unscored outside the lights."""
        in_bed = self.hypnogram.in_bed
        return np.where(in_bed, self.hypnogram.stages, Stage.UNSCORED).astype(np.int8)

    # ------------------------------------------------------------------------------------------------------- traces
    @cached_property
    def eeg_trace(self) -> Trace:
        """The EEG at 100 Hz."""
        if self.eeg is None:
            raise ValueError("a night without EEG has no trace of it")
        return trace_of(self.eeg, self.grid)

    @cached_property
    def eog_traces(self) -> tuple[Trace, Trace]:
        """The left and the right EOG at 100 Hz, equally long."""
        if self.eogs is None:
            raise ValueError("a night without two EOGs has no traces of them")
        return trace_of(self.eogs[0], self.grid), trace_of(self.eogs[1], self.grid)

    @property
    def eog_usable(self) -> npt.NDArray[np.bool_]:
        """Epochs in which both EOGs can be used."""
        return self.eog_traces[0].usable & self.eog_traces[1].usable

    def scored(self, *stages: Stage) -> npt.NDArray[np.bool_]:
        """Which epochs between the lights are of these stages."""
        return np.isin(self.stages, stages)

    def minutes(self, *stages: Stage) -> float:
        """Minutes of these stages with a usable EEG."""
        return float((self.scored(*stages) & self.eeg_trace.usable).sum() * self.grid.epoch / 60)

    def eog_minutes(self, *stages: Stage) -> float:
        """Minutes of these stages with two usable EOGs."""
        return float((self.scored(*stages) & self.eog_usable).sum() * self.grid.epoch / 60)

    def _codes(self, usable: npt.NDArray[np.bool_], n_samples: int) -> npt.NDArray[np.int64]:
        """Stage of every sample as YASA wants it; what is unusable or of fewer levels than five is in no stage."""
        known = usable & (self.stages >= Stage.W) & (self.stages <= Stage.R)
        return self.grid.per_sample(np.where(known, self.stages, -2).astype(np.int8), n_samples)

    @cached_property
    def eeg_codes(self) -> npt.NDArray[np.int64]:
        """Stage of every sample of the EEG."""
        return self._codes(self.eeg_trace.usable, self.eeg_trace.samples.size)

    # --------------------------------------------------------------------------------------------------- detections
    @cached_property
    def spindles(self) -> DetectedEvents:
        """Spindles of N2 and N3, by `yasa.spindles_detect` with its defaults."""
        import yasa

        with sparing_memory():
            results = yasa.spindles_detect(
                self.eeg_trace.samples, RATE, hypno=self.eeg_codes, include=N2_N3, verbose=SILENT
            )
        return _events(results, ("Amplitude", "Frequency", "Duration"), N2_N3)

    @cached_property
    def slow_waves(self) -> DetectedEvents:
        """Slow waves of N2 and N3, by `yasa.sw_detect` with its defaults."""
        import yasa

        results = yasa.sw_detect(self.eeg_trace.samples, RATE, hypno=self.eeg_codes, include=N2_N3, verbose=SILENT)
        return _events(results, ("PTP", "Slope"), N2_N3)

    @cached_property
    def eye_movements(self) -> DetectedEvents:
        """Rapid eye movements of R, by `yasa.rem_detect` with its defaults."""
        import yasa

        n = min(trace.samples.size for trace in self.eog_traces)
        left, right = (trace.samples[:n] for trace in self.eog_traces)
        codes = self._codes(self.eog_usable, n)
        results = yasa.rem_detect(left, right, RATE, hypno=codes, include=(Stage.R,), verbose=SILENT)
        # The peak is in R; YASA's "Stage" is that of the left base, which may lie in the epoch before.
        events = _events(results, (), None)
        return DetectedEvents(np.full(events.stages.size, Stage.R, np.int64), events.properties)

    # ------------------------------------------------------------------------------------------------------ spectra
    @property
    def _long_enough(self) -> tuple[int, ...]:
        stages = (Stage.W, Stage.N1, Stage.N2, Stage.N3, Stage.R)
        return tuple(int(s) for s in stages if 0 < self.min_minutes <= self.minutes(s))

    @cached_property
    def powers(self) -> dict[Stage, dict[str, float]]:
        """Share of each band in 0.5 to 30 Hz, and ``"total"`` in squared microvolts, by `yasa.bandpower`."""
        import yasa

        table = yasa.bandpower(
            self.eeg_trace.samples,
            RATE,
            hypno=self.eeg_codes,
            include=self._long_enough,
            bands=[(low, high, name) for name, (low, high) in BANDS.items()],
            welch_kwargs=WELCH,
        ).droplevel("Chan")
        columns = {**{name: name for name in BANDS}, "total": "TotalAbsPow"}
        return {
            Stage(stage): {key: float(table.loc[stage, column]) for key, column in columns.items()}
            for stage in table.index
        }

    @cached_property
    def slopes(self) -> dict[Stage, float]:
        """Exponent of frequency in the aperiodic spectrum of each stage."""
        samples, codes = self.eeg_trace.samples, self.eeg_codes
        return {Stage(stage): aperiodic_slope(samples[codes == stage], RATE) for stage in self._long_enough}


def _events(results: Any, names: tuple[str, ...], stages: tuple[Stage, ...] | None) -> DetectedEvents:
    """Events of a YASA result, None of which means none; of these stages only."""
    if results is None:
        return DetectedEvents(np.empty(0, np.int64), {name: np.empty(0) for name in names})
    table = results.summary()
    if stages is not None:
        table = table[table["Stage"].isin(stages)]
    return DetectedEvents(table["Stage"].to_numpy(np.int64), {name: table[name].to_numpy(np.float64) for name in names})
