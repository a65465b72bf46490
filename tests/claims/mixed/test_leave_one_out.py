"""Each subject left out, with the components held."""

import numpy as np
import pytest

from somnometry.claims.mixed import RandomTerm, fit_mixed
from somnometry.claims.mixed.leave_one_out import leave_one_out

from .trials import fit_of, trial


def test_leaving_a_subject_out_is_least_squares_with_the_components_held():
    y, X, terms = trial(11, kind="cell")
    fit = fit_of(y, X, terms)
    found = leave_one_out(fit, np.eye(fit.p)[-1])
    V = fit.residual_variance * np.eye(fit.n)
    for (groups, _), psi in zip(terms, fit.components, strict=True):
        V += psi.item() * np.equal.outer(groups, groups)
    for b in range(len(found.estimate)):
        kept = fit.block != b
        Vi = np.linalg.inv(V[np.ix_(kept, kept)])
        covariance = np.linalg.inv(X[kept].T @ Vi @ X[kept])
        beta = covariance @ X[kept].T @ Vi @ y[kept]
        assert found.estimate[b] == pytest.approx(beta[-1], rel=1e-9)
        assert found.standard_error[b] == pytest.approx(np.sqrt(covariance[-1, -1]), rel=1e-9)


def test_leaving_out_the_only_subject_of_an_arm_leaves_its_contrast_undefined():
    subject, arm = np.repeat(np.arange(5), 2), np.repeat([0, 0, 0, 0, 1], 2)
    X = np.column_stack([np.ones(10), arm])
    fit = fit_mixed([1.0, 2, 3, 5, 2, 2, 6, 5, 9, 7], X, [RandomTerm(subject)])
    found = leave_one_out(fit, [0, 1])
    assert np.isnan(found.estimate).tolist() == [False] * 4 + [True]
    assert np.isnan(found.standard_error).tolist() == [False] * 4 + [True]
    assert np.isfinite(leave_one_out(fit, [1, 0]).estimate).all()
