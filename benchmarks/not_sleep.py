"""How often the gate before staging calls noise sleep, and people noise.

``python benchmarks/not_sleep.py [--seeds 5] [--recordings FOLDER]`` prints Markdown: per kind of noise how many nights
are caught, as a laboratory's and a headband's, at several amplitudes, rates and lengths; simulated people, asleep,
awake all night, old and with much noise; and every EEG derivation of the recordings of a folder, whole and in windows.
The thresholds were chosen with seeds from 0; the default counts from 100.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from dataclasses import astuple, fields
from itertools import combinations
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy import signal

from somnometry import Hypnogram, Montage, Recording, Signal, SignsOfSleep, SomnometryError, audit, read_recording
from somnometry import signs_of_sleep as signs
from somnometry.simulate.artefacts import heart
from somnometry.simulate.simulated_night import simulate_night

Samples = npt.NDArray[np.float64]
#: Of one channel, given a generator of random numbers, the number of samples and their rate.
Maker = Callable[[np.random.Generator, int, float], Samples]


def coloured(rng: np.random.Generator, n: int, exponent: float, lowest: float = 0.05, rate: float = 100.0) -> Samples:
    """Gaussian noise of SD 1 whose power falls with frequency to this exponent, level below `lowest` hertz."""
    m = 1 << int(np.ceil(np.log2(n)))
    frequencies = np.maximum(np.fft.rfftfreq(m, 1 / rate), lowest)
    noise = np.fft.irfft(np.fft.rfft(rng.standard_normal(m)) * frequencies ** (-exponent / 2))[:n]
    return np.asarray(noise / noise.std(), np.float64)


def slow(rng: np.random.Generator, n: int, rate: float, minutes: float) -> Samples:
    """Straight lines between normal values that many minutes apart."""
    knots = rng.standard_normal(int(n / rate / 60 / minutes) + 3)
    return np.interp(np.arange(n) / rate / 60 / minutes, np.arange(knots.size), knots)


def gain(rng: np.random.Generator, n: int, rate: float, minutes: float = 10.0) -> Samples:
    """A positive factor that wanders by a factor of two."""
    return np.asarray(np.exp(0.7 * slow(rng, n, rate, minutes)), np.float64)


def muscle(rng: np.random.Generator, n: int, rate: float) -> Samples:
    """Noise above 20 Hz whose tone wanders."""
    band = signal.butter(4, [20, min(0.475 * rate, 100)], "bandpass", fs=rate, output="sos")
    noise = signal.sosfilt(band, rng.standard_normal(n))
    return np.asarray(noise / noise.std() * gain(rng, n, rate, 3), np.float64)


def mains(rng: np.random.Generator, n: int, rate: float, frequency: float) -> Samples:
    """Hum whose strength wanders, aliased as an amplifier without a filter does."""
    return np.asarray(np.sin(2 * np.pi * frequency * np.arange(n) / rate) * gain(rng, n, rate, 5), np.float64)


def square(n: int, rate: float, frequency: float) -> Samples:
    """Square wave of 1 uV, as amplifiers are calibrated with."""
    return np.asarray(signal.square(2 * np.pi * frequency * np.arange(n) / rate + 0.3), np.float64)


def steps(rng: np.random.Generator, n: int, rate: float, per_second: float) -> Samples:
    """Level of an amplifier that jumps now and then."""
    return np.asarray(np.cumsum((rng.random(n) < per_second / rate) * rng.standard_normal(n)), np.float64)


def handled(rng: np.random.Generator, n: int, rate: float) -> Samples:
    """Electrodes that are touched twenty times an hour for up to a minute, and hold still otherwise."""
    x = np.zeros(n)
    for start in rng.uniform(0, n, rng.poisson(20 * n / rate / 3600)).astype(int):
        here = x[start : start + int(rng.uniform(2, 60) * rate)]
        if here.size > 10:
            here += np.hanning(here.size) * coloured(rng, here.size, 2)
    return x


def sine(n: int, rate: float, frequency: float) -> Samples:
    """A wave of one frequency."""
    return np.asarray(np.sin(2 * np.pi * frequency * np.arange(n) / rate), np.float64)


KINDS: dict[str, Maker] = {
    "white": lambda r, n, _f: coloured(r, n, 0),
    "pink": lambda r, n, _f: coloured(r, n, 1),
    "1/f^1.5": lambda r, n, _f: coloured(r, n, 1.5),
    "brown": lambda r, n, _f: coloured(r, n, 2),
    "1/f^3": lambda r, n, f: coloured(r, n, 3, rate=f),
    "white, gain wanders": lambda r, n, f: coloured(r, n, 0) * gain(r, n, f),
    "pink, gain wanders": lambda r, n, f: coloured(r, n, 1) * gain(r, n, f),
    "brown, gain wanders": lambda r, n, f: coloured(r, n, 2) * gain(r, n, f),
    "white of .3 uV": lambda r, n, _f: 0.01 * coloured(r, n, 0),
    "mains of 50 Hz and white": lambda r, n, f: mains(r, n, f, 50) + 0.05 * coloured(r, n, 0),
    "mains of 60 Hz and white": lambda r, n, f: mains(r, n, f, 60) + 0.05 * coloured(r, n, 0),
    "mains of 50 Hz and pink": lambda r, n, f: mains(r, n, f, 50) + 0.3 * coloured(r, n, 1),
    "drift and white": lambda r, n, f: 20 * slow(r, n, f, 1) + 0.2 * coloured(r, n, 0),
    "fast drift and white": lambda r, n, f: 3 * slow(r, n, f, 0.05) + 0.1 * coloured(r, n, 0),
    "heart": lambda r, n, f: np.asarray(heart(r, n, f), np.float64),
    "heart and white": lambda r, n, f: heart(r, n, f) + 0.1 * coloured(r, n, 0),
    "heart and pink that wander": lambda r, n, f: heart(r, n, f) + 0.1 * coloured(r, n, 1) * gain(r, n, f),
    "muscle": muscle,
    "muscle and white": lambda r, n, f: muscle(r, n, f) + 0.3 * coloured(r, n, 0),
    "muscle, heart and pink": lambda r, n, f: coloured(r, n, 1) + 0.5 * heart(r, n, f) + 0.5 * muscle(r, n, f),
    "muscle and brown": lambda r, n, f: 4 * coloured(r, n, 2) + 0.5 * muscle(r, n, f),
    "square of 1 Hz": lambda _r, n, f: square(n, f, 1.0),
    "square of 10 Hz": lambda _r, n, f: square(n, f, 10.0),
    "square of .1 Hz and white": lambda r, n, f: square(n, f, 0.1) + 0.1 * coloured(r, n, 0),
    "sine of 10 Hz": lambda _r, n, f: sine(n, f, 10.0),
    "sine of 10 Hz and pink": lambda r, n, f: sine(n, f, 10.0) + 0.5 * coloured(r, n, 1),
    "sine of 10 Hz and brown": lambda r, n, f: 0.1 * sine(n, f, 10.0) + coloured(r, n, 2),
    "breath and pink": lambda r, n, f: (
        np.sin(2 * np.pi * 0.25 * np.arange(n) / f + slow(r, n, f, 0.5)) + 0.05 * coloured(r, n, 1)
    ),
    "rare steps and white": lambda r, n, f: steps(r, n, f, 0.1) + 0.05 * coloured(r, n, 0),
    "frequent steps and pink": lambda r, n, f: steps(r, n, f, 3.0) + 0.05 * coloured(r, n, 1),
    "pink and white that wander": lambda r, n, f: (
        coloured(r, n, 1) * gain(r, n, f) + 0.5 * coloured(r, n, 0) * gain(r, n, f, 20)
    ),
    "brown and white that wander": lambda r, n, f: (
        coloured(r, n, 2) * gain(r, n, f) + 0.1 * coloured(r, n, 0) * gain(r, n, f, 20)
    ),
    "electrodes in air, handled": lambda r, n, f: 0.1 * coloured(r, n, 0) + 3 * handled(r, n, f),
    "electrodes in air, mains, drift and heart": lambda r, n, f: (
        0.2 * coloured(r, n, 0) + mains(r, n, f, 50) + 3 * slow(r, n, f, 1) + 0.1 * heart(r, n, f)
    ),
}
#: Hours, samples per second, microvolts and montage of the nights of each kind.
NIGHTS = ((8.0, 100.0, 30.0, "psg"), (2.0, 256.0, 100.0, "psg"), (1.0, 128.0, 8.0, "headband"))
CHANNELS = {"psg": ("C4-M1", "E1-M2", "EMG chin"), "headband": ("AF7-Fpz", "AF8-Fpz")}


def noise_night(kind: str, seed: int, hours: float, rate: float, size: float, montage: str) -> Recording:
    """A night of one kind of noise in every channel, each drawn by itself."""
    n = int(hours * 3600 * rate)
    names = CHANNELS[montage]
    samples = [size * KINDS[kind](np.random.default_rng([seed, i]), n, rate) for i in range(len(names))]
    recorded = {name: Signal(x.astype(np.float32), rate) for name, x in zip(names, samples, strict=True)}
    return Recording(recorded, Montage(*names))


def people(seed: int, hours: float = 4.0) -> Iterator[tuple[str, Recording]]:
    """Simulated people: young, old with much noise, and awake all night; in a laboratory and with a headband."""
    awake = Hypnogram(np.zeros(round(hours * 120), np.int8))
    for montage in ("psg", "headband"):
        for kind, options in {
            "young": {"age": 22.0, "hours": hours},
            "old, noisy": {"age": 80.0, "hours": hours, "noise": 4.0, "artefact_rate": 10.0},
            "awake all night": {"hypnogram": awake},
        }.items():
            yield f"{kind}, {montage}", simulate_night(seed, montage=montage, rate=100, **options)[0]


def derivations(file: Path) -> Iterator[tuple[str, Recording]]:
    """Every EEG and EOG of a file by itself, and against each other one, as the EEG."""
    names = [channel.label for channel in audit(file).channels if channel.role in ("eeg", "eog")]
    for choice in (*names, *combinations(names, 2)):
        try:
            yield str(choice), read_recording(file, eeg=choice, eog=None, emg=None)
        except SomnometryError:
            continue


def windows(recording: Recording, minutes: float) -> Iterator[Recording]:
    """Parts of a recording that long, each beginning five minutes after the one before."""
    for start in np.arange(0, recording.duration - 60 * minutes + 1, 300.0):
        parts = {
            name: Signal(
                one.samples[int(start * one.rate) : int((start + 60 * minutes) * one.rate)], one.rate, one.unit
            )
            for name, one in recording.signals.items()
        }
        yield Recording(parts, recording.montage)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--first", type=int, default=100)
    parser.add_argument("--recordings", type=Path, nargs="*", default=[])
    given = parser.parse_args()
    names = [entry.name for entry in fields(SignsOfSleep)][1:]
    print(f"| kind | called noise | {' | '.join(names)} |\n|---|---:|{'---:|' * len(names)}")
    seeds = range(given.first, given.first + given.seeds)
    for kind in KINDS:
        _print(kind, [signs(noise_night(kind, seed, *night)) for seed in seeds for night in NIGHTS])
    simulated: dict[str, list[SignsOfSleep]] = {}
    for seed in seeds:
        for who, recording in people(seed):
            simulated.setdefault(f"simulated: {who}", []).append(signs(recording))
    for who, found in simulated.items():
        _print(who, found)
    for file in given.recordings:
        each = [recording for _, recording in derivations(file)]
        _print(f"{file.name}, every derivation", [signs(recording) for recording in each])
        parts = [part for recording in each for part in windows(recording, 20)]
        if parts:
            _print(f"{file.name}, windows of 20 min", [signs(part) for part in parts])


def _print(kind: str, found: list[SignsOfSleep]) -> None:
    """One row: how many are no sleep, and the medians of the facts."""
    if found:
        middle = np.median([astuple(one)[1:] for one in found], axis=0)
        noise = sum(not one.found for one in found)
        print(f"| {kind} | {noise} of {len(found)} | {' | '.join(f'{value:.2g}' for value in middle)} |", flush=True)


if __name__ == "__main__":
    main()
