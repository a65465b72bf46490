"""Whether tables of several stagers hold the same nights, and each numbers of its own: else agreement says nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import combinations

import numpy as np
import numpy.typing as npt

from ..catalogue import CATALOGUE
from ..core.errors import ClaimError
from ..core.reason import Reason
from .data.study_nights import StudyNights, text_of

__all__ = ["nights_apart", "require_same_nights"]

Floats = npt.NDArray[np.float64]
#: Subject, period, and night within it, as a table names them.
Key = tuple[str, str, str]
#: Numbers that nowhere differ by more than this share of their SD over nights are one scoring, however it was rounded.
ROUNDED = 0.01
#: With fewer different nights two scorings may well agree in all numbers.
TELLING = 4


def require_same_nights(nights: Mapping[str, StudyNights]) -> None:
    """Refuse tables of other people, of nights under other conditions, and numbers that are another stager's.

    Parameters
    ----------
    nights : mapping of str to StudyNights
        By the name of the stager.

    Raises
    ------
    ClaimError
    """
    (first, of_first), *others = nights.items()
    for name, table in others:
        if odd := set(of_first.subjects) ^ set(table.subjects):
            raise ClaimError(
                f"{first} and {name} did not score nights of the same people: {min(odd)!r} is in one of them",
                key="subject",
                remedy="give the nights of the same people under every stager",
            )
    for (one, of_one), (other, of_other) in combinations(nights.items(), 2):
        here, there = _keys(of_one), _keys(of_other)
        shared = [key for key in here if key in there]
        if not shared:
            raise ClaimError(
                f"no night of {one} is one of {other}", key="night", remedy="name nights alike under every stager"
            )
        for key in shared:
            conditions = _condition(of_one, here[key]), _condition(of_other, there[key])
            if conditions[0] != conditions[1]:
                raise ClaimError(
                    f"{_named(key)} is under {conditions[0]!r} by the table of {one}, and under {conditions[1]!r} by "
                    f"that of {other}",
                    key="condition",
                )
        rows = np.array([[here[key], there[key]] for key in shared])
        if _is_copy(of_one, of_other, rows):
            raise ClaimError(
                f"the numbers of {one} and {other} are the same in all {len(shared)} nights: one is a copy of the "
                "other, and that they agree says nothing",
                key="nights",
                remedy="give each stager's own nights",
            )


def nights_apart(nights: Mapping[str, StudyNights]) -> tuple[Reason, ...]:
    """Say how many nights each stager lacks of those that any other scored."""
    keys = {name: set(_keys(table)) for name, table in nights.items()}
    whole: set[Key] = set().union(*keys.values())
    lacking = {name: len(whole - own) for name, own in keys.items() if whole - own}
    return (Reason("nights-not-by-all", {"lacking": lacking, "of": len(whole)}),) if lacking else ()


def _keys(table: StudyNights) -> dict[Key, int]:
    """Give the place of each night by its name."""
    labels = table.columns.get("night")
    keys = {}
    for i in range(len(table)):
        period = table.periods[table.period[i]] if table.periods else f"under {_condition(table, i)}"
        night = str(table.night[i] + 1) if labels is None else text_of(labels[i])
        keys[table.subjects[table.subject[i]], period, night] = i
    return keys


def _condition(table: StudyNights, i: int) -> str:
    return str(table.conditions[table.condition[i]])


def _named(key: Key) -> str:
    subject, period, night = key
    return f"night {night} of {subject!r} in period {period}"


def _is_copy(one: StudyNights, other: StudyNights, rows: npt.NDArray[np.intp]) -> bool:
    """Whether all metrics that both tables have are the same in the same nights, but for rounding."""
    seen = 0
    for a, b in _metrics(one, other):
        a, b = a[rows[:, 0]], b[rows[:, 1]]
        known = np.isfinite(a)
        if not np.array_equal(known, np.isfinite(b)) or np.unique(a[known]).size < TELLING:
            if not np.array_equal(a, b, equal_nan=True):
                return False
            continue
        seen += 1
        if np.abs(a - b)[known].max() > ROUNDED * a[known].std():
            return False
    return seen > 0


def _metrics(one: StudyNights, other: StudyNights) -> Iterator[tuple[Floats, Floats]]:
    for name in one.columns:
        if name in other.columns and name in CATALOGUE and CATALOGUE[name].unit != "0/1":
            yield one.numbers(name), other.numbers(name)
