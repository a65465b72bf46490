"""Which quantity a claim measures of a metric, and how long latencies are watched for."""

import pytest

import somnometry as sm
from somnometry.claims.data.estimand import Estimand


@pytest.mark.parametrize(
    ("metric", "horizon", "watched_to"),
    [("sol", None, 120.0), ("lps", None, 120.0), ("n2_latency_lights_off", None, 120.0), ("rem_latency", None, 240.0),
     ("sol", 60.0, 60.0), ("rem_latency", 100.0, 100.0)],
)  # fmt: skip
def test_latencies_from_lights_off_are_watched_for_2_h_and_others_for_4_h_unless_declared(metric, horizon, watched_to):
    assert Estimand(metric, horizon=horizon).watched_to == watched_to


def test_a_consistency_is_a_ratio_of_spreads_whatever_the_metric_and_a_count_else_a_ratio_of_rates():
    claim = sm.Claim("awakenings", "decreases", kind="consistency")
    assert (Estimand.of(claim).scale, Estimand.of(claim).is_rate) == ("ratio", False)
    assert Estimand.of(claim, "tst").scale == "ratio"
    mean = sm.Claim("awakenings", "decreases")
    assert (Estimand.of(mean).scale, Estimand.of(mean).is_rate) == ("ratio", True)
    assert Estimand.of(mean, "tst").scale == "difference"
