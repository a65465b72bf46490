"""Programs of laboratories whose files nobody may publish: by hand after public readers, each with its traps."""

import math
import time
from datetime import datetime

import pytest

from somnometry import HypnogramError, Stage, read_hypnogram, read_hypnograms, read_scoring
from somnometry.io.scorings import labs
from somnometry.io.scorings.scored import bouts_of_steps
from tests.cost import growth


def read_text(tmp_path, text, name="night.dat", **told):
    (tmp_path / name).write_text(text, encoding="utf-8")
    return read_scoring(tmp_path / name, **told)


# -------------------------------------------------------------------------------------------------------------- Alice
def test_alice(tmp_path):
    """AM and PM over midnight, a row that is missing, no date."""
    text = (" Epoch Number ,Start Time ,Sleep Stage\n1,11:59:00 PM,WK\n2,11:59:30 PM,N1\n4,12:00:30 AM,N3\n"
            "5,12:01:00 AM,REM\n")  # fmt: skip
    for told in (text, text.replace(",", "\t")):
        scoring = read_text(tmp_path, told)
        assert scoring.hypnogram.stages.tolist() == [0, 1, -1, 3, 4]
        assert (scoring.hypnogram.start, scoring.clock) == (None, 86340)
        assert [finding.code for finding in scoring.hypnogram.findings] == ["clock-without-date"]
    numbers = read_text(tmp_path, "Epoch Number,Start Time,Sleep Stage\n1,9:00:00 pm,11\n2,9:00:30 pm,15\n")
    assert numbers.hypnogram.stages.tolist() == [0, 4]
    with pytest.raises(HypnogramError, match="not in order"):
        read_text(tmp_path, text + "1,11:59:00 PM,WK\n")
    with pytest.raises(HypnogramError, match="row 5 has no clock time"):
        read_text(tmp_path, text + "6,noon,WK\n")


# ------------------------------------------------------------------------------------------------------------ Sandman
SANDMAN = (
    "Sandman Elite\n\nPatient:\tX\nStudy:\tY\nStart Time:\t05/03/2012 11:58:40 PM\n" + "\n" * 8
    + "Epoch\tStage\tStart\n1\tWake\t11:59:00 PM\n2\tStage 1\t11:59:30 PM\n3\tStage 2\t12:00:00 AM\n"
    "4\tStage 4\t12:00:30 AM\n5\tREM\t12:01:00 AM\n"
)  # fmt: skip


def test_sandman(tmp_path):
    hypnogram = read_text(tmp_path, SANDMAN).hypnogram
    assert hypnogram.stages.tolist() == [0, 1, 2, 3, 4]
    assert hypnogram.start == datetime(2012, 3, 5, 23, 59)
    late = "".join(line for line in SANDMAN.splitlines(keepends=True) if "11:59" not in line)
    hypnogram = read_text(tmp_path, late).hypnogram
    assert (hypnogram.stages.tolist(), hypnogram.start) == ([2, 3, 4], datetime(2012, 3, 6))
    with pytest.raises(HypnogramError, match="its stages begin at 23:59:00, and its study at"):
        read_text(tmp_path, SANDMAN.replace("05/03/2012 11:58:40 PM", "05/03/2012 8:00:00 AM"))


# --------------------------------------------------------------------------------------------------------------- ZMax
def test_zmax(tmp_path):
    """The stage is the fourth column, with blanks; the lights are rows between the epochs."""
    text = ("1,22:00:00,30, W\n2,22:00:30,30, W\nLOUT,22:01:00\n3,22:01:00,30, N1\n4,22:01:30,30, U\n"
            "5,22:02:00,30, R\nLON,x\n")  # fmt: skip
    hypnogram = read_text(tmp_path, text).hypnogram
    assert hypnogram.stages.tolist() == [0, 0, 1, -1, 4]
    assert (hypnogram.lights_off, hypnogram.lights_on) == (60, 150)
    titled = read_text(tmp_path, "Epoch,Time,Length,Stage\n" + text).hypnogram
    assert titled.stages.tolist() == hypnogram.stages.tolist()
    assert (titled.lights_off, titled.lights_on) == (60, 150)
    scored = read_text(tmp_path, "5\n1\n2\n3\n4\n", format="zmax").hypnogram
    assert scored.stages.tolist() == [0, 1, 2, 3, 4]


# ------------------------------------------------------------------------------------------------------------- Zurich
def test_zurich(tmp_path):
    """20 s; a symbol where the stage changes; the last epoch goes on; what stands before the first is unscored."""
    hypnogram = read_text(tmp_path, "0\n2 0\n4 1\n5 2\n8 3\n9 r\n11 e\n").hypnogram
    assert hypnogram.stages.tolist() == [-1, 0, 0, 1, 2, 2, 2, 3, 4, 4, 4]
    assert hypnogram.epoch == 20
    whole = "0\n1 0\n3 2\n5 e\n0: 2\n2: 3\n"
    assert read_text(tmp_path, whole).hypnogram.stages.tolist() == [0, 0, 2, 2, 2]
    with pytest.raises(HypnogramError, match="it counts 4 epochs of N2, but 3 are scored: lines are lost"):
        read_text(tmp_path, whole.replace("2: 3", "2: 4"))
    with pytest.raises(HypnogramError, match="'x', which Zurich does not use"):
        read_text(tmp_path, "0\n1 0\n3 x\n", format="zurich")
    with pytest.raises(HypnogramError, match="rising order"):
        read_text(tmp_path, "0\n3 0\n1 2\n", format="zurich")


# --------------------------------------------------------------------------------------------------------------- ELAN
def test_elan(tmp_path):
    """One integer a second; REM is 5, 4 is deep sleep, -1 an artefact; the head counts them."""
    steps = [0] * 60 + [1] * 30 + [4] * 30 + [5] * 30 + [-1] * 30
    head = f"time_base 1.000000\nsampling_period 1.000000\nepoch_nb {len(steps)}\nepoch_list\n"
    text = head + "\n".join(map(str, steps)) + "\n"
    hypnogram = read_text(tmp_path, text).hypnogram
    assert (hypnogram.stages.tolist(), hypnogram.epoch) == ([0, 0, 1, 3, 4, -1], 30)
    assert read_text(tmp_path, text, epoch=10).hypnogram.stages.tolist()[:7] == [0] * 6 + [1]
    with pytest.raises(HypnogramError, match="promises 180 steps, and 179 follow"):
        read_text(tmp_path, text.rstrip("\n")[:-3])


# --------------------------------------------------------------------------------------------------- Stanford, DREAMS
def test_stanford_has_two_lengths(tmp_path):
    for name, epoch in (("a.sta", 30), ("a.hypnogram.txt", 15), ("a", 30)):
        hypnogram = read_text(tmp_path, "0\n1\n5\n7\n", name, format="stanford").hypnogram
        assert (hypnogram.stages.tolist(), hypnogram.epoch) == ([0, 1, 4, -1], epoch)
    assert read_text(tmp_path, "1 0\n2 2\n3 5\n", format="stanford").hypnogram.stages.tolist() == [0, 2, 4]
    assert read_text(tmp_path, "0\n5\n", "b.txt", format="stanford", epoch=30).hypnogram.epoch == 30


def test_dreams_by_rechtschaffen_and_kales(tmp_path):
    """0 is stage 4 there, and nothing by AASM."""
    assert read_text(tmp_path, "[HypnogramR&K]\n5\n0\n1\n-1\n4\n", format="dreams").hypnogram.stages.tolist() == [
        0, 3, 3, -1, 4,
    ]  # fmt: skip
    aasm = read_text(tmp_path, "[HypnogramAASM]\n5\n0\n1\n", format="dreams").hypnogram
    assert (aasm.stages.tolist(), aasm.epoch) == ([0, -1, 3], 5)


# ------------------------------------------------------------------------------------------------------------ Wonambi
def wonambi(*raters):
    return ("<annotations version='5'><dataset><start_time>2024-05-01T22:00:00</start_time><markers><marker>"
            "<marker_name>lights off</marker_name><marker_start>15</marker_start><marker_end>15</marker_end></marker>"
            "</markers></dataset>" + "".join(raters) + "</annotations>")  # fmt: skip


def rater(name, stages, length=30):
    epochs = "".join(
        f"<epoch><epoch_start>{i * length}</epoch_start><epoch_end>{(i + 1) * length}</epoch_end>"
        f"<stage>{stage}</stage><quality>Good</quality></epoch>"
        for i, stage in enumerate(stages)
    )
    event = "<event><event_start>31.5</event_start><event_end>32.5</event_end></event>"
    return (
        f"<rater name='{name}'><bookmarks/><events><event_type type='spindle'>{event}</event_type></events>"
        f"<stages>{epochs}</stages></rater>"
    )


def test_wonambi(tmp_path):
    one = wonambi(rater("Ann", ["Wake", "NREM1", "NREM2", "NREM3", "REM", "Artefact", "Unknown", "Movement"]))
    scoring = read_text(tmp_path, one)
    assert scoring.hypnogram.stages.tolist() == [0, 1, 2, 3, 4, -1, -1, -1]
    assert (scoring.hypnogram.start, scoring.hypnogram.scorer.name) == (datetime(2024, 5, 1, 22), "Ann")
    assert scoring.hypnogram.lights_off == 15
    assert scoring.events.of("spindle").onset.tolist() == [31.5]
    two = wonambi(rater("Ann", ["Wake", "REM"]), rater("Bob", ["Wake"] * 12, 20), "<rater name='Cy'><stages/></rater>")
    with pytest.raises(HypnogramError, match="it holds 2 nights: Ann, Bob"):
        read_text(tmp_path, two)
    assert read_text(tmp_path, two, scorer="Bob").hypnogram.epoch == 20
    assert list(read_hypnograms(tmp_path / "night.dat")) == ["Ann", "Bob"]
    with pytest.raises(HypnogramError, match="there is no scorer 'Cy'"):
        read_text(tmp_path, two, scorer="Cy")
    csv = ("Wonambi v7.15\nclock start time,start,end,stage\n22:00:00,0,30,Wake\n22:00:30,30,60,NREM2\n"
           "22:01:00,60,90,REM\n")  # fmt: skip
    scoring = read_text(tmp_path, csv)
    assert (scoring.hypnogram.stages.tolist(), scoring.clock) == ([0, 2, 4], 79200)


# ------------------------------------------------------------------------------------------------------------ OpenXDF
def openxdf(*scorers):
    body = ""
    for name, stages in scorers:
        marks = "".join(
            f"<xdf:SleepStage><xdf:EpochNumber>{n}</xdf:EpochNumber><xdf:Stage>{stage}</xdf:Stage></xdf:SleepStage>"
            for n, stage in stages
        )
        body += (
            f"<xdf:Scorer><xdf:FirstName>{name}</xdf:FirstName><xdf:LastName>Doe</xdf:LastName>"
            f"<xdf:SleepStages>{marks}</xdf:SleepStages></xdf:Scorer>"
        )
    return (
        "<?xml version='1.0' encoding='UTF-8'?><xdf:OpenXDF xmlns:xdf='http://openxdf.org/xdf'>"
        "<xdf:EpochLength>30</xdf:EpochLength><xdf:DataFiles><xdf:DataFile><xdf:Sessions><xdf:Session>"
        "<xdf:StartTime>2012-03-05T22:00:00.000000000</xdf:StartTime></xdf:Session></xdf:Sessions></xdf:DataFile>"
        f"</xdf:DataFiles><xdf:ScoringResults><xdf:Scorers>{body}</xdf:Scorers></xdf:ScoringResults></xdf:OpenXDF>"
    )


def test_openxdf(tmp_path):
    """Digits are R&K's; epochs count from 1, and one that is missing is unscored."""
    text = openxdf(("Ann", [(1, "W"), (2, "1"), (3, "2"), (5, "4"), (6, "R"), (7, "U")]))
    hypnogram = read_text(tmp_path, text).hypnogram
    assert hypnogram.stages.tolist() == [0, 1, 2, -1, 3, 4, -1]
    assert (hypnogram.start, hypnogram.scorer.name) == (datetime(2012, 3, 5, 22), "Ann Doe")
    two = openxdf(("Ann", [(1, "W")]), ("Bob", [(1, "R")]), ("Cy", []))
    with pytest.raises(HypnogramError, match="Ann Doe, Bob Doe"):
        read_text(tmp_path, two)
    assert read_text(tmp_path, two, scorer="Bob Doe").hypnogram.stages.tolist() == [4]
    with pytest.raises(HypnogramError, match="there is no scorer 'Eve'; it is one of Ann Doe, Bob Doe"):
        read_text(tmp_path, two, scorer="Eve")
    with pytest.raises(HypnogramError, match="does not know '9'"):
        read_text(tmp_path, openxdf(("Ann", [(1, "9")])))


# ----------------------------------------------------------------------------------------------------- RemLogic, Dreem
def test_remlogic_xml(tmp_path):
    def event(kind, start, stop):
        return (f'<Event><Type dt:dt="string">{kind}</Type><Location dt:dt="string">EEG-C3-M2</Location>'
                f'<StartTime dt:dt="string">2021-03-09T{start}</StartTime>'
                f'<StopTime dt:dt="string">2021-03-{stop}</StopTime></Event>')  # fmt: skip

    text = ('<?xml version="1.0"?><EventExport xmlns:dt="urn:schemas-microsoft-com:datatypes"><EventTypes>'
            "<EventType>SLEEP-S0</EventType></EventTypes><Events>"
            + event("LIGHTS-OFF", "23:58:55.500000", "09T23:58:55.500000")
            + event("SLEEP-S0", "23:59:00.000000", "09T23:59:30.000000")
            + event("SLEEP-MT", "23:59:30.000000", "10T00:00:00.000000")
            + event("SLEEP-S4", "23:59:59.999999", "10T00:00:30.000000") + "</Events></EventExport>")  # fmt: skip
    scoring = read_text(tmp_path, text)
    assert scoring.hypnogram.stages.tolist() == [0, -1, 3]
    assert scoring.hypnogram.start == datetime(2021, 3, 9, 23, 59)
    assert scoring.hypnogram.lights_off == -4.5


def test_remlogic_as_wonambi_writes_it(tmp_path):
    text = ("RemLogic Event Export\nPatient:\tX\nRecording Date:\t09/03/2021\n\nEvents Included:\nSLEEP-S0\n\n"
            "Heure [hh:mm:ss]\tEvénement\tDurée[s]\n2021-03-09T23:59:30.000000\tSLEEP-S0\t30\n"
            "2021-03-10T00:00:00.000000\tSLEEP-REM\t30\n")  # fmt: skip
    hypnogram = read_text(tmp_path, text).hypnogram
    assert (hypnogram.stages.tolist(), hypnogram.start) == ([0, 4], datetime(2021, 3, 9, 23, 59, 30))


@pytest.mark.parametrize("mark", ["\t", ",", ";"])
def test_dreem_text(tmp_path, mark):
    text = "Dreem Night\nScorer:\tX\n\n" + "\n".join(
        ["Sleep Stage,Time [hh:mm:ss],Event,Duration[s]", "SLEEP-S0,23:59:30,SLEEP-S0,30",
         "SLEEP-S2,00:00:00,SLEEP-S2,30", "SLEEP-MT,00:00:30,SLEEP-MT,30", "SLEEP-REM,00:01:00,SLEEP-REM,30"]
    ).replace(",", mark)  # fmt: skip
    for told in ({}, {"format": "dreem"}):
        scoring = read_text(tmp_path, text, **told)
        assert (scoring.hypnogram.stages.tolist(), scoring.clock) == ([0, 2, -1, 4], 86370)


# ---------------------------------------------------------------------------------------------------------- psg-utils
def test_ids_and_hmc(tmp_path):
    assert read_text(tmp_path, "0,60,W\n60,30,N1\n90,60,REM\n").hypnogram.stages.tolist() == [0, 0, 1, 4, 4]
    with pytest.raises(HypnogramError):
        read_text(tmp_path, "0,60,0\n60,30,1\n90,60,4\n")
    assert read_text(tmp_path, "0,60,0\n60,30,1\n90,60,4\n", format="usleep").hypnogram.stages.tolist() == [
        0,
        0,
        1,
        4,
        4,
    ]
    head = "Date, Time, Recording onset, Duration, Annotation, Linked channel\n"
    text = head + "01.01.01, 23.30.00, 0, 30, Sleep stage R, \n"
    assert read_text(tmp_path, text, format="hmc").hypnogram.stages.tolist() == [4]


def test_the_integers_of_one_line(tmp_path):
    with pytest.raises(HypnogramError, match="whose meaning differs"):
        read_text(tmp_path, "0 0 1 2 3 5 5\n")
    assert read_text(tmp_path, "0,0,1,5\n", format="isruc").hypnogram.stages.tolist() == [0, 0, 1, 4]


def test_rodents_are_refused(tmp_path):
    rows = [(4 * i, 4, ("W", "NREM", "R")[i % 3]) for i in range(30)]
    text = "onset,duration,stage\n" + "\n".join(",".join(map(str, row)) for row in rows)
    with pytest.raises(HypnogramError, match="epochs of 4 s of wake, NREM and REM alone are how rodents are scored"):
        read_text(tmp_path, text)
    assert read_hypnogram(tmp_path / "night.dat", epoch=4).levels == 3
    assert math.isnan(read_hypnogram(tmp_path / "night.dat", epoch=4).lights_off)


def test_no_epoch_is_lost_without_a_word(tmp_path):
    """What is cut or empty is an epoch without a stage, or an error; the epochs behind it never move up."""
    zmax = read_text(tmp_path, "1,a,30,W\nLOUT,b\n2,c,30,\n3,d,30,N1\n4,e,30,R\n").hypnogram
    assert (zmax.stages.tolist(), zmax.lights_off) == ([0, -1, 1, 4], 30)
    gssc = "Hypnogram of n\nEpoch,Time,Stage,Prob. W,Prob. N1,Prob. N2,Prob. N3,Prob. REM\n0,0,0,1,0,0,0,0\n"
    for row in ("2,60,2,0,0,1,0,0\n", "1,30\n2,60,2,0,0,1,0,0\n"):
        with pytest.raises(HypnogramError, match="not numbered in a row"):
            read_text(tmp_path, gssc + row)
    for text, told in (("EPOCH=30\nSTART=0\nWake\n\nN1\nN2\n", {}), ("0\n1\n\n5\n", {"format": "stanford"})):
        with pytest.raises(HypnogramError, match="empty lines lie among its epochs"):
            read_text(tmp_path, text, **told)
    noxturnal = ("Start Time,End Time,Event,Duration\n[],[],[],[s]\n15/01/2016 22:30:00,15/01/2016 22:30:30,Wake,30\n"
                 "15/01/2016 22:30,x,N1,30\n")  # fmt: skip
    with pytest.raises(HypnogramError, match="1 stages have no start or end"):
        read_text(tmp_path, noxturnal)


def test_steps_shorter_than_an_epoch_become_bouts():
    told = bouts_of_steps([Stage.W, Stage.W, Stage.N2, Stage.N2, Stage.N2, Stage.W], 10.0, 30.0)
    assert (list(told.onset), list(told.duration)) == ([0, 20, 50], [20, 30, 10])
    assert list(told.stages) == [Stage.W, Stage.N2, Stage.W]


def test_a_line_of_blanks_costs_its_length_and_not_its_square():
    def cost(blanks):
        begun = time.process_time()
        assert labs.ZURICH_TOTAL.fullmatch("1" + " " * blanks + "x") is None
        return time.process_time() - begun

    lines = ("1 : 20", "r=7", "m  12", "0 \t: \t 3")
    assert [labs.ZURICH_TOTAL.fullmatch(line)[2] for line in lines] == ["20", "7", "12", "3"]
    assert growth(cost, 100_000, 400_000, 8) < 8
