"""Reading recordings: which channels, which samples, which errors."""

import warnings
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import edfio
import mne
import numpy as np
import pytest

from somnometry import (
    MontageError,
    RecordingError,
    audit,
    from_mne,
    read_recording,
    simulate_night,
    to_mne,
    write_edf,
)

from .edf_files import STEP, codes, noise, write


def test_samples_are_those_written_at_their_own_rates(night):
    path, channels = night
    recording = read_recording(path)
    assert recording.montage.roles == {"eeg": "EEG C4-M1", "eog": "EOG E1-M2", "emg": "EMG Chin"}
    for name, signal in recording.signals.items():
        written, rate = channels[name]
        assert signal.rate == rate
        assert signal.samples.dtype == np.float32
        np.testing.assert_allclose(signal.samples, written, atol=STEP)
    assert recording.start == datetime(2024, 5, 1, 22, 30)
    assert recording.duration == 60


@pytest.mark.parametrize(
    ("unit", "factor"), [("uV", 1), ("mV", 1e3), ("V", 1e6), ("UV", 1), ("microV", 1), ("nV", 1e-3)]
)
def test_every_unit_becomes_microvolts(tmp_path, unit, factor):
    scale = 1e-3 if unit == "V" else 1.0  # a range of thousands of volts is not believed
    path = write(tmp_path / "n.edf", {"C4-M1": (scale * noise(100, 60), 100)}, unit=unit, limit=3200.0 * scale)
    samples = read_recording(path, eeg="C4-M1").signals["C4-M1"].samples
    np.testing.assert_allclose(samples, scale * factor * noise(100, 60), atol=scale * factor * STEP)


def test_a_blank_unit_is_taken_for_microvolts_and_said(tmp_path):
    recording = read_recording(write(tmp_path / "n.edf", {"C4-M1": (noise(100, 60), 100)}, unit=""))
    np.testing.assert_allclose(recording.signals["C4-M1"].samples, noise(100, 60), atol=STEP)
    assert "unit-blank" in codes(recording)


def test_a_file_longer_than_a_piece_is_read_whole(tmp_path):
    written = noise(100, 1500)
    path = write(tmp_path / "long.edf", {"C4-M1": (written, 100)})
    np.testing.assert_allclose(read_recording(path).signals["C4-M1"].samples, written, atol=STEP)


def test_the_suffix_does_not_matter(night, tmp_path):
    path, _ = night
    other = tmp_path / "n1.rec"
    other.write_bytes(path.read_bytes())
    np.testing.assert_array_equal(
        read_recording(other).signals["EEG C4-M1"].samples, read_recording(path).signals["EEG C4-M1"].samples
    )


def test_bdf_is_read_in_microvolts(tmp_path):
    signal = edfio.BdfSignal(noise(128, 60), 128, label="C4-M1", physical_dimension="uV", physical_range=(-3200, 3200))
    edfio.Bdf([signal]).write(tmp_path / "n.bdf")
    samples = read_recording(tmp_path / "n.bdf").signals["C4-M1"].samples
    np.testing.assert_allclose(samples, noise(128, 60), atol=1e-3)


def test_lights_come_from_the_annotations(tmp_path):
    marks = [(12.0, None, "Lights off"), (48.5, None, "Lights On"), (20.0, 3.0, "Arousal")]
    path = write(tmp_path / "n.edf", {"C4-M1": (noise(100, 60), 100)}, annotations=marks)
    recording = read_recording(path)
    assert (recording.lights_off, recording.lights_on) == (12.0, 48.5)


def test_no_warning_of_mne_escapes(night):
    path, _ = night
    path.write_bytes(path.read_bytes()[:-100])  # the last record is cut short
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        recording = read_recording(path)
    assert "truncated" in codes(recording)
    assert recording.duration == 59


def test_a_stretch_at_the_end_of_the_range_is_missing_and_a_short_clip_is_not(tmp_path):
    samples = noise(100, 60)
    samples[1000:1250] = -3200.0
    samples[3000:3050] = 3200.0
    path = write(tmp_path / "n.edf", {"C4-M1": (samples, 100)})
    recording = read_recording(path)
    missing = np.isnan(recording.signals["C4-M1"].samples)
    assert np.flatnonzero(missing).tolist() == list(range(1000, 1250))
    assert "lost-contact" in codes(recording)


def test_the_dropouts_of_a_simulated_headband_come_back_as_missing(tmp_path):
    simulated, _ = simulate_night(5, montage="headband", hours=2, rate=128)
    write_edf(simulated, tmp_path / "n.edf")
    read = read_recording(tmp_path / "n.edf", eeg="HB_1").signals["HB_1"].samples
    lost = np.isnan(simulated.signals["HB_1"].samples)
    assert lost.any()
    assert np.isnan(read).sum() >= 0.9 * lost.sum()
    assert not np.isnan(read[~lost]).any()


def test_a_text_file_is_not_an_edf(tmp_path):
    path = tmp_path / "notes.edf"
    path.write_text("Patient slept well.\n" * 50)
    with pytest.raises(RecordingError, match=r"notes\.edf: not an EDF or BDF file: it does not begin with the version"):
        read_recording(path)


def test_an_empty_file_is_said_to_be_empty(tmp_path):
    (tmp_path / "n.edf").touch()
    with pytest.raises(RecordingError, match=r"n\.edf: the file is empty"):
        read_recording(tmp_path / "n.edf")


@pytest.mark.parametrize("length", [100, 300, 600])
def test_a_header_cut_short_is_an_error(night, length):
    path, _ = night
    path.write_bytes(path.read_bytes()[:length])
    with pytest.raises(RecordingError, match=r"n1\.edf: "):
        read_recording(path)


def test_a_header_without_records_is_an_error(night):
    path, _ = night
    path.write_bytes(path.read_bytes()[: 256 * 8])
    with pytest.raises(RecordingError, match="no record to read"):
        read_recording(path)


def test_a_missing_file_and_a_folder_are_errors(tmp_path):
    with pytest.raises(RecordingError, match="no such file"):
        read_recording(tmp_path / "nowhere.edf")
    with pytest.raises(RecordingError, match="no EDF or BDF file in this folder"):
        read_recording(tmp_path)


def test_a_file_without_eeg_names_what_it_has(tmp_path):
    path = write(tmp_path / "resp.edf", {"Flow": (noise(100, 60), 100)})
    with pytest.raises(MontageError, match=r"resp\.edf: no EEG channel among 'Flow'; name one with --eeg"):
        read_recording(path)


def test_an_eeg_flat_all_night_is_an_error(tmp_path):
    path = write(tmp_path / "n.edf", {"C4": (np.full(6000, 3.0), 100)})
    with pytest.raises(MontageError, match="no EEG channel holds a signal"):
        read_recording(path)
    with pytest.raises(RecordingError, match=r"EEG 'C4' is within 0\.01 uV all night"):
        read_recording(path, eeg="C4")


def test_personal_fields_reach_nothing(tmp_path):
    signal = edfio.EdfSignal(noise(100, 60), 100, label="C4", physical_dimension="uV", physical_range=(-500, 500))
    person = edfio.Patient(code="MRN99", name="Jane_Doe", birthdate=datetime(1950, 1, 2).date())
    edfio.Edf([signal], patient=person).write(tmp_path / "n.edf")
    recording = read_recording(tmp_path / "n.edf")
    said = repr(recording) + repr(recording.findings) + repr(audit(tmp_path / "n.edf"))
    assert not any(word in said for word in ("Jane", "Doe", "MRN99", "1950"))


@pytest.mark.parametrize("spoil", ["duration", "samples", "text"])
def test_damaged_fields_are_not_quoted(tmp_path, spoil):
    signal = edfio.EdfSignal(noise(100, 60), 100, label="C4", physical_dimension="uV", physical_range=(-500, 500))
    path = tmp_path / "n.edf"
    edfio.Edf([signal], patient=edfio.Patient(code="MRN99", name="Jane_Doe")).write(path)
    content = path.read_bytes()
    spoilt = {
        "duration": content[:244] + b"Jane_Doe" + content[252:],
        "samples": content[:472] + b"inf     " + content[480:],
        "text": b"Jane_Doe" + content[8:],
    }[spoil]
    path.write_bytes(spoilt)
    seen = audit(path)
    said = repr(seen) + repr(seen.findings) + repr(read_recording(path).findings)
    assert not any(word in said for word in ("Jane", "Doe", "MRN99"))
    assert {"duration": "record-duration", "samples": "samples-inferred", "text": "version-field"}[spoil] in seen.codes


def test_channels_of_one_label_and_one_rate_are_kept_apart(tmp_path):
    flat = np.r_[np.zeros(3600), noise(100, 24)]
    path = tmp_path / "n.edf"
    signals = [
        edfio.EdfSignal(x, 100, label="C4-M1", physical_dimension="uV", physical_range=(-500, 500))
        for x in (flat, noise(100, 60, seed=2))
    ]
    edfio.Edf(signals).write(path)
    np.testing.assert_allclose(
        read_recording(path).signals["C4-M1"].samples, noise(100, 60, seed=2), atol=2 * 1000 / 65535
    )


def test_channels_of_one_label_and_two_rates_are_kept_apart(tmp_path):
    path = tmp_path / "n.edf"
    signals = [
        edfio.EdfSignal(noise(rate, 60), rate, label="C4-M1", physical_dimension="uV", physical_range=(-500, 500))
        for rate in (128, 256)
    ]
    edfio.Edf(signals).write(path)
    recording = read_recording(path)
    np.testing.assert_allclose(recording.signals["C4-M1"].samples, noise(128, 60), atol=2 * 1000 / 65535)
    assert "label-duplicate" in codes(recording)


def test_a_third_of_a_second_is_not_its_six_digits(tmp_path):
    path = write(tmp_path / "n.edf", {"C4-M1": (noise(300, 60), 300)})
    content = bytearray(path.read_bytes())
    content[244:252], content[236:244] = b"0.333333", b"180     "
    content[256 + 216 : 256 + 224] = b"100     "
    path.write_bytes(content)
    recording = read_recording(path)
    assert recording.signals["C4-M1"].rate == pytest.approx(300, abs=1e-9)
    np.testing.assert_allclose(recording.signals["C4-M1"].samples, noise(300, 60), atol=STEP)


def test_a_discontinuous_file_is_said_to_be_one(tmp_path):
    path = write(tmp_path / "n.edf", {"C4": (noise(100, 60), 100)}, annotations=[(1.0, None, "x")])
    path.write_bytes(path.read_bytes().replace(b"EDF+C", b"EDF+D", 1))
    assert "discontinuous" in codes(read_recording(path))


def test_annotations_in_latin_1_do_not_stop_the_reader(tmp_path):
    path = write(tmp_path / "n.edf", {"C4": (noise(100, 60), 100)}, annotations=[(1.0, None, "Z" * 8)])
    path.write_bytes(path.read_bytes().replace(b"ZZZZZZZZ", b"Ger\xe4usch"))
    assert read_recording(path).montage.eeg == "C4"


def test_nul_bytes_around_labels_and_units_do_not_matter(tmp_path):
    path = write(tmp_path / "n.edf", {"C4": (noise(100, 60), 100)})
    content = bytearray(path.read_bytes())
    content[256 + 2 : 256 + 16] = bytes(14)
    content[256 + 96 + 2 : 256 + 104] = bytes(6)
    path.write_bytes(content)
    np.testing.assert_allclose(read_recording(path).signals["C4"].samples, noise(100, 60), atol=STEP)


@pytest.mark.parametrize(
    ("marks", "lights", "code"),
    [
        ([(48.0, "Lights off"), (12.0, "Lights on")], (None, None), "lights-ambiguous"),
        (
            [(5.0, "Lights off"), (20.0, "Lights on"), (30.0, "Lights off"), (50.0, "Lights on")],
            (5, 50),
            "lights-ambiguous",
        ),
        ([(12.0, "Lights off"), (61.0, "Lights on")], (12.0, 61.0), None),
        ([(12.0, "Lights off")], (12.0, None), None),
    ],
)
def test_odd_markers_of_lights_are_said(tmp_path, marks, lights, code):
    path = write(
        tmp_path / "n.edf", {"C4": (noise(100, 60), 100)}, annotations=[(onset, None, text) for onset, text in marks]
    )
    recording = read_recording(path)
    assert (recording.lights_off, recording.lights_on) == lights
    assert [c for c in codes(recording) if c.startswith("lights")] == ([code] if code else [])


def test_what_the_label_says_upside_down_is_turned_over_however_it_was_asked_for(tmp_path):
    path = write(tmp_path / "n.edf", {"M1:C4": (noise(100, 60), 100)})
    for asked in ("auto", "M1:C4", "C4-M1"):
        recording = read_recording(path, eeg=asked)
        np.testing.assert_allclose(recording.signals["M1:C4"].samples, -noise(100, 60), atol=STEP)
        assert "turned-over" in codes(recording)


def test_reading_in_threads_leaves_the_warning_filters_alone(night):
    before = list(warnings.filters)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: read_recording(night[0]), range(8)))
    assert warnings.filters == before


def test_from_mne_equals_reading_the_file(night):
    path, channels = night
    names = [name for name, (_, rate) in channels.items() if rate == 256]
    raw = mne.io.read_raw_edf(path, include=names, verbose="ERROR")
    recording, read = from_mne(raw), read_recording(path)
    assert recording.montage.eeg == read.montage.eeg
    assert recording.start == read.start
    np.testing.assert_allclose(
        recording.signals["EEG C4-M1"].samples, read.signals["EEG C4-M1"].samples, rtol=1e-6, atol=1e-4
    )


def test_to_mne_and_back_keeps_samples_lights_and_start(tmp_path):
    marks = [(12.0, None, "Lights off"), (48.5, None, "Lights on")]
    channels = {"C4-M1": (noise(100, 60), 100), "E1-M2": (noise(100, 60, seed=1), 100)}
    recording = read_recording(write(tmp_path / "n.edf", channels, annotations=marks))
    raw = to_mne(recording)
    assert raw.get_channel_types() == ["eeg", "eog"]
    back = from_mne(raw)
    assert (back.lights_off, back.lights_on, back.start) == (12.0, 48.5, recording.start)
    for name, signal in recording.signals.items():
        np.testing.assert_allclose(back.signals[name].samples, signal.samples, atol=1e-4)


def test_to_mne_bridges_and_marks_what_is_missing():
    from somnometry import Montage, Recording, Signal

    samples = np.arange(1000, dtype=np.float32)
    samples[300:500] = np.nan
    raw = to_mne(Recording({"C4": Signal(samples, 100.0)}, Montage("C4")))
    np.testing.assert_allclose(raw.get_data()[0] * 1e6, np.arange(1000), rtol=1e-5)
    assert [(a["onset"], a["duration"], a["description"]) for a in raw.annotations] == [(3.0, 2.0, "BAD_gap")]


@pytest.mark.real_data
def test_edf_and_bdf_of_one_night_agree(shared):
    edf, bdf = (read_recording(shared / "data/psg" / f"short_psg.{kind}") for kind in ("edf", "bdf"))
    assert edf.montage.roles == bdf.montage.roles == {"eeg": "EEG Fpz-Cz", "eog": "EOG horizontal"}
    assert "slow-emg" in codes(edf)
    for name, signal in edf.signals.items():
        np.testing.assert_allclose(signal.samples, bdf.signals[name].samples, atol=0.1)


@pytest.mark.real_data
@pytest.mark.parametrize("folder", ["edf_defects", "edf_quirks"])
def test_odd_files_are_read_in_microvolts_or_refused_by_name(shared, folder):
    files = sorted(p for p in (shared / "data" / folder).iterdir() if p.suffix.lower() in (".edf", ".bdf"))
    assert files
    for path in files:
        try:
            recording = read_recording(path)
        except (RecordingError, MontageError) as error:
            said = str(error)
        else:
            assert all(np.abs(s.samples).max() < 1e5 for s in recording.signals.values()), path.name
            continue
        assert said.startswith(f"{path.name}: ")
