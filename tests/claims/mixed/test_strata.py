"""Strata of balanced designs against covariances that are inverted block by block, and textbook sums of squares."""

import numpy as np
import pytest

from somnometry.claims.mixed import RandomTerm, blocks, fit_mixed
from somnometry.claims.mixed.strata import Likelihood, find_strata

ORDERS = np.array([[0, 1, 2], [1, 2, 0], [2, 0, 1]])


def crossover(n=9, nights=2, repeats=1, lost=()):
    """Fixed effects (periods, arms), and the groups of a balanced crossover of three arms."""
    who, period, night = (a.ravel() for a in np.indices((n, 3 * repeats, nights)))
    arm = np.tile(ORDERS, (1, repeats))[who % 3, period]
    columns = [np.ones(who.size), *(period == j for j in range(1, 3 * repeats)), arm == 1, arm == 2, night == 1]
    groups = [who, who * 10 + period, *([who * 10 + arm] if repeats > 1 else [])]
    keep = ~np.isin(np.arange(who.size), lost)
    return np.column_stack(columns).astype(float)[keep], [np.unique(g[keep], return_inverse=True)[1] for g in groups]


def likelihoods(X, groups, seed=1):
    design = blocks.lay_out(np.linalg.qr(X)[0], groups, [np.ones((len(X), 1))] * len(groups))
    y = np.random.default_rng(seed).normal(size=len(X)) + np.random.default_rng(2).normal(size=99)[groups[0]]
    return Likelihood.of(y, design, find_strata(design)), Likelihood.of(y, design, None)


@pytest.mark.parametrize(("nights", "repeats", "strata"), [(2, 1, 3), (1, 2, 3), (2, 2, 4)])
@pytest.mark.parametrize("share", [(0.0, 0.0, 0.0), (0.5, 0.5, 0.5), (3.0, 0.0, 0.2), (1e4, 1e-6, 40.0)])
def test_moments_of_strata_are_those_of_blocks(nights, repeats, strata, share):
    X, groups = crossover(nights=nights, repeats=repeats)
    if nights == 1:
        groups = [groups[0], groups[2]]
    by_strata, by_blocks = likelihoods(X, groups)
    assert by_strata.strata.size.tolist()[0] > 0
    assert len(by_strata.strata.size) == strata
    psi = np.array(share[: len(groups)])
    ours, theirs = by_strata.moments(psi), by_blocks.moments(psi)
    for name in (
        "deviance",
        "scale",
        "beta",
        "covariance",
        "trace",
        "form",
        "trace2",
        "size",
        "form2",
        "first",
        "second",
    ):
        expected = np.asarray(getattr(theirs, name))
        np.testing.assert_allclose(getattr(ours, name), expected, rtol=1e-8, atol=1e-10 * (1 + np.abs(expected).max()))
    assert by_strata.deviance(psi) == pytest.approx(theirs.deviance, rel=1e-10)
    assert by_blocks.deviance(psi) == theirs.deviance


def test_strata_of_a_balanced_crossover_are_people_periods_and_nights():
    X, groups = crossover(n=12, nights=4)
    strata = likelihoods(X, groups)[0].strata
    found = dict(zip(map(tuple, strata.eigenvalues.T.round(6).tolist()), strata.size.tolist(), strict=True))
    assert found == {(12.0, 4.0, 1.0): 12, (0.0, 4.0, 1.0): 24, (0.0, 0.0, 1.0): 108}


def test_people_with_lost_nights_have_strata_only_where_parts_of_their_covariance_commute():
    X, groups = crossover(lost=range(6))  # one whole person: the others stay balanced
    assert likelihoods(X, groups)[0].strata is not None
    X, groups = crossover(lost=[7])  # one night: periods of unequal length
    assert likelihoods(X, groups)[0].strata is None


def test_variances_of_a_balanced_design_are_those_of_its_mean_squares():
    """Nested analysis of variance (Searle 1971): residual MSE, periods (MSB - MSE) / k, people (MSA - MSB) / (3 k)."""
    n, periods, k = 10, 3, 4
    who, period, _ = (a.ravel() for a in np.indices((n, periods, k)))
    rng = np.random.default_rng(4)
    y = (
        3 * rng.normal(size=n)[who]
        + 2 * rng.normal(size=n * periods)[who * periods + period]
        + rng.normal(size=who.size)
    )
    cube = y.reshape(n, periods, k)
    mean, of_person, of_period = cube.mean(), cube.mean(axis=(1, 2)), cube.mean(axis=2)
    msa = periods * k * ((of_person - mean) ** 2).sum() / (n - 1)
    msb = k * ((of_period - of_person[:, None]) ** 2).sum() / (n * (periods - 1))
    mse = ((cube - of_period[..., None]) ** 2).sum() / (n * periods * (k - 1))
    fit = fit_mixed(y, np.ones((y.size, 1)), [RandomTerm(who), RandomTerm(who * periods + period)])
    found = [component.item() for component in fit.components]
    assert [*found, fit.residual_variance] == pytest.approx(
        [(msa - msb) / (periods * k), (msb - mse) / k, mse], rel=1e-9
    )


@pytest.mark.parametrize("nights", [1, 2, 4])
def test_fits_by_strata_and_by_blocks_say_the_same(nights, monkeypatch):
    X, groups = crossover(n=12, nights=nights)
    X = X[:, X.any(axis=0)]
    groups = groups[: 1 + (nights > 1)]
    rng = np.random.default_rng(nights)
    y = rng.normal(size=(40, len(X))) + rng.choice([0, 3.0], (40, 1)) * rng.normal(size=(40, 12))[:, groups[0]]
    fits = [fit_mixed(values, X, [RandomTerm(g) for g in groups]) for values in y]
    monkeypatch.setattr("somnometry.claims.mixed.layouts.find_strata", lambda _: None)
    for values, fit in zip(y, fits, strict=True):
        other = fit_mixed(values, X, [RandomTerm(g) for g in groups])
        ours, theirs = fit.contrast(np.eye(fit.p)[-2]), other.contrast(np.eye(fit.p)[-2])
        assert (ours.effect, ours.se, ours.ddf, ours.p) == pytest.approx(
            (theirs.effect, theirs.se, theirs.ddf, theirs.p), rel=1e-8, abs=1e-12
        )
        assert fit.conditional_residuals == pytest.approx(other.conditional_residuals, abs=1e-8)
