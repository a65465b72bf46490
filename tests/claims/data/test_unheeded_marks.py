"""Nights that a column marks as unfit, and that were judged, are said; those left out by declaration are not."""

from __future__ import annotations

import numpy as np
import pytest

import somnometry as sm

from ..plain_nights import judged, only, plain_nights


def said(verdict):
    return [warning.facts for warning in verdict.warnings if warning.code == "marks-unheeded"]


@pytest.mark.parametrize(("column", "marks"), [
    ("rejected", (1, 0)), ("Excluded", ("yes", "no")), ("bad night", (True, False)), ("usable", (0, 1)),
    ("valid", ("no", "yes")), ("artefact", (1, np.nan)),
])  # fmt: skip
def test_a_column_that_marks_nights_as_unfit_is_said(column, marks):
    table = only(plain_nights(), "tst")
    table[column] = np.array([marks[int(i % 4 != 0)] for i in range(96)], object)
    verdict = judged(table)
    (facts,) = said(verdict)
    assert (facts["column"], facts["n"]) == (column, 24)
    assert f"{column!r} marks 24 nights" in verdict.explain()


def test_what_the_study_leaves_out_is_not_said():
    table = only(plain_nights(), "tst")
    table["rejected"] = (np.arange(96) % 4 == 0).astype(int)
    study = sm.Study(design="crossover", treatment="active", control="placebo", randomised=True, exclude=("rejected",))
    verdict = sm.judge(sm.Claim("tst", "increases"), table, study, sensitivity=False)
    assert (said(verdict), verdict.n_nights) == ([], 72)


@pytest.mark.parametrize(("column", "cell"), [("valid", ""), ("failed", 0), ("good", "fairly"), ("ok", 1), ("bad", "")])
def test_columns_that_mark_no_night_are_not_said(column, cell):
    table = only(plain_nights(), "tst")
    table[column] = np.array([cell] * 96, object)
    assert said(judged(table)) == []
