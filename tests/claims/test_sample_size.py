"""How many subjects decide, against R's power.t.test and against chance."""

import math

import numpy as np
import pytest
from scipy import stats

from somnometry.claims.sample_size import MAX_SUBJECTS, n_to_decide, p_equivalent, p_supported, smallest_n

from ..facts import printed_by_r


def test_without_a_margin_it_is_the_power_of_the_t_test():
    """Half a standard deviation, paired: the n of 80 % and the power of 20 are R's."""
    printed = printed_by_r()
    assert p_supported(0.5, 1 / math.sqrt(20), 19, 0.0) == pytest.approx(printed["power.t.paired.n20"], abs=1e-4)
    n = printed["power.t.paired.n"]
    assert p_supported(0.5, 1 / math.sqrt(n), n - 1, 0.0) == pytest.approx(0.8, abs=2e-4)


@pytest.mark.parametrize(("true", "margin"), [(15.0, 15.0), (20.0, 15.0), (0.0, 15.0)])
def test_probabilities_are_how_often_it_happens(true, margin):
    """Studies are drawn, and the rules applied by hand: above 0 at 2.5 %, and the margin within a 90 % interval."""
    rng, df, error, n = np.random.default_rng(1), 22, 6.0, 200_000
    estimate = rng.normal(true, error, n)
    spread = error * np.sqrt(rng.chisquare(df, n) / df)
    supported = (estimate > stats.t.ppf(0.975, df) * spread) & (estimate + stats.t.ppf(0.95, df) * spread > margin)
    equivalent = np.abs(estimate) + stats.t.ppf(0.95, df) * spread < margin
    assert p_supported(true, error, df, margin) == pytest.approx(supported.mean(), abs=0.005)
    assert p_equivalent(true, error, df, margin) == pytest.approx(equivalent.mean(), abs=0.005)


@pytest.mark.parametrize("kind", ["superiority", "equivalence", "non-inferiority"])
def test_fewer_subjects_decide_a_larger_margin(kind):
    needed = [n_to_decide(6.0, 22, 24, margin, kind=kind) for margin in (10.0, 15.0, 30.0)]
    assert needed == sorted(needed, reverse=True)
    assert needed[0] > needed[-1]


@pytest.mark.parametrize(("error", "df"), [(0.0, 22), (math.nan, 22), (6.0, 0), (math.inf, 22)])
def test_a_study_that_says_nothing_of_the_variance_names_no_number(error, df):
    assert n_to_decide(error, df, 24, 15.0) is None


def test_more_than_twenty_thousand_are_not_named():
    assert n_to_decide(6.0, 22, 24, 1e-3) is None
    assert MAX_SUBJECTS == 20_000


def test_the_smallest_number_is_found():
    for wanted in range(2, 40):
        assert smallest_n(lambda n, wanted=wanted: n >= wanted, 1, 64) == wanted
    assert smallest_n(lambda n: n > 64, 1, 64) is None
