"""Windows of channels against the same in plain NumPy."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from somnometry.kernels.windows import describe_windows


@given(
    n_windows=st.integers(1, 4), n=st.integers(2, 90), second=st.integers(2, 40), seed=st.integers(0, 99),
    kind=st.sampled_from([np.float32, np.float64]),
)  # fmt: skip
def test_each_window_is_described_as_numpy_does(n_windows, n, second, seed, kind):
    rng = np.random.default_rng(seed)
    low, high, step = -3.0, 3.0, 0.5
    windows = np.clip(rng.normal(0, 2, (n_windows, n)), -3.2, 3.2).astype(kind)
    windows[rng.random(n_windows) < 0.2, n // 2] = rng.choice([np.nan, np.inf, -np.inf])
    spread, held, smallest, largest = describe_windows(windows, second, low, high, step)
    for w, x in enumerate(windows.astype(float)):
        if not np.isfinite(x).all():
            assert np.isnan([spread[w], held[w], smallest[w], largest[w]]).all()
            continue
        seconds = np.split(x[: n // min(second, n) * min(second, n)], n // min(second, n))
        assert spread[w] == pytest.approx(np.sqrt(np.mean([part.var() for part in seconds])), rel=1e-6)
        outside = (x <= low + step) | (x >= high - step)
        still = np.append(np.abs(np.diff(x)) <= step, True)
        assert held[w] == pytest.approx((outside & still).mean())
        assert (smallest[w], largest[w]) == (x.min(), x.max())


def test_a_window_held_at_an_end_and_one_that_only_peaks_there():
    still, peaks = np.full(100, 5.0), np.tile([5.0, -5.0], 50)
    _, held, _, _ = describe_windows(np.stack([still, peaks]), 50, -5.0, 5.0, 0.1)
    assert held.tolist() == [1.0, 0.01]  # the last sample has no next one that it could leave for
