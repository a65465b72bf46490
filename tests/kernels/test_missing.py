"""Lost samples against a plain definition."""

import math
from itertools import groupby

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from somnometry.kernels.missing import long_runs, missing_samples

VALUES = st.lists(st.sampled_from([0.0, 1.0, -2.0, math.nan, math.inf]), min_size=1, max_size=60)


@given(values=VALUES, longest=st.integers(1, 10))
def test_missing_is_not_finite_or_in_a_long_run(values, longest):
    expected = []
    for _, run in groupby(values, key=lambda v: "nan" if math.isnan(v) else v):
        run = list(run)
        expected += [len(run) > longest or not math.isfinite(v) for v in run]
    assert missing_samples(np.array(values), longest).tolist() == expected


@given(flags=st.lists(st.booleans(), min_size=1, max_size=60), shortest=st.integers(1, 10))
def test_long_runs_are_kept_and_short_ones_cleared(flags, shortest):
    expected = []
    for value, run in groupby(flags):
        length = len(list(run))
        expected += [value and length >= shortest] * length
    assert long_runs(np.array(flags), shortest).tolist() == expected
