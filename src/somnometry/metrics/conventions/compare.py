"""`compare_conventions`: one night as each program would report it, side by side."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING

from ...core.hypnogram import Hypnogram
from .convention import Convention
from .quantities import QUANTITIES
from .report import printed
from .table import CONVENTIONS

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["compare_conventions"]


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
        reported = {key: column[quantity] for key, column in columns.items() if quantity in column}
        if len(reported) < 2:
            continue
        rows[quantity] = {
            "unit": unit,
            **{key: reported[key][0] if key in reported else math.nan for key in CONVENTIONS},
            "differs": _differ([value for value, _ in reported.values()]),
            "reason": "; ".join(filter(None, [reason, *_undefined(reported)])),
        }
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("quantity")


def _differ(values: list[float]) -> bool:
    """Whether some are numbers and others NaN, or the numbers are not the same."""
    known = [value for value in values if not math.isnan(value)]
    if not known:
        return False
    return len(known) < len(values) or not math.isclose(min(known), max(known), rel_tol=1e-9, abs_tol=1e-9)


def _undefined(reported: Mapping[str, tuple[float, str | None]]) -> list[str]:
    """Say of each convention that has no number where another has one why not."""
    if all(why for _, why in reported.values()):
        return []
    return [f"{key}: {why}" for key, (_, why) in reported.items() if why]


def _by_quantity(hypnogram: Hypnogram, convention: Convention) -> dict[str, tuple[float, str | None]]:
    """Give the value of each quantity that the convention reports, and the reason where it is NaN."""
    fields, values, reasons = printed(hypnogram, convention)
    return {
        field.quantity: (values[name] * field.factor, reasons.get(name))
        for name, field in fields.items()
        if field.quantity is not None
    }
