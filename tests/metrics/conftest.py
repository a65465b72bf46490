"""The slow reference that lies outside the repository."""

import pytest

from ..scripts import load_script


@pytest.fixture(scope="module")
def oracle(shared):
    return load_script(shared / "oracles" / "metrics_oracle.py").core
