"""Scorings that somebody made to hurt: read or refused by an error of the package, soon, in little memory."""

import json
import re
import subprocess
import sys
import warnings
import zipfile
from pathlib import Path

import pytest

from somnometry import HypnogramError, read_hypnogram, read_hypnograms, read_scoring
from somnometry.io.scorings.content import LARGEST, MOST_LINES
from somnometry.io.scorings.formats import FORMATS
from somnometry.io.scorings.xml_files import is_rooted
from tests.cost import Cost

NAMES = tuple(dict.fromkeys(one.name for one in FORMATS))
PROFUSION = "<CMPStudyConfig><EpochLength>{}</EpochLength><SleepStages>{}</SleepStages></CMPStudyConfig>"
STAGE = "<SleepStage>0</SleepStage>"
EVENT = (
    "<ScoredEvent><EventType>Stages|Stages</EventType><EventConcept>{}</EventConcept><Start>{}</Start>"
    "<Duration>{}</Duration></ScoredEvent>"
)
NSRR = "<PSGAnnotation><EpochLength>30</EpochLength><ScoredEvents>{}</ScoredEvents></PSGAnnotation>"
POLYMAN = "Date, Time, Recording onset, Duration, Annotation\n{},23:30:00,{},{},Sleep stage W\n"
DOMINO = "Signal ID: SchlafProfil\\profil\nStart Time: {}\nRate: {} s\n\n23:59:30,000; Wake\n00:00:00,000; N2\n"
NOXTURNAL = "Start Time,End Time,Event,Place\n[],[],[],[]\n{},{},N2,\n"


MIXED = (
    NOXTURNAL.format("2018-07-25T23:00:00{0}", "2018-07-25T23:00:30{1}"),
    "Start Time,End Time,Event,Place\n[],[],[],[]\n2018-07-25 23:00:00{0},2018-07-25 23:00:30{0},N2,\n"
    "2018-07-25 23:00:30{1},2018-07-25 23:01:00{1},Arousal,\n",
    "Time,Stage\n2024-05-01 23:00:00{0},Wake\n2024-05-01 23:00:30{1},N2\n",
    "RemLogic Event Export\n\nSleep Stage\tTime [hh:mm:ss]\tEvent\tDuration[s]\n"
    "S0\t2008-02-03T23:00:00{0}\tSLEEP-S0\t30\nS2\t2008-02-03T23:00:30{1}\tSLEEP-S2\t30\n",
    "<All><Events><Event><Type>SLEEP-S0</Type><StartTime>2008-02-03T23:00:00{0}</StartTime><StopTime>2008-02-03T23:00:30{0}"
    "</StopTime></Event><Event><Type>SLEEP-S2</Type><StartTime>2008-02-03T23:00:30{1}</StartTime>"
    "<StopTime>2008-02-03T23:01:00{1}</StopTime></Event></Events></All>",
)


def written(tmp_path, content):
    path = tmp_path / "night.dat"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


@pytest.fixture
def without_nets(monkeypatch):
    """Readers whose unforeseen errors are not told as damage of the file, as `make fuzz` has them."""
    monkeypatch.setattr("somnometry.io.scorings.read.DAMAGE", ())
    monkeypatch.setattr("somnometry.io.scorings.sleeps.OTHER_KINDS", ())


def error_of(read, path, **told):
    """The error of the package that reading a file ends in, if it does; any other is a failure of the test."""
    try:
        read(path, **told)
    except HypnogramError as error:
        return error
    return None


# ------------------------------------------------------------------------------------------- any file, as any format
@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    "content",
    [b"x", b"\n \n", b"{}", b"[]", b"[[]]", b"[{}]", b"null", b"<a/>", b",", b"\t", b"W", b"0",
     b"a,b\n1,2\n", b"*a\t1\n",
     b"[Hyp]\n", b"\xff\xfe", b"\xff\xfeW\x00", b'"', b'onset\tduration\n"', b"Sleep Date,ZQ\n1\n",
     b"# only\n# remarks\n"],
)  # fmt: skip
def test_a_format_that_is_named_and_is_not_that_of_the_file(tmp_path, name, content):
    path = written(tmp_path, content)
    for read in (read_hypnograms, read_scoring):
        found = error_of(read, path, format=name)
        assert found is None or found.place.startswith("night.dat")


# ------------------------------------------------------------------------------------------------ numbers, one by one
@pytest.mark.parametrize(
    "number", ["nan", "inf", "-inf", "1e300", "-1e300", "1e999", "9" * 400, "-1", "0", "1e-300", ""]
)
@pytest.mark.parametrize(
    "text",
    [
        PROFUSION.replace("{}", "{n}", 1).replace("{}", STAGE * 5),
        NSRR.format(EVENT.format("Wake|0", "{n}", "30")),
        NSRR.format(EVENT.format("Wake|0", "0", "30") + EVENT.format("Stage 2 sleep|2", "30", "{n}")),
        "<PatientStudy><UserStaging><Stage Type='Wake' Start='0'/><Stage Type='REM' Start='{n}'/></UserStaging>"
        "</PatientStudy>",
        "<PatientStudy><Session><Duration>{n}</Duration></Session><UserStaging><Stage Type='Wake' Start='0'/>"
        "</UserStaging></PatientStudy>",
        POLYMAN.format("2001-01-01", "{n}", 30),
        POLYMAN.format("2001-01-01", 0, "{n}"),
        DOMINO.replace("{}", "17.11.2010 23:59:30", 1).replace("{}", "{n}"),
        "EPOCH={n}\nWake\nN1\n",
        "*a\nWake\t30\nN1\t{n}\n",
        "onset\tduration\ttrial_type\n{n}\t30\tsleep_wake\n30\t30\tsleep_N2\n",
        "onset\tduration\ttrial_type\n0\t{n}\tsleep_wake\n30\t30\tsleep_N2\n",
        '[[{{"epoch": 1, "start": 0, "end": {n}, "stage": "Wake", "digit": 1}}], []]',
        '[[{{"epoch": 1, "start": {n}, "end": 30, "stage": "Wake", "digit": 1}}], []]',
        '{{"values": ["WAKE", "N2"], "n_stages": 5, "freq": "{n}s"}}',
        '{{"values": ["WAKE", "N2"], "n_stages": {n}, "freq": "30s"}}',
        "# somnometry hypnogram: 1\n# epoch_seconds: {n}\n# start: unknown\n# lights_off_seconds: {n}\n"
        "# lights_on_seconds: {n}\n# scorer: \"\"\n# levels: 5\nonset,duration,stage\n0.0,{n},W\n{n},30.0,N1\n",
    ],
)  # fmt: skip
def test_no_number_gives_anything_but_a_hypnogram_or_our_error(tmp_path, text, number):
    path = written(tmp_path, text.replace("{n}", number).replace("{{", "{").replace("}}", "}"))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = error_of(read_hypnogram, path)
    if found is None:
        hypnogram = read_hypnogram(path)
        assert 0 < len(hypnogram) < 100  # the files hold five epochs or fewer; none grows by a number in it
        assert 0 < hypnogram.epoch < 1e6
    else:
        assert found.place.startswith("night.dat")


@pytest.mark.parametrize("epoch", [1e-9, 1e-3])
def test_epochs_too_short_for_their_night_fill_no_memory(tmp_path, epoch):
    path = written(tmp_path, "onset\tduration\ttrial_type\n0\t86400\tsleep_wake\n86400\t86400\tsleep_N2\n")
    with pytest.raises(HypnogramError, match="too many"):
        read_hypnogram(path, epoch=epoch)
    path = written(tmp_path, f"*a\nWake\t{30 * 86400}\nN1\t{40 * 86400}\n")
    with pytest.raises(HypnogramError, match="beyond any recording"):
        read_hypnogram(path)


@pytest.mark.usefixtures("without_nets")
@pytest.mark.parametrize(
    "head",
    [
        "Sleep Stage\tPosition\tTime [hh:mm:ss]\tEvent\tD\t" + ";" * 40,
        "Sleep Stage\tTime [hh:mm:ss]\tEvent" + "<!ENTITY b '&a;'>" * 1000 + "\tDuration[s]",
    ],
    ids=["other separators", "entities"],
)
def test_a_line_that_names_a_time_and_columns_that_do_not(tmp_path, head):
    """What `next` raises where nothing is found was caught by no net."""
    found = error_of(
        read_hypnograms, written(tmp_path, f"RemLogic Event Export\n\n{head}\nS0\t23.00.00\tSLEEP-S0\t30\n")
    )
    assert found is not None
    found = error_of(
        read_hypnograms, written(tmp_path, f"RemLogic\n{head}\nS0\t23.00.00\tSLEEP-S0\t30\n"), format="remlogic"
    )
    assert found is not None


@pytest.mark.usefixtures("without_nets")
@pytest.mark.parametrize("text", MIXED)
def test_moments_of_which_some_name_a_zone_are_refused_as_that(tmp_path, text):
    """Nothing tells how far they lie apart; Python raises TypeError where they are compared."""
    for zones in (("", ""), ("+02:00", "+02:00")):
        assert read_hypnogram(written(tmp_path, text.format(*zones))).start.hour == 23
    for zones in (("+02:00", ""), ("", "+02:00")):
        found = error_of(read_hypnogram, written(tmp_path, text.format(*zones)))
        assert found is not None
        assert "time zone" in found.what
        assert found.remedy


@pytest.mark.parametrize(
    "text",
    [
        POLYMAN.format("9999-12-31", -1e6, 30),
        POLYMAN.format("0001-01-01", 90000, 30),
        POLYMAN.format("0000-01-01", 0, 30),
        POLYMAN.format("99999-12-31", 0, 30),
        POLYMAN.format("2001-02-30", 0, 30),
        '{"values": ["WAKE", "N2"], "n_stages": 5, "freq": "30s", "start": "99999-01-01T00:00:00"}',
        '{"values": ["WAKE", "N2"], "n_stages": 5, "freq": "30s", "start": 5}',
        DOMINO.format("31.12.99999 23:59:30", 30),
        DOMINO.format("0.0.0 23:59:30", 30),
        NOXTURNAL.format("0000-00-00 23:00:00", "0000-00-00 23:00:30"),
        NOXTURNAL.format("9999-12-31 23:59:30", "9999-12-31 23:59:59"),
        NOXTURNAL.format("2018-07-25T23:00:00+02:00", "2018-07-25T23:00:30"),
        NOXTURNAL.format("2018-07-25 23:00:00", "soon"),
        "Time,Stage\n2024-05-01T23:00:00Z,Wake\n2024-05-01 23:00:30,N2\n",
        "Time,Stage\n2024-05-01 23:00:30,Wake\n2024-05-01 23:00:00,N2\n",
        "Time,Stage\n2024-05-01 23:00:00,Wake\n2024-05-01 23:00:00,N2\n",
    ],
)
def test_dates_that_no_calendar_has(tmp_path, text):
    path = written(tmp_path, text)
    found = error_of(read_hypnogram, path)
    start = read_hypnogram(path).start if found is None else None
    assert start is None or (start.year in (1, 2000, 2018, 2024, 9999))


# --------------------------------------------------------------------------------------------- time and memory
LONG = LARGEST - 1000
EXPENSIVE = {
    "processing instructions in two ways": b"<??><??>" * 4000 + b"x",
    "comments in two ways": b"<!---->" * 100_000 + b"<",
    "unclosed comments": b"<!--" * 1_000_000,
    "unclosed document types": b"<!DOCTYPE a [" * 500_000,
    "one line of nothing": b"W" + b" " * LONG,
    "one line of commas": b"," * LONG,
    "one line of tabs": b"onset\tduration\t" + b"\t" * LONG,
    "one line of digits": b"1" * LONG,
    "one line of time": b"time " * (LONG // 5),
    "one cell in quotes": b'a,"' + b"b\n" * 240_000,
    "a stage a line": b"W\n" * (LONG // 2),
    "empty lines": b"\n" * LONG + b"W",
    "deep XML": b"<CMPStudyConfig>" + b"<a>" * 600_000,
    "wide XML": b"<CMPStudyConfig>" + b"<a/>" * 3_000_000 + b"</CMPStudyConfig>",
    "attributes": b"<PatientStudy " + b"".join(b"a%d='' " % i for i in range(300_000)) + b"/>",
    "deep JSON": b'{"values":' + b"[" * 5_000_000,
    "wide JSON": b"[" + b"[]," * 4_000_000 + b"[]]",
    "a frequency": b'{"values": ["W"], "n_stages": 5, "freq": "' + b"1" * 5_000_000 + b'x"}',
    "digits of JSON": b"[" + b"1" * 5_000_000 + b"]",
    "long words": b"Wake\n" + b"\n".join([b"_-" * 4000] * 1000),
    "blanks in a row of DOMINO": b"Signal ID: S\n" + b"12:00:00,000; Wake\n" * 3 + b"12:00:00,000" + b" " * 5_000_000,
    "rates of DOMINO": b"Signal ID: S\n" + b"Rate: " * 1_000_000 + b"\n12:00:00,000; Wake\n",
    "blanks and tabs": b"2/1/2010 11:59:30 PM\n" + b"\n".join([b" \t" * 450] * 10_000),
    "nights of a Zeo": b"Sleep Date,Start of Night,Detailed Sleep Graph\n" + b"1/1/2012,1/1/2012 22:00,1 1\n" * 100_000,
    "overlapping bouts": b"onset\tduration\ttrial_type\n" + b"0\t2000000\tN2\n" * 190_000,
}


@pytest.mark.parametrize("what", EXPENSIVE)
def test_nothing_within_the_limits_takes_long(tmp_path, what):
    path = written(tmp_path, EXPENSIVE[what])
    with Cost() as cost:
        found = error_of(read_hypnogram, path)
        assert found is None or len(str(found)) < 3000
    assert cost.loops < 250


def test_nothing_within_the_limits_takes_more_than_300_mb(tmp_path):
    program = (
        "import sys, resource\nimport somnometry as sm\n"
        "def peak(): return int(open('/proc/self/status').read().split('VmHWM:')[1].split()[0])\n"
        "(open(sys.argv[1] + '.seed', 'w')).write('W\\nN1\\n'); sm.read_hypnogram(sys.argv[1] + '.seed')\n"
        "before = peak()\n"
        "try: sm.read_hypnogram(sys.argv[1])\n"
        "except sm.SomnometryError: pass\n"
        "print((peak() - before) // 1024)\n"
    )
    if not Path("/proc/self/status").exists():
        pytest.skip("the most that a process held is told by Linux alone")
    for what in ("one line of commas", "wide XML", "deep XML", "wide JSON", "deep JSON",
                 "empty lines", "nights of a Zeo",
                 "overlapping bouts", "attributes"):  # fmt: skip
        path = written(tmp_path, EXPENSIVE[what])
        ran = subprocess.run([sys.executable, "-c", program, str(path)], capture_output=True, text=True, check=True)
        assert int(ran.stdout) < 300, what


@pytest.mark.parametrize("size", [LARGEST + 1, 200 * 2**20, 3 * 2**30])
@pytest.mark.parametrize("head", [b"W\n", b"# somnometry hypnogram: 1\n", b"<PSGAnnotation>", b"[", b"0       "])
def test_a_file_that_is_too_large_is_refused_unread(tmp_path, size, head):
    path = tmp_path / "night.csv"
    with path.open("wb") as file:
        file.write(head)
        file.truncate(size)  # sparse
    with Cost() as cost, pytest.raises(HypnogramError):
        read_hypnogram(path)
    assert cost.loops < 50


def test_what_stands_before_the_root_is_passed_over_whole():
    from somnometry.io.scorings.content import Content

    for head in (
        "",
        "<?xml version='1.0'?>",
        "<!-- a --> <!-- b -->\n",
        "<!DOCTYPE a>",
        "<!DOCTYPE a [<!ENTITY b 'c'>]>",
    ):
        assert is_rooted("PSGAnnotation")(Content("a", head + "<PSGAnnotation>"))
        assert is_rooted("PSGAnnotation")(Content("a", head + "<n:PSGAnnotation>"))
    assert not is_rooted("PSGAnnotation")(Content("a", "<!-- <PSGAnnotation> -->"))


def test_more_lines_than_a_scoring_has_are_refused(tmp_path):
    with pytest.raises(HypnogramError, match="250,000 lines"):
        read_hypnogram(written(tmp_path, b"W\n" * (MOST_LINES + 2)))


# ------------------------------------------------------------------------------------------------ nothing lost or told
def test_two_columns_of_one_name_are_two(tmp_path):
    text = "onset\tduration\tstage\tstage\n0\t30\tW\tN2\n30\t30\tW\tN2\n"
    with pytest.raises(HypnogramError, match="2 columns hold stages: stage, stage"):
        read_hypnogram(written(tmp_path, text))
    text = "Sleep Date,Start of Night,Sleep Date,Detailed Sleep Graph\n1/1/2012,1/1/2012 22:00,1/2/2012,1 1 2\n"
    with pytest.raises(HypnogramError, match="two columns are called 'Sleep Date'"):
        read_hypnogram(written(tmp_path, text))


def test_two_nights_of_one_date_are_two_nights(tmp_path):
    text = (
        "Sleep Date,Start of Night,Detailed Sleep Graph\n1/1/2012,1/1/2012 22:00,1 1 2\n1/1/2012,1/2/2012 04:00,4 4\n"
    )
    assert {name: len(night) for name, night in read_hypnograms(written(tmp_path, text)).items()} == {
        "1/1/2012": 3, "1/1/2012 (2)": 2,
    }  # fmt: skip


SECRET = "Patient John Smith went to toilet"


@pytest.mark.parametrize(
    "text",
    [
        f"Time,Stage\n1,W\n2,N1\n3,{SECRET}\n",
        NSRR.format(EVENT.format("Wake|0", 0, 30) + EVENT.format(SECRET, 30, 30)),
        NSRR.format(EVENT.format("Wake|0", SECRET, 30)),
        f"<PatientStudy><UserStaging><Stage Type='{SECRET}' Start='0'/></UserStaging></PatientStudy>",
        json.dumps({"values": ["WAKE", SECRET], "n_stages": 5, "freq": "30s"}),
        json.dumps({"values": ["WAKE"], "n_stages": 5, "freq": SECRET}),
        json.dumps({"values": ["WAKE"], "n_stages": 5, "freq": "30s", "start": SECRET}),
        json.dumps([[{"epoch": 1, "start": 0, "end": 30, "stage": SECRET, "digit": 1}], []]),
        POLYMAN.format("2001-01-01", SECRET, 30),
        DOMINO.format("17.11.2010 23:59:30", 30) + f"00:00:30,000; {SECRET}\n00:01:00,000; N2\n",
        f"onset\tduration\ttrial_type\n{SECRET}\t30\tW\n0\t30\tN2\n",
        f"EPOCH=30\nWake\n{SECRET}\n",
        f"{PROFUSION.format(30, STAGE + f'<SleepStage>{SECRET}</SleepStage>')}",
        f"Sleep Stage\tTime [hh:mm:ss]\tEvent\tDuration [s]\nW\t{SECRET}\tSLEEP-S0\t30\n",
    ],
)
def test_what_somebody_wrote_is_counted_and_never_quoted(tmp_path, text):
    with pytest.raises(HypnogramError) as refused:
        read_hypnogram(written(tmp_path, text))
    told = [str(refused.value), repr(refused.value), refused.value.what, refused.value.remedy, refused.value.key]
    assert not any(word in one for one in told for word in ("John", "Smith", "toilet"))


# ------------------------------------------------------------------------------------------------------- workbooks
PARTS = {
    "[Content_Types].xml": "<Types xmlns='http://schemas.openxmlformats.org/package/2006/content-types'>"
    "<Default Extension='rels' ContentType='application/vnd.openxmlformats-package.relationships+xml'/>"
    "<Default Extension='xml' ContentType='application/xml'/></Types>",
    "_rels/.rels": "<Relationships xmlns='http://schemas.openxmlformats.org/package/2006/relationships'><Relationship "
    "Id='rId1' Type='http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument' "
    "Target='xl/workbook.xml'/></Relationships>",
    "xl/workbook.xml": "<workbook xmlns='http://schemas.openxmlformats.org/spreadsheetml/2006/main' xmlns:r='http://"
    "schemas.openxmlformats.org/officeDocument/2006/relationships'><sheets><sheet name='A' sheetId='1' r:id='rId1'/>"
    "</sheets></workbook>",
    "xl/_rels/workbook.xml.rels": "<Relationships xmlns='http://schemas.openxmlformats.org/package/2006/relationships'>"
    "<Relationship Id='rId1' Type='http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet' "
    "Target='worksheets/sheet1.xml'/></Relationships>",
}
ROWS = (
    "<row r='1'><c r='A1' t='str'><v>onset</v></c><c r='B1' t='str'><v>duration</v></c><c r='C1' t='str'>"
    "<v>stage</v></c></row>"
    "<row r='2'><c r='A2'><v>0</v></c><c r='B2'><v>30</v></c><c r='C2' t='str'><v>N2</v></c></row>"
)


def workbook(path, rows, **more):
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    sheet = f"<worksheet xmlns='{space}'><sheetData>{rows}</sheetData></worksheet>"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in (PARTS | {"xl/worksheets/sheet1.xml": sheet} | more).items():
            archive.writestr(name, part)
    return path


@pytest.mark.parametrize(
    "rows",
    [
        "<row r='1048576'><c r='XFD1048576' t='str'><v>W</v></c></row>",  # room for 17 thousand million cells
        "<row r='99999999999'><c r='ZZZZZZZZ99999999999' t='str'><v>W</v></c></row>",
        "<row r='3'><c r='A3' t='s'><v>99999</v></c></row>",
        "<row r='0'><c r='0'><v>1</v></c></row>",
        "<row r='3'><c r='A3'><v>NaN</v></c></row>",
        "<row r='3'><c r='A3'><v>1e999</v></c><c r='B3'><v>1e300</v></c></row>",
        "<row r='3'>" + "<c t='str'><v>x</v></c>" * 200_000 + "</row>",
        "<row><c/></row>" * 500_000,
    ],
)
def test_a_workbook_made_to_fill_the_memory_is_refused_or_read(tmp_path, rows):
    pytest.importorskip("python_calamine")
    assert read_hypnogram(workbook(tmp_path / "sound.xlsx", ROWS)).stages.tolist() == [2]
    with Cost() as cost:
        found = error_of(read_hypnogram, workbook(tmp_path / "night.xlsx", ROWS + rows))
        assert found is None or found.place == "night.xlsx"
    assert cost.loops < 150


def test_an_archive_that_unpacks_to_more_than_it_says_is_refused(tmp_path):
    pytest.importorskip("python_calamine")
    path = workbook(tmp_path / "night.xlsx", ROWS + "<row><c/></row>" * 4_000_000)
    assert path.stat().st_size < 2**20
    said = re.compile(rb"PK\x01\x02.{20}(....)", re.DOTALL)  # the sizes of the central directory, all said to be 100
    path.write_bytes(said.sub(lambda entry: entry[0][:-4] + (100).to_bytes(4, "little"), path.read_bytes()))
    with pytest.raises(HypnogramError, match="damaged"):
        read_hypnogram(path)
    with pytest.raises(HypnogramError, match="unpacks to more"):
        read_hypnogram(workbook(tmp_path / "night.xlsx", ROWS + "<row><c/></row>" * 4_000_000))


def test_an_endless_tag_of_apple_health_fills_no_memory(tmp_path):
    path = tmp_path / "export.xml"
    with path.open("wb") as file:
        file.write(b"<HealthData><Record ")
        file.truncate(3 * 2**30)
    with pytest.raises(HypnogramError, match="a tag of megabytes"):
        read_hypnogram(path)


@pytest.mark.parametrize(
    "body",
    [
        "<Record {} " + '"HKCategoryTypeIdentifierSleepAnalysis" ' * 40_000,  # a tag that nothing closes
        "<Record {}" + "x" * 1_500_000 + "></HealthData>",  # a word without an end
        "<Record {}" + "ab=" * 400_000 + "></HealthData>",
        "<Record {}" + ' a="' * 200_000 + "></HealthData>",
    ],
    ids=["no end", "a word", "signs of equality", "quotation marks"],
)
def test_no_tag_of_apple_health_takes_longer_than_it_is_long(tmp_path, body):
    (tmp_path / "export.xml").write_text("<HealthData>" + body.format('"HKCategoryTypeIdentifierSleepAnalysis" '))
    with Cost() as cost:
        assert error_of(read_hypnograms, tmp_path / "export.xml") is not None
    assert cost.loops < 60
