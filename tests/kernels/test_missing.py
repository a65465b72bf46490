"""Lost samples against a plain definition."""

import math
from itertools import groupby

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from somnometry.kernels.missing import BLOCK, Bridged, bridged, held_at_ends, long_runs, missing_samples, runs

VALUES = st.lists(st.sampled_from([0.0, 1.0, -2.0, math.nan, math.inf]), min_size=1, max_size=60)


@given(values=VALUES, longest=st.integers(1, 10))
def test_missing_is_not_finite_or_in_a_long_run(values, longest):
    expected = []
    for _, run in groupby(values, key=lambda v: "nan" if math.isnan(v) else v):
        run = list(run)
        expected += [len(run) > longest or not math.isfinite(v) for v in run]
    assert missing_samples(np.array(values), longest).tolist() == (expected if any(expected) else [])


@given(flags=st.lists(st.booleans(), min_size=1, max_size=60), shortest=st.integers(1, 10))
def test_long_runs_are_kept_and_short_ones_cleared(flags, shortest):
    expected = []
    for value, run in groupby(flags):
        length = len(list(run))
        expected += [value and length >= shortest] * length
    assert long_runs(np.array(flags), shortest).tolist() == expected


@given(flags=st.lists(st.booleans(), max_size=60))
def test_runs_begin_and_end_where_flags_do(flags):
    expected, at = [], 0
    for value, run in groupby(flags):
        length = len(list(run))
        expected += [[at, at + length]] if value else []
        at += length
    assert runs(np.array(flags, bool)).tolist() == expected


@given(
    samples=st.lists(st.floats(-1e3, 1e3, width=32), min_size=1, max_size=60),
    missing=st.lists(st.booleans(), min_size=60, max_size=60),
)
def test_what_is_missing_is_bridged_as_by_an_interpolation_of_the_whole(samples, missing):
    samples, missing = np.array(samples, np.float32), np.array(missing[: len(samples)])
    missing[len(samples) // 2] = False
    samples[missing] = np.nan
    known = np.flatnonzero(~missing)
    expected = np.interp(np.arange(samples.size), known, samples[known]).astype(np.float32)
    np.testing.assert_array_equal(bridged(samples, missing), expected)


@given(
    values=st.lists(st.sampled_from([-4.0, -3.9, -1.0, 0.0, 3.0, 3.9, 4.0, 9.0, math.nan]), min_size=1, max_size=60),
    before=st.sampled_from([0, BLOCK - 5, 2 * BLOCK]),
    shortest=st.integers(1, 8),
)
def test_samples_are_held_where_they_stay_at_an_end_beside_a_neighbour_of_nearly_their_value(values, before, shortest):
    x = np.float32([0.0] * before + values)
    at_end = (x <= np.float32(-4 + 0.25)) | (x >= np.float32(4 - 0.25))
    still = np.zeros(x.size, bool)
    same = np.abs(np.diff(x)) <= 0.5
    still[1:] |= same
    still[:-1] |= same
    expected = []
    for held, run in groupby((at_end & still).tolist()):
        length = len(list(run))
        expected += [held and length >= shortest] * length
    held = held_at_ends(x, -4.0, 4.0, 0.5, shortest)
    assert held.tolist() == (expected if at_end.any() else [])


@given(
    flags=st.lists(st.booleans(), min_size=1, max_size=60).filter(lambda flags: not all(flags)),
    part=st.slices(60).filter(lambda part: part.step is None or part.step > 0),
)
def test_bridges_that_are_drawn_where_they_are_asked_for_are_those_of_the_whole(flags, part):
    missing = np.array(flags)
    samples = np.random.default_rng(len(flags)).normal(0, 20, len(flags)).astype(np.float32)
    samples[missing] = np.nan
    (known,) = np.nonzero(~missing)
    whole = np.interp(np.arange(missing.size), known, samples[known]).astype(np.float32)
    drawn = Bridged(samples, runs(missing))
    assert (drawn.size, drawn.dtype) == (samples.size, samples.dtype)
    np.testing.assert_array_equal(drawn[part], whole[part])
    np.testing.assert_array_equal(bridged(samples, missing), whole)
