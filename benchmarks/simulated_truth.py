"""How well stagers find the simulated truth: kappa, F1 of every stage, bias of TST, SE, REM % and N3 %.

``python benchmarks/simulated_truth.py --seeds 20 [--montage psg headband] [--stager yasa somnometry]`` prints one
Markdown table.
"""

from __future__ import annotations

import argparse
import warnings
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial

import numpy as np
import numpy.typing as npt

from somnometry import Hypnogram, Recording, Stage
from somnometry.simulate.simulated_night import simulate_night

Stages = npt.NDArray[np.int8]
METRICS = ("TST", "SE", "REM %", "N3 %")


@dataclass(frozen=True)
class Agreement:
    """What a stager made of some nights; biases and their references are means over nights."""

    kappa: float
    f1: dict[str, float]
    truth: dict[str, float]
    bias: dict[str, float]

    @property
    def relative_bias(self) -> dict[str, float]:
        """Bias in per cent of the true value."""
        return {name: 100 * self.bias[name] / self.truth[name] for name in METRICS}


def yasa_stages(recording: Recording) -> Stages:
    """Stages by ``yasa.SleepStaging``; what was not recorded is read as 0 uV, as YASA knows no gaps."""
    import mne
    import yasa

    names = list(recording.montage.roles.values())
    rate = recording.signals[names[0]].rate
    volts = np.array([np.nan_to_num(recording.signals[name].samples.astype(float)) * 1e-6 for name in names])
    raw = mne.io.RawArray(volts, mne.create_info(names, rate, "eeg"), verbose="ERROR")
    montage = recording.montage
    staging = yasa.SleepStaging(raw, eeg_name=montage.eeg, eog_name=montage.eog, emg_name=montage.emg)
    with warnings.catch_warnings():
        # YASA's classifiers were pickled by an older scikit-learn, and get an array where they were trained on a table
        warnings.filterwarnings("ignore", message="Trying to unpickle estimator LabelEncoder")
        warnings.filterwarnings("ignore", message="X does not have valid feature names")
        predicted = staging.predict()
    code = {"WAKE": 0, "N1": 1, "N2": 2, "N3": 3, "REM": 4}
    return np.array([code[stage] for stage in predicted.hypno], np.int8)


def somnometry_stages(recording: Recording) -> Stages:
    """Stages by ``somnometry.stage``; epochs that touch a gap are unscored."""
    from somnometry.staging.stage import stage

    return stage(recording).stages


STAGERS: dict[str, Callable[[Recording], Stages]] = {"yasa": yasa_stages, "somnometry": somnometry_stages}


def staged(
    seed: int, *, montage: str, stagers: list[str], rate: float, hours: float
) -> dict[str, tuple[Hypnogram, Stages]]:
    """Give the truth of one night and what each stager says of it."""
    recording, hypnogram = simulate_night(seed, montage=montage, rate=rate, hours=hours)  # type: ignore[arg-type]
    return {name: (hypnogram, STAGERS[name](recording)) for name in stagers}


def agreement(nights: list[tuple[Hypnogram, Stages]]) -> Agreement:
    """Pool the epochs of all nights for kappa and F1; take metrics per night, in bed, and average.

    Only epochs that the stager scored count, in the truth too.
    """
    true = np.concatenate([hypnogram.stages for hypnogram, _ in nights])
    predicted = np.concatenate([stages for _, stages in nights])
    known = (true >= 0) & (predicted >= 0)
    table = np.zeros((5, 5))
    np.add.at(table, (true[known], predicted[known]), 1)
    chance = float(table.sum(0) @ table.sum(1)) / table.sum() ** 2
    kappa = (float(np.trace(table)) / table.sum() - chance) / (1 - chance)
    f1 = 2 * np.diag(table) / (table.sum(0) + table.sum(1))
    truths = [_metrics(h, np.where(stages >= 0, h.stages, -1)) for h, stages in nights]
    biases = [_metrics(h, stages) - truth for (h, stages), truth in zip(nights, truths, strict=True)]
    return Agreement(
        kappa,
        {Stage(s).label: float(f1[s]) for s in range(5)},
        dict(zip(METRICS, np.mean(truths, axis=0).tolist(), strict=True)),
        dict(zip(METRICS, np.mean(biases, axis=0).tolist(), strict=True)),
    )


def _metrics(hypnogram: Hypnogram, stages: Stages) -> npt.NDArray[np.float64]:
    inside = stages[hypnogram.in_bed]
    asleep = inside[inside > 0]
    minutes = asleep.size * hypnogram.epoch / 60
    percent = [100 * np.mean(asleep == stage) for stage in (Stage.R, Stage.N3)]
    return np.array([minutes, 100 * asleep.size / np.count_nonzero(inside >= 0), *percent])


def evaluate(
    seeds: range, montage: str, stagers: list[str], rate: float = 256.0, hours: float = 8.0, workers: int = 2
) -> dict[str, Agreement]:
    """Simulate and stage one night per seed; give the agreement of every stager."""
    one = partial(staged, montage=montage, stagers=stagers, rate=rate, hours=hours)
    if workers > 1:
        with ProcessPoolExecutor(workers) as pool:
            nights = list(pool.map(one, seeds))
    else:
        nights = [one(seed) for seed in seeds]
    return {name: agreement([night[name] for night in nights]) for name in stagers}


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--montage", nargs="+", default=["psg", "headband"], choices=["psg", "headband"])
    parser.add_argument("--stager", nargs="+", default=list(STAGERS), choices=list(STAGERS))
    parser.add_argument("--rate", type=float, default=256.0)
    parser.add_argument("--hours", type=float, default=8.0)
    parser.add_argument("--workers", type=int, default=2)
    asked = parser.parse_args()
    columns = ["montage", "stager", "kappa", *(f"F1 {s}" for s in ("W", "N1", "N2", "N3", "R"))]
    columns += [f"{name}: truth, bias" for name in METRICS]
    print("| " + " | ".join(columns) + " |")
    print("|" + " --- |" * len(columns))
    for montage in asked.montage:
        found = evaluate(range(asked.seeds), montage, asked.stager, asked.rate, asked.hours, asked.workers)
        for name, result in found.items():
            cells = [montage, name, f"{result.kappa:.3f}", *(f"{value:.2f}" for value in result.f1.values())]
            cells += [f"{result.truth[m]:.1f}, {result.relative_bias[m]:+.1f} %" for m in METRICS]
            print("| " + " | ".join(cells) + " |", flush=True)


if __name__ == "__main__":
    main()
