"""Nights of a period are told apart by their order, whatever numbers a table counts them by."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import somnometry as sm
from somnometry.claims.data.night_ordinals import ordinals_of_nights

STUDY = sm.Study(design="crossover", treatment="active", control="placebo", staging="human", randomised=True)
CLAIM = sm.Claim("tst", "increases", smallest_effect=15.0)
ALPHA, N_NIGHTS = 0.05, 4


def trial(rng, n=24, effect=0.0):
    """A 2x2 crossover of four nights a period, counted from 1, with an effect of the first night and of the period."""
    rows = []
    for s in range(n):
        person = rng.normal(0, 40)
        order = ("placebo", "active") if s % 2 else ("active", "placebo")
        for p, condition in enumerate(order):
            visit = rng.normal(0, 12)
            for k in range(N_NIGHTS):
                tst = (
                    400 + person + visit + rng.normal(0, 30) - 20 * (k == 0) + 5 * p + effect * (condition == "active")
                )
                rows.append({"subject": s, "period": p + 1, "night": k + 1, "condition": condition, "tst": tst})
    return rows


def through_the_study(rows):
    """The same nights counted through the study; washout of 14 nights after active and 7 after placebo."""
    first = {row["subject"]: row["condition"] for row in rows if row["period"] == 1}
    shift = {s: N_NIGHTS + (14 if condition == "active" else 7) for s, condition in first.items()}
    return [{**row, "night": row["night"] + (row["period"] == 2) * shift[row["subject"]]} for row in rows]


def same(one, two):
    return (one.outcome, one.estimate, one.interval95, one.p) == (two.outcome, two.estimate, two.interval95, two.p)


@pytest.mark.parametrize("seed", range(5))
def test_nights_counted_through_the_study_give_the_verdict_of_nights_counted_in_periods(seed):
    rows = trial(np.random.default_rng(seed), effect=10.0)
    assert same(sm.judge(CLAIM, rows, STUDY), sm.judge(CLAIM, through_the_study(rows), STUDY))


@given(st.lists(st.integers(1, 30), min_size=4, max_size=4, unique=True), st.integers(-5, 1000))
def test_any_rising_numbers_give_the_same_verdict(numbers, shift):
    rows = trial(np.random.default_rng(1), n=8)
    rising = sorted(numbers)
    moved = [{**row, "night": rising[row["night"] - 1] + shift * (row["subject"] % 3)} for row in rows]
    assert same(sm.judge(CLAIM, rows, STUDY, sensitivity=False), sm.judge(CLAIM, moved, STUDY, sensitivity=False))


def test_a_night_that_was_lost_does_not_make_the_next_one_the_first():
    rows = trial(np.random.default_rng(2))
    lost = [{**row, "status": "failed" if row["subject"] < 6 and row["night"] == 1 else "ok"} for row in rows]
    gone = [row for row in rows if not (row["subject"] < 6 and row["night"] == 1)]
    renumbered = [{**row, "night": row["night"] - (row["subject"] < 6)} for row in gone]
    assert same(sm.judge(CLAIM, lost, STUDY), sm.judge(CLAIM, gone, STUDY))
    assert sm.judge(CLAIM, lost, STUDY).estimate != sm.judge(CLAIM, renumbered, STUDY).estimate


def one_stayed_longer(rows):
    """The same nights, and seven more of one subject in the second period: as many as two washouts lie apart."""
    last = [row for row in rows if row["subject"] == 1 and row["period"] == 2][-1]
    more = [{**last, "night": last["night"] + k, "tst": last["tst"] + 7 * (-1) ** k + k} for k in range(1, 8)]
    return [*rows, *more]


def rates(n_studies, seed=0, made=through_the_study):
    """Share of studies without an effect that support or contradict the claim, and that cover the truth."""
    rng = np.random.default_rng(seed)
    up = down = covered = 0
    for _ in range(n_studies):
        verdict = sm.judge(CLAIM, made(trial(rng)), STUDY, sensitivity=False)
        low, high = verdict.interval95
        up += verdict.estimate > 0 and verdict.p <= ALPHA
        down += verdict.estimate < 0 and verdict.p <= ALPHA
        covered += low <= 0 <= high
    return up / n_studies, down / n_studies, covered / n_studies


@pytest.mark.parametrize("n_studies", [200, pytest.param(2000, marks=pytest.mark.acceptance)])
@pytest.mark.parametrize("made", [through_the_study, lambda rows: one_stayed_longer(through_the_study(rows))])
def test_unequal_washouts_neither_support_nor_contradict(n_studies, made):
    up, down, covered = rates(n_studies, made=made)
    of_tail = 3 * np.sqrt(0.025 * 0.975 / n_studies)
    assert max(up, down) <= 0.025 + of_tail
    assert covered >= 0.94 - 3 * np.sqrt(0.94 * 0.06 / n_studies)


def test_a_number_that_no_float_holds_sorts_last():
    columns = {
        "subject": np.array(["a", "a"], object), "condition": np.array(["c", "c"], object),
        "period": np.array([1, 1], object), "night": np.array([10**400, 3], object),
    }  # fmt: skip
    assert ordinals_of_nights(columns).tolist() == [1, 0]
