"""`Convention`: how one program, or one field of research, reports a night; `Field`: one number of its report."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ...core.hypnogram import Hypnogram
from ..requirements import StageRequirement
from ..stage_matrix import PerNight, StageMatrix

__all__ = ["Convention", "Field"]


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
    requires : tuple of StageRequirement
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
    requires: tuple[StageRequirement, ...] = ()
    factor: float = 1.0
    levels: tuple[int, ...] = (5, 4, 3, 2)
    only_if_any: bool = False

    def value(self, night: StageMatrix) -> float:
        """Give the value of the only night."""
        return float(self.function(night)[0])


@dataclass(frozen=True, slots=True)
class Convention:
    """How one program, or one field of research, reports a night.

    Parameters
    ----------
    key : str
        ``"aasm"``, ``"trial"``, ``"yasa"``, ``"luna"``, ``"wonambi"``, ``"sri"`` or ``"dreem"``.
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
