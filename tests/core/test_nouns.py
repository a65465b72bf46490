import dataclasses
import pickle

import numpy as np
import pytest

from somnometry.core.architecture import Architecture
from somnometry.core.errors import HypnogramError, MontageError, RecordingError
from somnometry.core.events import Events, Scoring
from somnometry.core.features import Features
from somnometry.core.finding import Finding
from somnometry.core.hypnogram import Hypnogram
from somnometry.core.recording import Montage, Recording, Signal

NAN = float("nan")


def recording():
    return Recording(
        {"C4-M1": Signal(np.zeros(256), 128.0), "Chin": Signal(np.zeros(512), 512.0)},
        Montage("C4-M1", emg="Chin", why={"eeg": "central"}),
        gaps=[(0, 1)],
        findings=[Finding("flat-channel", "warning", "Chin", "constant at 0 uV")],
        source="n1.edf",
    )


# ------------------------------------------------------------------------------------------------------------ events
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


# ---------------------------------------------------------------------------------------------------------- recording
def test_a_signal_keeps_its_rate_and_measures_its_duration():
    signal = Signal(np.zeros(300), 100)
    assert (signal.rate, signal.duration, signal.unit) == (100.0, 3.0, "uV")
    assert signal.samples.dtype == np.float32
    assert not signal.samples.flags.writeable


@pytest.mark.parametrize("rate", [0, -1, NAN, float("inf")])
def test_a_rate_is_a_positive_number_of_hertz(rate):
    with pytest.raises(RecordingError, match=f"positive number of hertz, not {rate}"):
        Signal([0.0], rate)


@pytest.mark.parametrize("samples", [np.zeros((2, 3)), 1.0])
def test_a_signal_is_one_row(samples):
    with pytest.raises(RecordingError, match="one row of samples"):
        Signal(samples, 1.0)


def test_a_montage_names_signals_of_the_recording():
    with pytest.raises(MontageError, match=r"n1\.edf: the montage names 'C3' as EEG, but the signals are 'C4'"):
        Recording({"C4": Signal([0.0], 1.0)}, Montage("C3"), source="n1.edf")


def test_a_recording_lasts_as_long_as_its_longest_signal():
    assert recording().duration == 2.0
    assert Recording({}).duration == 0.0


def test_a_recording_cannot_be_changed():
    night = recording()
    with pytest.raises(TypeError, match="does not support item assignment"):
        night.signals["C4-M1"] = None
    with pytest.raises(TypeError, match="does not support item assignment"):
        night.montage.why["eeg"] = ""
    with pytest.raises(dataclasses.FrozenInstanceError):
        night.start = None


def test_a_recording_does_not_follow_the_mapping_it_was_given():
    signals = {"C4": Signal([0.0], 1.0)}
    night = Recording(signals)
    signals.clear()
    assert list(night.signals) == ["C4"]


def test_a_recording_pickles():
    night, again = recording(), pickle.loads(pickle.dumps(recording()))
    assert again.montage == night.montage
    assert (again.gaps, again.findings, again.source) == (((0.0, 1.0),), night.findings, "n1.edf")
    assert again.signals["Chin"].rate == 512.0
    assert not again.signals["Chin"].samples.flags.writeable


def test_replacing_shares_the_samples():
    night = recording()
    later = night.replace(lights_off=60.0)
    assert np.shares_memory(later.signals["Chin"].samples, night.signals["Chin"].samples)


# ----------------------------------------------------------------------------------------------------------- features
def test_features_by_name_and_as_a_table():
    features = Features([[1, 2], [3, NAN]], ["a", "b"])
    assert features["b"].tolist()[0] == 2.0
    assert len(features) == 2
    assert features.to_frame().columns.tolist() == ["a", "b"]
    assert pickle.loads(pickle.dumps(features)).names == ("a", "b")


@pytest.mark.parametrize(("values", "names"), [([[1, 2]], ["a"]), ([1, 2], ["a", "b"]), ([[1, 2]], ["a", "a"])])
def test_features_need_one_distinct_name_a_column(values, names):
    with pytest.raises(ValueError, match="distinct names do not fit"):
        Features(values, names)


# ------------------------------------------------------------------------------------------------------- architecture
def test_an_architecture_is_a_frozen_mapping():
    night = Architecture({"tst": 412, "rem_latency": NAN}, {"rem_latency": "no REM"}, ("short night",))
    assert list(night) == ["tst", "rem_latency"]
    assert isinstance(night["tst"], float)
    with pytest.raises(AttributeError, match="frozen"):
        night.reasons = {}
    with pytest.raises(TypeError, match="does not support item assignment"):
        night.reasons["tst"] = ""
    with pytest.raises(TypeError, match="does not support item assignment"):
        night["tst"] = 0


def test_an_architecture_pickles_and_shows_no_nan():
    night = pickle.loads(pickle.dumps(Architecture({"tst": 412.5, "sol": NAN}, {"sol": "lights unknown"}, ("w",))))
    assert repr(night) == "Architecture({'tst': 412.5})"
    assert night.warnings == ("w",)
    assert "lights unknown" in night._repr_html_()
    assert "nan" not in night._repr_html_()


def test_findings_are_equal_by_value():
    assert Finding("a", "note", "b", "c") == Finding("a", "note", "b", "c", "")
    assert str(Finding("a", "note", "b", "c")) == "note a (b): c"
