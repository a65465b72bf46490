"""Mixed models: exact tests of balanced designs, laws of any design, and a dense model written out."""

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import assume, given, settings
from scipy import stats

from somnometry.claims.mixed import RandomTerm, fit_mixed
from somnometry.claims.mixed.leave_one_out import leave_one_out
from somnometry.core.errors import ClaimError

from .trials import fit_of, trial, trials


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
