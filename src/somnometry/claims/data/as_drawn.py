"""One person's nights beside the order that was drawn: judged as drawn, and what was taken or measured otherwise."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from ...core.errors import ClaimError
from ...core.reason import Reason
from ...core.study import Study
from .night_ordinals import texts_of

__all__ = ["AsDrawn", "as_drawn"]

Mask = npt.NDArray[np.bool_]
Columns = Mapping[str, npt.NDArray[Any]]


@dataclass(frozen=True, slots=True, eq=False)
class AsDrawn:
    """A table of one person's nights whose conditions are those that were drawn.

    Parameters
    ----------
    columns : mapping of str to array
    beside : array of bool, shape (n_rows,)
        Nights that were not drawn: of no number of the schedule, such as a nap, or one after its last.
    otherwise : array of bool, shape (n_rows,)
        Nights of which the table has the other condition than was drawn.
    warnings : tuple of Reason
    """

    columns: Columns
    beside: Mask
    otherwise: Mask
    warnings: tuple[Reason, ...] = ()


def as_drawn(columns: Columns, study: Study) -> AsDrawn:
    """Give the nights of one person's study the conditions that its schedule drew for their numbers.

    A cell without a condition has that of its number, and a night of which the table has the other one is judged as
    drawn: what was taken was chosen, and only what was drawn was not. Runs-in and washouts have conditions of their own
    and stay as they are, as does a table of several people, or one whose schedule holds no order.

    Raises
    ------
    ClaimError
        Where no night has a number that was drawn, or more than half have the other condition.
    """
    n = len(columns["subject"])
    none = np.zeros(n, bool)
    key = next((name for name in ("period", "night") if name in columns), None)
    order, arms = study.schedule.order if study.schedule is not None else "", _arms(study)
    if not order or key is None or arms is None or len({*texts_of(columns["subject"])} - {""}) != 1:
        return AsDrawn(columns, none, none)
    labels, conditions = texts_of(columns[key]), texts_of(columns["condition"])
    ours = np.array([condition in ("", *arms) for condition in conditions])
    drawn = np.array([label.isdecimal() and 1 <= int(label) <= len(order) for label in labels])
    beside = ours & ~drawn
    if beside.any() and not (ours & drawn).any():
        label = labels[int(np.flatnonzero(beside)[0])]
        raise ClaimError(
            f"{key} {label!r} is none of the {len(order)} that were drawn, and neither is any other",
            remedy="number them by the schedule, from 1",
            key=key,
        )
    given = list(conditions)
    otherwise = none.copy()
    for i in np.flatnonzero(ours & drawn).tolist():
        given[i] = arms[order[int(labels[i]) - 1] == "B"]
        otherwise[i] = conditions[i] not in ("", given[i])
    if 2 * otherwise.sum() > (ours & drawn).sum():
        i = int(np.flatnonzero(otherwise)[0])
        raise ClaimError(
            f"{key} {labels[i]} was drawn as {given[i]!r}, and the table has {conditions[i]!r}; so it is with "
            f"{int(otherwise.sum())} of {int((ours & drawn).sum())}",
            remedy="this is not the order that was drawn: mend the seed or the order of the schedule, or the table",
            key="condition",
        )
    warnings = []
    if otherwise.any():
        which = tuple(dict.fromkeys(labels[i] for i in np.flatnonzero(otherwise).tolist()))
        warnings.append(Reason("taken-otherwise", {"key": key, "which": which, "planned": len(order)}))
    return AsDrawn({**columns, "condition": np.array(given, object)}, beside, otherwise, tuple(warnings))


def _arms(study: Study) -> tuple[str, str] | None:
    """Give control and treatment of one person's study; None of another, and where its claims differ in them."""
    pairs = {
        (claim.control or study.control, claim.treatment or study.treatment)
        for claim in study.claims
        if (claim.design or study.design) == "n-of-1"
    }
    if study.design == "n-of-1" and not pairs:
        pairs = {(study.control, study.treatment)}
    control, treatment = pairs.pop() if len(pairs) == 1 else (None, None)
    return None if control is None or treatment is None else (control, treatment)
