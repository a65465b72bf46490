"""The text files of OpenBCI's GUI, read as they were measured."""

from datetime import datetime

import numpy as np
import pytest

from somnometry import RecordingError, audit, read_recording
from somnometry.io.exports.convert import convert_signals
from somnometry.io.exports.openbci import is_openbci, read_openbci

from ...cost import Cost, growth
from .app_files import board_signals, write_old_openbci, write_openbci

START = datetime(2024, 5, 1, 22, 30)


def codes(exported):
    return [finding.code for finding in exported.recording.findings]


def test_inputs_are_read_in_microvolts_with_the_local_clock_and_markers(tmp_path):
    values = board_signals(20)
    marks = np.zeros(values.shape[1])
    marks[[500, 2500]] = 1, 3
    exported = read_openbci(write_openbci(tmp_path / "a.txt", values, markers=marks))
    recording = exported.recording
    assert list(recording.signals) == [f"EXG Channel {i}" for i in range(4)]
    for row, signal in zip(values, recording.signals.values(), strict=True):
        assert (signal.rate, signal.unit) == (250.0, "uV")
        np.testing.assert_allclose(signal.samples, row, atol=5e-3)
    assert recording.start == START
    assert (exported.markers.onset.tolist(), exported.markers.kind) == ([2.0, 10.0], ("Marker 1", "Marker 3"))
    assert codes(exported) == []
    assert "Accel Channel 0" in exported.left_out


@pytest.mark.parametrize("lost", [100, 300, 256 * 5, 5000])
def test_the_counter_and_the_stamps_tell_how_many_rows_were_lost(tmp_path, lost):
    n = 60 * 250
    kept = np.delete(np.arange(n), slice(5000, 5000 + lost))
    late = np.maximum.accumulate(kept / 250 + np.random.default_rng(0).uniform(0, 0.08, kept.size))
    values = board_signals(60)
    path = write_openbci(tmp_path / "a.txt", values[:, kept], counter=kept % 256, arrivals=late)
    exported = read_openbci(path)
    samples = exported.recording.signals["EXG Channel 1"].samples
    np.testing.assert_allclose(samples[kept], values[1, kept], atol=5e-3)
    assert codes(exported) == (["gaps"] if lost >= 250 else ["rows-lost"])
    assert exported.recording.gaps == (((20.0, 20.0 + lost / 250),) if lost >= 250 else ())


@pytest.mark.parametrize("step", [1, 2])
def test_a_daisy_counts_in_twos(tmp_path, step):
    values = board_signals(40, 16, rate=125)
    kept = np.delete(np.arange(values.shape[1]), slice(1000, 1010))
    path = write_openbci(tmp_path / "a.txt", values[:, kept], rate=125, counter=kept * step % 256, arrivals=kept / 125)
    exported = read_openbci(path)
    assert exported.recording.signals["EXG Channel 15"].samples.size == values.shape[1]
    assert codes(exported) == ["rows-lost"]


def test_a_counter_that_does_not_count_leaves_the_stamps(tmp_path):
    values = board_signals(20, 4, rate=200)
    path = write_openbci(tmp_path / "a.txt", values, rate=200, counter=np.repeat(np.arange(2000), 2) % 101)
    exported = read_openbci(path)
    assert codes(exported) == ["counter-unclear"]
    assert exported.recording.duration == 20.0


@pytest.mark.parametrize("comma", [False, True])
def test_older_files_have_a_clock_alone_and_commas_for_points(tmp_path, comma):
    values = board_signals(20, 8)
    path = write_old_openbci(tmp_path / "OpenBCI-RAW-2024-05-01_22-29-50.txt", values, comma=comma)
    recording = read_openbci(path).recording
    assert recording.start == START
    np.testing.assert_allclose(recording.signals["EXG Channel 7"].samples, values[7], atol=1e-2)


@pytest.mark.parametrize("half_days", [False, True])
def test_a_clock_goes_on_past_midnight_and_noon(tmp_path, half_days):
    values = board_signals(20, 8)
    start = datetime(2024, 5, 1, 23, 59, 50)
    path = write_old_openbci(tmp_path / "OpenBCI-RAW-2024-05-01_23-59-40.txt", values, start=start, half_days=half_days)
    exported = read_openbci(path)
    assert exported.recording.start == start
    assert exported.recording.duration == 20.0
    assert codes(exported) == (["start-half-day"] if half_days else [])


def test_inputs_at_the_end_of_the_range_are_not_recorded(tmp_path):
    values = board_signals(20, 8)
    values[3, 1000:2000] = -187500.02
    values[7] = 187500.02
    exported = read_openbci(write_openbci(tmp_path / "a.txt", values))
    assert np.isnan(exported.recording.signals["EXG Channel 3"].samples[1000:2000]).all()
    assert "EXG Channel 7" not in exported.recording.signals
    assert codes(exported) == ["saturated", "saturated"]


def test_offsets_do_not_cost_resolution_and_wandering_inputs_need_24_bits(tmp_path):
    import edfio

    values = board_signals(20)
    convert_signals(write_openbci(tmp_path / "a.txt", values), tmp_path / "a.edf")
    for row, signal in zip(values, edfio.read_edf(tmp_path / "a.edf").signals, strict=True):
        np.testing.assert_allclose(signal.data, row, atol=0.02)
    values[0] += np.linspace(0, 60_000, values.shape[1])
    path = write_openbci(tmp_path / "b.txt", values)
    with pytest.raises(RecordingError, match="16 bits") as refused:
        convert_signals(path, tmp_path / "b.edf")
    assert ".bdf" in refused.value.remedy
    convert_signals(path, tmp_path / "b.bdf")
    np.testing.assert_allclose(edfio.read_bdf(tmp_path / "b.bdf").signals[0].data, values[0], atol=0.02)


def test_the_night_is_known_as_openbci_and_turned_over(tmp_path):
    convert_signals(write_openbci(tmp_path / "a.txt", board_signals(60, 8)), tmp_path / "a.edf")
    recording = read_recording(tmp_path / "a.edf", eeg="EXG Channel 2", eog=None, emg=None)
    assert recording.montage.family == "openbci"
    assert recording.start == START
    assert "turned-over" in {finding.code for finding in recording.findings}
    assert "unforeseen" not in audit(tmp_path / "a.edf").codes


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("%OpenBCI Raw EEG Data\n0, 1.0, 2.0\n", "sample rate"),
        ("%OpenBCI Raw EEG Data\n%Sample Rate = 250 Hz\n", "no sample"),
        ("%OpenBCI Raw EEG Data\n%Sample Rate = 250 Hz\n0, 1.0, 2.0\n1, 1.0, 2.0\n", "does not tell how many"),
        (
            "%OpenBCI Raw EEG Data\n%Sample Rate = 250 Hz\n0, 1, 2, 3, 4, 0, 0, 0\n1, x, 2, 3, 4, 0, 0, 0\n",
            "other than",
        ),
    ],
)
def test_what_is_not_as_its_header_says_is_refused(tmp_path, text, word):
    path = tmp_path / "a.txt"
    path.write_text(text)
    with pytest.raises(RecordingError, match=word):
        read_openbci(path)


def test_other_texts_are_not_of_openbci():
    assert is_openbci(b"%OpenBCI Raw EXG Data\n")
    assert is_openbci(b"%OBCI SD Convert - 2016\n")
    assert not is_openbci(b"% a comment\n")
    assert not is_openbci(b"")


@pytest.mark.parametrize("part", ["1", "1:", "1:11:11."])
def test_a_clock_of_many_digits_costs_no_more_than_its_length(tmp_path, part):
    path = write_old_openbci(tmp_path / "a.txt", board_signals(2))
    lines = path.read_text().rstrip("\n").split("\n")

    def cost(length):
        long = part * (length // len(part))
        cells = lines[-1].rpartition(",")[0]
        path.write_text("\n".join([*lines[:-1], f"{cells}, {long}"]) + "\n")
        with Cost() as taken:
            read_openbci(path)
        return taken.loops

    assert growth(cost, 20_000, 80_000, 8) < 8


@pytest.mark.parametrize("said", ["250.0.", "250..0", "250.", "250.0.0 Hz"])
def test_a_rate_with_points_to_spare_is_read_as_far_as_it_is_a_number(tmp_path, said):
    path = write_openbci(tmp_path / "a.txt", board_signals(5, 4, rate=250), rate=250)
    text = path.read_text()
    (line,) = (line for line in text.splitlines() if line.startswith("%Sample Rate"))
    path.write_text(text.replace(line, f"%Sample Rate = {said}"))
    assert read_openbci(path).recording.signals["EXG Channel 0"].rate == 250.0


@pytest.mark.parametrize("said", [".", "...", "Hz", "-250", "", "9" * 400, "0.0"])
def test_a_rate_that_is_none_is_an_error_of_the_file(tmp_path, said):
    (tmp_path / "a.txt").write_text(f"%OpenBCI Raw EXG Data\n%Sample Rate = {said}\n0, 1.0, 2.0\n")
    with pytest.raises(RecordingError, match="does not tell its sample rate"):
        read_openbci(tmp_path / "a.txt")
