"""Findings."""

from somnometry.core.finding import Finding


def test_findings_are_equal_by_value():
    assert Finding("a", "note", "b", "c") == Finding("a", "note", "b", "c", "")
    assert str(Finding("a", "note", "b", "c")) == "note a (b): c"


def test_the_words_of_a_finding_do_nothing_to_who_prints_them():
    steers = "\x1b]0;x\x07\u202egnp\x9b2J\udcff\0"
    finding = Finding(steers, "note", steers, steers, steers)
    assert str(finding).isprintable()
    assert finding.what == steers
