"""Electrodes of recorders, each against an ideal reference, so that any two of them can be subtracted."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from .background import COMPONENTS
from .montages import CENTRAL, FRONTAL, OCCIPITAL, OCULAR, ChannelLayout, SimulatedChannel, powers

__all__ = ["EARS", "FOREHEAD", "LABORATORY", "TEMPLES"]

#: An ear or mastoid sees little of the brain, and some muscle.
_EAR = powers(0.12, theta=0.1, alpha=0.1, low_sigma=0.08, sigma=0.05, beta=0.2, muscle=0.8)
#: So does a reference on the nose or forehead that all electrodes share: what counts is that it is the same for all.
_NEUTRAL = powers(0.35, theta=0.3, alpha=0.2, low_sigma=0.3, sigma=0.25, beta=0.4, muscle=0.8)
_TEMPORAL = powers(0.7, theta=0.7, alpha=0.5, low_sigma=0.6, sigma=0.5, beta=0.8, muscle=1.3)


def _electrode(name: str, gains: Mapping[str, float], factors: np.ndarray, *, heart: float = 0.0) -> SimulatedChannel:
    return SimulatedChannel(name, "eeg", gains, factors, heart=heart, mains=0.6)


def _eye(name: str, gaze: float, lid: float) -> SimulatedChannel:
    return SimulatedChannel(name, "eog", {"slow": 0.75, "sigma": 0.25, "vertex": 0.2, "gaze": gaze, "lid": lid}, OCULAR)


def _frontal(name: str, gaze: float) -> SimulatedChannel:
    """An electrode above an eye or on a temple, where the eyes are seen well."""
    gains = {"slow": 0.9, "sigma": 0.6, "vertex": 0.4, "gaze": gaze, "lid": 0.4}
    return _electrode(name, gains, FRONTAL)


def _ear(name: str, heart: float) -> SimulatedChannel:
    return _electrode(name, {"slow": 0.05}, _EAR, heart=heart)


_FPZ = _electrode("Fpz", {"slow": 0.3, "sigma": 0.15, "vertex": 0.1, "lid": 0.5}, _NEUTRAL)
_BACK = tuple(_electrode(name, {"slow": 0.4, "sigma": 0.3, "vertex": 0.2}, OCCIPITAL) for name in ("O1", "O2"))
_NO_BRAIN = np.zeros(len(COMPONENTS))

LABORATORY = ChannelLayout(
    channels=(
        _electrode("C3", {"slow": 1.0, "sigma": 1.0, "vertex": 1.0, "gaze": 0.04, "lid": 0.08}, CENTRAL),
        _electrode("C4", {"slow": 1.0, "sigma": 1.0, "vertex": 1.0, "gaze": -0.04, "lid": 0.08}, CENTRAL),
        *_BACK,
        _FPZ,
        _ear("M1", -3.0),
        _ear("M2", 2.0),
        _eye("E1", 1.0, -0.5),
        _eye("E2", -1.0, 0.9),
        SimulatedChannel("Chin", "emg", {"slow": 0.08}, np.empty(0), heart=3.0, mains=0.6, amplifier=0.5),
        SimulatedChannel("Chin 2", "emg", {"slow": 0.08}, np.empty(0), heart=3.0, mains=0.6, amplifier=0.5),
        SimulatedChannel("ECG", "ecg", {}, _NO_BRAIN, heart=1100.0, mains=6.0, amplifier=3.0),
    ),
    eeg="C4",
    eog="E1",
    emg="Chin",
)
FOREHEAD = ChannelLayout(
    channels=(
        _frontal("AF7", 0.5), _frontal("AF8", -0.5), _FPZ, _ear("TP9", -2.0), _ear("TP10", 2.0), _ear("Ears", 0.5),
    ),
    eeg="AF7",
    eog=None,
    emg=None,
    drops=True,
)  # fmt: skip
TEMPLES = ChannelLayout(
    channels=(_frontal("F7", 0.6), _frontal("F8", -0.6), _frontal("Forehead", 0.0), _FPZ, _ear("M2", 2.0), *_BACK),
    eeg="F7",
    eog=None,
    emg=None,
    drops=True,
)
EARS = ChannelLayout(
    channels=(
        *(_electrode(name, {"slow": 0.75, "sigma": 0.5, "vertex": 0.4}, _TEMPORAL) for name in ("T3", "T4")),
        *_BACK,
        _FPZ,
    ),
    eeg="T4",
    eog=None,
    emg=None,
    drops=True,
)
