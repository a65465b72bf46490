"""Which nights a folder holds, and why every other file in it is none."""

from datetime import timedelta

import numpy as np
import pytest

from somnometry import (
    Recording,
    RecordingError,
    Signal,
    audit,
    find_nights,
    read_recording,
    stage,
    write_edf,
)
from somnometry.io.nights.night import open_night

from ..folders import (
    EVENING,
    LEFT_OUT,
    MONTAGE,
    NIGHTS,
    SCORINGS,
    listed,
    recording,
    write_messy_folder,
    write_scoring,
)


@pytest.fixture(scope="module")
def messy(tmp_path_factory):
    """The messy folder, and the PSG and headband nights behind it."""
    root = tmp_path_factory.mktemp("messy")
    return root, *write_messy_folder(root)


def test_a_messy_folder_is_the_right_list_of_nights(messy):
    found = find_nights(messy[0])
    assert {night.path for night in found.nights} == NIGHTS
    assert {entry.file.as_posix(): entry.code for entry in found.left_out} == LEFT_OUT
    assert {night.path: [file.name for file in night.scorings] for night in found.nights if night.scorings} == SCORINGS
    reasons = {entry.file.name: entry.reason for entry in found.left_out}
    assert reasons["N3 (1).edf"].startswith("the same bytes as lab/old/N3.REC")
    assert "no record follows" in reasons["no_records.edf"]
    assert not [name for name, reason in reasons.items() if name in reason]  # which stands in front of it already
    assert str(messy[0]) not in "".join(reasons.values())
    frame = found.to_frame().set_index("night")
    assert set(frame.index) == NIGHTS
    assert frame.loc["cassette/SC4001E0-PSG.EDF"].to_dict() == {
        "layout": "file", "scoring": "SC4001EC-Hypnogram.edf", "subject": "SC400", "session": "1",
    }  # fmt: skip
    assert repr(found) == "Nights(8 nights, 10 files left out)"
    assert "Night('lab/old/N3.REC')" in repr(found.nights)


def test_a_table_is_the_list_of_nights_and_cuts_a_file_in_two(messy, tmp_path):
    root = messy[0]
    text = """path,subject,condition,period,night,start,stop
lab/two_nights.edf,P1,placebo,1,1,,1800 s
lab/two_nights.edf,P1,active,2,1,23:00,
n4_part1.edf | n4_part2.edf,P2,placebo,1,1,,
2024-05-03,P3,active,1,1,,
N3,P2,active,2,1,,
"""
    (tmp_path / "mine.csv").write_text(text)
    found = find_nights(root, tmp_path / "mine.csv")
    assert found.table == "mine.csv"
    assert [night.place.as_posix() for night in found.nights] == [
        "lab/two_nights_1", "lab/two_nights_2", "lab/n4", "band/2024-05-03", "lab/old/N3",
    ]  # fmt: skip
    first, second, joined, folder, _ = found.nights
    first, second, joined = (read_recording(night) for night in (first, second, joined))
    assert (first.start, second.start) == (EVENING, EVENING + timedelta(minutes=30))
    eeg = first.signals["EEG C4-M1"].samples
    np.testing.assert_array_equal(eeg, second.signals["EEG C4-M1"].samples)
    assert joined.gaps == ((600.0, 840.0),)
    assert (folder.layout, folder.details.subject) == ("channels", "P3")
    codes = {entry.file.name: entry.code for entry in found.left_out}
    assert codes["calibration.edf"] == codes["SC4001E0-PSG.EDF"] == "not-listed"
    assert codes["SC4001EC-Hypnogram.edf"] == "orphan-scoring"


def test_what_measure_wrote_is_no_recording(tmp_path):
    write_edf(recording(), tmp_path / "n1.edf")
    out = tmp_path / "derivatives"
    (out / "hypnograms").mkdir(parents=True)
    (out / "nights.csv").write_text("recording,status\nn1,ok\n")
    (out / "hypnograms" / "n1.csv").write_text("# somnometry hypnogram: 1\n")
    found = find_nights(tmp_path)
    assert [night.scorings for night in found.nights] == [()]
    assert [(entry.file.as_posix(), entry.code) for entry in found.left_out] == [("derivatives/nights.csv", "results")]


def test_a_folder_with_one_file_per_channel_is_one_night(messy):
    root, _, band = messy
    read = read_recording(root / "band" / "2024-05-03", eeg="EEG L", eog="EEG R")
    assert read.source == "2024-05-03"
    for name, label in (("HB_1", "EEG L"), ("HB_2", "EEG R")):
        expected = band.recording.signals[name].samples
        known = np.isfinite(expected) & np.isfinite(read.signals[label].samples)
        np.testing.assert_allclose(read.signals[label].samples[known], expected[known], atol=0.1)
    assert "file-per-channel" in {finding.code for finding in read.findings}
    assert {channel.role for channel in audit(root / "band" / "2024-05-03").chosen} == {"eeg", "eog"}


def test_single_channel_files_of_several_people_stay_apart(tmp_path):
    for i in range(3):
        write_edf(recording(labels=("C4-M1",), seed=i), tmp_path / f"p{i}.edf")
    assert len(find_nights(tmp_path).nights) == 3
    with pytest.raises(RecordingError, match="holds 3 nights; read one of those"):
        read_recording(tmp_path)


def test_channels_of_two_recorders_in_one_folder_stay_apart(tmp_path):
    for i, label in enumerate(("EEG L", "EEG R")):
        write_edf(recording(labels=(label,), seed=i), tmp_path / f"{label}.edf")
    write_edf(recording(labels=("C4-M1",), seed=5, start=EVENING + timedelta(minutes=9)), tmp_path / "p1.edf")
    write_edf(recording(600, labels=("C3-M2",), seed=6), tmp_path / "p2.edf")
    found = find_nights(tmp_path)
    assert [len(night.files) for night in found.nights] == [2, 1, 1]


def test_a_scoring_that_the_user_names_is_no_night(tmp_path):
    write_edf(recording(), tmp_path / "SC4001E0-PSG.edf")
    write_scoring(tmp_path / "SC4001EC-Hypnogram.edf", stage(recording(montage=MONTAGE)))
    found = find_nights(sorted(tmp_path.iterdir()))
    assert [(night.name, len(night.scorings)) for night in found.nights] == [("SC4001E0-PSG.edf", 1)]


def test_a_broken_channel_does_not_cost_the_others(tmp_path):
    folder = tmp_path / "night"
    folder.mkdir()
    for i, label in enumerate(("EEG L", "EEG R", "dX")):
        write_edf(recording(labels=(label,), seed=i, rate=100 if i < 2 else 25), folder / f"{label}.edf")
    (folder / "dY.edf").touch()
    write_edf(recording(seed=9), folder / "psg.edf")
    found = find_nights(folder)
    assert [(night.path, night.layout) for night in found.nights] == [("night", "channels"), ("psg.edf", "file")]
    assert [entry.file.name for entry in found.left_out] == ["dY.edf"]
    channels = open_night(found.nights[0]).channels
    assert {(channel.label, channel.rate) for channel in channels} == {("EEG L", 100), ("EEG R", 100), ("dX", 25)}


@pytest.mark.parametrize(
    ("text", "place", "facts"),
    [
        ("path\nn2.edf\nm1.edf\n", ", row 3, column 'path'", ("'m1.edf'", "'p1/n1.edf'")),
        ("path\nn3.edf\n", ", row 2, column 'path'", ("'n3.edf'", "'p1/n3.edf', 'p2/n3.edf'")),
        ("path\np1\n", ", row 2, column 'path'", ("'p1'", "one file per channel")),
        ("path\np1/n1.edf\n./p1/n1\n", ", rows 2 and 3", ("'n1.edf'", "twice")),
        ("path\np1/n1.edf | p1/n1\n", ", rows 2 and 2", ("'n1.edf'", "twice")),
        ("path\np1/n1.edf | p1/n3.edf\np1/n3.edf\n", ", rows 2 and 3", ("'n3.edf'", "twice")),
        ("path,stop\np1/n1.edf,60 s\np1/n1.edf,\n", ", rows 2 and 3", ("'n1.edf'", "twice")),
        ("path\np1/n1.edf\ncopy.edf\n", "", ("same bytes", "'copy.edf'", "'p1/n1.edf'")),
    ],
)
def test_paths_of_the_table_must_lead_to_one_recording(tmp_path, text, place, facts):
    for i, name in enumerate(("p1/n1.edf", "p1/n3.edf", "p2/n3.edf", "n2.edf")):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        write_edf(recording(seed=i), tmp_path / name)
    (tmp_path / "copy.edf").write_bytes((tmp_path / "p1/n1.edf").read_bytes())
    with pytest.raises(RecordingError) as caught:
        listed(tmp_path, text)
    error = caught.value
    assert (error.place, bool(error.remedy)) == (f"recordings.csv{place}", True)
    assert [fact for fact in facts if fact not in str(error)] == []


def test_a_path_from_the_folder_is_meant_before_the_end_of_a_longer_one(tmp_path):
    for i, name in enumerate(("in/lab/n1.edf", "in/backup/lab/n1.edf")):
        (tmp_path / name).parent.mkdir(parents=True)
        write_edf(recording(seed=i), tmp_path / name)
    (tmp_path / "mine.csv").write_text("path\nlab/n1.edf\n")
    (night,) = find_nights(tmp_path / "in", tmp_path / "mine.csv").nights
    assert night.path == "lab/n1.edf"


def test_a_recording_of_more_than_a_day_may_be_several_nights(tmp_path):
    for hours in (24, 26):
        write_edf(Recording({"SpO2": Signal(np.arange(hours * 3600) % 90, 1.0)}), tmp_path / f"{hours}.edf")
        assert ("long-recording" in audit(tmp_path / f"{hours}.edf").codes) == (hours == 26)


def test_the_listed_one_of_two_copies_is_kept(tmp_path):
    (tmp_path / "deep").mkdir()
    write_edf(recording(), tmp_path / "n1.edf")
    (tmp_path / "deep" / "n1 copy.edf").write_bytes((tmp_path / "n1.edf").read_bytes())
    found = listed(tmp_path, "path\ndeep/n1 copy.edf\n")
    assert [night.path for night in found.nights] == ["deep/n1 copy.edf"]
    assert [(entry.file.name, entry.code) for entry in found.left_out] == [("n1.edf", "duplicate")]


def test_two_tables_or_an_impossible_part_are_errors(tmp_path):
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        write_edf(recording(seed=ord(name)), tmp_path / name / "n.edf")
        (tmp_path / name / "recordings.csv").write_text("path\nn.edf\n")
    with pytest.raises(RecordingError, match=r"several folders have a recordings\.csv"):
        find_nights([tmp_path / "a", tmp_path / "b"])
    above = find_nights(tmp_path)
    assert len(above.nights) == 2
    assert {entry.reason.partition(";")[0] for entry in above.left_out} == {"a table that was not followed"}
    found = listed(tmp_path / "a", "path,start\nn.edf,5 min\n")
    with pytest.raises(RecordingError, match="there is no part from 300 s"):
        read_recording(found.nights[0])
