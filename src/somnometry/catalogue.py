"""`CATALOGUE`: every quantity that somnometry measures, by key; and the columns that hold them."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Mapping
from types import MappingProxyType

from .core.definition import Definition
from .metrics.called import CALLED
from .metrics.event_indices import EVENT_INDICES
from .metrics.period_metrics import PERIOD_METRICS
from .metrics.table import METRICS
from .micro.table import MICROSTRUCTURE

__all__ = ["CATALOGUE", "is_called", "meant", "metric_of", "reads_as"]

#: Key -> what it is called, what it means, on which ``.level`` it is measured and its ``.possible_range``; in the order
#: of reports. The levels are those of `METRICS` ("night"), `PERIOD_METRICS`, `MICROSTRUCTURE` and `EVENT_INDICES`.
CATALOGUE: Mapping[str, Definition] = MappingProxyType({**METRICS, **PERIOD_METRICS, **MICROSTRUCTURE, **EVENT_INDICES})


def meant(name: str, most: int = 3) -> tuple[str, ...]:
    """Give the keys of the metrics that somebody likely means by a name, best first; none where nothing is like it.

    A key in another way of writing is meant, then what the field calls so, then keys that begin so (of a stage its
    percentage first), then what is spelled alike. Units and "total" at the end count for nothing.

    Examples
    --------
    >>> meant("WASO"), meant("deep sleep"), meant("rem")[0], meant("wasso")[0]
    (('waso',), ('n3_percent',), 'rem_percent', 'waso')
    """
    if key := reads_as(name):
        return (key,)
    plain = re.sub(r"[\W_]+", "_", unicodedata.normalize("NFKC", name).casefold()).strip("_")
    if not plain:
        return ()
    labels = {re.sub(r"[\W_]+", "_", one.label.casefold()).strip("_"): key for key, one in CATALOGUE.items()}
    if key := CALLED.get(plain) or labels.get(plain, ""):
        return (key,)
    begin = [key for key in CATALOGUE if key.startswith(f"{plain}_")]
    begin.sort(key=lambda key: not key.endswith("_percent"))
    bare = re.sub(r"_(min|minutes|hours|h|percent|pct|total|mean|avg|average)$", "", plain)
    if not begin and bare != plain and (known := meant(bare, most)):
        return known
    words = difflib.get_close_matches(plain, [*CATALOGUE, *CALLED, *labels], most, 0.7)
    words = [word for word in words if word[0] == plain[0]]  # "clarity" is no slip of "regularity"
    alike = [word if word in CATALOGUE else CALLED.get(word) or labels[word] for word in words]
    return tuple(dict.fromkeys([*begin, *alike]))[:most]


def is_called(column: str, metric: str) -> bool:
    """Whether a column that is no metric's is likely meant for one, its unit and hyphens taken off.

    Examples
    --------
    >>> is_called("TST (min)", "tst"), is_called("Sleep efficiency [%]", "se"), is_called("sol", "tst")
    (True, True, False)
    """
    if metric_of(column) in CATALOGUE:
        return False
    plain = re.sub(r"[\W_]+", "_", unicodedata.normalize("NFKC", column).casefold()).strip("_")
    stem = re.sub(r"_(min|mins|minutes|h|hours|hrs|s|sec|pct|percent|n|per_h)$", "", plain)
    labels = re.sub(r"[\W_]+", "_", CATALOGUE[metric].label.casefold()).strip("_")
    return any(name in (metric, labels) or CALLED.get(name) == metric for name in (plain, stem))


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
