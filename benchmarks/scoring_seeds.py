"""A small sound file of every format of scorings that is read, for `fuzz_texts` to change."""

from __future__ import annotations

import json

STAGES = ("Wake", "N1", "N2", "N2", "N3", "REM", "Wake", "N2")
DIGITS = (0, 1, 2, 2, 3, 5, 0, 2)


def _profusion():
    stages = "".join(f"<SleepStage>{digit}</SleepStage>" for digit in DIGITS)
    event = "<ScoredEvent><Name>Hypopnea</Name><Start>40.5</Start><Duration>12</Duration></ScoredEvent>"
    return (
        f"<?xml version='1.0'?>\n<CMPStudyConfig><EpochLength>30</EpochLength><ScoredEvents>{event}</ScoredEvents>"
        f"<SleepStages>{stages}</SleepStages></CMPStudyConfig>"
    )


def _nsrr():
    words = ("Wake|0", "Stage 1 sleep|1", "Stage 2 sleep|2", "Stage 3 sleep|3", "REM sleep|5", "Unscored|9")
    events = [("Stages|Stages", word, 60 * i, 60) for i, word in enumerate(words)]
    events.append(("Respiratory|Respiratory", "Hypopnea|Hypopnea", 70.5, 12))
    return "<PSGAnnotation><EpochLength>30</EpochLength><ScoredEvents>\n{}</ScoredEvents></PSGAnnotation>".format(
        "".join(
            f"<ScoredEvent><EventType>{kind}</EventType><EventConcept>{word}</EventConcept><Start>{start}</Start>"
            f"<Duration>{lasts}</Duration></ScoredEvent>\n"
            for kind, word, start, lasts in events
        )
    )


def _rml():
    words = ("NotScored", "Wake", "NonREM1", "NonREM2", "NonREM3", "REM")
    stages = "".join(f"<Stage Type='{word}' Start='{60 * i}'/>" for i, word in enumerate(words))
    return (
        "<?xml version='1.0' encoding='utf-8'?><!-- a study --><PatientStudy xmlns='http://www.respironics.com/a.xsd'>"
        "<Session><RecordingStart>2015-01-01T22:00:00</RecordingStart><Duration>400</Duration></Session>"
        "<Event Type='ObstructiveApnea' Start='88.5' Duration='11'/>"
        f"<UserStaging><NeuroAdultAASMStaging>{stages}</NeuroAdultAASMStaging></UserStaging></PatientStudy>"
    )


def _yasa_json():
    values = ["WAKE", "N1", "N2", None, "N3", "REM"]
    facts = {"values": values, "n_stages": 5, "freq": "30s", "start": "2024-05-01T23:00:00", "scorer": "A"}
    return json.dumps(facts)


def _scoringhero():
    rows = [
        {"epoch": i + 1, "start": 30 * i, "end": 30 * i + 30, "stage": stage, "digit": 1}
        for i, stage in enumerate([*STAGES, None])
    ]
    return json.dumps([rows, [{"digit": 1, "start": 3.5}]])


def _domino():
    words = ("Wake", "Wake", "N1", "N2", "A", "N3", "REM")
    rows = "\n".join(f"{clock},000; {word}" for clock, word in zip(_clocks(":"), words, strict=False))
    head = "Signal ID: SchlafProfil\\profil\nStart Time: 17.11.2010 23:58:30\nUnit: \nRate: 30 s\n\n"
    return head + rows + "\n"


def _clocks(mark):
    return "23:58:30 23:59:00 23:59:30 00:00:00 00:00:30 00:01:00 00:01:30".replace(":", mark).split()


def _remlogic():
    rows = [
        f"{word}\tSupine\t{clock}\tSLEEP-{word}\t30\tROC-LOC"
        for word, clock in zip(("S0", "S0", "S1", "S2", "S3", "S4"), _clocks("."), strict=False)
    ]
    head = "RemLogic Event Export\nRecording Date:\t03/02/2008\n\n"
    columns = "Sleep Stage\tPosition\tTime [hh:mm:ss]\tEvent\tDuration[s]\tLocation\n"
    return head + columns + "\n".join([*rows, "S2\tSupine\t00.01.00\tMCAP-A3\t8\tFp2-F4"]) + "\n"


def _polyman():
    rows = [
        f"2001-01-01,23:{30 + i // 2:02d}:{30 * (i % 2):02d},{30 * i},30,Sleep stage {word}"
        for i, word in enumerate(("W", "N1", "N2", "N3", "R"))
    ]
    lights = "2001-01-01,23:30:46,46.28,,Lights off@@EEG F4-A1"
    return "Date, Time, Recording onset, Duration, Annotation\n" + "\n".join([*rows, lights]) + "\n"


def _noxturnal():
    times = [f"2018-07-25 23:{45 + i // 2}:{30 * (i % 2):02d}" for i in range(10)]
    rows = [f"{times[i]},{times[i + 1]},{word}," for i, word in enumerate((*STAGES, "Arousal"))]
    return "Start Time,End Time,Event,Location\n[],[],[],[]\n" + "\n".join(rows) + "\n"


def _bids():
    rows = [f"{30 * i}\t30\tsleep_{word}" for i, word in enumerate(("wake", "N1", "N2", "N3", "REM"))]
    return "onset\tduration\ttrial_type\n" + "\n".join([*rows, "12\t3\tarousal"]) + "\n"


def _bids_of_two():
    rows = [f"{30 * i}\t30\t{digit}\t{digit}" for i, digit in enumerate((0, 1, 2, 3, 4, 8))]
    return "onset\tduration\tstage_hum\tstage_ai\n" + "\n".join(rows) + "\n"


def _zeo():
    rows = [f"0{i}/01/2012,{i},0{i}/01/2012 22:57,1 1 2 3 4 0 3 3,6" for i in (1, 2)]
    return "Sleep Date,ZQ,Start of Night,Detailed Sleep Graph,Day Feel\n" + "\n".join(rows) + "\n"


def _gssc():
    rows = "\n".join(f"{i},{30 * i},{digit},1,0,0,0,0" for i, digit in enumerate((0, 1, 2, 3, 4)))
    return f"Hypnogram of night\nEpoch,Time,Stage,Prob. W,Prob. N1,Prob. N2,Prob. N3,Prob. REM\n{rows}\n"


def _visbrain():
    rows = "\n".join(f"{word}\t{90 * (i + 1)}" for i, word in enumerate(("Wake", "N1", "N2", "N3", "REM", "art")))
    return f"*Duration_sec 540\n*Datafile night.edf\n{rows}\n"


def _yasa_csv():
    words = ("WAKE", "N1", "N2", "N3", "REM")
    return "Time,Stage\n" + "".join(
        f"2024-05-01 23:0{i // 2}:{30 * (i % 2):02d},{word}\n" for i, word in enumerate(words)
    )


def _wonambi():
    epochs = "".join(
        f"<epoch><epoch_start>{30 * i}</epoch_start><epoch_end>{30 * i + 30}</epoch_end><stage>{word}</stage></epoch>"
        for i, word in enumerate(("Wake", "NREM1", "NREM2", "NREM3", "REM", "Artefact"))
    )
    return (
        "<annotations version='5'><dataset><start_time>2024-05-01T22:00:00</start_time><markers><marker>"
        "<marker_name>lights off</marker_name><marker_start>15</marker_start></marker></markers></dataset>"
        "<rater name='A'><bookmarks/><events><event_type type='spindle'><event><event_start>31.5</event_start>"
        f"<event_end>32.5</event_end></event></event_type></events><stages>{epochs}</stages></rater></annotations>"
    )


def _openxdf():
    marks = "".join(
        f"<SleepStage><EpochNumber>{i + 1}</EpochNumber><Stage>{word}</Stage></SleepStage>"
        for i, word in enumerate("W1234RU")
    )
    return (
        "<OpenXDF xmlns='http://openxdf.org/xdf'><EpochLength>30</EpochLength><DataFiles><DataFile><Sessions><Session>"
        "<StartTime>2012-03-05T22:00:00.000000000</StartTime></Session></Sessions></DataFile></DataFiles>"
        f"<ScoringResults><Scorers><Scorer><FirstName>A</FirstName><SleepStages>{marks}</SleepStages></Scorer></Scorers>"
        "</ScoringResults></OpenXDF>"
    )


def _remlogic_xml():
    times = [clock.replace("23:", "2024-05-01T23:").replace("00:0", "2024-05-02T00:0", 1) for clock in _clocks(":")]
    times = [time if time.startswith("2024") else f"2024-05-02T{time}" for time in times]
    events = "".join(
        f"<Event><Type>SLEEP-{word}</Type><StartTime>{a}.000</StartTime><StopTime>{b}.000</StopTime></Event>"
        for word, a, b in zip(("S0", "S1", "S2", "S3", "REM"), times, times[1:], strict=False)
    )
    return f"<EventExport><Events>{events}</Events></EventExport>"


def _fitbit():
    levels = [(0, "wake", 90), (90, "light", 120), (210, "deep", 60), (270, "rem", 30)]
    data = [
        {"dateTime": f"2024-05-01T23:{a // 60:02d}:{a % 60:02d}.000", "level": word, "seconds": lasts}
        for a, word, lasts in levels
    ]
    return json.dumps([{"logId": 1, "dateOfSleep": "2024-05-02", "startTime": "2024-05-01T23:00:00", "mainSleep": True,
                        "levels": {"data": data, "shortData": data[:1]}}])  # fmt: skip


def _garmin():
    levels = [
        {"startGMT": f"2024-05-01T21:0{i}:00.0", "endGMT": f"2024-05-01T21:0{i + 1}:00.0", "activityLevel": level}
        for i, level in enumerate((3, 1, 0, 2))
    ]
    about = {"calendarDate": "2024-05-02", "sleepStartTimestampGMT": 1714597200000,
             "sleepStartTimestampLocal": 1714604400000}  # fmt: skip
    return json.dumps({"dailySleepDTO": about, "sleepLevels": levels})


def _apple():
    name = "HKCategoryTypeIdentifierSleepAnalysis"
    rows = "".join(
        f'<Record type="{name}" sourceName="A" value="HKCategoryValueSleepAnalysis{word}" '
        f'startDate="2024-05-01 23:0{i}:00 +0200" endDate="2024-05-01 23:0{i + 1}:00 +0200"/>\n'
        for i, word in enumerate(("Awake", "AsleepCore", "AsleepDeep", "AsleepREM"))
    )
    return f"<?xml version='1.0'?>\n<HealthData locale='en'>\n{rows}</HealthData>\n"


def _column(digits, head=""):
    return head + "\n".join(map(str, digits)) + "\n"


#: Name of a format, and what files of it hold.
SCORINGS = (
    ("profusion", _profusion()),
    ("nsrr", _nsrr()),
    ("rml", _rml()),
    ("yasa", _yasa_json()),
    ("yasa", _yasa_csv()),
    ("yasa", "\n".join(("Wake", "N1", "N2", "N3", "REM", "Art", "")) + "\n"),
    ("scoringhero", _scoringhero()),
    ("domino", _domino()),
    ("remlogic", _remlogic()),
    ("polyman", _polyman()),
    ("noxturnal", _noxturnal()),
    ("bids", _bids()),
    ("bids", _bids_of_two()),
    ("zeo", _zeo()),
    ("gssc", _gssc()),
    ("usleep", "EPOCH=20\nSTART=0\nWake\nN1\nN2\nREM\n"),
    ("visbrain", _visbrain()),
    ("dreams", _column((5, 5, 3, 2, 1, 4), "[HypnogramAASM]\n")),
    ("isruc", _column(DIGITS)),
    ("ucddb", _column((0, 0, 2, 3, 4, 1))),
    ("stanford", _column((*DIGITS, 7))),
    ("sleeptrip", "".join(f"{digit}\t0\n" for digit in DIGITS)),
    ("dreem", json.dumps([0, 1, 2, 3, 4, -1])),
    ("wonambi", _wonambi()),
    ("openxdf", _openxdf()),
    ("remlogic", _remlogic_xml()),
    ("luna", "W\t0\t30\nN1\t30\t60\nN2\t60\t90\nR\t90\t120\n"),
    ("luna", "class\tinstance\tchannel\tstart\tstop\tmeta\nN2\t.\t.\te:1\te:2\t.\nR\t.\t.\te:3\te:3\t.\n"),
    ("alice", "Epoch Number,Start Time,Sleep Stage\n1,11:59:00 PM,WK\n2,11:59:30 PM,N1\n4,12:00:30 AM,REM\n"),
    ("sandman", "Study 2/1/2010 11:58:30 PM\n\n1\tWake\t11:59:00 PM\n2\tN2\t11:59:30 PM\n3\tREM\t12:00:00 AM\n"),
    ("zmax", "1,22:00:00,30,W\nLOUT,22:01:00\n2,22:01:00,30,N1\n3,22:01:30,30,N2\nLON,22:02:00\n"),
    ("zurich", "20\n1 0\n3 1\n5 2\n9 r\n12 e\n"),
    (
        "visbrain",
        _column([0] * 60 + [1] * 30 + [5] * 30, "time_base 1.0\nsampling_period 1.0\nepoch_nb 120\nepoch_list\n"),
    ),
    ("hmc", _polyman()),
    ("usleep", "0,60,W\n60,30,N1\n90,60,REM\n"),
    ("fitbit", _fitbit()),
    ("garmin", _garmin()),
    ("apple", _apple()),
    (
        "oura",
        json.dumps(
            {
                "data": [
                    {
                        "bedtime_start": "2024-05-01T23:00:00+02:00",
                        "sleep_phase_5_min": "4213",
                        "type": "long_sleep",
                        "day": "2024-05-02",
                    }
                ]
            }
        ),
    ),
    ("withings", 'start,duration,value\n2024-05-01T23:00:00+02:00,"[120,60,60]","[0,1,2]"\n'),
)


def scoring_seeds(name):
    """Give the files of a format, in UTF-8, and the first also in UTF-16 with its mark."""
    texts = [text for known, text in SCORINGS if known == name]
    yield from (text.encode() for text in texts)
    yield texts[0].encode("utf-16")
