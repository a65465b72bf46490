"""A simulated study as files: its table, or recordings with the table that says whose night each is; and the truth."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any, Literal

from ..io.csv_tables import write_csv
from ..io.edf.writer import write_edf
from ..io.files import together, write_whole
from ..io.hypnograms import write_hypnogram
from .simulated_night import simulate_scored_night
from .studies import SimulatedStudy

__all__ = ["write_study"]

FIRST_NIGHT = datetime(2026, 1, 5, 22, 45)
#: Days between the first nights of two periods.
PERIOD_DAYS = 14
COLUMNS = ("path", "subject", "condition", "period", "night")


def write_study(
    study: SimulatedStudy,
    folder: str | os.PathLike[str],
    *,
    montage: Literal["psg", "headband"] = "psg",
    rate: float = 128.0,
    progress: Callable[[str], None] | None = None,
) -> None:
    """Write a simulated study: its table of nights or, where it has hypnograms, recordings that realise them.

    Parameters
    ----------
    study : SimulatedStudy
    folder : path-like
        Made if it is not there. It gets ``truth.json`` (true effects, seed, whether chance decided who got what
        when, and how its stagers err); ``nights.csv``, and ``scored/STAGER/nights.csv`` of each stager; or for a study
        with hypnograms ``recordings/`` with an EDF of every night and ``recordings.csv``, which `measure` reads, and
        ``truth/`` with the hypnograms behind them.
    montage : {"psg", "headband"}
    rate : float
        Sampling rate in hertz.
    progress : callable, optional
        Called with the name of each recording as it is written.
    """
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    drawn = study.plan.design != "pre-post"
    truth: dict[str, Any] = {
        "seed": study.seed,
        "randomised": drawn,
        "effects": {metric: dict(arms) for metric, arms in study.truth.items()},
    }
    if study.plan.stagers:
        truth["stagers"] = {stager.name: stager.to_dict() for stager in study.plan.stagers}
    told = json.dumps(truth, indent=2) + "\n"
    if study.hypnograms is None:
        nights = study.nights.assign(staging="human", device="psg")
        with together():
            write_whole(folder / "truth.json", told)
            write_csv(folder / "nights.csv", nights.to_dict("records"), list(nights.columns), digits=None, ended=True)
            for name, seen in zip(_folder_names(study.scored), study.scored.values(), strict=True):
                own = folder / "scored" / name
                own.mkdir(parents=True, exist_ok=True)
                write_csv(own / "nights.csv", seen.to_dict("records"), list(seen.columns), digits=None, ended=True)
        return
    write_whole(folder / "truth.json", told)
    recordings = folder / "recordings"
    scorings = folder / "truth"
    recordings.mkdir(exist_ok=True)
    scorings.mkdir(exist_ok=True)
    rows = []
    for i, night in enumerate(study.nights.to_dict("records")):
        name, hypnogram = f"{night['recording']}.edf", study.hypnograms[night["recording"]]
        start = FIRST_NIGHT + timedelta(days=PERIOD_DAYS * (int(night["period"]) - 1) + int(night["night"]) - 1)
        made = simulate_scored_night(
            study.seed * 10_000 + i, montage=montage, rate=rate, hypnogram=hypnogram, start=start
        )
        write_edf(made.recording, recordings / name)
        write_hypnogram(made.hypnogram, scorings / f"{night['recording']}.csv")
        rows.append({column: night[column] for column in COLUMNS[1:]} | {COLUMNS[0]: name})
        if progress is not None:
            progress(name)
    write_csv(recordings / "recordings.csv", rows, COLUMNS, digits=None)


def _folder_names(stagers: Iterable[str]) -> list[str]:
    """Give each stager a name of letters, digits and dashes, unlike those before it."""
    names: list[str] = []
    for stager in stagers:
        plain = re.sub(r"\W+", "-", stager).strip("-").lower() or "stager"
        number = next(i for i in count(1) if (plain if i == 1 else f"{plain}-{i}") not in names)
        names.append(plain if number == 1 else f"{plain}-{number}")
    return names
