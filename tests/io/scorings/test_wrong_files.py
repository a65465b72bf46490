"""Files that are no scorings, or damaged ones: a clear error within a second."""

import json

import pytest

from somnometry import HypnogramError, read_hypnogram, read_hypnograms
from somnometry.io.scorings.formats import FORMATS
from tests.cost import Cost

BOMB = (
    "<!DOCTYPE a [<!ENTITY b 'x'>"
    + "".join(f"<!ENTITY b{i} '&b{i - 1 or ''};&b{i - 1 or ''};'>" for i in range(2, 40))
    + "]>"
)
MOUSE = "onset,duration,stage\n" + "".join(f"{4 * i},4,{('Wake', 'NREM', 'REM')[i % 3]}\n" for i in range(300))
HEALTH = "<?xml version='1.0'?><!DOCTYPE HealthData [<!ENTITY a 'b'>]><HealthData locale='en'><Record type=\"HK"
PROFUSION = "<CMPStudyConfig><EpochLength>30</EpochLength><SleepStages><SleepStage>0</SleepStage>"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(range(256)) * 20, "neither an EDF or BDF file nor text"),
        (b"PK\x03\x04" + bytes(300), "neither an EDF or BDF file nor text"),
        (b"<!DOCTYPE html><html><body>404 Not Found</body></html>", "it is a web page"),
        (b"name,weight\nAda,60\nBob,70\n", "neither an EDF or BDF file nor a scoring in a format"),
        (PROFUSION.encode(), "damaged or cut short at line 1"),
        (
            (BOMB + PROFUSION + "&b39;</SleepStages></CMPStudyConfig>").encode(),
            "document type or entities",
        ),
        (("<?xml version='1.0'?>" + PROFUSION + "<!ENTITY x 'y'>").encode("utf-16"), "document type or entities"),
        (b"0\n0\n1\n2\n", "integers, whose meaning differs"),
        (b"0\n", "integers, whose meaning differs"),
        (b"[0, 1, 2]", "integers, whose meaning differs"),
        (b'[[{"epoch": 1, "start": 0, "end": 30, "stage": null, "digit": null}], []]', "nothing is scored"),
        (b"[" * 100_000, "neither an EDF"),
        (b"onset\tduration\ttrial_type\n0\t1\tgo\n", "no column holds stages"),
        (b"title\nA\n", "neither an EDF"),
        (b'a,"b\n' + b"1,2,3\n" * 60_000, "neither an EDF"),
        (b"a,b\n" + b"word," * 60_000, "neither an EDF"),
        (b"0       1       2\n" * 40, "neither an EDF or BDF file nor a scoring"),  # text that begins as EDF does
        (b"0\t1\n1\t1\n2\t0\n" * 40, "neither an EDF or BDF file nor a scoring"),
        (b"MATLAB 5.0 MAT-file, Platform: GLNXA64" + bytes(200), "a MATLAB file, which is not read"),
        (b"\x89HDF\r\n\x1a\n" + bytes(200), "a MATLAB file, which is not read"),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF" + bytes(range(256)) * 4, "neither an EDF or BDF file nor text"),
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n" + bytes(range(256)) * 4, "neither an EDF or BDF file nor text"),
        (MOUSE.encode(), "how rodents are scored"),
        (b"brain_state\n2\n3\n3\n1\n", "integers, whose meaning differs|neither an EDF"),
        (b"<html><head><title>404</title></head></html>", "it is a web page"),
        (HEALTH.encode(), "cut short"),
        (b"<annotations version='5'><rater name='A'><stages><epoch>", "damaged or cut short"),
        (b"<OpenXDF xmlns='x'><ScoringResults/>", "damaged or cut short"),
        (b'{"values": ["W", "N1"', "neither an EDF"),
    ],
)
def test_a_wrong_file_is_refused_at_once(tmp_path, content, message):
    path = tmp_path / "night.xlsx"
    path.write_bytes(content)
    with Cost() as cost, pytest.raises(HypnogramError, match=message) as refused:
        read_hypnogram(path)
    assert cost.loops < 50
    assert refused.value.place.startswith("night.xlsx")


def test_an_unknown_format_is_refused_with_those_that_are_known(tmp_path):
    (tmp_path / "n.txt").write_text("W\n")
    with pytest.raises(HypnogramError, match="there is no format 'sleepy'; it is one of edf, profusion"):
        read_hypnogram(tmp_path / "n.txt", format="sleepy")


JUNK = [
    "W\nN1\n", "0\n1\n", "0 0 0\n", "[]", "[[]]", "[[[]]]", "[{}]", "{}", '{"sleep": 4}', '{"values": {}}',
    "null", "[null]",
    '[{"logId": 1, "startTime": 5, "levels": 7}]', '{"data": [{"bedtime_start": 1, "sleep_phase_5_min": 4}]}',
    '[{"logId": 1, "startTime": "2024-05-01T23:00:00", "levels": {"data": null, "shortData": 4}}]',
    '[{"logId": 1, "startTime": "9999-12-31T23:59:00", "minuteData": [{"value": 1}, {"value": 1}]}]',
    '{"sleep": [{"bedtime_start": "9999-12-31T23:59:59+00:00", "hypnogram_5min": "4444"}]}',
    '[[{"epoch": 1, "start": 1' + "0" * 400 + ', "end": 30, "stage": "Wake", "digit": 1}], []]',
    '{"sleeps": [{"sleepLevelsMap": [1]}]}', '{"body": {"series": [7]}}', '{"sleepLevels": 3}', "onset\tduration\n",
    "onset\tduration\tstage\n1\n", "start,end,stage\n", "start,duration,value\n,,\n", "class\tstart\tstop\n", "\"",
    ",", ";;;",
    "EPOCH=\n", "EPOCH=0\nSTART=0\nW\n", "EPOCH=1e-9\nSTART=0\nWake\nN1\n", "time_base x\nepoch_list\n", "Wonambi v1\n",
    "Hypnogram of x\nEpoch,Time,Stage,Prob. W\n", "Sleep Date,Start of Night,Detailed Sleep Graph\n,,\n", "<a/>", "<",
    "Time [hh:mm:ss]\tEvent\tDuration[s]\n", "Signal ID: x\n\n", "Date,Time,Recording onset,Duration,Annotation\n",
    " Epoch Number ,Start Time ,Sleep Stage\n", "<PSGAnnotation/>", "<CMPStudyConfig/>", "<PatientStudy/>",
    "<annotations/>",
    "<OpenXDF/>", "<HealthData></HealthData>", "<x><Events><Event><Type/><StartTime/><StopTime/></Event></Events></x>",
]  # fmt: skip


@pytest.mark.parametrize("name", [None, *dict.fromkeys(one.name for one in FORMATS)])
@pytest.mark.parametrize("coding", [None, "yasa"])
def test_whatever_format_is_named_nothing_but_an_error_of_the_file_comes(tmp_path, name, coding):
    path = tmp_path / "n.dat"
    for text in JUNK:
        path.write_text(text, encoding="utf-8")
        try:
            read_hypnograms(path, format=name, coding=coding)
        except HypnogramError as error:
            assert error.what, text  # noqa: PT017


@pytest.mark.parametrize(
    "told",
    [{"StartTime": 5}, {"StartTime": "yesterday"}, {"LightsOffSeconds": "x"}, {"LightsOnSeconds": []},
     {"Scorer": "Anna"}, {"Scorer": {"unknown": 1}}, {"LightsOffSeconds": 900, "LightsOnSeconds": 30}],
)  # fmt: skip
def test_a_sidecar_that_says_nonsense_of_the_hypnogram_is_refused(tmp_path, told):
    path = tmp_path / "n_events.tsv"
    path.write_text("onset\tduration\tstage\n" + "".join(f"{30 * i}\t30\tN2\n" for i in range(40)), encoding="utf-8")
    (tmp_path / "n_events.json").write_text(json.dumps({"Hypnogram": told}), encoding="utf-8")
    with pytest.raises(HypnogramError):
        read_hypnogram(path)
