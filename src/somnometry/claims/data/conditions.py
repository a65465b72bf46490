"""Conditions that a study declares and a table of nights has not at all: one error, before any claim is judged."""

from __future__ import annotations

from typing import Any

from ...core.errors import ClaimError
from ...core.study import Study
from .study_nights import StudyNights

__all__ = ["require_conditions"]


def require_conditions(study: Study, nights: Any) -> None:
    """Refuse nights of which none has the study's treatment, or none its control; those of single claims may be absent.

    Where a study of several claims names its arms claim by claim, it is refused if no claim has nights of an arm.

    Parameters
    ----------
    study : Study
    nights : DataFrame, mapping of columns, or rows
        As for `judge`.

    Raises
    ------
    ClaimError
    """
    there = StudyNights.of(nights, study).conditions
    absent = [name for name in (study.control, study.treatment) if name and name not in there]
    if len(study.claims) > 1:
        for arm in ("control", "treatment"):
            asked = sorted({getattr(claim, arm) or getattr(study, arm) for claim in study.claims})
            absent += [] if not all(asked) or {*asked} & {*there, *absent} else asked
    if absent:
        conditions = "condition" if len(absent) == 1 else "conditions"
        raise ClaimError(
            f"no night has the {conditions} {' or '.join(map(repr, absent))}, which the study compares; nights have "
            f"{', '.join(map(repr, there)) or 'none'}",
            place="the table of nights",
            remedy="name the conditions of the claims file as the column 'condition' does",
            key="condition",
        )
