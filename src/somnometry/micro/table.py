"""`MICROSTRUCTURE`: every metric of the signals, by key."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType
from typing import ClassVar

from ..core.definition import Definition, Level
from ..core.equality import EqualByFields
from ..core.stage import Stage
from .detections import SignalNight
from .traces import RATE

__all__ = ["MICROSTRUCTURE", "MicroMetric"]


@dataclass(frozen=True, slots=True, eq=False)
class MicroMetric(EqualByFields, Definition):
    """A quantity of the signals of a night.

    Parameters
    ----------
    key, label, unit, better, definition, source, bounds
        As in `Definition`.
    requires : tuple of str
        Names in `somnometry.micro.requirements.REQUIREMENTS`; the first that is not met gives the reason for NaN.
    function : function of SignalNight
        Gives the value; called only where the requirements are met.

    Examples
    --------
    >>> MICROSTRUCTURE["spindle_density_n2"]
    MicroMetric('spindle_density_n2', 'Spindles of N2', 1/min)
    """

    level: ClassVar[Level] = "microstructure"

    requires: tuple[str, ...]
    function: Callable[[SignalNight], float]

    def __repr__(self) -> str:
        return f"MicroMetric({self.key!r}, {self.label!r}, {self.unit})"


W, N1, N2, N3, R = Stage.W, Stage.N1, Stage.N2, Stage.N3, Stage.R

SPINDLES = "YASA 0.8.1, spindles_detect; Lacourse et al. 2018, J Neurosci Methods 316:3"
SLOW_WAVES = (
    "YASA 0.8.1, sw_detect; Massimini et al. 2004, J Neurosci 24:6862; Carrier et al. 2011, Eur J Neurosci 33:758"
)
EYES = "YASA 0.8.1, rem_detect; Agarwal et al. 2005, IEEE Trans Biomed Eng 52:1390"
POWER = "YASA 0.8.1, bandpower, with Hann windows"
IRASA = "YASA 0.8.1, irasa, with Hann windows; Wen and Liu 2016, Brain Topogr 29:13"

EEG = ("eeg", "eeg_rate", "eeg_amplitude")
SLOW = (*EEG, "referential")
EOGS = ("eogs", "eog_rate", "eog_amplitude")


def spindle_density(night: SignalNight, stages: tuple[Stage, ...]) -> float:
    """Spindles per minute of these stages, 1/min."""
    return night.spindles.count(*stages) / night.minutes(*stages)


def spindle_mean(night: SignalNight, name: str) -> float:
    """Mean of a property of the spindles of N2 and N3."""
    return night.spindles.mean(name)


def slow_wave_density(night: SignalNight, stages: tuple[Stage, ...]) -> float:
    """Slow waves per minute of these stages, 1/min."""
    return night.slow_waves.count(*stages) / night.minutes(*stages)


def slow_wave_mean(night: SignalNight, name: str) -> float:
    """Mean of a property of the slow waves of N2 and N3."""
    return night.slow_waves.mean(name)


def rem_density(night: SignalNight) -> float:
    """Rapid eye movements per minute of R, 1/min."""
    return night.eye_movements.count(R) / night.eog_minutes(R)


def band_percent(night: SignalNight, stage: Stage, band: str) -> float:
    """Power of a band as a share of that from 0.5 to 30 Hz, %."""
    return 100 * night.powers[stage][band]


def band_power(night: SignalNight, stage: Stage, band: str) -> float:
    """Power of a band, squared microvolts."""
    return night.powers[stage][band] * night.powers[stage]["total"]


def aperiodic_slope(night: SignalNight, stage: Stage) -> float:
    """Exponent of frequency in the aperiodic spectrum of a stage, without a unit."""
    return night.slopes[stage]


def _per_stage(key: str, name: str, stage: Stage) -> tuple[MicroMetric, ...]:
    """The spectrum of one stage: five bands and the slope."""
    bands = ("delta", "0.5-4"), ("theta", "4-8"), ("alpha", "8-12"), ("sigma", "12-16"), ("beta", "16-30")
    return (
        *(
            MicroMetric(
                f"{key}_{band}_percent", f"{band.capitalize()} of {name}", "%", None,
                f"Power from {hertz} Hz as a share of that from 0.5 to 30 Hz in the EEG of {name}.", POWER,
                (*EEG, key), partial(band_percent, stage=stage, band=band),
            )
            for band, hertz in bands
        ),
        MicroMetric(
            f"{key}_aperiodic_slope", f"Aperiodic slope of {name}", "1", None,
            "Exponent of frequency in the aperiodic spectrum from 2 to 20 Hz (IRASA with factors 1.1 to 1.5) of the "
            f"EEG of {name}.", IRASA, (*EEG, key), partial(aperiodic_slope, stage=stage),
            bounds=(-math.inf, math.inf),
        ),
    )  # fmt: skip


# fmt: off
_TABLE = (
    # ---------------------------------------------------------------------------------------------------- spindles
    MicroMetric("spindle_density_n2", "Spindles of N2", "1/min", None,
                "Spindles that begin in N2 per minute of N2.", SPINDLES, (*EEG, "n2"),
                partial(spindle_density, stages=(N2,))),
    MicroMetric("spindle_density_n2n3", "Spindles of N2 and N3", "1/min", None,
                "Spindles that begin in N2 or N3 per minute of both.", SPINDLES, (*EEG, "n2n3"),
                partial(spindle_density, stages=(N2, N3))),
    MicroMetric("spindle_amplitude", "Spindle amplitude", "uV", None,
                "Mean peak-to-peak amplitude, 1 to 30 Hz and detrended, of the spindles of N2 and N3.", SPINDLES,
                (*EEG, "n2n3", "spindle"), partial(spindle_mean, name="Amplitude")),
    MicroMetric("spindle_frequency", "Spindle frequency", "Hz", None,
                "Mean over the spindles of N2 and N3 of their median instantaneous frequency.", SPINDLES,
                (*EEG, "n2n3", "spindle"), partial(spindle_mean, name="Frequency"), bounds=(0.0, RATE / 2)),
    MicroMetric("spindle_duration", "Spindle duration", "s", None,
                "Mean duration of the spindles of N2 and N3.", SPINDLES,
                (*EEG, "n2n3", "spindle"), partial(spindle_mean, name="Duration"),
                bounds=(0.5, 2.0)),  # what the detector takes for a spindle
    MicroMetric("n2_sigma_power", "Sigma power of N2", "uV^2", None,
                "Power from 12 to 16 Hz in the EEG of N2.", POWER, (*EEG, "n2"),
                partial(band_power, stage=N2, band="sigma")),
    # -------------------------------------------------------------------------------------------------- slow waves
    MicroMetric("slow_wave_density_n3", "Slow waves of N3", "1/min", None,
                "Slow waves whose trough lies in N3 per minute of N3.", SLOW_WAVES, (*SLOW, "n3"),
                partial(slow_wave_density, stages=(N3,))),
    MicroMetric("slow_wave_density_n2n3", "Slow waves of N2 and N3", "1/min", None,
                "Slow waves whose trough lies in N2 or N3 per minute of both.", SLOW_WAVES, (*SLOW, "n2n3"),
                partial(slow_wave_density, stages=(N2, N3))),
    MicroMetric("slow_wave_amplitude", "Slow-wave amplitude", "uV", None,
                "Mean peak-to-peak amplitude, 0.3 to 1.5 Hz, of the slow waves of N2 and N3.", SLOW_WAVES,
                (*SLOW, "n2n3", "slow_wave"), partial(slow_wave_mean, name="PTP")),
    MicroMetric("slow_wave_slope", "Slow-wave slope", "uV/s", None,
                "Mean slope from the trough to the zero crossing of the slow waves of N2 and N3.", SLOW_WAVES,
                (*SLOW, "n2n3", "slow_wave"), partial(slow_wave_mean, name="Slope")),
    MicroMetric("n3_delta_power", "Delta power of N3", "uV^2", None,
                "Power from 0.5 to 4 Hz in the EEG of N3.", POWER, (*EEG, "n3"),
                partial(band_power, stage=N3, band="delta")),
    # --------------------------------------------------------------------------------------------------------- REM
    MicroMetric("rem_density", "REM density", "1/min", None,
                "Rapid eye movements whose peak lies in R per minute of R.", EYES, (*EOGS, "rem_eogs"), rem_density),
    # ----------------------------------------------------------------------------------------------------- spectra
    *_per_stage("wake", "wake", W),
    *_per_stage("n1", "N1", N1),
    *_per_stage("n2", "N2", N2),
    *_per_stage("n3", "N3", N3),
    *_per_stage("rem", "REM", R),
)
# fmt: on

#: Key -> metric, in the order of reports.
MICROSTRUCTURE: Mapping[str, MicroMetric] = MappingProxyType({metric.key: metric for metric in _TABLE})
