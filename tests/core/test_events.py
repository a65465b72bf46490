"""Events and scorings."""

import dataclasses
import pickle

import pytest

from somnometry.core.errors import HypnogramError
from somnometry.core.events import Events, Scoring
from somnometry.core.hypnogram import Hypnogram


def test_events_of_a_kind():
    events = Events([1, 2, 3], [0, 0, 5], ["arousal", "apnoea", "arousal"])
    assert len(events) == 3
    assert events.of("arousal").onset.tolist() == [1.0, 3.0]
    assert len(events.of("limb movement")) == 0
    assert events.of("arousal", "apnoea").kind == events.kind


def test_events_need_as_many_onsets_as_kinds():
    with pytest.raises(HypnogramError, match=r"\(2,\), \(1,\), 2"):
        Events([1, 2], [0], ["a", "b"])


def test_events_are_frozen_and_pickle():
    events = pickle.loads(pickle.dumps(Events([1.0], [2.0], ["a"])))
    assert (events.onset.tolist(), events.duration.tolist(), events.kind) == ([1.0], [2.0], ("a",))
    with pytest.raises(ValueError, match="read-only"):
        events.onset[0] = 5
    with pytest.raises(dataclasses.FrozenInstanceError):
        events.kind = ()


def test_a_scoring_without_events_has_none():
    scoring = pickle.loads(pickle.dumps(Scoring(Hypnogram([0, 2]))))
    assert len(scoring.events) == 0
    assert scoring.hypnogram.stages.tolist() == [0, 2]
