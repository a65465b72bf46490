"""Mind Monitor's CSV, read as it was measured."""

from datetime import datetime

import numpy as np
import pytest

from somnometry import RecordingError
from somnometry.io.exports.mind_monitor import is_mind_monitor, read_mind_monitor

from .app_files import MUSE_COLUMNS, SENSORS, in_bursts, muse_mark, muse_signals, stamped, write_muse

START = datetime(2024, 5, 1, 22, 30, 0, 250_000)


def codes(exported):
    return [finding.code for finding in exported.recording.findings]


def test_samples_are_those_of_the_file_at_256_hz_from_the_first_row_on(tmp_path):
    signals = muse_signals(60)
    exported = read_mind_monitor(write_muse(tmp_path / "a.csv", signals, np.arange(60 * 256) / 256))
    recording = exported.recording
    assert list(recording.signals) == list(SENSORS)
    for row, signal in zip(signals, recording.signals.values(), strict=True):
        assert (signal.rate, signal.unit) == (256.0, "uV")
        np.testing.assert_allclose(signal.samples, row, atol=1e-3)
    assert recording.start == START
    assert (recording.gaps, codes(exported), len(exported.markers)) == ((), [], 0)
    assert {"Delta_TP9", "Accelerometer_X", "Battery"} < set(exported.left_out)


def test_rows_that_mark_are_a_comma_short_and_the_headband_stays_unnamed(tmp_path):
    marks = [(0.0, "/muse/event/connected MuseS-84AC"), (7.25, "/muse/elements/blink"), (9.0, "/Marker/2"),
             (11.0, "/muse/elements/jaw_clench")]  # fmt: skip
    path = write_muse(tmp_path / "a.csv", muse_signals(20), np.arange(20 * 256) / 256, marks=marks)
    markers = read_mind_monitor(path).markers
    assert markers.kind == ("connected", "blink", "Marker 2", "jaw clench")
    np.testing.assert_allclose(markers.onset, [0.0, 7.25, 9.0, 11.0], atol=2e-3)


def test_rows_twice_are_read_once_and_rows_lost_are_a_gap_of_their_length(tmp_path):
    signals, at = muse_signals(60), np.arange(60 * 256) / 256
    kept = np.delete(np.arange(60 * 256), slice(256 * 20, 256 * 25))
    rows = np.sort(np.concatenate([kept, kept[1000:1100]]))
    exported = read_mind_monitor(write_muse(tmp_path / "a.csv", signals[:, rows], at[rows]))
    assert codes(exported) == ["rows-twice", "gaps"]
    assert exported.recording.gaps == ((20.0, 25.0),)
    known = np.delete(np.arange(60 * 256), slice(256 * 20, 256 * 25))
    samples = exported.recording.signals["RAW_AF7"].samples
    np.testing.assert_allclose(samples[known], signals[1, known], atol=1e-3)
    assert np.isnan(samples[256 * 20 : 256 * 25]).all()


def test_bursts_are_even_again(tmp_path):
    signals = muse_signals(60)
    exported = read_mind_monitor(write_muse(tmp_path / "a.csv", signals, in_bursts(60 * 256)))
    np.testing.assert_allclose(exported.recording.signals["RAW_TP10"].samples, signals[3], atol=1e-3)
    assert codes(exported) == []


def test_summer_time_ends_within_the_night(tmp_path):
    signals, at = muse_signals(40), np.arange(40 * 256) / 256
    start = datetime(2024, 10, 27, 2, 59, 40)
    seen = np.where(at >= 20, at - 3600, at)
    path = tmp_path / "a.csv"
    write_muse(path, signals, at, start=start)
    lines = path.read_text().splitlines()
    stamps = stamped(start, seen)
    lines[1:] = [stamp + line[line.index(",") :] for stamp, line in zip(stamps, lines[1:], strict=True)]
    lines.append(muse_mark(stamped(start, [39.5 - 3600])[0], "/Marker/1"))
    path.write_text("\n".join(lines) + "\n")
    exported = read_mind_monitor(path)
    assert codes(exported) == ["clock-set"]
    assert exported.recording.duration == pytest.approx(40)
    np.testing.assert_allclose(exported.markers.onset, [39.5], atol=2e-3)


def test_the_first_muse_measures_at_220_hz_and_inputs_are_written_where_something_is_in_them(tmp_path):
    path = write_muse(tmp_path / "a.csv", muse_signals(20, 220), np.arange(20 * 220) / 220)
    assert read_mind_monitor(path).recording.signals["RAW_TP9"].rate == 220.0
    at = MUSE_COLUMNS.index("AUX_RIGHT")
    lines = [line.split(",") for line in path.read_text().splitlines()]
    path.write_text("\n".join(",".join([*row[:at], "812.5" if i else row[at], *row[at + 1 :]])
                              for i, row in enumerate(lines)))  # fmt: skip
    assert list(read_mind_monitor(path).recording.signals) == [*SENSORS, "AUX_RIGHT"]


def test_taking_the_headband_off_is_marked(tmp_path):
    worn = np.r_[np.ones(2560), np.zeros(1280), np.ones(1280)].astype(int)
    path = write_muse(tmp_path / "a.csv", muse_signals(20), np.arange(20 * 256) / 256, worn=worn)
    markers = read_mind_monitor(path).markers
    assert list(zip(markers.onset.tolist(), markers.kind, strict=True)) == [
        (10.0, "Headband off"),
        (15.0, "Headband on"),
    ]


def test_a_file_that_ends_within_a_row_is_read_to_the_row_in_front(tmp_path):
    path = write_muse(tmp_path / "a.csv", muse_signals(20), np.arange(20 * 256) / 256)
    path.write_bytes(path.read_bytes()[:-120])
    assert read_mind_monitor(path).recording.duration == pytest.approx(20 - 1 / 256)


@pytest.mark.parametrize("rate", [1, 2, 10, 60])
def test_a_file_that_holds_not_every_sample_is_refused_with_the_setting_that_does(tmp_path, rate):
    path = write_muse(tmp_path / "a.csv", muse_signals(120, rate), np.arange(120 * rate) / rate)
    with pytest.raises(RecordingError, match=f"about {rate}") as refused:
        read_mind_monitor(path)
    assert "Constant" in refused.value.remedy


def test_a_file_without_raw_eeg_or_saved_by_a_spreadsheet_is_refused(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("TimeStamp,Delta_TP9,Delta_AF7,Elements\n2024-05-01 22:30:00.1,0.5,0.5,\n")
    with pytest.raises(RecordingError, match="no raw EEG"):
        read_mind_monitor(path)
    write_muse(path, muse_signals(2), np.arange(512) / 256)
    lines = path.read_text().splitlines()
    path.write_text("\n".join([lines[0], *("30:00.3" + line[line.index(",") :] for line in lines[1:])]))
    with pytest.raises(RecordingError, match="no date and time") as refused:
        read_mind_monitor(path)
    assert "spreadsheet" in refused.value.remedy
    path.write_text(lines[0] + "\n")
    with pytest.raises(RecordingError, match="no sample"):
        read_mind_monitor(path)


def test_other_tables_are_not_of_mind_monitor():
    assert is_mind_monitor(",".join(MUSE_COLUMNS).encode())
    assert is_mind_monitor(b"\xef\xbb\xbfTimeStamp,RAW_TP9,RAW_AF7,RAW_AF8,RAW_TP10,Elements\n")
    for other in (b"", b"timestamps,TP9,AF7\n", b"recording,subject\n", b"TimeStamp,Stage\n", b"\0" * 99):
        assert not is_mind_monitor(other)


def test_a_file_without_stamps_is_refused_as_that(tmp_path):
    (tmp_path / "a.csv").write_text("Stamp,RAW_TP9,RAW_AF7,RAW_AF8,RAW_TP10\n1,2,3,4,5\n")
    with pytest.raises(RecordingError) as refused:
        read_mind_monitor(tmp_path / "a.csv")
    assert refused.value.key == "TimeStamp"


@pytest.mark.parametrize("zone", ["+02:00", "Z", " -0500", "+01"])
def test_zones_behind_some_stamps_do_not_move_the_local_clock(tmp_path, zone):
    write_muse(tmp_path / "m.csv", muse_signals(60), np.arange(60 * 256) / 256)
    lines = (tmp_path / "m.csv").read_text(encoding="utf-8").splitlines()
    zoned = [f"{at}{zone},{rest}" if i % 3 == 1 else f"{at},{rest}"
             for i, (at, _, rest) in enumerate(line.partition(",") for line in lines)]  # fmt: skip
    (tmp_path / "z.csv").write_text("\n".join([lines[0], *zoned[1:]]) + "\n", encoding="utf-8")
    plain, read = (read_mind_monitor(tmp_path / name).recording for name in ("m.csv", "z.csv"))
    assert read.start == plain.start
    for name, signal in plain.signals.items():
        np.testing.assert_array_equal(read.signals[name].samples, signal.samples)
