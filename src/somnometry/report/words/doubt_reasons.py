"""The English of nights that may be other than they look: short ones, copies with changes, cells, absent stages."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from ...catalogue import CATALOGUE
from .numbers import amount, count, listed
from .quantities import metric_words

__all__ = ["DOUBT_REASONS", "no_column_of_others"]

Facts = Mapping[str, Any]


def _by_arm(facts: Facts) -> str:
    """Say how many nights of each arm it is."""
    return listed([
        f"{n} of {count(nights, 'night')} under {arm}"
        for arm, n, nights in zip(facts["arms"], facts["n"], facts["nights"], strict=True)
    ])  # fmt: skip


def _short(facts: Facts) -> str:
    long = f"{facts['hours']:g} hours"
    if facts["naps"]:
        return f"naps of less than {long}"
    short = f"of less than {long} of sleep" if facts["of_sleep"] else f"shorter than {long}"
    return f"{short}, where the others are whole nights"


def _unlike(facts: Facts) -> str:
    remedy = (
        "a column of 0 and 1 that marks them, named in exclude, leaves them out"
        if facts["naps"]
        else "say when nights began (start), mark those that ended for technical causes (technical_truncation), or "
        "leave naps out (exclude)"
    )
    return f"more recordings of one arm than of another are {_short(facts)} ({_by_arm(facts)}): {remedy}"


def _contradict(facts: Facts) -> str:
    return (
        f"cells of {count(facts['n'], 'night')} contradict each other, where those of the others fit together "
        f"(row {facts['row']}: {metric_words(facts['metric'])} {facts['value']:g}, and {facts['given']:.1f} by the "
        "other columns); if it is that one which is wrong, the answer may be"
    )


def _absent(facts: Facts) -> str:
    unit = CATALOGUE[facts["metric"]].unit
    least = amount(facts["least"], unit) if unit in ("%", "min") else f"{facts['least']:g}"
    return (
        f"{metric_words(facts['metric'])} is 0 in {_by_arm(facts)}"
        + (", more often in one arm than chance has it," if facts["differs"] else "")
        + f" and at least {least} in the others; the table does not tell whether there was "
        "none or none was scored, and where it was not scored, such cells must be empty"
    )


def no_column_of_others(facts: Facts) -> str:
    """Say that a table lacks a column which no metric is called as, or that a metric is called otherwise."""
    if "like" in facts:
        return f"no metric is called {facts['metric']!r}, and the table has no such column; is {facts['like']!r} meant"
    return (
        f"the table has no column {facts['metric']!r}, and it is no metric of sleep; add the measurement to the table"
    )


def _copied(facts: Facts) -> str:
    first, second = facts["rows"]
    more = facts["pairs"] - 1
    return (
        f"rows {first} and {second} of the table have {facts['same']} of {count(facts['of'], 'number')} alike"
        + (f" (and {count(more, 'more pair')} of rows nearly all)" if more else "")
        + ", as a copy has in which some were changed; if one is a copy, leave it out"
    )


#: Code -> a function of the facts.
DOUBT_REASONS: Mapping[str, str | Callable[[Facts], str]] = MappingProxyType(
    {
        "short-nights": lambda f: f"among the nights are recordings that are {_short(f)}: {_by_arm(f)}",
        "short-nights-by-arm": _unlike,
        "cells-contradict": _contradict,
        "zeros-apart": _absent,
        "nearly-copied": _copied,
        "two-times": lambda f: (
            f"{metric_words(f['metric'])} has two times in {count(f['n'], 'night')} (row {f['row']}: {f['latency']:.1f}"
            f" and, in the column of censored times, {f['time']:.1f}); the latter was judged, and may count from "
            "another moment"
        ),
        "repeated-values": lambda f: (
            f"{metric_words(f['metric'])} has one value in two nights of a condition, to the digit, in {f['n']} of "
            f"{count(f['people'], 'subject')}, as if nights had been filled in; if so, the answer is less sure "
            "than it says"
        ),
        "marks-unheeded": lambda f: (
            f"the column {f['column']!r} marks {count(f['n'], 'night')} as {'unfit' if f['unfit'] else 'not fit'}, and "
            "all of them were judged, since the study does not declare it (exclude, a column of 1 for each night that "
            "leaves)"
        ),
    }
)
