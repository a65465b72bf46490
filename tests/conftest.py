"""Where the real recordings are, and nothing else that a test could not see for itself."""

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

SHARED = Path(os.environ.get("SOMNOMETRY_SHARED", Path(__file__).resolve().parents[2] / "shared"))

# The first example of a test compiles kernels, which takes as long as it takes.
settings.register_profile(
    "somnometry", deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
)
settings.load_profile("somnometry")


def pytest_collection_modifyitems(items):
    if not (SHARED / "data").is_dir():
        skip = pytest.mark.skip(reason="no folder of real recordings; name one in SOMNOMETRY_SHARED")
        for item in items:
            if "real_data" in item.keywords:
                item.add_marker(skip)


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real recordings, oracles and published numbers; only for tests marked `real_data`."""
    return SHARED
