"""One night whose truth is known: hypnogram, graphoelements, artefacts, and the signals made of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

import numpy as np
import numpy.typing as npt

from ..core.errors import SimulationError
from ..core.events import Events
from ..core.hypnogram import Hypnogram
from ..core.recording import Montage, Recording, Signal
from ..simulate import waveforms
from .artefacts import Artefacts, draw_artefacts, heart, mains, muscle_gain
from .background import HOP, WINDOW, coloured_noise, spectra
from .hypnogram_process import simulate_hypnogram
from .microstructure import Sleeper, Train, draw_microstructure
from .montages import LAYOUTS, ChannelLayout
from .stage_signals import chin_spectra, chin_tone, component_weights, eyes_closed, states_at

__all__ = ["SimulatedNight", "simulate_night", "simulate_scored_night"]

Array = npt.NDArray[np.float32]

EVENING = datetime(2024, 5, 1, 22, 0)
#: Source that each kind of event feeds, and its waveform.
SHAPES: dict[str, tuple[str, Callable[[float, float, float], Array]]] = {
    "spindle": ("sigma", waveforms.spindle),
    "k-complex": ("slow", lambda rate, duration, _: waveforms.k_complex(rate, duration)),
    "slow wave": ("slow", lambda rate, duration, _: waveforms.slow_wave(rate, duration)),
    "vertex wave": ("vertex", lambda rate, duration, _: waveforms.vertex_wave(rate, duration)),
    "sawtooth": ("vertex", waveforms.sawtooth),
    "rapid eye movement": ("gaze", lambda rate, duration, _: waveforms.rapid_eye_movement(rate, duration)),
    "slow eye movement": ("gaze", lambda rate, duration, _: waveforms.slow_eye_movement(rate, duration)),
    "saccade": ("gaze", lambda rate, duration, _: waveforms.rapid_eye_movement(rate, duration)),
    "blink": ("lid", lambda rate, duration, _: waveforms.blink(rate, duration)),
}


@dataclass(frozen=True, slots=True, eq=False)
class SimulatedNight:
    """A night whose truth is known.

    Parameters
    ----------
    recording : Recording
    hypnogram : Hypnogram
    events : Events
        What was put into the signals: ``"spindle"``, ``"k-complex"``, ``"slow wave"``, ``"vertex wave"``,
        ``"sawtooth"``, ``"rapid eye movement"``, ``"slow eye movement"``, ``"blink"``, ``"saccade"``, ``"movement"``;
        an artefact of one channel names it after ``@@``, as EDF+ does.
    """

    recording: Recording
    hypnogram: Hypnogram
    events: Events


def simulate_night(
    seed: int,
    *,
    montage: Literal["psg", "headband"] = "psg",
    hours: float = 8.0,
    rate: float = 256.0,
    age: float = 30.0,
    noise: float = 1.0,
    artefact_rate: float = 2.0,
    mains_frequency: float = 50.0,
    stage_targets: Mapping[str, float] | None = None,
    hypnogram: Hypnogram | None = None,
    start: datetime | None = None,
) -> tuple[Recording, Hypnogram]:
    """Simulate one night of sleep in microvolts, and the hypnogram behind it.

    Parameters
    ----------
    seed : int
        Same seed and arguments, same night.
    montage : {"psg", "headband"}
        A laboratory's EEG, EOG, chin EMG and ECG; or two frontal derivations of a headband, smaller, with dropouts
        (NaN, listed in ``gaps`` where all channels are lost) and without EMG.
    hours : float
        Length of the record in hours; at least half an hour.
    rate : float
        Sampling rate in hertz; at least 64.
    age : float
        In years; older sleepers have less N3, smaller slow waves and fewer spindles.
    noise : float
        Factor of mains, electrode and amplifier noise; 0 is a record without.
    artefact_rate : float
        Movements and loose electrodes per hour of record, each.
    mains_frequency : float
        50 or 60 Hz.
    stage_targets : mapping of str to float, optional
        Passed to `simulate_hypnogram`.
    hypnogram : Hypnogram, optional
        A night of your own to give signals to, instead of a simulated one; `hours` and `stage_targets` are then unused.
    start : datetime, optional
        Clock time of the first sample; by default an evening hour that depends on the seed.

    Returns
    -------
    recording : Recording
    hypnogram : Hypnogram

    Raises
    ------
    SimulationError
        For an unknown montage, a rate below 64 Hz, a negative noise or artefact rate, or a hypnogram of less than four
        epochs or of other than five levels.

    Examples
    --------
    >>> recording, hypnogram = simulate_night(1, hours=0.5, rate=100)
    >>> recording
    Recording('', 1800.0 s, eeg='EEG C4-M1', eog='EOG E1-M2', emg='EMG Chin', 0 findings)
    >>> hypnogram.n_epochs
    60
    """
    night = simulate_scored_night(
        seed,
        montage=montage,
        hours=hours,
        rate=rate,
        age=age,
        noise=noise,
        artefact_rate=artefact_rate,
        mains_frequency=mains_frequency,
        stage_targets=stage_targets,
        hypnogram=hypnogram,
        start=start,
    )
    return night.recording, night.hypnogram


def simulate_scored_night(
    seed: int,
    *,
    montage: Literal["psg", "headband"] | ChannelLayout = "psg",
    hours: float = 8.0,
    rate: float = 256.0,
    age: float = 30.0,
    noise: float = 1.0,
    artefact_rate: float = 2.0,
    mains_frequency: float = 50.0,
    stage_targets: Mapping[str, float] | None = None,
    hypnogram: Hypnogram | None = None,
    start: datetime | None = None,
) -> SimulatedNight:
    """Simulate one night, and every event in it; parameters and errors as in `simulate_night`.

    A montage may also be a `ChannelLayout` of your own.

    Examples
    --------
    >>> night = simulate_scored_night(1, hours=0.5, rate=100)
    >>> "blink" in night.events.kind
    True
    """
    if not isinstance(montage, ChannelLayout) and montage not in LAYOUTS:
        raise SimulationError(f"montage {montage!r} is none of {', '.join(map(repr, LAYOUTS))}", key="montage")
    if not rate >= 64:
        raise SimulationError(
            f"a rate of at least 64 Hz is needed to draw spindles and muscle, not {rate!r}", key="rate"
        )
    if not (noise >= 0 and artefact_rate >= 0):
        raise SimulationError(
            f"noise ({noise!r}) and artefact_rate ({artefact_rate!r}) cannot be negative",
            key="artefact_rate" if noise >= 0 else "noise",
        )
    if hypnogram is not None and (hypnogram.levels != 5 or hypnogram.n_epochs < 4):
        raise SimulationError(
            f"signals need a hypnogram of five levels and at least four epochs, not {hypnogram!r}", key="hypnogram"
        )
    if start is None:
        start = EVENING + timedelta(minutes=int(np.random.default_rng([seed, 3]).integers(0, 90)))
    if hypnogram is None:
        hypnogram = simulate_hypnogram(seed, hours=hours, age=age, stage_targets=stage_targets, start=start)

    rng = np.random.default_rng([seed, 4])
    layout = montage if isinstance(montage, ChannelLayout) else LAYOUTS[montage]
    sleeper = Sleeper.draw(rng, age)
    closed = eyes_closed(rng, hypnogram)
    trains = draw_microstructure(rng, hypnogram, sleeper, closed)
    artefacts = draw_artefacts(rng, hypnogram, layout, artefact_rate)
    n = round(hypnogram.duration * rate)
    sources = _sources(trains, n, rate)
    signals = _background(rng, hypnogram, layout, sleeper, closed, artefacts, n, rate)
    hum = mains(rng, n, rate, mains_frequency)
    beat = heart(rng, n, rate) if any(channel.heart for channel in layout.channels) else None
    for channel in layout.channels:
        x = signals.setdefault(channel.name, np.zeros(n, np.float32))
        for source, gain in channel.gains.items():
            if gain and source in sources:
                x += (
                    np.float32(gain * (sleeper.size if source in ("slow", "sigma", "vertex") else 1.0))
                    * sources[source]
                )
        if channel.heart and beat is not None:
            x += np.float32(channel.heart) * beat
        if noise:
            x += np.float32(noise * channel.mains) * hum
            x += np.float32(noise * channel.amplifier) * rng.standard_normal(n, np.float32)
    artefacts.apply(rng, signals, layout, rate)
    recording = Recording(
        {channel.name: Signal(signals[channel.name], rate) for channel in layout.channels},
        Montage(layout.eeg, layout.eog, layout.emg, dict.fromkeys(layout.roles, "as simulated")),
        start=start if hypnogram.start is None else hypnogram.start,
        lights_off=hypnogram.lights_off if hypnogram.lights_known else None,
        lights_on=hypnogram.lights_on if hypnogram.lights_known else None,
        gaps=artefacts.gaps,
    )
    return SimulatedNight(recording, hypnogram, _events(trains, artefacts, hypnogram.duration))


def _sources(trains: Mapping[str, Train], n: int, rate: float) -> dict[str, Array]:
    """Traces of the sources that events feed, in microvolts at the place where the source is largest."""
    sources = {source: np.zeros(n, np.float32) for source in {source for source, _ in SHAPES.values()}}
    for kind, train in trains.items():
        source, shape = SHAPES[kind]
        trace = sources[source]
        rows = zip(train.onset, train.duration, train.size, train.frequency, strict=True)
        for onset, duration, size, frequency in rows:
            first = round(onset * rate)
            wave = shape(rate, duration, frequency)[: n - first]
            trace[first : first + wave.size] += np.float32(size) * wave
    return sources


def _background(
    rng: np.random.Generator,
    hypnogram: Hypnogram,
    layout: ChannelLayout,
    sleeper: Sleeper,
    closed: npt.NDArray[np.bool_],
    artefacts: Artefacts,
    n: int,
    rate: float,
) -> dict[str, Array]:
    """Ongoing EEG, and muscle, of every channel."""
    hop = round(HOP * rate) / rate
    times = np.arange(int(np.ceil(n / rate / hop)) + 2, dtype=np.float64) * hop
    state = states_at(rng, times, hypnogram, closed)
    weights = component_weights(rng, state, sleeper)
    tone = np.multiply(chin_tone(rng, state), muscle_gain(times, artefacts), dtype=np.float32)
    weights[:, -1] = tone**2
    frequencies = np.arange(round(64 * WINDOW) + 1) / WINDOW
    rows = spectra(frequencies, sleeper.alpha)
    brain = {c.name: rows * (c.powers[:, None] * sleeper.size**2) for c in layout.channels if c.role in ("eeg", "eog")}
    signals = coloured_noise(rng, weights, brain, n, rate)
    chin = {c.name: c for c in layout.channels if c.role == "emg"}
    if chin:
        wide = np.arange(round(WINDOW * rate / 2) + 1) / WINDOW
        tones = np.stack([tone**2, np.ones_like(tone)], axis=1)
        signals |= coloured_noise(rng, tones, dict.fromkeys(chin, chin_spectra(wide)), n, rate, shared=0.0)
    return signals


def _events(trains: Mapping[str, Train], artefacts: Artefacts, end: float) -> Events:
    """All events of the night in the order of their onsets."""
    rows = [
        (onset, duration, train.kind)
        for train in trains.values()
        for onset, duration in zip(train.onset.tolist(), train.duration.tolist(), strict=True)
    ]
    rows += [(*span, "movement") for span in artefacts.movements]
    rows += [(onset, duration, f"electrode artefact@@{name}") for name, onset, duration in artefacts.loose]
    rows += [(onset, duration, f"dropout@@{name}") for name, onset, duration in artefacts.lost]
    rows += [(*span, "dropout") for span in artefacts.lost_all]
    rows.sort()
    onset, duration = np.array([row[:2] for row in rows], np.float64).reshape(-1, 2).T
    return Events(onset, np.minimum(duration, end - onset), tuple(row[2] for row in rows))
