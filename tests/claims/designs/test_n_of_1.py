"""One person's study: orders that might have been drawn, as they were drawn though a night is lost."""

from __future__ import annotations

import math
from itertools import product

import numpy as np
import pytest

import somnometry as sm

from ...facts import example
from ..crossovers import REM, codes_of, noisy_crossover

ORDER = "ABBAABABBAAB"
VALUES = [410.0, 455, 470, 400, 421, 466, 405, 452, 480, 415, 399, 461]


def nights(lost: tuple[int, ...], place: str) -> list[dict[str, object]]:
    return [
        {"subject": 1, "condition": {"A": "placebo", "B": "active"}[letter], place: i + 1,
         "tst": math.nan if i in lost else value}
        for i, (letter, value) in enumerate(zip(ORDER, VALUES, strict=True))
    ]  # fmt: skip


STUDY = sm.Study(
    design="n-of-1", treatment="active", control="placebo", schedule=sm.Schedule("blocks"), randomised=True
)
CLAIM = sm.Claim("tst", "increases", smallest_effect=15.0)


@pytest.mark.parametrize("lost", [(), (3,), (0, 7)])
@pytest.mark.parametrize("place", ["period", "night"])
def test_lost_periods_are_left_out_of_every_order_that_might_have_been_drawn(lost, place):
    verdict = sm.judge(CLAIM, nights(lost, place), STUDY, sensitivity=False)
    kept = [i for i in range(12) if i not in lost]
    values = np.array(VALUES)[kept]

    def difference(order: str) -> float:
        treated = np.array([order[i] == "B" for i in kept])
        return float(values[treated].mean() - values[~treated].mean())

    drawn = [difference("".join(blocks)) for blocks in product(("AB", "BA"), repeat=6)]
    taken = difference(ORDER)
    assert verdict.estimate == pytest.approx(taken)
    assert verdict.p == pytest.approx(2 * np.mean([d >= taken - 1e-9 for d in drawn]))


def test_onghenas_randomisation_test_of_one_person(vectors):
    want = vectors["onghena_abab"]
    table = example("onghena")
    nights = [
        {"subject": "one", "condition": label[0], "period": i + 1, "symptom": value}
        for i, (label, value) in enumerate(table.itertuples(index=False))
    ]
    study = sm.Study(
        design="n-of-1", treatment="B", control="A", schedule=sm.Schedule("phases", min_phase=4), randomised=True
    )
    verdict = sm.judge(sm.Claim("symptom", "decreases"), nights, study)
    assert verdict.estimate == pytest.approx(-want["PA_minus_PB"])
    assert verdict.p / 2 == pytest.approx(want["p_one_sided"], abs=5e-11)
    assert dict(verdict.method.facts) == {"n": want["n_assign"], "listed": True}


def test_few_orders_of_one_person_decide_nothing():
    nights = noisy_crossover(6.0, subjects=1, nights=1)
    nights += [{**row, "period": row["period"] + 2} for row in nights]
    study = sm.Study(
        design="n-of-1", treatment="active", control="placebo", schedule=sm.Schedule("blocks"), randomised=True
    )
    verdict = sm.judge(REM, nights, study)
    assert (verdict.outcome, codes_of(verdict), verdict.reasons[0].facts["n"]) == ("not testable", ["few-orders"], 4)


def test_a_person_who_took_an_impossible_order_is_an_error():
    nights = [{"subject": 1, "condition": "AB"[i > 5], "period": i, "tst": 400.0 + i} for i in range(12)]
    study = sm.Study(design="n-of-1", treatment="B", control="A", schedule=sm.Schedule("blocks"), randomised=True)
    with pytest.raises(sm.ClaimError) as caught:
        sm.judge(sm.Claim("tst", "increases"), nights, study)
    assert caught.value.key == "study.schedule"


def test_one_person_whose_nights_are_all_the_same_decides_nothing():
    nights = [{"subject": 1, "condition": "AB"[i % 2], "period": i, "tst": 400.0} for i in range(12)]
    study = sm.Study(design="n-of-1", treatment="B", control="A", schedule=sm.Schedule("blocks"), randomised=True)
    verdict = sm.judge(sm.Claim("tst", kind="equivalence", smallest_effect=15.0), nights, study)
    assert (verdict.outcome, codes_of(verdict)) == ("not testable", ["no-residual-variance"])
