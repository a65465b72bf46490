"""`audit`: never an exception for what a file holds; channels, reasons and findings; nothing personal."""

import json
import logging
import subprocess
import sys
from datetime import datetime

import edfio
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.console import Console

from somnometry import RecordingError, audit, read_recording
from somnometry.io.edf.header import read_edf_header
from somnometry.io.finding_codes import FINDING_CODES
from somnometry.report.tables.results import channels_table, findings_table

from .edf_files import annotation_signal, counts, edf_bytes, noise, signal, tal, write

#: The synthetic patient of `43_phi.edf` and of the files written here: name, birth, number.
PERSONAL = ("Jane", "JANE", "Doe", "DOE", "MRN", "1950", "02-JAN", "123456", "12345")


HEADBAND = ("HB_1", "HB_2")


@pytest.fixture
def night(tmp_path):
    channels = {
        "EEG C4-M1": (noise(100, 120), 100),
        "EEG C3-M2": (noise(100, 120, seed=1), 100),
        "EOG E1-M2": (noise(100, 120, seed=2), 100),
        "EMG Chin": (noise(1, 120), 1),
        "Flow": (noise(10, 120), 10),
    }
    return write(tmp_path / "n1.edf", channels, annotations=[(5.0, None, "Lights off"), (2.0, None, "Lights on")])


def printed(seen):
    """Everything that a user can see of an audit."""
    console = Console(width=300, record=True, quiet=True)
    with console.capture() as shown:
        console.print(channels_table(seen), findings_table(seen.findings))
    return (
        shown.get()
        + repr(seen)
        + str(seen)
        + seen._repr_html_()
        + json.dumps(seen.to_dict())
        + seen.to_frame().to_csv()
    )


# ------------------------------------------------------------------------------------------------------ what it holds
@pytest.mark.parametrize("rail", [-32768, 32767])
def test_a_trace_that_stays_at_the_end_of_its_range_rails(tmp_path, rail):
    eeg = np.rint(noise(100, 120).reshape(120, 100) / 500 * 32768).astype(int)
    eeg[40:60] = rail
    (tmp_path / "n.edf").write_bytes(edf_bytes([signal("EEG C4-M1", eeg)]))
    seen = audit(tmp_path / "n.edf")
    assert set(seen.codes) == {"railing", "poor-signal"}


@pytest.mark.parametrize("onsets", [[i if i < 70 else i + 7200 for i in range(120)], [i + i // 5 for i in range(120)]])
def test_a_gap_is_no_fault_of_a_channel(tmp_path, onsets):
    eeg = np.rint(noise(100, 120).reshape(120, 100) / 500 * 32768).astype(int)
    notes = annotation_signal([[tal(onset, "")] for onset in onsets])
    (tmp_path / "n.edf").write_bytes(edf_bytes([signal("EEG C4-M1", eeg), notes], reserved="EDF+D"))
    seen = audit(tmp_path / "n.edf", eog=None, emg=None)
    assert set(seen.codes) == {"discontinuous", "gaps"}


def test_a_trend_of_an_eeg_slower_than_a_window_is_listed_and_harms_nothing(tmp_path):
    eeg, trend = counts(4, 3000), counts(4, 1, seed=1)
    content = edf_bytes([signal("EEG C4-M1", eeg), signal("EEG C3-M2", trend)], seconds="30")
    (tmp_path / "n.edf").write_bytes(content)
    seen = audit(tmp_path / "n.edf")
    assert [channel.label for channel in seen.channels] == ["EEG C4-M1", "EEG C3-M2"]
    assert [channel.label for channel in seen.chosen] == ["EEG C4-M1"]
    assert not seen.refused


def test_an_audit_lists_channels_with_rate_unit_role_choice_and_reason(night):
    seen = audit(night)
    rows = {channel.label: channel for channel in seen.channels}
    assert list(rows) == ["EEG C4-M1", "EEG C3-M2", "EOG E1-M2", "EMG Chin", "Flow"]
    assert [channel.label for channel in seen.chosen] == ["EEG C4-M1", "EOG E1-M2"]
    assert {channel.unit for channel in seen.channels} == {"uV"}
    assert [channel.rate for channel in seen.channels] == [100, 100, 100, 1, 10]
    assert [channel.role for channel in seen.channels] == ["eeg", "eeg", "eog", "emg", ""]
    assert rows["EEG C4-M1"].why == "central EEG to the opposite mastoid"
    assert rows["EEG C3-M2"].why.startswith("choice 2: ")
    assert (seen.source, seen.duration, seen.start) == ("n1.edf", 120.0, datetime(2024, 5, 1, 22, 30))


def test_an_audit_chooses_what_reading_chooses_and_finds_at_least_what_reading_finds(night):
    recording, seen = read_recording(night), audit(night)
    assert {(channel.role, channel.label) for channel in seen.chosen} == set(recording.montage.roles.items())
    of_the_file = {finding for finding in recording.findings if finding.code != "short-recording"}
    assert of_the_file <= set(seen.findings)
    assert {"slow-emg", "lights-ambiguous"} <= set(seen.codes)


def test_channels_can_be_named(night):
    seen = audit(night, eeg="C3-M2", eog=None)
    assert [(channel.label, channel.why) for channel in seen.chosen] == [("EEG C3-M2", "named by the user")]


def test_a_channel_that_plays_two_roles_says_both(tmp_path):
    seen = audit(write(tmp_path / "n.edf", {label: (noise(256, 120, seed=i), 256) for i, label in enumerate(HEADBAND)}))
    left, right = (next(channel for channel in seen.channels if channel.label == label) for label in HEADBAND)
    assert (left.role, left.chosen, right.role, right.chosen) == ("eeg", True, "eog", True)
    assert "also for the EOG: " in left.why


def test_every_finding_has_its_code_in_the_table_and_its_severity(night):
    findings = audit(night).findings
    assert findings  # the chin is too slow
    for finding in findings:
        assert finding.severity == FINDING_CODES[finding.code].severity


def test_an_audit_as_plain_values_and_as_a_frame(night):
    seen = audit(night)
    assert json.loads(json.dumps(seen.to_dict()))["duration_seconds"] == 120.0
    frame = seen.to_frame()
    assert list(frame["code"]) == [finding.code for finding in seen.findings]
    assert set(frame["source"]) == {"n1.edf"}


def test_a_notebook_shows_channels_and_findings_and_runs_no_label(tmp_path):
    shown = audit(write(tmp_path / "n.edf", {"C4<b>": (noise(100, 60), 100), "C3-M2": (noise(1, 60), 1)}))._repr_html_()
    assert ">C4&lt;b&gt;</td>" in shown
    assert ">no-eeg</td>" in shown


# -------------------------------------------------------------------------------------------------- what cannot be read
def test_only_a_missing_path_raises(tmp_path):
    with pytest.raises(RecordingError, match=r"nowhere\.edf: there is no such file"):
        audit(tmp_path / "nowhere.edf")
    with pytest.raises(RecordingError, match="no EDF or BDF file in this folder"):
        audit(tmp_path)


@pytest.mark.parametrize("content", [b"", b"hello" * 100, b"0       ", bytes(256), b"0       " + bytes(10_000)])
def test_what_is_no_recording_is_refused_with_a_reason(content, tmp_path):
    (tmp_path / "x.edf").write_bytes(content)
    seen = audit(tmp_path / "x.edf")
    assert seen.refused
    assert seen.codes == ("unreadable",)
    assert seen.channels == ()
    assert seen.findings[0].what
    assert "x.edf" not in seen.findings[0].what


def test_a_file_without_an_eeg_is_refused_but_its_channels_are_listed(tmp_path):
    seen = audit(write(tmp_path / "n.edf", {"Flow": (noise(10, 120), 10), "ECG": (noise(100, 120), 100)}))
    assert seen.refused
    assert "no-eeg" in seen.codes
    assert [channel.label for channel in seen.channels] == ["Flow", "ECG"]
    assert seen.chosen == ()


def test_a_channel_that_is_named_but_not_there_is_a_finding(night):
    seen = audit(night, eeg="C5")
    assert any("C5" in finding.what for finding in seen.findings)
    assert seen.refused


@settings(max_examples=60)
@given(changes=st.lists(st.tuples(st.integers(0, 1535), st.integers(0, 255)), min_size=1, max_size=12))
def test_a_header_with_any_bytes_gives_an_audit(changes, tmp_path_factory):
    folder = tmp_path_factory.mktemp("fuzz")
    channels = {"C4-M1": (noise(100, 20), 100), "E1": (noise(100, 20), 100)}
    content = bytearray(write(folder / "n.edf", channels, annotations=[(1.0, None, "Lights off")]).read_bytes())
    for place, value in changes:
        content[place] = value
    (folder / "n.edf").write_bytes(content)
    seen = audit(folder / "n.edf")
    assert set(seen.codes) <= set(FINDING_CODES) - {"unforeseen"}
    json.dumps(seen.to_dict(), allow_nan=False)


# ------------------------------------------------------------------------------------------------------------ personal
def test_nothing_of_the_patient_or_recording_fields_is_shown_or_logged(tmp_path, caplog, capfd):
    signal = edfio.EdfSignal(noise(100, 60), 100, label="C4", physical_dimension="uV", physical_range=(-500, 500))
    patient = edfio.Patient(code="MRN123456", name="Jane_Doe", birthdate=datetime(1950, 1, 2).date())
    recording = edfio.Recording(
        hospital_administration_code="MRN7", investigator_technician_code="Doe", startdate=datetime(2024, 5, 1).date()
    )
    edfio.Edf([signal], patient=patient, recording=recording).write(tmp_path / "n.edf")
    with caplog.at_level(logging.DEBUG):
        shown = printed(audit(tmp_path / "n.edf"))
    shown += caplog.text + "".join(capfd.readouterr())
    assert "C4" in shown
    assert not [word for word in PERSONAL if word in shown]


@pytest.mark.real_data
def test_the_patient_of_43_phi_reaches_no_output_and_no_log(shared, caplog):
    path = shared / "data/edf_defects/43_phi.edf"
    header = path.read_bytes()[8:168].decode("latin-1")
    words = {word for word in header.replace("_", " ").split() if len(word) > 2 and word != "Startdate"}
    words -= {"Sta", "01-MAY-2024"}  # the date of the night is shown as such
    assert len(words) >= 3
    with caplog.at_level(logging.DEBUG):
        shown = printed(audit(path)) + caplog.text
    for options in ([], ["--json"]):
        ran = subprocess.run(
            [sys.executable, "-m", "somnometry", "inspect", str(path), *options], capture_output=True, text=True
        )
        shown += ran.stdout + ran.stderr
    assert "EEG C4-M1" in shown
    assert not [word for word in words if word in shown]


# ----------------------------------------------------------------------------------------------------------- real data
@pytest.mark.real_data
def test_the_artefact_of_f4_is_found_and_f4_ranks_below_f3(shared):
    seen = audit(shared / "data/psg/psg_25min_256hz.edf")
    artefact = next(finding for finding in seen.findings if finding.code == "artefact")
    assert artefact.where == "EEG F4"
    minutes = [float(word) for word in artefact.what.split(":")[0].split("minute ")[1].split(", ")]
    assert minutes
    assert all(17.0 <= minute <= 18.0 for minute in minutes)
    ranks = {c.label: int(c.why.split()[1].rstrip(":")) for c in seen.channels if c.why.startswith("choice")}
    assert ranks["EEG F3"] < ranks["EEG F4"]


@pytest.mark.real_data
def test_the_chin_is_the_difference_because_both_electrodes_carry_the_eeg(shared):
    seen = audit(shared / "data/psg/psg_25min_256hz.edf")
    chin = [channel for channel in seen.chosen if channel.role == "emg"]
    assert [channel.label for channel in chin] == ["EMG EMG1", "EMG EMG2"]
    assert all("both carry the EEG" in channel.why and "difference" in channel.why for channel in chin)
    assert "both carry the EEG" in printed(seen)


@pytest.mark.real_data
def test_the_sound_channels_of_real_recordings_raise_no_alarm(shared):
    psg = audit(shared / "data/psg/psg_25min_256hz.edf")
    assert {(f.code, f.where) for f in psg.findings} == {
        ("artefact", "EEG F4"),
        ("shared-reference", "EOG EOG1"),
        ("shared-reference", "EMG EMG1"),
        ("shared-reference", "EMG EMG2"),
    }
    wake = audit(shared / "data/psg/short_psg.edf")
    assert set(wake.codes) <= {"slow-emg", "unit-blank"}


@pytest.mark.real_data
def test_a_real_eeg_upside_down_is_found_by_its_slow_waves_alone(shared, tmp_path):
    recording = read_recording(shared / "data/psg/psg_25min_256hz.edf", eog=None, emg=None)
    samples = recording.signals["EEG C4"].samples
    assert "polarity" not in audit(write(tmp_path / "up.edf", {"EEG C4": (samples, 256)})).codes
    assert "polarity" in audit(write(tmp_path / "down.edf", {"EEG C4": (-samples, 256)})).codes


#: What the signals of the odd files are truly guilty of: `36_bdf24.bdf` holds a sine of 0.2 uV.
OF_SIGNALS = {"36_bdf24.bdf": {"amplitude-too-small"}}


@pytest.mark.real_data
@pytest.mark.parametrize("folder", ["edf_defects", "edf_quirks"])
def test_an_odd_file_is_audited_with_all_its_oddities_and_no_false_alarm_of_its_signals(shared, folder):
    files = sorted(p for p in (shared / "data" / folder).iterdir() if p.suffix.lower() in (".edf", ".bdf"))
    audits = {path: audit(path) for path in files}
    for path, seen in audits.items():
        assert set(seen.codes) <= set(FINDING_CODES) - {"unforeseen"}, path.name
        assert set(read_edf_header(path).findings) <= set(seen.findings), path.name
        of_signals = {code for code in seen.codes if FINDING_CODES[code].subject == "signal"}
        assert of_signals == OF_SIGNALS.get(path.name, set()), path.name
    chosen = {path: {channel.role for channel in seen.chosen} for path, seen in audits.items() if seen.chosen}
    assert chosen
    assert {path: set(read_recording(path).montage.roles) for path in chosen} == chosen


@pytest.mark.real_data
@pytest.mark.parametrize("name", ["00_ok.edf", "00_ok_plus.edf"])
def test_a_sound_file_has_no_finding(shared, name):
    assert audit(shared / "data/edf_defects" / name).findings == ()


def test_who_would_vote_is_said_where_all_eeg_are_asked_for(tmp_path):
    channels = {label: (noise(100, 60, seed=i), 100) for i, label in enumerate(("C4-M1", "C3-M2", "F4-M1", "E1-M2"))}
    path = write(tmp_path / "n.edf", channels)
    (vote,) = [finding for finding in audit(path, eeg="all").findings if finding.code == "eeg-vote"]
    assert vote.what == "C4-M1, C3-M2, F4-M1 would vote"
    recording = read_recording(path, eeg="all")
    assert [recording.montage.eeg, *recording.montage.more_eeg] == ["C4-M1", "C3-M2", "F4-M1"]
    assert "eeg-vote" not in audit(path).codes
