"""Small trials to fit, and how a fit is refused."""

from contextlib import contextmanager

import numpy as np
import pytest
from hypothesis import strategies as st

from somnometry.claims.mixed import RandomTerm, fit_mixed
from somnometry.core.errors import ClaimError

SUBJECT = np.repeat(np.arange(4), 3)
X = np.column_stack([np.ones(12), np.tile([0.0, 1.0, 2.0], 4)])
Y = np.array([3.0, 5, 4, 8, 7, 9, 1, 2, 4, 6, 6, 9])


def trial(seed, n_subjects=8, n_periods=3, n_nights=2, missing=0.15, kind="cell", between=(1.0, 0.7)):
    """A crossover with lost nights: y, X (mean, periods, treatments), pairs (groups, slopes)."""
    rng = np.random.default_rng(seed)
    grid = np.meshgrid(np.arange(n_subjects), np.arange(n_periods), np.arange(n_nights), indexing="ij")
    subject, period, _ = (g.ravel() for g in grid)
    treatment = (subject + period) % 3
    kept = rng.random(len(subject)) >= missing
    kept[: 3 * n_nights] = True
    subject, period, treatment = subject[kept], period[kept], treatment[kept]
    n = len(subject)
    X = np.column_stack(
        [np.ones(n), *(period == j for j in range(1, n_periods)), treatment == 1, treatment == 2]
    ).astype(float)
    one = np.ones((n, 1))
    terms = {
        "subject": [(subject, one)],
        "cell": [(subject, one), (subject * 10 + period, one)],
        "crossed": [(subject, one), ((subject + 2 * period) % 5, one)],
        "slope": [(subject, np.column_stack([np.ones(n), period - 1.0]))],
    }[kind]
    y = 3 * rng.standard_normal(n) + X @ np.arange(X.shape[1])
    for (groups, slopes), size in zip(terms, between, strict=False):
        y = y + 3 * size * (rng.standard_normal((groups.max() + 1, slopes.shape[1]))[groups] * slopes).sum(axis=1)
    return y, X, terms


trials = st.builds(
    trial,
    st.integers(0, 2**32 - 1),
    n_subjects=st.integers(6, 10),
    kind=st.sampled_from(["subject", "cell", "crossed", "slope"]),
    between=st.sampled_from([(1.0, 0.7), (0.0, 0.0), (3.0, 0.0), (0.3, 2.0)]),
)


def fit_of(y, X, terms):
    return fit_mixed(y, X, [RandomTerm(groups, slopes) for groups, slopes in terms])


def changed(values, at, value):
    values = np.array(values, dtype=float)
    values[at] = value
    return values


@contextmanager
def refused(key, place=""):
    with pytest.raises(ClaimError) as caught:
        yield
    assert (caught.value.key, caught.value.place) == (key, place)
