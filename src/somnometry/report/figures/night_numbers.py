"""Numbers below the picture of a night: the headline metrics, with the intervals that a calibration gives."""

from __future__ import annotations

import math
from collections.abc import Mapping

from ...metrics.table import METRICS
from ..words.metric_groups import value_words

__all__ = ["night_numbers"]

#: Metrics by line.
LINES = (("tst", "se", "sol", "waso_spt"), ("n3_percent", "rem_percent", "rem_latency", "awakenings"))
BRACKETS = "(90 % interval of what people would have found)"


def night_numbers(metrics: Mapping[str, float]) -> str:
    """Give the headline metrics of a night, those that it has, as lines for a picture.

    Parameters
    ----------
    metrics : mapping of str to float
        As of `architecture`: ``<key>``, and where a calibration was given ``<key>_low`` and ``<key>_high``.

    Examples
    --------
    >>> print(night_numbers({"tst": 385.5, "n3_percent": 5.0, "n3_percent_low": 0.6, "n3_percent_high": 17.2}))
    TST 385.5 min
    N3 5.0 % (0.6 to 17.2)     (90 % interval of what people would have found)
    """
    lines = ["     ".join(_number(key, metrics) for key in keys if _known(key, metrics)) for keys in LINES]
    lines = [line for line in lines if line]
    if lines and any(_known(f"{key}_low", metrics) for keys in LINES for key in keys):
        lines[-1] += f"     {BRACKETS}"
    return "\n".join(lines)


def _number(key: str, metrics: Mapping[str, float]) -> str:
    metric = METRICS[key]
    unit = "" if metric.unit == "count" else f" {metric.unit}"
    text = f"{metric.label} {value_words(key, metrics[key])}{unit}"
    low, high = f"{key}_low", f"{key}_high"
    if not (_known(low, metrics) and _known(high, metrics)):
        return text
    return f"{text} ({value_words(key, metrics[low])} to {value_words(key, metrics[high])})"


def _known(key: str, metrics: Mapping[str, float]) -> bool:
    return math.isfinite(metrics.get(key, math.nan))
