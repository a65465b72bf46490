"""`validate`: nights that people scored are staged, and set beside their scorings: agreement, calibration, one page."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from ..calibration.calibration import Calibration
from ..calibration.calibration_file import write_calibration
from ..calibration.fit import calibrate
from ..core.errors import CalibrationError, RecordingError
from ..metrics.agreement.epochs import EpochAgreement, epoch_agreement
from ..metrics.agreement.metrics import MetricAgreement, metric_agreement
from .agree import paired_scorings
from .measure import measure
from .nights_csv import read_rows
from .settings import Settings

__all__ = ["Validation", "validate"]


@dataclass(frozen=True, slots=True)
class Validation:
    """How the stages of this package agree with people's on the nights of some folders.

    Parameters
    ----------
    epochs : EpochAgreement
    metrics : MetricAgreement
    by_device : mapping of str to EpochAgreement
        Of the nights of each device, where there are several.
    calibration : Calibration or None
        None where nights or people are too few; `why_none` says why.
    why_none : str
    people_named : bool
        Whether the nights say whose they are.
    data : str
        On what it was run.
    problems : tuple of str
        Nights that could not be staged, read or compared.
    """

    epochs: EpochAgreement
    metrics: MetricAgreement
    by_device: Mapping[str, EpochAgreement] = field(default_factory=dict)
    calibration: Calibration | None = None
    why_none: str = ""
    people_named: bool = False
    data: str = ""
    problems: tuple[str, ...] = ()


def validate(
    paths: Sequence[str | os.PathLike[str]],
    out: str | os.PathLike[str],
    settings: Settings | None = None,
    *,
    recordings: str | os.PathLike[str] | None = None,
    jobs: int | Literal["auto"] | None = None,
    data: str = "",
    n_boot: int = 2000,
    seed: int = 0,
) -> Validation:
    """Stage every night that people scored, compare, and calibrate where 20 people or more were recorded.

    Parameters
    ----------
    paths, settings, recordings, jobs
        As for `measure`. Nights without a scoring are measured, and not compared.
    out : path-like
        Folder of `measure`, with ``validation.html``, and ``calibration.toml`` where there is a calibration.
    data : str
        What the page calls the nights; by default the names of the folders.
    n_boot, seed : int
        As for `agree`.

    Returns
    -------
    Validation

    Raises
    ------
    RecordingError
        As `measure`; and where no night could be compared with a scoring.
    """
    folder = Path(out)
    rows = measure(paths, folder, settings, recordings=recordings, jobs=jobs)
    problems = [str(row["error"]) for row in rows if row["status"] != "ok"]
    if len(problems) == len(rows):
        what = f"none of the nights ({len(rows)}) could be measured"
        raise RecordingError(what, place=str(folder), remedy="; ".join(problems[:1]))
    scored = folder / "scorings"
    if not scored.is_dir() or not any(scored.iterdir()):
        what = f"none of the nights ({len(rows)}) has a scoring by people that could be laid on it"
        raise RecordingError(what, place=str(folder), remedy="put it beside the recording; docs/folders.md")
    listed = read_rows(folder / "nights.csv")
    of_scored = {name: row for name, row in listed.items() if (scored / f"{name}.csv").exists()}
    named = bool(of_scored) and all(row.get("subject") for row in of_scored.values())
    human, auto, _, more = paired_scorings(scored, folder / "hypnograms", folder)
    problems += [problem for problem in more if problem not in problems]
    if not human:
        raise RecordingError("no night could be compared", place=str(folder), remedy="; ".join(problems[:1]))
    people = {name: str(of_scored[name]["subject"]) for name in human} if named else None
    epochs = epoch_agreement(human, auto, subjects=people, n_boot=n_boot, seed=seed)
    metrics = metric_agreement(human, auto, subjects=people, n_boot=n_boot, seed=seed)
    problems += [f"{name}: left out of the metrics: {why}" for name, why in metrics.excluded.items()]
    devices: dict[str, list[str]] = {}
    for name in human:
        devices.setdefault(str(of_scored[name].get("device") or "not said"), []).append(name)
    calibration, why = None, ""
    try:
        calibration = calibrate(human, auto, subjects=people)
        write_calibration(calibration, folder / "calibration.toml")
    except CalibrationError as error:
        why = error.what
    made = Validation(
        epochs,
        metrics,
        {
            device: epoch_agreement(
                {name: human[name] for name in names},
                {name: auto[name] for name in names},
                subjects=None if people is None else {name: people[name] for name in names},
                n_boot=n_boot,
                seed=seed,
            )
            for device, names in devices.items()
            if len(devices) > 1
        },
        calibration,
        why,
        named,
        data or ", ".join(Path(path).name for path in paths),
        tuple(problems),
    )
    from ..report.pages.validation_page import write_validation_page

    write_validation_page(made, folder / "validation.html")
    return made
