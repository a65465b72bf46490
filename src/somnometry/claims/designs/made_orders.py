"""Orders as people make them, beside strict repetition: told where chance would hardly ever have drawn one so plain."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from itertools import groupby
from math import comb, log2

from ...core.schedule import Schedule

__all__ = ["looks_made", "n_out_of_order"]

#: Most often that chance draws an order that is taken for one made by hand, by each of the ways to tell.
RARE = 0.02
#: Bits that a repetition, or a half that follows from the other, must have ruled out.
BITS = 7.0


def looks_made(order: str, schedule: Schedule) -> bool:
    """Whether an order is one that people make: of few long runs, of like phases, or one half that follows the other.

    Parameters
    ----------
    order : str
        One letter per period, A or B; "?" where it is not known.
    schedule : Schedule
        How it is said to have been drawn.

    Examples
    --------
    >>> complete = Schedule("complete", periods=20)
    >>> [looks_made(order, complete) for order in ("A" * 10 + "B" * 10, "ABBABAABBBABAAABBABA")]
    [True, False]
    """
    if "?" in order or not {"A", "B"} <= {*order} or schedule.scheme == "listed":
        return False
    if schedule.scheme == "phases":
        return _has_like_phases(order, schedule)
    size = schedule.block if schedule.scheme == "blocks" else len(order)
    bits = log2(comb(size, size // 2)) / size if size > 1 else 0.0
    return _has_few_runs(order, size) or _follows_itself(order, bits)


def _has_like_phases(order: str, schedule: Schedule) -> bool:
    """Whether all phases are alike, or but for one period: chance draws few such borders of many."""
    lengths = [len(list(run)) for _, run in groupby(order)]
    if max(lengths) - min(lengths) > 1 or schedule.n_orders < 1 / RARE:
        return False
    longer = len(order) % len(schedule.pattern)
    return bool(comb(len(schedule.pattern), longer) <= 2.5 * RARE * schedule.n_orders)


def _has_few_runs(order: str, size: int) -> bool:
    """Whether like periods, or like blocks of two, stand together as chance would hardly ever put them."""
    if size == 2:
        units = [order[i : i + 2] for i in range(0, len(order) - 1, 2)]
        k = len(units)
        runs = len(list(groupby(units)))
        return sum(2 * comb(k - 1, r - 1) for r in range(1, runs + 1)) <= RARE * (1 << k)
    if size < len(order):
        return False
    runs, a, b = len(list(groupby(order))), order.count("A"), order.count("B")
    return sum(_with_runs(a, b, r) for r in range(2, runs + 1)) <= RARE * comb(a + b, a)


def _with_runs(a: int, b: int, runs: int) -> int:
    """Count the orders of a and b letters that have so many runs."""
    half = runs // 2
    if runs % 2 == 0:
        return 2 * comb(a - 1, half - 1) * comb(b - 1, half - 1)
    return comb(a - 1, half) * comb(b - 1, half - 1) + comb(a - 1, half - 1) * comb(b - 1, half)


def _follows_itself(order: str, bits: float) -> bool:
    """Whether a later part is an earlier one again, or the second half the first one turned over or backwards."""
    n = len(order)
    for step in range(3, n // 2 + 1):
        if bits * (n - step) >= BITS and all(a == b for a, b in zip(order, order[step:], strict=False)):
            return True
    first, last = order[: n // 2], order[n - n // 2 :]
    other = last.translate(str.maketrans("AB", "BA"))
    return bits * (n // 2) >= BITS and first in (other, last[::-1], other[::-1])


def n_out_of_order(days: Sequence[int]) -> int:
    """Count the nights that would have to be moved for their days to ascend, the fewest.

    Examples
    --------
    >>> n_out_of_order([1, 2, 9, 3, 4]), n_out_of_order([1, 2, 3])
    (1, 0)
    """
    ends: list[int] = []
    for day in days:
        at = bisect_left(ends, day)
        ends[at : at + 1] = [day]
    return len(days) - len(ends)
