"""Ways in which one derivation of a PSG goes bad, for `benchmarks/voting.py` and its test."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from somnometry import Recording, Signal

Samples = npt.NDArray[np.float32]
KINDS = ("flat", "half lost", "white noise", "coloured noise", "heart", "weak", "swaying", "railing")


def spoiled(recording: Recording, seed: int, names: list[str]) -> tuple[Recording, str, str]:
    """Give the recording with one of these derivations spoilt at random, which one, and how."""
    rng = np.random.default_rng([seed, 99])
    name, kind = str(rng.choice(names)), str(rng.choice(KINDS))
    signal = recording.signals[name]
    bad = Signal(_spoilt(kind, rng, np.array(signal.samples), signal.rate), signal.rate)
    return recording.replace(signals=dict(recording.signals) | {name: bad}), name, kind


def _spoilt(kind: str, rng: np.random.Generator, x: Samples, rate: float) -> Samples:
    """Samples in microvolts of a derivation that has gone bad."""
    n = x.size
    if kind == "flat":
        return np.zeros(n, np.float32)
    if kind == "half lost":
        lost = slice(0, n // 2) if rng.random() < 0.5 else slice(n // 2, n)
        x[lost] = np.nan
        return x
    if kind == "white noise":
        return rng.normal(0, 60, n).astype(np.float32)
    if kind == "coloured noise":
        return _coloured(rng, n, 25.0)
    if kind == "heart":
        beat = np.zeros(n, np.float32)
        beat[np.cumsum(rng.normal(0.95, 0.05, int(n / rate)) * rate).astype(int).clip(0, n - 1)] = 1
        shape = np.hanning(max(round(0.08 * rate), 3)) * rng.uniform(150, 400)
        return x + np.convolve(beat, shape, "same").astype(np.float32)
    if kind == "weak":
        return x * np.float32(0.15) + rng.normal(0, 1.5, n).astype(np.float32)
    if kind == "swaying":
        for onset in rng.uniform(0, n - 60 * rate, round(n / rate / 90)).astype(int):
            length = round(rng.uniform(20, 60) * rate)
            x[onset : onset + length] += _coloured(rng, length, 150.0) * np.hanning(length).astype(np.float32)
        return x
    clipped = np.clip(x * 12, -150, 150)
    return clipped.astype(np.float32)


def _coloured(rng: np.random.Generator, n: int, sd: float) -> Samples:
    """Noise whose power falls with the square of the frequency, as an electrode's that touches nothing."""
    spectrum = np.fft.rfft(rng.standard_normal(n))
    spectrum[1:] /= np.arange(1, spectrum.size) ** 0.75
    noise = np.fft.irfft(spectrum, n)
    return (noise * (sd / noise.std())).astype(np.float32)
