"""Every metric of a night is shown under one heading."""

from collections import Counter

from somnometry import CATALOGUE, METRICS
from somnometry.report.words.metric_groups import GROUPS, grouped, value_words


def test_every_metric_of_a_night_stands_in_one_group():
    assert Counter(key for keys in GROUPS.values() for key in keys) == Counter(list(METRICS))


def test_all_that_is_measured_has_a_heading():
    found = grouped(CATALOGUE)
    assert Counter(key for keys in found.values() for key in keys) == Counter(list(CATALOGUE))
    assert grouped(["dose"]) == {}


def test_counts_have_no_decimals_unless_they_are_means():
    assert value_words("awakenings", 7.0) == "7"
    assert value_words("awakenings", 7.5) == "7.5"
    assert value_words("starts_asleep", 1.0) == "yes"
    assert value_words("truncated", 0.0) == "no"
    assert value_words("n1_percent", 0.98) == "1.0"
    assert value_words("tst", 352.5) == "352.5"
    assert value_words("tst", 7.0) == "7.0"
