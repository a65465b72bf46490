"""Layouts of simulated recordings: their channels, and the gain of each for every source."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from .background import APERIODIC, COMPONENTS

__all__ = ["CENTRAL", "FRONTAL", "LAYOUTS", "OCCIPITAL", "OCULAR", "ChannelLayout", "SimulatedChannel", "powers"]


@dataclass(frozen=True, slots=True)
class SimulatedChannel:
    """One channel of a simulated recording, and its gains.

    Parameters
    ----------
    name : str
        As the hardware writes it.
    role : {"eeg", "eog", "emg", "ecg"}
    gains : mapping of str to float
        Of the event sources ``slow``, ``sigma``, ``vertex``, ``gaze``, ``lid``.
    powers : array, shape (n_components,)
        Factors of the power of the background components.
    heart, mains, amplifier : float
        Microvolts: R wave, amplitude of the mains, SD of the amplifier's noise.
    """

    name: str
    role: Literal["eeg", "eog", "emg", "ecg"]
    gains: Mapping[str, float]
    powers: npt.NDArray[np.float64]
    heart: float = 0.0
    mains: float = 1.0
    amplifier: float = 0.4


@dataclass(frozen=True, slots=True)
class ChannelLayout:
    """Channels of a recorder, those that serve for staging, and whether its link drops out."""

    channels: tuple[SimulatedChannel, ...]
    eeg: str
    eog: str | None
    emg: str | None
    drops: bool = False

    @property
    def roles(self) -> tuple[Literal["eeg", "eog", "emg"], ...]:
        """The roles that are filled."""
        named: tuple[tuple[Literal["eeg", "eog", "emg"], str | None], ...] = (
            ("eeg", self.eeg),
            ("eog", self.eog),
            ("emg", self.emg),
        )
        return tuple(role for role, name in named if name is not None)


def powers(aperiodic: float, **rhythms: float) -> npt.NDArray[np.float64]:
    """Squared amplitudes: one number for the aperiodic part of all stages, one for each rhythm."""
    size = dict.fromkeys(APERIODIC, aperiodic) | {"delta": aperiodic, "muscle": 1.0} | rhythms
    return np.array([size[name] ** 2 for name in COMPONENTS])


def _eeg(name: str, gains: Mapping[str, float], powers: npt.NDArray[np.float64]) -> SimulatedChannel:
    return SimulatedChannel(name, "eeg", gains, powers, heart=-3.0 if name.endswith("M1") else 2.0)


FRONTAL = powers(1.0, theta=0.95, alpha=0.55, low_sigma=1.0, sigma=0.8, beta=1.0, muscle=1.3)
CENTRAL = powers(1.0, theta=1.0, alpha=0.7, low_sigma=1.0, sigma=1.0, beta=1.0, muscle=0.9)
OCCIPITAL = powers(0.85, theta=0.8, alpha=1.6, low_sigma=0.9, sigma=0.5, beta=0.8, muscle=1.0)
OCULAR = powers(0.95, theta=0.7, alpha=0.4, low_sigma=0.5, sigma=0.3, beta=0.8, muscle=1.4)
# A forehead reference takes away about a third of the amplitude (YASA issue 203: 1.4 to 1.5 times).
FOREHEAD = powers(0.68, theta=0.65, alpha=0.37, low_sigma=0.6, sigma=0.55, beta=0.75, muscle=1.3)

PSG = ChannelLayout(
    channels=(
        _eeg("EEG F3-M2", {"slow": 1.1, "sigma": 0.7, "vertex": 0.6, "gaze": 0.12, "lid": 0.35}, FRONTAL),
        _eeg("EEG F4-M1", {"slow": 1.1, "sigma": 0.7, "vertex": 0.6, "gaze": -0.12, "lid": 0.35}, FRONTAL),
        _eeg("EEG C3-M2", {"slow": 1.0, "sigma": 1.0, "vertex": 1.0, "gaze": 0.04, "lid": 0.08}, CENTRAL),
        _eeg("EEG C4-M1", {"slow": 1.0, "sigma": 1.0, "vertex": 1.0, "gaze": -0.04, "lid": 0.08}, CENTRAL),
        _eeg("EEG O1-M2", {"slow": 0.55, "sigma": 0.4, "vertex": 0.25}, OCCIPITAL),
        _eeg("EEG O2-M1", {"slow": 0.55, "sigma": 0.4, "vertex": 0.25}, OCCIPITAL),
        SimulatedChannel(
            "EOG E1-M2",
            "eog",
            {"slow": 0.75, "sigma": 0.25, "vertex": 0.2, "gaze": 1.0, "lid": -0.5},
            OCULAR,
            heart=3.0,
        ),
        SimulatedChannel(
            "EOG E2-M2",
            "eog",
            {"slow": 0.75, "sigma": 0.25, "vertex": 0.2, "gaze": -1.0, "lid": 0.9},
            OCULAR,
            heart=3.0,
        ),
        SimulatedChannel("EMG Chin", "emg", {"slow": 0.08}, np.empty(0), heart=3.0, mains=0.6, amplifier=0.5),
        SimulatedChannel("ECG", "ecg", {}, np.zeros(len(COMPONENTS)), heart=1100.0, mains=6.0, amplifier=3.0),
    ),
    eeg="EEG C4-M1",
    eog="EOG E1-M2",
    emg="EMG Chin",
)
HEADBAND = ChannelLayout(
    channels=(
        SimulatedChannel(
            "HB_1", "eeg", {"slow": 0.75, "sigma": 0.48, "vertex": 0.3, "gaze": 0.5, "lid": 0.3}, FOREHEAD,
            heart=1.0, mains=2.0, amplifier=0.5,
        ),
        SimulatedChannel(
            "HB_2", "eeg", {"slow": 0.75, "sigma": 0.48, "vertex": 0.3, "gaze": -0.5, "lid": 0.3}, FOREHEAD,
            heart=-1.0, mains=2.0, amplifier=0.5,
        ),
    ),
    eeg="HB_1",
    eog="HB_2",
    emg=None,
    drops=True,
)  # fmt: skip

#: The montages of `simulate_night`.
LAYOUTS: dict[str, ChannelLayout] = {"psg": PSG, "headband": HEADBAND}
