"""HDF5 files of Dreem, made as dreem-learning-open and public loaders describe them."""

import json
import os
from datetime import datetime

import numpy as np
import pytest

from somnometry import RecordingError, read_recording
from somnometry.io.exports import dreem
from somnometry.io.exports.convert import convert_signals
from somnometry.io.exports.dreem import is_hdf5, read_dreem

h5py = pytest.importorskip("h5py")
#: 2024-05-01 20:30:00 UTC.
STARTED = 1714595400


def write(path, signals, *, attributes=None, group_attributes=None):
    with h5py.File(path, "w") as file:
        for place, samples in signals.items():
            file[place] = samples
        for place, values in (group_attributes or {}).items():
            file[place].attrs.update(values)
        file.attrs.update(attributes or {})
    return path


def noise(n, seed=0):
    return np.random.default_rng(seed).normal(0, 20, n)


def test_an_open_data_set_is_read_by_its_description(tmp_path):
    eeg, emg = noise(250 * 60), noise(250 * 60, 1)
    described = [
        {"domain": "EEG", "name": "C3_M2", "path": "signals/eeg/C3_M2", "fs": 250, "unit": "µV"},
        {"domain": "EMG", "name": "EMG", "path": "signals/emg/EMG", "fs": 250, "unit": "µV"},
        {"domain": "OTHER", "name": "x", "path": "signals/x", "fs": 50},
    ]
    path = write(
        tmp_path / "n.h5",
        {"signals/eeg/C3_M2": eeg, "signals/emg/EMG": emg, "signals/x": eeg, "hypnogram": np.zeros(2)},
        attributes={"description": json.dumps(described).encode(), "start_time": STARTED},
    )
    exported = read_dreem(path)
    assert list(exported.recording.signals) == ["C3_M2", "EMG"]
    np.testing.assert_allclose(exported.recording.signals["C3_M2"].samples, eeg, rtol=1e-5)
    assert exported.recording.start == datetime(2024, 5, 1, 20, 30)
    assert [finding.code for finding in exported.recording.findings] == ["clock-utc"]
    assert exported.left_out == ("hypnogram",)


def test_places_and_their_attributes_tell_where_nothing_describes(tmp_path):
    signals = {
        f"signals/eeg/{name}": noise(200 * 60, i) * 1e-6 for i, name in enumerate(("C3_M2", "F3_F4", "F3_O1", "FP1_F3"))
    }
    signals |= {f"signals/eog/EOG{i}": noise(200 * 60, i) * 1e-6 for i in (1, 2)}
    attributes = {"signals/eeg": {"fs": 200, "unit": b"V"}, "signals/eog": {"fs": 200, "unit": "V"}}
    path = write(tmp_path / "n.h5", signals, group_attributes=attributes)
    convert_signals(path, tmp_path / "n.edf")
    recording = read_recording(tmp_path / "n.edf")
    assert recording.montage.eeg == "C3_M2"
    np.testing.assert_allclose(recording.signals["C3_M2"].samples, noise(200 * 60), atol=0.02)
    assert (recording.signals["C3_M2"].rate, recording.start) == (200.0, None)


@pytest.mark.parametrize(("group", "kind"), [("eeg", "raw"), ("channel", "visualization")])
def test_the_headband_says_nothing_of_its_electrodes(tmp_path, group, kind):
    signals = {f"{group}{i}/{kind}": noise(250 * 60, i) for i in range(1, 5)} | {"accelerometer/x": noise(50 * 60)}
    exported = read_dreem(write(tmp_path / "n.h5", signals))
    assert list(exported.recording.signals) == [f"{group}{i}" for i in range(1, 5)]
    assert {finding.code for finding in exported.recording.findings} == {"unit-blank"}
    assert exported.left_out == ("accelerometer",)


def test_other_files_of_hdf5_and_damaged_ones_are_refused(tmp_path):
    with pytest.raises(RecordingError, match="no signals as Dreem"):
        read_dreem(write(tmp_path / "a.h5", {"data": noise(100)}))
    damaged = tmp_path / "b.h5"
    damaged.write_bytes((tmp_path / "a.h5").read_bytes()[:300])
    with pytest.raises(RecordingError, match="cannot be read"):
        read_dreem(damaged)
    assert is_hdf5((tmp_path / "a.h5").read_bytes())
    assert not is_hdf5(b"0       ")


@pytest.mark.parametrize("value", [1e13, -1e300, np.inf])
@pytest.mark.parametrize("unit", ["", "uV"])
def test_samples_that_are_no_voltages_are_refused(tmp_path, value, unit):
    samples = noise(250 * 4)
    samples[500] = value
    path = write(tmp_path / "a.h5", {"eeg1/raw": samples}, group_attributes={"eeg1": {"fs": 250, "unit": unit}})
    with pytest.raises(RecordingError, match="no voltage"):
        read_dreem(path)
    samples[500] = np.nan
    path = write(tmp_path / "b.h5", {"eeg1/raw": samples}, group_attributes={"eeg1": {"fs": 250, "unit": unit}})
    assert np.isnan(read_dreem(path).recording.signals["eeg1"].samples).sum() == 1


def test_without_h5py_the_extra_is_named(tmp_path, monkeypatch):
    import sys

    monkeypatch.setitem(sys.modules, "h5py", None)
    with pytest.raises(RecordingError, match="h5py") as refused:
        read_dreem(tmp_path / "a.h5")
    assert "somnometry[hdf5]" in refused.value.remedy


def test_a_name_that_is_not_utf_8_is_none_of_dreems(tmp_path):
    path = write(tmp_path / "a.h5", {b"eeg\xff": noise(500), "eeg1/raw": noise(500)})
    assert list(read_dreem(path).recording.signals) == ["eeg1"]


COMPUTES = dreem.TRIAL.replace("one[()]", "while True: pass")


@pytest.mark.parametrize(
    ("trial", "clock", "what"),
    [
        pytest.param(COMPUTES, 60.0, "no end", marks=pytest.mark.skipif(os.name == "nt", reason="no count of its own")),
        ("import time; time.sleep(600)", 0.5, "no end"),
        ("import os; os.abort()", 60.0, "ended"),
    ],
)
def test_a_file_over_which_the_library_runs_in_circles_or_falls_is_refused(tmp_path, monkeypatch, trial, clock, what):
    with h5py.File(tmp_path / "n1.h5", "w") as file:
        file["signals/eeg/C3_M2"] = np.random.default_rng(0).normal(0, 20, 5000)
    assert read_dreem(tmp_path / "n1.h5").recording.signals
    monkeypatch.setattr(dreem, "TRIAL", trial)
    monkeypatch.setattr(dreem, "COMPUTING", 0.1)
    monkeypatch.setattr(dreem, "BY_THE_CLOCK", clock)
    with pytest.raises(RecordingError, match=what):
        read_dreem(tmp_path / "n1.h5")


def test_the_time_of_a_sound_file_grows_with_what_is_packed_in_it(tmp_path, monkeypatch):
    with h5py.File(tmp_path / "n1.h5", "w") as file:  # 64 MB in 100 kB: more computing than a small file is given
        for i in range(1, 5):
            file.create_dataset(f"eeg{i}/raw", data=np.zeros(2_000_000), compression="gzip")
    monkeypatch.setattr(dreem, "COMPUTING", 0.05)
    assert len(read_dreem(tmp_path / "n1.h5").recording.signals) == 4


@pytest.mark.parametrize("error", [OSError, KeyError, RuntimeError, TypeError, ValueError])
def test_whatever_the_library_raises_over_a_damaged_file_is_one_error(tmp_path, monkeypatch, error):
    path = write(tmp_path / "a.h5", {"eeg1/raw": noise(500)})

    def damaged(*_):
        raise error("a number of 63 bits with an exponent of 11")

    monkeypatch.setattr(dreem, "_night", damaged)
    with pytest.raises(RecordingError, match=error.__name__):
        read_dreem(path)


@pytest.mark.parametrize("n_signals", [1, 4])
def test_a_small_file_that_says_it_holds_far_more_than_a_night_is_refused_unread(tmp_path, n_signals):
    """HDF5 makes no room on the disk for what was never written, nor for the same thing many times over."""
    with h5py.File(tmp_path / "n.h5", "w") as file:
        file.create_dataset("signals/eeg/a", (10**12 // 10 ** (3 * (n_signals > 1)),), "f4", chunks=(1 << 20,))
        rows = [{"domain": "EEG", "name": f"a{i}", "path": "signals/eeg/a", "fs": 250} for i in range(n_signals)]
        file.attrs["description"] = json.dumps(rows)
    assert (tmp_path / "n.h5").stat().st_size < 10_000
    with pytest.raises(RecordingError, match=r"its signals have [\d,]+ samples, more than any night") as refused:
        read_dreem(tmp_path / "n.h5")
    assert refused.value.place == "n.h5"
