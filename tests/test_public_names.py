"""The public names, and what naming them costs."""

import subprocess
import sys

import pytest

import somnometry


def test_importing_somnometry_imports_nothing_heavy():
    code = "import sys, somnometry; print(*sorted({m.split('.')[0] for m in sys.modules}))"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert not {"numpy", "numba", "mne", "scipy", "pandas", "matplotlib", "yasa", "rich", "typer"} & set(loaded)


def test_inference_needs_neither_pickle_nor_lightgbm_nor_yasa():
    code = (
        "import sys, numpy as np, somnometry as sm\n"
        "r = sm.Recording({'C4': sm.Signal(np.random.default_rng(0).normal(0, 20, 6000), 100)}, sm.Montage('C4'))\n"
        "sm.stage(r)\n"
        "print(*sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)  # fills the cache if it is empty
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert not {"lightgbm", "joblib", "sklearn", "yasa", "antropy"} & set(loaded)


def test_every_public_name_is_there():
    for name in somnometry.__all__:
        assert getattr(somnometry, name) is not None
    assert set(somnometry.__all__) <= set(dir(somnometry))
    with pytest.raises(AttributeError, match="no attribute 'frobnicate'"):
        somnometry.frobnicate  # noqa: B018
