"""Nouns as data that JSON holds, and annotations as words that compare."""

import json

from hypothesis import given
from hypothesis import strategies as st

from somnometry import Claim, Study
from somnometry.core.plain import plain_data, plain_word


def test_a_study_becomes_lists_and_dicts():
    study = Study((Claim("tst", "increases", secondary=("waso",)),), doses={"active": 2.0})
    data = json.loads(json.dumps(plain_data(study)))
    assert data["doses"] == {"active": 2.0}
    assert data["claims"][0]["secondary"] == ["waso"]
    assert data["schedule"] is None


@given(st.text("aB1 _-", max_size=8), st.text(max_size=5))
def test_a_word_is_the_same_whatever_its_dress_and_channel(text, channel):
    plain = plain_word(text)
    assert plain_word(plain) == plain
    assert plain_word(f"{text.upper()}@@{channel}") == plain_word(text.replace("-", " _")) == plain
