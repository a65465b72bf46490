"""Tables as CSV, read by Python's reader. What a spreadsheet runs is OWASP's list ("CSV Injection")."""

import csv

import pytest
from hypothesis import given
from hypothesis import strategies as st

from somnometry.io.csv_tables import csv_cell, csv_text, was_cut, write_csv

#: The first characters that OWASP lists, tab and carriage return among them, and their wide forms.
STARTS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
FORMULAS = ["=cmd|' /C calc'!A0", "+SUM(1,1)", "-2+3+cmd|' /C calc'!A0", "@SUM(1+1)*cmd", "\t=1+1", "\r=1+1",
            "＝1+1", "＋1", "－1+1", "＠SUM(1)", "=", "-", "--"]  # fmt: skip


def read(path):
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.reader(file))


@pytest.mark.parametrize("text", FORMULAS)
def test_no_cell_and_no_heading_begins_as_a_formula_does(tmp_path, text):
    write_csv(tmp_path / "t.csv", [{text: text, "b": 1}])
    ((heading, _), (cell, _)) = read(tmp_path / "t.csv")
    assert not heading.startswith(STARTS)
    assert not cell.startswith(STARTS)
    assert csv_text(cell) == csv_text(heading)


@pytest.mark.parametrize("text", ["-5", "+5", "-2.5e-3", "-,5", "-7,25", "-.5"])
def test_a_number_with_its_sign_stays_a_number(text):
    assert csv_cell(text) == text


@given(st.text(st.characters(categories=["L", "N", "P", "S"]), max_size=8))
def test_text_comes_back_as_it_was(text):
    cell = csv_cell(text)
    assert csv_text(cell) == text
    assert csv_cell(cell) == cell


def test_numbers_have_as_many_digits_as_asked():
    assert csv_cell(1 / 3) == 0.333333
    assert csv_cell(1 / 3, None) == 1 / 3
    assert csv_cell(float("nan")) == csv_cell(float("nan"), None) == ""


def test_what_steers_a_terminal_is_its_escape_in_cells_and_headings(tmp_path):
    write_csv(tmp_path / "t.csv", [{"a\x1b[2J": "b\u202ec\nd"}])
    assert read(tmp_path / "t.csv") == [[r"a\x1b[2J"], [r"b\u202ec\nd"]]


def test_a_cell_of_any_length_can_be_read_again(tmp_path):
    write_csv(tmp_path / "t.csv", [{"error": "x" * 400_000}])
    ((_,), (cell,)) = read(tmp_path / "t.csv")
    assert len(cell) < 32_767 < csv.field_size_limit()
    assert cell.endswith(" ... (368000 more characters)")


def test_a_column_that_a_row_lacks_is_empty_and_columns_keep_their_order(tmp_path):
    write_csv(tmp_path / "t.csv", [{"b": 1}, {"a": 2, "b": 3}])
    assert read(tmp_path / "t.csv") == [["b", "a"], ["1", ""], ["3", "2"]]
    write_csv(tmp_path / "t.csv", [], ["id"])
    assert read(tmp_path / "t.csv") == [["id"]]


CELLS = st.one_of(st.text(st.characters(codec="utf-8"), max_size=4), st.floats(), st.integers(), st.just('a"b,c'))


@given(st.lists(st.tuples(CELLS, CELLS), min_size=1, max_size=5), st.booleans())
def test_a_table_with_an_end_mark_is_read_as_one_without_and_is_cut_wherever_it_ends_sooner(
    tmp_path_factory, cells, ended
):
    path = tmp_path_factory.getbasetemp() / "ended.csv"
    rows = [{"recording": f"n{i}", "a": a, "b": b} for i, (a, b) in enumerate(cells)]
    write_csv(path, rows)
    plain = read(path)
    write_csv(path, rows, ended=ended)
    assert read(path) == plain
    lines = path.read_bytes().splitlines(keepends=True)
    for n in range(len(lines) + 1):
        path.write_bytes(b"".join(lines[:n]))
        with path.open("rb") as file:
            assert was_cut(file) is (ended and 0 < n < len(lines))
            assert file.tell() == 0


@pytest.mark.parametrize("head", ['"recording","tst"', 'recording,"tst"', '"a,b",tst', '"total sleep time",tst',
                                  '"tst"', "recording,tst", '"recording";tst', ""])  # fmt: skip
def test_a_table_of_others_has_no_end_mark(tmp_path, head):
    (tmp_path / "t.csv").write_text(head + "\nn1,400\n")
    with (tmp_path / "t.csv").open("rb") as file:
        assert not was_cut(file)
