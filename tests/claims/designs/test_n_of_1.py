"""One person's study of which a night was lost: the order that was drawn stays what it was."""

from __future__ import annotations

import math
from itertools import product

import numpy as np
import pytest

from somnometry.claims.judge import judge
from somnometry.core.claim import Claim
from somnometry.core.study import Schedule, Study

ORDER = "ABBAABABBAAB"
VALUES = [410.0, 455, 470, 400, 421, 466, 405, 452, 480, 415, 399, 461]


def nights(lost: tuple[int, ...], place: str) -> list[dict[str, object]]:
    return [
        {"subject": 1, "condition": {"A": "placebo", "B": "active"}[letter], place: i + 1,
         "tst": math.nan if i in lost else value}
        for i, (letter, value) in enumerate(zip(ORDER, VALUES, strict=True))
    ]  # fmt: skip


STUDY = Study(design="n-of-1", treatment="active", control="placebo", schedule=Schedule("blocks"))
CLAIM = Claim("tst", "increases", smallest_effect=15.0)


@pytest.mark.parametrize("lost", [(), (3,), (0, 7)])
@pytest.mark.parametrize("place", ["period", "night"])
def test_lost_periods_are_left_out_of_every_order_that_might_have_been_drawn(lost, place):
    verdict = judge(CLAIM, nights(lost, place), STUDY, sensitivity=False)
    kept = [i for i in range(12) if i not in lost]
    values = np.array(VALUES)[kept]

    def difference(order: str) -> float:
        treated = np.array([order[i] == "B" for i in kept])
        return float(values[treated].mean() - values[~treated].mean())

    drawn = [difference("".join(blocks)) for blocks in product(("AB", "BA"), repeat=6)]
    taken = difference(ORDER)
    assert verdict.estimate == pytest.approx(taken)
    assert verdict.p == pytest.approx(2 * np.mean([d >= taken - 1e-9 for d in drawn]))
