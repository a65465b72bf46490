"""The step between the values that samples take."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from somnometry.kernels.amplitude_step import amplitude_step

NIGHT = np.random.default_rng(0).normal(0, 20, 60_000)


@given(st.sampled_from([0.25, 0.5, 1.0, 2.0, 3.3, 4.0, 8.0, 20.0]), st.floats(-500, 500), st.integers(0, 9))
def test_a_step_is_found_wherever_the_signal_lies(step, offset, seed):
    x = np.random.default_rng(seed).normal(0, 20, 5000)
    assert amplitude_step((np.round(x / step) * step + offset).astype(np.float32)) == pytest.approx(step, abs=0.002)


@pytest.mark.parametrize(
    "samples",
    [
        NIGHT,
        100 * np.sin(np.arange(6000) * np.pi / 25),
        np.round(NIGHT / 0.01) * 0.01,
        np.zeros(1000),
        np.full(50, np.nan),
        NIGHT[:1],
    ],
)
def test_fine_flat_and_missing_samples_have_no_step(samples):
    assert amplitude_step(samples) == 0.0


def test_lines_over_losses_rails_and_missing_samples_do_not_hide_a_step():
    x = np.round(NIGHT / 8) * 8
    x[1000:2000] = np.linspace(x[1000], x[2000], 1000)
    x[5000:5400] = np.nan
    x[9000:9300] = 3276.7
    assert amplitude_step(x) == 8.0
