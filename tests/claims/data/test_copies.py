"""Nights and people that stand twice, rounded or moved, are refused; people who are merely alike are not."""

from __future__ import annotations

import numpy as np
import pytest

import somnometry as sm
from somnometry.claims.data.copies import _near_pairs, _steps, require_no_copies
from somnometry.claims.data.study_nights import StudyNights
from tests.cost import Cost, growth

from ..plain_nights import STUDY, judged, only, plain_nights, refused

METRICS = ("tst", "waso", "se", "sol", "rem_percent", "n3_percent")


def with_copy(table, change, of="P1"):
    """A further person, whose numbers are those of another, changed."""
    own = table["subject"] == of
    copied = {name: values[own] for name, values in table.items()}
    copied |= {name: change(v) for name, v in copied.items() if name in METRICS}
    copied["subject"] = np.full(own.sum(), "X")
    return {name: np.concatenate([values, copied[name]]) for name, values in table.items()}


@pytest.mark.parametrize(
    "change",
    [lambda v: v, np.round, lambda v: np.round(v, 1), lambda v: v + 3.0, lambda v: v - 0.5],
    ids=["the same", "rounded", "to a tenth", "three more", "half less"],
)
@pytest.mark.parametrize("nights", [2, 4])
def test_a_person_who_stands_twice_is_refused(change, nights):
    table = only(plain_nights(nights=nights), *METRICS)
    error = refused(with_copy(table, change))
    assert error.key == "subject"
    assert "copy of the other" in error.what


def test_one_metric_of_many_nights_tells_a_copy():
    table = only(plain_nights(nights=4), "tst")
    assert "but for a constant" in refused(with_copy(table, lambda v: v + 12.0)).what


def test_a_night_that_stands_twice_rounded_is_refused_by_its_rows():
    table = plain_nights()
    for values in table.values():
        if values.dtype.kind == "f":
            values[40] = np.round(values[3])
    error = refused(table)
    assert (error.place, "but for rounding" in error.what) == ("rows 4 and 41", True)


def twice(table, rows):
    """A table in which some nights stand again, as where a folder was moved and measured once more."""
    return {name: np.concatenate([values, values[rows]]) for name, values in table.items() if name != "night"}


@pytest.mark.parametrize("metrics", [("tst",), ("tst", "waso")])
@pytest.mark.parametrize("share", [0.4, 1.0])
def test_nights_that_stand_twice_in_their_cell_are_refused_however_few_numbers_they_have(metrics, share):
    table = only(plain_nights(nights=2), *metrics)
    error = refused(twice(table, np.arange(int(share * len(table["tst"])))))
    assert error.key == "subject"
    assert "half of all nights" in error.what


@pytest.mark.parametrize("step", [5.0, 15.0, 30.0])
def test_nights_of_a_person_that_are_equal_by_chance_are_no_doubled_table(step):
    judged(twice(only(plain_nights(nights=2), "tst"), np.arange(20)))  # a fifth of all nights
    for seed in range(10):
        table = only(plain_nights(people=40, nights=7, seed=seed), "tst")
        table["tst"] = step * np.round(table["tst"] / step)
        judged(table)


@pytest.mark.parametrize("step", [5.0, 15.0])
def test_coarse_values_of_many_people_are_no_copies(step):
    for seed in range(15):
        table = only(plain_nights(people=40, nights=[1, 2, 4][seed % 3], seed=seed), "tst")
        table["tst"] = step * np.round(table["tst"] / step)
        assert judged(table).outcome in ("inconclusive", "supported", "contradicted")


def test_what_is_looked_for_among_four_times_as_many_people_costs_no_sixteen_times_as_much():
    def loops(people):
        rng = np.random.default_rng(1)
        subject = np.repeat(np.arange(people), 4).astype(str)
        table = {"subject": subject, "condition": np.tile(["placebo", "active"], 2 * people),
                 "period": np.tile([1, 2], 2 * people), "night": np.tile([1, 1, 2, 2], people)}  # fmt: skip
        table |= {name: np.round(2 * rng.normal(400, 60, subject.size)) / 2 for name in ("tst", "trt")}
        nights = StudyNights.of(table, sm.Study(**{name: getattr(STUDY, name) for name in ("treatment", "control")}))
        with Cost() as cost:
            require_no_copies(nights)
        return cost.loops

    loops(50)
    assert growth(loops, 1000, 4000, 8) < 8


@pytest.mark.parametrize("seed", range(12))
def test_pairs_that_are_alike_but_for_rounding_are_those_that_a_look_at_all_pairs_finds(seed):
    rng = np.random.default_rng(seed)
    table = np.round(rng.normal(20, 1.5, (60, 2)) * 10) / 10
    table[::3] = np.round(table[::3])
    table[rng.random(table.shape) < 0.05] = np.nan
    step = _steps(table)
    key = max(range(2), key=lambda c: np.unique(table[np.isfinite(table[:, c]), c]).size)
    alike = set()
    for i in range(len(table)):
        for j in range(i + 1, len(table)):
            off, bound = abs(table[i] - table[j]), 0.5 * np.maximum(step[i], step[j]) + 1e-9
            if np.isfinite(off[key]) and all(np.isnan(o) or o <= b for o, b in zip(off, bound, strict=True)):
                alike.add((i, j))
    found = [*_near_pairs(table, step)]
    assert len(found) == len(set(found))
    assert set(found) == alike != set()


def diary(people, nights, seed):
    """Nights as people write them into a diary, to five minutes, or as a wearable does, to one."""
    rng = np.random.default_rng(seed)
    subject = np.repeat(np.arange(people), 2 * nights)
    trt = 480 + 15 * rng.integers(-2, 3, subject.size)
    sol, awakenings = 5 * rng.integers(1, 5, subject.size), rng.integers(1, 4, subject.size)
    waso = 5 * (awakenings + rng.integers(0, 2, subject.size))
    return {
        "subject": np.array([f"P{one}" for one in subject]), "awakenings": awakenings,
        "condition": np.tile(np.repeat(["placebo", "active"], nights), people),
        "period": np.tile(np.repeat([1, 2], nights), people), "night": np.tile(np.arange(nights) + 1, 2 * people),
        "trt": trt, "sol": sol, "waso": waso, "tst": trt - sol - waso,
        "se": np.round(100 * (trt - sol - waso) / trt, 1),
    }  # fmt: skip


@pytest.mark.parametrize("seed", range(5))
def test_coarse_nights_that_are_equal_in_all_of_six_numbers_are_no_copies_by_that(seed):
    table = diary(10, 7, seed)
    rows = list(zip(*(table[name] for name in ("trt", "sol", "waso", "awakenings")), strict=True))
    assert len(set(rows)) < len(rows)
    assert judged(table).outcome


@pytest.mark.parametrize("step", [1.0, 0.5, 0.1])
def test_two_nights_of_one_number_each_are_copies_where_chance_makes_none(step):
    table = only(plain_nights(), *METRICS)
    table |= {name: step * np.round(table[name] / step) for name in METRICS}
    for name in METRICS:
        table[name][50] = table[name][3]
    assert refused(table).what == "two nights have the same 6 numbers: one is a copy of the other"
