"""One person's order: numbered as it was drawn, with nights lost, still to come, or never drawn at all."""

from __future__ import annotations

import itertools
import math
from datetime import datetime

import numpy as np
import pytest

import somnometry as sm

from ..crossovers import codes_of
from ..one_person import CLAIM, DRAWN, codes_said, dated, nights, study


def p_by_hand(table, orders):
    """Share of the orders whose difference is at least that of the first, of the nights that are there."""
    at = [row["night"] - 1 for row in table]
    y = np.array([row["tst"] for row in table])
    found = []
    for order in orders:
        treated = np.array([order[i] == "B" for i in at])
        found.append(y[treated].mean() - y[~treated].mean())
    return np.mean(np.array(found) >= found[0] - 1e-9)


def blocks(n):
    """Every order in blocks of 2 that a seed draws, the last of which may be half a block; the drawn one first."""
    every = {"".join(order)[:n] for order in itertools.product(("AB", "BA"), repeat=-(-n // 2))}
    every -= {(by_hand * n)[:n] for by_hand in ("AB", "BA", "ABBA", "BAAB")}
    return [DRAWN.order, *(every - {DRAWN.order})]


@pytest.mark.parametrize("leave", [(), (5,), (5, 12, 13)])
@pytest.mark.parametrize("column", ["night", "period"])
def test_21_nights_in_blocks_of_two_are_tested_with_nights_that_have_no_row(leave, column):
    table = nights(leave=leave)
    verdict = sm.judge(CLAIM, nights(leave=leave, column=column), study(), sensitivity=False)
    assert verdict.p == pytest.approx(2 * p_by_hand(table, blocks(21)))
    assert verdict.outcome == "supported"
    assert verdict.n_nights == 21 - len(leave)


def test_a_lost_night_is_a_row_with_a_status_as_well():
    table = nights()
    table[4] |= {"status": "lost", "tst": math.nan}
    for row in table:
        row.setdefault("status", "ok")
    without = sm.judge(CLAIM, nights(leave=(5,)), study(), sensitivity=False)
    assert sm.judge(CLAIM, table, study(), sensitivity=False).p == without.p


@pytest.mark.parametrize(
    ("column", "cell"),
    [("period", ""), ("period", None), ("period", math.nan),
     *(("night", cell) for cell in ("", None, "N5", "4,0", math.nan, "inf"))],
)  # fmt: skip
def test_a_lost_night_whose_place_nobody_knows_is_not_put_anywhere(column, cell):
    """Where the order is drawn the others have their places all the same; where it is read of the table, none is."""
    table = [row | {"status": "ok"} for row in nights(column=column)]
    table[4] |= {"status": "failed", "tst": math.nan, column: cell}
    drawn = sm.judge(CLAIM, table, study(), sensitivity=False)
    assert drawn.p == sm.judge(CLAIM, nights(leave=(5,), column=column), study(), sensitivity=False).p
    with pytest.raises(sm.ClaimError, match=f"lost has no {column}") as error:
        sm.judge(CLAIM, table, study(sm.Schedule("blocks", periods=21)), sensitivity=False)
    assert error.value.key == column


@pytest.mark.parametrize("start", ["0001-01-01T01:00:00", "0001-01-01T00:00:00+01:00", "9999-12-31T23:00:00"])
def test_a_start_that_means_none_is_no_error_of_the_calendar(start):
    table = [row | {"start": start} for row in nights()]
    assert sm.judge(CLAIM, table, study(sm.Schedule("blocks", periods=21)), sensitivity=False).outcome


def test_a_lost_last_night_is_known_by_its_row_alone():
    table = nights()
    table[-1]["tst"] = math.nan
    assert codes_of(sm.judge(CLAIM, table, study(), sensitivity=False)) != ["unfinished"]
    early = sm.judge(CLAIM, nights(leave=(21,)), study(), sensitivity=False)
    assert (early.outcome, codes_of(early)) == ("inconclusive", ["unfinished"])
    assert dict(early.reasons[0].facts) == {"done": 20, "planned": 21, "next": 21}
    assert math.isfinite(early.estimate)


def test_declared_looks_share_alpha_and_no_other_moment_decides():
    schedule = sm.Schedule("blocks", periods=21, seed=11, looks=(14, 21))
    at = {n: sm.judge(CLAIM, nights(effect=60.0, leave=range(n + 1, 22)), study(schedule), sensitivity=False)
          for n in (13, 14, 15, 21)}  # fmt: skip
    assert {n: verdict.outcome for n, verdict in at.items()} == {
        13: "inconclusive", 14: "supported", 15: "inconclusive", 21: "supported",
    }  # fmt: skip
    assert at[15].reasons[0].facts["next"] == 21
    assert at[14].alpha == 0.025


def test_two_people_in_one_table_are_not_taken_for_one():
    table = nights() + [row | {"subject": "you", "tst": row["tst"] + 7.0 * row["night"]} for row in nights()]
    verdict = sm.judge(CLAIM, table, study(), sensitivity=False)
    assert (verdict.outcome, codes_of(verdict)) == ("not testable", ["several-subjects"])


# ------------------------------------------------------------------------------------------------------------ dates
def test_a_night_begun_after_midnight_is_that_of_the_evening_before():
    own = study(covariates=("weekday",))
    table = nights()
    late = [*dated(table[:5]), *dated(table[5:8], 25), *dated(table[8:])]
    plain = sm.judge(CLAIM, table, own, sensitivity=False)
    assert sm.judge(CLAIM, late, own, sensitivity=False).p == plain.p
    assert "nights-out-of-order" not in codes_said(sm.judge(CLAIM, late, own, sensitivity=False))


def test_the_weekday_is_that_of_the_date_where_there_was_a_pause():
    table = nights()
    for row in table:
        row["tst"] += 90.0 * ((row["night"] + 3 * (row["night"] > 10)) % 7 > 4)
    paused = dated(table, pause=3)
    verdict = sm.judge(CLAIM, paused, study(covariates=("weekday",)), sensitivity=False)
    day = np.array([datetime.fromisoformat(row["start"]).weekday() for row in paused])
    y = np.array([row["tst"] for row in table])
    treated = np.array([letter == "B" for letter in DRAWN.order])
    design = np.stack([treated, *(day == d for d in range(7))], axis=1).astype(float)
    assert verdict.estimate == pytest.approx(np.linalg.lstsq(design, y, rcond=None)[0][0])
    assert "nights-out-of-order" not in codes_said(verdict)


def test_nights_whose_dates_contradict_their_numbers_are_said():
    table = dated(nights())
    table[3]["start"], table[4]["start"] = table[4]["start"], table[3]["start"]
    verdict = sm.judge(CLAIM, table, study(), sensitivity=False)
    (said,) = [warning for warning in verdict.warnings if warning.code == "nights-out-of-order"]
    assert said.facts["which"] == ("4", "5")
    assert verdict.p == sm.judge(CLAIM, nights(), study(), sensitivity=False).p


# ------------------------------------------------------------------------------------------------- orders made by hand
@pytest.mark.parametrize("order", ["AB" * 7, "BA" * 10 + "B", "ABBA" * 4])
@pytest.mark.parametrize("scheme", ["blocks", "complete"])
@pytest.mark.parametrize("column", ["night", "period"])
def test_an_order_made_by_hand_is_never_tested_as_drawn(order, scheme, column):
    made = sm.judge(CLAIM, nights(order, 60.0, column=column), study(sm.Schedule(scheme)), sensitivity=False)
    assert (made.outcome, codes_of(made)) == ("not testable", ["order-repeats-itself"])
    given = sm.Schedule(scheme, order=order)
    assert sm.judge(CLAIM, nights(order, 60.0), study(given), sensitivity=False).outcome == "not testable"


@pytest.mark.parametrize("lost", [(3,), (2, 7), (1, 8, 13)])
@pytest.mark.parametrize("as_row", [True, False])
def test_lost_nights_hide_no_alternation(lost, as_row):
    table = nights("AB" * 8, 60.0)
    table = [row | {"status": "lost" if row["night"] in lost else "ok"} for row in table]
    table = table if as_row else [row for row in table if row["night"] not in lost]
    scheme = "blocks" if as_row else "complete"  # without its row, a lost night leaves blocks that none can tell
    verdict = sm.judge(CLAIM, table, study(sm.Schedule(scheme)), sensitivity=False)
    assert codes_of(verdict) == ["order-repeats-itself"]


def test_numbers_that_contradict_the_dates_hide_no_alternation():
    table = dated(nights("AB" * 8, 60.0))
    numbers = [1, 2, 4, 3, 6, 5, 7, 8, 9, 10, 12, 11, 14, 13, 15, 16]  # by number it looks drawn
    scrambled = [row | {"night": number} for row, number in zip(table, numbers, strict=True)]
    verdict = sm.judge(CLAIM, scrambled, study(sm.Schedule("blocks")), sensitivity=False)
    assert codes_of(verdict) == ["order-repeats-itself"]


@pytest.mark.parametrize("scheme", ["blocks", "complete"])
@pytest.mark.parametrize("by_hand", ["AB" * 12, "ABBA" * 6])
def test_an_alternation_with_one_pair_exchanged_is_not_taken_for_drawn(scheme, by_hand):
    order = [*by_hand]
    order[8], order[9] = order[9], order[8]
    verdict = sm.judge(CLAIM, nights("".join(order), 60.0), study(sm.Schedule(scheme)), sensitivity=False)
    assert (verdict.outcome, codes_of(verdict)) == ("not testable", ["order-nearly-repeats-itself"])


def test_orders_that_were_drawn_without_a_seed_are_seldom_taken_for_made_by_hand():
    rng = np.random.default_rng(9)
    drawn = ["".join("AB" if coin else "BA" for coin in rng.random(12) < 0.5) for _ in range(200)]
    refused = sum(
        sm.judge(CLAIM, nights(order, 60.0), study(sm.Schedule("blocks")), sensitivity=False).outcome == "not testable"
        for order in drawn
    )
    assert refused <= 0.05 * 200


def test_no_seed_draws_an_alternation():
    orders = {
        sm.Schedule(scheme, periods=12, seed=seed).order for seed in range(2000) for scheme in ("blocks", "complete")
    }
    assert not orders & {"AB" * 6, "BA" * 6, "ABBA" * 3, "BAAB" * 3, "AABB" * 3, "BBAA" * 3}
    assert len({order for order in orders if all({*order[i : i + 2]} == {"A", "B"} for i in range(0, 12, 2))}) == 60
    with pytest.raises(sm.ClaimError) as caught:
        sm.Schedule("blocks", seed=5, order="AB" * 6)
    assert caught.value.key == "order"


def test_a_listed_alternation_is_not_drawn_and_not_tested():
    others = tuple("".join(p) for p in itertools.product(("AB", "BA"), repeat=6))
    listed = sm.Schedule("listed", orders=others)
    verdict = sm.judge(CLAIM, nights("AB" * 6, 60.0), study(listed), sensitivity=False)
    assert codes_of(verdict) == ["order-repeats-itself"]
    assert "AB" * 6 not in {sm.Schedule("listed", orders=others, periods=12, seed=seed).order for seed in range(999)}


def test_a_draw_without_a_record_is_said():
    order = "ABBABAABABBABAAB"[:14]
    verdict = sm.judge(CLAIM, nights(order, 60.0), study(sm.Schedule("blocks")), sensitivity=False)
    assert "draw-not-recorded" in [warning.code for warning in verdict.warnings]
    kept = sm.judge(CLAIM, nights(), study(), sensitivity=False)
    assert "draw-not-recorded" not in [warning.code for warning in kept.warnings]


def test_too_short_a_first_look_decides_nothing():
    schedule = sm.Schedule("blocks", periods=21, seed=11, looks=(8, 21))
    verdict = sm.judge(CLAIM, nights(leave=range(9, 22)), study(schedule), sensitivity=False)
    assert codes_of(verdict) == ["few-orders"]
    assert verdict.reasons[0].facts["n"] == 2**4


# ------------------------------------------------------------------------------------------------------- covariates
def ols(y, treated, covariates):
    columns = [np.ones(y.size), treated.astype(float)]
    index = np.arange(y.size)
    if "trend" in covariates:
        columns.append(index)
    if "weekday" in covariates:
        columns += [index % 7 == day for day in range(6)]
    design = np.stack(columns, axis=1).astype(float)
    coefficient, *_ = np.linalg.lstsq(design, y, rcond=None)
    s2 = ((y - design @ coefficient) ** 2).sum()
    return coefficient[1], coefficient[1] / math.sqrt(s2 * np.linalg.inv(design.T @ design)[1, 1])


@pytest.mark.parametrize("covariates", [("trend",), ("weekday",), ("trend", "weekday")])
def test_covariates_are_those_of_least_squares_in_every_order(covariates):
    table = nights(effect=25.0)
    for i, row in enumerate(table):
        row["tst"] += 4.0 * i + 20.0 * (i % 7 > 4)
    y = np.array([row["tst"] for row in table])
    verdict = sm.judge(CLAIM, table, study(covariates=covariates), sensitivity=False)
    taken = np.array([letter == "B" for letter in DRAWN.order])
    assert verdict.estimate == pytest.approx(ols(y, taken, covariates)[0])
    t = ols(y, taken, covariates)[1]
    others = [ols(y, np.array([letter == "B" for letter in order]), covariates)[1] for order in blocks(21)]
    assert verdict.p == pytest.approx(2 * np.mean(np.array(others) >= t - 1e-9))


def test_a_covariate_takes_its_trend_out():
    table = nights(effect=0.0)
    for i, row in enumerate(table):
        row["tst"] += 10.0 * i
    plain = sm.judge(CLAIM, table, study(), sensitivity=False)
    adjusted = sm.judge(CLAIM, table, study(covariates=("trend",)), sensitivity=False)

    def width(verdict):
        low, high = verdict.interval95
        return high - low

    assert width(adjusted) < width(plain)


def test_covariates_that_tell_the_arms_by_themselves_decide_nothing():
    some = [f"{i:014b}".replace("0", "A").replace("1", "B") for i in range(127, 2**14 - 1, 127)]
    weekly = "".join("B" if i % 7 in (0, 1, 2) else "A" for i in range(14))
    listed = sm.Schedule("listed", orders=tuple({*some, weekly}))
    verdict = sm.judge(CLAIM, nights(weekly), study(listed, covariates=("weekday",)), sensitivity=False)
    assert codes_of(verdict) == ["covariates-tell-arms"]


def test_weekdays_ask_for_single_nights():
    table = [row | {"night": k, "tst": row["tst"] + 7 * k} for row in nights(column="period") for k in (1, 2)]
    verdict = sm.judge(CLAIM, table, study(covariates=("weekday",)), sensitivity=False)
    assert codes_of(verdict) == ["weekday-of-periods"]
