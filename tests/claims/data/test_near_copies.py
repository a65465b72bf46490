"""Nights that are copies but for a few numbers are said; nights that are merely alike are not."""

from __future__ import annotations

import numpy as np
import pytest

from somnometry.claims.data.near_copies import _candidates, _is_near, with_near_copies
from somnometry.claims.data.study_nights import StudyNights
from tests.cost import Cost, growth

from ..plain_nights import MINUTES, STUDY, judged, plain_nights


def said(table, metric="tst"):
    return [warning for warning in judged(table, metric).warnings if warning.code == "nearly-copied"]


def copied(table, row, of, *changed):
    """The table in which a night is that of another, some of its numbers changed."""
    for name, values in table.items():
        if values.dtype.kind == "f":
            values[row] = values[of] + (-7.25 if name in changed else 0.0)
    return table


@pytest.mark.parametrize(
    "changed", [("waso",), ("rem_latency",), ("tst",), ("sol", "waso"), ("tst", "se", "n2_minutes")]
)
@pytest.mark.parametrize("rows", [(50, 3), (95, 94)])
def test_a_copy_with_numbers_changed_is_said_with_its_rows(changed, rows):
    table = copied(plain_nights(), *rows, *changed)
    numbers = [name for name, values in table.items() if values.dtype.kind == "f"]
    (found,) = said(table)
    assert found.facts["rows"] == tuple(sorted(row + 1 for row in rows))
    assert (found.facts["same"], found.facts["of"]) == (len(numbers) - len(changed), len(numbers))
    assert found.facts["pairs"] == 1


def test_a_copy_that_lacks_a_number_is_said():
    table = copied(plain_nights(), 60, 7)
    table["rem_latency"][60] = np.nan
    assert said(table, "waso")[0].facts["rows"] == (8, 61)


@pytest.mark.parametrize("step", [0.5, 1.0, 5.0])
@pytest.mark.parametrize("nights", [1, 2, 7])
def test_nights_that_are_alike_by_chance_are_not(step, nights):
    for seed in range(8):
        table = plain_nights(seed=seed, nights=nights)
        for name in MINUTES:
            table[name] = step * np.round(table[name] / step)
        assert said(table) == []


def test_no_pair_is_missed_that_a_look_at_all_finds():
    rng = np.random.default_rng(1)
    table = np.round(rng.normal(0, 30, (60, 12)))
    for i in range(20):
        table[40 + i] = table[i]
        table[40 + i, rng.choice(12, rng.integers(0, 4), replace=False)] += 1000
    pairs = {(i, j) for i in range(60) for j in range(i + 1, 60) if _is_near(table, i, j)}
    assert len(pairs) == 20
    assert pairs <= set(_candidates(table))


@pytest.mark.acceptance
def test_the_cost_grows_with_the_nights_and_not_with_their_square():
    def cost(people):
        nights = StudyNights.of(plain_nights(people=people), STUDY)
        with Cost() as spent:
            with_near_copies(nights)
        return spent.loops

    assert growth(cost, 1000, 4000, 8) < 8
