"""`PERIOD_METRICS`: what is measured of many nights together, one value per person and period."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import ClassVar

from ..core.definition import DAY, Definition, Level

__all__ = ["PERIOD_METRICS", "PeriodMetric"]


@dataclass(frozen=True, slots=True)
class PeriodMetric(Definition):
    """A quantity of the nights of one person in one period; `regularity` measures it.

    Parameters
    ----------
    key, label, unit, better, definition, source, bounds
        As in `Definition`; the key is that of `Regularity`.

    Examples
    --------
    >>> PERIOD_METRICS["sri"]
    PeriodMetric('sri', 'Sleep regularity index', points)
    """

    level: ClassVar[Level] = "period"

    def __repr__(self) -> str:
        return f"PeriodMetric({self.key!r}, {self.label!r}, {self.unit})"


PHILLIPS = "Phillips et al. 2017, Sci Rep 7:3216"

# fmt: off
_TABLE = (
    PeriodMetric("sri", "Sleep regularity index", "points", "higher", "Similarity of days 24 h apart.", PHILLIPS,
                 bounds=(-100.0, 100.0)),
    PeriodMetric("sri_nights", "Sleep regularity index of the nights", "points", "higher",
                 "Similarity of nights 24 h apart.", PHILLIPS, bounds=(-100.0, 100.0)),
    PeriodMetric("tst_sd", "SD of TST", "min", "lower", "Standard deviation of TST over nights.", "somnometry",
                 bounds=(0.0, DAY / math.sqrt(2))),  # of two nights, one of them without sleep
    PeriodMetric("mid_sleep_sd", "SD of mid-sleep", "min", "lower",
                 "Circular standard deviation of mid-sleep over nights.", "somnometry",
                 bounds=(0.0, math.inf)),  # it grows without end as the nights spread around the clock
)
# fmt: on

#: Key -> metric, in the order of reports.
PERIOD_METRICS: Mapping[str, PeriodMetric] = MappingProxyType({metric.key: metric for metric in _TABLE})
