"""Orders as people make them: known, and seldom found among those that chance draws, of which all are listed."""

import itertools

import pytest

import somnometry as sm
from somnometry.claims.designs.made_orders import looks_made, n_out_of_order

from ..crossovers import codes_of
from ..one_person import CLAIM, DRAWN, dated, nights, study

BY_HAND = [
    ("complete", "A" * 10 + "B" * 10),
    ("complete", "A" * 7 + "B" * 7 + "A" * 7 + "B" * 7),
    ("complete", "AAABBB" * 3),
    ("complete", "AABABBABBA" + "ABBABBABAA"),  # mirrored
    ("complete", "AABABBABAB" + "BBABAABABA"),  # turned over
    ("blocks", "AB" * 5 + "BA" * 5),
    ("phases", "AAAAABBBBBAAAAABBBBB"),
    ("phases", "AAAAABBBBBAAAAABBBBBB"),
]


@pytest.mark.parametrize(("scheme", "order"), BY_HAND)
def test_an_order_that_people_make_is_tested_only_where_a_seed_proves_it(scheme, order):
    schedule = sm.Schedule(scheme, periods=len(order))
    assert looks_made(order, schedule)
    verdict = sm.judge(CLAIM, nights(order, 60.0), study(schedule), sensitivity=False)
    assert (verdict.outcome, codes_of(verdict)) == ("not testable", ["order-looks-made"])


def test_of_all_orders_in_blocks_of_two_few_look_made():
    every = ["".join(order) for order in itertools.product(("AB", "BA"), repeat=10)]
    assert 0 < sum(looks_made(order, sm.Schedule("blocks", periods=20)) for order in every) <= 0.05 * len(every)


@pytest.mark.parametrize("n", [12, 15])
def test_of_all_complete_orders_few_look_made(n):
    every = ["".join("AB"[i in chosen] for i in range(n)) for chosen in itertools.combinations(range(n), n // 2)]
    assert 0 < sum(looks_made(order, sm.Schedule("complete", periods=n)) for order in every) <= 0.05 * len(every)


@pytest.mark.parametrize("n", [20, 21, 24])
def test_of_all_phases_few_look_made(n):
    schedule = sm.Schedule("phases", periods=n)
    every = {sm.Schedule("phases", periods=n, seed=seed).order for seed in range(2500)}
    assert sum(looks_made(order, schedule) for order in every) <= 0.05 * schedule.n_orders


@pytest.mark.parametrize("done", [6, 9, 11])
def test_a_study_that_goes_on_is_unfinished_and_not_too_short(done):
    """Of twelve periods that might come in 60 orders, nine have been in 32: nobody has to plan more periods."""
    schedule = sm.Schedule("blocks", periods=12, seed=8)
    verdict = sm.judge(CLAIM, nights(schedule.order[:done], column="period"), study(schedule), sensitivity=False)
    assert (verdict.outcome, codes_of(verdict)) == ("inconclusive", ["unfinished"])


def numbered_by_hand(table, order):
    """Nights that were taken in turn, A and B, and numbered so that the numbers fit the order that was drawn."""
    places = {letter: [i for i, one in enumerate(order) if one == letter] for letter in "AB"}
    day = {}
    for letter, first in (("A", 0), ("B", 1)):
        day |= {place + 1: 2 * k + first for k, place in enumerate(places[letter])}
    starts = {row["night"]: row["start"] for row in dated(table)}
    return [row | {"start": starts[min(day[row["night"]] + 1, len(table))]} for row in table]


def test_nights_that_were_numbered_to_fit_the_draw_are_told_by_their_dates():
    verdict = sm.judge(CLAIM, numbered_by_hand(nights(), DRAWN.order), study(), sensitivity=False)
    assert (verdict.outcome, codes_of(verdict)) == ("not testable", ["dates-of-another-order"])


@pytest.mark.parametrize("wrong", [(3,), (3, 9, 14)])
def test_a_recorder_that_lost_its_clock_in_a_few_nights_spoils_no_study(wrong):
    table = [row | ({"start": "2020-01-01T22:00:00"} if row["night"] in wrong else {}) for row in dated(nights())]
    assert sm.judge(CLAIM, table, study(), sensitivity=False).outcome == "supported"


@pytest.mark.parametrize(
    ("days", "moved"), [([], 0), ([3, 2, 1], 2), ([1, 3, 2, 4], 1), ([5, 1, 2, 3, 4], 1), ([1, 1], 1)]
)
def test_the_fewest_nights_that_are_out_of_order(days, moved):
    assert n_out_of_order(days) == moved
