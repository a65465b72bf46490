"""The main job on nights whose truth is known: simulate, measure as any file, and show both side by side."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from ..core.architecture import Architecture
from ..io.edf.writer import write_edf
from ..metrics.architecture import architecture
from ..simulate.published_sleep import published_targets
from ..simulate.simulated_night import simulate_scored_night
from .measure import measure
from .nights_csv import Row

__all__ = ["DemoNight", "demonstrate"]

#: Names of the files and the montages that they are recorded with.
NIGHTS: dict[str, Literal["psg", "headband"]] = {"simulated_psg": "psg", "simulated_headband": "headband"}


@dataclass(frozen=True, slots=True)
class DemoNight:
    """One simulated night: its file, the architecture that was put in, the row that was measured, and its picture."""

    recording: Path
    truth: Architecture
    row: Row
    figure: Path


def demonstrate(out: str | os.PathLike[str], *, seed: int = 7, hours: float = 8.0) -> list[DemoNight]:
    """Write a PSG and a headband night of simulated sleep as EDF, measure both, and give truth and measurement.

    Parameters
    ----------
    out : path-like
        Folder for ``recordings/`` and ``derivatives/``; made if it is not there.
    seed : int
        Of the simulated sleeper, who has N3 and REM as published of healthy adults of 30 years.
    hours : float
        Length of each night.
    """
    folder = Path(out)
    (folder / "recordings").mkdir(parents=True, exist_ok=True)
    files, truths = [], []
    for name, montage in NIGHTS.items():
        night = simulate_scored_night(seed, montage=montage, hours=hours, stage_targets=published_targets(seed))
        files.append(folder / "recordings" / f"{name}.edf")
        write_edf(night.recording, files[-1], hypnogram=night.hypnogram)
        truths.append(architecture(night.hypnogram))
    rows = measure(files, folder / "derivatives")
    figures = [folder / "derivatives" / "figures" / f"{name}.png" for name in NIGHTS]
    return [DemoNight(*night) for night in zip(files, truths, rows, figures, strict=True)]
