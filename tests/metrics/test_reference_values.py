"""Published values: that they are complete, and found."""

import math

import pytest

from somnometry.core.errors import HypnogramError
from somnometry.metrics import METRICS
from somnometry.metrics.reference_values import AGE_CHANGES, REFERENCE_VALUES, age_changes, reference_values


def test_every_value_is_of_a_metric_and_names_its_source():
    for value in (*AGE_CHANGES, *REFERENCE_VALUES):
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
