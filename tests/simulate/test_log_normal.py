"""Moments of log-normal metrics, against SciPy's distribution and integration."""

import math

import numpy as np
import pytest
from scipy import stats

from somnometry.simulate.log_normal import log_sds, restricted_mean_of
from somnometry.simulate.spreads import SPREADS

LATENCIES = [metric for metric, spread in SPREADS.items() if spread.kind == "latency"]


@pytest.mark.parametrize("metric", LATENCIES)
def test_a_product_of_log_normal_deviates_has_the_sds_of_the_spread(metric):
    spread = SPREADS[metric]
    between, within = log_sds(spread)
    people, nights = (stats.lognorm(sd, scale=math.exp(-(sd**2) / 2)) for sd in (between, within))
    assert people.mean() == pytest.approx(1)
    assert spread.mean * people.std() == pytest.approx(spread.between)
    # from night to night: the mean over people of each one's variance
    assert spread.mean**2 * people.moment(2) * nights.var() == pytest.approx(spread.within**2)


@pytest.mark.parametrize("sd", [0.1, 0.6, 1.5])
@pytest.mark.parametrize("tau", [5.0, 30.0, 300.0])
def test_the_restricted_mean_is_that_of_integration(sd, tau):
    mean = 30.0
    expected = stats.lognorm(sd, scale=mean * math.exp(-(sd**2) / 2)).expect(lambda t: np.minimum(t, tau))
    assert restricted_mean_of(np.array(mean), sd, tau) == pytest.approx(expected, rel=1e-4)


def test_without_spread_the_mean_is_cut_at_the_horizon():
    assert restricted_mean_of(np.array([10.0, 40.0]), 0.0, 30.0).tolist() == [10.0, 30.0]
