"""`Definition`: what every table of metrics says of each of its rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

__all__ = ["Definition"]


@dataclass(frozen=True, slots=True)
class Definition:
    """What a number is called and what it means.

    Parameters
    ----------
    key : str
        Lower snake case; the name in results and tables.
    label : str
        What to print.
    unit : str
        ``"1"`` or ``"count"`` where it has none, ``"0/1"`` for a yes or no.
    better : {"higher", "lower", None}
        Which way is commonly read as better sleep; None where neither is.
    definition : str
        One sentence, and the rule that it relies on.
    source : str
        Who defines it so.
    """

    key: str
    label: str
    unit: str
    better: Literal["higher", "lower"] | None
    definition: str
    source: str
