"""One person's order: numbered as it was drawn, with nights lost, still to come, or never drawn at all."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest

import somnometry as sm

from ..crossovers import codes_of

CLAIM = sm.Claim("tst", "increases", smallest_effect=15.0)
DRAWN = sm.Schedule("blocks", periods=21, seed=11)


def study(schedule=DRAWN, **more):
    return sm.Study(
        design="n-of-1", treatment="active", control="placebo", schedule=schedule, randomised=True, staging="human",
        **more,
    )  # fmt: skip


def nights(order=DRAWN.order, effect=40.0, leave=(), column="night", sd=20.0):
    values = np.random.default_rng(4).normal(400, sd, len(order))
    return [
        {"subject": "me", "condition": {"A": "placebo", "B": "active"}[letter], column: i,
         "tst": values[i - 1] + effect * (letter == "B")}
        for i, letter in enumerate(order, 1) if i not in leave
    ]  # fmt: skip


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
    """Every order in blocks of 2, the last of which may be half a block; the drawn one first."""
    every = {"".join(order)[:n] for order in itertools.product(("AB", "BA"), repeat=-(-n // 2))}
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


def test_the_table_has_the_condition_that_was_drawn():
    table = nights()
    table[3]["condition"], table[4]["condition"] = table[4]["condition"], table[3]["condition"]
    if table[3]["condition"] == table[4]["condition"]:
        table[3]["condition"] = "placebo" if table[3]["condition"] == "active" else "active"
    with pytest.raises(sm.ClaimError) as caught:
        sm.judge(CLAIM, table, study())
    assert caught.value.key == "condition"


def test_a_night_that_was_never_drawn_is_an_error_and_a_run_in_is_not():
    more = [{"subject": "me", "condition": "placebo", "night": 22, "tst": 400.0}]
    with pytest.raises(sm.ClaimError) as caught:
        sm.judge(CLAIM, nights() + more, study())
    assert caught.value.key == "night"
    before = [{"subject": "me", "condition": "run-in", "night": 1 + i, "tst": 300.0} for i in range(3)]
    alone = sm.judge(CLAIM, nights(), study(), sensitivity=False)
    assert sm.judge(CLAIM, before + nights(), study(), sensitivity=False).p == alone.p


@pytest.mark.parametrize("order", ["AB" * 7, "BA" * 10 + "B", "ABBA" * 4])
@pytest.mark.parametrize("scheme", ["blocks", "complete"])
@pytest.mark.parametrize("column", ["night", "period"])
def test_an_order_made_by_hand_is_never_tested_as_drawn(order, scheme, column):
    made = sm.judge(CLAIM, nights(order, 60.0, column=column), study(sm.Schedule(scheme)), sensitivity=False)
    assert (made.outcome, codes_of(made)) == ("not testable", ["order-repeats-itself"])
    given = sm.Schedule(scheme, order=order)
    assert sm.judge(CLAIM, nights(order, 60.0), study(given), sensitivity=False).outcome == "not testable"


def test_a_draw_that_happens_to_alternate_is_proved_by_its_seed():
    seed = next(s for s in range(20_000) if sm.Schedule("blocks", periods=12, seed=s).order == "AB" * 6)
    proved = sm.Schedule("blocks", periods=12, seed=seed)
    verdict = sm.judge(CLAIM, nights("AB" * 6, 60.0), study(proved), sensitivity=False)
    assert verdict.outcome == "supported"


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
    table = [row | {"night": k, "period": row["period"]} for row in nights(column="period") for k in (1, 2)]
    verdict = sm.judge(CLAIM, table, study(covariates=("weekday",)), sensitivity=False)
    assert codes_of(verdict) == ["weekday-of-periods"]
