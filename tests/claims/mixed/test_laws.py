"""Mixed models: exact tests of balanced designs, laws of any design, and a dense model written out."""

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import assume, given, settings
from scipy import stats

from somnometry.claims.mixed import RandomTerm, fit_mixed
from somnometry.claims.mixed.leave_one_out import leave_one_out
from somnometry.core.errors import ClaimError

from .naive_mixed import naive_covariances, naive_fit, naive_test


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


def fit_of(y, X, terms):
    return fit_mixed(y, X, [RandomTerm(groups, slopes) for groups, slopes in terms])


trials = st.builds(
    trial,
    st.integers(0, 2**32 - 1),
    n_subjects=st.integers(6, 10),
    kind=st.sampled_from(["subject", "cell", "crossed", "slope"]),
    between=st.sampled_from([(1.0, 0.7), (0.0, 0.0), (3.0, 0.0), (0.3, 2.0)]),
)


def assert_same(fit, other, shift=0.0, scale=1.0):
    assert other.beta == pytest.approx(scale * fit.beta + shift, rel=1e-6, abs=1e-6 * scale)
    assert other.covariance_adjusted == pytest.approx(scale**2 * fit.covariance_adjusted, rel=1e-5, abs=1e-6 * scale**2)
    assert other.residual_variance == pytest.approx(scale**2 * fit.residual_variance, rel=1e-6)
    for one, two in zip(fit.components, other.components, strict=True):
        assert two == pytest.approx(scale**2 * one, rel=1e-5, abs=1e-5 * scale**2)
    assert other.singular == fit.singular
    L = np.eye(fit.p)[-2:]
    assert other.contrast(L[0]).ddf == pytest.approx(fit.contrast(L[0]).ddf, rel=1e-5)
    assert other.contrast(L, scale * L @ fit.beta + L @ np.broadcast_to(shift, fit.p)).p == pytest.approx(1, abs=1e-6)


@given(trials, st.integers(0, 2**16))
@settings(max_examples=25)
def test_adding_fixed_effects_to_the_outcome_adds_them_to_the_estimates(case, seed):
    y, X, terms = case
    shift = np.random.default_rng(seed).normal(0, 50, X.shape[1])
    fit, other = fit_of(y, X, terms), fit_of(y + X @ shift, X, terms)
    assert_same(fit, other, shift=shift)
    assert other.marginal_residuals == pytest.approx(fit.marginal_residuals, abs=1e-6)
    assert other.conditional_residuals == pytest.approx(fit.conditional_residuals, abs=1e-5)


@given(trials, st.sampled_from([1e-4, 60.0, 3e5]))
@settings(max_examples=25)
def test_another_unit_of_the_outcome_scales_the_estimates(case, scale):
    y, X, terms = case
    fit, other = fit_of(y, X, terms), fit_of(scale * y, X, terms)
    assert_same(fit, other, scale=scale)
    assert other.deviance == pytest.approx(fit.deviance + 2 * (fit.n - fit.p) * np.log(scale), abs=1e-6)


@given(trials, st.randoms(use_true_random=False))
@settings(max_examples=25)
def test_the_order_of_rows_and_the_names_of_groups_change_nothing(case, random):
    y, X, terms = case
    order = random.sample(range(len(y)), len(y))
    renamed = [([f"g{(7 * g) % 1009:04d}" for g in groups[order]], slopes[order]) for groups, slopes in terms]
    fit, other = fit_of(y, X, terms), fit_of(y[order], X[order], renamed)
    assert_same(fit, other)
    assert other.conditional_residuals == pytest.approx(fit.conditional_residuals[order], abs=1e-4)
    if fit.block.max() > 0:  # else all rows are tied together
        L = np.eye(fit.p)[-1]
        assert sorted(leave_one_out(other, L).estimate) == pytest.approx(
            sorted(leave_one_out(fit, L).estimate), abs=1e-4
        )


@given(trials, st.sampled_from([1e-3, 1440.0]))
@settings(max_examples=15)
def test_the_unit_of_a_fixed_effect_or_a_slope_changes_no_test(case, scale):
    y, X, terms = case
    units = np.append(np.ones(X.shape[1] - 1), scale)
    other = fit_of(y, X * units, [(groups, scale * slopes) for groups, slopes in terms])
    fit = fit_of(y, X, terms)
    for L in (np.eye(fit.p)[-1], np.eye(fit.p)[-2:]):
        one, two = fit.contrast(L), other.contrast(L)
        assert two.p == pytest.approx(one.p, rel=1e-5, abs=1e-12)
        assert two.ddf == pytest.approx(one.ddf, rel=1e-5)
    for one, two in zip(fit.components, other.components, strict=True):
        assert scale**2 * two == pytest.approx(one, rel=1e-5, abs=1e-5)


@given(st.integers(0, 2**32 - 1), st.integers(4, 10), st.integers(2, 4))
@settings(max_examples=30)
def test_a_balanced_one_way_layout_has_the_exact_f_of_the_analysis_of_variance(seed, n_subjects, n_arms):
    """Subjects nested in arms, three nights each: F on the subjects' means with their degrees of freedom."""
    rng = np.random.default_rng(seed)
    subject = np.repeat(np.arange(n_subjects * n_arms), 3)
    arm = subject // n_subjects
    y = rng.standard_normal(len(subject)) + 2 * rng.standard_normal(n_subjects * n_arms)[subject]
    X = np.column_stack([arm == j for j in range(n_arms)]).astype(float)
    fit = fit_mixed(y, X, [RandomTerm(subject)])
    assume(not fit.singular)
    means = y.reshape(-1, 3).mean(axis=1).reshape(n_arms, n_subjects)
    exact = stats.f_oneway(*means)
    test = fit.contrast(np.eye(n_arms)[1:] - np.eye(n_arms)[0])
    assert test.ddf == pytest.approx(n_arms * (n_subjects - 1), rel=1e-9)
    assert pytest.approx(exact.statistic, rel=1e-8) == test.F
    assert test.p == pytest.approx(exact.pvalue, rel=1e-8)
    assert test.scale == pytest.approx(1, rel=1e-9)


@given(st.integers(0, 2**32 - 1), st.integers(3, 20))
@settings(max_examples=30)
def test_a_paired_design_has_the_paired_t_test(seed, n_subjects):
    rng = np.random.default_rng(seed)
    level = 2 * rng.standard_normal(n_subjects)
    first, second = level + rng.standard_normal(n_subjects), level + 0.5 + rng.standard_normal(n_subjects)
    X = np.column_stack([np.ones(2 * n_subjects), np.repeat([1.0, 0.0], n_subjects)])
    fit = fit_mixed(np.append(first, second), X, [RandomTerm(np.tile(np.arange(n_subjects), 2))])
    assume(not fit.singular)
    test, exact = fit.contrast([0, 1]), stats.ttest_rel(first, second)
    assert (test.t, test.ddf, test.p) == pytest.approx((exact.statistic, n_subjects - 1, exact.pvalue), rel=1e-8)
    assert test.interval(0.9) == pytest.approx(tuple(exact.confidence_interval(0.9)), rel=1e-8)


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=20)
def test_no_random_term_is_least_squares_with_its_exact_f(seed):
    rng = np.random.default_rng(seed)
    X = np.column_stack([np.ones(20), rng.standard_normal((20, 3))])
    y = rng.standard_normal(20)
    fit = fit_mixed(y, X, [])
    rss, smaller = (np.sum((y - Z @ np.linalg.lstsq(Z, y)[0]) ** 2) for Z in (X, X[:, :2]))
    test = fit.contrast(np.eye(4)[2:])
    assert pytest.approx((smaller - rss) / 2 / (rss / 16), rel=1e-9) == test.F
    assert test.ddf == pytest.approx(16, rel=1e-9)
    assert fit.residual_variance == pytest.approx(rss / 16, rel=1e-12)


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


def test_a_term_given_twice_tests_as_if_given_once_and_says_that_it_is_aliased():
    y, X, terms = trial(12, kind="subject")
    once, twice = fit_of(y, X, terms), fit_of(y, X, terms * 2)
    assert (once.aliased, twice.aliased) == (False, True)
    assert sum(c.item() for c in twice.components) == pytest.approx(once.components[0].item(), rel=1e-6)
    one, two = once.contrast(np.eye(once.p)[-2:]), twice.contrast(np.eye(once.p)[-2:])
    assert (two.F, two.ddf) == pytest.approx((one.F, one.ddf), rel=1e-6)


def test_subjects_that_are_fixed_too_leave_within_contrasts_alone_and_refuse_the_others():
    y, X, terms = trial(13, kind="subject")
    X = np.column_stack([np.equal.outer(terms[0][0], np.arange(8)), X[:, 1:]]).astype(float)
    fit, plain = fit_of(y, X, terms), fit_mixed(y, X, [])
    assert fit.aliased
    ours, exact = fit.contrast(np.eye(fit.p)[-2:]), plain.contrast(np.eye(fit.p)[-2:])
    assert (ours.F, ours.ddf, ours.p) == pytest.approx((exact.F, exact.ddf, exact.p), rel=1e-8)
    with pytest.raises(ClaimError) as caught:
        fit.contrast(np.eye(fit.p)[0] - np.eye(fit.p)[1])
    assert caught.value.key == "terms"


def test_a_true_variance_of_zero_costs_little():
    """A second term whose variance is zero in truth leaves the estimate where it was in nearly every trial."""
    differences = []
    for seed in range(40):
        y, X, terms = trial(seed, kind="cell", between=(1.0, 0.0))
        small, large = fit_of(y, X, terms[:1]).contrast(np.eye(5)[-1]), fit_of(y, X, terms).contrast(np.eye(5)[-1])
        assert large.ddf <= small.ddf
        differences.append(abs(large.effect - small.effect) / small.se)
    assert np.median(differences) < 0.05
