"""Every order that a schedule might have drawn: counted as by hand, none that a seed does not draw."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

import somnometry as sm
from somnometry.claims.designs.possible_orders import n_distinct, orders_of


@pytest.mark.parametrize(
    ("schedule", "n", "count"),
    [
        (sm.Schedule("blocks"), 12, 2**6),
        (sm.Schedule("blocks", block=4), 8, 36),
        (sm.Schedule("complete"), 8, 70),
        (sm.Schedule("phases", pattern="ABAB", min_phase=4), 24, 165),
        (sm.Schedule("phases", pattern="AB", min_phase=3), 12, 7),
        (sm.Schedule("listed", orders=("ABAB", "BABA", "ABBA")), 4, 3),
    ],
)
def test_orders_that_a_schedule_might_draw_are_counted_as_by_hand(schedule, n, count):
    treated = np.arange(n) % 2 == 1
    orders, listed = orders_of(schedule, treated)
    assert (len(np.unique(orders, axis=0)), listed) == (count, True)


def test_the_test_of_a_seeded_order_counts_only_orders_that_a_seed_draws():
    schedule = sm.Schedule("blocks", periods=12, seed=3)
    orders, _ = orders_of(schedule, np.array([letter == "B" for letter in schedule.order]))
    assert len(orders) == 2**6 - 4


@pytest.mark.parametrize(
    ("schedule", "n"),
    [(sm.Schedule("blocks", block=4), 10), (sm.Schedule("phases", pattern="ABAB", min_phase=2), 11)],
)
def test_orders_are_those_of_the_definition(schedule, n):
    orders, _ = orders_of(schedule, np.arange(n) % 2 == 1)
    seen = {"".join("AB"[b] for b in row) for row in orders.astype(int)}
    every = map("".join, itertools.product("AB", repeat=n))
    if schedule.scheme == "blocks":  # of the last block, the two periods that are left may be anything
        assert seen == {o for o in every if o[:4].count("B") == 2 == o[4:8].count("B")}
    else:
        runs = {o: [(letter, len(list(run))) for letter, run in itertools.groupby(o)] for o in every}
        assert seen == {
            o for o, of in runs.items() if "".join(a for a, _ in of) == "ABAB" and min(k for _, k in of) > 1
        }


def test_different_rows_are_counted_whatever_their_length():
    rng = np.random.default_rng(3)
    for n in (5, 62, 63, 90):
        rows = rng.random((200, n)) < 0.5
        assert n_distinct(np.vstack([rows, rows])) == len({tuple(row) for row in rows.tolist()})
