"""Nights of noise, whole and broken, that microstructure is asked of."""

from functools import cache

import numpy as np

from somnometry.core.hypnogram import Hypnogram
from somnometry.core.recording import Montage, Recording, Signal
from somnometry.micro import microstructure

W, N1, N2, N3, R = range(5)
EYES = ("EOG E1-M2", "EOG E2-M2")


def of_noise(stages, *, name="C4-M1", rate=100.0, sd=20.0, epoch=30.0, exponent=0.0, **signals):
    """A recording of Gaussian noise whose power falls with frequency to an exponent, and a hypnogram."""
    n = round(len(stages) * epoch * rate)
    x = np.random.default_rng(0).normal(0, sd, n)
    if exponent:
        frequencies = np.fft.rfftfreq(n, 1 / rate)
        frequencies[0] = np.inf
        x = np.fft.irfft(np.fft.rfft(x) * frequencies ** (exponent / 2), n)
        x *= sd / x.std()
    recording = Recording({name: Signal(x, rate), **signals}, Montage(name))
    return recording, Hypnogram(stages, epoch=epoch)


def eye(seed=0, rate=100.0, n_epochs=60, sd=20.0):
    return Signal(np.random.default_rng(seed).normal(0, sd, round(n_epochs * 30 * rate)), rate)


DEEP = [W] * 12 + [N1] * 12 + [N2] * 12 + [N3] * 12 + [R] * 12
NIGHTS = {
    "complete": lambda: of_noise(DEEP, **{"E1-M2": eye(1), "E2-M2": eye(2)}),
    "no EEG": lambda: (Recording({"E1-M2": eye(1), "E2-M2": eye(2)}), Hypnogram(DEEP)),
    "nothing at all": lambda: (Recording({}), Hypnogram(DEEP)),
    "slow EEG": lambda: of_noise(DEEP, rate=64.0),
    "volts": lambda: of_noise(DEEP, sd=2e-5),
    "nanovolts": lambda: of_noise(DEEP, sd=200.0),
    "digits": lambda: of_noise(DEEP, sd=2e4),
    "all gaps": lambda: (
        Recording({"C4-M1": Signal(np.full(180_000, np.nan), 100)}, Montage("C4-M1")),
        Hypnogram(DEEP),
    ),
    "flat": lambda: (Recording({"C4-M1": Signal(np.zeros(180_000), 100)}, Montage("C4-M1")), Hypnogram(DEEP)),
    "empty signal": lambda: (Recording({"C4-M1": Signal(np.empty(0), 100)}, Montage("C4-M1")), Hypnogram(DEEP)),
    "no epochs": lambda: (of_noise(DEEP)[0], Hypnogram([])),
    "unscored": lambda: of_noise([-1] * 60),
    "awake": lambda: of_noise([W] * 60),
    "REM only, one eye": lambda: of_noise([R] * 60, **{"E1-M2": eye(1)}),
    "REM only, bipolar eye": lambda: of_noise([R] * 60, **{"EOG horizontal": eye(1)}),
    "REM only, slow eyes": lambda: of_noise([R] * 60, **{"E1-M2": eye(1, 25.0), "E2-M2": eye(2, 25.0)}),
    "REM only, one eye flat": lambda: of_noise([R] * 60, **{"E1-M2": eye(1), "E2-M2": eye(2, sd=1e-6)}),
    "REM only, eyes in volts": lambda: of_noise([R] * 60, **{"E1-M2": eye(1, sd=0.11), "E2-M2": eye(2)}),
    "short stages": lambda: of_noise([W, N1, N2, N3, R] * 9),
    "four levels": lambda: (of_noise(DEEP)[0], Hypnogram([0] * 15 + [5] * 15 + [3] * 15 + [4] * 15, levels=4)),
    "three levels": lambda: (of_noise(DEEP)[0], Hypnogram([0] * 20 + [6] * 20 + [4] * 20, levels=3)),
    "two levels": lambda: (of_noise(DEEP)[0], Hypnogram([0] * 20 + [7] * 40, levels=2)),
    "bipolar": lambda: of_noise(DEEP, name="Fpz-Cz"),
    "after the end": lambda: (of_noise([W] * 2)[0], Hypnogram(DEEP)),
}


@cache
def of_night(name):
    return microstructure(*NIGHTS[name]())
