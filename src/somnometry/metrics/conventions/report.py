"""`conventional`: one night as another program, or a drug trial, would report it."""

from __future__ import annotations

from ...core.architecture import Architecture
from ...core.errors import HypnogramError
from ...core.hypnogram import Hypnogram
from ...core.requirement import measured
from .convention import Convention, Field
from .table import CONVENTIONS

__all__ = ["conventional", "printed"]


def conventional(hypnogram: Hypnogram, convention: str = "aasm") -> Architecture:
    """Report a night as a program would, by its names and in its units; ``.units`` has the unit of each number.

    Parameters
    ----------
    hypnogram : Hypnogram
        However much of it is unscored.
    convention : {"aasm", "trial", "yasa", "luna", "wonambi", "sri", "dreem"}
        ``CONVENTIONS`` has their sources, and notes on where the report differs from what the program prints.

    Returns
    -------
    Architecture
        By the names of the convention. NaN where a number is undefined or the program prints none; ``reasons`` says
        why. Where a light is unknown, ``aasm``, ``trial`` and ``wonambi`` are NaN in what needs it; the others take
        the whole record.

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
        raise HypnogramError(f"there is no convention {convention!r}", remedy=f"there are {', '.join(CONVENTIONS)}")
    fields, values, reasons = printed(hypnogram, CONVENTIONS[convention])
    units = {name: field.unit for name, field in fields.items()}
    return Architecture(values, reasons, units=units, convention=convention)


def printed(hypnogram: Hypnogram, convention: Convention) -> tuple[dict[str, Field], dict[str, float], dict[str, str]]:
    """Give the fields that a program prints of a night, their values, and the reasons where these are NaN; by name."""
    night = convention.window(hypnogram)
    fields = {field.name: field for field in convention.fields if night.levels in field.levels}
    values, reasons = measured(((name, field.requires, field.value) for name, field in fields.items()), night)
    fields = {name: field for name, field in fields.items() if not (field.only_if_any and values[name] == 0)}
    return fields, {name: values[name] for name in fields}, reasons
