"""Ongoing signals by stage: weights of the EEG's rhythms, closed eyes, chin tone."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.ndimage import gaussian_filter1d

from ..core.hypnogram import Hypnogram
from .background import APERIODIC, COMPONENTS, RHYTHMS
from .microstructure import Sleeper

__all__ = ["chin_spectra", "chin_tone", "component_weights", "eyes_closed", "states_at"]

Array = npt.NDArray[np.float32]
W = 0
SLACK = 9.0  # s

#: Weight of each rhythm's power by state. Wake has two: eyes closed and eyes open.
RHYTHM_OF_STATE = {
    "closed": {"delta": 0.0, "theta": 0.35, "alpha": 1.0, "low_sigma": 0.0, "sigma": 0.3, "beta": 1.1},
    "open": {"delta": 0.1, "theta": 0.5, "alpha": 0.12, "low_sigma": 0.0, "sigma": 0.3, "beta": 1.5},
    "N1": {"delta": 0.05, "theta": 1.2, "alpha": 0.12, "low_sigma": 0.1, "sigma": 0.2, "beta": 0.6},
    "N2": {"delta": 1.0, "theta": 0.8, "alpha": 0.05, "low_sigma": 0.5, "sigma": 2.0, "beta": 0.3},
    "N3": {"delta": 2.5, "theta": 1.2, "alpha": 0.05, "low_sigma": 1.0, "sigma": 1.5, "beta": 0.2},
    "R": {"delta": 0.1, "theta": 0.55, "alpha": 0.06, "low_sigma": 0.15, "sigma": 0.2, "beta": 0.6},
}
#: Chin tone by state, relative to relaxed wake; atonia in R (AASM Manual v3: low chin EMG tone).
TONE_OF_STATE = {"closed": 1.0, "open": 1.5, "N1": 0.7, "N2": 0.5, "N3": 0.42, "R": 0.15}


def eyes_closed(rng: np.random.Generator, hypnogram: Hypnogram) -> npt.NDArray[np.bool_]:
    """Epochs with closed eyes: all sleep, wake in bed mostly, wake before lights-off and after lights-on not."""
    closed = np.ones(hypnogram.n_epochs, bool)
    opened = rng.random(hypnogram.n_epochs) < 0.12
    closed[opened & (hypnogram.stages == W)] = False
    closed[~hypnogram.in_bed] = False
    return closed


def states_at(
    rng: np.random.Generator,
    times: npt.NDArray[np.float64],
    hypnogram: Hypnogram,
    closed: npt.NDArray[np.bool_],
) -> npt.NDArray[np.int64]:
    """Index into `RHYTHM_OF_STATE` at each time in seconds.

    The state changes within `SLACK` seconds of an epoch's edge, since a scorer gives an epoch the stage of its larger
    part. An unscored epoch is drawn as wake with open eyes.
    """
    edges = hypnogram.onsets[1:] + rng.uniform(-SLACK, SLACK, max(hypnogram.n_epochs - 1, 0))
    epoch = np.searchsorted(edges, times, side="right")
    stage = hypnogram.stages[epoch]
    return np.where(stage > W, stage + 1, np.where(closed[epoch] & (stage == W), 0, 1)).astype(np.int64)


def component_weights(rng: np.random.Generator, state: npt.NDArray[np.int64], sleeper: Sleeper) -> Array:
    """Weights of `COMPONENTS` in each window, shape (n_windows, n_components)."""
    names = list(RHYTHM_OF_STATE)
    weights = np.zeros((state.size, len(COMPONENTS)), np.float32)
    for i, name in enumerate(APERIODIC):
        members = [names.index(s) for s in (("closed", "open") if name == "W" else (name,))]
        weights[:, i] = np.isin(state, members) * _wander(rng, state.size, 0.10, 8)
    for i, rhythm in enumerate(RHYTHMS, start=len(APERIODIC)):
        table = np.array([RHYTHM_OF_STATE[s][rhythm] for s in names])
        weights[:, i] = table[state] * _wander(rng, state.size, 0.45 if rhythm == "alpha" else 0.25, 2)
    weights[:, COMPONENTS.index("alpha")] *= sleeper.rhythm
    return weights


def chin_tone(rng: np.random.Generator, state: npt.NDArray[np.int64]) -> Array:
    """Amplitude of the chin's muscle in each window, relative to relaxed wake; R has twitches."""
    names = list(RHYTHM_OF_STATE)
    tone = np.array([TONE_OF_STATE[s] for s in names])[state] * _wander(rng, state.size, 0.15, 15)
    twitch = (state == names.index("R")) & (rng.random(state.size) < 0.02)
    return np.where(twitch, 0.5, tone).astype(np.float32)


def chin_spectra(frequencies: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Power densities of a chin derivation in square microvolts per hertz: muscle of relaxed wake, electrode drift.

    Muscle is about 20 uV RMS from 10 to 100 Hz; the drift does not depend on tone.

    Examples
    --------
    >>> muscle, drift = chin_spectra(np.arange(10, 101.0))
    >>> bool(15 < np.sqrt(muscle.sum()) < 25)
    True
    """
    f = np.asarray(frequencies, float)
    muscle = 6.0 * f**2 / (f**2 + 25.0**2) / (1 + (f / 120.0) ** 4)
    drift = 1.5 * np.maximum(f, 0.6) ** -2.0 / (1 + (0.35 / np.maximum(f, 1e-6)) ** 4)
    return np.array([muscle, drift])


def _wander(rng: np.random.Generator, n: int, sd: float, span: float) -> npt.NDArray[np.float64]:
    """A factor about 1, log-normal, that changes over about `span` windows."""
    noise = gaussian_filter1d(rng.standard_normal(n), span)
    return np.asarray(np.exp(sd * noise / max(float(noise.std()), 1e-12) - sd**2 / 2), float)
