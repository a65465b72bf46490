"""Simulated nights of an age have the shares of stages that are published of it."""

from itertools import groupby

import numpy as np
import pytest

from somnometry.core.errors import SimulationError
from somnometry.simulate.hypnogram_process import simulate_hypnogram
from somnometry.simulate.published_sleep import published_targets

#: Age -> medians of N3 and R in per cent of TST: Mitterling et al. 2015, Sleep 38:867, abstract.
PUBLISHED = {24: (20.7, 15.5), 68: (14.9, 10.3)}


def shares(age, n):
    """Per cent of TST in N2, N3 and R, and the longest unbroken N2 in minutes, of each night."""
    rows = []
    for seed in range(n):
        stages = simulate_hypnogram(seed, age=age, stage_targets=published_targets(seed, age=age)).stages
        asleep = stages[stages > 0]
        longest = max(len(list(run)) for stage, run in groupby(stages.tolist()) if stage == 2) / 2
        rows.append([*(100 * float(np.mean(asleep == stage)) for stage in (2, 3, 4)), longest])
    return np.array(rows)


def check(age, n):
    table = shares(age, n)
    n3, rem = PUBLISHED[age]
    # three standard errors of a median (1.25 SD / sqrt n), SDs of 4.4 and 5.6, and 1 point for what a process meets
    assert abs(np.median(table[:, 1]) - n3) < 1 + 3 * 1.25 * 4.4 / n**0.5
    assert abs(np.median(table[:, 2]) - rem) < 1 + 3 * 1.25 * 5.6 / n**0.5
    assert np.mean(table[:, 1] < 3) < 0.02
    assert np.mean(table[:, 0] > 80) < 0.1
    assert np.mean(table[:, 3] > 120) < (0.02 if age < 30 else 0.15)


@pytest.mark.parametrize("age", PUBLISHED)
def test_nights_have_the_published_shares(age):
    check(age, 40)


@pytest.mark.acceptance
@pytest.mark.parametrize("age", PUBLISHED)
def test_many_nights_have_the_published_shares(age):
    check(age, 200)


def test_between_the_ages_published_the_middle_lies_between():
    middle = [np.mean([published_targets(seed, age=age)["N3"] for seed in range(300)]) for age in (24, 46, 68, 85)]
    assert middle[0] > middle[1] > middle[2] > middle[3] - 0.5
    assert middle[1] == pytest.approx((20.7 + 14.9) / 2, abs=1.0)


def test_an_age_that_is_not_known():
    with pytest.raises(SimulationError, match="18 to 90"):
        published_targets(1, age=12)
