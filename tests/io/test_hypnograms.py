"""Hypnogram files. EDF+ files are written, and the real ones counted, by edfio, which the reader does not use."""

import errno
import math
import os
import warnings
from datetime import UTC, date, datetime, time, timedelta, timezone

import edfio
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from somnometry.core.errors import HypnogramError
from somnometry.core.hypnogram import Hypnogram
from somnometry.core.scorer import Scorer
from somnometry.core.stage import STAGES_OF_LEVEL, Stage
from somnometry.io import hypnograms as hypnograms_module
from somnometry.io.edf import records
from somnometry.io.hypnograms import read_hypnogram, read_scoring, read_stages, write_hypnogram

from ..hypnograms import assert_same

#: What R&K and AASM call a stage in EDF+, by our code; written out here and not taken from the package.
CODE = {
    "Sleep stage W": 0, "Sleep stage 1": 1, "Sleep stage 2": 2, "Sleep stage 3": 3, "Sleep stage 4": 3,
    "Sleep stage R": 4, "Sleep stage ?": -1, "Movement time": -1,
    "Sleep stage N1": 1, "Sleep stage N2": 2, "Sleep stage N3": 3,
}  # fmt: skip


@st.composite
def hypnograms(draw):
    levels = draw(st.sampled_from([5, 4, 3, 2]))
    stages = np.array(draw(st.lists(st.sampled_from([-1, *STAGES_OF_LEVEL[levels]]), max_size=12)), dtype=np.int8)
    probabilities = None
    if draw(st.booleans()):
        seed = draw(st.integers(0, 2**31))
        probabilities = np.random.default_rng(seed).dirichlet(np.full(5, 0.3), len(stages)).reshape(-1, 5)
        probabilities[stages == -1] = np.nan
    zones = st.sampled_from([None, UTC, timezone(timedelta(hours=5, minutes=30))])
    return Hypnogram(
        stages,
        epoch=draw(st.floats(0.01, 300)),
        probabilities=probabilities,
        start=draw(st.one_of(st.none(), st.datetimes(timezones=zones))),
        lights_off=draw(st.one_of(st.just(math.nan), st.floats(-1e5, -1))),
        lights_on=draw(st.one_of(st.just(math.nan), st.floats(4000, 1e5))),
        scorer=draw(st.text(max_size=8)),
        levels=levels,
    )


def write_edf(path, annotations, *, signals=(), start=(date(2024, 5, 1), time(22, 47, 12))):
    annotations = [edfio.EdfAnnotation(onset, duration, text) for onset, duration, text in annotations]
    edf = edfio.Edf(
        list(signals),
        recording=edfio.Recording(startdate=start[0]),
        starttime=start[1],
        annotations=annotations,
        data_record_duration=1.0 if signals else None,
    )
    edf.write(path)
    return path


# --------------------------------------------------------------------------------------------------------------- CSV
@given(hypnogram=hypnograms())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_what_is_written_is_read_exactly(hypnogram, tmp_path):
    write_hypnogram(hypnogram, tmp_path / "night.csv")
    assert_same(read_hypnogram(tmp_path / "night.csv"), hypnogram)


@given(hypnogram=hypnograms())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_stages_alone_are_those_that_are_read_with_probabilities(hypnogram, tmp_path):
    write_hypnogram(hypnogram, tmp_path / "night.csv")
    assert_same(read_stages(tmp_path / "night.csv"), hypnogram.replace(probabilities=None))


def test_a_row_that_is_cut_is_refused_where_stages_alone_are_read(tmp_path):
    path = tmp_path / "night.csv"
    write_hypnogram(Hypnogram([0, 4], probabilities=[[1, 0, 0, 0, 0], [0, 0, 0, 0, 1]]), path)
    path.write_text(path.read_text().rstrip("\n").rpartition(",")[0] + "\n")
    with pytest.raises(HypnogramError) as refused:
        read_stages(path)
    assert refused.value.place.startswith("night.csv, line")


def test_all_that_is_known_of_the_scorer_is_read_back(tmp_path):
    stager = Scorer(
        "YASA", "classifier", sha256="3d27" * 16, inputs=("eeg", "eog"), amplitude={"AF7": 1 / 3}, votes=("AF7", "AF8")
    )
    for scorer in (stager, Scorer("Ärztin", "human"), Scorer(kind="consensus", members=(stager, Scorer("A")))):
        path = tmp_path / "night.csv"
        write_hypnogram(Hypnogram([0, 2], scorer=scorer), path)
        assert read_hypnogram(path).scorer == scorer
        old = [line for line in path.read_text("utf-8").splitlines() if not line.startswith("# scorer_fields")]
        path.write_text("\n".join(old), "utf-8")
        assert read_hypnogram(path).scorer == Scorer(str(scorer))


@pytest.mark.parametrize("fields", ["{", "3", '{"colour": "red"}'])
def test_a_scorer_that_cannot_be_understood_is_refused(tmp_path, fields):
    path = tmp_path / "night.csv"
    write_hypnogram(Hypnogram([0], scorer=Scorer("A", "human")), path)
    path.write_text(path.read_text().replace('{"name": "A", "kind": "human"}', fields))
    with pytest.raises(HypnogramError):
        read_hypnogram(path)


def test_another_program_reads_the_table(tmp_path):
    import pandas as pd

    row = [0.1, 0.2, 0.4, 0.2, 0.1]
    hypnogram = Hypnogram([0, -1], probabilities=[row, [math.nan] * 5], scorer='A "B", #1\nx')
    write_hypnogram(hypnogram, tmp_path / "night.csv")
    frame = pd.read_csv(tmp_path / "night.csv", comment="#")
    assert frame.columns.tolist() == ["onset", "duration", "stage", "p_W", "p_N1", "p_N2", "p_N3", "p_R"]
    assert frame["stage"].tolist() == ["W", "?"]
    assert frame.iloc[0, 3:].tolist() == row
    assert frame.iloc[1, 3:].isna().all()


def test_writing_replaces_and_leaves_nothing_else(tmp_path):
    path = tmp_path / "night.csv"
    path.write_text("old")
    write_hypnogram(Hypnogram([2]), path)
    assert [p.name for p in tmp_path.iterdir()] == ["night.csv"]
    assert len(read_hypnogram(path)) == 1


def test_writing_that_fails_leaves_what_was_there(tmp_path, monkeypatch):
    path = tmp_path / "night.csv"
    path.write_text("old")

    def full(_handle):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        write_hypnogram(Hypnogram([2]), path)
    assert [(p.name, p.read_text()) for p in tmp_path.iterdir()] == [("night.csv", "old")]


@pytest.mark.parametrize("name", ["\ud800", "n\udcff.edf", "a\nb\r\u2028c", "\x1b[2J", "\0", '"', "# start: x"])
def test_any_name_of_a_scorer_comes_back(tmp_path, name):
    hypnogram = Hypnogram([0, 2], scorer=Scorer(name, "human"))
    write_hypnogram(hypnogram, tmp_path / "night.csv")
    assert read_hypnogram(tmp_path / "night.csv").scorer == hypnogram.scorer


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('scorer: ""', "scorer: " + "[" * 5000),
        ('scorer: ""', "scorer: " + "1" * 5000),
        ("levels: 5", "levels: 5\n# scorer_fields: " + '{"members": [' * 3000),
        ("levels: 5", "levels: 5\n# scorer_fields: []"),
        ("levels: 5", "levels: 5\n# scorer_fields: " + '{"amplitude": {"a": 1' + "0" * 400 + "}}"),
        ("levels: 5", "levels: " + "5" * 5000),
        ("start: unknown", "start: 0000-01-01T00:00:00"),
        ("start: unknown", "start: 99999-01-01T00:00:00"),
        ("epoch_seconds: 30.0", "epoch_seconds: 0"),
        ("epoch_seconds: 30.0", "epoch_seconds: -30"),
        ("epoch_seconds: 30.0", "epoch_seconds: unknown"),
        ("epoch_seconds: 30.0", "epoch_seconds: 1e308"),
        ("lights_off_seconds: 0.0", "lights_off_seconds: 1e999"),
        ("30.0,30.0,N1", "30.0,30.0,N1,"),
        ("30.0,30.0,N1", "\0,30.0,N1"),
        ("30.0,30.0,N1", "," * 5_000_000),
    ],
)
def test_a_damaged_head_of_our_csv_is_our_error(tmp_path, old, new):
    path = tmp_path / "night.csv"
    write_hypnogram(Hypnogram([0, 1, -1]), path)
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(HypnogramError) as refused:
            read_hypnogram(path)
    assert refused.value.place.startswith("night.csv")
    assert len(str(refused.value)) < 3000


def test_a_spreadsheets_byte_order_mark_and_line_ends_do_no_harm(tmp_path):
    path = tmp_path / "night.csv"
    hypnogram = Hypnogram([0, 2, -1], scorer="Ärztin")
    write_hypnogram(hypnogram, path)
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    assert_same(read_hypnogram(path), hypnogram)


def test_a_given_epoch_must_be_that_of_the_file(tmp_path):
    write_hypnogram(Hypnogram([0, 2], epoch=20), tmp_path / "night.csv")
    assert read_hypnogram(tmp_path / "night.csv", epoch=20).epoch == 20.0
    with pytest.raises(HypnogramError, match=r"night\.csv: its epochs last 20 s, not 30 s"):
        read_hypnogram(tmp_path / "night.csv", epoch=30)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("hypnogram: 1", "hypnogram: 2", r"night\.csv, line 1: format version '2'.*update"),
        ("# levels: 5\n", "", r"night\.csv: its head lacks levels"),
        ("epoch_seconds: 30.0", "epoch_seconds: half", r"epoch_seconds is 'half'; give seconds"),
        ("lights_on_seconds: 90.0", "lights_on_seconds: ?", r"lights_on_seconds is '\?'; give seconds, or 'unknown'"),
        ("lights_on_seconds: 90.0", "lights_on_seconds: -1", r"night\.csv: lights-off \(0 s\) must come before"),
        ("start: unknown", "start: yesterday", r"start, scorer, levels or epochs .*'yesterday'"),
        ("levels: 5", "levels: 9", r"5, 4, 3 or 2 levels, not 9"),
        ("onset,duration,stage", "onset;duration;stage", r"line 9: the columns are 'onset;duration;stage'; they must"),
        ("30.0,30.0,N1", "30.0,30.0,N9", r"line 11: the stage is 'N9'; it must be one of \?, W, N1"),
        ("30.0,30.0,N1", "30.0,30.0,1", r"line 11: the stage is '1'"),
        ("30.0,30.0,N1", "30.0,30.0", r"line 11: 2 cells in 3 columns"),
        ("30.0,30.0,N1", "x,30.0,N1", r"line 11: could not convert string to float: 'x'"),
        ("30.0,30.0,N1\n", "", r"line 11: an epoch of 30 s at 60 s where one of 30 s at 30 s is due; keep every"),
        ("30.0,30.0,N1", "30.0,20.0,N1", r"line 11: an epoch of 20 s at 30 s"),
        ("60.0,30.0,?", "60.0,30.0,LIGHT", r"epoch 2 has stage 5; with 5 levels"),
    ],
)
def test_errors_of_a_csv_name_the_place_the_value_and_the_remedy(tmp_path, old, new, message):
    path = tmp_path / "night.csv"
    write_hypnogram(Hypnogram([0, 1, -1]), path)
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))
    with pytest.raises(HypnogramError, match=message):
        read_hypnogram(path)


def test_a_csv_of_a_version_that_did_not_count_is_read_and_one_that_was_made_shorter_on_purpose(tmp_path):
    path = tmp_path / "night.csv"
    write_hypnogram(Hypnogram([0, 1, -1, 4]), path)
    text = path.read_text()
    path.write_text(text.replace("# epochs: 4\n", ""))
    assert read_hypnogram(path).n_epochs == 4
    shorter = "\n".join(text.splitlines()[:-2]).replace("lights_on_seconds: 120.0", "lights_on_seconds: 60.0")
    path.write_text(shorter)
    with pytest.raises(HypnogramError, match="it was cut: 2 of 4 epochs are there"):
        read_hypnogram(path)
    path.write_text(shorter.replace("epochs: 4", "epochs: 2"))
    assert read_hypnogram(path).n_epochs == 2


@pytest.mark.parametrize("end", ["\n", "\r"])
def test_more_lines_than_a_month_of_seconds_are_refused_before_each_is_a_string(tmp_path, end):
    write_hypnogram(Hypnogram([0, 1]), tmp_path / "night.csv")
    (tmp_path / "night.csv").write_text((tmp_path / "night.csv").read_text() + end * 6_000_000 + "x")
    with pytest.raises(HypnogramError, match=r"night\.csv: more than 2,700,000 lines are no night"):
        read_hypnogram(tmp_path / "night.csv")


@pytest.mark.parametrize("told", ["x", "1e9", "9" * 5000, "1.5"])
def test_a_number_of_epochs_that_is_none_is_an_error_of_the_file(tmp_path, told):
    write_hypnogram(Hypnogram([0, 1]), tmp_path / "night.csv")
    text = (tmp_path / "night.csv").read_text()
    (tmp_path / "night.csv").write_text(text.replace("epochs: 2", f"epochs: {told}"))
    with pytest.raises(HypnogramError, match=r"night\.csv: .*epochs cannot be understood"):
        read_hypnogram(tmp_path / "night.csv")


def test_a_csv_in_another_encoding(tmp_path):
    path = tmp_path / "night.csv"
    write_hypnogram(Hypnogram([0], scorer="Ärztin"), path)
    path.write_bytes(path.read_text(encoding="utf-8").encode("latin-1"))
    with pytest.raises(HypnogramError, match=r"night\.csv: byte \d+ is not UTF-8; save"):
        read_hypnogram(path)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", r"night\.edf: the file is empty"),
        (b"\n \n", r"night\.edf: the file is empty"),
        (b"Once\nupon\na time\n", r"night\.edf: neither an EDF or BDF file nor a scoring in a format that is read"),
        (b"\x00\xff" * 40, r"night\.edf: neither an EDF"),
        (b"0       short", r"night\.edf: .*header"),
    ],
)
def test_files_of_another_kind(tmp_path, content, message):
    (tmp_path / "night.edf").write_bytes(content)
    with pytest.raises(HypnogramError, match=message):
        read_hypnogram(tmp_path / "night.edf")


def test_a_missing_file(tmp_path):
    with pytest.raises(FileNotFoundError, match="absent"):
        read_hypnogram(tmp_path / "absent.csv")


# --------------------------------------------------------------------------------------------------------------- EDF+
NIGHT = [
    (0, 60, "Sleep stage W"), (12.5, None, "Lights off"), (60, 90, "Sleep stage 2"), (70.25, 3.5, "Arousal"),
    (150, 30, "Movement time"), (180, 30, "Sleep stage R"), (240, 30, "Sleep stage W"), (265, None, "Lights on"),
]  # fmt: skip


def check_night(scoring):
    hypnogram = scoring.hypnogram
    assert hypnogram.stages.tolist() == [0, 0, 2, 2, 2, -1, 4, -1, 0]
    assert hypnogram.start == datetime(2024, 5, 1, 22, 47, 12)
    assert (hypnogram.lights_off, hypnogram.lights_on) == (12.5, 265.0)
    assert (hypnogram.epoch, hypnogram.levels, hypnogram.scorer) == (30.0, 5, Scorer())
    assert scoring.events.of("Arousal").onset.tolist() == [70.25]
    assert scoring.events.of("Arousal").duration.tolist() == [3.5]


def test_stages_in_a_file_of_annotations_only(tmp_path):
    check_night(read_scoring(write_edf(tmp_path / "night.edf", NIGHT)))


def test_stages_beside_signals(tmp_path):
    signal = edfio.EdfSignal(np.sin(np.arange(300 * 100)), 100, label="EEG C4-M1", physical_dimension="uV")
    check_night(read_scoring(write_edf(tmp_path / "night.edf", NIGHT, signals=[signal])))


@pytest.mark.parametrize("name", ["night.EDF", "night.rec", "night", "night.csv"])
def test_content_and_not_the_name_tells_what_a_file_is(tmp_path, name):
    write_edf(tmp_path / "night.edf", NIGHT).rename(tmp_path / name)
    check_night(read_scoring(tmp_path / name))


def test_epochs_of_another_length(tmp_path):
    path = write_edf(tmp_path / "night.edf", [(20 * k, 20, "Sleep stage N2") for k in range(30)])
    assert read_hypnogram(path, epoch=20).stages.tolist() == [2] * 30
    assert read_hypnogram(path).epoch == 20
    with pytest.raises(HypnogramError, match=r"night\.edf: .* epoch=20"):
        read_hypnogram(path, epoch=30)


def test_no_marker_leaves_the_lights_unknown(tmp_path):
    hypnogram = read_hypnogram(write_edf(tmp_path / "night.edf", [(0, 90, "Sleep stage W")]))
    assert not hypnogram.lights_known
    assert hypnogram.whole().lights_on == 90.0


def test_a_recording_without_stages(tmp_path):
    path = write_edf(tmp_path / "night.edf", [(0, 1, "Spike"), (3, 1, "Spike")])
    with pytest.raises(HypnogramError, match=r"night\.edf: none of its 2 annotations is a sleep stage; "):
        read_hypnogram(path)


def test_a_scoring_with_too_many_annotations_is_refused_and_not_cut(tmp_path, monkeypatch):
    path = write_edf(tmp_path / "night.edf", [(30 * i, 30, "Sleep stage W") for i in range(40)])
    for module in (records, hypnograms_module):
        monkeypatch.setattr(module, "MOST_ANNOTATIONS", 40)
    with pytest.raises(HypnogramError, match="40 annotations or more"):
        read_hypnogram(path)
    for module in (records, hypnograms_module):
        monkeypatch.setattr(module, "MOST_ANNOTATIONS", 41)
    assert read_hypnogram(path).n_epochs == 40


def test_an_impossible_start_is_unknown(tmp_path):
    path = write_edf(tmp_path / "night.edf", NIGHT)
    content = bytearray(path.read_bytes())
    content[168:184] = b"00.00.0022.47.99"
    path.write_bytes(content)
    assert read_hypnogram(path).start is None


def test_an_edf_written_from_a_hypnogram_round_trips(tmp_path):
    stages = np.random.default_rng(1).choice([-1, 0, 1, 2, 3, 4], 200)
    stages[-1] = 2
    word = {-1: "?", 0: "W", 1: "N1", 2: "N2", 3: "N3", 4: "R"}
    scored = [(30 * k, 30, f"Sleep stage {word[s]}") for k, s in enumerate(stages.tolist())]
    assert read_hypnogram(write_edf(tmp_path / "night.edf", scored)).stages.tolist() == stages.tolist()


def test_reading_logs_nothing(tmp_path, caplog, capsys):
    path = tmp_path / "night.edf"
    edf = edfio.Edf([], patient=edfio.Patient(name="Doe"), annotations=[edfio.EdfAnnotation(0, 30, "Sleep stage W")])
    edf.write(path)
    assert "Doe" not in repr(read_scoring(path).hypnogram) + caplog.text + "".join(capsys.readouterr())


# ---------------------------------------------------------------------------------------------------------- real data
def counted_by_edfio(path):
    """Epochs of each stage, from the durations that edfio reads."""
    epochs = dict.fromkeys(range(-1, 5), 0.0)
    annotations = edfio.read_edf(path).annotations
    for annotation in annotations:
        if annotation.text in CODE:
            epochs[CODE[annotation.text]] += annotation.duration / 30
    return epochs, annotations


@pytest.mark.real_data
@pytest.mark.parametrize("folder", ["sleep_edf_sc", "sleep_edf_st"])
def test_sleep_edf(shared, folder):
    paths = sorted((shared / "data" / folder).glob("*-Hypnogram.edf"))
    assert len(paths) in (10, 12)
    for path in paths:
        epochs, annotations = counted_by_edfio(path)
        scoring = read_scoring(path)
        stages = scoring.hypnogram.stages
        late = annotations[0].onset / 30
        assert {s: float((stages == s).sum()) for s in epochs} == epochs | {-1: epochs[-1] + late}
        for annotation in annotations:  # the middle of every bout has its stage
            assert stages[int((annotation.onset + annotation.duration / 2) // 30)] == CODE[annotation.text]
        assert not scoring.hypnogram.lights_known
        assert len(scoring.events) == 0


@pytest.mark.real_data
def test_a_sleep_edf_night_at_home_is_a_day_long(shared):
    """SC4001: 24.04.89, 16.13.00 in the header; PhysioNet's annotation of it ends at 86400 s."""
    hypnogram = read_hypnogram(shared / "data" / "sleep_edf_sc" / "SC4001EC-Hypnogram.edf")
    assert hypnogram.start == datetime(1989, 4, 24, 16, 13)
    assert len(hypnogram) == 2880
    assert (hypnogram.stages[79500 // 30 :] == Stage.UNSCORED).all()


@pytest.mark.real_data
def test_a_scoring_that_starts_late(shared):
    """ST7042: the first annotation, "Sleep stage 1", has its onset at 540 s."""
    hypnogram = read_hypnogram(shared / "data" / "sleep_edf_st" / "ST7042JO-Hypnogram.edf")
    assert hypnogram.start == datetime(1994, 7, 27, 22, 31, 30)
    assert hypnogram.stages[:22].tolist() == [-1] * 18 + [1] * 3 + [0]


@pytest.mark.real_data
def test_hmc_one_annotation_an_epoch_with_lights(shared):
    path = shared / "data" / "formats" / "hmc_SN001_sleepscoring.edf"
    epochs, annotations = counted_by_edfio(path)
    scoring = read_scoring(path)
    stages = scoring.hypnogram.stages
    assert len(stages) == 854 == sum(epochs.values())
    assert {s: float((stages == s).sum()) for s in epochs} == epochs
    lights = {a.text.partition("@@")[0]: a.onset for a in annotations if a.text.startswith("Lights")}
    assert (scoring.hypnogram.lights_off, scoring.hypnogram.lights_on) == (lights["Lights off"], lights["Lights on"])
    assert scoring.hypnogram.lights_off == 33.43
    assert scoring.events.kind == ("Lights off@@EEG F4-A1", "Lights on@@EEG Fpz-Cz")


@pytest.mark.real_data
@pytest.mark.parametrize(
    ("name", "second"),
    [("00_ok_plus", 1), ("29_edfplusD_nogap", 1), ("32_annot_in_plain_edf", 1), ("44_annot_chan_no_first_tal", 0)],
)
def test_stages_inside_recordings(shared, name, second):
    """Synthetic: two annotations of 30 s, W and then "1" or W, as `strings` shows (edfio reads none of the last)."""
    assert read_hypnogram(shared / "data" / "edf_defects" / f"{name}.edf").stages.tolist() == [0, second]


@pytest.mark.real_data
@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("psg/psg_25min_256hz.edf", r"none of its 0 annotations"),
        ("psg/short_psg.bdf", r"none of its 0 annotations"),
        ("edf_quirks/chtypes_edf.edf", r"none of its \d annotations is a sleep stage; give"),
        ("edf_defects/34_annot_latin1.edf", r"none of its 1 annotations is a sleep stage"),
        ("edf_defects/41_uppercase_EXT.EDF", r"none of its 0 annotations"),
        ("formats/sub-1_task-Sleep_acq-psg_events.json", r"neither an EDF or BDF file"),
    ],
)
def test_real_files_without_stages(shared, name, message):
    with pytest.raises(HypnogramError, match=message):
        read_hypnogram(shared / "data" / name)


def test_a_line_of_the_head_without_a_value_is_an_error_of_ours(tmp_path):
    write_hypnogram(Hypnogram([0, 2, 4]), tmp_path / "n.csv")
    whole = (tmp_path / "n.csv").read_text(encoding="utf-8")
    for key in ("epoch_seconds", "levels", "scorer"):
        lines = [f"# {key}: " if line.startswith(f"# {key}:") else line for line in whole.splitlines()]
        (tmp_path / "cut.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
        with pytest.raises(HypnogramError) as refused:
            read_hypnogram(tmp_path / "cut.csv")
        assert refused.value.place == "cut.csv"
