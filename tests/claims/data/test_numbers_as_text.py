"""Cells that hold numbers as people write them are refused, and told what to write."""

from __future__ import annotations

import pytest

from ..plain_nights import judged, only, plain_nights, refused

CELLS = [
    ("6:48", "408 minutes"), ("06:48:30", "408.5 minutes"), ("6h48", "408 minutes"), ("0:01", " 1 minute, if"),
    ("7 h 5 min", "425 minutes"),
    ("412 min", "write 412,"), ("85.4 %", "write 85.4,"), ("407,5", "407.5"),
    ("27,360", "write 27360, if"), ("1,027,360", "write 1027360, if"), ("0,360", "0.360"),
    ("<0.5", "a bound is no value"),
    ("> 120", "a bound is no value"), ("2026-01-31", "from 1"), ("31.01.2026", "from 1"), ("n. d.", "mend the cell"),
]  # fmt: skip


@pytest.mark.parametrize(("cell", "said"), CELLS)
def test_a_cell_that_is_no_number_is_told_what_to_write(cell, said):
    table = only(plain_nights(), "tst")
    table["tst"] = table["tst"].astype(object)
    table["tst"][4] = cell
    error = refused(table)
    assert (error.place, error.key) == ("row 5, column 'tst'", "tst")
    assert said in error.remedy


@pytest.mark.parametrize(("no", "yes"), [("no", "yes"), ("False", "True"), ("No ", "YES"), (0, 1)])
def test_flags_are_read_in_words_too(no, yes):
    table = only(plain_nights(), "tst")
    flags = [yes if i in (3, 9) else no for i in range(96)]
    verdict = judged(table | {"technical_truncation": flags})
    (left,) = (one for one in verdict.exclusions if one.reason.code == "cut-short")
    assert left.n_nights == 2
