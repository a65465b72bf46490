"""After a warm-up a night compiles nothing, whatever its rate and channels."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from somnometry.core.recording import Montage, Recording, Signal
from somnometry.kernels import filtering, halving, missing, rolling, spectrum, timedomain, trees, windows
from somnometry.staging.models import KNOWN_CLASSIFIERS
from somnometry.staging.stage import stage
from somnometry.staging.warm_up import warm_up

MODULES = (filtering, halving, missing, rolling, spectrum, timedomain, trees, windows)
compiling = pytest.mark.skipif(os.environ.get("NUMBA_DISABLE_JIT") == "1", reason="nothing is compiled")


def specialisations():
    """The signatures that each kernel was compiled for or loaded with."""
    found = {}
    for module in MODULES:
        for name, kernel in vars(module).items():
            if hasattr(kernel, "signatures"):
                found[f"{module.__name__}.{name}"] = set(map(str, kernel.signatures))
    return found


@compiling
def test_nights_after_a_warm_up_ask_for_no_other_specialisation():
    steps = []
    warm_up(steps.append)
    assert steps == ["kernels 256 Hz", "kernels 100 Hz", *KNOWN_CLASSIFIERS]
    before = specialisations()
    assert before["somnometry.kernels.timedomain.time_domain"]
    rng = np.random.default_rng(1)
    for rate, roles in ((512, ("eeg", "eog", "emg")), (100, ("eeg",)), (128, ("eeg", "emg")), (200, ("eeg", "eog"))):
        signals = {role: Signal(rng.normal(0, 20, 300 * rate), rate) for role in roles}
        stage(Recording(signals, Montage(**{role: role for role in roles})), threads=2)
    assert specialisations() == before


NIGHT = """
import sys, time
import numpy as np
import somnometry as sm
from somnometry.kernels import timedomain, windows
noise = np.random.default_rng(0).normal(0, 20, 300 * 256)
path = sys.argv[1] + "/n.edf"
sm.write_edf(sm.Recording({"EEG C4-M1": sm.Signal(noise, 256)}, sm.Montage("EEG C4-M1")), path)
sm.stage(sm.read_recording(path))
print(*(sum(kernel.stats.cache_misses.values()) for kernel in (timedomain.time_domain, windows.describe_windows)))
"""


@compiling
@pytest.mark.acceptance
def test_processes_that_start_at_once_on_empty_caches_stage_and_the_next_compiles_nothing(tmp_path):
    environment = {**os.environ, "NUMBA_CACHE_DIR": str(tmp_path / "numba"), "SOMNOMETRY_CACHE": str(tmp_path / "own")}

    def start(name):
        (tmp_path / name).mkdir()
        command = [sys.executable, "-W", "error::RuntimeWarning", "-c", NIGHT, str(tmp_path / name)]
        return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    at_once = [start(f"p{i}") for i in range(16)]
    for process in at_once:
        _, errors = process.communicate(timeout=900)
        assert process.returncode == 0, errors
    kept = [file for file in Path(tmp_path / "own" / "classifiers").rglob("*") if file.is_file()]
    assert sorted(file.suffix for file in kept) == [".npz", ".sha256"]  # and nothing half written
    out, errors = start("last").communicate(timeout=300)
    assert out.split() == ["0", "0"], errors
