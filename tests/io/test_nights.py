"""Which nights a folder holds, and why every other file in it is none."""

from datetime import timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from somnometry import (
    Montage,
    Recording,
    RecordingError,
    Signal,
    Stage,
    audit,
    find_nights,
    read_recording,
    stage,
    write_edf,
)
from somnometry.io.nights.night import open_night
from somnometry.io.nights.scorings import details_of_name
from somnometry.io.sources.joined import CutSource, JoinedSource
from somnometry.io.sources.source import Channel

from .edf_files import noise, write
from .folders import EVENING, LEFT_OUT, NIGHTS, SCORINGS, cut, recording, write_messy_folder, write_scoring

MONTAGE = Montage("EEG C4-M1")


@pytest.fixture(scope="module")
def messy(tmp_path_factory):
    """The messy folder, and the PSG and headband nights behind it."""
    root = tmp_path_factory.mktemp("messy")
    return root, *write_messy_folder(root)


def listed(folder, text, name="recordings.csv"):
    (folder / name).write_text(text)
    return find_nights(folder, folder / name)


# ------------------------------------------------------------------------------------------------------ a messy folder
def test_a_messy_folder_is_the_right_list_of_nights(messy):
    found = find_nights(messy[0])
    assert {night.path for night in found.nights} == NIGHTS
    assert {entry.file.as_posix(): entry.code for entry in found.left_out} == LEFT_OUT
    assert {night.path: [file.name for file in night.scorings] for night in found.nights if night.scorings} == SCORINGS
    reasons = {entry.file.name: entry.reason for entry in found.left_out}
    assert reasons["N3 (1).edf"].startswith("the same bytes as lab/old/N3.REC")
    assert "no record follows" in reasons["no_records.edf"]
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


# ---------------------------------------------------------------------------------------------------- parts of a night
@pytest.mark.parametrize(
    ("names", "pause", "n_nights"),
    [
        (("n_part1.edf", "n_part2.edf"), 60, 1),
        (("n part 1.edf", "N Part 2.edf"), 60, 1),
        (("sub-1_split-01_eeg.edf", "sub-1_split-02_eeg.edf"), 0, 1),
        (("n_part1.edf", "n_part2.edf"), -60, 2),  # they overlap: two recorders
        (("n_part1.edf", "n_part2.edf"), 20 * 3600, 2),  # the next evening
        (("n_1.edf", "n_2.edf"), 60, 2),  # nobody says that these are parts
        (("department1.edf", "department2.edf"), 60, 2),
    ],
)
def test_parts_are_joined_where_names_and_clocks_agree(tmp_path, names, pause, n_nights):
    for i, name in enumerate(names):
        start = EVENING + timedelta(seconds=i * (120 + pause))
        write_edf(recording(start=start, seed=i), tmp_path / name)
    assert len(find_nights(tmp_path).nights) == n_nights


def test_a_night_in_parts_has_its_gap_at_the_right_clock_time(tmp_path):
    whole = recording(seconds=1200, labels=("EEG C4-M1",), lights_off=None)
    write_edf(cut(whole, 0, 420), tmp_path / "n_part1.edf")
    write_edf(cut(whole, 570, 1200), tmp_path / "n_part2.edf")
    (night,) = find_nights(tmp_path).nights
    read = read_recording(night)
    samples = read.signals["EEG C4-M1"].samples
    assert (read.start, read.duration, read.gaps) == (EVENING, 1200, ((420.0, 570.0),))
    np.testing.assert_allclose(samples[:42000], whole.signals["EEG C4-M1"].samples[:42000], atol=0.01)
    np.testing.assert_allclose(samples[57000:], whole.signals["EEG C4-M1"].samples[57000:], atol=0.01)
    assert np.isnan(samples[42000:57000]).all()
    assert [finding.code for finding in read.findings if finding.code != "short-recording"] == ["joined", "gaps"]
    staged = stage(read)
    assert [finding.code for finding in staged.findings if finding.code in ("dropouts", "off-head")] == ["dropouts"]
    unscored = np.flatnonzero(staged.stages == Stage.UNSCORED)
    np.testing.assert_array_equal(unscored, np.arange(14, 19))


def test_parts_on_the_other_side_of_midnight_and_channels_that_come_and_go(tmp_path):
    late = EVENING.replace(hour=23, minute=59)
    write_edf(recording(60, ("C4-M1", "E1-M2"), start=late), tmp_path / "n_pt1.edf")
    write_edf(recording(60, ("C4-M1", "EMG Chin"), start=late + timedelta(seconds=90), seed=1), tmp_path / "n_pt2.edf")
    source = open_night(find_nights(tmp_path).nights[0])
    assert {channel.label for channel in source.channels} == {"C4-M1", "E1-M2", "EMG Chin"}
    samples = dict(zip((c.label for c in source.channels), source.read(source.channels), strict=True))
    assert source.duration == 150
    assert np.isfinite(samples["C4-M1"]).mean() == pytest.approx(120 / 150)
    assert np.isnan(samples["E1-M2"][6000:]).all()
    assert np.isnan(samples["EMG Chin"][:9000]).all()
    assert {f.where for f in source.findings() if f.code == "channel-in-parts"} == {"E1-M2", "EMG Chin"}


def test_files_joined_by_the_table_must_lie_on_one_clock(tmp_path):
    write_edf(recording(), tmp_path / "a.edf")
    write_edf(recording(start=EVENING + timedelta(days=2), seed=1), tmp_path / "b.edf")
    write_edf(recording(start=None, seed=2), tmp_path / "c.edf")
    found = listed(tmp_path, "path\na.edf | b.edf\n")
    with pytest.raises(RecordingError, match="more than one night"):
        read_recording(found.nights[0])
    (tmp_path / "c.edf").write_bytes((tmp_path / "c.edf").read_bytes().replace(b"01.01.85", b"xx.xx.xx"))
    found = listed(tmp_path, "path\na.edf | c.edf\n")
    with pytest.raises(RecordingError, match=r"the start of c\.edf is unknown"):
        read_recording(found.nights[0])


# ------------------------------------------------------------------------------------------------- one file per channel
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


# ------------------------------------------------------------------------------------------------------------- scorings
@pytest.mark.parametrize(
    ("of_recording", "of_scoring"),
    [
        ("SC4001E0-PSG.edf", "SC4001EC-Hypnogram.edf"),
        ("ST7011J0-PSG.edf", "ST7011JP-Hypnogram.edf"),
        ("sub-01_task-sleep_run-1_eeg.edf", "sub-01_task-sleep_run-1_events.tsv"),
        ("shhs1-200001.edf", "annotations/shhs1-200001-profusion.xml"),
        ("shhs1-200001.edf", "annotations/shhs1-200001-nsrr.xml"),
        ("n1.edf", "n1.xml"),
        ("N1.EDF", "n1.TXT"),
        ("n1.rec", "n1.csv"),
        ("SN001.edf", "SN001_sleepscoring.edf"),
        ("n1_part1.edf", "n1_part1.txt"),
    ],
)
def test_a_scoring_is_paired_with_its_recording(tmp_path, of_recording, of_scoring):
    write_edf(recording(), tmp_path / of_recording)
    write_edf(recording(seed=5), tmp_path / "other.edf")
    (tmp_path / of_scoring).parent.mkdir(exist_ok=True)
    if of_scoring.endswith(".edf"):
        write_scoring(tmp_path / of_scoring, stage(recording(montage=MONTAGE)))
    else:
        (tmp_path / of_scoring).write_text("scored\n")
    found = find_nights(tmp_path)
    pairs = {night.name: [file.name for file in night.scorings] for night in found.nights}
    assert pairs == {of_recording: [of_scoring.rpartition("/")[2]], "other.edf": []}
    assert found.left_out == ()


def test_the_nearest_of_two_recordings_of_one_name_gets_the_scoring(tmp_path):
    for i, person in enumerate(("p1", "p2")):
        (tmp_path / person).mkdir()
        write_edf(recording(seed=i), tmp_path / person / "night.edf")
        (tmp_path / person / "night.xml").write_text("<CMPStudyConfig/>")
    (tmp_path / "night.xml").write_text("<CMPStudyConfig/>")
    found = find_nights(tmp_path)
    assert [[file.parent.name for file in night.scorings] for night in found.nights] == [["p1"], ["p2"]]
    assert [entry.code for entry in found.left_out] == ["orphan-scoring"]


def test_names_tell_subject_and_session():
    assert details_of_name("sub-07_ses-pre_task-sleep_eeg").cells() == {"subject": "07", "session": "pre"}
    assert details_of_name("ST7132J0-PSG").cells() == {"subject": "ST713", "session": "2"}
    assert details_of_name("night1").cells() == {}


def test_an_entity_of_bids_that_is_called_psg_is_part_of_the_name(tmp_path):
    for i, of in enumerate(("psg", "headband")):
        write_edf(recording(seed=i), tmp_path / f"sub-01_task-sleep_acq-{of}_eeg.edf")
        (tmp_path / f"sub-01_task-sleep_acq-{of}_events.tsv").write_text("onset\tduration\tstage\n0\t30\t0\n")
    nights = find_nights(tmp_path).nights
    assert {night.name: [file.name for file in night.scorings] for night in nights} == {
        f"sub-01_task-sleep_acq-{of}_eeg.edf": [f"sub-01_task-sleep_acq-{of}_events.tsv"] for of in ("psg", "headband")
    }


def test_links_that_lead_nowhere_are_told_and_do_not_stop_the_others(tmp_path):
    write_edf(recording(), tmp_path / "n1.edf")
    for name in ("n2.edf", "n3.csv", "nights.csv"):
        (tmp_path / name).symlink_to(tmp_path / "not fetched" / name)
    found = find_nights(tmp_path)
    assert [night.name for night in found.nights] == ["n1.edf"]
    told = {entry.file.name: entry.code for entry in found.left_out}
    assert told == {"n2.edf": "broken", "n3.csv": "other", "nights.csv": "other"}


# ------------------------------------------------------------------------------------------------------------ the table
@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("path\nn2.edf\nm1.edf\n", "row 3, column 'path': there is no recording 'm1.edf'; is 'p1/n1.edf' meant?"),
        ("path\nn3.edf\n", "row 2, column 'path': 'n3.edf' may be 'p1/n3.edf', 'p2/n3.edf'; write the path with its"),
        ("path\np1\n", "row 2, column 'path': 'p1' is a folder, but not of one file per channel"),
        ("path\np1/n1.edf\n./p1/n1\n", "rows 2 and 3: 'n1.edf' is listed twice"),
        ("path\np1/n1.edf | p1/n1\n", "rows 2 and 2: 'n1.edf' is listed twice"),
        ("path\np1/n1.edf | p1/n3.edf\np1/n3.edf\n", "rows 2 and 3: 'n3.edf' is listed twice"),
        ("path,stop\np1/n1.edf,60 s\np1/n1.edf,\n", "rows 2 and 3: 'n1.edf' is listed twice"),
        ("path\np1/n1.edf\ncopy.edf\n", "hold the same bytes and are one night"),
    ],
)
def test_paths_of_the_table_must_lead_to_one_recording(tmp_path, text, message):
    for i, name in enumerate(("p1/n1.edf", "p1/n3.edf", "p2/n3.edf", "n2.edf")):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        write_edf(recording(seed=i), tmp_path / name)
    (tmp_path / "copy.edf").write_bytes((tmp_path / "p1/n1.edf").read_bytes())
    with pytest.raises(RecordingError) as error:
        listed(tmp_path, text)
    assert message in str(error.value)


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


def test_lights_of_the_table_go_before_those_of_the_file(tmp_path):
    write_edf(recording(3600, lights_off=60.0, lights_on=3500.0), tmp_path / "n1.edf")
    for cells, lights in {
        "22:40,23:20": (600, 3000),
        "2024-05-01 22:40,": (600, 3500),
        ",50 min": (60, 3000),
        "22:28,23:31": (0, 3600),  # noted to the minute
        ",": (60, 3500),
    }.items():
        found = listed(tmp_path, f"path,lights_off,lights_on\nn1.edf,{cells}\n")
        read = read_recording(found.nights[0])
        assert (read.lights_off, read.lights_on) == lights
        assert ("lights-given" in {finding.code for finding in read.findings}) == (cells != ",")
    for cells, message in {
        "22:40,07:00": "in a recording of 3600 s; mend 'lights_off' and 'lights_on'",
        "21:00,": "in a recording of 3600 s",
        "40 min,30 min": "the wrong way round",
    }.items():
        found = listed(tmp_path, f"path,lights_off,lights_on\nn1.edf,{cells}\n")
        with pytest.raises(RecordingError, match=message):
            read_recording(found.nights[0])


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


# ----------------------------------------------------------------------------------------------------- laws of sources
class InMemory:
    """A source of one channel whose samples are known."""

    def __init__(self, samples, rate=4.0, start=EVENING, name="memory"):
        self.samples, self.name, self.start = np.asarray(samples, np.float32), name, start
        self.channels = (Channel(0, "C4", rate, (-1e3, 1e3)),)
        self.duration, self.gaps = len(samples) / rate, ()

    def read(self, channels, start=0.0, stop=np.inf):
        rate = self.channels[0].rate
        return [self.samples[round(start * rate) : round(min(stop, self.duration) * rate)] for _ in channels]

    def annotations(self):
        return [0.0], [f"start of {self.name}"]

    def findings(self):
        return ()


@given(st.lists(st.tuples(st.integers(1, 20), st.integers(0, 12)), min_size=1, max_size=5), st.data())
def test_a_piece_of_what_was_joined_is_that_piece_of_the_whole(parts, data):
    """Parts of n samples after a pause, in quarters of a second; pauses are NaN; any piece is a slice of the whole."""
    sources, whole, at = [], [], 0
    for i, (n, pause) in enumerate(parts):
        pause = pause if i else 0
        whole += [np.nan] * pause + list(range(at, at + n))
        start = EVENING + timedelta(seconds=(len(whole) - n) / 4)
        sources.append(InMemory(range(at, at + n), start=start, name=str(i)))
        at += n
    joined = JoinedSource("night", data.draw(st.permutations(sources)))
    assert joined.duration == len(whole) / 4
    a = data.draw(st.integers(0, len(whole) - 1))
    b = data.draw(st.integers(a + 1, len(whole)))
    np.testing.assert_array_equal(joined.read(joined.channels, a / 4, b / 4)[0], np.float32(whole[a:b]))
    covered = sum(end - start for start, end in joined.gaps)
    assert covered * 4 == np.isnan(whole).sum()
    piece = CutSource(joined, a / 4, b / 4)
    np.testing.assert_array_equal(piece.read(piece.channels)[0], np.float32(whole[a:b]))
    assert piece.start == EVENING + timedelta(seconds=a / 4)
    assert sum(end - start for start, end in piece.gaps) * 4 == np.isnan(whole[a:b]).sum()
    onsets = dict(zip(*reversed(joined.annotations()), strict=True))
    assert onsets == {f"start of {s.name}": (s.start - EVENING).total_seconds() for s in sources}


def test_a_recording_is_as_before_where_a_night_is_a_file(tmp_path):
    write_edf(recording(), tmp_path / "n.edf")
    by_path, by_night = read_recording(tmp_path / "n.edf"), read_recording(find_nights(tmp_path).nights[0])
    assert by_path.source == by_night.source == "n.edf"
    assert by_path.findings == by_night.findings
    assert isinstance(by_path, Recording)


@pytest.mark.real_data
def test_real_scorings_without_their_recordings_are_orphans(shared):
    scorings = find_nights(shared / "data" / "sleep_edf_sc")
    assert scorings.nights == ()
    codes = [entry.code for entry in scorings.left_out]
    assert (codes.count("orphan-scoring"), codes.count("other")) == (10, 1)


def test_hidden_files_are_left_out(tmp_path):
    write(tmp_path / "n.edf", {"C4-M1": (noise(100, 60), 100)})
    (tmp_path / "._n.edf").write_bytes(b"Mac OS X")
    assert [night.name for night in find_nights([tmp_path]).nights] == ["n.edf"]


def test_folders_without_recordings_and_missing_paths_are_errors(tmp_path):
    with pytest.raises(RecordingError, match="no EDF or BDF file in this folder"):
        find_nights([tmp_path])
    with pytest.raises(RecordingError, match="no such file or folder"):
        find_nights([tmp_path / "nowhere"])
