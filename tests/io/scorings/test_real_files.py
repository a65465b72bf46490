"""Every real scoring, epoch by epoch, against regular expressions and csv."""

import csv
import json
import re
from datetime import datetime, timedelta

import pytest

from somnometry import read_hypnogram, read_hypnograms

pytestmark = pytest.mark.real_data
WORDS = {"WAKE": 0, "W": 0, "N1": 1, "N2": 2, "N3": 3, "REM": 4, "R": 4, "ART": -1, "Wake": 0}
YASA = {"0": 0, "1": 1, "2": 2, "3": 3, "4": 4, "-1": -1, "-2": -1}
ISRUC = {"0": 0, "1": 1, "2": 2, "3": 3, "4": 3, "5": 4, "7": -1}
NOXTURNAL = {"Éveil": 0, "N1": 1, "N2": 2, "N3": 3, "REM": 4}


@pytest.fixture
def formats(shared):
    return shared / "data" / "formats"


def test_every_file_is_one_of_those_that_are_checked(formats):
    checked = {
        "Sleep Profile - 00000001.txt", "dod_h_scorer_1.json", "hmc_SN001_sleepscoring.edf",
        "hmc_polyman_sleepscoring.txt", "learn-nsrr01-profusion.xml", "noxturnal_events_example_unicode.csv",
        "noxturnal_fr_2.csv", "remlogic_gap_midnight.txt", "sleepware.rml", "stanford_CHP040.hypnogram.sta",
        "sub-1_task-Sleep_acq-psg_events.json", "sub-1_task-Sleep_acq-psg_events.tsv", "visbrain_yasa24.txt",
        "yasa_0.8.1.json", "yasa_hypno.csv", "zeo_four_nights.csv",
    }  # fmt: skip
    assert {path.name for path in formats.iterdir()} == checked


def test_integers(formats, shared):
    digits = re.findall(r"-?\d+", (formats / "dod_h_scorer_1.json").read_text())
    assert read_hypnogram(formats / "dod_h_scorer_1.json", format="dreem").stages.tolist() == [YASA[d] for d in digits]
    path = formats / "stanford_CHP040.hypnogram.sta"
    read = read_hypnogram(path, format="stanford")
    assert (read.stages.tolist(), read.epoch) == ([ISRUC[d] for d in path.read_text().split()], 30)
    path = shared / "data" / "yasa_snippets" / "data_full_6hrs_100Hz_hypno_30s.txt"
    digits = re.findall(r"^\d$", path.read_text(), re.MULTILINE)  # below two lines of remarks
    assert read_hypnogram(path, format="yasa").stages.tolist() == [YASA[digit] for digit in digits]


def test_words(formats, shared):
    path = shared / "data" / "yasa_snippets" / "sub-02_hypno_30s.txt"
    for told in ({}, {"format": "yasa"}):
        assert read_hypnogram(path, **told).stages.tolist() == [WORDS[word] for word in path.read_text().split()]
    rows = list(csv.reader((formats / "yasa_hypno.csv").read_text().splitlines()))[1:]
    read = read_hypnogram(formats / "yasa_hypno.csv")
    assert read.stages.tolist() == [WORDS[row[1]] for row in rows]
    assert str(read.start) == rows[0][0]
    document = json.loads((formats / "yasa_0.8.1.json").read_text())
    assert read_hypnogram(formats / "yasa_0.8.1.json").stages.tolist() == [WORDS[word] for word in document["values"]]


@pytest.mark.parametrize("column", ["stage_hum", "stage_ai"])
def test_columns_of_bids(formats, column):
    path = formats / "sub-1_task-Sleep_acq-psg_events.tsv"
    rows = csv.DictReader(path.read_text().splitlines(), delimiter="\t")
    right = [{"8": -1}.get(row[column], YASA.get(row[column])) for row in rows]
    assert read_hypnogram(path, scorer=column, coding="boas").stages.tolist() == right


@pytest.mark.parametrize("name", ["noxturnal_fr_2.csv", "noxturnal_events_example_unicode.csv"])
def test_noxturnal(formats, name):
    """Each stage at its clock, epochs of 30 s from the first; what lies between is unscored."""
    rows = list(csv.reader((formats / name).read_text("utf-16").splitlines()))[2:]
    at = {datetime.strptime(row[0], "%d/%m/%Y %H:%M:%S"): NOXTURNAL[row[2]] for row in rows if row[2] in NOXTURNAL}
    first, last = min(at), max(at)
    right = [at.get(first + timedelta(seconds=30 * i), -1) for i in range((last - first) // timedelta(seconds=30) + 1)]
    read = read_hypnogram(formats / name)
    assert (read.stages.tolist(), read.start) == (right, first)


def test_times_at_which_stages_end(formats):
    bouts = [line.split("\t") for line in (formats / "visbrain_yasa24.txt").read_text().splitlines()]
    right = [next(WORDS[word] for word, end in bouts if 30 * i + 15 < float(end)) for i in range(360)]
    assert read_hypnogram(formats / "visbrain_yasa24.txt").stages.tolist() == right


def test_zeo(formats):
    rows = csv.DictReader((formats / "zeo_four_nights.csv").read_text().splitlines())
    code = {"0": -1, "1": 0, "2": 4, "3": 5, "4": 3, "6": 3}
    right = [[code[digit] for digit in row["Detailed Sleep Graph"].split()] for row in rows]
    assert [night.stages.tolist() for night in read_hypnograms(formats / "zeo_four_nights.csv").values()] == right
