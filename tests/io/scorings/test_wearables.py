"""Wearables: files by hand after the schemas that their makers publish; each has a trap, said beside it."""

import json
from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest

from somnometry import HypnogramError, architecture, read_hypnogram, read_hypnograms
from somnometry.core.evenings import evening_of
from tests.cost import Cost

W, N3, R, LIGHT, SLEEP, NONE = 0, 3, 4, 5, 7, -1


def write(tmp_path, text):
    (tmp_path / "export.dat").write_text(text if isinstance(text, str) else json.dumps(text), encoding="utf-8")
    return tmp_path / "export.dat"


def offset(hours):
    return timezone(timedelta(hours=hours))


# ------------------------------------------------------------------------------------------------------------- Fitbit
def fitbit_log(day, start, levels, short=(), main=True, key="mainSleep", kind="stages"):
    begin = datetime.fromisoformat(start)

    def rows(spans):
        return [{"dateTime": (begin + timedelta(seconds=a)).isoformat(timespec="milliseconds"), "level": level,
                 "seconds": s} for a, level, s in spans]  # fmt: skip

    return {"logId": 1, "dateOfSleep": day, "startTime": start, "type": kind, key: main,
            "levels": {"summary": {}, "data": rows(levels), "shortData": rows(short)}}  # fmt: skip


def test_fitbit(tmp_path):
    """Light is never N2; a short wake lies over the level that it interrupts; a nap and a night of one day."""
    night = fitbit_log(
        "2024-05-02", "2024-05-01T23:10:30", [(0, "wake", 90), (90, "light", 120), (210, "deep", 60), (270, "rem", 30)],
        [(120, "wake", 30)],
    )  # fmt: skip
    nap = fitbit_log("2024-05-02", "2024-05-02T14:00:00", [(0, "asleep", 120), (120, "restless", 60),
                                                           (180, "awake", 60)], main=False, kind="classic")  # fmt: skip
    for document in ([night, nap], {"sleep": [nap, night], "summary": {}}):
        read = read_hypnograms(write(tmp_path, document))
        assert list(read) == ["2024-05-02", "2024-05-02 nap"]
        assert read["2024-05-02"].stages.tolist() == [W, W, W, LIGHT, W, LIGHT, LIGHT, N3, N3, R]
        assert (read["2024-05-02"].levels, read["2024-05-02"].epoch) == (4, 30)
        assert read["2024-05-02"].start == datetime(2024, 5, 1, 23, 10, 30)
        assert read["2024-05-02 nap"].stages.tolist() == [SLEEP, SLEEP, W, W]
        assert (read["2024-05-02 nap"].levels, read["2024-05-02 nap"].epoch) == (2, 60)
    with pytest.raises(HypnogramError, match="it holds 2 nights: 2024-05-02, 2024-05-02 nap"):
        read_hypnogram(tmp_path / "export.dat")
    assert len(read_hypnogram(tmp_path / "export.dat", scorer="2024-05-02 nap", format="fitbit")) == 4
    assert read_hypnogram(write(tmp_path, [night])).scorer.name == "Fitbit"


def test_fitbit_by_minutes(tmp_path):
    log = {"logId": 1, "startTime": "2015-01-01T23:59:00.000", "dateOfSleep": "2015-01-02", "isMainSleep": True,
           "minuteData": [{"dateTime": "23:59:00", "value": "3"}, {"dateTime": "00:00:00", "value": "1"},
                          {"dateTime": "00:01:00", "value": "2"}]}  # fmt: skip
    hypnogram = read_hypnogram(write(tmp_path, {"sleep": [log]}))
    assert (hypnogram.stages.tolist(), hypnogram.epoch, hypnogram.levels) == ([W, SLEEP, W], 60, 2)


def test_fitbit_refused(tmp_path):
    with pytest.raises(HypnogramError, match="no sleep log in it has levels"):
        read_hypnogram(write(tmp_path, [{"logId": 1, "startTime": "2024-05-01T23:10:30", "minutesAsleep": 400}]))
    with pytest.raises(HypnogramError, match="a level is"):
        read_hypnogram(write(tmp_path, [fitbit_log("2024-05-02", "2024-05-01T23:10:30", [(0, "core", 90)])]))


# --------------------------------------------------------------------------------------------------------------- Oura
@pytest.mark.parametrize("wrap", [lambda rows: rows, lambda rows: {"data": rows, "next_token": None},
                                  lambda rows: {"sleep": rows}])  # fmt: skip
def test_oura(tmp_path, wrap):
    """1 is deep and 4 is wake; the zone is kept; a deleted sleep is none; the finer phases are taken."""
    rows = [
        {"bedtime_start": "2024-03-30T23:30:00+01:00", "day": "2024-03-31", "type": "long_sleep",
         "sleep_phase_5_min": "42113"},
        {"bedtime_start": "2024-03-31T14:00:00+02:00", "day": "2024-03-31", "type": "late_nap",
         "sleep_phase_5_min": "422"},
        {"bedtime_start": "2024-03-31T18:00:00+02:00", "day": "2024-03-31", "type": "rest", "sleep_phase_5_min": "44"},
        {"bedtime_start": "2024-03-31T20:00:00+02:00", "day": "2024-03-31", "type": "deleted",
         "sleep_phase_5_min": "22"},
        {"bedtime_start": "2024-04-01T23:00:00+02:00", "day": "2024-04-02", "type": "long_sleep",
         "sleep_phase_5_min": "4", "sleep_phase_30_sec": "4" * 5 + "2" * 5},
        {"bedtime_start": "2024-04-02T23:00:00+02:00", "day": "2024-04-03", "type": "long_sleep",
         "sleep_phase_5_min": None},
    ]  # fmt: skip
    read = read_hypnograms(write(tmp_path, wrap(rows)))
    assert set(read) == {"2024-03-31", "2024-03-31 nap", "2024-03-31 rest", "2024-04-02"}
    night = read["2024-03-31"]
    assert (night.stages.tolist(), night.epoch, night.levels) == ([W, LIGHT, N3, N3, R], 300, 4)
    assert (night.start.hour, night.start.utcoffset()) == (23, timedelta(hours=1))
    assert read["2024-03-31 nap"].start.utcoffset() == timedelta(hours=2)
    assert (read["2024-04-02"].stages.tolist(), read["2024-04-02"].epoch) == ([W] * 5 + [LIGHT] * 5, 30)
    assert architecture(night)["tst"] == 20


def test_oura_of_the_first_version_and_as_a_table(tmp_path):
    rows = [{"bedtime_start": "2019-03-30T23:30:00+01:00", "summary_date": "2019-03-30", "is_longest": 1,
             "hypnogram_5min": "4213"},
            {"bedtime_start": "2019-03-31T14:30:00+02:00", "summary_date": "2019-03-30", "is_longest": 0,
             "hypnogram_5min": "42"}]  # fmt: skip
    read = read_hypnograms(write(tmp_path, {"sleep": rows}))
    assert {name: h.stages.tolist() for name, h in read.items()} == {
        "2019-03-30": [W, LIGHT, N3, R], "2019-03-30 nap": [W, LIGHT],
    }  # fmt: skip
    for mark in ",;":
        table = "day,bedtime_start,sleep_phase_5_min,type\n2019-03-31,2019-03-30T23:30:00+01:00,4213,long_sleep\n"
        read = read_hypnograms(write(tmp_path, table.replace(",", mark)))
        assert {name: h.stages.tolist() for name, h in read.items()} == {"2019-03-31": [W, LIGHT, N3, R]}
    with pytest.raises(HypnogramError, match="does not know '7' 1 times"):
        read_hypnogram(write(tmp_path, {"sleep": [rows[0] | {"hypnogram_5min": "47"}]}))


# ------------------------------------------------------------------------------------------------------------- Garmin
def test_garmin(tmp_path):
    """0 is deep and 3 is wake; levels are in GMT, the night in its own zone."""
    minutes = [(0, 2, 3.0), (2, 5, 1), (5, 6, 0.0), (6, 7, 2)]
    gmt = [(f"2024-05-01T21:{a:02d}:00.0", f"2024-05-01T21:{b:02d}:00.0", level) for a, b, level in minutes]
    one = {
        "dailySleepDTO": {"calendarDate": "2024-05-01", "sleepStartTimestampGMT": 1714597200000,
                          "sleepStartTimestampLocal": 1714604400000},
        "sleepLevels": [{"startGMT": a, "endGMT": b, "activityLevel": level} for a, b, level in gmt],
    }  # fmt: skip
    for document in (one, [one]):
        hypnogram = read_hypnogram(write(tmp_path, document))
        assert hypnogram.stages.tolist() == [W, W, LIGHT, LIGHT, LIGHT, N3, R]
        assert (hypnogram.epoch, hypnogram.levels) == (60, 4)
        assert hypnogram.start == datetime(2024, 5, 1, 23, tzinfo=offset(2))
        assert hypnogram.start.hour == 23
    begin = 1714597200
    at = [{"startTimeInSeconds": begin + 60 * i, "endTimeInSeconds": begin + 60 * i + 60} for i in range(4)]
    summary = {
        "summaryId": "x", "calendarDate": "2024-05-01", "startTimeInSeconds": begin, "startTimeOffsetInSeconds": 7200,
        "sleepLevelsMap": {"deep": [at[1]], "awake": [at[0]], "unmeasurable": [at[2]], "rem": [at[3]]},
    }  # fmt: skip
    read = read_hypnograms(write(tmp_path, {"sleeps": [summary]}))
    assert read["2024-05-01"].stages.tolist() == [W, N3, NONE, R]
    assert read["2024-05-01"].start.utcoffset() == timedelta(hours=2)
    with pytest.raises(HypnogramError, match="its sleeps are totals"):
        read_hypnogram(write(tmp_path, [{"sleepStartTimestampGMT": "2024-05-01T21:00:00.0", "deepSleepSeconds": 600}]))


# ----------------------------------------------------------------------------------------------------------- Withings
def test_withings(tmp_path):
    """2 is deep; two rows of one night, and a nap; other lists of the same columns are no sleep."""
    text = ('start,duration,value\n2024-05-01T23:00:00+02:00,"[120,60]","[0,1]"\n'
            '2024-05-01T23:03:00+02:00,"[60,60]","[2,3]"\n2024-05-02T13:00:00+02:00,"[60]","[1]"\n')  # fmt: skip
    read = read_hypnograms(write(tmp_path, text))
    assert {name: h.stages.tolist() for name, h in read.items()} == {
        "2024-05-01": [W, W, LIGHT, N3, R], "2024-05-02": [LIGHT],
    }  # fmt: skip
    assert read["2024-05-01"].start == datetime(2024, 5, 1, 23, tzinfo=offset(2))
    with pytest.raises(HypnogramError, match="nor a scoring in a format"):
        read_hypnogram(write(tmp_path, 'start,duration,value\n2024-05-01T23:00:00+02:00,"[60,60]","[62,63]"\n'))
    series = [{"startdate": 1714597200 + 60 * i, "enddate": 1714597260 + 60 * i, "state": state}
              for i, state in enumerate((0, 1, 2, 3))]  # fmt: skip
    hypnogram = read_hypnogram(write(tmp_path, {"status": 0, "body": {"series": series[::-1]}}))
    assert (hypnogram.stages.tolist(), hypnogram.start.utcoffset()) == ([W, LIGHT, N3, R], timedelta(0))


# ------------------------------------------------------------------------------------------------------- Apple Health
HEALTH = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE HealthData [
<!-- HealthKit Export Version: 14 -->
<!ELEMENT HealthData (ExportDate,Me,(Record)*)>
<!ATTLIST HealthData
  locale CDATA #REQUIRED
>
]>
<HealthData locale="en_GB">
 <ExportDate value="2024-05-03 10:00:00 +0200"/>
%s
</HealthData>
"""


def apple(value, start, end, source="Anna&apos;s Apple\u00a0Watch", kind="SleepAnalysis"):
    return (f' <Record type="HKCategoryTypeIdentifier{kind}" sourceName="{source}" sourceVersion="10" '
            f'startDate="{start} +0200" endDate="{end} +0200" value="HKCategoryValueSleepAnalysis{value}">\n'
            f'  <MetadataEntry key="HKTimeZone" value="Europe/Berlin"/>\n </Record>')  # fmt: skip


def test_apple(tmp_path):
    """A document type is no bomb; two sources and a nap; core is light; time in bed is no stage."""
    day, next_day = "2024-05-01", "2024-05-02"
    rows = [
        apple("InBed", f"{day} 22:00:00", f"{next_day} 06:00:00", "iPhone"),
        apple("AsleepCore", f"{day} 23:00:00", f"{day} 23:01:00"), apple("Awake", f"{day} 23:01:00", f"{day} 23:01:30"),
        apple("AsleepDeep", f"{day} 23:01:30", f"{day} 23:02:30"),
        apple("AsleepREM", f"{day} 23:02:30", f"{day} 23:03:00"),
        apple("Asleep", f"{day} 23:00:00", f"{day} 23:02:00", "Old App"),
        apple("AsleepUnspecified", f"{next_day} 14:00:00", f"{next_day} 14:01:00"),
        apple("", f"{day} 23:00:00", f"{day} 23:02:00", kind="HeartRate"),
    ]  # fmt: skip
    read = read_hypnograms(write(tmp_path, HEALTH % "\n".join(rows)))
    watch = "Anna's Apple Watch"
    assert {name: h.stages.tolist() for name, h in read.items()} == {
        f"2024-05-01 {watch}": [LIGHT, LIGHT, W, N3, N3, R], "2024-05-01 Old App": [SLEEP] * 4,
        f"2024-05-02 {watch}": [SLEEP, SLEEP],
    }  # fmt: skip
    assert read[f"2024-05-01 {watch}"].start == datetime(2024, 5, 1, 23, tzinfo=offset(2))
    assert (read[f"2024-05-01 {watch}"].levels, read["2024-05-01 Old App"].levels) == (4, 2)


def test_a_nap_of_the_day_on_which_a_night_ends(tmp_path):
    rows = [apple("AsleepCore", "2024-05-02 00:30:00", "2024-05-02 06:30:00"),
            apple("AsleepCore", "2024-05-02 14:00:00", "2024-05-02 14:30:00"),
            apple("AsleepCore", "2024-05-02 16:00:00", "2024-05-02 16:30:00")]  # fmt: skip
    assert list(read_hypnograms(write(tmp_path, HEALTH % "\n".join(rows)))) == [
        "2024-05-02", "2024-05-02 nap", "2024-05-02 nap 2",
    ]  # fmt: skip


def test_a_large_export_is_read_for_its_sleep_alone(tmp_path):
    other = ' <Record type="HKQuantityTypeIdentifierHeartRate" value="60" startDate="2024-05-01 23:00:00 +0200"/>\n'
    rows = other * 400_000 + apple("AsleepDeep", "2024-05-01 23:00:00", "2024-05-01 23:01:00") + "\n" + other * 10
    path = write(tmp_path, HEALTH % rows)
    assert path.stat().st_size > 32 * 2**20
    with Cost() as cost:
        assert read_hypnogram(path).stages.tolist() == [N3, N3]
    assert cost.loops < 100


def test_apple_refused(tmp_path):
    whole = HEALTH % apple("AsleepDeep", "2024-05-01 23:00:00", "2024-05-01 23:01:00")
    with pytest.raises(HypnogramError, match="cut short"):
        read_hypnogram(write(tmp_path, whole.replace("</HealthData>", "")))
    with pytest.raises(HypnogramError, match="no record in it is a stage of sleep"):
        read_hypnogram(write(tmp_path, whole.replace("AsleepDeep", "InBed")))
    with pytest.raises(HypnogramError, match="a value that Apple does not list"):
        read_hypnogram(write(tmp_path, whole.replace("AsleepDeep", "AsleepAlpha")))
    with pytest.raises(HypnogramError, match="that is no moment with a zone"):
        read_hypnogram(write(tmp_path, whole.replace("23:00:00 +0200", "noon")))


# ---------------------------------------------------------------------------------------------------- changes of clocks
BERLIN = ZoneInfo("Europe/Berlin")
#: Evening, and the length of the day that it begins: clocks are set on, left alone, and set back.
CHANGES = [("2026-03-28", 23), ("2026-04-11", 24), ("2026-10-24", 25)]
#: Minutes of a night from 23:00, twenty of them awake in the hour that is left out or comes twice.
PARTS = [("wake", 30), ("light", 140), ("wake", 20), ("deep", 60), ("light", 100), ("rem", 90), ("wake", 10)]
ASLEEP = 390


def moments(evening):
    """The parts of a night in universal time, as it went."""
    at = datetime.fromisoformat(f"{evening}T23:00").replace(tzinfo=BERLIN).astimezone(UTC)
    for what, minutes in PARTS:
        yield what, at, at + timedelta(minutes=minutes)
        at += timedelta(minutes=minutes)


def of_fitbit(spans):
    rows = [{"dateTime": f"{a.astimezone(BERLIN):%FT%T}.000", "level": what, "seconds": (b - a).total_seconds()}
            for what, a, b in spans]  # fmt: skip
    short = {"dateTime": f"{(spans[3][1] + timedelta(minutes=30)).astimezone(BERLIN):%FT%T}.000", "level": "wake",
             "seconds": 120}  # fmt: skip
    return [{"logId": 1, "startTime": rows[0]["dateTime"], "dateOfSleep": f"{spans[-1][2].astimezone(BERLIN):%F}",
             "mainSleep": True, "levels": {"data": rows, "shortData": [short]}}]  # fmt: skip


def of_oura(spans):
    code = {"deep": "1", "light": "2", "rem": "3", "wake": "4"}
    phases = "".join(code[what] * round((b - a).total_seconds() / 300) for what, a, b in spans)
    return [{"bedtime_start": spans[0][1].astimezone(BERLIN).isoformat(), "type": "long_sleep",
             "day": f"{spans[-1][2].astimezone(BERLIN):%F}", "sleep_phase_5_min": phases}]  # fmt: skip


def of_garmin(spans):
    level = {"deep": 0, "light": 1, "rem": 2, "wake": 3}
    begin = spans[0][1].timestamp() * 1000
    zone = spans[0][1].astimezone(BERLIN).utcoffset().total_seconds() * 1000
    return {"dailySleepDTO": {"calendarDate": f"{spans[-1][2]:%F}", "sleepStartTimestampGMT": begin,
                              "sleepStartTimestampLocal": begin + zone},
            "sleepLevels": [{"startGMT": f"{a:%FT%T}.0", "endGMT": f"{b:%FT%T}.0", "activityLevel": level[what]}
                            for what, a, b in spans]}  # fmt: skip


def of_withings(spans):
    state = {"wake": 0, "light": 1, "deep": 2, "rem": 3}
    rows = [f'{a.astimezone(BERLIN).isoformat()},"[{round((b - a).total_seconds())}]","[{state[what]}]"'
            for what, a, b in spans]  # fmt: skip
    return "\n".join(["start,duration,value", *rows]) + "\n"


def of_apple(spans):
    value = {"wake": "Awake", "light": "AsleepCore", "deep": "AsleepDeep", "rem": "AsleepREM"}
    rows = [f'<Record type="HKCategoryTypeIdentifierSleepAnalysis" sourceName="Watch" startDate="'
            f'{a.astimezone(BERLIN):%F %T %z}" endDate="{b.astimezone(BERLIN):%F %T %z}" '
            f'value="HKCategoryValueSleepAnalysis{value[what]}"/>' for what, a, b in spans]  # fmt: skip
    return HEALTH % "\n".join(rows)


@pytest.mark.parametrize(("evening", "hours"), CHANGES)
@pytest.mark.parametrize("made_by", [of_fitbit, of_oura, of_garmin, of_withings, of_apple])
def test_a_night_on_which_clocks_are_changed_is_as_long_as_it_was(made_by, evening, hours, tmp_path):
    """Local times without a zone leave an hour out, or have one twice; sleep has not."""
    spans = list(moments(evening))
    woke = spans[-1][2].astimezone(BERLIN)
    assert woke.hour * 60 + woke.minute == 6 * 60 + 30 + (24 - hours) * 60  # 23:00 and seven and a half hours
    hypnogram = read_hypnogram(write(tmp_path, made_by(spans)))
    assert len(hypnogram) * hypnogram.epoch == 450 * 60
    night = architecture(hypnogram.whole())
    short = 2 if made_by is of_fitbit else 0
    assert (night["tst"], night["waso"]) == (ASLEEP - short, 20 + 10 + short)
    assert evening_of(hypnogram.start).isoformat() == evening
