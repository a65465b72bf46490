"""`Definition`: what every table of metrics says of each of its rows."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import ClassVar, Literal

__all__ = ["RANGE_OF_UNIT", "Definition", "Level"]

#: What a metric is measured on: the stages of a night, the nights of a period, the signals of a night, or the events
#: that were scored in it.
Level = Literal["night", "period", "microstructure", "events"]

#: Minutes of a night: what is recorded for longer than a day is not one (`regularity` leaves it out).
DAY = 24 * 60.0

#: Unit -> the least and the largest value that a night of at most 24 h can have, ends included. Counts and rates have
#: no largest value, for an epoch may be as short as a scorer likes and a stage may last for one; nor have sizes.
RANGE_OF_UNIT: Mapping[str, tuple[float, float]] = MappingProxyType(
    {
        "min": (0.0, DAY),
        "%": (0.0, 100.0),
        "0/1": (0.0, 1.0),
        "1/epoch": (0.0, 1.0),  # a probability per epoch
        "count": (0.0, math.inf),
        "1/h": (0.0, math.inf),
        "1/min": (0.0, math.inf),
        "uV": (0.0, math.inf),
        "uV/s": (0.0, math.inf),
        "uV^2": (0.0, math.inf),
    }
)


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
    bounds : (float, float), optional
        The least and the largest possible value, where the unit does not say.

    Attributes
    ----------
    level : {"night", "period", "microstructure", "events"}
        What it is measured on.
    """

    level: ClassVar[Level]

    key: str
    label: str
    unit: str
    better: Literal["higher", "lower"] | None
    definition: str
    source: str
    bounds: tuple[float, float] | None = field(default=None, kw_only=True, repr=False)

    @property
    def possible_range(self) -> tuple[float, float]:
        """The least and the largest value that can be, in the metric's unit; infinite where nothing bounds it."""
        return RANGE_OF_UNIT[self.unit] if self.bounds is None else self.bounds
