"""Every format that is written is read back, by our reader and by the program's own library where there is one."""

import csv
import json
import math
from datetime import datetime
from pathlib import Path

import edfio
import mne
import numpy as np
import pytest
import yasa
from hypothesis import given, settings
from hypothesis import strategies as st

from somnometry import Events, Hypnogram, HypnogramError, Scorer, read_hypnogram, read_scoring
from somnometry.core.stage import STAGES_OF_LEVEL
from somnometry.io.write_hypnograms import WRITTEN, not_written, write_hypnogram, written_format

ENDS = [(one.name, one.suffixes[0]) for one in WRITTEN]
STARTS = st.datetimes(datetime(1990, 1, 1), datetime(2060, 1, 1)).map(lambda moment: moment.replace(microsecond=0))


@st.composite
def nights(draw, levels=5):
    n = draw(st.integers(12, 60))
    epoch = draw(st.sampled_from([5.0, 10.0, 20.0, 30.0, 60.0]))
    stages = draw(st.lists(st.sampled_from([-1, *map(int, STAGES_OF_LEVEL[levels])]), min_size=n, max_size=n))
    off = draw(st.sampled_from([math.nan, 0.0, epoch, 2.5 * epoch]))
    end = 2 * n + 2
    on = draw(st.sampled_from([math.nan, end * epoch, (end - 2) * epoch]))
    return Hypnogram(
        [*stages, *[int(STAGES_OF_LEVEL[levels][-1])] * (n + 2)], epoch, start=draw(st.none() | STARTS), lights_off=off,
        lights_on=on, levels=levels, scorer=draw(st.sampled_from(["", "A"])),
    )  # fmt: skip


def same(light, other):
    return light == other or (math.isnan(light) and math.isnan(other))


@pytest.mark.parametrize(("name", "suffix"), ENDS)
@given(night=nights())
@settings(max_examples=25, deadline=None)
def test_our_reader_reads_what_is_written(tmp_path_factory, name, suffix, night):
    path = tmp_path_factory.mktemp("written") / f"night{suffix}"
    one = written_format(path, name)
    if name == "yasa" and suffix != ".json":
        night = night.replace(epoch=30.0, lights_off=math.nan, lights_on=math.nan)
    write_hypnogram(night, path, format=name)
    read = read_hypnogram(path)
    assert (read.stages.tolist(), read.epoch) == (night.stages.tolist(), night.epoch)
    if "start" in one.keeps:
        assert read.start == night.start or (name, night.start, read.start) == ("edf", None, datetime(1985, 1, 1))
    if "lights" in one.keeps:
        assert same(read.lights_off, night.lights_off)
        assert same(read.lights_on, night.lights_on)
    if "scorer" in one.keeps:
        assert str(read.scorer) == str(night.scorer)


@pytest.mark.parametrize("levels", [4, 3, 2])
@pytest.mark.parametrize(("name", "suffix"), [end for end in ENDS if end[0] in ("csv", "parquet", "yasa", "bids")])
def test_fewer_levels_stay_fewer(tmp_path, name, suffix, levels):
    stages = [0, *map(int, STAGES_OF_LEVEL[levels]), -1] * 5
    path = tmp_path / f"n{suffix}"
    write_hypnogram(Hypnogram(stages, levels=levels, start=datetime(2024, 5, 1)), path, format=name)
    told = {}
    if levels == 2 and name in ("yasa", "bids"):  # "SLEEP" is no stage to a reader of words
        told = {"coding": {"SLEEP": 7}, "format": name}
    assert read_hypnogram(path, **told).stages.tolist() == stages


@pytest.mark.parametrize("one", [one for one in WRITTEN if one.levels == (5,)], ids=lambda one: one.what)
def test_what_holds_five_levels_refuses_fewer(tmp_path, one):
    with pytest.raises(HypnogramError) as refused:
        write_hypnogram(Hypnogram([0, 5], levels=4), tmp_path / f"n{one.suffixes[0]}", format=one.name)
    assert refused.value.key == "levels"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("suffix", [".csv", ".parquet"])
@given(night=nights(), seed=st.integers(0, 99))
@settings(max_examples=20, deadline=None)
def test_ours_keep_everything(tmp_path_factory, suffix, night, seed):
    p = np.random.default_rng(seed).dirichlet(np.ones(5), night.n_epochs)
    p[night.stages == -1] = np.nan
    scorer = Scorer("YASA", "classifier", sha256="ab12", inputs=("eeg",), amplitude={"C4": 1.2})
    night = night.replace(probabilities=p, scorer=scorer)
    path = tmp_path_factory.mktemp("ours") / f"n{suffix}"
    write_hypnogram(night, path)
    read = read_hypnogram(path)
    np.testing.assert_array_equal(read.probabilities, night.probabilities)
    assert (read.scorer, read.start, read.levels) == (night.scorer, night.start, 5)


# --------------------------------------------------------------------------------------------------- other people's own
NIGHT = Hypnogram(
    [0, 0, 1, 2, 2, 3, 3, 4, 4, -1, 0, 0], start=datetime(2024, 5, 1, 22, 30), lights_off=30.0, lights_on=330.0
)
WORDS = ["WAKE", "WAKE", "N1", "N2", "N2", "N3", "N3", "REM", "REM", "UNS", "WAKE", "WAKE"]


def test_yasa_reads_its_json(tmp_path):
    write_hypnogram(NIGHT, tmp_path / "n.json", format="yasa")
    read = yasa.Hypnogram.from_json(tmp_path / "n.json")
    assert read.hypno.tolist() == WORDS
    assert read.start.to_pydatetime() == NIGHT.start


def test_pandas_and_csv_read_the_tables(tmp_path):
    write_hypnogram(NIGHT, tmp_path / "n.csv", format="yasa")
    with (tmp_path / "n.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["Stage"] for row in rows] == WORDS
    assert rows[1]["Time"] == "2024-05-01 22:30:30"
    write_hypnogram(NIGHT, tmp_path / "n_events.tsv")
    with (tmp_path / "n_events.tsv").open(newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    assert [(row["onset"], row["duration"], row["stage"]) for row in rows[8:10]] == [
        ("240", "30", "R"),
        ("270", "30", "n/a"),
    ]
    sidecar = json.loads((tmp_path / "n_events.json").read_text())
    about = sidecar["Hypnogram"]
    assert (about["LightsOffSeconds"], about["StartTime"]) == (30.0, "2024-05-01T22:30:00")
    assert "GeneratedBy" not in sidecar  # a person's scoring that was exported is a scoring
    assert sidecar["stage"]["Levels"]["R"] == "REM sleep"


def test_mne_and_edfio_read_the_edf(tmp_path):
    write_hypnogram(NIGHT, tmp_path / "n.edf", events=Events([40.0], [3.0], ("arousal",)))
    marks = mne.read_annotations(tmp_path / "n.edf")
    stages = [str(text) for text in marks.description if text.startswith("Sleep stage")]
    assert stages == [f"Sleep stage {s}" for s in "W W N1 N2 N2 N3 N3 R R ? W W".split()]
    edf = edfio.read_edf(tmp_path / "n.edf")
    assert edf.startdatetime == NIGHT.start
    assert {(mark.onset, mark.text) for mark in edf.annotations} >= {
        (30.0, "Lights off"), (330.0, "Lights on"), (40.0, "arousal"),
    }  # fmt: skip
    assert read_scoring(tmp_path / "n.edf").events.of("arousal").onset.tolist() == [40.0]


def test_visbrain_says_ends_and_scoringhero_nulls(tmp_path):
    write_hypnogram(NIGHT, tmp_path / "v.txt", format="visbrain")
    lines = (tmp_path / "v.txt").read_text().splitlines()
    assert lines[:2] == ["*Duration_sec\t360", "Wake\t30"]
    assert lines[-3:] == ["Art\t300", "Wake\t330", "Wake\t360"]
    write_hypnogram(NIGHT, tmp_path / "s.json", format="scoringhero")
    rows, marks = json.loads((tmp_path / "s.json").read_text())
    assert [(row["stage"], row["digit"]) for row in rows[6:11]] == [
        ("N3", -3), ("REM", 0), ("REM", 0), (None, None), ("Wake", 1),
    ]  # fmt: skip
    assert (rows[0]["epoch"], rows[0]["start"], rows[0]["end"], marks) == (1, 0, 30, [])


# --------------------------------------------------------------------------------------------------------- which format
@pytest.mark.parametrize("name", ["n.json", "n.txt", "n.bdf", "n.rec", "n", "n.xlsx", "n.tsv", "edf"])
def test_a_name_that_does_not_tell_is_refused_and_nothing_is_written(tmp_path, name):
    with pytest.raises(HypnogramError) as refused:
        write_hypnogram(NIGHT, tmp_path / name)
    assert refused.value.key == "format"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("name", "named"), [("n.edf", "csv"), ("n.csv", "edf"), ("n.txt", "luna"), ("n.csv", "nsrr")])
def test_a_format_never_goes_under_the_name_of_another(tmp_path, name, named):
    with pytest.raises(HypnogramError) as refused:
        write_hypnogram(NIGHT, tmp_path / name, format=named)
    assert refused.value.key == "format"


@pytest.mark.parametrize("name", ["h.edf", "H.EDF"])
def test_a_name_of_edf_is_edf(tmp_path, name):
    write_hypnogram(NIGHT, tmp_path / name)
    assert (tmp_path / name).read_bytes()[:8] == b"0       "


@pytest.mark.parametrize("suffix", [".txt", ".csv"])
def test_what_does_not_say_its_epochs_refuses_those_of_other_lengths(tmp_path, suffix):
    with pytest.raises(HypnogramError) as refused:
        write_hypnogram(Hypnogram([0, 2], epoch=20), tmp_path / f"n{suffix}", format="yasa")
    assert refused.value.key == "epoch"


def test_what_is_lost_is_known():
    assert not_written(NIGHT, written_format(Path("n.annot"))) == ("start", "lights")
    assert not_written(NIGHT, written_format(Path("n.edf")), Events([1.0], [1.0], ("a",))) == ()
