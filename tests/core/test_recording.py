"""Signals, montages and recordings."""

import dataclasses
import pickle

import numpy as np
import pytest

from somnometry.core.errors import MontageError, RecordingError
from somnometry.core.finding import Finding
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


def test_the_unit_of_a_signal_steers_no_terminal():
    assert repr(Signal(np.zeros(300), 100.0, "\x1b]0;pwn\x07\u202e")).isprintable()
