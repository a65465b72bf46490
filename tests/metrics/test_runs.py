"""Runs of many nights at once, against loops over each."""

from itertools import groupby

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from somnometry.metrics.runs import epochs_lasting, find_bouts, remembered

from .strategies import laws

NIGHTS = st.tuples(st.integers(1, 5), st.integers(1, 40)).flatmap(
    lambda shape: arrays(np.int8, shape, elements=st.integers(-1, 4))
)


def bouts_of(row):
    """Value, first epoch and length of each run, by hand."""
    at, found = 0, []
    for value, group in groupby(row.tolist()):
        length = len(list(group))
        found.append((value, at, length))
        at += length
    return found


@laws
@given(NIGHTS)
def test_bouts_are_the_runs_of_each_night(stages):
    value, runs = find_bouts(stages)
    for i, row in enumerate(stages):
        of_night = runs.night == i
        found = zip(
            value[of_night].tolist(), runs.start[of_night].tolist(), runs.length[of_night].tolist(), strict=True
        )
        assert list(found) == bouts_of(row)


@laws
@given(NIGHTS, st.integers(-1, 4))
def test_what_is_said_of_the_runs_of_one_stage_is_that_of_each_night(stages, stage):
    value, runs = find_bouts(stages)
    chosen = runs.where(value == stage)
    for i, row in enumerate(stages):
        own = [(start, length) for found, start, length in bouts_of(row) if found == stage]
        lengths = [length for _, length in own]
        assert (chosen.count()[i], chosen.total()[i]) == (len(own), sum(lengths))
        assert chosen.longest()[i] == max(lengths, default=0)
        assert chosen.median()[i] == (np.median(lengths) if lengths else 0)
        assert chosen.first()[i] == (own[0][0] if own else -1)
        assert chosen.last()[i] == (sum(own[-1]) - 1 if own else -1)


@laws
@given(NIGHTS)
def test_runs_that_touch_are_one_when_joined(stages):
    value, runs = find_bouts(stages)
    asleep = runs.where(value > 0).joined()
    for i, row in enumerate(stages > 0):
        own = [(start, length) for sleeps, start, length in bouts_of(row) if sleeps]
        of_night = asleep.night == i
        assert list(zip(asleep.start[of_night], asleep.length[of_night], strict=True)) == own


@laws
@given(NIGHTS, st.integers(0, 40), st.integers(0, 40))
def test_epochs_between_are_counted(stages, one, other):
    begin, end = sorted(min(at, stages.shape[1]) for at in (one, other))
    value, runs = find_bouts(stages)
    n = len(stages)
    found = runs.where(value > 0).epochs_between(np.arange(n), np.full(n, begin), np.full(n, end))
    assert found.tolist() == (stages[:, begin:end] > 0).sum(axis=1).tolist()


@pytest.mark.parametrize(("seconds", "epoch", "n"), [(600, 30.0, 20), (600, 20.0, 30), (120, 50.0, 3), (30, 30.0, 1)])
def test_so_many_epochs_last_so_long(seconds, epoch, n):
    assert epochs_lasting(seconds, epoch) == n


class Quantity:
    """Something that cannot change."""


def test_what_is_asked_twice_is_found_once_and_cannot_be_written_to():
    asked = []

    @remembered
    def found(quantity):
        asked.append(quantity)
        return np.arange(3)

    one, other = Quantity(), Quantity()
    assert found(one) is found(one)
    assert found(other) is not found(one)
    assert asked == [one, other]
    with pytest.raises(ValueError, match="read-only"):
        found(one)[0] = 7


def test_what_two_functions_find_is_kept_apart():
    @remembered
    def once(quantity):
        return np.array([1])

    @remembered
    def twice(quantity):
        return np.array([2])

    quantity = Quantity()
    assert (once(quantity).item(), twice(quantity).item(), once(quantity).item()) == (1, 2, 1)
