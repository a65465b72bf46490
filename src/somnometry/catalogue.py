"""`CATALOGUE`: every quantity that somnometry measures, by key."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from .core.definition import Definition
from .metrics.event_indices import EVENT_INDICES
from .metrics.period_metrics import PERIOD_METRICS
from .metrics.table import METRICS
from .micro.table import MICROSTRUCTURE

__all__ = ["CATALOGUE"]

#: Key -> what it is called, what it means, on which ``.level`` it is measured and its ``.possible_range``; in the order
#: of reports. The levels are those of `METRICS` ("night"), `PERIOD_METRICS`, `MICROSTRUCTURE` and `EVENT_INDICES`.
CATALOGUE: Mapping[str, Definition] = MappingProxyType({**METRICS, **PERIOD_METRICS, **MICROSTRUCTURE, **EVENT_INDICES})
