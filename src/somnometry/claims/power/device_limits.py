"""What the device of a study, and the program that scores its nights, let nobody decide, however many nights."""

from __future__ import annotations

import math

from ...calibration.calibration import Calibration
from ...core.claim import Claim
from ...core.errors import ClaimError
from ...core.reason import Reason
from ...core.study import Device, Staging, Study
from ..data.estimand import Estimand
from ..data.provenance import AUTOMATIC, HUMAN, Provenance
from ..data.sample import NotTestableError
from ..stager_slopes import StagerSlopes, is_of_device
from ..staging_error import plausible_bias, staging_of, unmeasurable

__all__ = ["beyond_device", "calibration_for", "device_of", "provenance_planned", "staging_planned"]


def beyond_device(claim: Claim, study: Study, calibration: Calibration | None = None) -> Reason | None:
    """Why the device of a study can support no claim on a metric, however many nights; None where it may.

    Parameters
    ----------
    claim : Claim
    study : Study
        Nights whose scorer it does not declare count as scored by a program, of an unknown device as a headband's.
    calibration : Calibration, optional
        Of the program that will score the nights.

    Raises
    ------
    ClaimError
        Where the calibration is of another device.
    """
    if claim.not_testable:
        return None
    provenance = provenance_planned(study)
    slopes = StagerSlopes(True, calibration_for(study, calibration))
    for part in claim.components:
        try:
            tag = staging_of(part.metric, provenance)
        except NotTestableError as error:
            return error.reason
        if study.psychoactive and tag == AUTOMATIC:  # before all else: of these no calibration helps
            scale = Estimand.of(claim, part.metric).scale
            if math.isnan(plausible_bias(part.metric, scale, study, provenance, slopes)):
                return Reason("psychoactive-unbounded", {"metric": part.metric})
        if not slopes.calibrates(part.metric):
            why = unmeasurable(part.metric, tag, provenance)
            if why is not None:
                return why
    return None


def calibration_for(study: Study, calibration: Calibration | None) -> Calibration | None:
    """Give the calibration that counts for a study: none where people score its nights.

    Raises
    ------
    ClaimError
        Where it is of another device than the study's; `judge` would refuse it.
    """
    if calibration is None or staging_planned(study) == HUMAN:
        return None
    if not is_of_device(calibration, study.device or "unknown"):
        raise ClaimError(
            f"the study declares device = {study.device!r}, and the calibration of {calibration.stager} is of "
            f"{calibration.device!r}",
            place="calibration",
            remedy="give that of the program that will score these nights, or none",
            key="calibration",
        )
    return calibration


def device_of(study: Study) -> Device:
    """What will record the nights; where nobody says, the limits of a headband apply."""
    return study.device or "headband"


def staging_planned(study: Study) -> Staging:
    """How the nights will be scored; those of a wearable by its own program, whatever is declared."""
    return "auto" if study.device == "wearable" else study.staging or "auto"


def provenance_planned(study: Study) -> Provenance:
    """Who will score the nights of a study, and what records them."""
    return Provenance(staging_planned(study), device_of(study))
