"""Traps in which the usual method falls, on the same nights on which the engine does not."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from benchmarks.claims.error_rates import evidence_of, mc_error, outcomes_of
from benchmarks.claims.naive_methods import (
    BEFORE_AFTER,
    LONGER,
    at_the_floor,
    equal_doses,
    half_sd_equivalence,
    inert_before_after,
    mediated,
    mediation_of,
    paired_p,
    pairs,
    tost_p,
    trend_with_placebo_p,
)
from somnometry.claims.judge import judge, judge_all
from somnometry.claims.kinds.table import KINDS
from somnometry.core.claim import Claim
from somnometry.core.study import Study
from somnometry.simulate.outcomes import draw_study

from .crossovers import crossover, error

ARMS = ("placebo", "active")
STUDY = Study(design="crossover", treatment="active", control="placebo", staging="human", randomised=True)


# -------------------------------------------------------------------------------------------------------- first night
@pytest.mark.parametrize("nights", [1, 3])
def test_an_inert_product_after_a_first_night_is_never_supported_where_a_paired_t_test_often_is(nights):
    plan = inert_before_after(subjects=48, nights=nights)
    tables = [draw_study(plan, seed) for seed in range(200)]
    verdicts = [judge(LONGER, table, BEFORE_AFTER, sensitivity=False) for table in tables]
    naive = np.mean([paired_p(table, "tst") <= 0.05 for table in tables])
    assert naive > (0.75 if nights == 1 else 0.25)
    assert {verdict.outcome for verdict in verdicts} == {"inconclusive"}
    assert {verdict.cap for verdict in verdicts} == {"change observed"}


# -------------------------------------------------------------------------------------------------------------- floor
def test_a_large_cut_of_a_latency_that_is_short_already_is_never_called_equivalent():
    of = at_the_floor()
    tables = [draw_study(of.model, seed) for seed in range(100)]
    assert np.mean([tost_p(pairs(table, "sol", ARMS), 20.0) <= 0.05 for table in tables]) > 0.99
    found = [evidence.decide(evidence.p, evidence.p_equivalence) for evidence in evidence_of(of, 100)]
    assert {decision.outcome for decision in found} == {"inconclusive"}
    assert {decision.reasons[0].code for decision in found} == {"floor"}


# ----------------------------------------------------------------------------------------------------- trivial effect
def test_a_clear_effect_smaller_than_the_smallest_of_interest_is_not_supported_alone_nor_beside_others():
    """4 min of TST, surely; 15 are asked for, and its p of equivalence is just below .05."""
    se, df = error(10.0)
    mean = 15 - 1.85 * se
    table = crossover(tst=(mean, 10.0, 400), waso=(-90, 10, 160), se=(30, 2, 60), rem_percent=(9, 1, 20))
    claims = (
        Claim("tst", "increases", smallest_effect=15.0),
        Claim("waso", "decreases", smallest_effect=20.0),
        Claim("se", "increases", smallest_effect=5.0),
        Claim("rem_percent", "increases", smallest_effect=3.0),
    )
    alone = judge(claims[0], table, STUDY)
    beside = judge_all(
        Study(claims, design="crossover", treatment="active", control="placebo", staging="human", randomised=True),
        table,
    )
    assert paired_p(table, "tst") < 0.001  # naive: clear, so "supported"
    assert stats.t.cdf((mean - 15) / se, df) < 0.05 < 4 * stats.t.cdf((mean - 15) / se, df)
    assert (alone.outcome, alone.benefit_excluded) == ("equivalent", True)
    assert [verdict.outcome for verdict in beside] == ["inconclusive", "supported", "supported", "supported"]
    assert beside[0].p_adjusted < 0.001
    assert beside[0].p_equivalence_adjusted > 0.05
    assert beside[0].benefit_excluded
    assert beside[0].n_to_decide is None
    assert [reason.code for reason in beside[0].reasons] == ["below-smallest-effect"]


# -------------------------------------------------------------------------------------------------------------- doses
@pytest.mark.parametrize(("effect", "naive"), [(15.0, 0.21), (22.0, 0.40)])
def test_two_equal_doses_are_no_trend_though_a_slope_with_placebo_in_it_says_so(effect, naive):
    of, n = equal_doses(effect), 300
    trend = np.mean([trend_with_placebo_p(draw_study(of.model, seed)) <= 0.05 for seed in range(n)])
    assert trend == pytest.approx(naive, abs=3.3 * mc_error(naive, n))
    assert outcomes_of(of, n).get("supported", 0.0) <= 0.025 + 3.3 * mc_error(0.025, n)


# ---------------------------------------------------------------------------------------------------------- mediation
def test_a_period_effect_makes_no_mediation_unless_the_order_of_treatments_is_forgotten():
    plan, n = mediated(-1.0, 0.0, period=True), 100
    shown = {
        order: np.mean([not low <= 0 <= high for low, high in (
            mediation_of(plan, seed, order=order).interval(0.95) for seed in range(n))])
        for order in (True, False)
    }  # fmt: skip
    assert 0.19 <= shown[False] <= 0.43
    assert shown[True] <= 0.05 + 3.3 * mc_error(0.05, n)


def test_the_engine_gives_a_mediation_the_order_and_never_calls_it_proved():
    plan = mediated(-1.0, 0.5, period=True, subjects=48)
    claim = Claim("waso", "decreases", kind="mediation", mediator="pain")
    table = draw_study(plan, 0)
    verdict = judge(claim, table, STUDY)
    assert verdict.interval95 == pytest.approx(mediation_of(plan, 0, order=True).interval(0.95))
    assert (verdict.outcome, verdict.cap) == ("inconclusive", "consistent with a mediation")
    assert KINDS["mediation"] is not KINDS["superiority"]


# --------------------------------------------------------------------------------------------------------- half an SD
@pytest.mark.acceptance
def test_half_an_sd_of_the_trial_itself_is_a_margin_that_makes_false_equivalence():
    n = 6000
    known, own = (half_sd_equivalence(7, n, fixed=fixed, response=0.0) for fixed in (True, False))
    assert known <= 0.05 + 3 * mc_error(0.05, n)
    assert 0.08 <= own <= 0.11


def test_without_a_declared_smallest_effect_nothing_is_ever_equivalent():
    verdict = judge(Claim("tst", "increases"), crossover(tst=(0.1, 1, 400)), STUDY)
    assert verdict.outcome == "inconclusive"
    assert np.isnan(verdict.p_equivalence)
    assert "no-smallest-effect" in [warning.code for warning in verdict.warnings]
