"""Moving correlations and root mean squares beside YASA's own, to the bit."""

import numpy as np
import pytest
import yasa

from somnometry.micro import moving_sums
from somnometry.micro.moving_sums import moving_by_sums


@pytest.mark.parametrize("n", [5, 29, 31, 3000, 12_345])
@pytest.mark.parametrize(("sf", "step"), [(100, 0.1), (100, 0.3), (64, 0.1)])
def test_they_are_those_of_the_whole(monkeypatch, n, sf, step):
    monkeypatch.setattr(moving_sums, "PIECE", 1000)
    random = np.random.default_rng(n)
    x, y = random.normal(0, 20, (2, n))
    x[n // 2 : n // 2 + 80] = 0  # windows without any spread
    for method, other in (("corr", y), ("rms", None)):
        _, theirs = yasa.moving_transform(x, other, sf, step=step, method=method, interp=True)
        _, ours = moving_by_sums(yasa.moving_transform, x, other, sf, step=step, method=method, interp=True)
        np.testing.assert_array_equal(ours, theirs)


@pytest.mark.parametrize(
    "options", [{"method": "mean", "interp": True}, {"method": "rms"}, {"method": "rms", "interp": True, "step": 0}]
)
def test_what_is_not_done_by_sums_the_original_does(options):
    x = np.random.default_rng(0).normal(0, 20, 700)
    ours, theirs = (
        moving_by_sums(yasa.moving_transform, x, None, 100, **options),
        yasa.moving_transform(x, sf=100, **options),
    )
    for one, other in zip(ours, theirs, strict=True):
        np.testing.assert_array_equal(one, other)
