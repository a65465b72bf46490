"""JSON of anybody's is read within limits, and trips over them as over what is no JSON."""

import json
import math

import pytest

from somnometry.core.bounded_json import MOST, bounded_json


@pytest.mark.parametrize("value", [{}, [], None, 1.5, "[[[{", {"a": [1, {"b": None}]}, [[]] * 1000])
def test_what_is_within_the_limits_is_what_python_reads(value):
    assert bounded_json(json.dumps(value)) == bounded_json(json.dumps(value).encode()) == value
    assert math.isnan(bounded_json("NaN"))


@pytest.mark.parametrize(
    "text",
    ["", "{", "nonsense", "[" * 100_000, '{"a":' * 100_000, "[" + "[]," * MOST + "[]]", "[" + "{}," * MOST + "{}]",
     "9" * 5000],
    ids=["empty", "open", "words", "deep lists", "deep objects", "many lists", "many objects", "digits"],
)  # fmt: skip
def test_everything_else_is_a_value_error(text):
    for one in (text, text.encode()):
        with pytest.raises(ValueError, match=r".+"):
            bounded_json(one)
