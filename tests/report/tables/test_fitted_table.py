"""A table cuts nothing and folds no word, whatever it is printed on."""

import io
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.console import Console

from somnometry.report.tables.fitted_table import FittedTable

WORDS = st.text(alphabet="abcdefghijkläö0123456789.-", min_size=1, max_size=12)
CELLS = st.lists(WORDS, min_size=1, max_size=8).map(" ".join)
NUMBERS = st.floats(-999, 999).map(lambda x: f"{x:.1f}")


def printed(table, width=80, *, terminal=True):
    console = Console(file=io.StringIO(), width=width, force_terminal=terminal, color_system=None)
    console.print(table, soft_wrap=not terminal)
    return re.sub(r"\x1b\[[0-9;]*m", "", console.file.getvalue())


def table_of(headings, rows, *, numbers=False, grouped=False):
    table = FittedTable(grouped=grouped)
    for i, heading in enumerate(headings):
        table.add_column(heading, justify="right" if numbers and i else "left")
    for row in rows:
        table.add_row(*row)
    return table


@settings(max_examples=60, deadline=None)
@given(st.data(), st.integers(2, 8), st.integers(1, 6), st.integers(30, 120), st.booleans(), st.booleans())
def test_every_word_is_whole_and_within_the_width(data, n_columns, n_rows, width, numbers, grouped):
    headings = data.draw(st.lists(WORDS, min_size=n_columns, max_size=n_columns))
    cell = NUMBERS if numbers else CELLS
    rows = [
        [data.draw(CELLS), *(data.draw(cell) for _ in range(n_columns - 1))] for _ in range(n_rows)
    ]  # fmt: skip
    text = printed(table_of(headings, rows, numbers=numbers, grouped=grouped), width)
    words = text.split()
    for row in rows:
        for word in " ".join(row).split():
            assert word in words
            words.remove(word)
    longest = max(len(line) for row in rows for line in row)
    assert max(len(line.rstrip()) for line in text.splitlines()) <= max(width, longest + 16)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.lists(CELLS, min_size=3, max_size=3), min_size=1, max_size=6))
def test_in_a_pipe_a_row_is_a_line(rows):
    lines = printed(table_of(["a", "b\nmin", "c"], rows), terminal=False).splitlines()
    assert len(lines) == len(rows) + 1
    assert lines[0].split() == ["a", "b", "min", "c"]
    for line, row in zip(lines[1:], rows, strict=True):
        assert line.split() == " ".join(row).split()


def test_numbers_that_do_not_fit_are_turned_with_a_row_per_metric():
    headings = ["recording", *(f"metric{i:02}" for i in range(12))]
    rows = [[f"night{k}", *(f"{100 * k + i}.0" for i in range(12))] for k in range(3)]
    lines = [line.split() for line in printed(table_of(headings, rows, numbers=True)).splitlines()]
    assert lines[0] == ["recording", "night0", "night1", "night2"]
    assert ["metric07", "7.0", "107.0", "207.0"] in lines


def test_words_that_do_not_fit_are_paragraphs():
    rows = [["one", "x" * 50, "y" * 50], ["two", "", "z"]]
    lines = printed(table_of(["name", "first", "second"], rows)).splitlines()
    assert [line.rstrip() for line in lines] == [
        "one", "  first   " + "x" * 50, "  second  " + "y" * 50, "two", "  second  z",
    ]  # fmt: skip


def test_of_groups_a_pipe_names_each_row():
    table = table_of(["claim", "nights", "power"], [["a b", "1", ".5"], ["", "2", ".7"]], grouped=True)
    assert [line.split() for line in printed(table, terminal=False).splitlines()[1:]] == [
        ["a", "b", "1", ".5"], ["a", "b", "2", ".7"],
    ]  # fmt: skip


@pytest.mark.parametrize("terminal", [True, False])
def test_markup_and_controls_are_text(terminal):
    text = printed(table_of(["a", "b"], [["[red]x[/red]", "y\x1b]0;z"]]), terminal=terminal)
    assert "[red]x[/red]" in text
    assert "\x1b" not in text


@pytest.mark.parametrize("terminal", [True, False])
def test_of_a_table_without_rows_its_title_alone_is_printed(terminal):
    table = FittedTable(title="nothing found", caption="in any night")
    table.add_column("finding")
    assert printed(table, terminal=terminal).split() == "nothing found in any night".split()
    assert printed(table_of(["a", "b"], []), terminal=terminal).strip() == ""
