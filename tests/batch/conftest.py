"""A folder of nights, sound and bad."""

import numpy as np
import pytest

from ..io.edf_files import noise, write
from .nights import night


@pytest.fixture
def folder(tmp_path):
    """Two sound nights and every kind of bad input that ends in .edf."""
    nights = tmp_path / "nights"
    (nights / "deep").mkdir(parents=True)
    night(nights / "a.edf")
    night(nights / "deep" / "b.edf", seed=5, annotations=[(60.0, None, "Lights off"), (330.0, None, "Lights on")])
    (nights / "text.edf").write_text("not a recording\n" * 100)
    (nights / "empty.edf").touch()
    write(nights / "resp.edf", {"Flow": (noise(100, 60), 100)})
    write(nights / "short.edf", {"C4-M1": (noise(100, 20), 100)})
    write(nights / "slow.edf", {"C4-M1": (noise(50, 60), 50)})
    write(nights / "constant.edf", {"C4-M1": (np.full(6000, 12.0), 100)})
    return nights
