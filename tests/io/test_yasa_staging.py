"""What YASA is given: the same derivations, made of what mne reads of the file."""

import mne
import numpy as np
import pytest
import yasa

from somnometry.core.errors import MontageError
from somnometry.io.channels.choose import choose
from somnometry.io.sources.source import EdfSource
from somnometry.io.yasa_staging import labels_for_yasa, stage_by_yasa

from .edf_files import noise, write

SECONDS = 360


@pytest.fixture
def given(monkeypatch):
    """What YASA was given: names and samples of the channels in microvolts; it stages nothing."""
    seen = {}

    class Staging:
        def __init__(self, raw, eeg_name, *, eog_name, emg_name):
            names = {"eeg": eeg_name, "eog": eog_name, "emg": emg_name}
            seen["labels"] = raw.ch_names
            seen["samples"] = {role: raw.get_data([name])[0] * 1e6 for role, name in names.items() if name}

        def predict(self):
            return "staged"

    monkeypatch.setattr(yasa, "SleepStaging", Staging)
    return seen


def derivations_of(path, **asked):
    source = EdfSource(path)
    chosen = choose(source, {"eeg": "auto", "eog": "auto", "emg": "auto", **asked}).derivations
    return chosen, [channel.label for channel in source.channels]


def test_the_same_channels_and_the_whole_file(tmp_path, given):
    signals = {name: noise(100, SECONDS, seed=i) for i, name in enumerate(("EEG C4-M1", "EOG E1-M2", "ECG"))}
    path = write(tmp_path / "n.edf", {name: (samples, 100) for name, samples in signals.items()})
    derivations, labels = derivations_of(path)
    needed = labels_for_yasa(derivations, labels, "n.edf")
    assert needed == ["EEG C4-M1", "EOG E1-M2"]
    assert stage_by_yasa(path, derivations, labels=needed) == "staged"
    assert given["labels"] == needed
    for role, name in (("eeg", "EEG C4-M1"), ("eog", "EOG E1-M2")):
        assert given["samples"][role] == pytest.approx(signals[name], abs=0.1)
    stage_by_yasa(path, derivations)
    assert given["labels"] == ["EEG C4-M1", "EOG E1-M2", "ECG"]


def test_a_difference_is_made_and_a_trace_turned_over(tmp_path, given):
    c4, m1 = (noise(100, SECONDS, seed=i) for i in range(2))
    path = write(tmp_path / "n.edf", {"C4": (c4, 100), "M1": (m1, 100)})
    derivations, labels = derivations_of(path, eeg=("C4", "M1"), eog=None, emg=None)
    stage_by_yasa(path, derivations, labels=labels_for_yasa(derivations, labels, "n.edf"))
    assert given["samples"]["eeg"] == pytest.approx(c4 - m1, abs=0.2)
    path = write(tmp_path / "inverted.edf", {"A1:O2": (c4, 100)})
    derivations, _ = derivations_of(path)
    stage_by_yasa(path, derivations)
    assert given["samples"]["eeg"] == pytest.approx(-c4, abs=0.1)


def test_bdf_is_told_by_its_content(tmp_path, given, monkeypatch):
    read = []
    monkeypatch.setattr(mne.io, "read_raw_bdf", lambda path, **_: read.append(path) or raw_of(np.zeros(100)))
    (tmp_path / "n.edf").write_bytes(b"\xffBIOSEMI")
    derivations, _ = derivations_of(write(tmp_path / "o.edf", {"C4-M1": (noise(100, SECONDS), 100)}))
    stage_by_yasa(tmp_path / "n.edf", derivations)
    assert read == [tmp_path / "n.edf"]


def raw_of(samples):
    return mne.io.RawArray(samples[None] * 1e-6, mne.create_info(["C4-M1"], 100.0, "eeg"), verbose="ERROR")


def test_a_label_that_stands_twice_is_refused(tmp_path):
    path = write(tmp_path / "n.edf", {"EEG C4-M1": (noise(100, SECONDS), 100)})
    derivations, labels = derivations_of(path)
    with pytest.raises(MontageError) as refused:
        labels_for_yasa(derivations, labels * 2, "n.edf")
    assert (refused.value.place, refused.value.key) == ("n.edf", "EEG C4-M1")
