"""Whether several EEG derivations, one of them bad, stage a simulated PSG as well as the best one alone.

``python benchmarks/voting.py --first 100 --seeds 20`` prints one Markdown row per night. In each night one of six
derivations, drawn at random, is spoilt in one of eight ways. The weights of the vote were chosen on seeds 0 to 79. The
best single derivation is known by the truth only; an epoch left unscored counts as wrong.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from somnometry import Montage, Recording, Signal, StagingError, stage
from somnometry.simulate.simulated_night import simulate_night

Samples = npt.NDArray[np.float32]
KINDS = ("flat", "half lost", "white noise", "coloured noise", "heart", "weak", "swaying", "railing")


@dataclass(frozen=True)
class VotedNight:
    """Kappa against the truth of each derivation alone, of the vote, and of the one that is chosen by label."""

    seed: int
    spoilt: str
    kind: str
    alone: dict[str, float]
    vote: float
    chosen: float
    scorer: str

    @property
    def behind(self) -> float:
        """Kappa of the vote minus that of the best derivation."""
        return self.vote - max(self.alone.values())


def voted_night(seed: int, hours: float = 8.0, rate: float = 128.0) -> VotedNight:
    """Simulate a PSG, spoil one derivation, stage by each alone and by all together."""
    recording, truth = simulate_night(seed, hours=hours, rate=rate)
    names = [name for name in recording.signals if name.startswith("EEG")]
    bad, spoilt, kind = spoiled(recording, seed, names)
    montage = recording.montage
    alone = {}
    for name in names:
        try:
            stages = stage(bad.replace(montage=Montage(name, montage.eog, montage.emg))).stages
        except StagingError:  # nothing but zeros
            stages = np.full(truth.n_epochs, -1, np.int8)
        alone[name] = kappa(truth.stages, stages)
    chosen = montage.eeg or names[0]
    further = tuple(name for name in names if name != chosen)
    voted = stage(bad.replace(montage=Montage(chosen, montage.eog, montage.emg, more_eeg=further)), eeg="all")
    return VotedNight(seed, spoilt, kind, alone, kappa(truth.stages, voted.stages), alone[chosen], str(voted.scorer))


def kappa(truth: npt.NDArray[np.int8], stages: npt.NDArray[np.int8]) -> float:
    """Cohen's kappa in which an epoch that is unscored, or lies behind the end of the hypnogram, is wrong."""
    padded = np.full(truth.size, -1, np.int8)
    padded[: stages.size] = stages
    table = np.zeros((6, 6))
    np.add.at(table, (truth, np.where(padded < 0, 5, padded)), 1 / truth.size)
    chance = float(table.sum(0) @ table.sum(1))
    return float((np.trace(table) - chance) / (1 - chance))


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


def main() -> None:
    """Print the table and the worst night."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--first", type=int, default=100)
    parser.add_argument("--seeds", type=int, default=20)
    asked = parser.parse_args()
    print("| seed | spoilt | how | its kappa | best alone | chosen by label | vote | vote - best |")
    print("|" + " --- |" * 8)
    nights = []
    for seed in range(asked.first, asked.first + asked.seeds):
        night = voted_night(seed)
        nights.append(night)
        numbers = (night.alone[night.spoilt], max(night.alone.values()), night.chosen, night.vote)
        cells = " | ".join(f"{number:.3f}" for number in numbers)
        print(f"| {seed} | {night.spoilt} | {night.kind} | {cells} | {night.behind:+.4f} |", flush=True)
    behind = np.array([night.behind for night in nights])
    gained = np.array([night.vote - night.chosen for night in nights])
    print(f"\nvote - best: worst {behind.min():+.4f}, mean {behind.mean():+.4f}; {np.sum(behind < -0.01)} below -.01")
    print(f"vote - chosen by label: worst {gained.min():+.4f}, mean {gained.mean():+.4f}")


if __name__ == "__main__":
    main()
