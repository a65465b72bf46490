"""From an empty folder to a page, as people with a device go: five commands at most, with an effect and without."""

import csv
import json
from datetime import UTC, date, datetime, time, timedelta, timezone
from pathlib import Path

import edfio
import numpy as np
import pandas as pd
import pytest

import somnometry as sm
from somnometry.batch import learnable

from ..io.exports.app_files import muse_signals, write_muse

START = date(2026, 1, 5)
MOST_COMMANDS = 5


@pytest.fixture
def owner(run, tmp_path, monkeypatch):
    """An empty folder, and the commands that were given in it."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(learnable, "STUDIES", 20)
    given = []

    def command(*words, code=0):
        given.append(words)
        result = run(*words)
        assert result.exit_code == code, result.output + result.stderr
        return result.output

    yield command
    assert len(given) <= MOST_COMMANDS


def begun(command, *words, nights):
    """Begin a study, and give the rows of its table."""
    said = command("study", "new", "--one-person", "--out", "me", "--treatment", "tea", "--nights", nights, "--start",
                   START, "--seed", 8, "--confounder", "alcohol", *words)  # fmt: skip
    with Path("me/recordings.csv").open(encoding="utf-8", newline="") as file:
        return said, list(csv.DictReader(file))


def filled(rows, **lost):
    """Write the table again, as its owner filled it in."""
    for row in rows:
        row |= {"lost": lost.get(f"n{row['period']}", ""), "alcohol": "0"}
    with Path("me/recordings.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(rows)


def verdict_of(page):
    (verdict,) = json.loads(Path(page, "verdicts.json").read_text(encoding="utf-8"))["verdicts"]
    return verdict


def oura_sleep(evening, asleep, awake, rng):
    """A night of an export: minutes asleep and awake, in phases of five minutes."""
    phases = rng.permutation(["2"] * round(asleep / 5) + ["4"] * round(awake / 5))
    begin = datetime.combine(evening, time(23, 5)) + timedelta(minutes=float(rng.integers(0, 90)))
    return {"bedtime_start": f"{begin.isoformat()}+01:00", "day": (evening + timedelta(days=1)).isoformat(),
            "type": "long_sleep", "sleep_phase_5_min": "".join(phases)}  # fmt: skip


@pytest.mark.parametrize(("effect", "outcomes"), [(45, {"supported"}), (0, {"inconclusive", "equivalent"})])
def test_the_owner_of_a_ring(effect, outcomes, owner):
    """Sixty nights in one export, with naps, four nights not worn; wakes are known, stages are not claimed."""
    said, rows = begun(owner, "--claim", "tst=30", "--device", "oura", nights=60)
    assert "30 minutes more of TST" in said
    rng = np.random.default_rng(4)
    sleeps = []
    for row in rows:
        if row["period"] in ("7", "20", "33", "60"):
            continue
        evening = date.fromisoformat(row["evening"])
        asleep = 400 + effect * (row["condition"] == "tea") + 30 * rng.normal()
        sleeps.append(oura_sleep(evening, asleep, 60 + 15 * rng.normal(), rng))
    nap = datetime.combine(START + timedelta(days=2), time(14))
    sleeps.append({"bedtime_start": f"{nap.isoformat()}+01:00", "day": str(nap.date()), "type": "late_nap",
                   "sleep_phase_5_min": "2222"})  # fmt: skip
    Path("me/oura.json").write_text(json.dumps({"sleep": sleeps}), encoding="utf-8")
    filled(rows, n7="battery", n20="battery", n33="forgot", n60="ill")
    owner("measure", "--scorings", "me", "--lights", "recording", "--out", "me/results", "--no-figures")
    table = sm.read_nights("me/results")
    assert (table["status"] == "ok").sum() == 56
    owner("judge", "me/claims.toml", "me/results", "--out", "me/verdicts", "--no-sensitivity")
    verdict = verdict_of("me/verdicts")
    assert verdict["outcome"] in outcomes, verdict
    if outcomes == {"supported"}:
        low, high = verdict["interval95"]
        assert low < effect < high


# ------------------------------------------------------------------------------------------- exports of other makers
BERLIN = timezone(timedelta(hours=1))


def spans_of(begin, asleep, awake):
    """A night as its maker's program saw it: light, deep, light and REM sleep, a wake before each."""
    parts = [("wake", awake / 4), ("light", asleep / 4), ("wake", awake / 4), ("deep", asleep / 4), ("wake", awake / 4),
             ("light", asleep / 4), ("wake", awake / 4), ("rem", asleep / 4)]  # fmt: skip
    spans = []
    for what, minutes in parts:
        end = begin + timedelta(minutes=minutes)
        spans.append((what, begin, end))
        begin = end
    return spans


def apple_export(folder, nights):
    """Of a watch, and time in bed of a telephone."""
    value = {"wake": "Awake", "light": "AsleepCore", "deep": "AsleepDeep", "rem": "AsleepREM"}
    rows = [(value[what], "Watch", begin, end) for spans in nights for what, begin, end in spans]
    rows += [("InBed", "iPhone", spans[0][1], spans[-1][2]) for spans in nights]
    records = "\n".join(
        f'<Record type="HKCategoryTypeIdentifierSleepAnalysis" sourceName="{source}" startDate="{begin:%F %T %z}" '
        f'endDate="{end:%F %T %z}" value="HKCategoryValueSleepAnalysis{value}"/>' for value, source, begin, end in rows
    )  # fmt: skip
    (folder / "export.xml").write_text(f'<HealthData locale="en_GB">\n{records}\n</HealthData>\n', encoding="utf-8")


def garmin_export(folder, nights):
    """Days of an export of one's account: levels in GMT, where 0 is deep and 3 is wake, and the night in local time."""
    level = {"deep": 0.0, "light": 1.0, "rem": 2.0, "wake": 3.0}
    days = []
    for spans in nights:
        gmt = [(begin.astimezone(UTC), end.astimezone(UTC), level[what]) for what, begin, end in spans]
        begin = spans[0][1]
        days.append({
            "dailySleepDTO": {"calendarDate": f"{spans[-1][2]:%F}",
                              "sleepStartTimestampGMT": round(begin.timestamp() * 1000),
                              "sleepStartTimestampLocal": round((begin.timestamp() + 3600) * 1000)},
            "sleepLevels": [{"startGMT": f"{a:%FT%T}.0", "endGMT": f"{b:%FT%T}.0", "activityLevel": of}
                            for a, b, of in gmt],
        })  # fmt: skip
    (folder / "sleepData.json").write_text(json.dumps(days), encoding="utf-8")


def withings_export(folder, nights):
    """A row for each state, where 2 is deep: `raw_tracker_sleep-state.csv`."""
    state = {"wake": 0, "light": 1, "deep": 2, "rem": 3}
    rows = [f'{begin:%FT%T}+01:00,"[{round((end - begin).total_seconds())}]","[{state[what]}]"'
            for spans in nights for what, begin, end in spans]  # fmt: skip
    text = "\n".join(["start,duration,value", *rows]) + "\n"
    (folder / "raw_tracker_sleep-state.csv").write_text(text, encoding="utf-8")


def fitbit_export(folder, nights):
    """Logs in local time, of which the short wakes of a night lie over its levels."""
    logs = []
    for spans in nights:
        data = [{"dateTime": f"{begin:%FT%T}.000", "level": what, "seconds": round((end - begin).total_seconds())}
                for what, begin, end in spans]  # fmt: skip
        logs.append({"logId": len(logs), "dateOfSleep": f"{spans[-1][2]:%F}", "startTime": f"{spans[0][1]:%FT%T}.000",
                     "type": "stages", "mainSleep": True, "levels": {"data": data, "shortData": []}})  # fmt: skip
    (folder / "sleep-2026-01-01.json").write_text(json.dumps(logs), encoding="utf-8")


@pytest.mark.parametrize(
    ("maker", "export"),
    [
        ("apple", apple_export),
        ("withings", withings_export),
        pytest.param("garmin", garmin_export, marks=pytest.mark.acceptance),
        pytest.param("fitbit", fitbit_export, marks=pytest.mark.acceptance),
    ],
)
def test_the_owner_of_another_wearable(maker, export, owner):
    """Fourteen nights in one file, two not worn, some begun after midnight: the numbers that were put in come out."""
    _, rows = begun(owner, "--claim", "waso=-20", "--device", maker, nights=14)
    rng = np.random.default_rng(5)
    nights, right = [], {}
    for row in rows:
        if row["period"] in ("4", "14"):
            continue
        begin = datetime.combine(date.fromisoformat(row["evening"]), time(23, 30), BERLIN)
        begin += timedelta(minutes=2 * int(rng.integers(0, 45)))
        asleep, awake = (
            4 * int(rng.integers(90, 120)),
            4 * int(rng.integers(14, 22)) + 48 * (row["condition"] != "tea"),
        )
        nights.append(spans_of(begin, asleep, awake))
        right[row["evening"]] = asleep
    export(Path("me"), nights)
    filled(rows, n4="battery", n14="forgot")
    owner("measure", "--scorings", "me", "--lights", "recording", "--out", "me/results", "--no-figures")
    table = sm.read_nights("me/results")
    ok = table[table["status"] == "ok"]
    assert dict(zip(ok["evening"], ok["tst"], strict=True)) == right
    owner("judge", "me/claims.toml", "me/results", "--out", "me/verdicts", "--no-sensitivity")
    verdict = verdict_of("me/verdicts")
    assert verdict["outcome"] == "supported", verdict
    assert -48 * 3 / 4 - 8 < verdict["estimate"] < -48 * 3 / 4 + 8  # the first wake comes before sleep
    assert "2 of 14" in Path("me/verdicts/verdicts.html").read_text(encoding="utf-8")


def test_the_owner_of_a_ring_who_asks_for_rem_is_told_at_once(owner):
    said, _ = begun(owner, "--claim", "rem_percent", "--device", "oura", nights=60)
    assert "REM (% of sleep): no number of nights helps" in said
    assert "of SE (about" in said


def test_the_owner_of_a_muse(owner):
    """Fourteen nights, two of them lost; files are converted at once, and found by their evening.

    They last a minute here, and `judge` takes no such nights: the next test goes on from where this one ends.
    """
    _, rows = begun(owner, "--claim", "se", "--device", "muse", nights=14)
    for row in rows:
        if row["period"] not in ("4", "14"):
            begin = datetime.combine(date.fromisoformat(row["evening"]), time(22, 30))
            begin += timedelta(hours=2) * (row["period"] == "2")  # after midnight
            signals = muse_signals(70, seed=int(row["period"]))
            write_muse(_folder("muse") / f"museMonitor_{begin:%Y-%m-%d--%H-%M}.csv", signals, np.arange(70 * 256) / 256,
                       start=begin)  # fmt: skip
    filled(rows, n4="fell off", n14="battery")
    owner("convert", "muse", "--out", "me/nights")
    owner("measure", "me", "--lights", "recording", "--gate", "warn", "--out", "me/results", "--no-figures")
    table = sm.read_nights("me/results")
    assert sorted(table["evening"]) == [row["evening"] for row in rows]
    assert sorted(table.loc[table["status"] != "ok", "period"].astype(str)) == ["14", "4"]
    assert set(table.loc[table["status"] == "ok", "device"]) == {"headband"}


def muse_file(folder, begin, recording):
    """A CSV of a night's signals: two forehead sensors, and two behind the ears that are the reference."""
    left, right = (signal.samples.astype(float) for signal in list(recording.signals.values())[:2])
    step = 1682.815 / 4095
    near = np.round((800 + np.nan_to_num(np.stack([left, right]))) / step) * step
    stamps = np.datetime64(begin, "ms") + (np.arange(left.size) * 1000 // 256).astype("timedelta64[ms]")
    still = np.full(left.size, 800.0) + np.random.default_rng(begin.day).normal(0, 0.5, left.size)
    table = pd.DataFrame({
        "TimeStamp": np.char.replace(np.datetime_as_string(stamps), "T", " "), "RAW_TP9": still, "RAW_AF7": near[0],
        "RAW_AF8": near[1], "RAW_TP10": still[::-1], "HeadBandOn": 1, "Elements": "",
    })  # fmt: skip
    table.to_csv(folder / f"museMonitor_{begin:%Y-%m-%d--%H-%M-%S}.csv", index=False, float_format="%.3f")


def hypnogram_of(minutes_awake, rng, minutes=45):
    """Three quarters of an hour, awake in three bouts, asleep in N2 and N3 between them."""
    at = np.sort(rng.choice(np.arange(5, minutes * 2 - 25, 12), 2, replace=False))
    stages = np.where(np.arange(minutes * 2) % 60 < 40, 2, 3)
    for begin, share in zip((0, *at), (0.4, 0.3, 0.3), strict=True):
        stages[begin : begin + round(2 * minutes_awake * share)] = 0
    return sm.Hypnogram(stages)


@pytest.mark.acceptance
@pytest.mark.parametrize(("effect", "outcomes"), [(True, {"supported"}), (False, {"inconclusive", "equivalent"})])
def test_the_owner_of_a_muse_from_the_files_to_the_page(effect, outcomes, owner):
    """Fourteen nights, two lost, short ones whose signals are simulated: with tea a few minutes awake, or as ever."""
    _, rows = begun(owner, "--claim", "se=5", "--device", "muse", nights=14)
    rng = np.random.default_rng(7)
    for row in rows:
        if row["period"] not in ("4", "14"):
            begin = datetime.combine(date.fromisoformat(row["evening"]), time(22, 30))
            begin += timedelta(hours=2) * (row["period"] == "2")  # after midnight
            awake = (4 if effect and row["condition"] == "tea" else 14) + int(rng.integers(0, 3))
            recording, _ = sm.simulate_night(int(row["period"]), montage="headband", hypnogram=hypnogram_of(awake, rng))
            muse_file(_folder("muse"), begin, recording)
    filled(rows, n4="fell off", n14="battery")
    owner("convert", "muse", "--out", "me/nights")
    owner("measure", "me", "--lights", "recording", "--gate", "warn", "--out", "me/results", "--no-figures")
    assert (sm.read_nights("me/results")["status"] == "ok").sum() == 12
    owner("judge", "me/claims.toml", "me/results", "--out", "me/verdicts", "--no-sensitivity")
    verdict = verdict_of("me/verdicts")
    assert verdict["outcome"] in outcomes, verdict
    assert verdict["n_nights"] == 12
    assert "2 of 14" in Path("me/verdicts/verdicts.html").read_text(encoding="utf-8")


@pytest.mark.acceptance
def test_the_owner_of_a_zmax(owner):
    """Twenty-one nights, a folder of one file per channel each."""
    _, rows = begun(owner, "--claim", "se", "--device", "zmax", nights=21)
    for row in rows:
        begin = datetime.combine(date.fromisoformat(row["evening"]), time(23, 10))
        recording, _ = sm.simulate_night(int(row["period"]), hours=0.75, rate=128, montage="headband")
        for label, signal in zip(("EEG L", "EEG R"), recording.signals.values(), strict=False):
            samples = np.clip(np.nan_to_num(signal.samples.astype(float)), -500, 500)
            eeg = edfio.EdfSignal(samples, 128, label=label, physical_dimension="uV")
            edf = edfio.Edf([eeg], recording=edfio.Recording(startdate=begin.date()), starttime=begin.time())
            edf.write(_folder(f"me/zmax/night {row['period']}") / f"{label}.edf")
    owner("measure", "me", "--lights", "recording", "--gate", "warn", "--out", "me/results", "--no-figures")
    assert (sm.read_nights("me/results")["status"] == "ok").sum() == 21
    owner("judge", "me/claims.toml", "me/results", "--out", "me/verdicts", "--no-sensitivity")
    verdict = verdict_of("me/verdicts")
    assert verdict["n_nights_given"] == 21
    assert verdict["outcome"] != "not testable", verdict
    assert Path("me/verdicts/verdicts.html").stat().st_size > 10_000


def _folder(name):
    Path(name).mkdir(parents=True, exist_ok=True)
    return Path(name)
