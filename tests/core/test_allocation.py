"""The draw of a trial: by hand from SHA-256, balanced in each block and stratum, fair, and the same again."""

import hashlib
from collections import Counter

import pytest

from somnometry import ClaimError
from somnometry.core.allocation import Allocation

ARMS = (("placebo",), ("active",))


def number(text):
    return int.from_bytes(hashlib.sha256(text.encode()).digest(), "big")


@pytest.mark.parametrize("seed", [0, 12, 2026])
def test_blocks_of_two_by_hand(seed):
    drawn = Allocation(ARMS, subjects=9, seed=seed, blocks=(2,), strata=("men", "women")).drawn()
    by_hand = []
    for stratum in ("men", "women"):
        for first in range(1, 10, 2):
            lower = number(f"{seed}:{stratum}:{first}") < number(f"{seed}:{stratum}:{first + 1}")
            by_hand += [ARMS[not lower], ARMS[lower]][: 2 if first < 9 else 1]
    assert [one.sequence for one in drawn] == by_hand
    assert [drawn[0].subject, drawn[-1].subject] == ["men-1", "women-9"]


def test_every_whole_block_is_balanced_and_sizes_are_drawn():
    sequences = (("a", "b"), ("b", "a"), ("a", "a"))
    drawn = Allocation(sequences, subjects=300, seed=4, blocks=(3, 6)).drawn()
    sizes = Counter(one.block for one in drawn)
    assert set(list(sizes.values())[:-1]) == {3, 6}
    for block in list(sizes)[:-1]:
        given = Counter(one.sequence for one in drawn if one.block == block)
        assert set(given.values()) == {sizes[block] // 3}
        assert len(given) == 3


def test_who_comes_first_is_fair():
    first = Counter(Allocation(ARMS, 4, seed, (4,)).drawn()[0].sequence for seed in range(1000))
    assert all(437 < n < 563 for n in first.values())  # 500 expected, 4 SD either way


def test_strata_are_drawn_apart():
    drawn = Allocation(ARMS, 40, 1, (4,), ("x", "y")).drawn()
    assert [one.sequence for one in drawn[:40]] != [one.sequence for one in drawn[40:]]


@pytest.mark.parametrize(
    ("wrong", "key"),
    [
        ({"blocks": (3,)}, "blocks"), ({"blocks": ()}, "blocks"), ({"blocks": (0,)}, "blocks"),
        ({"subjects": 0}, "subjects"), ({"seed": -1}, "seed"), ({"strata": ("a", "a")}, "strata"),
        ({"sequences": (("a",), ("a",))}, "sequences"), ({"sequences": (("a",), ("a", "b"))}, "sequences"),
        ({"sequences": (("a",),)}, "sequences"),
    ],
)  # fmt: skip
def test_what_cannot_be_drawn_is_refused(wrong, key):
    with pytest.raises(ClaimError) as error:
        Allocation(**{"sequences": ARMS, "subjects": 4, "seed": 1, "blocks": (2,)} | wrong)
    assert error.value.key == key
