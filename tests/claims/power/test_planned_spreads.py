"""Spreads that studies are planned with: planning figures, errors of devices, effects on latencies."""

import math

import numpy as np
import pytest

import somnometry as sm
from somnometry.claims.power.planned_spreads import latency_effect, planned_spread, with_error
from somnometry.claims.stager_validation import VALIDATION


def test_a_latency_changes_by_its_effect_up_to_the_horizon():
    spread = sm.SPREADS["lps"]
    change = latency_effect(-20.0, spread, 120.0)
    plan = sm.StudyPlan(effects={"lps": change}, subjects=20_000, nights=1, spreads={"lps": spread}, hours=24)
    made = sm.simulate_study(plan, 1)
    T = made.nights["lps_time"].clip(upper=120).groupby(made.nights["condition"]).mean()
    assert T["active"] - T["placebo"] == pytest.approx(-20.0, abs=0.5)
    assert change < -20


def test_errors_add_to_the_spread_by_their_parts():
    known = VALIDATION["headband"]["waso"]
    seen = with_error("waso", sm.Spread(42.0, 30.0, 25.0), "headband")
    assert seen.between**2 - 900 == pytest.approx(known.recurrence * known.sd**2)
    assert seen.within**2 - 625 == pytest.approx((1 - known.recurrence) * known.sd**2)
    assert with_error("pain", sm.Spread(5.0, 1.0, 1.0), "headband") == sm.Spread(5.0, 1.0, 1.0)


def test_planning_spreads_hold_the_sds_of_single_nights():
    for metric, sd in (("tst", 60.0), ("waso", 42.0), ("rem_percent", 6.3)):
        spread = planned_spread(metric)
        assert math.hypot(spread.between, spread.within) == pytest.approx(sd, rel=0.01)
    assert np.isclose(planned_spread("tst", {"tst": {"within": 38.0}}).within, 38.0)
