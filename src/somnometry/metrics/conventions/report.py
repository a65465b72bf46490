"""`Reported`: one night as one program, or one field of research, would report it; `Field` and `Convention` say how."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from ...core.hypnogram import Hypnogram
from ..requirements import Requirement
from ..stage_matrix import PerNight, StageMatrix

__all__ = ["Convention", "Field", "Reported"]


@dataclass(frozen=True, slots=True)
class Field:
    """One number of a report.

    Parameters
    ----------
    name : str
        As the program prints it.
    unit : str
        As the program prints it; ``"1"`` for a share between 0 and 1.
    quantity : str or None
        What it is across programs, a key of `QUANTITIES`; None where nobody else reports it.
    function : function of StageMatrix
        Gives the value in `unit`, whatever it may be where a requirement is not met.
    requires : tuple of Requirement
        Without which it is NaN; the first that is not met gives the reason.
    factor : float
        What to multiply it by to have it in the unit of the quantity.
    levels : tuple of int
        The levels of scoring for which the program prints it.
    only_if_any : bool
        Whether the program leaves it out where it is 0.
    """

    name: str
    unit: str
    quantity: str | None
    function: Callable[[StageMatrix], PerNight]
    requires: tuple[Requirement, ...] = ()
    factor: float = 1.0
    levels: tuple[int, ...] = (5, 4, 3, 2)
    only_if_any: bool = False


@dataclass(frozen=True, slots=True)
class Convention:
    """How one program, or one field of research, reports a night.

    Parameters
    ----------
    key : str
        ``"aasm"``, ``"trial"``, ``"yasa"``, ``"luna"``, ``"wonambi"`` or ``"sri"``.
    source : str
        Where the definitions stand, with the version.
    window : function of Hypnogram
        Cuts the night to the epochs that the program looks at.
    fields : tuple of Field
        In the order of the report.
    notes : tuple of str
        Where this report knowingly differs from what the program prints.
    """

    key: str
    source: str
    window: Callable[[Hypnogram], StageMatrix]
    fields: tuple[Field, ...]
    notes: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return f"Convention({self.key!r}, {len(self.fields)} fields, {self.source})"


class Reported(Mapping[str, float]):
    """The numbers of one night under one convention, by the names and in the units of that convention.

    Parameters
    ----------
    convention : str
        Key of the convention.
    values : mapping of str to float
        NaN where a number is undefined.
    units : mapping of str to str
        The unit of each number.
    reasons : mapping of str to str
        For every NaN, why.

    Examples
    --------
    >>> report = Reported("luna", {"SFI": 0.028, "REM_LAT": float("nan")}, {"SFI": "1/min"}, {"REM_LAT": "no REM"})
    >>> report["SFI"], report.units["SFI"], report.reasons["REM_LAT"]
    (0.028, '1/min', 'no REM')
    """

    __slots__ = ("_values", "convention", "reasons", "units")

    _values: Mapping[str, float]

    convention: str
    units: Mapping[str, str]
    reasons: Mapping[str, str]

    def __init__(
        self, convention: str, values: Mapping[str, float], units: Mapping[str, str], reasons: Mapping[str, str]
    ) -> None:
        put = object.__setattr__
        put(self, "convention", convention)
        put(self, "_values", MappingProxyType({name: float(value) for name, value in values.items()}))
        put(self, "units", MappingProxyType(dict(units)))
        put(self, "reasons", MappingProxyType(dict(reasons)))

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"a Reported is frozen; {name} cannot be set")

    def __getitem__(self, name: str) -> float:
        return self._values[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __reduce__(self) -> tuple[Any, ...]:
        return Reported, (self.convention, dict(self), dict(self.units), dict(self.reasons))

    def __repr__(self) -> str:
        shown = ", ".join(f"{name!r}: {value:g}" for name, value in self.items() if not math.isnan(value))
        return f"Reported({self.convention!r}, {{{shown}}})"

    def _repr_html_(self) -> str:
        rows = "".join(
            f"<tr><th style='text-align:left'>{name}</th>"
            f"<td style='text-align:right'>{'' if math.isnan(value) else format(value, '.4g')}</td>"
            f"<td style='text-align:left'>{self.units.get(name, '')}</td>"
            f"<td style='text-align:left'>{self.reasons.get(name, '')}</td></tr>"
            for name, value in self.items()
        )
        return (
            f"<table><thead><tr><th>{self.convention}</th><th>value</th><th></th><th></th></tr></thead>{rows}</table>"
        )
