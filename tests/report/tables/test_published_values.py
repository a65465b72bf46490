"""The section of the page of metrics on published values."""

from somnometry.metrics.reference_values import AGE_CHANGES, REFERENCE_VALUES, SEX_DIFFERENCES
from somnometry.report.tables.published_values import published_lines


def test_every_published_number_stands_with_its_source():
    lines = published_lines()
    assert "| `tst` | over 18, to 30 | both | 413.5 | 345.6 to 451.9 |" in "\n".join(lines)
    for value in (*REFERENCE_VALUES, *AGE_CHANGES, *SEX_DIFFERENCES):
        assert any(f"`{value.metric}`" in line and value.source in line for line in lines)
    assert all(line == "" or not line.startswith("|") or line.endswith("|") for line in lines)
