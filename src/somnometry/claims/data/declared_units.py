"""Units that a study declares of columns which look to be in another: which may be, and what is said of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np

from ...catalogue import CATALOGUE
from ...core.claim import Claim, Component
from ...core.reason import Reason
from ...core.study import Study, Unit
from .likely_units import CLOCKS, in_two_units, likely_unit
from .study_nights import HUMAN_COLUMN, StudyNights

__all__ = ["UNIT_WORDS", "unit_fault", "units_taken"]

#: Unit of a metric -> the word by which a study declares it.
UNIT_WORDS: dict[str, Unit] = {"min": "minutes", "%": "percent"}


def unit_fault(metric: str, unit: str) -> tuple[str, str] | None:
    """Say what is wrong with a declared unit, and the remedy; None where nothing is.

    Examples
    --------
    >>> unit_fault("tst", "minutes")
    >>> unit_fault("tst", "percent")
    ("'tst' is measured in minutes, not in percent", 'convert the column, and declare "minutes"')
    """
    if metric not in CATALOGUE:
        return f"a unit is declared of {metric!r}, and no metric is called so", "`somnometry metrics` lists them"
    own = UNIT_WORDS.get(CATALOGUE[metric].unit)
    if own is None:
        return f"{metric!r} is measured neither in minutes nor in percent", "leave it out of units"
    if unit != own:
        return f"{metric!r} is measured in {own}, not in {unit}", f'convert the column, and declare "{own}"'
    return None


def units_taken(nights: StudyNights, components: Iterable[Component | Claim], study: Study) -> Iterator[Reason]:
    """Say of columns what they look to be in, where they were taken as the study declares.

    Parameters
    ----------
    nights : StudyNights
    components : iterable of Component or Claim
        The parts of a claim; the lengths of nights are looked at beside their metrics.
    study : Study
        Whose ``units`` are declared.
    """
    for metric in dict.fromkeys((*(part.metric for part in components), *CLOCKS)):
        if metric not in study.units:
            continue
        for column in (metric, f"{metric}_time", f"{metric}{HUMAN_COLUMN}"):
            if column not in nights.columns:
                continue
            values = nights.numbers(column)
            part, other = in_two_units(metric, values, (nights.condition, nights.subject))
            if likely := likely_unit(metric, values) or (f"{other} in {int(part.sum())} nights" if part.any() else ""):
                low, high = float(np.nanmin(values)), float(np.nanmax(values))
                facts = {"metric": metric, "likely": likely, "unit": study.units[metric], "low": low, "high": high}
                yield Reason("unit-declared", facts)
                break
