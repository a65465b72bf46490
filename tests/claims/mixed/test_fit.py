"""Mixed models: what is refused, at which row and in which argument."""

import numpy as np
import pytest

from somnometry.claims.mixed import RandomTerm, fit_mixed
from somnometry.claims.mixed.leave_one_out import leave_one_out

from .trials import SUBJECT, X, Y, changed, refused


@pytest.mark.parametrize(
    ("y", "design", "place", "key"),
    [
        (changed(Y, 5, np.nan), X, "row 5", "y"),
        (Y, changed(X, (3, 1), np.inf), "row 3", "X"),
        (Y[:-1], X, "", "X"),
        (Y, np.column_stack([X[:, 0], 3 * X[:, 0]]), "", "dose"),
        (Y, np.column_stack([X[:, 0], 0 * X[:, 0]]), "", "dose"),
        (np.full(12, 431.5), X, "", "y"),
        (X @ [2.0, 0.1], X, "", "y"),
        (np.array([0.3, -1.1, 2.7, 0.4])[SUBJECT] + X[:, 1], X, "", "y"),
    ],
)
def test_tables_that_no_model_fits_are_refused(y, design, place, key):
    with refused(key, place):
        fit_mixed(y, design, [RandomTerm(SUBJECT[: len(y)])], ["mean", "dose"])


def test_as_many_effects_as_rows_leave_no_residual():
    with refused("X"):
        fit_mixed(Y[:2], X[:2], [])


def test_names_must_be_as_many_as_effects():
    with refused("names"):
        fit_mixed(Y, X, [], ["mean"])


@pytest.mark.parametrize(
    ("L", "null", "key"),
    [
        ([0, 1, 0], 0, "L"),
        ([[0, 1], [0, 2]], 0, "L"),
        ([0, 0], 0, "L"),
        ([0, np.nan], 0, "L"),
        ([0, 1], np.inf, "null"),
        ([0, 1], [0, 1], "null"),
    ],
)
def test_contrasts_that_say_nothing_are_refused(L, null, key):
    with refused(key):
        fit_mixed(Y, X, [RandomTerm(SUBJECT)]).contrast(L, null)


def test_a_joint_test_has_no_t_and_no_interval():
    test = fit_mixed(Y, X, [RandomTerm(SUBJECT)]).contrast(np.eye(2))
    for what in (lambda: test.t, lambda: test.se, lambda: test.effect, test.interval):
        with refused("L"):
            what()


def test_an_interval_has_a_level_between_zero_and_one():
    with refused("level"):
        fit_mixed(Y, X, [RandomTerm(SUBJECT)]).contrast([0, 1]).interval(95)


def test_a_null_value_moves_the_t_and_not_the_estimate():
    fit = fit_mixed(Y, X, [RandomTerm(SUBJECT)])
    at_zero, at_one = fit.contrast([0, 1]), fit.contrast([0, 1], 1.0)
    assert at_one.effect == at_zero.effect
    assert at_one.t == pytest.approx(at_zero.t - 1 / at_zero.se)


def test_too_few_groups_for_a_joint_test_are_refused_not_answered_with_nan():
    """Four subjects in three arms leave one degree of freedom between them; the formulas turn negative there."""
    subject, period = (g.ravel() for g in np.meshgrid(np.arange(4), np.repeat(np.arange(3), 2), indexing="ij"))
    treatment, arm = (subject + period) % 3, subject % 3
    design = np.column_stack([np.ones(24), treatment == 1, treatment == 2, arm == 1, arm == 2]).astype(float)
    y = np.random.default_rng(0).standard_normal(24) + np.array([0.0, 1, 4, 2])[subject]
    fit = fit_mixed(y, design, [RandomTerm(subject)])
    with refused("L"):
        fit.contrast(np.eye(5)[1:])
    assert 0 < fit.contrast(np.eye(5)[1:3]).p < 1


def test_one_block_cannot_be_left_out():
    crossed = [RandomTerm(SUBJECT), RandomTerm(np.tile([0, 1, 2], 4))]
    fit = fit_mixed(Y, np.ones((12, 1)), crossed)
    with refused("terms"):
        leave_one_out(fit, [1])
    with refused("L"):
        leave_one_out(fit, [1, 0])
