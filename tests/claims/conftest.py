"""What tests of claims hold ours against."""

import pytest

from ..facts import worked_examples


@pytest.fixture(scope="session")
def vectors():
    """Expected numbers of worked examples of others, by their names."""
    return worked_examples()
