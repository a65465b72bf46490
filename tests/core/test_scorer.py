"""`Scorer`: what is known of who scored a night, printed as one line and carried along whole."""

import json
import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

import somnometry as sm
from somnometry import Hypnogram, HypnogramError, Scorer

NAMES = st.text(max_size=5)
SCORERS = st.recursive(
    st.builds(
        Scorer,
        NAMES,
        st.sampled_from(["human", "classifier", "unknown"]),
        sha256=st.text("0123456789abcdef", max_size=64),
        inputs=st.lists(st.sampled_from(["eeg", "eog", "emg", "demo"]), unique=True),
        amplitude=st.dictionaries(NAMES, st.floats(0.01, 100), max_size=3),
        votes=st.lists(NAMES, max_size=3),
    ),
    lambda scorers: st.builds(Scorer, kind=st.just("consensus"), members=st.lists(scorers, max_size=3)),
    max_leaves=4,
)


@given(SCORERS)
def test_fields_survive_json_and_pickling(scorer):
    assert Scorer.from_dict(json.loads(json.dumps(scorer.to_dict()))) == scorer
    assert pickle.loads(pickle.dumps(scorer)) == scorer
    assert hash(pickle.loads(pickle.dumps(scorer))) == hash(scorer)


@given(NAMES)
def test_a_text_is_the_name_of_a_scorer_of_unknown_kind(name):
    hypnogram = Hypnogram([0], scorer=name)
    assert hypnogram.scorer == Scorer(name, "unknown")
    assert str(hypnogram.scorer) == name
    assert pickle.loads(pickle.dumps(hypnogram)).scorer == hypnogram.scorer


def test_the_line_of_a_classifier():
    """As the column `model` of a table of nights has always had it."""
    scorer = Scorer(
        "YASA", "classifier", sha256="330c1afdc86396e0b6d9f1294d4c4796beb5f7e7cd38be424c10feae98867e31",
        inputs=("eeg", "eog"), amplitude={"AF7": 1.2, "AF8": 1.0}, votes=("AF7", "AF8"),
    )  # fmt: skip
    assert str(scorer) == "YASA eeg+eog sha256:330c1afdc863 amplitude x1.2, x1 votes: AF7, AF8"


def test_an_unknown_kind_is_refused():
    with pytest.raises(HypnogramError) as refused:
        Scorer("A", "robot")
    assert refused.value.key == "kind"


@pytest.mark.parametrize("facts", [{"colour": "red"}, {"amplitude": {"C4": "much"}}, {"members": [3]}, {"votes": 3}])
def test_fields_that_cannot_be_understood_are_refused(facts):
    with pytest.raises(HypnogramError) as refused:
        Scorer.from_dict(facts)
    assert refused.value.place == "scorer"


def test_a_scorer_cannot_be_changed_through_what_it_was_given():
    factors = {"AF7": 1.2}
    scorer = Scorer(amplitude=factors)
    factors["AF7"] = 2.0
    assert scorer.amplitude == {"AF7": 1.2}
    with pytest.raises(TypeError, match="does not support item assignment"):
        scorer.amplitude["AF7"] = 2.0


def test_it_is_public():
    assert sm.Scorer is Scorer
