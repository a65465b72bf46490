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


def test_people_of_one_sequence_share_their_information_and_are_left_out_as_by_generalised_least_squares():
    rng = np.random.default_rng(3)
    who, period, _ = (a.ravel() for a in np.indices((9, 3, 2)))
    arm = (who + period) % 3
    columns = [np.ones(54), period == 1, period == 2, arm == 1, arm == 2]
    X = np.column_stack(columns).astype(float)
    y = rng.normal(size=9)[who] + rng.normal(size=54)
    fit = fit_mixed(y, X, [RandomTerm(who), RandomTerm(who * 3 + period)])
    assert len(fit.kind_information) == 3
    of_person, of_period = (component.item() for component in fit.components)
    L = np.eye(5)[-1]
    for left in range(9):
        rows = who != left
        same = (
            np.equal.outer(who[rows], who[rows]),
            np.equal.outer((who * 3 + period)[rows], (who * 3 + period)[rows]),
        )
        V = fit.residual_variance * np.eye(rows.sum()) + of_person * same[0] + of_period * same[1]
        information = X[rows].T @ np.linalg.solve(V, X[rows])
        beta = np.linalg.solve(information, X[rows].T @ np.linalg.solve(V, y[rows]))
        found = leave_one_out(fit, L)
        assert found.estimate[left] == pytest.approx(beta[-1], abs=1e-9)
        assert found.standard_error[left] == pytest.approx(np.sqrt(np.linalg.inv(information)[-1, -1]), rel=1e-9)
