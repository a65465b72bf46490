"""A claim as declared: what it leaves to its study filled in, how far its design goes, what its metrics are called.

Nothing is computed here, so that a claims file is read and explained without what analyses nights.
"""

from __future__ import annotations

import dataclasses

from ..catalogue import CATALOGUE
from ..core.claim import Claim
from ..core.errors import ClaimError
from ..core.study import Study
from ..core.verdict import Cap

__all__ = ["cap_of", "label_of", "resolved"]


def cap_of(claim: Claim, study: Study) -> Cap:
    """What the design of a claim allows to be said at most: less where chance did not decide who got what when."""
    if claim.design == "pre-post":
        return "change observed"
    if study.randomised:
        return ""
    return "difference observed" if claim.design == "parallel" else "change observed"


def label_of(metric: str, study: Study) -> str:
    """What to call a metric: as its definition does, or as the study describes a column of its own."""
    known = CATALOGUE.get(metric)
    return known.label if known else study.columns.get(metric, metric)


def resolved(claim: Claim, study: Study) -> Claim:
    """Fill in what a claim leaves to its study.

    Raises
    ------
    ClaimError
        Where neither says the design, the treatment or the control, the study has no dose of an arm, or its baseline is
        an arm.
    """
    place = f"claim {claim.name!r}"
    made = dataclasses.replace(
        claim,
        design=claim.design or study.design,
        treatment=claim.treatment or study.treatment,
        control=claim.control or study.control,
    )
    if made.not_testable:
        return made
    if made.design is None:
        raise ClaimError("neither the claim nor the study declares a design", place=place, key="design")
    if claim.kind == "dose-response" and (unknown := [arm for arm in claim.arms if arm not in study.doses]):
        raise ClaimError(f"the study declares no dose of {unknown[0]!r} among its doses", place=place, key="arms")
    if study.baseline is not None and study.baseline in (made.treatment, made.control, *made.arms):
        raise ClaimError(
            f"the baseline {study.baseline!r} comes before treatment and control, and is neither",
            place=place,
            key="study.baseline",
        )
    if claim.kind == "difference":
        return dataclasses.replace(made, treatment=claim.treatment, control=claim.control)
    if made.design != "single-arm":
        for name in ("treatment", "control") if claim.kind != "dose-response" else ("control",):
            if getattr(made, name) is None:
                raise ClaimError(f"neither the claim nor the study names the {name}", place=place, key=name)
    return made
