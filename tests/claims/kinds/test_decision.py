"""The order of the rules that decide."""

import math

import pytest

import somnometry as sm
from somnometry.claims.designs.effect import TEffect
from somnometry.claims.kinds.decision import decide_superiority
from somnometry.core.reason import Reason

from ..crossovers import STUDY, noisy_crossover


@pytest.mark.parametrize(
    ("estimate", "p", "p_eq", "outcome", "size"),
    [
        (6.0, 0.001, 0.99, "supported", "at least D"),
        (3.0, 0.01, 0.5, "supported", "uncertain"),
        (-4.0, 0.001, 0.8, "contradicted", ""),
        (0.2, 0.8, 0.001, "equivalent", ""),
        (1.0, 0.001, 0.001, "equivalent", ""),
        (0.5, 0.001, 0.2, "inconclusive", ""),  # trivial: its upper limit stays below the smallest effect
        (2.0, 0.3, 0.3, "inconclusive", ""),
    ],
)
def test_rules_of_superiority_hold_in_their_order(estimate, p, p_eq, outcome, size):
    made = decide_superiority(TEffect(estimate, 1.0, 1000), 3.0, p, p_eq, 0.05)
    assert (made.outcome, made.size) == (outcome, size)
    assert made.benefit_excluded == (estimate + 1.6464 < 3.0)


def test_a_benefit_out_of_reach_is_never_called_equivalent():
    made = decide_superiority(TEffect(5.3, 1.0, 22), 20.0, 1e-4, 1e-9, 0.05, Reason("floor"))
    assert made.outcome == "inconclusive"
    assert made.reasons[0].code == "floor"


def test_a_claim_without_a_smallest_effect_is_never_equivalent():
    claim = sm.Claim("rem_percent", "increases")
    verdict = sm.judge(claim, noisy_crossover(0.0), STUDY)
    assert math.isnan(verdict.p_equivalence)
    assert verdict.outcome == "inconclusive"
    assert "no-smallest-effect" in [warning.code for warning in verdict.warnings]
