"""Mixed models: what is refused, and what the message says."""

import numpy as np
import pytest

from somnometry.claims.mixed import RandomTerm, fit_mixed
from somnometry.claims.mixed.leave_one_out import leave_one_out
from somnometry.core.errors import ClaimError

SUBJECT = np.repeat(np.arange(4), 3)
X = np.column_stack([np.ones(12), np.tile([0.0, 1.0, 2.0], 4)])
Y = np.array([3.0, 5, 4, 8, 7, 9, 1, 2, 4, 6, 6, 9])


def changed(values, at, value):
    values = np.array(values, dtype=float)
    values[at] = value
    return values


@pytest.mark.parametrize(
    ("y", "design", "says"),
    [
        (changed(Y, 5, np.nan), X, "row 5 of the outcome is nan; leave the row out"),
        (Y, changed(X, (3, 1), np.inf), "row 3 of 'dose' is inf"),
        (Y[:-1], X, "not \\(n,\\) and \\(n, p\\)"),
        (Y, np.column_stack([X[:, 0], 3 * X[:, 0]]), "'dose' is a sum of those before it"),
        (Y, np.column_stack([X[:, 0], 0 * X[:, 0]]), "'dose' is 0 in every row"),
        (np.full(12, 431.5), X, "constant or an exact sum of the fixed effects"),
        (X @ [2.0, 0.1], X, "constant or an exact sum of the fixed effects"),
        (np.array([0.3, -1.1, 2.7, 0.4])[SUBJECT] + X[:, 1], X, "fit the outcome exactly"),
    ],
)
def test_tables_that_no_model_fits_are_refused(y, design, says):
    with pytest.raises(ClaimError, match=says):
        fit_mixed(y, design, [RandomTerm(SUBJECT[: len(y)])], ["mean", "dose"])


def test_as_many_effects_as_rows_leave_no_residual():
    with pytest.raises(ClaimError, match="2 rows leave no residual degree of freedom beside 2"):
        fit_mixed(Y[:2], X[:2], [])


@pytest.mark.parametrize(
    ("groups", "slopes", "says"),
    [
        (np.arange(12), None, "'night' has 12 groups x 1 effects in 12 rows"),
        (np.zeros(12), None, "'night' has 1 group; a variance between groups needs two"),
        (np.repeat(np.arange(6), 2), X, "6 groups x 2 effects in 12 rows"),
        (SUBJECT, changed(X, (4, 1), np.nan), "row 4 has a slope"),
        (SUBJECT, 0 * X, "is 0 in every row"),
        (SUBJECT, X[:5], "need \\(12, q\\)"),
        (changed(SUBJECT, 2, np.nan), None, "row 2 has no group"),
        (["ann", None, "bob"], None, "row 1 has no group"),
        (X, None, "one value per row"),
    ],
)
def test_groups_that_define_no_variance_are_refused(groups, slopes, says):
    with pytest.raises(ClaimError, match=says):
        RandomTerm(groups, slopes, "night")


def test_a_term_of_another_length_is_refused():
    with pytest.raises(ClaimError, match="a random term has 9 rows, the outcome 12"):
        fit_mixed(Y, X, [RandomTerm(SUBJECT[:9])])


def test_names_must_be_as_many_as_effects():
    with pytest.raises(ClaimError, match="1 names for 2 fixed effects"):
        fit_mixed(Y, X, [], ["mean"])


@pytest.mark.parametrize(
    ("L", "null", "says"),
    [
        ([0, 1, 0], 0, "shape \\(rows, 2\\), not \\(1, 3\\)"),
        ([[0, 1], [0, 2]], 0, "rows of the contrast are not independent"),
        ([0, 0], 0, "rows of the contrast are not independent"),
        ([0, np.nan], 0, "not finite"),
        ([0, 1], np.inf, "not finite"),
        ([0, 1], [0, 1], "one null value or 1"),
    ],
)
def test_contrasts_that_say_nothing_are_refused(L, null, says):
    with pytest.raises(ClaimError, match=says):
        fit_mixed(Y, X, [RandomTerm(SUBJECT)]).contrast(L, null)


def test_a_joint_test_has_no_t_and_no_interval():
    test = fit_mixed(Y, X, [RandomTerm(SUBJECT)]).contrast(np.eye(2))
    for what in (lambda: test.t, lambda: test.se, lambda: test.effect, test.interval):
        with pytest.raises(ClaimError, match="this one has 2, see its F"):
            what()


def test_an_interval_has_a_level_between_zero_and_one():
    with pytest.raises(ClaimError, match="not at 95"):
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
    with pytest.raises(ClaimError, match="too few for a joint test of 4 rows"):
        fit.contrast(np.eye(5)[1:])
    assert 0 < fit.contrast(np.eye(5)[1:3]).p < 1


def test_one_block_cannot_be_left_out():
    crossed = [RandomTerm(SUBJECT), RandomTerm(np.tile([0, 1, 2], 4))]
    fit = fit_mixed(Y, np.ones((12, 1)), crossed)
    with pytest.raises(ClaimError, match="no block of rows can be left out"):
        leave_one_out(fit, [1])
    with pytest.raises(ClaimError, match="1 finite numbers"):
        leave_one_out(fit, [1, 0])


def test_a_term_keeps_what_it_was_given_from_later_changes():
    slopes = X.copy()
    term = RandomTerm(SUBJECT, slopes)
    slopes[:] = 0
    assert term.design.tolist() == X.tolist()
    assert not term.codes.flags.writeable


def test_labels_of_any_kind_are_groups():
    labels = [(s, "site") for s in SUBJECT.tolist()]
    mixed = ["ann"] * 3 + [2] * 3 + ["bob"] * 3 + [4] * 3
    expected = fit_mixed(Y, X, [RandomTerm(SUBJECT)]).deviance
    objects = np.empty(12, object)
    objects[:] = labels
    for groups in (objects, np.array(mixed, object), SUBJECT.astype(str)):
        assert fit_mixed(Y, X, [RandomTerm(groups)]).deviance == pytest.approx(expected, abs=1e-9)
