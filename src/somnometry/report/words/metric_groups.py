"""In which groups the metrics of a night are shown, and in which order."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable

from ...catalogue import CATALOGUE
from .numbers import declared_number, number, tenths

__all__ = ["GROUPS", "WAYS", "grouped", "value_form", "value_words"]

#: Heading -> keys. What is measured on signals and on scored events comes behind, each under its own heading.
GROUPS: dict[str, tuple[str, ...]] = {
    "Time in bed and asleep": (
        "trt", "tst", "twt", "spt", "se", "se_scored", "sme", "unscored_minutes", "truncated",
    ),
    "Stages": (
        "n1_percent", "n2_percent", "n3_percent", "rem_percent", "light_percent", "nrem_percent", "n1_minutes",
        "n2_minutes", "n3_minutes", "rem_minutes", "light_minutes", "nrem_minutes",
    ),
    "Falling asleep": ("sol", "sol_5min", "lps", "starts_asleep"),
    "Latencies of stages": (
        "rem_latency", "rem_latency_asleep", "rem_latency_5min", "n1_latency", "n2_latency", "n3_latency",
        "rem_latency_lights_off", "n1_latency_lights_off", "n2_latency_lights_off", "n3_latency_lights_off",
    ),
    "Wake in the night": (
        "waso", "waso_spt", "fwt", "awakenings", "awakenings_per_hour", "awakenings_1min", "awakenings_2min",
        "awakenings_3min", "awakenings_4min", "awakenings_5min", "awakenings_bridged", "long_wake_minutes",
        "longest_sleep",
    ),
    "Fragmentation and transitions": (
        "sfi_wake", "sfi_shift", "sfi_wake_n1", "stage_shift_index", "transitions_3state", "sleep_to_wake",
        "wake_to_sleep", "stage_entropy", "transition_entropy",
    ),
    "Cycles": ("cycles_feinberg", "cycle_minutes_feinberg", "rem_fragmentation", "rem_efficiency"),
    "Bouts": tuple(
        f"{stage}_{what}"
        for stage in ("wake", "n1", "n2", "n3", "rem", "nrem", "sleep")
        for what in ("bouts", "bout_mean", "bout_median", "bout_max")
        if (stage, what) != ("sleep", "bout_max")
    ),
}  # fmt: skip
LEVELS = {
    "microstructure": "Microstructure, from the signals",
    "events": "Events that were scored",
    "period": "Regularity over nights",
}


def grouped(keys: Iterable[str]) -> dict[str, list[str]]:
    """Give metrics by the headings that they are shown under; what is no metric is left out.

    Examples
    --------
    >>> grouped(["rem_percent", "tst", "dose"])
    {'Time in bed and asleep': ['tst'], 'Stages': ['rem_percent']}
    """
    given = [key for key in keys if key in CATALOGUE]
    found = {heading: [key for key in group if key in given] for heading, group in GROUPS.items()}
    for level, heading in LEVELS.items():
        found[heading] = [key for key in given if CATALOGUE[key].level == level]
    return {heading: group for heading, group in found.items() if group}


def value_form(key: str, value: float = math.nan) -> str:
    """Name how the value of a metric is written; without one, how its means, spreads and limits are.

    Examples
    --------
    >>> value_form("tst", 404.0), value_form("awakenings", 17.0), value_form("awakenings"), value_form("truncated", 1.0)
    ('tenths', 'plain', 'number', 'flag')
    """
    unit = CATALOGUE[key].unit
    if unit in ("count", "0/1") and value == value and value == round(value):
        return "flag" if unit == "0/1" and value in (0, 1) else "plain"
    return "tenths" if unit in ("min", "%") else "number"


def value_words(key: str, value: float) -> str:
    """Give the value of a metric as tables, pictures and pages show it; empty where it is NaN.

    Examples
    --------
    >>> value_words("awakenings", 17.0), value_words("sol", 17.0), value_words("sol", math.nan)
    ('17', '17.0', '')
    """
    return WAYS[value_form(key, value)](value)


# ------------------------------------------------------------------------------------------------------------- helpers
def _flag(value: float) -> str:
    return "yes" if value else "no"


#: How the value of a metric is written -> the rule.
WAYS: dict[str, Callable[[float], str]] = {
    "number": number,
    "tenths": tenths,
    "plain": declared_number,
    "flag": _flag,
}
