"""Where the real recordings are, and nothing else that a test could not see for itself."""

import os
from pathlib import Path

import pytest

SHARED = Path(os.environ.get("SOMNOMETRY_SHARED", Path(__file__).resolve().parents[2] / "shared"))


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
