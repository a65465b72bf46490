"""Scorings of other programs; the right answers were counted without the package, or are written in the files."""

import csv
import json
import math
import os
import re
import time
from collections import Counter
from datetime import datetime

import pytest

from somnometry import HypnogramError, Scorer, read_hypnogram, read_hypnograms, read_scoring, to_yasa
from somnometry.core.hypnogram import Hypnogram
from somnometry.io import files
from somnometry.io.scorings.content import Content
from somnometry.io.scorings.read import is_scoring_text
from tests.cost import Cost


def counts(hypnogram):
    """Epochs of W, N1, N2, N3, R and unscored."""
    return [int((hypnogram.stages == stage).sum()) for stage in (0, 1, 2, 3, 4, -1)]


def read_text(tmp_path, text, **told):
    (tmp_path / "night.dat").write_text(text, encoding="utf-8")
    return read_scoring(tmp_path / "night.dat", **told)


# ---------------------------------------------------------------------------------------------------------- real data
@pytest.mark.real_data
@pytest.mark.parametrize(
    ("name", "told", "right"),
    [  # counts of those who published the files
        ("sub-1_task-Sleep_acq-psg_events.tsv", {"scorer": "stage_hum", "coding": "boas"}, [200, 57, 398, 172, 87, 1]),
        ("sub-1_task-Sleep_acq-psg_events.tsv", {"scorer": "ai", "coding": "boas"}, [252, 37, 367, 162, 97, 0]),
        ("dod_h_scorer_1.json", {"format": "dreem"}, [112, 525, 438, 98, 19, 0]),
        ("stanford_CHP040.hypnogram.sta", {"format": "stanford"}, [316, 154, 330, 170, 101, 1]),
        ("noxturnal_fr_2.csv", {}, [169, 38, 354, 141, 146, 0]),
        ("yasa_0.8.1.json", {}, [62, 4, 28, 26, 0, 0]),
        ("yasa_hypno.csv", {}, [62, 4, 28, 26, 0, 0]),
        ("visbrain_yasa24.txt", {}, [28, 47, 100, 140, 45, 0]),
        ("hmc_polyman_sleepscoring.txt", {}, [2, 0, 1, 0, 0, 0]),
    ],
)
def test_real_files(shared, name, told, right):
    assert counts(read_hypnogram(shared / "data" / "formats" / name, **told)) == right


@pytest.mark.real_data
def test_a_real_profusion_file_has_one_stage_for_each_element(shared):
    path = shared / "data" / "formats" / "learn-nsrr01-profusion.xml"
    digits = re.findall(r"<SleepStage>(\d)", path.read_text("utf-8"))
    scoring = read_scoring(path)
    code = {"0": 0, "1": 1, "2": 2, "3": 3, "4": 3, "5": 4}
    assert scoring.hypnogram.stages.tolist() == [code[digit] for digit in digits]
    assert len(scoring.events) == path.read_text("utf-8").count("<ScoredEvent>")
    assert scoring.events.of("Hypopnea").onset[0] == 1572.7


@pytest.mark.real_data
@pytest.mark.parametrize("name", ["noxturnal_fr_2.csv", "noxturnal_events_example_unicode.csv"])
def test_real_event_lists_keep_their_events(shared, name):
    path = shared / "data" / "formats" / name
    rows = list(csv.reader(path.read_text("utf-16").splitlines()))[2:]
    words = Counter(row[2] for row in rows)
    scoring = read_scoring(path)
    assert counts(scoring.hypnogram)[:5] == [words[word] for word in ("Éveil", "N1", "N2", "N3", "REM")]
    assert len(scoring.events) == len(rows) - sum(counts(scoring.hypnogram)[:5])
    assert len(scoring.events.of("Micro-éveil")) == words["Micro-éveil"]


@pytest.mark.real_data
def test_the_nights_of_a_zeo(shared):
    path = shared / "data" / "formats" / "zeo_four_nights.csv"
    rows = list(csv.DictReader(path.read_text().splitlines()))
    nights = read_hypnograms(path)
    assert list(nights) == ["08/01/2012", "08/02/2012", "08/03/2012", "08/04/2012"]
    for night, row in zip(nights.values(), rows, strict=True):
        digits = Counter(row["Detailed Sleep Graph"].split())
        assert night.levels == 4
        assert [(night.stages == s).sum() for s in (-1, 0, 4, 5, 3)] == [digits[d] for d in "01234"]
        assert night.start == datetime.strptime(row["Start of Night"], "%m/%d/%Y %H:%M")
    with pytest.raises(HypnogramError, match=r"it holds 4 nights: 08/01/2012.*read_hypnograms"):
        read_hypnogram(path)
    assert len(read_hypnogram(path, scorer="08/03/2012")) == 902


@pytest.mark.real_data
def test_small_files_after_public_descriptions(shared):
    folder = shared / "data" / "formats"
    domino = read_hypnogram(folder / "Sleep Profile - 00000001.txt")
    assert (domino.stages.tolist(), domino.start) == ([0, 0, 1, 2, -1, 3, 4], datetime(2010, 11, 17, 23, 57))
    remlogic = read_scoring(folder / "remlogic_gap_midnight.txt")
    assert remlogic.hypnogram.stages.tolist() == [0, 0, 1, 2, -1, 4]
    assert remlogic.events.of("MCAP-A3").onset.tolist() == [45]
    sleepware = read_scoring(folder / "sleepware.rml")
    assert sleepware.hypnogram.stages.tolist() == [-1, -1, 0, 0, 1, 2, 2, 2, 3, 3, 4]
    assert sleepware.events.of("ObstructiveApnea").onset.tolist() == [88.5]
    polyman = read_hypnogram(folder / "hmc_polyman_sleepscoring.txt")
    assert (polyman.lights_off, polyman.start) == (46.28, datetime(2001, 1, 1, 23, 30))


@pytest.mark.real_data
def test_integers_of_real_files_are_refused(shared):
    for name in ("formats/dod_h_scorer_1.json", "formats/stanford_CHP040.hypnogram.sta",
                 "yasa_snippets/data_full_6hrs_100Hz_hypno_30s.txt"):  # fmt: skip
        with pytest.raises(HypnogramError, match=r"whose meaning differs between programs.* min under"):
            read_hypnogram(shared / "data" / name)
    bids = shared / "data" / "formats" / "sub-1_task-Sleep_acq-psg_events.tsv"
    with pytest.raises(HypnogramError, match="2 columns hold stages: stage_hum, stage_ai; name one"):
        read_hypnogram(bids, coding="boas")
    with pytest.raises(HypnogramError, match="whose meaning differs"):
        read_hypnogram(bids, scorer="stage_ai")


# ----------------------------------------------------------------------------------------------------------- by hand
def test_an_nsrr_file_has_no_date(tmp_path):
    def event(kind, concept, start, duration):
        return (f"<ScoredEvent><EventType>{kind}</EventType><EventConcept>{concept}</EventConcept>"
                f"<Start>{start}</Start><Duration>{duration}</Duration></ScoredEvent>")  # fmt: skip

    text = (
        "<PSGAnnotation><EpochLength>30</EpochLength><ScoredEvents>"
        "<ScoredEvent><EventType/><EventConcept>Recording Start Time</EventConcept><Start>0</Start>"
        "<Duration>150.0</Duration><ClockTime>00.00.00 22.00.00</ClockTime></ScoredEvent>"
        + event("Stages|Stages", "Wake|0", 0.0, 60.0)
        + event("Respiratory|Respiratory", "Hypopnea|Hypopnea", 70.5, 12.0)
        + event("Stages|Stages", "Stage 4 sleep|4", 60.0, 30.0) + event("Stages|Stages", "REM sleep|5", 90.0, 30.0)
        + event("Stages|Stages", "Unscored|9", 120.0, 30.0) + "</ScoredEvents></PSGAnnotation>"
    )  # fmt: skip
    scoring = read_text(tmp_path, text)
    assert scoring.hypnogram.stages.tolist() == [0, 0, 3, 4, -1]
    assert scoring.hypnogram.start is None
    assert scoring.events.of("Hypopnea|Hypopnea").onset.tolist() == [70.5]


def test_a_respironics_file_without_a_person_gives_the_machine(tmp_path):
    text = ("<PatientStudy><Session><RecordingStart>2015-01-01T22:00:00</RecordingStart>"
            "<Duration>90</Duration></Session>"
            "<MachineStaging><Stage Type='Wake' Start='0'/><Stage Type='NonREM2' Start='30'/></MachineStaging>"
            "<UserStaging/></PatientStudy>")  # fmt: skip
    assert read_text(tmp_path, text).hypnogram.stages.tolist() == [0, 2, 2]


def test_domino_of_an_american_clock(tmp_path):
    text = ("Signal ID: SchlafProfil\\profil\nStart Time: 2/1/2010 11:59:30 PM\nRate: 30 s\n\n"
            "11:59:30,000 PM; Wake\n12:00:00,000 AM; N2\n12:00:30,000 AM; Artefact\n")  # fmt: skip
    hypnogram = read_text(tmp_path, text).hypnogram
    assert (hypnogram.stages.tolist(), hypnogram.start) == ([0, 2, -1], datetime(2010, 2, 1, 23, 59, 30))


def test_cap_takes_the_stage_from_its_column(tmp_path):
    text = (
        "Recording Date:\t03/02/2008\n\nSleep Stage\tPosition\tTime [hh:mm:ss]\tEvent\tDuration [s]\tLocation\n"
        "W\tx\t23.59.30\tSLEEP-S0\t30\tROC\nS4\tx\t00.00.00\tSLEEP-S3\t30\tROC\nR\tx\t00.00.30\tSLEEP-RM\t5\tROC\n"
    )
    scoring = read_text(tmp_path, text)
    assert scoring.hypnogram.stages.tolist() == [0, 3]
    assert scoring.hypnogram.start == datetime(2008, 2, 3, 23, 59, 30)
    assert scoring.events.kind == ("SLEEP-RM",)


def test_gssc_and_usleep(tmp_path):
    gssc = ("Hypnogram of night\nEpoch,Time,Stage,Prob. W,Prob. N1,Prob. N2,Prob. N3,Prob. REM\n"
            "0,0,0,1,0,0,0,0\n1,30,4,0,0,0,0,1\n")  # fmt: skip
    assert read_text(tmp_path, gssc).hypnogram.stages.tolist() == [0, 4]
    usleep = read_text(tmp_path, "EPOCH=20\nSTART=0\nWake\nN1\nREM\n").hypnogram
    assert (usleep.stages.tolist(), usleep.epoch, usleep.scorer.kind) == ([0, 1, 4], 20.0, "classifier")


def test_dreams_has_epochs_of_five_seconds(tmp_path):
    hypnogram = read_text(tmp_path, "[HypnogramAASM]\n5\n5\n3\n2\n1\n4\n", format="dreams").hypnogram
    assert (hypnogram.stages.tolist(), hypnogram.epoch) == ([0, 0, 1, 2, 3, 4], 5.0)


def test_scoringhero_leaves_null_unscored(tmp_path):
    rows = [{"epoch": i + 1, "start": 20 * i, "end": 20 * i + 20, "stage": stage, "digit": 0}
            for i, stage in enumerate(["Wake", None, "REM"])]  # fmt: skip
    hypnogram = read_text(tmp_path, json.dumps([rows, []])).hypnogram
    assert (hypnogram.stages.tolist(), hypnogram.epoch) == ([0, -1, 4], 20.0)


def test_what_yasa_itself_writes(tmp_path):
    for hypnogram in (Hypnogram([0, 1, 2, 3, 4, -1], scorer="A"), Hypnogram([0, 5, 3, 4], levels=4, scorer="A"),
                      Hypnogram([0, 6, 4], levels=3, epoch=20), Hypnogram([0, 7, -1], levels=2)):  # fmt: skip
        to_yasa(hypnogram).to_json(tmp_path / "y.json")
        read = read_hypnogram(tmp_path / "y.json")
        assert (read.stages.tolist(), read.epoch, read.levels) == (
            hypnogram.stages.tolist(), hypnogram.epoch, hypnogram.levels,
        )  # fmt: skip
        assert read.scorer == Scorer(str(hypnogram.scorer))


def test_bids_events_in_words(tmp_path):
    text = ("onset\tduration\ttrial_type\n0\t30\tsleep_wake\n12\t3\tarousal\n30\t30\tsleep_N2\n"
            "60\t30\tn/a\n90\t30\tsleep_REM\n")  # fmt: skip
    scoring = read_text(tmp_path, text)
    assert scoring.hypnogram.stages.tolist() == [0, 2, -1, 4]
    assert scoring.events.of("arousal").onset.tolist() == [12]
    assert math.isnan(scoring.hypnogram.lights_off)


def test_two_raters_in_a_table_are_asked_for(tmp_path):
    text = "Time,Ann,Bob\n2024-05-01 23:00:00,W,W\n2024-05-01 23:00:20,N1,N2\n"
    with pytest.raises(HypnogramError, match="2 columns hold stages: Ann, Bob"):
        read_text(tmp_path, text)
    bob = read_text(tmp_path, text, scorer="Bob").hypnogram
    assert (bob.stages.tolist(), bob.epoch, str(bob.scorer)) == ([0, 2], 20.0, "Bob")
    with pytest.raises(HypnogramError, match="there is no scorer 'Cy'; it is one of Ann, Bob"):
        read_text(tmp_path, text, scorer="Cy")


def test_other_text_costs_little_to_be_told_from_scorings(tmp_path):
    """A folder may hold hundreds of notes and tables beside its nights."""
    (tmp_path / "a.txt").write_text("some note\n" * 50_000)
    (tmp_path / "b.csv").write_text("a,b,c\n" + "1,2,3\n" * 50_000)
    (tmp_path / "c.tsv").write_text("onset\tduration\tstage\n" + "".join(f"{30 * i}\t30\tW\n" for i in range(50_000)))
    with Cost() as cost:
        for _ in range(10):
            assert [is_scoring_text(tmp_path / name) for name in ("a.txt", "b.csv", "c.tsv")] == [False, False, True]
    assert cost.loops < 150


# -------------------------------------------------------------------------------------------------------- read once
def oura(minutes):
    """Nights of an export of Oura, each asleep so many minutes of an hour."""
    return [{"bedtime_start": f"2024-05-{day:02d}T23:00+02:00", "day": f"2024-05-{day + 1:02d}", "type": "long_sleep",
             "sleep_phase_5_min": "2" * (asleep // 5) + "4" * (12 - asleep // 5)}
            for day, asleep in enumerate(minutes, 1)]  # fmt: skip


@pytest.fixture
def reads(monkeypatch):
    """Names of the files that were read, in their order; files are as old as they need to be at once."""
    names = []
    of = Content.of
    monkeypatch.setattr(files, "SETTLED", 0)
    monkeypatch.setattr(Content, "of", lambda path: names.append(path.name) or of(path))
    return names


def test_a_file_of_many_nights_is_read_once(tmp_path, reads):
    path = tmp_path / "oura.json"
    path.write_text(json.dumps(oura([5, 10, 15])), encoding="utf-8")
    asleep = [int((read_hypnogram(path, scorer=f"2024-05-{day:02d}").stages > 0).sum()) for day in (2, 3, 4, 2)]
    assert asleep == [1, 2, 3, 1]
    assert reads == ["oura.json"]
    assert len(read_hypnograms(path)) == 3 == len(read_hypnograms(path))
    assert len(reads) == 2  # the names of its nights might have been those of scorers


def test_a_file_that_changed_is_read_again(tmp_path, reads):
    """Even where its size and the time of its last change are those that it had."""
    path = tmp_path / "oura.json"
    path.write_text(json.dumps(oura([5, 10])), encoding="utf-8")
    os.utime(path, ns=(10**18, 10**18))
    assert int((read_hypnograms(path)["2024-05-02"].stages > 0).sum()) == 1
    path.write_text(json.dumps(oura([50, 10])), encoding="utf-8")
    time.sleep(0.02)
    os.utime(path, ns=(10**18, 10**18))
    assert int((read_hypnograms(path)["2024-05-02"].stages > 0).sum()) == 10


def test_a_file_that_is_new_is_read_each_time(tmp_path, reads, monkeypatch):
    monkeypatch.undo()
    path = tmp_path / "oura.json"
    for asleep in (5, 10, 15):
        path.write_text(json.dumps(oura([asleep, 5])), encoding="utf-8")
        assert int((read_hypnograms(path)["2024-05-02"].stages > 0).sum()) == asleep // 5
