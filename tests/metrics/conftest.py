"""The slow reference that lies outside the repository."""

import importlib.util

import pytest


@pytest.fixture(scope="module")
def oracle(shared):
    spec = importlib.util.spec_from_file_location("metrics_oracle", shared / "oracles" / "metrics_oracle.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.core
