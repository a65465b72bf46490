"""Folders to rows: what is written, what fails, what is kept."""

import csv
import json
import math
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from somnometry import (
    MICROSTRUCTURE,
    Hypnogram,
    Recording,
    RecordingError,
    Scoring,
    Signal,
    align_scorings,
    architecture,
    read_hypnogram,
    read_nights,
    read_recording,
    simulate_night,
    stage,
    write_edf,
    write_hypnogram,
)
from somnometry.batch.measure import Settings, measure
from somnometry.batch.measures import found_by_scoring
from somnometry.batch.records import read_record
from somnometry.io.channels.montage_file import read_montage_file

from ..io.edf_files import noise, write
from ..io.folders import write_messy_folder
from .nights import MINUTES, night, table
from .small_nights import write_nights


def test_every_night_is_a_row_and_the_bad_ones_say_why(folder, tmp_path):
    rows = measure([folder], tmp_path / "out", Settings(lights="recording"))
    written = table(tmp_path / "out")
    assert len(rows) == len(written) == 8
    assert {name for name, row in written.items() if row["status"] == "ok"} == {"a", "b"}
    for name, message in {
        "resp": "no EEG channel among 'Flow'",
        "short": "20 s of signal is less than one epoch of 30 s",
        "slow": "sampled at 50 Hz; staging needs more than 80 Hz",
        "constant": "flat in 100% of the windows",
        "text": "not an EDF or BDF file",
        "empty": "the file is empty",
    }.items():
        assert written[name]["status"] == "failed"
        assert written[name]["error"].startswith(f"{name}.edf: ")
        assert message in written[name]["error"]
    assert not (tmp_path / "out" / "left_out.csv").exists()


def test_the_row_and_the_files_are_what_the_functions_give(folder, tmp_path):
    measure([folder / "a.edf"], tmp_path / "out", Settings(lights="recording"))
    row = table(tmp_path / "out")["a"]
    recording = read_recording(folder / "a.edf")
    hypnogram = stage(recording).whole()
    for key, value in architecture(hypnogram).items():
        assert row[key] == "" if math.isnan(value) else float(row[key]) == pytest.approx(value, abs=1e-6)
    assert (row["eeg"], row["eog"], row["emg"]) == ("C4-M1", "E1-M2", "")
    assert row["model"] == str(hypnogram.scorer)
    assert "yasa 0.8." in row["versions"]
    assert "short-recording" in row["findings"]
    read = read_hypnogram(tmp_path / "out" / "hypnograms" / "a.csv")
    np.testing.assert_array_equal(read.stages, hypnogram.stages)
    np.testing.assert_array_equal(read.probabilities, hypnogram.probabilities)
    assert (tmp_path / "out" / "figures" / "a.png").read_bytes().startswith(b"\x89PNG")


def test_a_row_says_with_what_it_was_measured_and_when(folder, tmp_path):
    out, before = tmp_path / "out", datetime.now(UTC).replace(microsecond=0, tzinfo=None)
    plain = Settings(figures=False)
    (tmp_path / "in").mkdir()
    for name in "ab":  # of the other the table knows nothing
        (tmp_path / "in" / f"{name}.edf").write_bytes((folder / "a.edf").read_bytes()[:-2] + name.encode() * 2)
    (tmp_path / "in" / "recordings.csv").write_text("path,age,sex\na.edf,33,\nb.edf,,\n")
    measure([tmp_path / "in"], out, Settings(figures=False, age=40.0, male=True, lights="recording"))
    first = table(out)
    assert {name: (float(row["given_age"]), row["given_sex"]) for name, row in first.items()} == {
        "a": (33.0, "male"), "b": (40.0, "male"),
    }  # fmt: skip
    assert json.loads(first["a"]["settings"]) == {"figures": False, "age": 40.0, "male": True, "lights": "recording"}
    moments = [datetime.fromisoformat(row["measured"]) for row in first.values()]
    assert all(before <= moment <= before + timedelta(minutes=10) for moment in moments)
    measure([tmp_path / "in"], out, plain)  # by other settings: every night anew, and the row says so
    again = table(out)
    assert [(row["given_age"], row["given_sex"]) for row in again.values()] == [("", ""), ("", "")]
    assert json.loads(again["a"]["settings"]) == {"figures": False}
    measure([tmp_path / "in"], out, plain)
    assert table(out) == again  # a row that is kept keeps its time


def test_without_markers_lights_are_unknown_and_with_them_they_count(folder, tmp_path):
    measure([folder / "a.edf", folder / "deep"], tmp_path / "out")
    rows = table(tmp_path / "out")
    assert rows["a"]["trt"] == rows["a"]["se"] == rows["a"]["lights_off_seconds"] == ""
    assert float(rows["b"]["trt"]) == 4.5


def test_a_later_run_keeps_the_rows_of_an_earlier_one(folder, tmp_path):
    out = tmp_path / "out"
    measure([folder / "a.edf"], out, Settings(figures=False))
    measure([folder / "deep"], out, Settings(figures=False))
    measure([folder / "a.edf"], out, Settings(figures=False))
    assert list(table(out)) == ["a", "b"]
    assert not (out / "figures").exists()


def test_a_record_is_there_after_each_night(folder, tmp_path):
    seen = []
    measure(
        [folder / "a.edf", folder / "empty.edf"],
        tmp_path / "out",
        Settings(figures=False),
        progress=lambda row: seen.append((row["recording"], read_record(tmp_path / "out", row["recording"]).failure)),
    )
    assert seen == [("a", ""), ("empty", "RecordingError")]
    assert list(table(tmp_path / "out")) == ["a", "empty"]


def test_a_folder_that_cannot_be_made_is_an_error(tmp_path):
    night(tmp_path / "n.edf")
    (tmp_path / "out").write_text("")
    with pytest.raises(RecordingError) as refused:
        measure([tmp_path / "n.edf"], tmp_path / "out")
    assert refused.value.place == str(tmp_path / "out")
    assert "--out" in refused.value.remedy


def test_a_channel_that_staging_left_out_leaves_the_row_with_a_finding(tmp_path):
    spike = np.zeros(6000 * MINUTES)
    spike[100] = 50.0
    path = write(tmp_path / "n.edf", {"C4": (noise(100, 60 * MINUTES), 100), "EMG Chin": (spike, 100)})
    (row,) = measure([path], tmp_path / "out", Settings(figures=False, emg="EMG Chin"))
    assert row["emg"] == ""
    assert row["model"].startswith("YASA eeg ")
    assert ("flat-channel", "EMG Chin") in [(finding.code, finding.where) for finding in row.findings]
    assert row["findings"] == " | ".join(map(str, row.findings))


def test_lights_come_from_one_of_two_places():
    with pytest.raises(RecordingError) as refused:
        Settings(lights="Recording")
    assert refused.value.key == "lights"


def test_an_unforeseen_error_is_a_row_too(folder, tmp_path, monkeypatch):
    monkeypatch.setattr("somnometry.batch.one_night.read_recording", lambda *_, **__: 1 / 0)
    (row,) = measure([folder / "a.edf"], tmp_path / "out")
    assert row["status"] == "failed"
    assert row["error"] == "a.edf: unforeseen ZeroDivisionError: division by zero; please report it"


def test_too_much_unscored_is_refused_unless_told(tmp_path):
    samples = noise(100, 60 * MINUTES)
    samples[6000:18000] = 0.0
    write(tmp_path / "n.edf", {"C4-M1": (samples, 100)})
    (row,) = measure([tmp_path / "n.edf"], tmp_path / "out", Settings(figures=False))
    assert row["status"] == "failed"
    assert "max_unscored" in row["error"]
    (row,) = measure([tmp_path / "n.edf"], tmp_path / "out", Settings(figures=False, max_unscored=1))
    assert row["status"] == "ok"
    assert row["unscored_minutes"] >= 2


@pytest.mark.real_data
def test_the_folder_of_real_recordings(shared, tmp_path):
    rows = measure([shared / "data/psg"], tmp_path, Settings(lights="recording"))
    assert [row["status"] for row in rows] == ["ok"] * 3
    by_name = {row["recording"]: row for row in rows}
    assert by_name["psg_25min_256hz"]["n3_minutes"] > 2
    assert by_name["short_psg_edf"]["tst"] == 0
    assert "5 min long" in by_name["short_psg_edf"]["findings"]


def test_micro_adds_its_columns_and_reads_both_eyes(tmp_path):
    simulated, hypnogram = simulate_night(3, hours=1.5, rate=100)
    write_edf(simulated, tmp_path / "n.edf", hypnogram)
    recording = read_recording(tmp_path / "n.edf", both_eyes=True)
    assert set(recording.signals) == {"EEG C4-M1", "EOG E1-M2", "EOG E2-M2", "EMG Chin"}
    assert recording.montage.roles["eog"] == "EOG E1-M2"
    (row,) = measure([tmp_path / "n.edf"], tmp_path / "out", Settings(micro=True, figures=False))
    assert row["status"] == "ok", row["error"]
    assert set(MICROSTRUCTURE) <= set(row)
    assert 0.5 < row["spindle_density_n2"] < 6
    assert not set(MICROSTRUCTURE) & set(measure([tmp_path / "n.edf"], tmp_path / "plain", Settings(figures=False))[0])


# ------------------------------------------------------------------------------------------------- nights of a folder
def test_the_table_of_recordings_goes_into_the_rows_and_the_staging(tmp_path):
    folder = tmp_path / "in"
    folder.mkdir()
    for i, name in enumerate(("a", "b", "c")):
        night(folder / f"{name}.edf", seed=10 * i)
    (folder / "recordings.csv").write_text(
        "path,subject,condition,period,night,age,sex,lights_off,lights_on,rescue\n"
        "b.edf,01,active,2,1,50,f,22:31,22:35,0\n"
        "a.edf,01,placebo,1,1,50,,,,1\n"
    )
    rows = measure([folder], tmp_path / "out", Settings(figures=False, lights="recording"))
    assert [row["recording"] for row in rows] == ["b", "a"]
    nights = read_nights(tmp_path / "out" / "nights.csv").set_index("recording")
    assert nights["subject"].tolist() == ["01", "01"]
    assert nights["condition"].to_dict() == {"b": "active", "a": "placebo"}
    assert nights["period"].to_dict() == {"b": 2, "a": 1}
    assert nights["rescue"].to_dict() == {"b": 0, "a": 1}
    assert nights.loc["b", "model"].startswith("YASA eeg+eog+demo ")
    assert nights.loc["a", "model"].startswith("YASA eeg+eog ")  # age without sex
    assert nights.loc["b", ["lights_off_seconds", "lights_on_seconds"]].tolist() == [60, 300]
    assert nights.loc["a", ["lights_off_seconds", "lights_on_seconds"]].tolist() == [0, 360]
    assert "not-listed" in (tmp_path / "out" / "left_out.csv").read_text()


def test_age_and_sex_of_the_settings_serve_where_the_table_has_none(tmp_path):
    night(tmp_path / "a.edf")
    (row,) = measure([tmp_path / "a.edf"], tmp_path / "out", Settings(figures=False, age=40, male=True))
    assert row["model"].startswith("YASA eeg+eog+demo ")


def test_a_column_of_the_table_cannot_pose_as_measured(tmp_path):
    night(tmp_path / "a.edf")
    (tmp_path / "recordings.csv").write_text("path,tst\na.edf,480\n")
    with pytest.raises(RecordingError) as refused:
        measure([tmp_path], tmp_path / "out")
    assert (refused.value.place, refused.value.key) == ("recordings.csv", "tst")


def test_a_scoring_is_written_beside_the_hypnogram_and_gives_its_lights(tmp_path):
    night(tmp_path / "n1.edf")
    scored = [(30.0 * i, 30.0, f"Sleep stage {stage}") for i, stage in enumerate("WW1222333RRW")]
    marks = [*scored, (30.0, None, "Lights off@@EEG F4-A1"), (330.0, None, "Lights on@@EEG F4-A1")]
    write(tmp_path / "n1_sleepscoring.edf", {}, annotations=marks)
    (tmp_path / "n1.xml").write_text("<CMPStudyConfig/>")
    (row,) = measure([tmp_path], tmp_path / "out", Settings(figures=False))
    assert row["scoring"] == "n1.xml | n1_sleepscoring.edf"
    assert ("scoring-unread", "n1.xml") in [(finding.code, finding.where) for finding in row.findings]
    assert (row["lights_off_seconds"], row["lights_on_seconds"]) == (30, 330)
    assert "lights-of-scoring" in [finding.code for finding in row.findings]
    assert read_hypnogram(tmp_path / "out" / "scorings" / "n1.csv").stages.tolist() == [
        0, 0, 1, 2, 2, 2, 3, 3, 3, 4, 4, 0,
    ]  # fmt: skip


@pytest.mark.parametrize(("seconds", "code"), [(12, "scoring-shifted"), (86400, "scoring-elsewhere")])
def test_a_scoring_goes_onto_the_epochs_of_its_night_or_not_at_all(tmp_path, seconds, code):
    night(tmp_path / "n1.edf")
    start = datetime(2024, 5, 1, 22, 30) + timedelta(seconds=seconds)
    unlit = {"lights_off": np.nan, "lights_on": np.nan}
    write_hypnogram(Hypnogram([2] * 11, start=start, **unlit), tmp_path / "n1.csv")
    (row,) = measure([tmp_path], tmp_path / "out", Settings(figures=False))
    assert [(finding.code, finding.where) for finding in row.findings if finding.code.startswith("scoring")] == [
        (code, "n1.csv")
    ]
    kept = tmp_path / "out" / "scorings" / "n1.csv"
    if code == "scoring-elsewhere":
        assert not kept.exists()
    else:
        align_scorings(read_hypnogram(kept), read_hypnogram(tmp_path / "out" / "hypnograms" / "n1.csv"))


def test_the_same_bytes_are_measured_once(tmp_path):
    folder = tmp_path / "in"
    (folder / "backup").mkdir(parents=True)
    night(folder / "n1.edf")
    (folder / "backup" / "a.edf").write_bytes((folder / "n1.edf").read_bytes())
    rows = measure([folder], tmp_path / "out", Settings(figures=False))
    assert [row["file"] for row in rows] == ["n1.edf"]
    with (tmp_path / "out" / "left_out.csv").open(newline="") as file:
        (left_out,) = csv.DictReader(file)
    assert (left_out["file"], left_out["code"]) == ("backup/a.edf", "duplicate")
    (folder / "backup" / "a.edf").unlink()
    measure([folder], tmp_path / "out", Settings(figures=False))
    assert not (tmp_path / "out" / "left_out.csv").exists()


def test_a_montage_file_that_asks_for_all_eeg_has_them_vote(tmp_path):
    write(tmp_path / "n.edf", {name: (noise(100, 360, seed=i), 100) for i, name in enumerate(("C4-M1", "C3-M2"))})
    (tmp_path / "m.toml").write_text('[[montage]]\neeg = "all"\n')
    told = Settings(montage=read_montage_file(tmp_path / "m.toml"), figures=False)
    (row,) = measure([tmp_path / "n.edf"], tmp_path / "told", told)
    (asked,) = measure([tmp_path / "n.edf"], tmp_path / "asked", Settings(eeg="all", figures=False))
    assert [row[key] for key in ("eeg", "model", "findings")] == [asked[key] for key in ("eeg", "model", "findings")]
    assert row["model"].endswith("votes: C4-M1, C3-M2")


def test_two_nights_of_one_file_are_two_rows_that_keep_their_names(tmp_path):
    night(tmp_path / "n.edf")
    (tmp_path / "recordings.csv").write_text("path,subject,stop,start\nn.edf,A,22:33,\nn.edf,B,,22:33\n")
    for _ in range(2):
        rows = measure([tmp_path], tmp_path / "out", Settings(figures=False))
        assert [row["recording"] for row in rows] == ["n_1", "n_2"]
        assert [row["start"] for row in rows] == ["2024-05-01 22:30:00", "2024-05-01 22:33:00"]
        assert [row["recorded_minutes"] for row in rows] == [3, 3]
    assert list(table(tmp_path / "out")) == ["n_1", "n_2"]


def test_a_folder_without_a_night_is_an_error_that_says_where_to_look(tmp_path):
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "n1-hypnogram.edf").touch()  # a scoring, by its name
    with pytest.raises(RecordingError) as refused:
        measure([tmp_path / "in"], tmp_path / "out")
    assert "somnometry inspect" in refused.value.remedy


def test_a_folder_of_broken_nights_is_a_table_of_them(tmp_path):
    sound = (write_nights(tmp_path / "sound", 1) / "n00.edf").read_bytes()
    folder = tmp_path / "in"
    folder.mkdir()
    no_record = sound[: int(sound[184:192])]
    broken = {"empty": b"", "half_a_header": sound[:300], "no_record": no_record, "zeros": bytes(4096)}
    for name, content in broken.items():
        (folder / f"{name}.edf").write_bytes(content)
    for _ in range(2):  # a night that failed is tried again, and stays one row
        assert [row["status"] for row in measure([folder], tmp_path / "out")] == ["failed"] * 4
        written = table(tmp_path / "out")
        assert set(written) == set(broken)
        assert all(row["error"].startswith(f"{name}.edf: ") for name, row in written.items())
    (folder / "empty.edf").write_bytes(sound)  # copied anew
    measure([folder], tmp_path / "out")
    assert {name: row["status"] for name, row in table(tmp_path / "out").items()}["empty"] == "ok"


def test_a_messy_folder_is_measured_with_a_table(tmp_path):
    write_messy_folder(tmp_path / "study")
    (tmp_path / "study" / "recordings.csv").write_text(
        "path,subject,condition,start,stop\n"
        "lab/two_nights.edf,P1,placebo,,23:00\n"
        "lab/two_nights.edf,P1,active,23:00,\n"
        "n4_part1.edf | n4_part2.edf,P2,placebo,,\n"
        "SC4001E0-PSG,P3,placebo,,\n"
        "sub-01_ses-1_task-sleep_eeg.edf,P4,placebo,,\n"
    )
    rows = measure([tmp_path / "study"], tmp_path / "out", Settings(figures=False, lights="recording"))
    assert [row["status"] for row in rows] == ["ok"] * 5, [row["error"] for row in rows]
    assert [row["recorded_minutes"] for row in rows] == [30] * 5
    first, second, joined, *_ = rows
    assert first["n2_minutes"] == pytest.approx(second["n2_minutes"], abs=3)  # one night twice, but for its edges
    assert joined["unscored_minutes"] == 4
    assert rows[3]["scoring"] == "SC4001EC-Hypnogram.edf"
    assert (rows[4]["subject"], rows[4]["session"]) == ("P4", "1")


@pytest.mark.real_data
@pytest.mark.parametrize(
    ("scoring", "of_recording", "of_scoring", "lights"),
    [
        ("sleep_edf_sc/SC4001EC-Hypnogram.edf", "SC4001E0-PSG.edf", "SC4001EC-Hypnogram.edf", False),
        ("formats/hmc_SN001_sleepscoring.edf", "SN001.EDF", "SN001_sleepscoring.edf", True),
    ],
    ids=["Sleep-EDF", "HMC"],
)
def test_a_real_scoring_is_kept_beside_its_night(shared, tmp_path, scoring, of_recording, of_scoring, lights):
    scored = read_hypnogram(shared / "data" / scoring)
    (tmp_path / of_scoring).write_bytes((shared / "data" / scoring).read_bytes())
    samples = noise(100, round(scored.duration))
    write_edf(Recording({"C4-M1": Signal(samples, 100)}, start=scored.start), tmp_path / of_recording)
    (row,) = measure([tmp_path], tmp_path / "out", Settings(figures=False, gate="warn"))
    assert row["status"] == "ok", row["error"]
    assert row["scoring"] == of_scoring
    kept = read_hypnogram(tmp_path / "out" / "scorings" / f"{row['recording']}.csv")
    np.testing.assert_array_equal(kept.stages, scored.stages)
    assert ("lights-of-scoring" in row["findings"]) == lights
    if lights:
        assert (row["lights_off_seconds"], row["lights_on_seconds"]) == (scored.lights_off, scored.lights_on)


def test_the_row_says_what_recorded_the_night(tmp_path):
    for montage in ("psg", "headband"):
        recorded, hypnogram = simulate_night(3, montage=montage, hours=1, rate=100)
        write_edf(recorded, tmp_path / f"{montage}.edf", hypnogram)
    write_edf(Recording({"C4-M1": Signal(noise(100, 120), 100)}), tmp_path / "one_channel.edf")
    measure([tmp_path], tmp_path / "out", Settings(figures=False))
    nights = read_nights(tmp_path / "out" / "nights.csv").set_index("recording")
    assert nights["device"].fillna("").to_dict() == {"psg": "psg", "headband": "headband", "one_channel": ""}
    assert nights.loc["psg", "derivations"] == "EEG C4-M1"
    assert nights.loc["headband", "family"]


def test_a_scoring_that_is_but_our_staging_is_told():
    staged = Hypnogram([0, 1, 2, 3, 4] * 40)
    for stages, codes in (([0, 1, 2, 3, 4] * 40, ["scoring-same"]), ([0, 1, 2, 3, 0] * 40, []), ([0, 1, 2] * 9, [])):
        found = found_by_scoring(staged, Scoring(Hypnogram(stages)), "n1.txt")
        assert [finding.code for finding in found] == codes
    assert found_by_scoring(staged, None, "") == []
