"""The table on the terminal holds the numbers of the verdicts."""

import io

import pytest
from rich.console import Console

from somnometry.report.tables.verdicts_table import verdicts_table
from somnometry.report.words.numbers import number, p_value


@pytest.mark.parametrize("width", [80, 100, 160])
def test_the_table_fits_the_terminal(many, width):
    console = Console(width=width, file=io.StringIO())
    console.print(verdicts_table(many.verdicts))
    text = console.file.getvalue()
    assert "…" not in text
    rem = many.verdicts[0]
    for wanted in (number(rem.estimate), p_value(rem.p_adjusted), "FRAGMENTATION", "people", "not testable"):
        assert wanted in text
    first = next(line for line in text.splitlines() if line.strip().startswith("REM "))
    assert first.rstrip().endswith(str(rem.n_subjects))
