"""Effects: tests and intervals of t distributions and of orders that might have been drawn."""

import numpy as np
import pytest

from somnometry.claims.designs.effect import RandomisationEffect, TEffect


def test_one_sample_of_toster(vectors):
    want = vectors["toster_one_sample"]
    effect = TEffect(want["m"] - want["mu"], want["sd"] / want["n"] ** 0.5, want["n"] - 1)
    bound = want["d_bounds"] * want["sd"]
    assert (effect.p_above(-bound), effect.p_below(bound)) == pytest.approx(want["p"], rel=1e-6)


def test_a_randomisation_interval_holds_the_effects_that_its_tests_do_not_reject():
    effect = RandomisationEffect(1.0, np.array([-2.0, -1.0, 0.0, 0.5, 1.5, 2.0, 3.0]), 1)
    low, high = effect.interval(0.5)  # tails of a quarter: two of eight orders
    assert (low, high) == (-1.0, 2.0)
    assert effect.p_above(low - 1e-9) <= 0.25 < effect.p_above(low)
    assert effect.p_below(high + 1e-9) <= 0.25 < effect.p_below(high)
