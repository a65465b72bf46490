"""Published values: that they are complete, and found."""

import math

import pytest

from somnometry.core.errors import HypnogramError
from somnometry.metrics import METRICS
from somnometry.metrics.reference_values import (
    AGE_CHANGES,
    REFERENCE_VALUES,
    SEX_DIFFERENCES,
    age_changes,
    reference_values,
    sex_differences,
)


def test_every_value_is_of_a_metric_and_names_its_source():
    for value in (*AGE_CHANGES, *REFERENCE_VALUES, *SEX_DIFFERENCES):
        assert value.metric in METRICS
        assert "et al." in value.source


def test_intervals_hold_their_estimate():
    for change in AGE_CHANGES:
        assert math.isnan(change.low) or change.low < change.per_decade < change.high


def test_ages_do_not_overlap():
    for value in REFERENCE_VALUES:
        found = reference_values(value.metric, age=value.age_to)
        assert found == (value,)
        assert value not in reference_values(value.metric, age=value.age_above)


def test_sex_adds_to_what_is_known_of_both():
    assert [change.per_decade for change in age_changes("n3_percent", sex="male")] == [-1.9]
    assert age_changes("n3_percent") == age_changes("n3_percent", sex="female") == ()
    assert len(age_changes("tst", sex="female")) == len(age_changes("tst")) == 2


@pytest.mark.parametrize("age", [-1, math.nan, math.inf])
def test_refuses_what_is_no_age(age):
    with pytest.raises(HypnogramError, match="number of years"):
        reference_values("tst", age=age)


def test_ranges_are_those_of_the_abstract():
    # Mitterling et al. 2015, Sleep 38:867, abstract: median (range) of those of at most 30 and of more than 60 years
    printed = {
        ("se", 25): (87.0, 71.9, 94.1), ("se", 70): (79.7, 44.5, 90.9),
        ("tst", 25): (413.5, 345.6, 451.9), ("tst", 70): (378.3, 216.0, 440.0),
        ("n3_percent", 25): (20.7, 15.2, 37.5), ("n3_percent", 70): (14.9, 2.4, 35.6),
        ("rem_percent", 25): (15.5, 7.5, 23.6), ("rem_percent", 70): (10.3, 1.9, 21.9),
    }  # fmt: skip
    for (metric, age), numbers in printed.items():
        assert [(value.median, value.low, value.high) for value in reference_values(metric, age=age)] == [numbers]
    assert len(REFERENCE_VALUES) == len(printed)
    assert reference_values("se", age=30) != () == reference_values("se", age=30.5) == reference_values("se", age=60)


def test_the_difference_of_the_sexes_is_that_of_the_abstract():
    # Walsleben et al. 2004, Sleep 27:293, abstract: slow-wave sleep was higher in women, by 6.7 %
    assert [difference.women_above_men for difference in sex_differences("n3_percent")] == [6.7]
    assert sex_differences("tst") == ()
