"""What amplitude does to the stages of simulated headband nights: as recorded, at a part of it, and calibrated.

``python benchmarks/calibration.py --seeds 20 [--scale 0.6] [--n3 20]`` prints one Markdown row per night and the means:
minutes of N3 in truth and in the three stagings (epochs that are scored in all), and kappa against the truth.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from somnometry import Hypnogram, Recording, Signal, Stage, stage
from somnometry.simulate.simulated_night import simulate_night

Stages = npt.NDArray[np.int8]
WAYS = ("as recorded", "small", "small, calibrated")


@dataclass(frozen=True)
class CalibratedNight:
    """Minutes of N3 and kappa of each way to stage a night, and what the calibration did."""

    seed: int
    truth: float
    n3: dict[str, float]
    kappa: dict[str, float]
    calibration: str


def calibrated_night(
    seed: int, scale: float = 0.6, n3: float | None = None, hours: float = 8.0, rate: float = 128.0
) -> CalibratedNight:
    """Simulate a headband night and stage it as recorded, scaled without calibration, and scaled with it."""
    targets = None if n3 is None else {"N3": n3}
    recording, truth = simulate_night(seed, montage="headband", hours=hours, rate=rate, stage_targets=targets)
    small = scaled(recording, scale)
    staged = dict(
        zip(WAYS, (stage(recording, calibrate="off"), stage(small, calibrate="off"), stage(small)), strict=True)
    )
    n = min(hypnogram.n_epochs for hypnogram in staged.values())
    scored = np.logical_and.reduce([hypnogram.stages[:n] != Stage.UNSCORED for hypnogram in staged.values()])
    true = truth.stages[:n][scored]
    found = {way: hypnogram.stages[:n][scored] for way, hypnogram in staged.items()}
    return CalibratedNight(
        seed,
        minutes_of_n3(true),
        {way: minutes_of_n3(stages) for way, stages in found.items()},
        {way: kappa(true, stages) for way, stages in found.items()},
        said(staged["small, calibrated"]),
    )


def scaled(recording: Recording, scale: float) -> Recording:
    """Give the recording with all samples multiplied."""
    signals = {name: Signal(s.samples * np.float32(scale), s.rate, s.unit) for name, s in recording.signals.items()}
    return recording.replace(signals=signals)


def said(hypnogram: Hypnogram) -> str:
    """What was found of the amplitude; empty where it was in range."""
    return next((finding.what for finding in hypnogram.findings if finding.code.startswith("amplitude")), "")


def minutes_of_n3(stages: Stages) -> float:
    """Minutes of N3."""
    return float(np.sum(stages == Stage.N3)) / 2


def kappa(truth: Stages, stages: Stages) -> float:
    """Cohen's kappa."""
    table = np.zeros((5, 5))
    np.add.at(table, (truth, stages), 1 / truth.size)
    chance = float(table.sum(0) @ table.sum(1))
    return float((np.trace(table) - chance) / (1 - chance))


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--scale", type=float, default=0.6)
    parser.add_argument("--n3", type=float, help="per cent of sleep that is N3; by default the simulator's")
    asked = parser.parse_args()
    heads = ["seed", "N3 min: truth", *WAYS, *(f"kappa: {way}" for way in WAYS), "calibration"]
    print("| " + " | ".join(heads) + " |")
    print("|" + " --- |" * len(heads))
    nights = []
    for seed in range(asked.first, asked.first + asked.seeds):
        night = calibrated_night(seed, asked.scale, asked.n3)
        nights.append(night)
        print(_row(str(seed), night.truth, night.n3, night.kappa, night.calibration), flush=True)
    print(
        _row(
            "mean",
            float(np.mean([night.truth for night in nights])),
            {way: float(np.mean([night.n3[way] for night in nights])) for way in WAYS},
            {way: float(np.mean([night.kappa[way] for night in nights])) for way in WAYS},
            "",
        )
    )


def _row(name: str, truth: float, n3: dict[str, float], kappas: dict[str, float], calibration: str) -> str:
    cells = [name, f"{truth:.1f}", *(f"{n3[way]:.1f}" for way in WAYS), *(f"{kappas[way]:.3f}" for way in WAYS)]
    return f"| {' | '.join(cells)} | {calibration} |"


if __name__ == "__main__":
    main()
