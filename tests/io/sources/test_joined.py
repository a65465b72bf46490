"""Parts of a night on one clock."""

from datetime import datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from somnometry import (
    RecordingError,
    Stage,
    find_nights,
    read_recording,
    stage,
    write_edf,
)
from somnometry.io.nights.night import open_night
from somnometry.io.sources.joined import CutSource, JoinedSource
from somnometry.io.sources.source import Channel

from ..folders import (
    EVENING,
    cut,
    listed,
    recording,
)


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


CHANGES = [  # first file begun, minutes long; second begun by the clock; its true second of the night; what is said
    ("2026-10-25 02:40", 20, "2026-10-25 02:10", 1800, "clock-set"),  # Europe: 3:00 becomes 2:00
    ("2026-10-25 01:10", 100, "2026-10-25 02:00", 6600, "clock-set"),
    ("2026-11-01 01:30", 20, "2026-11-01 01:05", 2100, "clock-set"),  # America
    ("2026-10-25 02:10", 20, "2026-10-25 03:05", 3300, "clock-may-be-set"),  # where it was put back, an hour later
    ("2026-03-29 01:40", 15, "2026-03-29 03:05", 5100, "clock-may-be-set"),  # where it was put forward, an hour earlier
    ("2026-03-29 00:10", 15, "2026-03-29 00:35", 1500, ""),  # before the change
    ("2026-05-25 02:40", 20, "2026-05-25 03:10", 1800, ""),
]


@pytest.mark.parametrize(("first", "minutes", "second", "onset", "code"), CHANGES)
@pytest.mark.parametrize("named", [True, False])
def test_a_restart_over_a_change_of_clocks_keeps_its_order(first, minutes, second, onset, code, named, tmp_path):
    names = ("n_part1.edf", "n_part2.edf") if named else ("a.edf", "b.edf")
    for name, start, length in zip(names, (first, second), (60 * minutes, 120), strict=True):
        begun = datetime.fromisoformat(start)
        write_edf(recording(length, ("C4-M1",), start=begun, seed=len(name), lights_off=None), tmp_path / name)
    found = find_nights(tmp_path) if named else listed(tmp_path, f"path\n{' | '.join(names)}\n")
    (night,) = found.nights
    source = open_night(night)
    assert source.start == datetime.fromisoformat(first)
    assert source.duration == onset + 120
    assert [finding.code for finding in source.findings() if finding.code.startswith("clock")] == [code][: bool(code)]


def test_clocks_that_are_a_little_apart_are_not_put_back(tmp_path):
    """In the night of a change the second file begins ten seconds before the first has ended, as clocks drift."""
    start = datetime(2026, 10, 25, 2, 50)
    write_edf(recording(1200, ("C4-M1",), start=start, lights_off=None), tmp_path / "a.edf")
    write_edf(recording(60, ("C4-M1",), start=start + timedelta(seconds=1190), seed=1, lights_off=None),
              tmp_path / "b.edf")  # fmt: skip
    source = open_night(listed(tmp_path, "path\na.edf | b.edf\n").nights[0])
    assert source.duration == 1250


class InMemory:
    """A source of one channel whose samples are known."""

    def __init__(self, samples, rate=4.0, start=EVENING, name="memory"):
        self.samples, self.name, self.start = np.asarray(samples, np.float32), name, start
        self.channels = (Channel(0, "C4", rate, (-1e3, 1e3)),)
        self.duration, self.gaps = len(samples) / rate, ()
        self.clock = None

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
