"""The draw of one person's order: by hand from SHA-256, of the right kind, fair, and never another than its seed's."""

import hashlib
from collections import Counter
from itertools import groupby, product
from math import comb

import pytest

from somnometry import ClaimError, Schedule
from somnometry.core.schedule import is_regular, phases_of


def key(seed, i):
    return hashlib.sha256(f"{seed}:{i}".encode()).digest()


@pytest.mark.parametrize("seed", [0, 7, 2026])
def test_blocks_are_drawn_by_the_lower_key_of_each_pair(seed):
    by_hand = "".join("BA" if key(seed, first) < key(seed, first + 1) else "AB" for first in range(1, 23, 2))
    assert Schedule("blocks", periods=21, seed=seed).order == by_hand[:21]


@pytest.mark.parametrize("n", [12, 13])
def test_a_complete_order_has_half_of_its_periods_under_treatment(n):
    order = Schedule("complete", periods=n, seed=3).order
    lowest = sorted(range(1, n + 1), key=lambda i: key(3, i))[: n // 2]
    assert [i for i, letter in enumerate(order, 1) if letter == "B"] == sorted(lowest)


def test_phases_are_drawn_evenly_from_all_ways_to_cut():
    drawn = Counter(Schedule("phases", pattern="ABA", min_phase=3, periods=12, seed=seed).order for seed in range(1000))
    assert len(drawn) == 10  # three free nights in three phases: 5 over 2
    assert all(60 < n < 145 for n in drawn.values())  # 100 expected, 4 SD either way


@pytest.mark.parametrize("seed", [0, 1, 2, 3])
def test_phases_and_listed_orders_are_drawn_by_the_digest_of_the_seed(seed):
    number = int.from_bytes(hashlib.sha256(str(seed).encode()).digest(), "big")
    cuts = sorted(lengths for lengths in product(range(2, 11), repeat=4) if sum(lengths) == 12)  # by brute force
    by_hand = "".join(letter * length for letter, length in zip("ABAB", cuts[number % len(cuts)], strict=True))
    assert Schedule("phases", min_phase=2, periods=12, seed=seed).order == by_hand
    orders = ("ABBA", "BAAB", "ABAB", "BABA", "AABB")
    assert Schedule("listed", orders=orders, periods=4, seed=seed).order == orders[number % 5]


@pytest.mark.parametrize(("n", "phases", "shortest"), [(12, 4, 2), (9, 3, 3), (8, 3, 3), (7, 2, 1), (5, 5, 1)])
def test_the_ways_to_cut_are_all_there_are_from_the_shortest_first_phase_on(n, phases, shortest):
    by_force = sorted(cut for cut in product(range(shortest, n + 1), repeat=phases) if sum(cut) == n)
    assert list(phases_of(n, "ABABA"[:phases], shortest)) == by_force


def test_the_smallest_plans_are_plans():
    assert len(Schedule("blocks", periods=2, seed=0).order) == 2
    assert Schedule("blocks", periods=20, seed=0, looks=(1, 20)).looks == (1, 20)
    assert Schedule("phases", pattern="AB", min_phase=1, periods=2, seed=9).order == "AB"


def test_blocks_are_drawn_evenly():
    drawn = Counter(Schedule("blocks", block=4, periods=4, seed=seed).order for seed in range(1200))
    assert len(drawn) == 6
    assert all(150 < n < 255 for n in drawn.values())  # 200 expected, 4 SD either way


def test_a_listed_order_is_one_of_the_list():
    orders = ("ABBA", "BAAB", "ABAB")
    assert {Schedule("listed", orders=orders, periods=4, seed=seed).order for seed in range(40)} == set(orders)


@pytest.mark.parametrize(
    ("options", "wrong"),
    [
        ({"periods": 6, "seed": 1, "order": "AABBAB"}, "order"),
        ({"seed": 1}, "periods"),
        ({"periods": 6, "seed": -1}, "seed"),
        ({"periods": 1}, "periods"),
        ({"periods": 6, "order": "ABAB"}, "order"),
        ({"order": "ABCA"}, "order"),
        ({"periods": 20, "looks": (10,)}, "looks"),
        ({"periods": 20, "looks": (10, 10, 20)}, "looks"),
        ({"looks": (10, 20)}, "looks"),
        ({"scheme": "phases", "periods": 8, "seed": 1}, "min_phase"),
        ({"scheme": "listed", "orders": ("ABBA", "BAAB"), "periods": 6, "seed": 1}, "orders"),
        ({"scheme": "listed", "orders": ("ABBA", "BAA")}, "orders"),
        ({"scheme": "listed", "orders": ("ABBA", "BAAC")}, "orders"),
        ({"scheme": "listed"}, "scheme"),
        ({"orders": ("ABBA", "BAAB")}, "orders"),
        ({"block": 3}, "block"),
        ({"block": 0}, "block"),
        ({"pattern": "ABBA"}, "pattern"),
        ({"min_phase": 0}, "min_phase"),
        ({"periods": 20, "looks": (0, 20)}, "looks"),
        ({"periods": 20, "looks": (14, 10, 20)}, "looks"),
    ],
)
def test_a_plan_that_contradicts_itself_is_refused(options, wrong):
    with pytest.raises(ClaimError) as caught:
        Schedule(**{"scheme": "blocks", **options})
    assert caught.value.key == wrong


def test_a_drawn_schedule_survives_its_own_fields():
    made = Schedule("blocks", periods=21, seed=5, looks=(14, 21))
    again = Schedule("blocks", periods=21, seed=5, order=made.order, looks=(14, 21))
    assert made == again
    assert made.is_drawn
    assert not Schedule("blocks", order=made.order).is_drawn


@pytest.mark.parametrize(
    ("order", "block", "regular"),
    [
        ("AB" * 7, 2, True), ("BA" * 10 + "B", 2, True), ("ABBA" * 4, 2, True), ("AABB" * 3 + "A", 4, True),
        ("AAABBB" * 4, 6, True), ("ABBABAABABBABA", 2, False), ("ABAB", 2, False), ("AAAAAA", 2, False),
        ("AB?BAB?B", 2, True), ("A?A?A?A?", 2, False), ("??AB??AB?B", 2, True), ("AB?BBABA", 2, False),
    ],
)  # fmt: skip
def test_orders_that_people_make_are_known(order, block, regular):
    assert is_regular(order, block) is regular


@pytest.mark.parametrize(
    "options",
    [
        {"scheme": "blocks", "periods": 8}, {"scheme": "blocks", "periods": 7, "block": 4},
        {"scheme": "blocks", "periods": 9, "block": 6}, {"scheme": "complete", "periods": 9},
        {"scheme": "phases", "periods": 11, "pattern": "ABA", "min_phase": 2},
        {"scheme": "listed", "periods": 4, "orders": ("ABBA", "BAAB", "ABBA")},
    ],
)  # fmt: skip
def test_the_number_of_orders_is_that_of_those_that_seeds_draw(options):
    seen = {Schedule(**options, seed=seed).order for seed in range(3000)}
    assert Schedule(**options).n_orders == len(seen)


@pytest.mark.parametrize(("block", "periods"), [(2, 12), (2, 13), (4, 12), (4, 14), (6, 18), (6, 13)])
def test_the_number_of_orders_is_that_of_all_that_fit_and_do_not_repeat_themselves(block, periods):
    blocks = [one for one in product("AB", repeat=block) if one.count("B") == block // 2]
    every = {"".join(letter for one in chosen for letter in one)[:periods]
             for chosen in product(blocks, repeat=-(-periods // block))}  # fmt: skip
    by_force = sum(not is_regular(order, block) for order in every)
    assert Schedule("blocks", block=block, periods=periods).n_orders == by_force


def test_large_blocks_and_long_phases_are_counted_and_drawn_without_listing_them():
    of_fours = 2  # ABBA and BAAB over and over are no block of 30 over and over
    assert Schedule("blocks", block=30, periods=90).n_orders == comb(30, 15) ** 3 - comb(30, 15) - of_fours
    drawn = Schedule("phases", periods=1000, seed=5)
    assert drawn.n_orders == comb(991, 3)
    number = int(hashlib.sha256(b"5").hexdigest(), 16) % comb(991, 3)
    lengths = [len(list(run)) for _, run in groupby(drawn.order)]
    borders = [sum(lengths[: i + 1]) - 3 * (i + 1) + i for i in range(3)]
    before = sum(comb(990 - one, 2) for one in range(borders[0]))
    before += sum(comb(990 - one, 1) for one in range(borders[0] + 1, borders[1]))
    assert before + borders[2] - borders[1] - 1 == number


def test_a_block_of_more_periods_than_anybody_has_is_refused():
    with pytest.raises(ClaimError) as error:
        Schedule("blocks", block=10**9, periods=20, seed=1)
    assert error.value.key == "block"
