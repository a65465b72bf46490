"""A night of laboratory channels in a file."""

import numpy as np
import pytest

from .edf_files import noise, write


@pytest.fixture
def night(tmp_path):
    channels = {
        "EEG F4-M1": (noise(256, 60, seed=1), 256),
        "EEG C3-M2": (noise(256, 60, seed=2), 256),
        "EEG C4-M1": (noise(256, 60, seed=3), 256),
        "EOG E2-M1": (noise(128, 60, seed=4), 128),
        "EOG E1-M2": (noise(128, 60, seed=5), 128),
        "EMG Chin": (noise(512, 60, sd=5, seed=6), 512),
        "SpO2": (np.full(60, 97.0), 1),
    }
    return write(tmp_path / "n1.edf", channels), channels
