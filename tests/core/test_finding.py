"""Findings."""

from somnometry.core.finding import Finding


def test_findings_are_equal_by_value():
    assert Finding("a", "note", "b", "c") == Finding("a", "note", "b", "c", "")
    assert str(Finding("a", "note", "b", "c")) == "note a (b): c"
