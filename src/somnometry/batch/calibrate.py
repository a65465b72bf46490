"""Two folders of scorings in, the calibration of a stager out: a TOML file, and its page beside it."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from ..calibration.calibration import Calibration
from ..calibration.calibration_file import write_calibration
from ..calibration.fit import calibrate
from ..core.errors import CalibrationError
from ..core.study import Device
from ..io.files import together
from .agree import Lights, paired_scorings

__all__ = ["FolderCalibration", "calibrate_folders"]


@dataclass(frozen=True, slots=True)
class FolderCalibration:
    """A calibration from two folders, and one problem for every file that could not be used."""

    calibration: Calibration
    problems: tuple[str, ...]


def calibrate_folders(
    human: str | os.PathLike[str],
    auto: str | os.PathLike[str],
    out: str | os.PathLike[str],
    *,
    subjects: str | os.PathLike[str] | None = None,
    second: str | os.PathLike[str] | None = None,
    keys: Iterable[str] | None = None,
    device: Device | None = None,
    channels: Sequence[str] = (),
    population: str = "",
    source: str = "",
    lights: Lights = "markers",
    max_unscored: float = 0.20,
) -> FolderCalibration:
    """Calibrate a stager on the nights of two folders, and write the calibration and its page.

    Parameters
    ----------
    human, auto : path-like
        Folders of scorings by people and by the stager, as `agree` reads them; files pair by name without suffix.
    out : path-like
        The calibration, by custom ending in ``.toml``; a page of the same name ends in ``.html``.
    subjects, lights : path-like, optional
        As for `agree`.
    second : path-like, optional
        Folder of scorings by a second, independent stager of the same nights.
    keys, device, channels, population, source, max_unscored
        As for `calibrate`.

    Returns
    -------
    FolderCalibration

    Raises
    ------
    HypnogramError, CalibrationError
        As `agree` and `calibrate` do; nothing is written then.
    """
    path = Path(out)
    reference, observed, people, problems = paired_scorings(human, auto, path.parent, subjects=subjects, lights=lights)
    if not reference:
        what = f"no night could be compared: {problems[0]}" if problems else "no night could be compared"
        raise CalibrationError(what, place=str(human))
    others = None
    if second is not None:
        _, others, _, more = paired_scorings(human, second, path.parent, lights=lights)
        problems += [problem for problem in more if problem not in problems]
        if lacking := reference.keys() - others.keys():
            what = f"the second stager scored {len(reference) - len(lacking)} of {len(reference)} nights"
            remedy = "give its scorings of all nights, or leave it out"
            raise CalibrationError(what, place=str(second), key="second", remedy=remedy)
        others = {name: others[name] for name in reference}
    calibration = calibrate(
        reference, observed, subjects=people, keys=keys, second=others, device=device,
        channels=channels, population=population, source=source, max_unscored=max_unscored,
    )  # fmt: skip
    path.parent.mkdir(parents=True, exist_ok=True)
    from ..report.pages.calibration_page import write_calibration_page

    with together():
        write_calibration(calibration, path)
        write_calibration_page(calibration, path.with_suffix(".html"))
    return FolderCalibration(calibration, tuple(problems))
