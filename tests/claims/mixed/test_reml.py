"""The maximum of the restricted likelihood: the higher one, also where a variance is zero."""

import numpy as np
import pytest
from hypothesis import given, settings

from somnometry.claims.mixed import RandomTerm, fit_mixed

from .naive_mixed import naive_fit
from .trials import fit_of, trial, trials


@given(trials)
@settings(max_examples=20)
def test_the_estimate_is_a_maximum(case):
    """Moving any component a little, the others held, lowers the likelihood."""
    y, X, terms = case
    fit = fit_of(y, X, terms)

    def deviance(components, residual):
        V = residual * np.eye(fit.n)
        for (groups, slopes), psi in zip(terms, components, strict=True):
            V = V + np.equal.outer(groups, groups) * (slopes @ psi @ slopes.T)
        Vi = np.linalg.inv(V)
        A = X.T @ Vi @ X
        r = y - X @ np.linalg.solve(A, X.T @ Vi @ y)
        logs = np.linalg.slogdet(V)[1] + np.linalg.slogdet(A)[1]
        return logs + r @ Vi @ r + (fit.n - fit.p) * np.log(2 * np.pi)

    best = deviance(fit.components, fit.residual_variance)
    assert best == pytest.approx(fit.deviance, abs=1e-7)
    for t, psi in enumerate(fit.components):
        for step in (0.03, -0.03):
            value, vector = np.linalg.eigh(psi)
            for i in range(len(value)):
                moved = value.copy()
                moved[i] = max(moved[i] + step * (moved[i] + 0.1 * fit.residual_variance), 0.0)
                other = [*fit.components[:t], (vector * moved) @ vector.T, *fit.components[t + 1 :]]
                assert deviance(other, fit.residual_variance) >= best - 1e-9
    for factor in (0.97, 1.03):
        assert deviance(fit.components, factor * fit.residual_variance) > best


def test_a_component_that_the_data_deny_is_zero_and_still_widens_the_interval():
    """Pairs that differ more within than between subjects: pbkrtest keeps the zero in the information too."""
    y = np.array([1.0, -1.2, -0.9, 1.1, 1.2, -1.0, -1.1, 0.9, 1.0, -0.8])
    X = np.column_stack([np.ones(10), np.tile([0.0, 1.0], 5)])
    fit = fit_mixed(y, X, [RandomTerm(np.repeat(np.arange(5), 2))])
    assert fit.singular
    assert fit.components[0].item() == 0
    assert fit.residual_variance == pytest.approx(fit_mixed(y, X, []).residual_variance, rel=1e-12)
    assert fit.contrast([0, 1]).ddf == pytest.approx(4, rel=1e-9)  # the pairs', not the 8 of least squares


def test_of_two_maxima_the_higher_is_found():
    """Ten rows whose likelihood has one maximum at a variance of zero and another far from it."""
    y = np.array([0.0, 0.7, -0.3, -1.2, 2.0, -2.7, 0.6, 1.4, 0.2, -1.9])
    subject = np.array([0, 0, 1, 1, 2, 2, 3, 3, 4, 5])
    second = [0, 1, 0, 1, 0, 1, 0, 1, 1, 1]
    X = np.column_stack([np.ones(10), second, [0, 1, 1, 0, 0, 0, 0, 1, 0, 1], [0, 0, 0, 1, 1, 0, 0, 0, 0, 0]])
    fit = fit_mixed(y, X, [RandomTerm(subject)])
    deviance, theta, _ = naive_fit(y, X, [(subject, np.ones((10, 1)))])
    at_zero = naive_deviance_without(y, X)
    assert fit.deviance == pytest.approx(deviance, abs=1e-8)
    assert fit.deviance < at_zero - 4
    assert fit.residual_variance == pytest.approx(theta[-1], rel=1e-4)


def naive_deviance_without(y, X):
    df = len(y) - X.shape[1]
    rss = np.sum((y - X @ np.linalg.lstsq(X, y)[0]) ** 2)
    return np.linalg.slogdet(X.T @ X)[1] + df * (1 + np.log(2 * np.pi * rss / df))


def test_a_true_variance_of_zero_costs_little():
    """A second term whose variance is zero in truth leaves the estimate where it was in nearly every trial."""
    differences = []
    for seed in range(40):
        y, X, terms = trial(seed, kind="cell", between=(1.0, 0.0))
        small, large = fit_of(y, X, terms[:1]).contrast(np.eye(5)[-1]), fit_of(y, X, terms).contrast(np.eye(5)[-1])
        assert large.ddf <= small.ddf
        differences.append(abs(large.effect - small.effect) / small.se)
    assert np.median(differences) < 0.05
