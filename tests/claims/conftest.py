"""What tests of claims hold ours against."""

import pytest

from ..facts import worked_examples


@pytest.fixture(scope="session")
def vectors():
    """Expected numbers of worked examples of others, by their names."""
    return worked_examples()


#: Tests whose studies are drawn from normal distributions, which know no bounds, or are the same for several people.
UNBOUNDED = {"test_batches", "test_claim_traps"}


@pytest.fixture(autouse=True)
def studies_without_bounds(request, monkeypatch):
    """Judge studies of textbook distributions, some of whose values no night has."""
    if request.node.path.stem in UNBOUNDED:
        monkeypatch.setattr("somnometry.claims.judge.require_sound", lambda *_: None)
