"""What tests of metrics hold ours against."""

import pytest

from .. import facts
from ..scripts import load_script


@pytest.fixture(scope="module")
def oracle(shared):
    """The slow reference that lies outside the repository."""
    return load_script(shared / "oracles" / "metrics_oracle.py").core


@pytest.fixture(scope="session")
def peers():
    """Five nights, and what other programs print of them."""
    return facts.peers()
