"""Random-effect terms: groups of any labels, and those that define no variance."""

import numpy as np
import pytest

from somnometry.claims.mixed import RandomTerm, fit_mixed

from .trials import SUBJECT, X, Y, changed, refused


@pytest.mark.parametrize(
    ("groups", "slopes", "place", "key"),
    [
        (np.arange(12), None, "", "groups"),
        (np.zeros(12), None, "", "groups"),
        (np.repeat(np.arange(6), 2), X, "", "groups"),
        (SUBJECT, changed(X, (4, 1), np.nan), "row 4", "slopes"),
        (SUBJECT, 0 * X, "", "slopes"),
        (SUBJECT, X[:5], "", "slopes"),
        (changed(SUBJECT, 2, np.nan), None, "row 2", "groups"),
        (["ann", None, "bob"], None, "row 1", "groups"),
        (X, None, "", "groups"),
    ],
)
def test_groups_that_define_no_variance_are_refused(groups, slopes, place, key):
    with refused(key, place):
        RandomTerm(groups, slopes, "night")


def test_a_term_of_another_length_is_refused():
    with refused("terms"):
        fit_mixed(Y, X, [RandomTerm(SUBJECT[:9])])


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
