"""Lempel-Ziv complexity: parsings of the literature and by hand, and a plain reference."""

import math

import hypothesis.strategies as st
import pytest
from hypothesis import given, settings

from somnometry.core.errors import HypnogramError
from somnometry.core.hypnogram import Hypnogram
from somnometry.metrics.complexity import lempel_ziv, lz76

from .strategies import WORKED_NIGHT, stages_of


@pytest.mark.parametrize(
    ("sequence", "n_patterns"),
    [
        ("0001101001000101", 6),  # Lempel and Ziv 1976: 0.001.10.100.1000.101
        ("0000000000", 2),  # 0.000000000
        ("0101010101", 3),  # 0.1.01010101
        ("0", 1),
        ("", 0),
        ("1001111011000010", 6),  # Kaspar and Schuster 1987: 1.0.01.1110.1100.0010
    ],
)
def test_parsings_that_are_known(sequence, n_patterns):
    assert lz76(sequence.encode()) == n_patterns


def naive_lz76(sequence):
    """Grow each component until it is not found, starting anywhere before it, in what comes before its last symbol."""
    i, count = 0, 0
    while i < len(sequence):
        j = i + 1
        while j <= len(sequence) and any(sequence[k : k + j - i] == sequence[i:j] for k in range(i)):
            j += 1
        i, count = j, count + 1
    return count


@settings(max_examples=200, deadline=None)
@given(st.lists(st.integers(0, 4), max_size=60))
def test_equals_a_plain_search(sequence):
    assert lz76(bytes(sequence)) == naive_lz76(sequence)


def test_the_worked_night():
    # the sleep period N1 N2 N2 N3 N3 N2 W W N1 N2 R R N1 R N2: 1.2.23.32.0.01.24.41.42
    found = lempel_ziv(Hypnogram(WORKED_NIGHT))
    assert (found.n_patterns, found.n_epochs) == (9, 15)
    assert found.normalised == pytest.approx(9 * math.log(15, 5) / 15)
    assert found.ratio == pytest.approx(found.normalised / found.surrogate)


def test_order_lowers_it_and_the_same_seed_repeats_it():
    ordered = Hypnogram([2] * 100 + [3] * 100 + [4] * 100)
    found = lempel_ziv(ordered)
    assert found.ratio < 0.3
    assert found == lempel_ziv(ordered)
    assert found.surrogate != lempel_ziv(ordered, seed=1).surrogate


def test_unscored_epochs_and_wake_around_sleep_are_left_out():
    one, other = [2, 3, 4, 2, 0, 2], [0, 0, 2, 3, -1, 4, -1, 2, 0, 2, 0]
    assert lempel_ziv(Hypnogram(one)) == lempel_ziv(Hypnogram(other))


@pytest.mark.parametrize("stages", [[], [0] * 20, [0, 2, 0], [-1] * 5])
def test_fewer_than_two_epochs_are_nan_with_the_reason(stages):
    found = lempel_ziv(Hypnogram(stages))
    assert math.isnan(found.ratio)
    assert math.isnan(found.normalised)
    assert found.reason == "fewer than two epochs of sleep and wake"


@pytest.mark.parametrize("n_surrogates", [0, -3])
def test_without_shuffling_there_is_nothing_to_compare_with(n_surrogates):
    with pytest.raises(HypnogramError, match=f"n_surrogates must be at least 1, not {n_surrogates}"):
        lempel_ziv(Hypnogram(WORKED_NIGHT), n_surrogates=n_surrogates)


@settings(max_examples=30, deadline=None)
@given(stages_of())
def test_it_is_positive_and_counts_no_more_than_there_are_epochs(stages):
    found = lempel_ziv(Hypnogram(stages), n_surrogates=3)
    assert found.n_patterns <= found.n_epochs
    assert math.isnan(found.ratio) or found.ratio > 0
