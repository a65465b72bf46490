"""What JSON can hold, and words that compare."""

import json
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import pytest

from somnometry.core.plain import plain_data, plain_word


@dataclass(frozen=True)
class Dose:
    name: str
    grams: float


def test_nouns_mappings_and_numbers_of_numpy_become_what_json_holds():
    value = {"dose": Dose("low", 1.5), 2: MappingProxyType({"n": np.int64(3)}), "p": (np.float64(0.5), [True, None])}
    plain = plain_data(value)
    assert plain == {"dose": {"name": "low", "grams": 1.5}, "2": {"n": 3}, "p": [0.5, [True, None]]}
    assert json.loads(json.dumps(plain, allow_nan=False)) == plain


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -float("inf"), np.float32("nan")])
def test_what_is_no_number_is_none(value):
    assert plain_data([value]) == [None]


@pytest.mark.parametrize(
    ("text", "word"),
    [("Lights off", "lightsoff"), ("LIGHTS_OFF@@EEG F4-A1", "lightsoff"), ("Sleep stage N2", "sleepstagen2"), ("", "")],
)
def test_words_compare_without_channel_blanks_and_capitals(text, word):
    assert plain_word(text) == word
