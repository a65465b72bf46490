"""Nights scored by people and by a stager that misses some of N3, as folders hold them."""

import numpy as np

from somnometry import Hypnogram, write_hypnogram
from somnometry.core.scorer import Scorer

STAGER = Scorer("YASA", "classifier", sha256="ab12", inputs=("eeg",))


def scored_nights(n=24, seed=0):
    """Human and automatic hypnograms by night."""
    rng = np.random.default_rng(seed)
    human, auto = {}, {}
    for i in range(n):
        lengths = [rng.integers(10, 60), 150 + rng.integers(80), rng.integers(20, 150), rng.integers(3, 20), 80, 200]
        stages = np.repeat([0, 2, 3, 0, 4, 2], lengths)
        seen = np.where((stages == 3) & (rng.random(stages.size) < 0.3), 2, stages)
        human[f"n{i:02d}"] = Hypnogram(stages, scorer=Scorer("A", "human"))
        auto[f"n{i:02d}"] = Hypnogram(np.where(rng.random(stages.size) < 0.02, 0, seen), scorer=STAGER)
    return human, auto


def write_nights(folder, n=24, seed=0):
    """Write both as ``human/`` and ``auto/``, and whose night each is."""
    for name, nights in zip(("human", "auto"), scored_nights(n, seed), strict=True):
        (folder / name).mkdir(parents=True)
        for night, hypnogram in nights.items():
            write_hypnogram(hypnogram, folder / name / f"{night}.csv")
    lines = ["night,subject", *(f"n{i:02d},p{i % (n - 2)}" for i in range(n))]
    (folder / "people.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder / "human", folder / "auto", folder / "people.csv"
