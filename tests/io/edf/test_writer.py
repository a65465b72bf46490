"""A recording written as EDF+ and read back by programs of others."""

import errno
import warnings
from datetime import datetime

import numpy as np
import pytest

from somnometry import Events, Hypnogram, HypnogramError, Recording, RecordingError, Signal
from somnometry.io.edf.writer import write_edf, write_edf_annotations
from somnometry.simulate.simulated_night import simulate_scored_night

LABELS = np.array(["W", "N1", "N2", "N3", "R", "?"])


def read(path):
    """The samples and steps by edfio, the annotations by mne."""
    import edfio
    import mne

    raw = mne.io.read_raw_edf(path, verbose="ERROR")
    marks = [(a["onset"], a["duration"], a["description"]) for a in raw.annotations]
    return edfio.read_edf(path), raw, marks


@pytest.mark.parametrize("montage", ["psg", "headband"])
def test_signals_come_back_within_a_step_and_annotations_give_the_hypnogram(tmp_path, montage):
    night = simulate_scored_night(3, hours=0.5, montage=montage, artefact_rate=4)
    write_edf(night.recording, tmp_path / "night.edf", night.hypnogram, night.events)
    edf, raw, marks = read(tmp_path / "night.edf")

    assert [signal.label for signal in edf.signals] == list(night.recording.signals)
    for written, signal in zip(edf.signals, night.recording.signals.values(), strict=True):
        step = (written.physical_max - written.physical_min) / (written.digital_max - written.digital_min)
        known = np.isfinite(signal.samples)
        assert written.sampling_frequency == signal.rate
        assert written.physical_dimension == "uV"
        assert np.abs(written.data[known] - signal.samples[known]).max() <= step
        assert (written.digital[~known] == -32768).all()
        assert (written.digital[known] > -32768).all()

    stages = [text.removeprefix("Sleep stage ") for _, _, text in marks if text.startswith("Sleep stage")]
    assert stages == LABELS[night.hypnogram.stages].tolist()
    lights = {text: onset for onset, _, text in marks if text.startswith("Lights")}
    assert lights == {"Lights off": night.hypnogram.lights_off, "Lights on": night.hypnogram.lights_on}
    assert raw.info["meas_date"].replace(tzinfo=None) == night.recording.start
    gaps = [(onset, onset + duration) for onset, duration, text in marks if text == "Gap"]
    np.testing.assert_allclose(np.reshape(gaps, (-1, 2)), np.reshape(night.recording.gaps, (-1, 2)), atol=1e-3)
    assert sum(text == "spindle" for *_, text in marks) == len(night.events.of("spindle"))


def test_the_reader_of_this_package_agrees(tmp_path):
    from somnometry.io.hypnograms import read_scoring
    from somnometry.io.recordings import read_recording

    night = simulate_scored_night(5, hours=0.5)
    write_edf(night.recording, tmp_path / "night.edf", night.hypnogram, night.events)
    recording = read_recording(tmp_path / "night.edf")
    hypnogram = read_scoring(tmp_path / "night.edf").hypnogram
    assert recording.montage.roles == night.recording.montage.roles
    assert (recording.lights_off, recording.lights_on) == (night.recording.lights_off, night.recording.lights_on)
    assert {finding.code for finding in recording.findings} <= {"short-recording"}
    assert np.array_equal(hypnogram.stages, night.hypnogram.stages)
    assert (hypnogram.lights_off, hypnogram.lights_on) == (night.hypnogram.lights_off, night.hypnogram.lights_on)


def test_different_rates_units_and_subsecond_starts_are_kept(tmp_path):
    x = np.linspace(-300, 300, 600, dtype=np.float32)
    start = datetime(2025, 3, 4, 23, 59, 58, 500000)
    recording = Recording(
        {
            "EEG C4-M1": Signal(x, 100.0),
            "SpO2": Signal([97, 96, 95, 94, 93, 92], 1.0, "%"),
            "Flow": Signal(x[:15], 2.5),
        },
        start=start,
    )
    write_edf(recording, tmp_path / "a.edf")
    edf, _, marks = read(tmp_path / "a.edf")
    assert [signal.sampling_frequency for signal in edf.signals] == [100, 1, 2.5]
    assert edf.signals[1].physical_dimension == "%"
    assert edf.signals[1].data.tolist() == pytest.approx([97, 96, 95, 94, 93, 92], abs=0.01)
    assert edf.startdate == start.date()
    assert edf.starttime == start.time()
    assert marks == []


def test_a_signal_that_ends_early_is_filled_with_the_rail(tmp_path):
    recording = Recording({"a": Signal(np.zeros(400), 100.0), "b": Signal(np.ones(250), 100.0)})
    write_edf(recording, tmp_path / "a.edf")
    edf, *_ = read(tmp_path / "a.edf")
    assert (edf.signals[1].digital[250:] == -32768).all()
    assert edf.signals[1].data[:250] == pytest.approx(np.ones(250))


@pytest.mark.parametrize("largest", [1.0, 409.58, 409.6, 5000.0, 1e6])
def test_the_range_holds_the_signal_and_zero_stays_zero(tmp_path, largest):
    x = np.array([0.0, largest, -largest, 0.0] * 25, np.float32)
    write_edf(Recording({"a": Signal(x, 100.0)}), tmp_path / "a.edf")
    edf, *_ = read(tmp_path / "a.edf")
    assert edf.signals[0].data[0] == pytest.approx(0, abs=1e-9)
    assert edf.signals[0].data == pytest.approx(x, abs=max(0.0125, largest / 16000))


def test_no_personal_data_and_no_partial_file(tmp_path):
    recording = Recording({"a": Signal(np.zeros(100), 100.0)}, source="Jane Doe.edf")
    write_edf(recording, tmp_path / "a.edf")
    content = (tmp_path / "a.edf").read_bytes()
    assert content[8:16] == b"X X X X "
    assert b"Doe" not in content
    assert [file.name for file in tmp_path.iterdir()] == ["a.edf"]


@pytest.mark.parametrize(
    ("signals", "match"),
    [
        ({}, "no signal"),
        ({"a" * 17: Signal(np.zeros(100), 100.0)}, "16"),
        ({"µ": Signal(np.zeros(100), 100.0)}, "ASCII"),
        ({"a": Signal([0.0, np.inf], 1.0)}, "infinite at 1 s"),
        ({"a": Signal(np.zeros(100), 33.3333)}, "33.3333 Hz"),
        ({"a": Signal([1e9, 0.0], 1.0)}, "too large"),
    ],
)
def test_what_cannot_be_written_is_refused_and_leaves_nothing(tmp_path, signals, match):
    with pytest.raises(RecordingError, match=match):
        write_edf(Recording(signals), tmp_path / "a.edf")
    assert list(tmp_path.iterdir()) == []


def test_a_hypnogram_must_fit_the_recording(tmp_path):
    recording = Recording({"a": Signal(np.zeros(6000), 100.0)}, start=datetime(2025, 1, 1, 22))
    with pytest.raises(HypnogramError, match="starts at"):
        write_edf(recording, tmp_path / "a.edf", Hypnogram([0, 2], start=datetime(2025, 1, 1, 23)))
    with pytest.raises(HypnogramError, match="4 levels"):
        write_edf(recording, tmp_path / "a.edf", Hypnogram([0, 5], levels=4))


def test_unscored_epochs_and_unknown_lights_are_written_as_such(tmp_path):
    recording = Recording({"a": Signal(np.zeros(6000), 100.0)})
    hypnogram = Hypnogram([-1, 2], lights_off=np.nan, lights_on=np.nan)
    write_edf(recording, tmp_path / "a.edf", hypnogram, Events([12.5], [3.0], ("arousal",)))
    *_, marks = read(tmp_path / "a.edf")
    assert marks == [(0.0, 30.0, "Sleep stage ?"), (12.5, 3.0, "arousal"), (30.0, 30.0, "Sleep stage N2")]


def test_writing_warns_of_nothing(tmp_path):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        write_edf(Recording({"a": Signal(np.zeros(100), 100.0)}), tmp_path / "a.edf", Hypnogram([]))
    *_, marks = read(tmp_path / "a.edf")
    assert marks == [(0.0, 0.0, "Lights off"), (0.0, 0.0, "Lights on")]


@pytest.mark.parametrize("suffix", ["edf", "bdf"])
@pytest.mark.parametrize("signals", [{}, {"a": Signal(np.zeros(3000), 100.0), "b": Signal(np.zeros(300), 10.0)}])
@pytest.mark.parametrize("lost", [1, 100, 1000])
def test_a_file_whose_last_bytes_the_disk_did_not_take_is_none(tmp_path, suffix, signals, lost):
    resource = pytest.importorskip("resource")
    file, stages = tmp_path / f"a.{suffix}", Hypnogram([0, 2] * 500)

    def write():
        if signals:
            write_edf(Recording(signals), file, events=Events([5.0] * 200, [1.0] * 200, ("arousal",) * 200))
        else:
            write_edf_annotations(stages, file)

    write()
    whole = file.read_bytes()
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (len(whole) - lost, hard))
    try:
        with pytest.raises(OSError, match=r"space|large") as error:
            write()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert error.value.errno in (errno.ENOSPC, errno.EFBIG)
    assert error.value.filename == str(file)
    assert [one.name for one in tmp_path.iterdir()] == [file.name]
    assert file.read_bytes() == whole


@pytest.mark.parametrize("year", [1, 1899, 1984, 2085, 9999])
def test_a_year_that_the_header_cannot_hold_is_an_error_of_ours(tmp_path, year):
    """Two digits of a year mean 1985 to 2084 (EDF+, section 2.1.3)."""
    start = datetime(year, 5, 1, 22, 30)
    with pytest.raises(HypnogramError, match=rf"n\.edf: it began in {year}") as refused:
        write_edf_annotations(Hypnogram([0, 2], start=start), tmp_path / "n.edf")
    assert refused.value.key == "start"
    with pytest.raises(RecordingError, match=rf"n\.edf: it began in {year}"):
        write_edf(Recording({"EEG C4-M1": Signal(np.zeros(3000), 100.0)}, start=start), tmp_path / "n.edf")
    assert not (tmp_path / "n.edf").exists()


@pytest.mark.parametrize("year", [1985, 2084])
def test_the_first_and_the_last_year_of_a_header_are_written(tmp_path, year):
    write_edf_annotations(Hypnogram([0, 2], start=datetime(year, 1, 1)), tmp_path / "n.edf")
    assert (tmp_path / "n.edf").read_bytes()[168:176] == f"01.01.{year % 100:02d}".encode()
