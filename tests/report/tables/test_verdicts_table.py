"""The table on the terminal holds the numbers of the verdicts."""

import io

import pytest
from rich.console import Console

from somnometry.report.tables.verdicts_table import verdicts_table
from somnometry.report.words.numbers import number, p_value, sentence
from somnometry.report.words.reasons import reason_text


@pytest.mark.parametrize("width", [80, 100, 160])
def test_the_table_fits_the_terminal(many, width):
    console = Console(width=width, file=io.StringIO(), force_terminal=True, color_system=None)
    console.print(verdicts_table(many.verdicts))
    text = console.file.getvalue()
    assert "…" not in text
    rem = many.verdicts[0]
    for wanted in (number(rem.estimate), p_value(rem.p_adjusted), "FRAGMENTATION", "people", "not testable"):
        assert wanted in text
    for reason in (sentence(reason_text(one)) for verdict in many.verdicts for one in verdict.reasons):
        assert "".join(reason.split()) in "".join(text.split()) or width > 80  # side by side, cells share lines
        assert set(reason.split()) <= set(text.split())
