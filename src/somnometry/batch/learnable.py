"""What a declared study can show, before its first night: of one person by simulation, of others what no device can."""

from __future__ import annotations

import dataclasses
from pathlib import Path

from ..calibration.calibration import Calibration
from ..calibration.shipped import named_calibration
from ..claims.as_declared import resolved
from ..claims.asked import asked_claim
from ..claims.power.device_limits import beyond_device, calibration_for
from ..claims.power.one_person import STUDIES, what_can_be_learned
from ..core.study import Study
from ..report.words.learnable import beyond_device_text, learnable_text
from .schedule_files import nights_of_period

__all__ = ["INSTEAD", "learnable", "usable_calibration"]

#: What can be asked of any device that tells sleep from wake, and awakenings.
INSTEAD = ("tst", "se", "waso", "awakenings")


def learnable(study: Study, folder: Path, calibration: str | None = None, n_studies: int | None = None) -> str:
    """Say what the claims of a study can come to with its device and schedule; empty where nothing is known of that.

    Parameters
    ----------
    study : Study
    folder : Path
        Where its claims file lies, perhaps beside the files of its schedule.
    calibration : str, optional
        A file, or the name of one that comes with the package: of the program that will score the nights.
    n_studies : int, optional
        Simulated people of each number of nights; by default `STUDIES`.

    Raises
    ------
    ClaimError
        Where the calibration is of another device than the study's.
    """
    n_studies = STUDIES if n_studies is None else n_studies
    own = usable_calibration(study, calibration)
    if study.design == "n-of-1" and study.schedule is not None and study.schedule.periods is not None:
        nights = nights_of_period(folder)
        claimed = {part.metric for claim in study.claims if not claim.not_testable for part in claim.components}
        others = dataclasses.replace(study, claims=tuple(asked_claim(key) for key in INSTEAD if key not in claimed))
        found, instead = (
            what_can_be_learned(one, nights=nights, calibration=own, n_studies=n_studies) for one in (study, others)
        )
        return learnable_text(found, instead, study, n_studies, is_calibrated=own is not None)
    if study.device is None:
        return ""
    claims = [(claim, beyond_device(resolved(claim, study), study, own)) for claim in study.claims]
    return beyond_device_text([(claim, why) for claim, why in claims if why is not None])


def usable_calibration(study: Study, name: str | None) -> Calibration | None:
    """Read the calibration that counts for a study; None where none is named, or people score its nights.

    Parameters
    ----------
    study : Study
    name : str, optional
        A file, or the name of one that comes with the package.

    Raises
    ------
    CalibrationError
        Where a file is no calibration.
    ClaimError
        Where it is of another device than the study's.
    """
    return None if name is None else calibration_for(study, named_calibration(name))
