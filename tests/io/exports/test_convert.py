"""What apps and boards wrote as EDF+ that programs of others read, and `measure` too."""

from datetime import datetime

import numpy as np
import pytest

from somnometry import RecordingError, audit, read_recording
from somnometry.io.exports.convert import convert_signals

from .app_files import SENSORS, in_bursts, muse_signals, write_muse


@pytest.fixture
def muse(tmp_path):
    """Five minutes with ten seconds lost, and a marker."""
    kept = np.delete(np.arange(300 * 256), slice(256 * 100, 256 * 110))
    signals = muse_signals(300)
    path = write_muse(tmp_path / "m.csv", signals[:, kept], in_bursts(300 * 256)[kept], marks=[(30.0, "/Marker/1")])
    return path, signals, kept


@pytest.mark.parametrize("suffix", [".edf", ".bdf"])
def test_clock_markers_gaps_and_units_are_read_by_edfio_and_mne(tmp_path, muse, suffix):
    import edfio
    import mne

    path, signals, kept = muse
    out = tmp_path / f"night{suffix}"
    convert_signals(path, out)
    edf = (edfio.read_edf if suffix == ".edf" else edfio.read_bdf)(out)
    assert edf.startdate == datetime(2024, 5, 1).date()
    assert [signal.label for signal in edf.signals] == list(SENSORS)
    for row, signal in zip(signals, edf.signals, strict=True):
        assert (signal.sampling_frequency, signal.physical_dimension) == (256.0, "uV")
        step = (signal.physical_max - signal.physical_min) / (signal.digital_max - signal.digital_min)
        assert step <= 0.1
        kept_samples = signal.data[: 300 * 256][kept]
        assert np.abs(kept_samples - row[kept]).max() <= step + 1e-4  # single precision
    read = mne.io.read_raw_bdf if suffix == ".bdf" else mne.io.read_raw_edf
    raw = read(out, verbose="ERROR")
    marks = {mark["description"]: (mark["onset"], mark["duration"]) for mark in raw.annotations}
    first = 12 / 256  # what is measured first arrives with the first packet
    assert marks["Marker 1"][0] == pytest.approx(30.0 - first, abs=0.08)
    assert marks["Gap"] == pytest.approx((100.0, 10.0), abs=0.1)
    assert abs((raw.info["meas_date"].replace(tzinfo=None) - datetime(2024, 5, 1, 22, 30)).total_seconds()) < 1


def test_the_night_is_inspected_and_read_as_that_of_a_muse(tmp_path, muse):
    out = tmp_path / "night.edf"
    convert_signals(muse[0], out)
    seen = audit(out)
    assert not seen.refused
    assert not {"unit-impossible", "amplitude-too-large", "railing", "clipped", "range-exceeded"} & set(seen.codes)
    recording = read_recording(out)
    assert (recording.montage.family, recording.montage.device) == ("muse", "headband")
    eeg = recording.signals[recording.montage.eeg].samples
    assert np.isnan(eeg[256 * 101 : 256 * 109]).all()
    assert np.isfinite(eeg[: 256 * 99]).all()


def test_what_cannot_be_converted_is_refused_by_name(tmp_path, muse):
    for name, word in {"a.hyp": "ZMax", "a.xdf": "Lab Streaming", "a.vhdr": "BrainVision", "a.mat": "MATLAB"}.items():
        (tmp_path / name).write_bytes(b"x")
        with pytest.raises(RecordingError, match=word):
            convert_signals(tmp_path / name, tmp_path / "night.edf")
    with pytest.raises(RecordingError, match="no such file"):
        convert_signals(tmp_path / "none.csv", tmp_path / "night.edf")
    with pytest.raises(RecordingError, match="as EDF or BDF"):
        convert_signals(muse[0], tmp_path / "night.csv")
    assert not (tmp_path / "night.edf").exists()
