"""Cells that are no text, number or time are one error that names them, in whatever column, however the table comes."""

import math
from datetime import datetime
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest

import somnometry as sm
from somnometry.claims.data.nights_table import columns_of

CLAIM = sm.Claim("tst", "increases", smallest_effect=15.0, design="crossover", treatment="active", control="placebo")
ARMS = ("placebo", "active")
#: No cells: what a program can put into a table by mistake, and no file holds.
NO_CELLS = {
    "list": [1, 2], "tuple": (1,), "dict": {"a": 1}, "set": {1}, "array": np.arange(3), "bytes": b"placebo",
    "bytearray": bytearray(b"a"), "object": object(), "class": int, "digits": 10**5000, "nan": Decimal("sNaN"),
    "empty": [], "table": pd.DataFrame({"a": [1]}), "function": len,
}  # fmt: skip
#: Odd cells that are some: each is words, a number or a time, or nothing.
CELLS = [math.nan, None, pd.NA, pd.NaT, 10**30, -1, True, np.float32(1.5), datetime(2024, 1, 1), Fraction(1, 3),
         "a\udcff", "a\0b", "\x1b[2J", "x" * 10_000, np.str_("placebo"), pd.Timedelta(1, "h"), 1j]  # fmt: skip
COLUMNS = ("subject", "condition", "period", "night", "scorer", "staging", "device", "sequence", "tst", "note")
FORMS = {
    "rows": lambda rows: rows,
    "columns": lambda rows: {name: [row[name] for row in rows] for name in rows[0]},
    "frame": lambda rows: pd.DataFrame(
        {name: pd.Series([row[name] for row in rows], dtype=object) for name in rows[0]}
    ),
}


def rows():
    return [
        {"subject": f"S{i // 2}", "condition": ARMS[(i + i // 2) % 2], "period": 1 + i % 2, "night": 1, "scorer": "A",
         "staging": "human", "device": "psg", "sequence": "AP" if i // 2 % 2 else "PA", "note": "",
         "tst": 400 + 7 * (i * 37 % 11) + 20 * ((i + i // 2) % 2)}
        for i in range(16)
    ]  # fmt: skip


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("column", COLUMNS)
@pytest.mark.parametrize("cell", NO_CELLS)
def test_what_is_no_cell_is_refused_with_its_place(cell, column, form):
    table = rows()
    table[3][column] = NO_CELLS[cell]
    with pytest.raises(sm.ClaimError) as error:
        sm.judge(CLAIM, FORMS[form](table))
    assert error.value.key == column
    assert column in str(error.value)
    assert len(str(error.value)) < 1000


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("cell", ["list", "tuple", "bytes", "array"])
def test_a_column_of_them_is_refused_too(cell, form):
    table = [row | {"subject": NO_CELLS[cell]} for row in rows()]
    with pytest.raises(sm.ClaimError) as error:
        columns_of(FORMS[form](table))
    assert error.value.key == "subject"


@pytest.mark.parametrize("column", COLUMNS)
def test_odd_cells_end_in_a_verdict_or_an_error_of_ours_in_words_that_can_be_printed(column):
    for cell in CELLS:
        for form in FORMS.values():
            table = rows()
            table[3][column] = cell
            try:
                said = sm.judge(CLAIM, form(table)).explain()
            except sm.SomnometryError as error:
                said = str(error)
            assert said.encode()


def test_a_condition_that_is_no_utf_8_is_judged_and_written(tmp_path):
    table = [row | {"condition": "a\udcff" if row["condition"] == "active" else "placebo"} for row in rows()]
    claim = sm.Claim("tst", "increases", smallest_effect=15.0, design="crossover", treatment="a\udcff",
                     control="placebo", source="ours")  # fmt: skip
    study = sm.Study(design="crossover", arms=("placebo", "a\udcff"), claims=(claim,))
    for form in FORMS.values():
        verdicts = sm.judge_all(study, form(table))
        assert verdicts[0].n_subjects == 8
        assert verdicts[0].explain().encode()


def test_a_list_of_numbers_and_words_keeps_both():
    columns = columns_of({"subject": ["a", 1], "tst": [400, None], "night": [1, 2]})
    assert [value.tolist() for value in columns.values()] == [["a", 1], [400, None], [1, 2]]


@pytest.mark.parametrize("column", ["abc", b"abc", 7, None])
def test_a_column_that_is_no_list_is_refused(column):
    with pytest.raises(sm.ClaimError, match="no list of cells") as error:
        columns_of({"subject": ["a", "b"], "condition": column})
    assert error.value.key == "condition"


def test_the_mask_of_an_array_is_missing_cells_and_not_what_is_beneath():
    values = np.ma.masked_array([400.0, 100.0, 380.0], mask=[False, True, False])
    np.testing.assert_array_equal(columns_of({"tst": values})["tst"].astype(float), [400.0, math.nan, 380.0])


def test_a_frame_that_gives_its_rows_is_read_by_them():
    class Polars:
        columns = ("subject", "tst")

        def to_dict(self):
            return {}

        def to_dicts(self):
            return [{"subject": "A", "tst": 400.0}, {"subject": "B", "tst": None}]

    cells = {name: column.tolist() for name, column in columns_of(Polars()).items()}
    assert cells == {"subject": ["A", "B"], "tst": [400.0, None]}
