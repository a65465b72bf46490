"""`CATALOGUE`: every quantity that somnometry measures, by key; and the columns that hold them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from types import MappingProxyType

from .core.definition import Definition
from .metrics.event_indices import EVENT_INDICES
from .metrics.period_metrics import PERIOD_METRICS
from .metrics.table import METRICS
from .micro.table import MICROSTRUCTURE

__all__ = ["CATALOGUE", "metric_of", "reads_as"]

#: Key -> what it is called, what it means, on which ``.level`` it is measured and its ``.possible_range``; in the order
#: of reports. The levels are those of `METRICS` ("night"), `PERIOD_METRICS`, `MICROSTRUCTURE` and `EVENT_INDICES`.
CATALOGUE: Mapping[str, Definition] = MappingProxyType({**METRICS, **PERIOD_METRICS, **MICROSTRUCTURE, **EVENT_INDICES})


def metric_of(column: str) -> str:
    """Give the metric that a column holds, its part of the night and its time and event taken off.

    Examples
    --------
    >>> metric_of("sol_time"), metric_of("tst__first_4h"), metric_of("dose")
    ('sol', 'tst', 'dose')
    """
    whole, _, _ = column.partition("__")
    return next(
        (stem for suffix in ("", "_time", "_event") if (stem := whole.removesuffix(suffix)) in CATALOGUE), whole
    )


def reads_as(column: str) -> str:
    """Give the metric that whoever reads a column's name takes it for, however it is written; empty of other names.

    Examples
    --------
    >>> reads_as("TST"), reads_as("Sol-Time"), reads_as("tst__first_4h"), reads_as("SE low"), reads_as("rated sleep")
    ('tst', 'sol', 'tst', 'se', '')
    """
    whole, _, _ = unicodedata.normalize("NFKC", column).casefold().partition("__")
    name = re.sub(r"[\W_]+", "_", whole).strip("_")
    ends = (name, name.removesuffix("_low"), name.removesuffix("_high"))  # of the interval that a calibration gives
    return next((metric for end in ends if (metric := metric_of(end)) in CATALOGUE), "")
