"""`conventional`: one night as each program would report it; `compare_conventions`: all of them, side by side."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING

from ...core.errors import HypnogramError
from ...core.hypnogram import Hypnogram
from ..stage_matrix import StageMatrix
from .report import Convention, Field, Reported
from .table import CONVENTIONS, QUANTITIES

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["CONVENTIONS", "compare_conventions", "conventional"]


def conventional(hypnogram: Hypnogram, convention: str = "aasm") -> Reported:
    """Report a night as a program would, by its names and in its units; ``.units`` has the unit of each number.

    Parameters
    ----------
    hypnogram : Hypnogram
        However much of it is unscored.
    convention : {"aasm", "trial", "yasa", "luna", "wonambi", "sri"}
        ``CONVENTIONS`` has their sources, and notes on where the report differs from what the program prints.

    Returns
    -------
    Reported
        NaN where a number is undefined or the program prints none; ``reasons`` says why. Where a light is unknown,
        ``aasm``, ``trial`` and ``wonambi`` are NaN in what needs it; the others take the whole record.

    Raises
    ------
    HypnogramError
        For a convention that is not among them.

    Examples
    --------
    REM latency and WASO of one night, as YASA has them and as the AASM does:

    >>> from somnometry.core.hypnogram import Hypnogram
    >>> night = Hypnogram([0, 0, 1, 2, 0, 2, 4, 4, 2, 0, 0, 0])
    >>> yasa, aasm = conventional(night, "yasa"), conventional(night)
    >>> yasa["Lat_REM"], aasm["rem_latency"]
    (3.0, 2.0)
    >>> yasa["WASO"], aasm["waso"]
    (0.5, 2.0)
    """
    if convention not in CONVENTIONS:
        raise HypnogramError(f"there is no convention {convention!r}; there are {', '.join(CONVENTIONS)}")
    return _report(hypnogram, CONVENTIONS[convention])


def compare_conventions(hypnogram: Hypnogram) -> pd.DataFrame:
    """Compare what the conventions say of one night, in minutes, per cent, counts and rates per hour.

    Parameters
    ----------
    hypnogram : Hypnogram

    Returns
    -------
    DataFrame
        One row for each quantity that at least two conventions report. Columns: ``unit``, one for each convention
        (NaN where it does not report the quantity, or the night does not have it), ``differs`` (whether they disagree
        about this night; a number beside one that is undefined is a disagreement, one beside a quantity that is not
        reported is none) and ``reason`` (what they do differently; empty where nothing).

    Examples
    --------
    >>> from somnometry.core.hypnogram import Hypnogram
    >>> table = compare_conventions(Hypnogram([0, 0, 1, 2, 0, 2, 4, 4, 2, 0, 0, 0]))
    >>> table.loc["waso", ["aasm", "yasa", "luna", "wonambi", "sri"]].tolist()
    [2.0, 0.5, 0.5, 0.5, 2.0]
    >>> bool(table.loc["tst", "differs"])
    False
    """
    import pandas as pd

    columns = {key: _by_quantity(hypnogram, convention) for key, convention in CONVENTIONS.items()}
    rows = {}
    for quantity, (unit, reason) in QUANTITIES.items():
        said = {key: column[quantity] for key, column in columns.items() if quantity in column}
        if len(said) < 2:
            continue
        rows[quantity] = {
            "unit": unit,
            **{key: said[key][0] if key in said else math.nan for key in CONVENTIONS},
            "differs": _differ([value for value, _ in said.values()]),
            "reason": "; ".join(filter(None, [reason, *_undefined(said)])),
        }
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("quantity")


def _differ(values: list[float]) -> bool:
    """Whether some are numbers and others NaN, or the numbers are not the same."""
    known = [value for value in values if not math.isnan(value)]
    if not known:
        return False
    return len(known) < len(values) or not math.isclose(min(known), max(known), rel_tol=1e-9, abs_tol=1e-9)


def _undefined(said: Mapping[str, tuple[float, str | None]]) -> list[str]:
    """Say of each convention that has no number where another has one why not."""
    if all(why for _, why in said.values()):
        return []
    return [f"{key}: {why}" for key, (_, why) in said.items() if why]


def _fields(convention: Convention, nights: StageMatrix) -> list[tuple[Field, float, str | None]]:
    """Give each field that the program prints, its value, and the reason where it is NaN."""
    printed = []
    for field in convention.fields:
        if nights.levels not in field.levels:
            continue
        unmet = next((r.reason for r in field.requires if not r.met(nights).all()), None)
        value = math.nan if unmet else float(field.function(nights)[0])
        if not (field.only_if_any and value == 0):
            printed.append((field, value, unmet))
    return printed


def _report(hypnogram: Hypnogram, convention: Convention) -> Reported:
    printed = _fields(convention, convention.window(hypnogram))
    return Reported(
        convention.key,
        {field.name: value for field, value, _ in printed},
        {field.name: field.unit for field, _, _ in printed},
        {field.name: reason for field, _, reason in printed if reason is not None},
    )


def _by_quantity(hypnogram: Hypnogram, convention: Convention) -> dict[str, tuple[float, str | None]]:
    """Give the value of each quantity that the convention reports, and the reason where it is NaN."""
    printed = _fields(convention, convention.window(hypnogram))
    return {field.quantity: (value * field.factor, why) for field, value, why in printed if field.quantity is not None}
