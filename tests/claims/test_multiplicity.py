"""Adjusted p-values against statsmodels, with claims that have none among them."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.stats.multitest import multipletests

from somnometry.claims.multiplicity import benjamini_hochberg, holm

P = st.floats(0, 1, allow_subnormal=False)


@settings(max_examples=25, deadline=None)  # statsmodels takes a tenth of a second a call
@given(st.lists(P | st.just(math.nan), max_size=12), st.sampled_from([("holm", holm), ("fdr_bh", benjamini_hochberg)]))
def test_adjusted_values_are_those_of_statsmodels_and_nan_counts_for_none(p, method):
    name, adjust = method
    known = ~np.isnan(p)
    expected = np.full(len(p), math.nan)
    if known.any():
        expected[known] = multipletests(np.array(p)[known], method=name)[1]
    assert adjust(p) == pytest.approx(expected.tolist(), nan_ok=True)
