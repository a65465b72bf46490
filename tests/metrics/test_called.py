"""What people call a metric leads to one that there is, and is no key itself."""

import pytest

import somnometry as sm
from somnometry.catalogue import CATALOGUE, meant
from somnometry.metrics.called import CALLED


def test_every_name_leads_to_a_metric_and_hides_none():
    assert set(CALLED.values()) <= CATALOGUE.keys()
    assert not CALLED.keys() & CATALOGUE.keys()


@pytest.mark.parametrize(
    ("name", "key"),
    [("rem", "rem_percent"), ("deep sleep", "n3_percent"), ("Sleep efficiency", "se"), ("wasso", "waso"),
     ("time in bed", "trt"), ("sleep latency", "sol")],
)  # fmt: skip
@pytest.mark.parametrize("table", ["metrics", "night"])
def test_who_asks_by_a_name_is_told_the_key(name, key, table):
    asked = {"metrics": sm.METRICS, "night": sm.architecture(sm.simulate_hypnogram(1))}[table]
    with pytest.raises(KeyError, match=f"did you mean '{key}'"):
        asked[name]
    assert asked.get(name) is None
    assert name not in asked


def test_a_night_takes_a_key_however_it_is_written():
    night = sm.architecture(sm.simulate_hypnogram(1))
    assert night["WASO"] == night["waso"]
    with pytest.raises(KeyError):
        sm.architecture(sm.simulate_hypnogram(1))["nothing of ours"]


@pytest.mark.parametrize("word", ["clarity", "happiness", "mood"])
def test_a_word_that_is_like_none_is_answered_by_none(word):
    assert meant(word) == ()
