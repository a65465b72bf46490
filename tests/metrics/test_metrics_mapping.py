"""A key is found however it is written, and what is no key asks what was meant."""

import copy
import dataclasses
import pickle

import pytest

import somnometry as sm


@pytest.mark.parametrize("written", ["WASO", "waso", " Waso "])
def test_a_key_is_found_however_it_is_written(written):
    assert sm.METRICS[written].key == "waso"


def test_of_columns_only_keys_are_keys():
    assert "waso" in sm.METRICS
    assert "WASO" not in sm.METRICS
    assert sm.METRICS.get("WASO") is None
    assert list(sm.METRICS) == [metric.key for metric in sm.METRICS.values()]


def test_what_is_no_key_asks_what_was_meant():
    with pytest.raises(KeyError, match="n3_percent"):
        sm.METRICS["n3"]
    with pytest.raises(KeyError, match="no metric is called 'foo'"):
        sm.METRICS["foo"]


@pytest.mark.parametrize(("given", "named"), [("night.edf", "read_recording"), (3, "from_mne")])
def test_stage_names_who_reads_what_it_is_given(given, named):
    with pytest.raises(sm.StagingError, match=named):
        sm.stage(given)


def test_every_metric_and_the_table_of_them_survive_pickling_and_copying():
    for again in (pickle.loads(pickle.dumps(sm.METRICS)), copy.deepcopy(sm.METRICS)):
        assert again == sm.METRICS
        assert list(again) == list(sm.METRICS)
    for metric in sm.METRICS.values():
        assert pickle.loads(pickle.dumps(metric)) is copy.deepcopy(metric) is metric


def test_a_metric_of_the_users_own_is_pickled_as_what_it_is():
    own = dataclasses.replace(sm.METRICS["tst"], label="mine")
    for again in (pickle.loads(pickle.dumps(own)), copy.deepcopy(own)):
        assert again == own != sm.METRICS["tst"]
        assert again.label == "mine"
