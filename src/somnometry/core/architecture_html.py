"""The metrics of one night as HTML: what is asked for first, everything else behind it, and why some are undefined."""

from __future__ import annotations

import math
from collections.abc import Mapping

from .html_tables import html_table

__all__ = ["architecture_html"]

#: Group -> keys of the metrics that a night is shown by.
GROUPS: Mapping[str, tuple[str, ...]] = {
    "Duration": ("trt", "tst", "spt", "se", "sme"),
    "Latencies": ("sol", "lps", "rem_latency"),
    "Stages": ("n1_percent", "n2_percent", "n3_percent", "rem_percent", "n1_minutes", "n2_minutes", "n3_minutes",
               "rem_minutes"),
    "Continuity": ("waso", "waso_spt", "awakenings", "longest_sleep", "sfi_shift"),
}  # fmt: skip


def architecture_html(values: Mapping[str, float], reasons: Mapping[str, str]) -> str:
    """Give the main metrics in groups, with label, value and unit; the others, and those undefined, to be unfolded.

    Parameters
    ----------
    values : mapping of str to float
        By key of ``METRICS``, or one made of it.
    reasons : mapping of str to str
        Why a metric is NaN.
    """
    from somnometry import CATALOGUE  # the table stands above core

    def row(key: str) -> tuple[str, str, str, str]:
        known = CATALOGUE.get(key)
        label, unit = (known.label, known.unit) if known else ("", "")
        form = ".1f" if unit in ("min", "%") else ".4g"
        return label or key, format(values[key], form), "" if unit in ("count", "0/1") else unit, key

    main = {name: [key for key in keys if key in values] for name, keys in GROUPS.items()}
    told = [
        html_table((name, "", "", "key"), [row(key) for key in keys if not math.isnan(values[key])])
        for name, keys in main.items()
        if any(not math.isnan(values[key]) for key in keys)
    ]
    shown = {key for keys in main.values() for key in keys}
    others = [key for key, value in values.items() if key not in shown and not math.isnan(value)]
    missing = [(key, reasons.get(key, "")) for key, value in values.items() if math.isnan(value)]
    if others:
        told.append(_folded(f"{len(others)} more", html_table(("metric", "", "", "key"), map(row, others))))
    if missing:
        told.append(_folded(f"{len(missing)} undefined", html_table(("key", "because"), missing)))
    return "".join(told)


def _folded(summary: str, inside: str) -> str:
    return f"<details><summary>{summary}</summary>{inside}</details>"
