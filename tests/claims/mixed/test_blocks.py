"""Blocks of rows against one dense covariance."""

import numpy as np
import pytest
from hypothesis import given, settings

from somnometry.claims.mixed import blocks

from .naive_mixed import naive_covariances, naive_fit, naive_test
from .trials import fit_of, trial, trials


@pytest.mark.parametrize(
    ("kind", "seed", "between"),
    [
        ("subject", 1, (1.0, 1.0)),
        ("cell", 2, (1.0, 0.7)),
        ("cell", 3, (0.0, 0.0)),
        ("cell", 4, (2.0, 0.0)),
        ("crossed", 5, (1.0, 1.0)),
        ("crossed", 6, (0.0, 1.0)),
        ("slope", 7, (1.0, 1.0)),
        ("slope", 8, (0.0, 1.0)),
    ],
)
def test_blocks_agree_with_one_dense_covariance(kind, seed, between):
    y, X, terms = trial(seed, kind=kind, between=between)
    fit = fit_of(y, X, terms)
    deviance, theta, found = naive_fit(y, X, terms)
    assert fit.deviance == pytest.approx(deviance, abs=1e-6)
    assert fit.deviance < deviance + 1e-9
    ours = [c[i, j] for c in fit.components for i in range(len(c)) for j in range(i + 1)]
    assert [*ours, fit.residual_variance] == pytest.approx(theta, rel=1e-3, abs=1e-3)
    assert fit.beta == pytest.approx(found["beta"], rel=1e-4, abs=1e-5)
    assert fit.covariance == pytest.approx(found["covariance"], rel=1e-3, abs=1e-5)
    assert fit.covariance_adjusted == pytest.approx(found["adjusted"], rel=1e-3, abs=1e-5)
    assert fit.conditional_residuals == pytest.approx(found["conditional"], rel=1e-3, abs=1e-3)
    for L in (np.eye(fit.p)[-1:], np.eye(fit.p)[-2:]):
        test = fit.contrast(L)
        assert (test.F, test.ddf, test.p) == pytest.approx(naive_test(found, L), rel=1e-3)


@given(trials)
@settings(max_examples=25)
def test_inference_at_the_estimate_is_that_of_the_dense_formulas(case):
    """Singular fits too: the component at zero keeps its place in the information."""
    y, X, terms = case
    fit = fit_of(y, X, terms)
    derivatives = []
    for groups, slopes in terms:
        for a in range(slopes.shape[1]):
            for b in range(a + 1):
                G = np.outer(slopes[:, a], slopes[:, b])
                derivatives.append(np.equal.outer(groups, groups) * (G if a == b else G + G.T))
    derivatives.append(np.eye(fit.n))
    theta = [c[i, j] for c in fit.components for i in range(len(c)) for j in range(i + 1)]
    found = naive_covariances(y, X, [*theta, fit.residual_variance], derivatives)
    assert fit.covariance_adjusted == pytest.approx(found["adjusted"], rel=1e-8, abs=1e-8)
    assert fit.component_covariance == pytest.approx(found["W"], rel=1e-7, abs=1e-7)
    assert fit.conditional_residuals == pytest.approx(found["conditional"], rel=1e-7, abs=1e-7)
    test, F = fit.contrast(np.eye(fit.p)[-2:]), naive_test(found, np.eye(fit.p)[-2:])
    assert (test.F, test.ddf, test.p) == pytest.approx(F, rel=1e-7)


@pytest.mark.parametrize("kind", ["subject", "cell", "crossed", "slope"])
def test_stacks_of_any_size_give_one_fit(kind, monkeypatch):
    y, X, terms = trial(2, kind=kind, between=(1.0, 0.7))
    whole = fit_of(y, X, terms)
    monkeypatch.setattr(blocks, "LARGE_STACK", 1)
    apart = fit_of(y, X, terms)
    assert apart.deviance == pytest.approx(whole.deviance, rel=1e-9)
    assert apart.beta == pytest.approx(whole.beta, rel=1e-6)
    assert apart.covariance_adjusted == pytest.approx(whole.covariance_adjusted, rel=1e-5)
    assert apart.conditional_residuals == pytest.approx(whole.conditional_residuals, rel=1e-5, abs=1e-8)


@pytest.mark.parametrize("kind", ["subject", "cell"])
def test_blocks_of_one_form_share_a_covariance_and_give_the_fit_of_each_by_itself(kind, monkeypatch):
    rng = np.random.default_rng(9)
    who, cell, _ = (a.ravel() for a in np.indices((20, 3, 2)))
    terms = [(who, np.ones((120, 1)))] + ([(who * 3 + cell, np.ones((120, 1)))] if kind == "cell" else [])
    X = np.column_stack([np.ones(120), cell == 1, cell == 2]).astype(float)
    y = rng.normal(size=20)[who] + rng.normal(size=60)[who * 3 + cell] + rng.normal(size=120)
    keep = np.arange(120) != 7  # one person has another form
    for rows in (np.ones(120, bool), keep):
        own = [(codes[rows], slopes[rows]) for codes, slopes in terms]
        together = fit_of(y[rows], X[rows], own)
        design = blocks.lay_out(X[rows], [codes for codes, _ in own], [slopes for _, slopes in own])
        assert [stack.alike for stack in design.stacks] == ([20] if rows.all() else [19, 1])
        monkeypatch.setattr(blocks, "ALIKE", 1000)
        apart = fit_of(y[rows], X[rows], own)
        monkeypatch.undo()
        assert together.deviance == pytest.approx(apart.deviance, rel=1e-10)
        assert together.beta == pytest.approx(apart.beta, rel=1e-8)
        assert together.covariance_adjusted == pytest.approx(apart.covariance_adjusted, rel=1e-7)
        assert together.conditional_residuals == pytest.approx(apart.conditional_residuals, abs=1e-8)
        assert together.contrast([0, 1, 0]).ddf == pytest.approx(apart.contrast([0, 1, 0]).ddf, rel=1e-6)
