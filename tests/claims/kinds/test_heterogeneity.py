"""How responses differ between people: F and its degrees of freedom by hand, and how often it errs."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from somnometry.claims.data.sample import Sample
from somnometry.claims.kinds.heterogeneity import fit_heterogeneity

ORDERS = ("ABBA", "BAAB")


def sample_of(y, n):
    """Means of four periods of n people, every other of whom has the mirrored order."""
    treated = np.array([[letter == "B" for letter in ORDERS[s % 2]] for s in range(n)])
    subject, period = (axis.ravel() for axis in np.indices((n, 4)))
    none = np.zeros(4 * n, np.intp)
    return Sample(
        np.asarray(y).ravel(), subject, treated.ravel().astype(np.intp), period, none, none + 1, ("A", "B"),
        tuple(map(str, range(n))), tuple(ORDERS[s % 2] for s in range(n)),
    )  # fmt: skip


def by_hand(y, n):
    """F and degrees of freedom of a balanced ABBA / BAAB: sums of squares of within-person differences, arm by arm.

    Within a person and arm there are two periods, whose difference leaves one degree of freedom; ABBA and BAAB have
    them in the periods 1 and 4 and in 2 and 3, so that each pair of periods has one effect, which costs one of n.
    """
    y = np.asarray(y).reshape(n, 4)
    outer, inner = y[:, 3] - y[:, 0], y[:, 2] - y[:, 1]
    odd = np.arange(n) % 2 == 1
    square = {True: 0.0, False: 0.0}  # by whether the arm is B; half the squared deviation of a difference of two
    for pair, of_b in ((outer, odd), (inner, ~odd)):
        off = pair - pair.mean()
        for arm in (True, False):
            square[arm] += float((off[of_b == arm] ** 2).sum()) / 2
    mean_b = np.where(odd, y[:, 3] + y[:, 0], y[:, 2] + y[:, 1]) / 2
    mean_a = np.where(odd, y[:, 2] + y[:, 1], y[:, 3] + y[:, 0]) / 2
    d = mean_b - mean_a
    spread = sum(float(((d[odd == one] - d[odd == one].mean()) ** 2).sum()) for one in (True, False)) / (n - 2)
    return spread / ((square[True] + square[False]) / (2 * n - 2)), square


@pytest.mark.parametrize(("ratio", "seed"), [(1.0, 1), (1.0, 3), (4.0, 1), (4.0, 2), (0.2, 2)])
def test_f_and_its_degrees_of_freedom_by_hand(ratio, seed):
    n, rng = 12, np.random.default_rng(seed)
    y = 400 + rng.normal(0, 30, (n, 4))
    y *= np.where(np.array([[letter == "B" for letter in ORDERS[s % 2]] for s in range(n)]), ratio, 1.0)
    found = fit_heterogeneity(sample_of(y, n))
    F, square = by_hand(y, n)
    assert (found.F, found.ndf) == (pytest.approx(F, rel=1e-9), n - 2)
    apart = square[True] / square[False]
    assert found.by_arm == (2 * min(stats.f.sf(apart, n - 1, n - 1), stats.f.cdf(apart, n - 1, n - 1)) < 0.2)
    assert found.by_arm == (ratio != 1.0)
    if ratio == 1.0:
        assert found.ddf == 2 * n - 2
    else:  # Satterthwaite, each arm with half of the 2 n - 2
        df = (square[True] + square[False]) ** 2 / (square[True] ** 2 + square[False] ** 2) * (n - 1)
        assert found.ddf == pytest.approx(df, rel=1e-9)
    assert found.p == pytest.approx(stats.f.sf(F, n - 2, found.ddf), rel=1e-9)
    assert found.method.code == ("heterogeneity-f-test-by-arm" if found.by_arm else "heterogeneity-f-test")


@pytest.mark.acceptance
@pytest.mark.parametrize("ratio", [1.0, 2.0])
def test_people_who_respond_alike_seldom_look_different_also_where_an_arm_varies_more(ratio):
    n, studies, rng = 12, 8000, np.random.default_rng(5)
    treated = np.array([[letter == "B" for letter in ORDERS[s % 2]] for s in range(n)])
    y = rng.normal(0, 40, (studies, n, 1)) + rng.normal(0, 30, (studies, n, 4)) * np.where(treated, ratio, 1.0)
    wrong = np.mean([fit_heterogeneity(sample_of(one, n)).p <= 0.05 for one in y])
    assert wrong <= 0.05 + 3 * np.sqrt(0.05 * 0.95 / studies)
