"""Stagers, which were trained on people, find the simulated truth."""

import pytest

from benchmarks import simulated_truth


def test_yasa_finds_the_stages_of_one_night():
    result = simulated_truth.evaluate(range(100, 101), "psg", ["yasa"], rate=100.0, hours=2.0, workers=1)["yasa"]
    assert result.kappa >= 0.75


@pytest.mark.acceptance
@pytest.mark.parametrize("stager", ["yasa", "somnometry"])
def test_a_stager_finds_the_stages_of_twenty_laboratory_nights_without_bias(stager):
    result = simulated_truth.evaluate(range(20), "psg", [stager], workers=1)[stager]
    assert result.kappa >= 0.75
    assert min(result.f1.values()) >= 0.5
    assert max(map(abs, result.relative_bias.values())) <= 10


@pytest.mark.acceptance
def test_a_headband_is_staged_well_above_chance():
    result = simulated_truth.evaluate(range(20), "headband", ["somnometry"], workers=1)["somnometry"]
    assert result.kappa >= 0.6
