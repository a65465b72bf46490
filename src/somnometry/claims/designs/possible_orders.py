"""Every order of treatments that one person's schedule might have drawn."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from itertools import combinations
from math import comb

import numpy as np
import numpy.typing as npt

from ...core.errors import ClaimError
from ...core.schedule import Schedule, phases_of

__all__ = ["n_distinct", "orders_of"]

Mask = npt.NDArray[np.bool_]
#: Above this many orders, so many are drawn at random instead of listed.
MAX_ORDERS = 100_000


def orders_of(schedule: Schedule, treated: Mask, seed: int = 0, most: int = MAX_ORDERS) -> tuple[Mask, bool]:
    """Give the orders that a schedule might have drawn, one a row, and whether they are all.

    A seed draws none that repeats itself as people make orders, so that those are no part of them. Of more than `most`
    in blocks, or complete ones, so many are drawn at random, the one taken among them.

    Raises
    ------
    ClaimError
        Where the schedule does not fit the number of periods.
    """
    orders, listed = _orders_of(schedule, treated, seed, most)
    if not schedule.is_drawn or schedule.scheme == "phases":
        return orders, listed
    steps = (step for step in {2, 4, schedule.block} if treated.size >= 3 * step)
    repeats = [(orders[:, step:] == orders[:, :-step]).all(axis=1) for step in steps]
    return orders[~np.any(repeats, axis=0)] if repeats else orders, listed


def n_distinct(orders: Mask) -> int:
    """Count the different rows."""
    n = orders.shape[1]
    return np.unique(orders @ (1 << np.arange(n))).size if n < 63 else len(np.unique(orders, axis=0))


def _orders_of(schedule: Schedule, treated: Mask, seed: int, most: int) -> tuple[Mask, bool]:
    n = treated.size
    if schedule.scheme == "listed":
        orders = np.array([[letter == "B" for letter in order] for order in schedule.orders])
        if orders.shape[1] != n:
            raise ClaimError(
                f"the orders have {orders.shape[1]} periods, and the study has {n}",
                place="schedule",
                key="study.schedule",
            )
        return np.unique(orders, axis=0), True
    if schedule.scheme == "phases":
        return _phases(n, schedule.pattern, schedule.min_phase), True
    if schedule.scheme == "blocks":
        sizes = [schedule.block] * -(-n // schedule.block)  # of the last, what was not needed is cut
        k = schedule.block // 2
    else:
        sizes, k = [n], n // 2 if schedule.order else int(treated.sum())
    total = 1
    for size in sizes:
        total *= comb(size, k)
    if total <= most:
        return _blocks(tuple(sizes), k)[:, :n], True
    return _drawn(sizes, k, treated, seed, most), False


@lru_cache(maxsize=8)
def _blocks(sizes: tuple[int, ...], k: int) -> Mask:
    """Give every order with k treated periods in each block."""
    orders = np.zeros((1, 0), bool)
    for size in sizes:
        ways = np.array([[i in chosen for i in range(size)] for chosen in combinations(range(size), k)])
        orders = np.hstack([orders.repeat(len(ways), axis=0), np.tile(ways, (len(orders), 1))])
    orders.flags.writeable = False
    return orders


@lru_cache(maxsize=8)
def _phases(n: int, pattern: str, shortest: int) -> Mask:
    """Give every order of phases."""
    letters = np.array([letter == "B" for letter in pattern])
    orders = np.array([np.repeat(letters, lengths) for lengths in phases_of(n, pattern, shortest)], bool).reshape(-1, n)
    orders.flags.writeable = False
    return orders


def _drawn(sizes: Sequence[int], k: int, treated: Mask, seed: int, most: int) -> Mask:
    """Draw orders at random, and add the one taken, so that the test keeps its level."""
    rng = np.random.default_rng(seed)
    blocks = [np.argsort(rng.random((most - 1, size)), axis=1) < k for size in sizes]
    return np.vstack([np.concatenate(blocks, axis=1)[:, : treated.size], treated])
