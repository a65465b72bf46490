"""Simulated nights, and their microstructure."""

import pytest

from somnometry.micro import microstructure
from somnometry.simulate.simulated_night import simulate_scored_night


@pytest.fixture(scope="module")
def night():
    """Three hours as a laboratory records them, at 256 Hz."""
    return simulate_scored_night(201, hours=3, stage_targets={"N3": 12, "R": 20})


@pytest.fixture(scope="module")
def measured(night):
    return microstructure(night.recording, night.hypnogram)


@pytest.fixture(scope="module")
def clean():
    """Two hours at the detectors' own rate without artefacts, so that YASA can be given the very same samples."""
    return simulate_scored_night(7, hours=2, rate=100, artefact_rate=0)


@pytest.fixture(scope="module")
def ours(clean):
    return microstructure(clean.recording, clean.hypnogram)
