"""The first requirement that a night fails is the reason for its NaN."""

import math

from somnometry.core.requirement import Check, first_unmet, measured

NOT_NEGATIVE = Check("it is negative", lambda x: None if x >= 0 else f"{x} is negative")


def refuse(_):
    raise AssertionError("asked though an earlier requirement was not met")


def test_the_first_that_is_not_met_is_the_reason_and_the_rest_is_not_asked():
    assert first_unmet([NOT_NEGATIVE, Check("", refuse)], -1) == "-1 is negative"
    assert first_unmet([NOT_NEGATIVE], 1) is None
    assert first_unmet([], 1) is None


def test_a_metric_is_measured_only_where_its_requirements_are_met():
    values, reasons = measured([("root", [NOT_NEGATIVE], math.sqrt), ("double", [], lambda x: 2 * x)], -4)
    assert math.isnan(values["root"])
    assert (values["double"], reasons) == (-8, {"root": "-4 is negative"})
    assert measured([("root", [NOT_NEGATIVE], math.sqrt)], 4) == ({"root": 2.0}, {})
