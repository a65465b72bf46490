"""Tables of stages: what stands in the rows is right, by hand."""

import json
from datetime import datetime

import pytest

from somnometry import HypnogramError, read_scoring


def read_text(tmp_path, text, **told):
    (tmp_path / "night.dat").write_text(text, encoding="utf-8")
    return read_scoring(tmp_path / "night.dat", **told)


BOUTS = [(0, 60, "W"), (60, 30, "N1"), (90, 120, "N2"), (210, 30, "REM")]
RIGHT = [0, 0, 1, 2, 2, 2, 2, 4]


@pytest.mark.parametrize("delimiter", ["\t", ",", ";"])
@pytest.mark.parametrize("head", ["onset,duration,trial_type", "Onset,Duration,Annotation", "duration,onset,stage"])
def test_bouts_are_never_epochs_in_a_row(tmp_path, delimiter, head):
    rows = [f"{d},{o},{s}" if head.startswith("duration") else f"{o},{d},{s}" for o, d, s in BOUTS]
    text = "\n".join([head, *rows]).replace(",", delimiter)
    assert read_text(tmp_path, text).hypnogram.stages.tolist() == RIGHT


@pytest.mark.parametrize("head", ["start,end,stage", "Start (s),Stop,Sleep stage", "from,to,label"])
def test_starts_and_ends(tmp_path, head):
    text = "\n".join([head.replace("Start (s)", "Start(s)"), *(f"{o},{o + d},{s}" for o, d, s in BOUTS)])
    assert read_text(tmp_path, text).hypnogram.stages.tolist() == RIGHT


def test_clocks_as_onsets(tmp_path):
    scoring = read_text(tmp_path, "Onset,Duration,Annotation\n23:59:30,30,Sleep stage W\n00:00:00,60,Sleep stage N2\n")
    assert (scoring.hypnogram.stages.tolist(), scoring.clock) == ([0, 2, 2], 86370)
    scoring = read_text(tmp_path, "Onset,Duration,Annotation\n2024-05-01T23:59:30,30,Sleep stage W\n"
                                  "2024-05-02T00:00:00,60,Sleep stage N2\n")  # fmt: skip
    assert (scoring.hypnogram.stages.tolist(), scoring.clock) == ([0, 2, 2], None)
    assert scoring.hypnogram.start == datetime(2024, 5, 1, 23, 59, 30)
    spans = read_text(tmp_path, "start,end,stage\n23:59:30,00:00:30,W\n00:00:30,00:01:00,N1\n")
    assert (spans.hypnogram.stages.tolist(), spans.clock) == ([0, 0, 1], 86370)


def test_epochs_other_than_30_s_stay(tmp_path):
    rows = "".join(f"{20 * i}\t20\t{'WR'[i % 2]}\n" for i in range(40))
    hypnogram = read_text(tmp_path, "onset\tduration\tstage\n" + rows).hypnogram
    assert (hypnogram.epoch, hypnogram.stages.tolist()) == (20, [0, 4] * 20)


def test_tables_of_epochs_in_a_row(tmp_path):
    hypnogram = read_text(tmp_path, "Epoch,Stage\n1,W\n2,N1\n3,N2\n").hypnogram
    assert (hypnogram.stages.tolist(), hypnogram.epoch) == ([0, 1, 2], 30)
    hypnogram = read_text(tmp_path, "seconds;Stage\n0;W\n20;N1\n40;N2\n").hypnogram
    assert (hypnogram.stages.tolist(), hypnogram.epoch) == ([0, 1, 2], 20)
    scoring = read_text(tmp_path, "clock time\tStage\n23:59:40\tW\n00:00:00\tN1\n00:00:20\tN2\n")
    assert (scoring.hypnogram.stages.tolist(), scoring.hypnogram.epoch, scoring.clock) == ([0, 1, 2], 20, 86380)


@pytest.mark.parametrize(
    "text",
    [
        "Epoch,Stage\n1,W\n2,N1\n5,N2\n",  # rows are missing
        "seconds,Stage\n0,W\n30,N1\n30,N2\n",  # twice
        "Epoch,Stage\n1,W\n2,N1\n1,W\n2,N2\n",  # two nights, one below the other
        "time,Stage\n2024-05-01 23:00:00,W\n2024-05-01 23:01:00,N1\n2024-05-01 23:01:30,N1\n",
    ],
)
def test_rows_that_are_not_epochs_in_a_row_are_refused(tmp_path, text):
    with pytest.raises(HypnogramError, match=r"its epochs are .* apart by column"):
        read_text(tmp_path, text)


def test_columns_of_several_scorers(tmp_path):
    text = "onset\tduration\tstage_hum\tstage_ai\tmajority\n" + "".join(
        f"{30 * i}\t30\t{i}\t0\t{i}\n" for i in range(5)
    )
    with pytest.raises(HypnogramError, match="3 columns hold stages: stage_hum, stage_ai, majority"):
        read_text(tmp_path, text, coding="boas")
    with pytest.raises(HypnogramError, match="whose meaning differs"):
        read_text(tmp_path, text, scorer="majority")
    read = read_text(tmp_path, text, scorer="majority", coding="boas").hypnogram
    assert (read.stages.tolist(), str(read.scorer)) == ([0, 1, 2, 3, 4], "majority")
    same = "Time,S,S\n2024-05-01 23:00:00,W,N1\n2024-05-01 23:00:30,W,N2\n"
    with pytest.raises(HypnogramError, match=r"2 columns hold stages: S, S \(2\)"):
        read_text(tmp_path, same)
    assert read_text(tmp_path, same, scorer="S (2)").hypnogram.stages.tolist() == [1, 2]


def test_an_onset_that_is_no_time_is_said(tmp_path):
    with pytest.raises(HypnogramError, match="an onset is neither seconds nor a clock"):
        read_text(tmp_path, "onset\tduration\tstage\n0\t30\tW\nsoon\t30\tN1\n")


def test_integers_in_a_table_of_epochs_in_a_row(tmp_path):
    """A _hypnogram.tsv without onsets; the sidecar says what the integers are, or the user, or nobody."""
    table = tmp_path / "sub-1_hypnogram.tsv"
    table.write_text("epoch\tstage_hum\tstage_ai\tmajority\n" + "".join(f"{i}\t{i}\t0\t{i}\n" for i in range(5)))
    with pytest.raises(HypnogramError, match="3 columns hold stages: stage_hum, stage_ai, majority"):
        read_scoring(table)
    with pytest.raises(HypnogramError, match="whose meaning differs"):
        read_scoring(table, scorer="majority")
    assert read_scoring(table, scorer="hum", coding="boas").hypnogram.stages.tolist() == [0, 1, 2, 3, 4]
    levels = {"0": "n/a", "1": "Wake", "2": "REM", "3": "N1", "4": "N3"}
    (tmp_path / "sub-1_hypnogram.json").write_text(json.dumps({"majority": {"Levels": levels}, "stage_ai": {}}))
    assert read_scoring(table, scorer="majority").hypnogram.stages.tolist() == [-1, 0, 4, 1, 3]
    assert read_scoring(table, scorer="majority", coding="boas").hypnogram.stages.tolist() == [0, 1, 2, 3, 4]
    with pytest.raises(HypnogramError, match="whose meaning differs"):
        read_scoring(table, scorer="stage_ai")
    events = tmp_path / "sub-2_events.tsv"
    events.write_text("onset\tduration\tstage\n0\t30\t1\n30\t30\t2\n60\t30\t0\n")
    (tmp_path / "sub-2_events.json").write_text(json.dumps({"stage": {"Levels": levels}}))
    assert read_scoring(events).hypnogram.stages.tolist() == [0, 4, -1]
    (tmp_path / "sub-2_events.json").write_text(json.dumps({"stage": {"Levels": levels | {"1": "alert"}}}))
    with pytest.raises(HypnogramError, match="whose meaning differs"):
        read_scoring(events)


def test_decimal_commas(tmp_path):
    text = "onset;duration;stage\n0,0;30,0;W\n30,0;30,0;N2\n"
    assert read_text(tmp_path, text).hypnogram.stages.tolist() == [0, 2]


def test_a_named_format_fixes_what_the_integers_of_its_table_are(tmp_path):
    text = "Epoch,Stage\n0,0\n1,2\n2,4\n"
    with pytest.raises(HypnogramError, match="whose meaning differs"):
        read_text(tmp_path, text)
    assert read_text(tmp_path, text, format="yasa").hypnogram.stages.tolist() == [0, 2, 4]
    mine = {0: 4, 2: 0, 4: 2}
    assert read_text(tmp_path, text, format="yasa", coding=mine).hypnogram.stages.tolist() == [4, 0, 2]


@pytest.mark.parametrize(
    ("text", "right", "epoch"),
    [  # the first row is an epoch, too
        ("0,W\n1,W\n2,N1\n", [0, 0, 1], 30),
        ("0;W\n20;N2\n40;N1\n", [0, 2, 1], 20),
        ("23:00:00\tW\n23:00:20\tN1\n23:00:40\tR\n", [0, 1, 4], 20),
        ("2024-05-01 23:00:00,N1\n2024-05-01 23:00:30,W\n", [1, 0], 30),
    ],
)
def test_a_table_without_names_of_columns_keeps_its_first_epoch(tmp_path, text, right, epoch):
    hypnogram = read_text(tmp_path, text).hypnogram
    assert (hypnogram.stages.tolist(), hypnogram.epoch) == (right, epoch)


def test_two_scorers_without_names(tmp_path):
    text = "W,W\nW,N1\nN2,N2\n"
    with pytest.raises(HypnogramError, match="2 columns hold stages: 1, 2"):
        read_text(tmp_path, text)
    assert read_text(tmp_path, text, scorer="2").hypnogram.stages.tolist() == [0, 1, 2]
    scorers = "S1,S2\nWAKE,WAKE\nN1,N2\n"  # YASA's names of scorers, not stages of Rechtschaffen and Kales
    assert read_text(tmp_path, scorers, scorer="S2").hypnogram.stages.tolist() == [0, 2]
    with pytest.raises(HypnogramError, match="its epochs are 1, 2 apart"):
        read_text(tmp_path, "0,W\n1,W\n3,N1\n")


def test_a_row_that_is_short_is_an_epoch_without_a_stage(tmp_path):
    assert read_text(tmp_path, "Epoch,Stage\n0,W\n1\n2,N1\n").hypnogram.stages.tolist() == [0, -1, 1]


def test_empty_lines_among_epochs_are_refused(tmp_path):
    for text, told in (("W\n\nN1\nN2\n\n\nR\n", {}), ("0\n1\n\n5\n", {"format": "isruc"})):
        with pytest.raises(HypnogramError, match="empty lines lie among its epochs"):
            read_text(tmp_path, text, **told)
    for text in ("hypnogram\n\nW\nN1\nR\n\n\n", "W\n\nN1\n\nR\n", "# a\n\nW\nN1\nR\n"):
        assert read_text(tmp_path, text).hypnogram.stages.tolist() == [0, 1, 4]


def test_a_title_above_integers(tmp_path):
    with pytest.raises(HypnogramError, match="whose meaning differs"):
        read_text(tmp_path, "stage\n0\n1\n5\n")
    assert read_text(tmp_path, "stage\n0\n1\n5\n", coding="profusion_nsrr").hypnogram.stages.tolist() == [0, 1, 4]
