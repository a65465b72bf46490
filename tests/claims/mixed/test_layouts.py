"""Layouts are those of each model by itself, and are made once where they are kept."""

import numpy as np
import pytest

from somnometry.claims.mixed import layouts
from somnometry.claims.mixed.layouts import kept, laid_out, layouts_kept
from somnometry.core.errors import ClaimError


def table(seed=0):
    rng = np.random.default_rng(seed)
    X = np.column_stack([np.ones(12), rng.normal(size=12)])
    return X, ("one", "slope"), [np.repeat(np.arange(4), 3)], [np.ones((12, 1))]


def test_the_basis_spans_the_fixed_effects():
    X, *rest = table()
    basis, root, design, _ = laid_out(X, *rest)
    np.testing.assert_allclose(X @ root, basis, atol=1e-12)
    np.testing.assert_allclose(basis.T @ basis, np.eye(2), atol=1e-12)
    assert design.n_blocks == 4


def test_the_same_rows_are_laid_out_once_while_layouts_are_kept(monkeypatch):
    made = []
    lay_out = layouts.lay_out
    monkeypatch.setattr(layouts, "lay_out", lambda *args: made.append(1) or lay_out(*args))
    with layouts_kept():
        assert laid_out(*table()) is laid_out(*table())
        laid_out(*table(1))
    assert len(made) == 2
    laid_out(*table())
    assert len(made) == 3


def test_a_fixed_effect_that_is_a_sum_of_others_is_refused():
    X, _, *rest = table()
    with pytest.raises(ClaimError, match="'sum' is a sum of those before it"):
        laid_out(np.column_stack([X, X.sum(axis=1)]), ("one", "slope", "sum"), *rest)


def test_what_leads_to_a_layout_is_made_once_where_layouts_are_kept_and_each_time_elsewhere():
    made = []

    def make():
        made.append(len(made))
        return made[-1]

    assert [kept(("a",), make), kept(("a",), make)] == [0, 1]
    with layouts_kept():
        assert [kept(("a",), make), kept(("a",), make), kept(("b",), make)] == [2, 2, 3]
    assert kept(("a",), make) == 4


def test_layouts_that_are_kept_outlast_what_is_kept_within_and_only_those_asked_for_last_stay(monkeypatch):
    made = []
    monkeypatch.setattr(layouts, "MOST_KEPT", 2)
    with layouts_kept():
        with layouts_kept():
            kept(("a",), lambda: made.append("a"))
        for name in ("a", "b", "a", "c", "a", "b"):
            kept((name,), lambda name=name: made.append(name))
    assert made == ["a", "b", "c", "b"]
