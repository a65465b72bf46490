"""Runs of one night, against loops over its epochs."""

from itertools import groupby

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from somnometry.metrics.night_runs import NightRuns

from .strategies import laws

MASKS = st.lists(st.booleans(), max_size=40)


def runs_of(mask):
    """Runs of True, by hand."""
    at, found = 0, NightRuns([], [])
    for value, group in groupby(mask):
        length = len(list(group))
        if value:
            found.start.append(at)
            found.length.append(length)
        at += length
    return found


@laws
@given(MASKS)
def test_what_is_said_of_runs_is_said_of_their_epochs(mask):
    runs, at = runs_of(mask), [i for i, inside in enumerate(mask) if inside]
    assert runs.count() == sum(inside and not before for before, inside in zip([False, *mask], mask, strict=False))
    assert runs.total() == len(at)
    assert (runs.first(), runs.last()) == ((at[0], at[-1]) if at else (-1, -1))
    assert runs.longest() == max(runs.length, default=0)
    assert runs.median() == (np.median(runs.length) if at else 0)
    assert [i for start, end in zip(runs.start, runs.ends, strict=True) for i in range(start, end)] == at


@laws
@given(MASKS, st.integers(0, 40), st.integers(0, 40))
def test_epochs_between_are_counted(mask, one, other):
    begin, end = sorted((one, other))
    assert runs_of(mask).epochs_between(begin, end) == sum(mask[begin:end])


@laws
@given(MASKS, st.integers(0, 10))
def test_runs_that_last_are_kept(mask, n_epochs):
    runs = runs_of(mask)
    kept = [(start, length) for start, length in zip(runs.start, runs.length, strict=True) if length >= n_epochs]
    for _ in range(2):  # what was found is remembered
        lasting = runs.lasting(n_epochs)
        assert list(zip(lasting.start, lasting.length, strict=True)) == kept


def test_runs_that_begin_between_two_epochs_are_kept():
    kept = NightRuns([0, 4, 9], [2, 3, 1]).between(0, 9)
    assert (kept.start, kept.length) == ([4], [3])


@laws
@given(MASKS)
def test_runs_that_touch_are_one_when_joined(mask):
    joined = NightRuns.joined((i, 1) for i, inside in enumerate(mask) if inside)
    assert (joined.start, joined.length) == (runs_of(mask).start, runs_of(mask).length)
