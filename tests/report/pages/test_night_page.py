"""A page of a night of which little is known."""

import pytest

from somnometry import Hypnogram
from somnometry.core.finding import Finding
from somnometry.report.pages.night_facts import NightFacts
from somnometry.report.pages.night_page import SEVERITIES, night_in_words, night_page


def test_a_row_alone_makes_a_page():
    page = night_page(NightFacts("n", {"status": "ok", "tst": 400.0, "night": 2.0, "age": -1.0}))
    assert "There is no hypnogram of this night in the folder" in page
    assert "night 2<" in page
    assert "<img" not in page


def test_findings_stand_by_severity_and_links_where_they_are_given():
    findings = tuple(Finding(f"c{i}", severity, "here", "seen") for i, severity in enumerate(reversed(SEVERITIES)))
    words = night_in_words(NightFacts("n", {}, findings))
    assert [finding.severity for finding in words["findings"]] == list(SEVERITIES)
    page = night_page(NightFacts("n", {}), up="../index.html", after="m.html")
    assert 'rel="next" href="m.html"' in page
    assert "Night before" not in page


@pytest.mark.parametrize(("sex", "known"), [("female", True), ("M", True), ("divers", True), (float("nan"), True)])
def test_age_alone_finds_what_is_usual_of_both_sexes(sex, known):
    words = night_in_words(NightFacts("n", {"tst": 400.0, "age": 25.0, "sex": sex}, hypnogram=Hypnogram([2])))
    assert words["has_references"] == known


def test_the_page_has_the_published_range_its_source_and_why_there_is_none():
    row = {"status": "ok", "tst": 400.0, "n3_percent": 20.0, "age": 25.0, "sex": "F"}
    page = night_page(NightFacts("n", row))
    assert "median 413.5, range 345.6 to 451.9 (18 to 30 years)" in page
    assert "Mitterling et al. 2015" in page
    assert "Walsleben et al. 2004" in page
    assert "No sex is told" in night_page(NightFacts("n", row | {"sex": ""}))
    assert "nobody told how old" in night_page(NightFacts("n", row | {"age": float("nan")}))
    assert "No reference values of people of 8 years" in night_page(NightFacts("n", row | {"age": 8.0}))


@pytest.mark.parametrize(
    ("scorer", "model", "words"),
    [("", "", "not told: the scoring names nobody"), ("Dr <b>", "", "Dr <b>"), ("", "YASA eeg", "YASA eeg")],
)
def test_who_scored_is_said_or_that_nobody_is_named(scorer, model, words):
    facts = NightFacts("n", {"model": model, "settings": '{"scored": true}'}, hypnogram=Hypnogram([2], scorer=scorer))
    how = dict(night_in_words(facts)["how"])
    assert how["scored by"] == words
    assert how["settings that are not the default"] == "scorings as they are, without staging"
