"""Published values in words: the numbers of the papers, and why there are none."""

import pytest

from somnometry.report.words.reference_words import reference_note, reference_words, told_sex

NAN = float("nan")


@pytest.mark.parametrize(
    ("metric", "age", "sex", "text"),
    [
        ("tst", 25.0, None, "median 413.5, range 345.6 to 451.9 (18 to 30 years)"),
        ("rem_percent", 70.0, "male", "median 10.3, range 1.9 to 21.9 (60 to 77 years)"),
        ("waso", 45.0, None, "+9.7 for each ten years of age (95 % CI 6.9 to 12.4)"),
        ("n3_percent", 45.0, "male", "-1.9 for each ten years of age in men; mean of women 6.7 above that of men"),
        ("n3_percent", 45.0, "female", "mean of women 6.7 above that of men"),
    ],
)
def test_what_the_papers_print(metric, age, sex, text):
    words = reference_words(metric, age=age, sex=sex)
    assert words.text.replace("\N{MINUS SIGN}", "-") == text
    assert words.sources


@pytest.mark.parametrize(
    ("metric", "age", "sex"),
    [("tst", NAN, None), ("tst", -1.0, None), ("waso", 12.0, "male"), ("n3_percent", 45.0, None), ("sri", 25.0, None)],
)
def test_nothing_where_nothing_is_published(metric, age, sex):
    assert reference_words(metric, age=age, sex=sex) is None


def test_the_note_says_what_is_missing():
    assert "nobody told how old" in reference_note(age=NAN, sex="male", known=False)
    assert "of 9 years are known" in reference_note(age=9.0, sex=None, known=False)
    assert "No sex is told" in reference_note(age=25.0, sex=None, known=True)
    both = reference_note(age=25.0, sex="male", known=True)
    assert "No sex" not in both
    assert "does not say" in both


@pytest.mark.parametrize(("told", "sex"), [(" F", "female"), ("Male", "male"), ("divers", None), ("", None)])
def test_sexes_as_tables_tell_them(told, sex):
    assert told_sex(told) == sex
